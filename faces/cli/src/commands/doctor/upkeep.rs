//! The machine and its upkeep: disk, keys, registers, backups, terms, address.

use super::{Checks, State};
use crate::commands::{audit::fault, backup, retention};
use crate::fault::Outcome;
use beffroi_store::{HandoverState, Job};
use jiff::Timestamp;
use std::path::Path;

/// Minutes after which a handover, and a job past its time, are late.
const POST_MINUTES: i64 = 60;
const JOB_MINUTES: i64 = 60;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;
/// Days after which a backup, and something due, is late.
const BACKUP_DAYS: i64 = 7;
const OVERDUE_DAYS: i32 = 30;
/// Rows that may wait to be sent.
const WAITING: u64 = 100;

pub(super) async fn look(checks: &mut Checks<'_>) -> Outcome {
    let (context, lang) = (checks.context, checks.context.lang);
    if context.folder.restored().exists() {
        checks.say("restored", State::Wrong, "cli-doctor-restored-found", &[]);
    }
    if let Some((free, all)) = (context.upkeep.space)(context.folder.root()) {
        let gib = |bytes: u64| lang.decimal(bytes as f64 / GIB as f64, 1);
        let (left, total) = (gib(free), gib(all));
        let values = [("free", (&left).into()), ("all", (&total).into())];
        checks.say("space", space(free, all), "cli-doctor-space-found", &values);
    }
    keys(checks);
    let engine = context.store.engine().await.map_err(fault)?;
    let schema = engine.schema.to_string();
    let values = [("engine", engine.name.into()), ("version", (&engine.version).into()), ("schema", (&schema).into())];
    checks.say("store", State::Ok, "cli-doctor-store-found", &values);
    let waiting = context.store.outbox_list(WAITING + 1).await.map_err(fault)?.len() as u64;
    let state = if waiting > WAITING { State::Look } else { State::Ok };
    let n = checks.n(waiting);
    checks.note("outbox", state, n);
    post(checks).await?;
    match backup::made(context)?.last() {
        None => checks.say("backup", State::Look, "cli-doctor-backup-none", &[]),
        Some(last) => {
            let days = days(last.at, context.now());
            let state = if days > BACKUP_DAYS { State::Look } else { State::Ok };
            let (days, name) = (days.to_string(), last.name());
            let values = [("days", (&days).into()), ("file", (&name).into())];
            checks.say("backup", state, "cli-doctor-backup-found", &values);
        }
    }
    let (plan, _) = retention::plan(context).await?;
    let late = plan.due.iter().any(|due| due.days_past > OVERDUE_DAYS);
    let state = if late {
        State::Wrong
    } else if plan.due.is_empty() && plan.faults.is_empty() {
        State::Ok
    } else {
        State::Look
    };
    let (due, unplanned) = (plan.due.len().to_string(), plan.faults.len().to_string());
    let values = [("due", (&due).into()), ("unplanned", (&unplanned).into())];
    checks.say("retention", state, "cli-doctor-retention-found", &values);
    match &context.upkeep.address {
        Ok(address) => checks.note("address", State::Ok, address.clone()),
        Err(reason) => checks.note("address", State::Wrong, reason.clone()),
    }
    Ok(())
}

/// The folder of the keys: it opened, so nobody else reached it then.
/// What waits to be handed to recipients, and the jobs of the server.
async fn post(checks: &mut Checks<'_>) -> Outcome {
    let (context, now) = (checks.context, checks.context.now());
    let (counts, oldest) = context.store.post_counts().await.map_err(fault)?;
    let of = |states: &[HandoverState]| states.iter().filter_map(|state| counts.get(state)).sum::<u64>();
    let waiting = of(&[HandoverState::Queued, HandoverState::Sending, HandoverState::Retry]);
    let (waiting, bounced) = (checks.n(waiting), checks.n(of(&[HandoverState::Bounced])));
    match oldest.map(|at| now.duration_since(at).as_mins()).filter(|minutes| *minutes > POST_MINUTES) {
        Some(minutes) => {
            let minutes = minutes.to_string();
            let values = [("minutes", (&minutes).into()), ("waiting", (&waiting).into())];
            checks.say("post", State::Look, "cli-doctor-post-late", &values);
        }
        None => {
            let values = [("waiting", (&waiting).into()), ("bounced", (&bounced).into())];
            checks.say("post", State::Ok, "cli-doctor-post-found", &values);
        }
    }
    let jobs = context.store.jobs().await.map_err(fault)?;
    let is_late = |job: &&Job| job.fault.is_some() || now.duration_since(job.due_at).as_mins() > JOB_MINUTES;
    let late: Vec<String> =
        jobs.iter().filter(is_late).map(|job| context.lang.say(&format!("job-{}", job.name))).collect();
    if late.is_empty() {
        let n = checks.n(jobs.len() as u64);
        checks.say("jobs", State::Ok, "cli-doctor-jobs-found", &[("n", (&n).into())]);
    } else {
        checks.say("jobs", State::Look, "cli-doctor-jobs-late", &[("names", (&late.join(", ")).into())]);
    }
    Ok(())
}

fn keys(checks: &mut Checks<'_>) {
    let folder = &checks.context.upkeep.keys;
    let shown = folder.display().to_string();
    match mode(folder) {
        Some(mode) => {
            let state = if mode & 0o077 == 0 { State::Ok } else { State::Wrong };
            let mode = format!("{mode:04o}");
            let values = [("folder", (&shown).into()), ("mode", (&mode).into())];
            checks.say("keys", state, "cli-doctor-keys-found", &values);
        }
        None => checks.note("keys", State::Ok, shown),
    }
}

#[cfg(unix)]
fn mode(folder: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(folder).ok().map(|about| about.mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

/// Whether a disk is full, or soon.
fn space(free: u64, all: u64) -> State {
    if free < 512 * MIB {
        State::Wrong
    } else if free < 5 * GIB && free < all / 10 {
        State::Look
    } else {
        State::Ok
    }
}

/// Whole days from one instant to a later one.
pub(super) fn days(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_fills_by_steps() {
        assert_eq!(space(100 * MIB, 100 * GIB), State::Wrong);
        assert_eq!(space(4 * GIB, 100 * GIB), State::Look);
        assert_eq!(space(4 * GIB, 8 * GIB), State::Ok);
        assert_eq!(space(50 * GIB, 1000 * GIB), State::Ok);
    }

    #[test]
    fn days_are_whole() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(days(at("2026-11-15T10:00:00Z"), at("2026-11-22T09:59:59Z")), 6);
        assert_eq!(days(at("2026-11-15T10:00:00Z"), at("2026-11-22T10:00:00Z")), 7);
    }
}
