//! Why something is not done.

use beffroi_ports::SandboxError;
use beffroi_register::{Refusal, Register};
use beffroi_store::StoreError;
use beffroi_wording::Lang;

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// There is no such thing, or not for who asks.
    #[error("there is no such record")]
    NotFound,
    /// What was sent may not stand.
    #[error("{} refused: {}", register.name, refusals.iter().map(|refusal| refusal.say(register, Lang::En)).collect::<Vec<_>>().join(" "))]
    Refused {
        /// The register whose declaration refuses.
        register: &'static Register,
        /// Everything for which.
        refusals: Vec<Refusal>,
    },
    /// Somebody wrote in between.
    #[error("{reference} has changed in between: {}", fields.join(", "))]
    Changed {
        /// The record.
        reference: String,
        /// The fields that changed, by name; `state` when it moved.
        fields: Vec<String>,
    },
    /// The store's.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A workbook could not be read, by no fault of its own.
    #[error(transparent)]
    Reader(SandboxError),
    /// A workbook could not be written.
    #[error("{0}")]
    Written(String),
}

impl RegisterError {
    /// Whether the request is at fault.
    pub fn is_user_fault(&self) -> bool {
        match self {
            Self::NotFound | Self::Refused { .. } | Self::Changed { .. } => true,
            Self::Store(error) => error.is_user_fault(),
            Self::Reader(_) | Self::Written(_) => false,
        }
    }

    /// One refusal.
    pub(crate) fn refused(register: &'static Register, key: &str, args: Vec<(&'static str, String)>) -> Self {
        let refusal = Refusal { key: format!("register-fault-{key}"), field: None, args };
        Self::Refused { register, refusals: vec![refusal] }
    }

    /// The sentences, in a language: nothing for what is no fault of the request's.
    pub fn sentences(&self, t: Lang) -> Vec<String> {
        match self {
            Self::Refused { register, refusals } => refusals.iter().map(|refusal| refusal.say(register, t)).collect(),
            Self::Changed { reference, fields } => {
                let fields = fields.join(", ");
                vec![t.say_with(
                    "register-fault-changed",
                    &[("reference", reference.into()), ("fields", (&fields).into())],
                )]
            }
            Self::NotFound => vec![t.say("rights-no-such-thing")],
            Self::Store(_) | Self::Reader(_) | Self::Written(_) => Vec::new(),
        }
    }
}
