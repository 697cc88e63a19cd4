//! Orders to keep something longer, in `holds.json` of the data folder. Each is journalled, and none is without an end.

use super::fault;
use crate::Context;
use crate::fault::{Fault, Outcome, ours};
use crate::output::{TextTable, print, print_json};
use beffroi_journal::Act;
use beffroi_retention::{Hold, HoldScope};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::ErrorKind;

/// A hold as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    /// Reference of a group, or code of a ground.
    what: String,
    /// Whether it is on all that is kept on a ground.
    basis: bool,
    reason: String,
    by: String,
    until: Date,
}

impl From<Stored> for Hold {
    fn from(stored: Stored) -> Self {
        let scope = if stored.basis { HoldScope::Basis(stored.what) } else { HoldScope::Holding(stored.what) };
        Self { scope, reason: stored.reason, by: stored.by, until: stored.until }
    }
}

fn stored(context: &Context) -> Outcome<Vec<Stored>> {
    let path = context.folder.holds();
    match fs::read(&path) {
        // A file that does not read must stop erasing, not look like no hold at all.
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_err(|error| Fault::user(format!("{}: {error}", path.display())))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Fault::ours(format!("{}: {error}", path.display()))),
    }
}

fn write(holds: &[Stored], context: &Context) -> Outcome {
    let mut text = serde_json::to_vec_pretty(holds).map_err(ours)?;
    text.push(b'\n');
    super::super::backup::replace(&context.folder.holds(), &text)
}

pub(super) fn read(context: &Context) -> Outcome<Vec<Hold>> {
    Ok(stored(context)?.into_iter().map(Hold::from).collect())
}

pub(super) async fn hold(what: &str, reason: &str, until: Date, context: &Context) -> Outcome {
    let lang = context.lang;
    if reason.trim().is_empty() || until < context.today() {
        return Err(Fault::user(lang.say("cli-retention-hold-wrong")));
    }
    let basis = context.upkeep.grounds.bases.get(what).is_some();
    if !basis && !what.contains('/') {
        return Err(Fault::user(lang.say_with("cli-retention-hold-what", &[("what", what.into())])));
    }
    let mut all = stored(context)?;
    all.retain(|hold| hold.what != what);
    let (by, reason) = (context.who.clone(), reason.trim().to_owned());
    all.push(Stored { what: what.to_owned(), basis, reason, by, until });
    all.sort_by(|a, b| a.what.cmp(&b.what));
    context.store.upkeep_note(Act::Configure, "hold", what, &context.by()).await.map_err(fault)?;
    write(&all, context)?;
    show(context)
}

pub(super) async fn release(what: &str, context: &Context) -> Outcome {
    let mut all = stored(context)?;
    let before = all.len();
    all.retain(|hold| hold.what != what);
    if all.len() == before {
        return Err(Fault::user(context.lang.say_with("cli-retention-no-hold", &[("what", what.into())])));
    }
    context.store.upkeep_note(Act::Configure, "hold", what, &context.by()).await.map_err(fault)?;
    write(&all, context)?;
    show(context)
}

pub(super) fn show(context: &Context) -> Outcome {
    let all = stored(context)?;
    if context.json {
        return print_json(&all);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["what", "purpose", "who", "until"].map(say));
    for hold in all {
        table.row([hold.what, hold.reason, hold.by, context.lang.date(hold.until)]);
    }
    print(&table.text())
}
