//! Planted series: reports of one author, linked by shared numbers, domains, addresses and accounts.
//!
//! The keys of a series form a path; the first members are bridges that each carry two neighbouring keys, the others carry one
//! or two. So the whole is connected whatever the rest of the draw, often only through chains: A and B by a number, B and C by a domain.

use crate::generate::GenerateError;
use crate::identifiers::{Names, Phones};
use crate::phenomena::{Phenomena, Phenomenon};
use crate::places::{Places, thousandths};
use crate::planting::{Budget, Planted, Tag};
use crate::random::{Random, Weighted};
use crate::row::{Author, File};
use crate::truth::{Key, SeriesTruth};
use jiff::ToSpan;
use jiff::civil::Date;

/// Kinds of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evidence {
    Phone,
    Domain,
    Email,
    Iban,
}

impl Evidence {
    fn code(self) -> &'static str {
        match self {
            Self::Phone => "phone-number",
            Self::Domain => "domain-name",
            Self::Email => "email-addr",
            Self::Iban => "iban",
        }
    }

    /// Whether the form of the service has a place for it.
    fn fits(self, file: File) -> bool {
        match file {
            File::Unites | File::Thesee => true,
            File::Perceval => self == Self::Domain,
            File::Cyber17 => matches!(self, Self::Domain | Self::Phone),
        }
    }
}

/// A way of working: its name, its keys in order, and the phenomena it serves.
struct Way {
    name: &'static str,
    keys: &'static [Evidence],
    phenomena: &'static [&'static str],
}

const WAYS: [Way; 4] = [
    Way { name: "shared-domain", keys: &[Evidence::Domain], phenomena: &["fake_shop", "phishing", "investment"] },
    Way {
        name: "chain",
        keys: &[Evidence::Phone, Evidence::Domain, Evidence::Email, Evidence::Iban],
        phenomena: &["investment", "romance", "phishing"],
    },
    Way {
        name: "mule-account",
        keys: &[Evidence::Iban, Evidence::Phone],
        phenomena: &["fake_bank_adviser", "romance", "bec"],
    },
    Way {
        name: "rotating-domains",
        keys: &[Evidence::Domain, Evidence::Phone, Evidence::Domain, Evidence::Email, Evidence::Domain],
        phenomena: &["fake_shop", "phishing"],
    },
];

/// Series in a set of 200 000 reports.
const SERIES: u64 = 48;
/// Members of the smallest and largest series.
const SMALLEST: f64 = 3.0;
const LARGEST: f64 = 400.0;

/// What series are made from.
pub(crate) struct Maker<'a, 't> {
    pub(crate) reports: u64,
    pub(crate) years: (i16, i16),
    pub(crate) phenomena: &'t Phenomena,
    pub(crate) places: &'a Places,
    pub(crate) phones: &'a mut Phones,
    pub(crate) names: &'a mut Names,
    pub(crate) random: &'a mut Random,
}

