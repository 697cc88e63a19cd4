//! The registers of this desk: one file each, and its line here.

mod competence;
mod diffusion;
mod module;
mod result;
mod training_session;
mod training_target;

use beffroi_register::Register;

/// Every register of this desk.
pub const REGISTERS: &[&Register] = &[
    &competence::REGISTER,
    &module::REGISTER,
    &diffusion::REGISTER,
    &training_session::REGISTER,
    &result::REGISTER,
    &training_target::REGISTER,
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
