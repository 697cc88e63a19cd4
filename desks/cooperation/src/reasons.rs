//! Why a way is open, blocked or closed, in words.

use beffroi_cooperation::{Block, Closed, Doubt, Verdict};
use beffroi_wording::{Lang, Value};
use jiff::civil::Date;

/// The code of a verdict; `cooperation-verdict-CODE` is the key of its name.
pub(crate) fn verdict(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Open(_) => "open",
        Verdict::Blocked(_) => "blocked",
        Verdict::Closed(_) => "closed",
    }
}

/// The reasons of a verdict, a sentence each.
pub(crate) fn of(verdict: &Verdict, t: Lang) -> Vec<String> {
    match verdict {
        Verdict::Open(doubts) => doubts.iter().map(|doubt| of_doubt(*doubt, t)).collect(),
        Verdict::Blocked(blocks) => blocks.iter().map(|block| of_block(*block, t)).collect(),
        Verdict::Closed(closed) => closed.iter().map(|closed| of_closed(*closed, t)).collect(),
    }
}

fn say(t: Lang, key: &str, args: &[(&str, String)]) -> String {
    let values: Vec<(&str, Value<'_>)> = args.iter().map(|(name, text)| (*name, Value::from(text))).collect();
    t.say_with(&format!("cooperation-{key}"), &values)
}

fn date(t: Lang, day: Date) -> (&'static str, String) {
    ("date", t.date(day))
}

/// What is missing.
pub(crate) fn of_block(block: Block, t: Lang) -> String {
    match block {
        Block::Penalty(day) => say(t, "block-penalty", &[date(t, day)]),
        Block::Party(state) => say(t, "block-party", &[("state", state.to_string())]),
    }
}

/// Why it does not lead there.
pub(crate) fn of_closed(closed: Closed, t: Lang) -> String {
    match closed {
        Closed::NotParty(state) => say(t, "closed-not-party", &[("state", state.to_string())]),
        Closed::Before(state, day) => say(t, "closed-before", &[("state", state.to_string()), date(t, day)]),
        Closed::Penalty { held, least } => {
            say(t, "closed-penalty", &[("held", held.to_string()), ("least", least.to_string())])
        }
        Closed::FrenchLaw { held, least } => {
            say(t, "closed-french-law", &[("held", held.to_string()), ("least", least.to_string())])
        }
    }
}

/// What is to be verified before it is sent.
pub(crate) fn of_doubt(doubt: Doubt, t: Lang) -> String {
    match doubt {
        Doubt::Party(state) => say(t, "doubt-party", &[("state", state.to_string())]),
        Doubt::Route => say(t, "doubt-route", &[]),
        Doubt::Treaty => say(t, "doubt-treaty", &[]),
    }
}