impl<'t> Maker<'_, 't> {
    /// Plants the series: 48 for 200 000 reports and as many more as the set is larger, of 3 to 400 members in geometric steps
    /// (scaled down in smaller sets, never below 3), half of them in the last two years.
    pub(crate) fn plant(
        &mut self,
        budget: &mut Budget,
        planted: &mut Vec<Planted<'t>>,
        all: &mut Vec<SeriesTruth>,
    ) -> Result<(), GenerateError> {
        let wanted = (SERIES * (self.reports / 200_000).max(1)).min(self.reports / 60).min(1000);
        for number in 0..wanted {
            let step = f64_of(number % SERIES) / f64_of(SERIES - 1);
            let full = SMALLEST * libm::pow(LARGEST / SMALLEST, step);
            let scaled = full * (f64_of(self.reports) / 200_000.0).min(1.0);
            let size = thousandths(libm::round(scaled)).max(3);
            self.one(size, budget, planted, all)?;
        }
        Ok(())
    }

    fn one(
        &mut self,
        size: u64,
        budget: &mut Budget,
        planted: &mut Vec<Planted<'t>>,
        all: &mut Vec<SeriesTruth>,
    ) -> Result<(), GenerateError> {
        let idx = all.len();
        let Some(way) = WAYS.get(idx % WAYS.len()) else { return Ok(()) };
        let phenomenon = self.phenomena.get(self.random.one_of(way.phenomena).unwrap_or("phishing"))?;
        let mut keys = Vec::new();
        for evidence in way.keys.iter().take(usize::try_from(size).unwrap_or(usize::MAX)) {
            let Some(value) = self.value(*evidence) else { break };
            keys.push((*evidence, value));
        }
        let home = self.home();
        let (first, last) = self.span();
        let start = planted.len();
        // Bridges: a key that no bridge reaches is dropped.
        let mut reached = 1;
        for pair in keys.windows(2) {
            let day = self.day(first, last);
            let [left, right] = pair else { break };
            if !budget.take(File::Unites, day, phenomenon.category) {
                break;
            }
            planted.push(self.member(File::Unites, day, phenomenon, &[left, right], idx, &home));
            reached += 1;
        }
        keys.truncate(reached);
        while u64::try_from(planted.len() - start).unwrap_or(u64::MAX) < size {
            let day = self.day(first, last);
            let at = usize::try_from(self.random.below(u64::try_from(keys.len()).unwrap_or(0))).unwrap_or(0);
            let Some(key) = keys.get(at) else { break };
            let file = self.file(key.0, day, phenomenon);
            if !budget.take(file, day, phenomenon.category) {
                // The set is small and full: the series ends here.
                break;
            }
            let mut carried = vec![key];
            if let Some(next) = keys.get(at + 1).filter(|next| next.0.fits(file) && self.random.chance(250)) {
                carried.push(next);
            }
            planted.push(self.member(file, day, phenomenon, &carried, idx, &home));
        }
        if planted.len() - start < 2 {
            planted.truncate(start);
            return Ok(());
        }
        all.push(SeriesTruth {
            id: format!("SYN-SERIES-{:04}", idx + 1),
            kind: way.name.to_owned(),
            phenomenon: phenomenon.code.clone(),
            keys: keys.into_iter().map(|(evidence, value)| Key { kind: evidence.code().to_owned(), value }).collect(),
            members: Vec::new(),
        });
        Ok(())
    }

    fn value(&mut self, evidence: Evidence) -> Option<String> {
        match evidence {
            Evidence::Phone => self.phones.planted(),
            Evidence::Domain => Some(self.names.domain(self.random)),
            Evidence::Email => Some(self.names.email(self.random)),
            Evidence::Iban => Some(self.names.iban()),
        }
    }

    /// Where the series strikes: everywhere, or mostly in a few departments.
    fn home(&mut self) -> Vec<&'static str> {
        if self.random.chance(500) {
            return Vec::new();
        }
        (0..4).map(|_| self.places.located(self.random)).collect()
    }

    /// First and last day of the series.
    fn span(&mut self) -> (Date, Date) {
        let (from, to) = self.years;
        let recent = (to - 1).max(from);
        let year = if self.random.chance(500) {
            self.random.between(i32::from(recent), i32::from(to))
        } else {
            self.random.between(i32::from(from), i32::from(to))
        };
        let end = Date::new(to, 12, 31).unwrap_or(Date::MAX);
        let opening = Date::new(i16::try_from(year).unwrap_or(to), 1, 1).unwrap_or(end);
        // Late enough to see the year, early enough to leave the series some days.
        let first = opening.saturating_add(self.random.between(0, 320).days());
        let last = first.saturating_add(self.random.between(20, 240).days()).min(end);
        (first, last)
    }

    fn day(&mut self, first: Date, last: Date) -> Date {
        first.saturating_add(self.random.between(0, (last - first).get_days()).days())
    }

    /// A service whose form holds `evidence`, that is open on `day` and takes such facts.
    fn file(&mut self, evidence: Evidence, day: Date, phenomenon: &Phenomenon) -> File {
        let shares = [(55, File::Unites), (20, File::Thesee), (15, File::Perceval), (10, File::Cyber17)];
        let open = |file: File| {
            evidence.fits(file)
                && file.opens().is_none_or(|opening| day >= opening)
                && phenomenon.weight(file, day.year()) > 0
        };
        let services = Weighted::new(shares.into_iter().filter(|(_, file)| open(*file)));
        services.pick(self.random).unwrap_or(File::Unites)
    }

    fn member(
        &mut self,
        file: File,
        reported: Date,
        phenomenon: &'t Phenomenon,
        carried: &[&(Evidence, String)],
        series: usize,
        home: &[&'static str],
    ) -> Planted<'t> {
        let mut author = Author::default();
        for (evidence, value) in carried {
            let slot = match evidence {
                Evidence::Phone => &mut author.phone,
                Evidence::Domain => &mut author.domain,
                Evidence::Email => &mut author.email,
                Evidence::Iban => &mut author.iban,
            };
            *slot = Some(value.clone());
        }
        // Noise: an address of that one report, where the form has a place and the series left it free.
        if author.email.is_none() && Evidence::Email.fits(file) && self.random.chance(200) {
            author.email = Some(self.names.email(self.random));
        }
        let department = if file != File::Thesee && self.random.chance(800) { self.random.one_of(home) } else { None };
        Planted {
            file,
            reported,
            phenomenon,
            department,
            occurred: None,
            loss_cents: None,
            sector: None,
            author,
            series: Some(series),
            tag: Tag::Series,
        }
    }
}

/// A count as a number; exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn f64_of(n: u64) -> f64 {
    n as f64
}
