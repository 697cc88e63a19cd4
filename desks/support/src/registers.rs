//! The registers of this desk: one file each, and its line here.

mod booking;
mod expert;
mod mission;
mod support_request;

use beffroi_observables::holds_procedure_number;
use beffroi_register::{Context, Refusal, Register};

/// Every register of this desk.
pub const REGISTERS: &[&Register] =
    &[&booking::REGISTER, &expert::REGISTER, &mission::REGISTER, &support_request::REGISTER];

/// J5.3: these fields hold nothing of a case: no number of a procedure, neither any nor `own`, that of the request.
fn no_case(context: &Context<'_>, fields: &[&'static str], own: &str) -> Result<(), Refusal> {
    let names = |text: &str| holds_procedure_number(text) || (own.len() >= 6 && text.to_uppercase().contains(own));
    match fields.iter().find(|field| names(context.value(field))) {
        Some(field) => Err(Refusal::new().at(field)),
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
