//! What a request asks: its parameters, against those that the operation declares. One that is not declared, stands twice
//! or is of another form is refused by name.

use super::answer::Listed;
use super::table::{Form, OPERATIONS, Place};
use crate::problem::Problem;
use crate::reader::{Reader, encode};
use axum::extract::Query;
use beffroi_wording::Lang;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The parameters of a request, checked.
pub(super) struct Asked {
    t: Lang,
    path: String,
    values: BTreeMap<String, String>,
}

impl Asked {
    /// Reads the parameters of operation `id`.
    pub(super) fn read(reader: &Reader, id: &str) -> Result<Self, Problem> {
        let t = reader.t;
        let params = OPERATIONS.iter().find(|operation| operation.id == id).map(|operation| operation.params);
        let params = params.ok_or_else(|| Problem::Ours(format!("no operation `{id}`")))?;
        let known: Vec<&str> = params.iter().filter(|p| p.place == Place::Query).map(|p| p.name).collect();
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&reader.uri);
        let pairs = pairs.map_err(|_| Problem::Unclear("a query that cannot be read"))?.0;
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            let wrong = |reason| Problem::Parameter { name: name.chars().take(40).collect(), reason };
            if name == "lang" {
                continue;
            }
            let Some(param) = params.iter().find(|p| p.place == Place::Query && p.name == name) else {
                let known = known.join(", ");
                return Err(wrong(t.say_with("web-api-wrong-unknown", &[("known", (&known).into())])));
            };
            if value.is_empty() {
                continue;
            }
            let fits = match param.form {
                Form::Text | Form::List => true,
                Form::Whole { .. } => value.len() < 16 && value.bytes().all(|b| b.is_ascii_digit()),
                Form::Period => value.parse::<beffroi_model::Period>().is_ok(),
                Form::Day => value.parse::<Date>().is_ok(),
                Form::OneOf(codes) => codes.contains(&value.as_str()),
            };
            if !fits {
                return Err(wrong(param.form.wish(t)));
            }
            if values.insert(name.clone(), value).is_some() {
                return Err(wrong(t.say("web-api-wrong-twice")));
            }
        }
        let missing = params.iter().find(|p| p.place == Place::Query && p.required && !values.contains_key(p.name));
        if let Some(param) = missing {
            let reason = t.say("web-api-wrong-missing");
            return Err(Problem::Parameter { name: param.name.to_owned(), reason });
        }
        Ok(Self { t, path: reader.uri.path().to_owned(), values })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A whole number.
    pub(super) fn whole(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }

    /// The parts of a list with commas.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let text = self.get(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub(super) fn day(&self, name: &str) -> Option<Date> {
        self.get(name)?.parse().ok()
    }

    /// How many objects a part holds: as asked, `usual` unasked, `most` at most.
    pub(super) fn limit(&self, usual: usize, most: usize) -> Result<usize, Problem> {
        let asked = self.whole("limit").map_or(usual, |n| usize::try_from(n).unwrap_or(usize::MAX));
        if (1..=most).contains(&asked) {
            return Ok(asked);
        }
        let values = [("most", i64::try_from(most).unwrap_or(i64::MAX).into())];
        Err(self.wrong("limit", self.t.say_with("web-api-wrong-limit", &values)))
    }

    /// A parameter is wrong, for that reason.
    pub(super) fn wrong(&self, name: &str, reason: String) -> Problem {
        Problem::Parameter { name: name.to_owned(), reason }
    }

    /// The same request with some parameters changed.
    pub(super) fn with(&self, changed: &[(&str, String)]) -> String {
        let mut values = self.values.clone();
        values.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        format!("{}?{}", self.path, encode(&values.into_iter().collect::<Vec<_>>()))
    }

    /// The part of a list that was asked for: what follows the object whose key is `cursor`.
    pub(super) fn part<T>(
        &self,
        all: Vec<T>,
        key: impl Fn(&T) -> String,
        (usual, most): (usize, usize),
    ) -> Result<Listed<T>, Problem> {
        let limit = self.limit(usual, most)?;
        let n = all.len();
        let from = match self.get("cursor") {
            None => 0,
            Some(cursor) => match all.iter().position(|one| key(one) == cursor) {
                Some(at) => at + 1,
                None => return Err(self.wrong("cursor", self.t.say("web-api-wrong-cursor"))),
            },
        };
        let objects: Vec<T> = all.into_iter().skip(from).take(limit).collect();
        let more = from + objects.len() < n;
        let next = objects.last().filter(|_| more).map(|last| self.with(&[("cursor", key(last))]));
        Ok(Listed { n, next, objects })
    }
}
