//! What a deployment says of its diffusion.

use beffroi_model::{Marking, Pap, Tlp};
use jiff::SignedDuration;

/// How this deployment sends flashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffusionSettings {
    /// Where recipients reach the pages: `https://beffroi.example`, without a slash at the end.
    pub address: String,
    /// The highest marking of which the text may stand in a mail; above it a mail says only where to read.
    pub mail_ceiling: Marking,
    /// For how long a link of acknowledgement works.
    pub link_life: SignedDuration,
    /// How long after the sending each reminder goes, in order.
    pub reminders: Vec<SignedDuration>,
    /// How many flashes a year keep their readers attentive.
    pub yearly_budget: u32,
    /// The domains that letters of one's day go to; any when empty.
    pub digest_domains: Vec<String>,
}

impl DiffusionSettings {
    /// Who sends, unique in the world: the host of the address.
    pub(crate) fn sender(&self) -> &str {
        let host = self.address.split_once("://").map_or(self.address.as_str(), |(_, rest)| rest);
        host.split([':', '/']).next().unwrap_or(host)
    }
}

impl Default for DiffusionSettings {
    /// Content by mail up to GREEN; links for thirty days; reminders after a day and after three; two flashes a month.
    fn default() -> Self {
        Self {
            address: "http://127.0.0.1:8117".to_owned(),
            mail_ceiling: Marking { tlp: Tlp::Green, pap: Pap::Red },
            link_life: SignedDuration::from_hours(30 * 24),
            reminders: vec![SignedDuration::from_hours(24), SignedDuration::from_hours(72)],
            yearly_budget: 24,
            digest_domains: Vec::new(),
        }
    }
}
