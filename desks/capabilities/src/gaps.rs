//! What is missing where, who answers for it, and what hangs on one thing alone.

use beffroi_model::Territory;
use beffroi_rights::Territories;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Something that is there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Holding {
    /// Its reference.
    pub(crate) reference: String,
    /// What can be done with it.
    pub(crate) capability: String,
    /// The department where it is.
    pub(crate) territory: Territory,
    /// The service that holds it.
    pub(crate) unit: String,
    /// How many.
    pub(crate) quantity: u32,
    /// Whether it was verified and works.
    pub(crate) usable: bool,
    /// Last day of its licence or certificate.
    pub(crate) until: Option<Date>,
}

impl Holding {
    /// Whether it counts on a day.
    pub(crate) fn counts(&self, on: Date) -> bool {
        self.usable && self.until.is_none_or(|until| until >= on)
    }
}

/// What a territory must be able to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expected {
    /// What.
    pub(crate) capability: String,
    /// Where.
    pub(crate) territory: Territory,
    /// How much at least.
    pub(crate) least: u32,
    /// Who answers for it.
    pub(crate) owner: String,
    /// By when it is to be so.
    pub(crate) due: Option<Date>,
}

/// What units ask for, still open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked {
    /// What.
    pub(crate) capability: String,
    /// Where.
    pub(crate) territory: Territory,
    /// How much.
    pub(crate) quantity: u32,
}

/// What everything hangs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Single {
    /// One thing or one person.
    One(String),
    /// Several of one service.
    Unit(String),
}

/// A capability in a territory.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// What.
    pub(crate) capability: String,
    /// Where.
    pub(crate) territory: Territory,
    /// How much is expected; nothing when nobody said.
    pub(crate) expected: Option<u32>,
    /// How much is there and counts.
    pub(crate) supply: u32,
    /// How much open needs ask for.
    pub(crate) asked: u32,
    /// How much is missing: the greater of what is expected and not there, and of what is asked for.
    pub(crate) missing: u32,
    /// Who answers for it; nothing when nobody does.
    pub(crate) owner: Option<String>,
    /// By when.
    pub(crate) due: Option<Date>,
    /// What all of it hangs on.
    pub(crate) single: Option<Single>,
}

/// Every capability of every territory where something is expected, there or asked for, the widest gap first. What lies in
/// a department counts for the regions and the country that hold it.
pub(crate) fn lines(expected: &[Expected], holdings: &[Holding], asked: &[Asked], on: Date) -> Vec<Line> {
    let expected_at = |capability: &str, territory: &Territory| {
        expected.iter().find(|one| one.capability == capability && one.territory == *territory)
    };
    let said = expected.iter().map(|one| (one.capability.clone(), one.territory.clone()));
    let there = holdings.iter().map(|one| (one.capability.clone(), one.territory.clone()));
    let wanted = asked.iter().map(|one| (one.capability.clone(), one.territory.clone()));
    let cells: BTreeSet<(String, Territory)> = said.chain(there).chain(wanted).collect();
    let mut lines: Vec<Line> = cells
        .into_iter()
        .map(|(capability, territory)| {
            let within = Territories::of([territory.clone()]);
            let counted: Vec<&Holding> = holdings
                .iter()
                .filter(|one| one.capability == capability && within.contains(&one.territory) && one.counts(on))
                .collect();
            let open = asked.iter().filter(|one| one.capability == capability && within.contains(&one.territory));
            let supply: u32 = counted.iter().map(|one| one.quantity).sum();
            let wanted: u32 = open.map(|one| one.quantity).sum();
            let rule = expected_at(&capability, &territory);
            let least = rule.map(|rule| rule.least);
            Line {
                expected: least,
                supply,
                asked: wanted,
                missing: least.unwrap_or(0).saturating_sub(supply).max(wanted),
                owner: rule.map(|rule| rule.owner.clone()),
                due: rule.and_then(|rule| rule.due),
                single: single(&counted),
                capability,
                territory,
            }
        })
        .collect();
    lines.sort_by(|a, b| {
        b.missing.cmp(&a.missing).then_with(|| (&a.capability, &a.territory).cmp(&(&b.capability, &b.territory)))
    });
    lines
}

