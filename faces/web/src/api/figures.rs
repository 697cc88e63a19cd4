//! Protected figures of an indicator, as JSON with their birth certificate, CSV, SDMX-CSV, SDMX-JSON; their structure; their
//! data package. The same figures as the page and the command line give for the same request.

use super::answer::tagged;
use super::asked::Asked;
use super::negotiate::FigureForm;
use crate::house::{CATALOGUE, House, LakeView};
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use beffroi_desk_observatory::indicators::{Card, Figures, IndicatorError, Request};
use beffroi_desk_observatory::publication::{MARKING, Publication, open_dimensions, structure_message};
use beffroi_model::Channel;
use beffroi_ports::FactsError;
use beffroi_wording::Lang;
use serde_json::Value;
use std::sync::Arc;

/// Figures of a part of the JSON form: unasked, and at most.
const USUAL: usize = 1000;
const MOST: usize = 10_000;
/// Most figures of a form that comes whole.
const WHOLE: usize = 100_000;

/// What was asked for, and its figures.
struct Cut {
    card: &'static Card,
    request: Request,
    figures: Arc<Figures>,
}

impl Cut {
    async fn read(lake: &LakeView<'_>, id: &str, asked: &Asked) -> Result<Self, Problem> {
        let card = CATALOGUE.card(id)?;
        let request = request(asked)?;
        let figures = lake.published(&card.code, request.clone()).await;
        let figures = figures.map_err(|error| refused(asked, &request, error))?;
        Ok(Self { card, request, figures })
    }

    fn publication(&self) -> Publication<'_> {
        Publication { card: self.card, request: &self.request, figures: &self.figures, marking: MARKING }
    }

    /// A form that comes whole is bounded: the answer says how to narrow.
    fn whole(&self, asked: &Asked, t: Lang) -> Result<(), Problem> {
        if self.figures.rows.len() <= WHOLE {
            return Ok(());
        }
        let of = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let values = [("n", of(self.figures.rows.len()).into()), ("most", of(WHOLE).into())];
        Err(asked.wrong("by", t.say_with("web-api-wrong-wide", &values)))
    }

    /// The tag of these figures in a form: they change when the digest of their certificate does.
    fn tag(&self, form: &str) -> String {
        let certificate = &self.figures.certificate;
        format!("W/\"{}.{form}.{}\"", certificate.digest, certificate.program_version)
    }
}

/// The request that the parameters make.
fn request(asked: &Asked) -> Result<Request, Problem> {
    let read = |by: &[String], from, to, filters: &[String]| {
        Request::read(by, from, to, filters, asked.whole("snapshot"), asked.get("definition"))
    };
    let (by, filters) = (asked.list("by"), asked.list("where"));
    let (from, to) = (asked.get("from"), asked.get("to"));
    read(&by, None, None, &[]).map_err(|error| asked.wrong("by", error.to_string()))?;
    read(&[], None, None, &filters).map_err(|error| asked.wrong("where", error.to_string()))?;
    let request = read(&by, from, to, &filters).map_err(|error| asked.wrong("from", error.to_string()))?;
    match (request.from, request.to) {
        (Some(from), Some(to)) if from.start() > to.end() => {
            let error = IndicatorError::Request { what: format!("the first period, {from}, comes after {to}") };
            Err(asked.wrong("from", error.to_string()))
        }
        _ => Ok(request),
    }
}

/// A refusal by the parameter that it is about.
fn refused(asked: &Asked, request: &Request, error: IndicatorError) -> Problem {
    let name = match &error {
        IndicatorError::UnknownDefinition { .. } => "definition",
        IndicatorError::Dimension { dimension, .. } if request.by.iter().any(|d| d.code() == *dimension) => "by",
        IndicatorError::Dimension { .. } => "where",
        IndicatorError::Layers { .. } if !request.by.contains(&beffroi_ports::Dimension::Layer) => "where",
        IndicatorError::Facts(FactsError::NoSnapshot { .. }) => "snapshot",
        IndicatorError::UnknownIndicator { .. } | IndicatorError::Facts(_) => return error.into(),
        error if !error.is_user_fault() => return Problem::Ours(error.to_string()),
        _ => "by",
    };
    asked.wrong(name, error.to_string())
}

