//! The file system given up, by Landlock: no rule, so that nothing is allowed.

use beffroi_ports::Protection;
use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};

/// Gives up every access that the running kernel can take away: files, TCP, signals and sockets outside.
pub(super) fn give_up() -> Protection {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(ABI::V4)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(ABI::V6)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    match status.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Protection::Full,
        Ok(RulesetStatus::PartiallyEnforced) => Protection::Partial,
        Ok(RulesetStatus::NotEnforced) | Err(_) => Protection::Absent,
    }
}
