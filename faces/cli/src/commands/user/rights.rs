//! Giving rights and taking them back.

use super::{acting, fault, has_rights, right};
use crate::Context;
use crate::args::GrantArgs;
use crate::fault::{Fault, Outcome, users};
use crate::output::{TextTable, print, print_json};
use beffroi_model::{Marking, Territory};
use beffroi_rights::{
    Act, Assignment, GrantOutcome, Kind, Object, PersonId, Right, Role, ServiceId, Subject, Territories, World,
    approve_grant, may, propose_grant,
};
use beffroi_store::PendingGrant;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;
use std::path::Path;

/// Days for which a role is given when no last day is named.
const DAYS: i32 = 365;
/// Longest file of first rights, in bytes.
const MOST: u64 = 1 << 20;

/// A line of the file of first rights: the options of `user grant` under the same names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct First {
    login: String,
    role: String,
    world: String,
    service: Option<String>,
    territories: Option<Vec<String>>,
    tlp: Option<String>,
    pap: Option<String>,
    from: Option<Date>,
    until: Option<Date>,
}

impl From<First> for GrantArgs {
    fn from(line: First) -> Self {
        Self {
            login: line.login,
            role: line.role,
            world: line.world,
            for_service: line.service.unwrap_or_else(|| ServiceId::house().as_str().to_owned()),
            territories: line.territories.unwrap_or_else(|| vec!["FR".to_owned()]),
            tlp: line.tlp.unwrap_or_else(|| "AMBER".to_owned()),
            pap: line.pap.unwrap_or_else(|| "AMBER".to_owned()),
            first_day: line.from,
            last_day: line.until,
        }
    }
}

/// What the options say.
fn assignment(args: &GrantArgs, today: Date) -> Outcome<Assignment> {
    let from = args.first_day.unwrap_or(today);
    let codes: Result<Vec<Territory>, _> = args.territories.iter().map(|code| code.parse()).collect();
    let given = Assignment {
        role: args.role.parse().map_err(users)?,
        world: args.world.parse().map_err(users)?,
        service: args.for_service.parse().map_err(users)?,
        territories: Territories::of(codes.map_err(users)?),
        clearance: Marking { tlp: args.tlp.parse().map_err(users)?, pap: args.pap.parse().map_err(users)? },
        from,
        until: args.last_day.unwrap_or_else(|| from.saturating_add(DAYS.days())),
    };
    given.check().map_err(users)?;
    Ok(given)
}

/// Gives the rights of a file, the first of all, at once.
pub(super) async fn first(path: &Path, context: &Context) -> Outcome {
    let bytes = super::super::audit::verify::read(path, MOST)?;
    let lines: Vec<First> =
        serde_json::from_slice(&bytes).map_err(|error| Fault::user(format!("{}: {error}", path.display())))?;
    let mut rights = Vec::new();
    for line in lines {
        let args = GrantArgs::from(line);
        rights.push((person(&args.login, context).await?, assignment(&args, context.today())?));
    }
    give_first(rights, context).await
}

/// The first rights must leave a house that can go on giving them: somebody manages.
async fn give_first(rights: Vec<(PersonId, Assignment)>, context: &Context) -> Outcome {
    let lang = context.lang;
    let worlds: Vec<World> =
        rights.iter().filter(|(_, given)| given.role == Role::Manager).map(|(_, given)| given.world).collect();
    if let Some((_, orphan)) = rights.iter().find(|(_, given)| !worlds.contains(&given.world)) {
        let world = orphan.world.to_string();
        return Err(Fault::user(lang.say_with("cli-user-first-manager", &[("world", (&world).into())]))
            .with_help(lang.say("cli-user-first-help")));
    }
    if rights.is_empty() {
        return Err(Fault::user(lang.say("cli-user-first-none")));
    }
    let n = rights.len();
    context.store.grant_first(rights, &context.by()).await.map_err(fault)?;
    if context.json {
        return print_json(&json!({ "state": "in-force", "given": n }));
    }
    eprintln!("{}", lang.say("cli-user-first-help"));
    print(&format!("{}\n", lang.say_with("cli-user-first", &[("n", (&n.to_string()).into())])))
}

/// The person of an account that stands.
async fn person(login: &str, context: &Context) -> Outcome<PersonId> {
    let unknown = || Fault::user(context.lang.say_with("cli-user-none", &[("login", login.into())]));
    let account = context.store.account_fetch(login).await.map_err(fault)?;
    account.filter(|account| !account.disabled).ok_or_else(unknown)?;
    login.parse().map_err(users)
}

async fn subject(person: &PersonId, context: &Context) -> Outcome<Subject> {
    Ok(context.store.rights(person, context.now()).await.map_err(fault)?.subject)
}

