//! The registers of this desk: one file each, and its line here.

mod convention;
mod forecast;
mod foresight_note;
mod research_project;

use beffroi_register::Register;

/// Every register of this desk.
pub const REGISTERS: &[&Register] =
    &[&research_project::REGISTER, &convention::REGISTER, &foresight_note::REGISTER, &forecast::REGISTER];

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
