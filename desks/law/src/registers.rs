//! The registers of this desk: one file each, and its line here.

pub(crate) mod article_version;
mod bill;
mod law_change;
mod watch_note;

use beffroi_register::Register;

/// Every register of this desk.
pub const REGISTERS: &[&Register] =
    &[&article_version::REGISTER, &bill::REGISTER, &law_change::REGISTER, &watch_note::REGISTER];

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
