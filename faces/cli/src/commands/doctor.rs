//! `beffroi doctor`: what is configured, reachable, full or late, and what to do about it.

mod proof;
mod upkeep;

use crate::Context;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_ports::Protection;
use beffroi_wording::{Lang, Value};
use serde::Serialize;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// As it should be.
    Ok,
    /// To be looked at.
    Look,
    /// Wrong.
    Wrong,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Its name for scripts.
    pub id: &'static str,
    /// Its name for a reader.
    pub what: String,
    /// How it is.
    pub state: State,
    /// Why: what was found.
    pub why: String,
    /// What to do about it; empty when there is nothing to do.
    #[serde(rename = "do")]
    pub todo: String,
}

/// The checks made so far.
struct Checks<'a> {
    context: &'a Context,
    all: Vec<Check>,
}

impl Checks<'_> {
    /// Notes a check: `found` is what was found. Unless all is well, the wording `cli-doctor-ID-do` says what to do.
    fn note(&mut self, id: &'static str, state: State, found: String) {
        self.all.push(check(id, state, found, self.context.lang));
    }

    /// The same, what was found being the wording `key` with its values.
    fn say(&mut self, id: &'static str, state: State, key: &str, values: &[(&str, Value<'_>)]) {
        let found = self.context.lang.say_with(key, values);
        self.note(id, state, found);
    }

    fn n(&self, value: u64) -> String {
        self.context.lang.integer(value as f64)
    }
}

fn check(id: &'static str, state: State, why: String, lang: Lang) -> Check {
    let todo = if state == State::Ok { String::new() } else { lang.say(&format!("cli-doctor-{id}-do")) };
    Check { id, what: lang.say(&format!("cli-doctor-{id}")), state, why, todo }
}

pub(super) async fn run(context: &Context) -> Outcome {
    let checks = checks(context).await?;
    show(&checks, context.json, context.lang)
}

/// Looks at everything.
pub(super) async fn checks(context: &Context) -> Outcome<Vec<Check>> {
    let mut checks = Checks { context, all: Vec::new() };
    checks.note("version", State::Ok, context.version.to_owned());
    checks.note("folder", State::Ok, context.folder.root().display().to_string());
    let (state, held) = sandbox(context);
    checks.note("sandbox", state, held);
    upkeep::look(&mut checks).await?;
    proof::look(&mut checks).await?;
    content(&mut checks).await?;
    Ok(checks.all)
}

/// What the house holds.
async fn content(checks: &mut Checks<'_>) -> Outcome {
    let (context, lang) = (checks.context, checks.context.lang);
    let snapshots = context.facts.snapshots().await.map_err(ours)?;
    checks.note("lake", State::Ok, context.facts.location().display().to_string());
    let n = checks.n(snapshots.len() as u64);
    checks.note("snapshots", State::Ok, n);
    let last = snapshots.last().map_or_else(
        || lang.say("cli-doctor-nothing"),
        |last| format!("{} · {}", lang.date(crate::context::today(last.delivery.at)), last.delivery.source),
    );
    checks.note("last-delivery", State::Ok, last);
    let signals = context.store.signal_list().await.map_err(ours)?;
    let open = checks.n(signals.iter().filter(|signal| signal.state == "open").count() as u64);
    checks.note("open-signals", State::Ok, open);
    let series = checks.n(context.store.series_count().await.map_err(ours)?);
    checks.note("series", State::Ok, series);
    let alerts = checks.n(context.store.alert_list().await.map_err(ours)?.len() as u64);
    checks.note("alerts", State::Ok, alerts);
    let reports = checks.n(context.store.report_list().await.map_err(ours)?.len() as u64);
    checks.note("reports", State::Ok, reports);
    Ok(())
}

/// Says why the data folder does not open: everything else waits for that.
///
/// # Errors
/// [`Fault`], always: the folder is not as it should be.
pub fn closed(fault: &Fault, json: bool, lang: Lang) -> Outcome {
    let checks = [check("opening", State::Wrong, fault.to_string(), lang)];
    show(&checks, json, lang)
}