/// `GET /api/v1/indicators/{id}/figures`
pub(super) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "figures")?;
    let form = match asked.get("format") {
        Some(code) => FigureForm::from_code(code),
        None => FigureForm::accepted(&headers),
    };
    let form = form.ok_or(Problem::NotAcceptable)?;
    let lake = house.lake().await?;
    let cut = Cut::read(&lake, &id, &asked).await?;
    let leaving = cut.publication().leave(Channel::Api, reader.figures_ceiling())?;
    let part = format!("{}.{}", asked.get("cursor").unwrap_or("0"), asked.get("limit").unwrap_or("-"));
    let mut tag = cut.tag(form.code());
    let body = match form {
        FigureForm::Json => {
            tag = cut.tag(&format!("json.{part}"));
            serde_json::to_vec(&paged(&asked, &cut, leaving.json(), reader.t)?)
                .map_err(|error| Problem::Ours(error.to_string()))?
        }
        FigureForm::Csv | FigureForm::SdmxCsv | FigureForm::SdmxJson => {
            cut.whole(&asked, reader.t)?;
            match form {
                FigureForm::Csv => leaving.csv(),
                FigureForm::SdmxCsv => leaving.sdmx_csv()?,
                _ => leaving.sdmx_json()?,
            }
            .into_bytes()
        }
    };
    tagged(&headers, &tag, form.media(), body)
}

/// The part of the figures that was asked for, with the address of the next one. That names its state of the lake: what
/// lands between two parts changes neither.
fn paged(asked: &Asked, cut: &Cut, mut whole: Value, t: Lang) -> Result<Value, Problem> {
    let limit = asked.limit(USUAL, MOST)?;
    let from = asked.whole("cursor").and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
    let n = cut.figures.rows.len();
    if from > 0 && asked.get("snapshot").is_none() {
        return Err(asked.wrong("snapshot", t.say("web-api-wrong-page")));
    }
    if from > 0 && from >= n {
        return Err(asked.wrong("cursor", t.say("web-api-wrong-cursor")));
    }
    if let Some(Value::Array(rows)) = whole.get_mut("figures") {
        *rows = std::mem::take(rows).into_iter().skip(from).take(limit).collect();
    }
    let to = from.saturating_add(limit);
    let next = (to < n).then(|| {
        let snapshot = cut.figures.certificate.snapshot.to_string();
        asked.with(&[("cursor", to.to_string()), ("snapshot", snapshot)])
    });
    if let Value::Object(members) = &mut whole {
        members.insert("n".to_owned(), n.into());
        members.insert("next".to_owned(), next.into());
        members.insert("marking".to_owned(), serde_json::json!(MARKING));
    }
    Ok(whole)
}

/// `GET /api/v1/indicators/{id}/structure`
pub(super) async fn structure(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Asked::read(&reader, "structure")?;
    let card = CATALOGUE.card(&id)?;
    let lake = house.lake().await?;
    let mut figures = Vec::new();
    for dimension in open_dimensions(card) {
        let request = Request { by: vec![dimension], ..Request::default() };
        // What cannot be asked by this dimension alone has no codes to tell.
        match lake.published(&card.code, request).await {
            Ok(known) => figures.push(known),
            Err(error) if error.is_user_fault() => {}
            Err(error) => return Err(error.into()),
        }
    }
    let known: Vec<&Figures> = figures.iter().map(Arc::as_ref).collect();
    for figures in known.iter().copied() {
        let request = Request::default();
        let publication = Publication { card, request: &request, figures, marking: MARKING };
        publication.leave(Channel::Api, reader.figures_ceiling())?;
    }
    let body = structure_message(card, &known, house.now())?;
    let digests: Vec<&str> = known.iter().map(|figures| figures.certificate.digest.as_str()).collect();
    let tag = format!("W/\"{}.{}.{}.{}\"", card.code, card.definition_version, digests.join("."), house.version);
    tagged(&headers, &tag, "application/vnd.sdmx.structure+json; version=2.0.0", body.into_bytes())
}

/// `GET /api/v1/indicators/{id}/package`
pub(super) async fn package(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let asked = Asked::read(&reader, "package")?;
    let lake = house.lake().await?;
    let cut = Cut::read(&lake, &id, &asked).await?;
    cut.whole(&asked, reader.t)?;
    let bytes = cut.publication().leave(Channel::Api, reader.figures_ceiling())?.zip()?;
    let mut response = tagged(&headers, &cut.tag("zip"), "application/zip", bytes)?;
    if let Ok(name) = format!("attachment; filename=\"{}.zip\"", cut.card.code).parse() {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
