//! What is reported: the generator's assumptions, a phenomenon a row.

use crate::generate::GenerateError;
use crate::places::thousandths;
use crate::random::{Random, Weighted};
use crate::row::{Category, File};
use crate::tables;
use beffroi_model::VictimKind;
use serde::Deserialize;

/// One row of `tables/phenomena.csv`; its head says what each column means.
#[derive(Debug, Deserialize)]
struct Assumption {
    code: String,
    weight_2016: f64,
    weight_2025: f64,
    thesee: u64,
    perceval: u64,
    cyber17: u64,
    individual: u64,
    company: u64,
    loss: u64,
    loss_median: f64,
    loss_sigma: f64,
    site: u64,
    phone: u64,
    email: u64,
    iban: u64,
}

/// A phenomenon with its category and assumptions.
#[derive(Debug)]
pub(crate) struct Phenomenon {
    pub(crate) code: String,
    pub(crate) category: Category,
    pub(crate) astad: bool,
    /// Per cent of complaints that name one of the author.
    pub(crate) site: u64,
    pub(crate) phone: u64,
    pub(crate) email: u64,
    pub(crate) iban: u64,
    assumption: Assumption,
}

impl Phenomenon {
    /// Weight in `file` in `year`, 0 when the service takes none.
    pub(crate) fn weight(&self, file: File, year: i16) -> u64 {
        let a = &self.assumption;
        match file {
            File::Unites => {
                let progress = f64::from(year - 2016) / 9.0;
                thousandths(1000.0 * (a.weight_2016 + (a.weight_2025 - a.weight_2016) * progress))
            }
            File::Thesee => a.thesee,
            File::Perceval => a.perceval,
            File::Cyber17 => a.cyber17,
        }
    }

    /// The class of a victim. THESEE and PERCEVAL take natural persons only.
    pub(crate) fn victim(&self, file: File, random: &mut Random) -> VictimKind {
        if matches!(file, File::Thesee | File::Perceval) {
            return VictimKind::Individual;
        }
        let at = random.below(100);
        let a = &self.assumption;
        if at < a.individual {
            VictimKind::Individual
        } else if at < a.individual + a.company {
            VictimKind::Company
        } else {
            VictimKind::Public
        }
    }

    /// A loss in cents; always given on PERCEVAL, where one reports a purchase.
    pub(crate) fn loss_cents(&self, file: File, random: &mut Random) -> Option<i64> {
        let a = &self.assumption;
        if a.loss == 0 || (file != File::Perceval && random.below(100) >= a.loss) {
            return None;
        }
        let cents = thousandths(100.0 * random.log_normal(a.loss_median, a.loss_sigma)).max(100);
        i64::try_from(cents).ok()
    }
}

/// Every phenomenon of the table.
pub(crate) struct Phenomena(Vec<Phenomenon>);

impl Phenomena {
    /// Joins the table with the code list, which gives category and the ASTAD flag.
    pub(crate) fn new() -> Result<Self, GenerateError> {
        let table = "phenomena.csv";
        let problem = |problem: String| GenerateError::Table { table, problem };
        let list = beffroi_codes::list("phenomena").ok_or_else(|| problem("no code list of phenomena".to_owned()))?;
        tables::rows::<Assumption>(table, include_str!("../tables/phenomena.csv"))?
            .into_iter()
            .map(|assumption| {
                let known = list.code(&assumption.code);
                let category = known.and_then(|code| Category::of(code.parent.as_deref()?));
                let (Some(code), Some(category)) = (known, category) else {
                    return Err(problem(format!("`{}` is not in the code list", assumption.code)));
                };
                Ok(Phenomenon {
                    code: code.code.clone(),
                    category,
                    astad: code.flag("astad"),
                    site: assumption.site,
                    phone: assumption.phone,
                    email: assumption.email,
                    iban: assumption.iban,
                    assumption,
                })
            })
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The phenomenon coded `code`.
    pub(crate) fn get(&self, code: &str) -> Result<&Phenomenon, GenerateError> {
        self.0
            .iter()
            .find(|phenomenon| phenomenon.code == code)
            .ok_or_else(|| GenerateError::Table { table: "phenomena.csv", problem: format!("no row for `{code}`") })
    }

    /// What to draw from in `file`, `year` and `category`.
    pub(crate) fn weighted(&self, file: File, year: i16, category: Category) -> Weighted<&Phenomenon> {
        Weighted::new(
            self.0
                .iter()
                .filter(|p| p.category == category)
                .map(|phenomenon| (phenomenon.weight(file, year), phenomenon)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quotas::quotas;

    #[test]
    fn every_quota_has_something_to_draw() {
        let phenomena = Phenomena::new().unwrap();
        let mut random = Random::new(1, 1);
        for (year, file, category) in quotas(1_000_000, 2016, 2025).unwrap().into_keys() {
            assert!(
                phenomena.weighted(file, year, category).pick(&mut random).is_some(),
                "{} {}",
                file.name(),
                category.code()
            );
        }
    }

    #[test]
    fn every_phenomenon_of_the_code_list_is_drawn() {
        let ours = Phenomena::new().unwrap();
        for code in beffroi_codes::list("phenomena").unwrap().codes() {
            assert!(ours.get(&code.code).is_ok(), "{}", code.code);
        }
    }
}
