//! Values as a machine sends them: a JSON object by name of field, whatever writes it, a form or a move.

use crate::rows::scalar;
use crate::{Refusal, Register, Values};
use serde_json::{Map, Value};

/// The texts of a JSON object, as they would be typed: texts, numbers, booleans, `null` for what is taken out, and arrays
/// of them for what has several. Whether there is such a field, and what it may hold, is for whoever writes them.
///
/// # Errors
/// One [`Refusal`] for each value that is none of these.
pub fn sent(register: &Register, object: &Map<String, Value>) -> Result<Values, Vec<Refusal>> {
    let (mut values, mut refusals) = (Values::new(), Vec::new());
    for (name, value) in object {
        let text = match value {
            Value::Array(all) => all.iter().map(scalar).collect::<Option<Vec<_>>>().map(|all| all.join("\n")),
            one => scalar(one),
        };
        match (text, register.field(name)) {
            (Some(text), _) => drop(values.insert(name.clone(), text)),
            (None, Some(field)) => refusals.push(Refusal::shape(field, "form")),
            (None, None) => {
                refusals.push(Refusal::common("unknown").with("name", name.chars().take(60).collect::<String>()));
            }
        }
    }
    if refusals.is_empty() { Ok(values) } else { Err(refusals) }
}

/// The same of a new record, in which nothing stands that only a move writes.
///
/// # Errors
/// As [`sent`], and one [`Refusal`] for each value of such a field.
pub fn sent_new(register: &Register, object: &Map<String, Value>) -> Result<Values, Vec<Refusal>> {
    let values = sent(register, object)?;
    let fields = values.keys().filter_map(|name| register.field(name));
    let refusals: Vec<Refusal> =
        fields.filter(|field| field.by_move).map(|field| Refusal::shape(field, "by-move")).collect();
    if refusals.is_empty() { Ok(values) } else { Err(refusals) }
}
