//! What machines read: the flash alerts and signals of the person whose token they hold, narrowed to what that token was
//! made for. JSON, one document an answer; a problem is a problem document (RFC 9457).

use crate::house::House;
use crate::pages::situation::given;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use beffroi_desk_threat::alerts::{self, Told};
use beffroi_desk_threat::{signals, situation};
use beffroi_model::{AlertRef, SituationRef};
use beffroi_rights::{Act, Kind, World};
use serde::Serialize;

/// The most objects of one answer, the latest first.
const MOST: usize = 1000;

#[derive(Serialize)]
struct Listed<T> {
    /// How many there are for this token.
    n: usize,
    /// The first of them.
    objects: Vec<T>,
}

fn listed<T: Serialize>(mut objects: Vec<T>) -> Result<Response, Problem> {
    let n = objects.len();
    objects.truncate(MOST);
    document(&Listed { n, objects })
}

fn document(value: &impl Serialize) -> Result<Response, Problem> {
    let text = serde_json::to_string(value).map_err(|error| Problem::Ours(error.to_string()))?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((kind, text).into_response())
}

/// `GET /api/v1/alerts`
pub(super) async fn alerts(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let scope = reader.access()?.scope(Act::List, World::Coordination, Kind::Alert);
    let all = alerts::visible(&house.store, &scope).await?;
    listed(all.iter().map(Told::of).collect())
}

/// `GET /api/v1/alerts/{reference}`
pub(super) async fn alert(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let reference: AlertRef = reference.parse().map_err(|_| Problem::NotFound)?;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Alert);
    let alert = alerts::get(&house.store, &scope, &reference).await?.ok_or(Problem::NotFound)?;
    document(&Told::of(&alert))
}

/// `GET /api/v1/signals`
pub(super) async fn signals(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let scope = reader.access()?.scope(Act::List, World::Coordination, Kind::Signal);
    listed(signals::visible(&house.store, &scope).await?)
}

/// `GET /api/v1/situations`
pub(super) async fn situations(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let scope = reader.access()?.scope(Act::List, World::Coordination, Kind::Situation);
    listed(situation::visible(&house.store, &scope).await.map_err(given)?)
}

/// `GET /api/v1/situations/{reference}`
pub(super) async fn situation(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(reference): Path<String>,
) -> Result<Response, Problem> {
    let reference: SituationRef = reference.parse().map_err(|_| Problem::NotFound)?;
    let scope = reader.access()?.scope(Act::Read, World::Coordination, Kind::Situation);
    let point = situation::get(&house.store, &scope, &reference).await.map_err(given)?.ok_or(Problem::NotFound)?;
    document(&point)
}
