//! Where reports come from: departments by population with some variation, and "not located".

use crate::generate::GenerateError;
use crate::random::{Random, Weighted};
use crate::row::File;
use beffroi_model::Territory;

/// Departments and collectivities with their weights.
pub(crate) struct Places {
    weights: Weighted<&'static str>,
}

impl Places {
    /// Weights are the population of the code list, times a log-normal variation of 15 % drawn once a department, and half as
    /// much again for Paris and the Côte d'Azur, as in the recorded figures.
    pub(crate) fn new(random: &mut Random) -> Result<Self, GenerateError> {
        let list = beffroi_codes::list("departments")
            .ok_or(GenerateError::Table { table: "departments", problem: "the list is not there".to_owned() })?;
        let weights = Weighted::new(list.codes().filter_map(|code| {
            let population: u64 = code.extra("population")?.parse().ok()?;
            let urban = if matches!(code.code.as_str(), "06" | "13" | "75") { 1500 } else { 1000 };
            let variation = thousandths(random.log_normal(1000.0, 0.15));
            Some((population * urban / 1000 * variation / 1000, code.code.as_str()))
        }));
        Ok(Self { weights })
    }

    /// The place of a report.
    pub(crate) fn draw(&self, file: File, year: i16, random: &mut Random) -> &'static str {
        if random.chance(not_located(file, year)) { Territory::NOT_LOCATED } else { self.located(random) }
    }

    /// A department or collectivity.
    pub(crate) fn located(&self, random: &mut Random) -> &'static str {
        self.weights.pick(random).unwrap_or(Territory::NOT_LOCATED)
    }
}

/// Per mille of reports without a place: hardly any before complaints went online, more and more since. Ours.
fn not_located(file: File, year: i16) -> u64 {
    match (file, year) {
        (File::Unites, ..=2021) => 4,
        (File::Unites, 2022) => 15,
        (File::Unites, 2023) => 25,
        (File::Unites, 2024) => 35,
        (File::Unites, _) => 45,
        (File::Thesee, _) => 920,
        (File::Perceval, _) => 30,
        (File::Cyber17, _) => 40,
    }
}

/// A positive number as whole units.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the range first")]
pub(crate) fn thousandths(value: f64) -> u64 {
    value.clamp(0.0, 1e15) as u64
}
