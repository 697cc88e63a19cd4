//! The registers of this desk: one file each, and its line here.

mod asset;
mod coverage;
mod delivery;
mod need;
mod purchase;

use beffroi_observables::holds_procedure_number;
use beffroi_register::{Context, Refusal, Register};

pub(crate) use delivery::REGISTER as DELIVERY;

/// Every register of this desk.
pub const REGISTERS: &[&Register] =
    &[&asset::OPEN, &asset::RESTRICTED, &coverage::REGISTER, &delivery::REGISTER, &need::REGISTER, &purchase::REGISTER];

/// J5.3: what is known of means and of needs says nothing of a case. No free text of these registers names a procedure.
pub(crate) fn no_case(context: &Context<'_>) -> Result<(), Refusal> {
    let mut texts = context.register.fields.iter().filter(|field| field.is_text());
    match texts.find(|field| holds_procedure_number(context.value(field.name))) {
        Some(field) => Err(Refusal::new().at(field.name)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::REGISTERS;

    #[test]
    fn nothing_was_forgotten() {
        let faults: Vec<String> = REGISTERS.iter().flat_map(|register| register.faults()).collect();
        assert_eq!(faults, Vec::<String>::new());
    }
}