/// Gives a role, or proposes it when it takes a second person.
pub(super) async fn grant(args: &GrantArgs, context: &Context) -> Outcome {
    let lang = context.lang;
    let to = person(&args.login, context).await?;
    let given = assignment(args, context.today())?;
    if !has_rights(context).await? {
        return give_first(vec![(to, given)], context).await;
    }
    let (granter, grantee) = (subject(&acting(context).await?, context).await?, subject(&to, context).await?);
    let proposed = propose_grant(&granter, &grantee, Right::Role(given), context.today());
    match proposed.map_err(|error| users(error).with_help(lang.say("cli-user-as-help")))? {
        GrantOutcome::InForce(granted) => {
            context.store.grant_write(granted, None, &context.by()).await.map_err(fault)?;
            said("in-force", None, context)
        }
        GrantOutcome::AwaitsSecond(proposal) => {
            let id = context.store.grant_propose(proposal, &context.by()).await.map_err(fault)?;
            said("waiting", Some(&id), context)
        }
    }
}

fn said(state: &str, id: Option<&str>, context: &Context) -> Outcome {
    if context.json {
        return print_json(&json!({ "state": state, "proposal": id }));
    }
    let key = format!("cli-user-{state}");
    print(&format!("{}\n", context.lang.say_with(&key, &[("id", id.unwrap_or_default().into())])))
}

/// The proposal that waits under a number.
async fn waiting(id: &str, context: &Context) -> Outcome<PendingGrant> {
    let none = || Fault::user(context.lang.say_with("cli-user-no-proposal", &[("id", id.into())]));
    let pending = context.store.grants_pending().await.map_err(fault)?;
    pending.into_iter().find(|pending| pending.id == id).ok_or_else(none)
}

/// Agrees to a proposal as its second person.
pub(super) async fn approve(id: &str, context: &Context) -> Outcome {
    let pending = waiting(id, context).await?;
    let second = subject(&acting(context).await?, context).await?;
    let proposer = subject(&person(pending.proposal.by().as_str(), context).await?, context).await?;
    let grantee = subject(&person(pending.proposal.what().to.as_str(), context).await?, context).await?;
    let granted = approve_grant(pending.proposal, &proposer, &second, &grantee, context.today());
    let granted = granted.map_err(|error| users(error).with_help(context.lang.say("cli-user-as-help")))?;
    context.store.grant_write(granted, Some(id.to_owned()), &context.by()).await.map_err(fault)?;
    said("in-force", None, context)
}

/// Turns a proposal down: whoever may approve such a right may, and whoever proposed it.
pub(super) async fn decline(id: &str, context: &Context) -> Outcome {
    let pending = waiting(id, context).await?;
    let who = acting(context).await?;
    if *pending.proposal.by() != who {
        let held = subject(&who, context).await?;
        let wanted = &pending.proposal.what().right;
        let manages = match wanted {
            Right::Role(given) => may_revoke(&held, &pending.proposal.what().to, given, context.today()),
            Right::Habilitation(..) => false,
        };
        if !manages {
            return Err(Fault::user(context.lang.say_with("cli-user-not-managed", &[("who", (&context.who).into())])));
        }
    }
    context.store.grant_decline(id, &context.by()).await.map_err(fault)?;
    said("declined", Some(id), context)
}

/// Proposals that wait, with the day on which each lapses.
pub(super) async fn pending(context: &Context) -> Outcome {
    let lang = context.lang;
    let pending = context.store.grants_pending().await.map_err(fault)?;
    let today = context.today();
    let what = |pending: &PendingGrant| match &pending.proposal.what().right {
        Right::Role(given) => format!("{} ({})", given.role, given.world),
        Right::Habilitation(given, _) => given.inquiry.to_string(),
    };
    if context.json {
        let all: Vec<_> = pending
            .iter()
            .map(|waiting| {
                let (to, by) = (waiting.proposal.what().to.as_str(), waiting.proposal.by().as_str());
                let (on, lapsed) = (waiting.proposal.on().to_string(), waiting.proposal.has_lapsed(today));
                json!({ "id": waiting.id, "to": to, "by": by, "on": on, "lapsed": lapsed, "what": what(waiting) })
            })
            .collect();
        return print_json(&all);
    }
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["id", "login", "right", "who", "at", "state"].map(say));
    for waiting in &pending {
        let state = if waiting.proposal.has_lapsed(today) { "cli-user-lapsed" } else { "cli-user-state-waiting" };
        table.row([
            waiting.id.clone(),
            waiting.proposal.what().to.to_string(),
            what(waiting),
            waiting.proposal.by().to_string(),
            lang.date(waiting.proposal.on()),
            lang.say(state),
        ]);
    }
    print(&table.text())
}

