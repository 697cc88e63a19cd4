//! What was seen of a thing lately, and what reports of a phenomenon look like.

use beffroi_model::{Layer, ObservableKind, Report};
use beffroi_observables::{defang, is_personal, mask};
use beffroi_surveillance::domain_terms;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// An observable of an author.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    kind: ObservableKind,
    value: String,
}

impl Key {
    pub(crate) fn new(kind: ObservableKind, value: &str) -> Self {
        Self { kind, value: value.to_owned() }
    }

    pub(crate) fn is_domain(&self) -> bool {
        self.kind == ObservableKind::DomainName
    }

    pub(crate) fn domain(&self) -> Option<&str> {
        self.is_domain().then_some(self.value.as_str())
    }

    /// As it may be shown: masked when it leads to one person, defanged otherwise.
    pub(crate) fn shown(&self) -> String {
        if is_personal(self.kind) { mask(self.kind, &self.value) } else { defang(self.kind, &self.value) }
    }

    /// What tells it from any other.
    pub(crate) fn text(&self) -> String {
        format!("{}:{}", self.kind, self.value)
    }

    pub(crate) fn digest(&self) -> u64 {
        let digest = Sha256::digest(self.text().as_bytes());
        digest.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
    }
}

/// The reports behind a thing, in the weeks in which it is new.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lately {
    /// Reports by day and place.
    pub(crate) days: BTreeMap<(Date, String), usize>,
    pub(crate) phenomena: BTreeMap<String, usize>,
    pub(crate) layers: BTreeMap<Layer, usize>,
    pub(crate) sources: BTreeSet<String>,
    pub(crate) synthetic: bool,
    pub(crate) profile: Profile,
}

impl Lately {
    pub(crate) fn add(&mut self, report: &Report) {
        let (place, phenomenon) = (report.territory.code(), report.phenomenon.as_deref());
        self.add_many(1, report.reported_on, place, phenomenon, report.layer, report.synthetic);
        self.sources.insert(report.source.to_string());
        self.profile.add(report);
    }

    pub(crate) fn add_many(
        &mut self,
        n: usize,
        day: Date,
        place: &str,
        phenomenon: Option<&str>,
        layer: Layer,
        synthetic: bool,
    ) {
        *self.days.entry((day, place.to_owned())).or_default() += n;
        if let Some(phenomenon) = phenomenon {
            *self.phenomena.entry(phenomenon.to_owned()).or_default() += n;
        }
        *self.layers.entry(layer).or_default() += n;
        self.synthetic |= synthetic;
    }

    pub(crate) fn join(&mut self, other: &Self) {
        for (place, n) in &other.days {
            *self.days.entry(place.clone()).or_default() += n;
        }
        for (phenomenon, n) in &other.phenomena {
            *self.phenomena.entry(phenomenon.clone()).or_default() += n;
        }
        for (layer, n) in &other.layers {
            *self.layers.entry(*layer).or_default() += n;
        }
        self.sources.extend(other.sources.iter().cloned());
        self.synthetic |= other.synthetic;
        self.profile.join(&other.profile);
    }

    pub(crate) fn n_reports(&self) -> usize {
        self.days.values().sum()
    }

    /// The most reports within `days` days, and the places they came from.
    pub(crate) fn busiest(&self, days: i32) -> (usize, usize) {
        let mut best = (0, 0);
        let mut starts: Vec<Date> = self.days.keys().map(|(day, _)| *day).collect();
        starts.dedup();
        for start in starts {
            let within = self
                .days
                .iter()
                .filter(|((day, _), _)| *day >= start && start.until(*day).is_ok_and(|span| span.get_days() < days));
            let (mut reports, mut places) = (0, BTreeSet::new());
            for ((_, place), n) in within {
                reports += n;
                places.insert(place.as_str());
            }
            best = best.max((reports, places.len()));
        }
        best
    }
}

/// What reports look like, without anything of a person: shares of classes of victims, sectors, kinds of observables
/// and terms of domains.
#[derive(Debug, Clone, Default)]
pub(crate) struct Profile(pub(crate) BTreeMap<String, f64>);

impl Profile {
    pub(crate) fn add(&mut self, report: &Report) {
        let mut one = |feature: String| *self.0.entry(feature).or_default() += 1.0;
        if let Some(kind) = report.victim_kind {
            one(format!("victim:{kind:?}"));
        }
        if let Some(sector) = &report.sector {
            one(format!("sector:{sector}"));
        }
        one(format!("category:{}", report.category.as_deref().unwrap_or_default()));
        for observable in report.observables.iter().filter(|o| o.role == beffroi_model::Role::Author) {
            one(format!("observable:{}", observable.kind));
            if observable.kind == ObservableKind::DomainName {
                domain_terms(&observable.value).into_iter().for_each(|term| one(format!("term:{term}")));
            }
        }
    }

    fn join(&mut self, other: &Self) {
        for (feature, n) in &other.0 {
            *self.0.entry(feature.clone()).or_default() += n;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_busiest_fortnight_is_counted_with_its_places() {
        let mut seen = Lately::default();
        for (day, place, n) in [(1, "59", 2), (13, "62", 3), (15, "80", 4), (29, "75", 1)] {
            seen.add_many(n, date(2025, 12, day), place, Some("phishing"), Layer::Recorded, true);
        }
        // From the 13th: 3 + 4; the 1st and the 15th are fourteen days apart.
        assert_eq!(seen.busiest(14), (7, 2));
        assert_eq!(seen.n_reports(), 10);
        assert_eq!(Lately::default().busiest(14), (0, 0));
    }

    #[test]
    fn what_leads_to_a_person_is_masked_and_the_rest_defanged() {
        let shown = |kind, value| Key::new(kind, value).shown();
        assert!(!shown(ObservableKind::PhoneNumber, "+33639980011").contains("399800"));
        assert_eq!(shown(ObservableKind::DomainName, "suivi.example"), "suivi[.]example");
    }
}
