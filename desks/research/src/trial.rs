//! Records for tests.

use beffroi_register::Record;

/// A record `NAME-2026-0001`.
pub(crate) fn record(register: &str, state: &str, values: &[(&str, &str)]) -> Record {
    numbered(register, 1, state, values)
}

/// The same with a number.
pub(crate) fn numbered(register: &str, number: u32, state: &str, values: &[(&str, &str)]) -> Record {
    let known = crate::REGISTERS.iter().find(|known| known.name == register).unwrap();
    Record {
        reference: format!("{}-2026-{number:04}", known.prefix),
        register: register.to_owned(),
        state: state.to_owned(),
        values: values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        ..known.example_record()
    }
}