/// Shows checks, and fails when one of them is wrong.
pub(super) fn show(checks: &[Check], json: bool, lang: Lang) -> Outcome {
    if json {
        print_json(&checks)?;
    } else {
        let say = |column: &str| lang.say(&format!("cli-column-{column}"));
        let mut table = TextTable::new(["state", "what", "found"].map(say));
        for check in checks {
            let state = match check.state {
                State::Ok => "cli-doctor-ok",
                State::Look => "cli-doctor-look",
                State::Wrong => "cli-doctor-wrong",
            };
            table.row([lang.say(state), check.what.clone(), check.why.clone()]);
        }
        let mut text = table.text();
        for check in checks.iter().filter(|check| check.state != State::Ok) {
            text.push_str(&format!("\n{} — {}\n", check.what, check.todo));
        }
        print(&text)?;
    }
    let wrong = checks.iter().filter(|check| check.state == State::Wrong).count();
    if wrong == 0 {
        return Ok(());
    }
    Err(Fault::user(lang.say_with("cli-doctor-red", &[("n", (&wrong.to_string()).into())])))
}

/// How far the reader of files is held on this machine.
fn sandbox(context: &Context) -> (State, String) {
    let lang = context.lang;
    let held = match context.sandbox.protections() {
        Ok(held) => held,
        Err(error) => {
            let reason = error.to_string();
            return (State::Wrong, lang.say_with("sandbox-held-not", &[("reason", (&reason).into())]));
        }
    };
    if held.are_full() {
        return (State::Ok, lang.say("sandbox-held-full"));
    }
    let word = |protection| {
        lang.say(match protection {
            Protection::Absent => "sandbox-protection-absent",
            Protection::Partial => "sandbox-protection-partial",
            Protection::Full => "sandbox-protection-full",
        })
    };
    let (limits, files, calls) = (word(held.limits), word(held.files), word(held.calls));
    let values = [("limits", (&limits).into()), ("files", (&files).into()), ("calls", (&calls).into())];
    (State::Look, lang.say_with("sandbox-held-less", &values))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every check that may be anything but fine.
    const IDS: &[&str] = &[
        "version",
        "folder",
        "sandbox",
        "opening",
        "restored",
        "space",
        "keys",
        "store",
        "backup",
        "retention",
        "address",
        "clock",
        "outbox",
        "journal",
        "checkpoint",
        "witness",
        "months",
        "proposals",
        "rights",
        "accounts",
        "demo-accounts",
        "lake",
        "snapshots",
        "last-delivery",
        "open-signals",
        "series",
        "alerts",
        "reports",
    ];

    #[test]
    fn every_check_has_its_words_in_both_languages() {
        let always_fine = [
            "version",
            "folder",
            "lake",
            "snapshots",
            "last-delivery",
            "open-signals",
            "series",
            "alerts",
            "reports",
            "journal",
            "store",
        ];
        for lang in Lang::ALL {
            for id in IDS {
                assert!(lang.knows(&format!("cli-doctor-{id}")), "{lang}: {id}");
                let told = lang.knows(&format!("cli-doctor-{id}-do"));
                assert!(told || always_fine.contains(id), "{lang}: what to do about {id}");
            }
        }
    }

    #[test]
    fn a_folder_that_does_not_open_is_wrong() {
        let fault = Fault::ours("the folder of the keys can be reached by others");
        for json in [true, false] {
            assert!(closed(&fault, json, Lang::En).is_err_and(|fault| !fault.is_ours()));
        }
        let fine = check("version", State::Ok, "1".to_owned(), Lang::En);
        assert!(show(std::slice::from_ref(&fine), true, Lang::En).is_ok());
        let look = Check { state: State::Look, ..fine };
        assert!(show(&[look], true, Lang::En).is_ok(), "what is to be looked at is no failure");
    }
}
