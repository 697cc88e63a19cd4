//! How many persons actions reached, each audience once: an action that two services held together is often logged by
//! both, and those who come to the second talk in one town hall are those who came to the first.

use crate::window::Window;
use beffroi_register::Record;
use std::collections::BTreeMap;

/// Persons reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reach {
    /// Actions that were logged.
    pub(crate) actions: u32,
    /// The sum of what they say.
    pub(crate) said: u64,
    /// Persons counted, each audience once.
    pub(crate) persons: u64,
}

impl Reach {
    /// What was said and is not counted again.
    pub(crate) fn again(self) -> u64 {
        self.said.saturating_sub(self.persons)
    }
}

/// What makes two actions speak to the same audience: the entity and the kind of audience; without an entity the day, the
/// place and the kind of audience, unless its author said that it is another action.
fn audience(action: &Record) -> Vec<&str> {
    let of = |field| action.value(field);
    match (of("siren"), of("distinct")) {
        ("", "yes") => vec![action.reference.as_str()],
        ("", _) => vec![of("date"), of("territory"), of("commune"), of("audience")],
        (siren, _) => vec![siren, of("audience")],
    }
}

/// Persons that the logged actions of `window` reached, by territory. Of actions that speak to the same audience, the one
/// that reached most is counted.
pub(crate) fn by_territory<'a>(actions: impl Iterator<Item = &'a Record>, window: Window) -> BTreeMap<&'a str, Reach> {
    let mut most: BTreeMap<(&str, Vec<&str>), (u64, u32, u64)> = BTreeMap::new();
    for action in actions.filter(|action| action.state == "logged" && window.holds(action.value("date"))) {
        let persons: u64 = action.value("reach").parse().unwrap_or(0);
        let of = most.entry((action.value("territory"), audience(action))).or_default();
        *of = (of.0.max(persons), of.1.saturating_add(1), of.2.saturating_add(persons));
    }
    let mut all: BTreeMap<&str, Reach> = BTreeMap::new();
    for ((territory, _), (persons, actions, said)) in most {
        let reach = all.entry(territory).or_default();
        reach.actions = reach.actions.saturating_add(actions);
        reach.persons = reach.persons.saturating_add(persons);
        reach.said = reach.said.saturating_add(said);
    }
    all
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use beffroi_model::{Marking, Pap, Territory, Tlp};
    use beffroi_register::Step;
    use beffroi_rights::ServiceId;
    use jiff::Timestamp;

    /// A record for the tests of this desk.
    pub(crate) fn record(register: &str, number: u32, state: &str, values: &[(&str, &str)]) -> Record {
        let at: Timestamp = "2026-06-01T09:00:00Z".parse().unwrap();
        Record {
            reference: format!("X-2026-{number:04}"),
            register: register.to_owned(),
            state: state.to_owned(),
            version: 1,
            values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            path: vec![Step { at, by: "add".to_owned(), state: state.to_owned() }],
            marking: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
            owner: ServiceId::house(),
            territory: Territory::france(),
            author: None,
            updated_at: at,
            synthetic: true,
        }
    }

    fn action(number: u32, day: &str, siren: &str, reach: &str, distinct: &str) -> Record {
        let values = [
            ("date", day),
            ("territory", "35"),
            ("audience", "company"),
            ("siren", siren),
            ("reach", reach),
            ("distinct", distinct),
        ];
        record("prevention_action", number, "logged", &values)
    }

    fn reach(actions: &[Record]) -> Reach {
        let window = Window::of(2026, None).unwrap();
        by_territory(actions.iter(), window).into_values().next().unwrap_or_default()
    }

    #[test]
    fn the_same_audience_through_two_services_counts_once() {
        let both = [action(1, "2026-03-02", "", "80", ""), action(2, "2026-03-02", "", "75", "")];
        let found = reach(&both);
        assert_eq!((found.actions, found.said, found.persons, found.again()), (2, 155, 80, 75));
        // The same company, another day: the same persons.
        let entity =
            [action(1, "2026-03-02", "100000009", "20", ""), action(2, "2026-05-04", "100000009", "30", "yes")];
        assert_eq!(reach(&entity).persons, 30);
    }

    #[test]
    fn other_audiences_are_added() {
        let days = [action(1, "2026-03-02", "", "80", ""), action(2, "2026-03-03", "", "75", "")];
        assert_eq!(reach(&days).persons, 155);
        let said = [action(1, "2026-03-02", "", "80", ""), action(2, "2026-03-02", "", "75", "yes")];
        assert_eq!(reach(&said).persons, 155);
        let outside = [action(1, "2025-12-31", "", "80", "")];
        assert_eq!(reach(&outside), Reach::default());
        let not_held = record("prevention_action", 1, "not_held", &[("date", "2026-03-02"), ("reach", "9")]);
        assert_eq!(reach(&[not_held]), Reach::default());
    }
}
