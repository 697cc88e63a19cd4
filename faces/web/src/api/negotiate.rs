//! In which form figures are wanted: as `format` says, else as `Accept` does (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, header};

/// A form of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FigureForm {
    Json,
    Csv,
    SdmxCsv,
    SdmxJson,
}

impl FigureForm {
    /// The first is what comes unasked.
    const ALL: [Self; 4] = [Self::Json, Self::Csv, Self::SdmxCsv, Self::SdmxJson];

    /// As `format` names it.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::SdmxCsv => "sdmx-csv",
            Self::SdmxJson => "sdmx-json",
        }
    }

    /// Its media type.
    pub(super) fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::SdmxCsv => "application/vnd.sdmx.data+csv; version=2.0.0",
            Self::SdmxJson => "application/vnd.sdmx.data+json; version=2.0.0",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.code() == code)
    }

    /// The form that `Accept` likes best, the first of ours in a tie; none when it likes none of them.
    pub(super) fn accepted(headers: &HeaderMap) -> Option<Self> {
        let lines: Vec<&str> = headers.get_all(header::ACCEPT).iter().filter_map(|line| line.to_str().ok()).collect();
        if lines.is_empty() {
            return Some(Self::Json);
        }
        let mut best: Option<(Self, f32)> = None;
        for form in Self::ALL {
            let weight = weight(&lines, form);
            if weight > best.map_or(0.0, |(_, weight)| weight) {
                best = Some((form, weight));
            }
        }
        best.map(|(form, _)| form)
    }
}

/// How much the lines of `Accept` like a form: the most precise range that holds it decides.
fn weight(lines: &[&str], form: FigureForm) -> f32 {
    let name = form.media().split(';').next().unwrap_or_default();
    let kind = name.split('/').next().unwrap_or_default();
    let mut found = (0, 0.0_f32);
    for part in lines.iter().flat_map(|line| line.split(',')).take(20) {
        let mut fields = part.split(';').map(str::trim);
        let range = fields.next().unwrap_or_default().to_ascii_lowercase();
        let precise = match range.as_str() {
            range if range == name => 3,
            range if range.strip_suffix("/*") == Some(kind) => 2,
            "*/*" => 1,
            _ => continue,
        };
        let weight = fields.find_map(|f| f.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0_f32);
        if precise > found.0 {
            found = (precise, weight);
        }
    }
    found.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn the_best_liked_form_is_sent() {
        let check = |accept: &'static str, expected: Option<FigureForm>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(FigureForm::accepted(&headers), expected, "{accept}");
        };
        check("*/*", Some(FigureForm::Json));
        check("text/csv", Some(FigureForm::Csv));
        check("text/*;q=0.5, application/json;q=0.4", Some(FigureForm::Csv));
        check("application/vnd.sdmx.data+csv;version=2.0.0", Some(FigureForm::SdmxCsv));
        check("application/vnd.sdmx.data+json, */*;q=0.1", Some(FigureForm::SdmxJson));
        check("application/json;q=0, */*", Some(FigureForm::Csv));
        check("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Some(FigureForm::Json));
        check("image/png", None);
        assert_eq!(FigureForm::accepted(&HeaderMap::new()), Some(FigureForm::Json));
    }
}
