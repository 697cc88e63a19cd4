//! The registers of this desk: one file each, and its line here.

mod blocks;
mod cards;
mod chapter;
mod definition;
mod erratum;
mod question;
mod trend_note;

use beffroi_register::Register;

/// The register of chapters, for what goes into the report.
pub(crate) const CHAPTER: &Register = &chapter::REGISTER;

/// Every register of this desk.
pub const REGISTERS: &[&Register] =
    &[&chapter::REGISTER, &definition::REGISTER, &erratum::REGISTER, &question::REGISTER, &trend_note::REGISTER];

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
