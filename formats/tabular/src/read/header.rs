//! The header of a table: where each column that the mapping reads is, and which columns make a wide table long.

use super::FileError;
use super::error::Names;
use crate::declaration::{FileShape, Unpivot};
use std::collections::HashMap;

/// Most columns of a wide table that become rows.
const WIDE: usize = 4096;

/// The names of the columns, and what is read of them.
#[derive(Debug)]
pub(super) struct Header {
    pub(super) names: Vec<String>,
    /// For each declared column, its place.
    pub(super) picks: Vec<usize>,
    /// The places of the columns that become rows.
    pub(super) wide: Vec<usize>,
}

impl Header {
    /// # Errors
    /// [`FileError`] when a declared column is missing or stands twice, or too many columns become rows.
    pub(super) fn new(line: u64, names: Vec<String>, shape: &FileShape, columns: &[String]) -> Result<Self, FileError> {
        let mut places: HashMap<&str, (usize, Option<usize>)> = HashMap::with_capacity(names.len());
        for (place, name) in names.iter().enumerate() {
            places.entry(name).and_modify(|(_, second)| *second = second.or(Some(place))).or_insert((place, None));
        }
        let listed = shape.unpivot.as_ref().map(|unpivot| unpivot.columns.as_slice()).unwrap_or_default();
        let missing: Vec<&String> =
            columns.iter().chain(listed).filter(|column| !places.contains_key(column.as_str())).collect();
        if !missing.is_empty() {
            return Err(FileError::MissingColumns { line, missing: Names::of(missing), found: Names::of(&names) });
        }
        let once = |name: &str| match places.get(name) {
            Some((first, Some(second))) => Err(FileError::RepeatedColumn {
                line,
                column: name.to_owned(),
                places: (*first as u64 + 1, *second as u64 + 1),
            }),
            Some((first, None)) => Ok(*first),
            None => Ok(0),
        };
        let picks = columns.iter().map(|column| once(column)).collect::<Result<_, _>>()?;
        let mut wide = Vec::new();
        if let Some(unpivot) = &shape.unpivot {
            for name in names.iter().filter(|name| takes(unpivot, columns, name)) {
                wide.push(once(name)?);
            }
            if wide.is_empty() {
                let missing = Names::of([unpivot.pattern.as_ref().map_or("*", |pattern| pattern.as_str())]);
                return Err(FileError::MissingColumns { line, missing, found: Names::of(&names) });
            }
            if wide.len() > WIDE {
                let reason = format!("more than {WIDE} columns would become rows");
                return Err(FileError::Header { line, reason });
            }
        }
        drop(places);
        Ok(Self { names, picks, wide })
    }

    pub(super) fn name(&self, place: usize) -> Option<&str> {
        self.names.get(place).map(String::as_str).filter(|name| !name.is_empty())
    }
}

/// Whether a column becomes rows. `columns` are those that the mapping reads beside.
pub(super) fn takes(unpivot: &Unpivot, columns: &[String], name: &str) -> bool {
    if !unpivot.columns.is_empty() {
        return unpivot.columns.iter().any(|column| column == name);
    }
    match &unpivot.pattern {
        Some(pattern) => pattern.is_match(name),
        None => {
            let is = |column: &String| column == name || column.strip_prefix('/') == Some(name);
            !name.is_empty() && !unpivot.except.iter().any(is) && !columns.iter().any(is)
        }
    }
}

/// One name a column from a header of two rows: that of the group, which goes on to the right, and its own.
pub(super) fn joined(upper: &[String], lower: &[String]) -> Vec<String> {
    let mut group = "";
    (0..upper.len().max(lower.len()))
        .map(|place| {
            let own = lower.get(place).map(String::as_str).unwrap_or_default();
            let above = upper.get(place).map(String::as_str).unwrap_or_default();
            if !above.is_empty() {
                group = above;
            }
            match (group, own) {
                (_, "") => above.to_owned(),
                ("", own) => own.to_owned(),
                (group, own) => format!("{group} {own}"),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_goes_on_to_the_right() {
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let names = joined(&texts(&["", "2023", "", "2024"]), &texts(&["dép.", "janv.", "févr.", "janv.", ""]));
        assert_eq!(names, ["dép.", "2023 janv.", "2023 févr.", "2024 janv.", ""]);
    }
}
