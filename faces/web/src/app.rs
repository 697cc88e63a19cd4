//! What the pages work with.

use crate::settings::Settings;
use beffroi_desk_registers::Registry;
use beffroi_desk_threat::diffusion::DiffusionSettings;
use beffroi_ports::passkeys::Passkeys;
use beffroi_ports::{Facts, Identity, Sandbox, Typesetter};
use beffroi_retention::Grounds;
use beffroi_store::Store;
use jiff::Timestamp;
use std::path::PathBuf;
use std::sync::Arc;

/// What the executable hands to the web face.
#[derive(Clone)]
pub struct App {
    /// The lake.
    pub facts: Arc<dyn Facts>,
    /// The registers.
    pub store: Store,
    /// What the desks declare of them.
    pub registry: Arc<Registry>,
    /// Where workbooks of strangers are read.
    pub sandbox: Arc<dyn Sandbox>,
    /// Sets flash alerts as PDF.
    pub typesetter: Arc<dyn Typesetter>,
    /// The data folder: built reports lie in `reports/YEAR/` below it.
    pub data: PathBuf,
    /// Names, TLS and bounds.
    pub settings: Arc<Settings>,
    /// How this deployment sends flash alerts.
    pub diffusion: Arc<DiffusionSettings>,
    /// What is kept on what ground, as this deployment says.
    pub grounds: Arc<Grounds>,
    /// The provider of identities; none where only local accounts open.
    pub identity: Option<Arc<dyn Identity>>,
    /// Passkeys; none where the address cannot be a relying party.
    pub passkeys: Option<Arc<dyn Passkeys>>,
    /// The clock.
    pub clock: fn() -> Timestamp,
    /// Login and password of the demonstration, shown on the sign-in page; none outside a demonstration.
    pub demo_login: Option<(String, String)>,
    /// The program's version, shown at the foot of each page and written in birth certificates.
    pub version: &'static str,
}

impl App {
    /// The present instant.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }
}
