//! The half of a passkey's ceremony that the server keeps until the browser comes back with the other.

use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use beffroi_ports::passkeys::{CEREMONY, CeremonyState};
use serde::{Deserialize, Serialize};

/// Half of a ceremony, as the server keeps it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Half {
    /// The form it stands in: another session's, or another browser's, does not end it.
    form: String,
    state: Vec<u8>,
}

impl Half {
    /// Keeps `state` for the form that carries the token `form`; gives what the form holds of it.
    pub(crate) async fn keep(
        house: &House,
        kind: &'static str,
        form: &str,
        state: &CeremonyState,
    ) -> Result<String, Problem> {
        let half = Self { form: form.to_owned(), state: state.as_bytes().to_vec() };
        let content = serde_json::to_vec(&half).map_err(|error| Problem::Ours(error.to_string()))?;
        Ok(house.store.ceremony_keep(kind, &content, CEREMONY, house.now()).await?)
    }

    /// Takes it out, once, for the form that was sent; nothing when there is none of that form.
    pub(crate) async fn take(
        house: &House,
        kind: &'static str,
        fields: &Fields,
    ) -> Result<Option<CeremonyState>, Problem> {
        let Some(bytes) = house.store.ceremony_take(kind, fields.get("ceremonie"), house.now()).await? else {
            return Ok(None);
        };
        let half: Self = serde_json::from_slice(&bytes).map_err(|error| Problem::Ours(error.to_string()))?;
        Ok((half.form == fields.get("jeton")).then(|| CeremonyState::from_stored(half.state)))
    }
}
