//! The registers of the house: the lists of the desks, gathered in one place.

use beffroi_desk_registers::Registry;

/// Every register that a desk declares: a desk with registers has its line here.
pub(crate) fn all() -> Registry {
    Registry::of(&[
        beffroi_desk_capabilities::REGISTERS,
        beffroi_desk_contributions::REGISTERS,
        beffroi_desk_cooperation::REGISTERS,
        beffroi_desk_law::REGISTERS,
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

    #[test]
    fn nothing_was_forgotten_in_a_register_or_between_two() {
        assert_eq!(all().faults(), Vec::<String>::new());
        assert!(all().all().count() >= 4);
    }
}
