//! What changed from one point to the next.

use crate::situation::{Difference, SituationContent, Statement};

/// The differences, in the order of the page. A statement is the same when its French text is.
pub(crate) fn differences(before: &SituationContent, now: &SituationContent) -> Vec<Difference> {
    let known = |all: &[Statement], one: &Statement| all.iter().find(|s| s.fr == one.fr).cloned();
    let mut found = Vec::new();
    if before.picture.total != now.picture.total {
        found.push(Difference::Total { before: before.picture.total, now: now.picture.total });
    }
    for statement in &now.statements {
        match known(&before.statements, statement) {
            None => found.push(Difference::Added { statement: statement.clone() }),
            Some(old) if old.grade != statement.grade => {
                found.push(Difference::Regraded { statement: statement.clone(), before: old.grade });
            }
            Some(_) => {}
        }
    }
    let dropped = before.statements.iter().filter(|old| known(&now.statements, old).is_none());
    found.extend(dropped.map(|statement| Difference::Dropped { statement: statement.clone() }));
    let new = |said: &&_| !before.actions.contains(said);
    found.extend(now.actions.iter().filter(new).map(|said| Difference::Action { said: said.clone() }));
    let new = |said: &&_| !before.unknowns.contains(said);
    found.extend(now.unknowns.iter().filter(new).map(|said| Difference::Unknown { said: said.clone() }));
    let answered = before.unknowns.iter().filter(|said| !now.unknowns.contains(said));
    found.extend(answered.map(|said| Difference::Answered { said: said.clone() }));
    found
}
