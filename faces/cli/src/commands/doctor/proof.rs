//! The journal and the people: what is signed and cosigned, who holds what.

use super::upkeep::days;
use super::{Checks, State};
use crate::commands::audit::{fault, verify::verifier_key};
use crate::fault::{Outcome, ours};
use beffroi_journal::SignatureKind;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Days after which a checkpoint, a witness and a proposal are late.
const CHECKPOINT_DAYS: i64 = 1;
const WITNESS_DAYS: i64 = 7;
const PROPOSAL_DAYS: i32 = 10;
/// How far this clock may be behind the journal's last entry.
const BEHIND: SignedDuration = SignedDuration::from_mins(10);

pub(super) async fn look(checks: &mut Checks<'_>) -> Outcome {
    journal(checks).await?;
    people(checks).await
}

async fn journal(checks: &mut Checks<'_>) -> Outcome {
    let context = checks.context;
    let (store, now) = (&context.store, context.now());
    let size = store.journal_size().await.map_err(fault)?;
    let n = checks.n(size);
    checks.say("journal", State::Ok, "cli-doctor-journal-found", &[("n", (&n).into())]);
    let last = store.journal_search(&beffroi_store::JournalQuery::default(), 1).await.map_err(fault)?;
    if let Some(last) = last.first() {
        let at = last.entry.as_ref().map(|entry| entry.at);
        let start = last.day.to_zoned(TimeZone::UTC).map(|day| day.timestamp()).ok();
        let at = at.or(start).unwrap_or(now);
        let state = if is_behind(now, at) { State::Wrong } else { State::Ok };
        checks.say("clock", state, "cli-doctor-clock-found", &[("at", (&format!("{at:.0}")).into())]);
    }
    let checkpoints = store.journal_checkpoints().await.map_err(fault)?;
    match checkpoints.last() {
        None if size == 0 => checks.say("checkpoint", State::Ok, "cli-doctor-checkpoint-none", &[]),
        None => checks.say("checkpoint", State::Look, "cli-doctor-checkpoint-none", &[]),
        Some(newest) => {
            let newest = newest.checkpoint();
            let (age, since) = (days(newest.at, now), size.saturating_sub(newest.size));
            let state = if since > 0 && age >= CHECKPOINT_DAYS { State::Look } else { State::Ok };
            let (age, since) = (age.to_string(), checks.n(since));
            let values = [("days", (&age).into()), ("since", (&since).into())];
            checks.say("checkpoint", state, "cli-doctor-checkpoint-found", &values);
        }
    }
    let cosigned = checkpoints.iter().rev().find(|checkpoint| {
        let log = store.keys().log_key().map(|key| key.verifier());
        log.is_ok_and(|log| checkpoint.note().signatures.iter().any(|signature| !log.names(signature)))
    });
    let unknown = context
        .upkeep
        .witnesses
        .iter()
        .any(|text| !verifier_key(text).is_ok_and(|key| key.kind() == SignatureKind::Witness));
    match cosigned {
        _ if unknown => checks.say("witness", State::Wrong, "cli-doctor-witness-setting", &[]),
        None => checks.say("witness", State::Look, "cli-doctor-witness-none", &[]),
        Some(newest) => {
            let age = days(newest.checkpoint().at, now);
            let state = if age > WITNESS_DAYS || context.upkeep.witnesses.is_empty() { State::Look } else { State::Ok };
            checks.say("witness", state, "cli-doctor-witness-found", &[("days", (&age.to_string()).into())]);
        }
    }
    let keys = store.keys();
    let known: BTreeSet<_> =
        keys.months().map_err(ours)?.into_iter().chain(keys.destroyed_months().map_err(ours)?).collect();
    let months = store.journal_months().await.map_err(fault)?;
    let lost: Vec<String> =
        months.iter().filter(|(month, ..)| !known.contains(month)).map(|(month, ..)| month.to_string()).collect();
    if lost.is_empty() {
        let n = months.len().to_string();
        checks.say("months", State::Ok, "cli-doctor-months-found", &[("n", (&n).into())]);
    } else {
        checks.say("months", State::Wrong, "cli-doctor-months-lost", &[("months", (&lost.join(", ")).into())]);
    }
    Ok(())
}

/// Whether this clock stands before what the journal already holds.
fn is_behind(now: Timestamp, last: Timestamp) -> bool {
    last.duration_since(now) > BEHIND
}

async fn people(checks: &mut Checks<'_>) -> Outcome {
    let context = checks.context;
    let today = context.today();
    let pending = context.store.grants_pending().await.map_err(fault)?;
    let old = pending.iter().filter(|pending| (today - pending.proposal.on()).get_days() > PROPOSAL_DAYS);
    let old = old.count();
    let state = if old > 0 { State::Look } else { State::Ok };
    let (all, old) = (pending.len().to_string(), old.to_string());
    checks.say("proposals", state, "cli-doctor-proposals-found", &[("n", (&all).into()), ("old", (&old).into())]);

    let accounts = context.store.account_list().await.map_err(fault)?;
    let given = context.store.grants().await.map_err(fault)?;
    let holds = |login: &str| {
        given
            .iter()
            .any(|role| role.revoked_at.is_none() && role.person.as_str() == login && role.assignment.is_active(today))
    };
    let active = given.iter().filter(|role| role.revoked_at.is_none() && role.assignment.is_active(today)).count();
    let state = if active == 0 { State::Look } else { State::Ok };
    checks.say("rights", state, "cli-doctor-rights-found", &[("n", (&active.to_string()).into())]);
    let idle = accounts.iter().filter(|account| !account.disabled && !holds(&account.login)).count();
    let state = if idle > 0 { State::Look } else { State::Ok };
    let (all, idle) = (accounts.len().to_string(), idle.to_string());
    checks.say("accounts", state, "cli-doctor-accounts-found", &[("n", (&all).into()), ("idle", (&idle).into())]);
    let demo = accounts.iter().filter(|account| account.demo && !account.disabled).count();
    let is_demo = context.folder.demo_record().exists();
    if demo > 0 {
        let state = if is_demo { State::Ok } else { State::Wrong };
        checks.say("demo-accounts", state, "cli-doctor-demo-accounts-found", &[("n", (&demo.to_string()).into())]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_is_seen_and_a_moment_is_not() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let last = at("2026-11-22T10:00:00Z");
        assert!(!is_behind(at("2026-11-22T10:00:01Z"), last) && !is_behind(at("2026-11-22T09:55:00Z"), last));
        assert!(is_behind(at("2026-11-22T09:00:00Z"), last));
    }
}