/// Takes a role back.
pub(super) async fn revoke(id: &str, context: &Context) -> Outcome {
    let lang = context.lang;
    let none = || Fault::user(lang.say_with("cli-user-no-right", &[("id", id.into())]));
    let given = context.store.grants().await.map_err(fault)?;
    let role = given.into_iter().find(|role| role.id == id && role.revoked_at.is_none()).ok_or_else(none)?;
    let held = subject(&acting(context).await?, context).await?;
    if !may_revoke(&held, &role.person, &role.assignment, context.today()) {
        return Err(Fault::user(lang.say_with("cli-user-not-managed", &[("who", (&context.who).into())]))
            .with_help(lang.say("cli-user-as-help")));
    }
    context.store.grant_revoke(id, &context.by()).await.map_err(fault)?;
    if context.json {
        return print_json(&json!({ "state": "revoked", "right": right(&role) }));
    }
    print(&format!("{}\n", lang.say_with("cli-user-revoked", &[("id", id.into())])))
}

/// Whether `who` may take this role back from `holder`: over each of its territories, by the table of rights.
fn may_revoke(who: &Subject, holder: &PersonId, given: &Assignment, today: Date) -> bool {
    let Ok(number) = "right".parse() else { return false };
    let allowed = |territory: Territory| {
        let mut object =
            Object::new(std::clone::Clone::clone(&number), Kind::Grant, given.world, given.service.clone(), territory);
        object.marking = given.clearance;
        object.about = Some(holder.clone());
        may(who, Act::Revoke, &object, today).is_allowed()
    };
    match &given.territories {
        Territories::Everywhere => "FR".parse().is_ok_and(allowed),
        Territories::Of(codes) => codes.iter().cloned().all(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use beffroi_rights::{Service, ServiceLevel, ServiceTree};

    fn args(role: &str, territories: &[&str]) -> GrantArgs {
        GrantArgs {
            login: "a".to_owned(),
            role: role.to_owned(),
            world: "coordination".to_owned(),
            for_service: "command".to_owned(),
            territories: territories.iter().map(|code| (*code).to_owned()).collect(),
            tlp: "amber".to_owned(),
            pap: "TLP:nothing".to_owned(),
            first_day: None,
            last_day: None,
        }
    }

    fn today() -> Date {
        "2026-11-22".parse().unwrap()
    }

    fn given(role: &str, territories: &[&str]) -> Assignment {
        let args = GrantArgs { pap: "AMBER".to_owned(), ..args(role, territories) };
        assignment(&args, today()).unwrap()
    }

    #[test]
    fn options_become_an_assignment_or_are_refused() {
        let analyst = given("analyst", &["53"]);
        assert_eq!((analyst.from, analyst.until), (today(), "2027-11-22".parse().unwrap()));
        assert!(assignment(&args("analyst", &["53"]), today()).is_err(), "a PAP that is none");
        let good = GrantArgs { pap: "AMBER".to_owned(), ..args("analyst", &["53"]) };
        for wrong in [
            GrantArgs { role: "king".to_owned(), ..good.clone() },
            GrantArgs { world: "judicial".to_owned(), role: "statistician".to_owned(), ..good.clone() },
            GrantArgs { territories: vec!["Mayenne".to_owned()], ..good.clone() },
            GrantArgs { last_day: Some("2020-01-01".parse().unwrap()), ..good.clone() },
        ] {
            assert!(assignment(&wrong, today()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_manager_takes_back_what_lies_within_and_nothing_else() {
        let house = Service { id: ServiceId::house(), level: ServiceLevel::Direction, parent: None };
        let tree = ServiceTree::new([house]).unwrap();
        let who = |role, territories: &[&str]| {
            Subject::new("m".parse().unwrap(), [given(role, territories)], [], &tree).unwrap()
        };
        let holder: PersonId = "a".parse().unwrap();
        let of = |territories: &[&str]| given("analyst", territories);
        assert!(may_revoke(&who("manager", &["FR"]), &holder, &of(&["FR"]), today()));
        assert!(may_revoke(&who("manager", &["53", "72"]), &holder, &of(&["53"]), today()));
        for (role, mine, theirs) in
            [("manager", &["53"][..], &["53", "72"][..]), ("manager", &["53"], &["FR"]), ("analyst", &["FR"], &["53"])]
        {
            assert!(!may_revoke(&who(role, mine), &holder, &of(theirs), today()), "{role} {mine:?} {theirs:?}");
        }
    }

    #[test]
    fn a_line_of_the_first_rights_has_the_names_of_the_options() {
        let line: First = serde_json::from_str(r#"{"login":"a","role":"manager","world":"coordination"}"#).unwrap();
        let args = GrantArgs::from(line);
        assert_eq!((args.for_service.as_str(), args.territories), ("command", vec!["FR".to_owned()]));
        assert!(serde_json::from_str::<First>(r#"{"login":"a","role":"r","world":"w","rôle":"x"}"#).is_err());
    }
}
