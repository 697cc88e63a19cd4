//! Entities assessed and entities that improved, each once, and how many there are.

use crate::window::Window;
use beffroi_register::Record;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Entities of a territory or of a size.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Entities<'a> {
    /// Those that were assessed, by their number.
    pub(crate) assessed: BTreeSet<&'a str>,
    /// Those that were asked again six months later.
    pub(crate) recalled: BTreeSet<&'a str>,
    /// Of these, the ones that applied at least one recommendation.
    pub(crate) improved: BTreeSet<&'a str>,
    /// Of those assessed, the ones whose kind has a known number of entities there.
    pub(crate) covered: BTreeSet<&'a str>,
    /// How many there are of those kinds; nothing where it is not known.
    pub(crate) existing: Option<u64>,
}

impl Entities<'_> {
    /// Assessed over existing, of the kinds whose number is known.
    pub(crate) fn coverage(&self) -> Option<f64> {
        let existing = self.existing.filter(|n| *n > 0)?;
        Some(self.covered.len() as f64 / existing as f64)
    }
}

/// By what entities are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The territory.
    Territory,
    /// The number of persons they employ.
    Size,
}

impl By {
    fn of(self, record: &Record) -> &str {
        record.value(match self {
            Self::Territory => "territory",
            Self::Size => "size",
        })
    }
}

/// Entities assessed in `window` (the synthesis was handed over), those that improved in it, and those that exist.
pub(crate) fn entities<'a>(
    diagnoses: impl Iterator<Item = &'a Record>,
    populations: impl Iterator<Item = &'a Record>,
    window: Window,
    by: By,
) -> BTreeMap<&'a str, Entities<'a>> {
    let existing = existing(populations, by);
    let mut all: BTreeMap<&str, Entities<'_>> = BTreeMap::new();
    for ((of, _), n) in &existing {
        let entities = all.entry(*of).or_default();
        entities.existing = Some(entities.existing.unwrap_or(0).saturating_add(*n));
    }
    for diagnosis in diagnoses {
        let (of, siren) = (by.of(diagnosis), diagnosis.value("siren"));
        let entities = all.entry(of).or_default();
        if window.holds(diagnosis.value("delivered_on")) {
            entities.assessed.insert(siren);
            if existing.contains_key(&(of, diagnosis.value("audience"))) {
                entities.covered.insert(siren);
            }
        }
        if window.holds(diagnosis.value("recalled_on")) && !diagnosis.value("outcome").is_empty() {
            entities.recalled.insert(siren);
            if diagnosis.value("outcome") == "applied" {
                entities.improved.insert(siren);
            }
        }
    }
    all
}

/// How many entities of each kind exist, by territory or size: the newest count of each. A count of all sizes stands before
/// those by size, which are added up where there is none; by size, only those that name one are looked at.
fn existing<'a>(populations: impl Iterator<Item = &'a Record>, by: By) -> BTreeMap<(&'a str, &'a str), u64> {
    // Newest by kind, territory and size.
    let mut newest: BTreeMap<(&str, &str, &str), (Date, u64)> = BTreeMap::new();
    for count in populations.filter(|count| count.state == "current") {
        let (Ok(day), Ok(n)) = (count.value("as_of").parse::<Date>(), count.value("existing").parse()) else {
            continue;
        };
        let of = (count.value("audience"), count.value("territory"), count.value("size"));
        let known = newest.entry(of).or_insert((day, n));
        if known.0 <= day {
            *known = (day, n);
        }
    }
    let mut all: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for ((audience, territory, size), (_, n)) in &newest {
        let whole = newest.contains_key(&(*audience, *territory, ""));
        let of = match by {
            By::Territory if size.is_empty() || !whole => *territory,
            By::Size if !size.is_empty() => *size,
            _ => continue,
        };
        let sum = all.entry((of, *audience)).or_default();
        *sum = sum.saturating_add(*n);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reach::tests::record;

    fn diagnosis(number: u32, siren: &str, audience: &str, outcome: &str) -> Record {
        let values = [
            ("siren", siren),
            ("audience", audience),
            ("territory", "35"),
            ("size", "0-9"),
            ("delivered_on", "2026-01-10"),
            ("recalled_on", if outcome.is_empty() { "" } else { "2026-07-12" }),
            ("outcome", outcome),
        ];
        record("diagnosis", number, "measured", &values)
    }

    fn count(number: u32, size: &str, as_of: &str, existing: &str) -> Record {
        let values =
            [("audience", "commune"), ("territory", "35"), ("size", size), ("as_of", as_of), ("existing", existing)];
        record("entity_population", number, "current", &values)
    }

    #[test]
    fn an_entity_assessed_twice_is_one_entity() {
        let all = [
            diagnosis(1, "100000009", "commune", "applied"),
            diagnosis(2, "100000009", "commune", "none_applied"),
            diagnosis(3, "200000008", "company", ""),
        ];
        let counts = [count(1, "", "2024-01-01", "333"), count(2, "0-9", "2024-01-01", "200")];
        let window = Window::of(2026, None).unwrap();
        let found = entities(all.iter(), counts.iter(), window, By::Territory);
        let here = &found["35"];
        assert_eq!((here.assessed.len(), here.recalled.len(), here.improved.len()), (2, 1, 1));
        assert_eq!(here.covered.len(), 1);
        assert_eq!(here.existing, Some(333), "the count of all sizes, and not both");
        assert!((here.coverage().unwrap() - 1.0 / 333.0).abs() < 1e-12, "companies are of no known number");
        let by_size = entities(all.iter(), counts.iter(), window, By::Size);
        assert_eq!(by_size["0-9"].existing, Some(200));
    }

    #[test]
    fn the_newest_count_stands_and_sizes_add_up() {
        let counts = [
            count(1, "0-9", "2023-01-01", "100"),
            count(2, "0-9", "2024-01-01", "90"),
            count(3, "10-19", "2024-01-01", "7"),
        ];
        let found = entities([].iter(), counts.iter(), Window::of(2026, None).unwrap(), By::Territory);
        assert_eq!(found["35"].existing, Some(97));
        assert_eq!(found["35"].coverage(), Some(0.0));
        assert_eq!(Entities::default().coverage(), None);
    }
}
