//! The registers of the house: the lists of the desks, gathered in one place.

use beffroi_desk_registers::Registry;

/// Every register that a desk declares: a desk with registers has its line here.
pub(crate) fn all() -> Registry {
    Registry::of(&[
        beffroi_desk_capabilities::REGISTERS,
        beffroi_desk_contributions::REGISTERS,
        beffroi_desk_cooperation::REGISTERS,
        beffroi_desk_law::REGISTERS,
        beffroi_desk_observatory::REGISTERS,
        beffroi_desk_prevention::REGISTERS,
        beffroi_desk_research::REGISTERS,
        beffroi_desk_strategy::REGISTERS,
        beffroi_desk_support::REGISTERS,
        beffroi_desk_training::REGISTERS,
    ])
}

#[cfg(test)]
mod tests {
    use super::all;
    use beffroi_register::{Context, Record, check};
    use beffroi_wording::Lang;

    #[test]
    fn nothing_was_forgotten_in_a_register_or_between_two() {
        assert_eq!(all().faults(), Vec::<String>::new());
        assert!(all().all().count() >= 4);
    }

    /// An example that refers to a day stands on whatever day it is read, so that a new house takes it.
    #[test]
    fn the_example_of_each_register_stands_on_any_day() {
        let mut refused = Vec::new();
        for register in all().all() {
            for now in ["2026-01-14T09:30:00Z", "2026-12-24T09:30:00Z", "2030-06-01T09:30:00Z"] {
                let after = Record { values: register.example_values(), ..register.example_record() };
                let context = Context {
                    register,
                    before: None,
                    after: &after,
                    by: None,
                    who: None,
                    linked: &[],
                    back: &[],
                    open_tasks: 0,
                    now: now.parse().unwrap(),
                };
                let found = check(&context).into_iter().map(|refusal| refusal.say(register, Lang::En));
                refused.extend(found.map(|sentence| format!("{} on {now}: {sentence}", register.name)));
            }
        }
        assert_eq!(refused, Vec::<String>::new());
    }
}
