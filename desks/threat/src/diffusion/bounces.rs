//! What comes back by mail because it could not be delivered.

use crate::diffusion::DiffusionError;
use beffroi_dsn::{Action, Report, ReportFrame, task};
use beffroi_ports::{Parser, Sandbox, Unread, read_through};
use beffroi_store::{By, HandoverState, Settlement, Store};
use std::io::Read;

/// What reads a message behind the [`Sandbox`], and its name: for the executable's list of parsers, and for tests.
pub const PARSER: (&str, Parser) = (beffroi_dsn::PARSER, beffroi_dsn::parse);

/// Reads a message that came back, which anybody may have sent; `length` is how long it is, in bytes. It waits for the
/// child.
///
/// # Errors
/// [`Unread`] when it is no report of non-delivery.
pub fn read_bounce(input: Box<dyn Read + Send>, length: u64, sandbox: &dyn Sandbox) -> Result<Report, Unread> {
    read_through(sandbox, task(length), input, ReportFrame::default())
}

/// Takes up a report of non-delivery: a handover that failed for good is bounced and its recipient flagged. Gives the
/// number of the handover; none when the report is of none of ours, or says nothing final.
///
/// # Errors
/// The store's.
pub async fn bounced(store: &Store, report: &Report, by: &By) -> Result<Option<String>, DiffusionError> {
    for id in &report.candidates {
        let Some(row) = store.handover(id).await? else { continue };
        if report.action != Action::Failed || !report.status.starts_with('5') {
            return Ok(None);
        }
        // 5.1.x: the address; 5.2.1: the mailbox is shut (RFC 3463). A full mailbox or a refused content is neither.
        let is_address_wrong = report.status.starts_with("5.1.") || report.status == "5.2.1";
        let settled = Settlement {
            id: row.id.clone(),
            state: HandoverState::Bounced,
            note: Some(report.status.clone()),
            due_at: None,
            is_address_wrong,
        };
        store.post_settle(vec![settled], by).await?;
        return Ok(Some(row.id));
    }
    Ok(None)
}