fn single(counted: &[&Holding]) -> Option<Single> {
    match counted {
        [] => None,
        [one] if one.quantity == 1 => Some(Single::One(one.reference.clone())),
        [first, rest @ ..] => {
            let is_one = rest.iter().all(|other| other.unit == first.unit);
            is_one.then(|| Single::Unit(first.unit.clone()))
        }
    }
}

/// How much of a capability, or of all of them, counts in each department on a day.
pub(crate) fn by_department(holdings: &[Holding], capability: &str, on: Date) -> BTreeMap<String, u32> {
    let mut all = BTreeMap::new();
    let counted = holdings.iter().filter(|one| capability.is_empty() || one.capability == capability);
    for holding in counted.filter(|one| one.counts(on)) {
        *all.entry(holding.territory.code().to_owned()).or_insert(0) += holding.quantity;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn holding(reference: &str, place: &str, unit: &str, quantity: u32) -> Holding {
        Holding {
            reference: reference.to_owned(),
            capability: "decryption".to_owned(),
            territory: place.parse().unwrap(),
            unit: unit.to_owned(),
            quantity,
            usable: true,
            until: None,
        }
    }

    fn expected(place: &str, least: u32) -> Expected {
        Expected {
            capability: "decryption".to_owned(),
            territory: place.parse().unwrap(),
            least,
            owner: "somebody".to_owned(),
            due: None,
        }
    }

    fn line(lines: &[Line], place: &str) -> Line {
        lines.iter().find(|line| line.territory.code() == place).unwrap().clone()
    }

    #[test]
    fn a_gap_is_what_is_expected_and_not_there_or_asked_for() {
        let on = date(2026, 3, 1);
        let mut expired = holding("C", "29", "u29", 5);
        expired.until = Some(date(2026, 2, 28));
        let mut broken = holding("D", "29", "u29", 5);
        broken.usable = false;
        let holdings = [holding("A", "35", "u35", 1), holding("B", "35", "u35", 1), expired, broken];
        let asked = [
            Asked { capability: "decryption".to_owned(), territory: "22".parse().unwrap(), quantity: 3 },
            Asked { capability: "decryption".to_owned(), territory: "35".parse().unwrap(), quantity: 1 },
        ];
        let all = lines(&[expected("35", 4), expected("29", 1), expected("R53", 2)], &holdings, &asked, on);
        let ille = line(&all, "35");
        assert_eq!((ille.supply, ille.asked, ille.missing, ille.owner.as_deref()), (2, 1, 2, Some("somebody")));
        assert_eq!(ille.single, Some(Single::Unit("u35".to_owned())));
        assert_eq!(line(&all, "29").missing, 1, "what expired or does not work is not there");
        let cotes = line(&all, "22");
        assert_eq!((cotes.expected, cotes.missing, cotes.owner), (None, 3, None), "nobody answers for it yet");
        let region = line(&all, "R53");
        assert_eq!((region.supply, region.asked, region.missing), (2, 4, 4), "departments count for their region");
        assert_eq!(all[0].territory.code(), "R53", "the widest gap first");
        assert_eq!(line(&lines(&[], &holdings[..1], &[], on), "35").single, Some(Single::One("A".to_owned())));
        let two = [holding("A", "35", "u1", 1), holding("B", "35", "u2", 1)];
        assert_eq!(line(&lines(&[], &two, &[], on), "35").single, None);
        assert_eq!(
            line(&lines(&[], &[holding("A", "35", "u", 2)], &[], on), "35").single,
            Some(Single::Unit("u".to_owned()))
        );
    }

    #[test]
    fn departments_are_summed_for_the_map() {
        let on = date(2026, 3, 1);
        let holdings = [holding("A", "35", "u", 1), holding("B", "35", "v", 2), holding("C", "29", "u", 1)];
        let all = by_department(&holdings, "", on);
        assert_eq!((all["35"], all["29"]), (3, 1));
        assert!(by_department(&holdings, "undercover", on).is_empty());
    }
}
