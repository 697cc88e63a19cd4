//! The registers of this desk: one file each, and its line here.

mod diagnosis;
mod entity_population;
mod prevention_action;
mod prevention_plan;

use beffroi_register::Register;

/// Every register of this desk.
pub const REGISTERS: &[&Register] =
    &[&prevention_plan::REGISTER, &prevention_action::REGISTER, &diagnosis::REGISTER, &entity_population::REGISTER];

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let mut faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        faults.extend(beffroi_register::Register::faults_between(REGISTERS));
        assert_eq!(faults, Vec::<String>::new());
    }
}
