//! Records for tests.

use beffroi_register::Record;

/// A record `NAME-2026-0001`.
pub(crate) fn record(register: &str, state: &str, values: &[(&str, &str)]) -> Record {
    numbered(register, 1, state, values)
}

/// The same with a number.
pub(crate) fn numbered(register: &str, number: u32, state: &str, values: &[(&str, &str)]) -> Record {
    let known = crate::REGISTERS.iter().find(|known| known.name == register).unwrap();
    of(register, format!("{}-2026-{number:04}", known.prefix), state, values)
}

/// A record of another desk.
pub(crate) fn foreign(register: &str, values: &[(&str, &str)]) -> Record {
    of(register, "OTHER-2026-0001".to_owned(), "kept", values)
}

fn of(register: &str, reference: String, state: &str, values: &[(&str, &str)]) -> Record {
    // Whatever its register, the rest of a record is that of an example.
    let known = crate::REGISTERS.first().unwrap();
    Record {
        reference,
        register: register.to_owned(),
        state: state.to_owned(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..known.example_record()
    }
}
