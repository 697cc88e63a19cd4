//! The registers of this desk: one file each, and its line here.

mod campaign;
pub(crate) mod contribution;

use beffroi_register::Register;

/// Every register of this desk.
pub const REGISTERS: &[&Register] = &[&campaign::REGISTER, &contribution::REGISTER];

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
