//! `retention erase`: reports of a source that are to go before their term, by their identifiers, on a decision.

use super::{fault, holdings, holds, lake, run};
use crate::Context;
use crate::fault::{Fault, Outcome, users};
use crate::output::{print, print_json};
use beffroi_journal::{Act, Purpose};
use beffroi_model::{ReportId, SourceId};
use beffroi_retention::HoldScope;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

pub(super) async fn erase(source: &SourceId, file: &Path, decision: &str, context: &Context) -> Outcome {
    let lang = context.lang;
    let ids = identifiers(file)?;
    if ids.is_empty() || decision.trim().is_empty() {
        return Err(Fault::user(lang.say("cli-retention-erase-wrong")));
    }
    let bases = &context.upkeep.grounds.bases;
    let basis = holdings::basis_of(source, false, bases, &super::super::source::catalogue(context)?);
    let prefix = format!("lake/{source}/");
    let holds = holds::read(context)?.into_iter().filter(|hold| hold.until >= context.today());
    let kept = holds.into_iter().find(|hold| match &hold.scope {
        HoldScope::Holding(what) => what.starts_with(&prefix),
        HoldScope::Basis(code) => *code == basis,
    });
    if let Some(hold) = kept {
        let until = lang.date(hold.until);
        let values = [("what", (&prefix).into()), ("until", (&until).into()), ("reason", (&hold.reason).into())];
        return Err(Fault::user(lang.say_with("cli-retention-held", &values)));
    }
    lake::resume(context).await?;
    let purpose = Purpose { why: lang.say("cli-retention-erase-why"), reference: Some(decision.trim().to_owned()) };
    let by = context.by().for_purpose(purpose);
    let index = context.store.upkeep_note(Act::Erase, "lake", source.as_str(), &by).await.map_err(fault)?;
    let n_asked = ids.len() as u64;
    let file = lake::erase_reports(source, &basis, ids, index, context).await?;
    lake::renew_series(context).await?;
    let count = match &file {
        Some(name) => run::certificate(name, context)?.count,
        None => 0,
    };
    if context.json {
        return print_json(&json!({ "asked": n_asked, "erased": count, "certificate": file }));
    }
    let (asked, n) = (lang.integer(n_asked as f64), lang.integer(count as f64));
    let name = file.unwrap_or_default();
    let values = [("asked", (&asked).into()), ("n", (&n).into()), ("certificate", (&name).into())];
    print(&format!("{}\n", lang.say_with("cli-retention-erase-done", &values)))
}

/// The identifiers of a file, one a line; blank lines do not count.
fn identifiers(path: &Path) -> Outcome<BTreeSet<ReportId>> {
    let text = fs::read_to_string(path).map_err(|error| Fault::user(format!("{}: {error}", path.display())))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.parse().map_err(users)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_stand_one_a_line() {
        let place = std::env::temp_dir().join(format!("beffroi-cli-ids-{}", std::process::id()));
        fs::write(&place, "A-2\n\n  A-1 \nA-2\n").unwrap();
        let ids = identifiers(&place);
        fs::write(&place, "a\u{7}b\n").unwrap();
        let wrong = identifiers(&place);
        fs::remove_file(&place).unwrap();
        assert_eq!(ids.unwrap().iter().map(ReportId::as_str).collect::<Vec<_>>(), ["A-1", "A-2"]);
        assert!(wrong.is_err() && identifiers(&place).is_err());
    }
}
