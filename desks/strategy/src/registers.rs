//! The registers of this desk: one file each, and its line here.

mod action;
mod coherence;
mod committee;
mod decision;
mod framework;
mod mapping;
mod objective;
pub(crate) mod progress;
mod remark;
mod strategy;

use beffroi_register::Register;

/// Every register of this desk.
pub const REGISTERS: &[&Register] = &[
    &strategy::REGISTER,
    &objective::REGISTER,
    &action::REGISTER,
    &progress::REGISTER,
    &remark::REGISTER,
    &framework::REGISTER,
    &mapping::REGISTER,
    &coherence::REGISTER,
    &committee::REGISTER,
    &decision::REGISTER,
];

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
