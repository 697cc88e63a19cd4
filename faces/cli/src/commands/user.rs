//! `beffroi user add | list | first | grant | pending | approve | decline | revoke | disable | enable | federate |
//! service`.
//!
//! Whoever holds the machine makes accounts, which open nothing by themselves, and gives the first rights. From then on
//! rights come from those who hold them: the command line asks the same questions as the pages do.

mod rights;

use super::audit::fault;
use crate::Context;
use crate::args::{ServiceCommand, UserCommand};
use crate::fault::{Fault, Outcome, users};
use crate::output::{TextTable, print, print_json};
use beffroi_rights::{PersonId, Service};
use beffroi_store::GivenRole;
use serde_json::{Value, json};
use std::io::Read as _;

/// Longest password read, in bytes.
const MAX_PASSWORD: u64 = 1024;

pub(super) async fn run(command: UserCommand, context: &Context) -> Outcome {
    match command {
        UserCommand::Add { login, shown_name, password_stdin } => {
            add(&login, &shown_name, password_stdin, context).await
        }
        UserCommand::List => list(context).await,
        UserCommand::First { rights_file } => rights::first(&rights_file, context).await,
        UserCommand::Grant(args) => rights::grant(&args, context).await,
        UserCommand::Pending => rights::pending(context).await,
        UserCommand::Approve { proposal } => rights::approve(&proposal, context).await,
        UserCommand::Decline { proposal } => rights::decline(&proposal, context).await,
        UserCommand::Revoke { right } => rights::revoke(&right, context).await,
        UserCommand::Disable { login } => shut(&login, true, context).await,
        UserCommand::Enable { login } => {
            administers(context).await?;
            shut(&login, false, context).await
        }
        UserCommand::Federate { login, issuer, subject } => {
            administers(context).await?;
            federate(&login, &issuer, &subject, context).await
        }
        UserCommand::Service(ServiceCommand::List) => services(context).await,
        UserCommand::Service(ServiceCommand::Put { service, level, parent }) => {
            administers(context).await?;
            let parent = parent.map(|parent| parent.parse().map_err(users)).transpose()?;
            let new = Service { id: service.parse().map_err(users)?, level: level.parse().map_err(users)?, parent };
            context.store.service_put(new, &context.by()).await.map_err(fault)?;
            services(context).await
        }
    }
}

async fn add(login: &str, name: &str, password_stdin: bool, context: &Context) -> Outcome {
    let lang = context.lang;
    let mut password = None;
    if password_stdin {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(MAX_PASSWORD).read_to_string(&mut text);
        read.map_err(|_| Fault::user(lang.say("cli-user-password")))?;
        password = Some(text.trim_end_matches(['\n', '\r']).to_owned());
    }
    let made =
        context.store.account_create(login, name, password.as_deref(), false, &context.by()).await.map_err(fault)?;
    if context.json {
        return print_json(&json!({ "login": made.login, "name": made.display_name, "password": password.is_some() }));
    }
    let key = if password.is_some() { "cli-user-added" } else { "cli-user-added-without-password" };
    print(&format!("{}\n", lang.say_with(key, &[("login", (&made.login).into())])))
}

async fn shut(login: &str, shut: bool, context: &Context) -> Outcome {
    context.store.account_shut(login, shut, &context.by()).await.map_err(fault)?;
    if context.json {
        return print_json(&json!({ "login": login, "disabled": shut }));
    }
    let key = if shut { "cli-user-disabled" } else { "cli-user-enabled" };
    print(&format!("{}\n", context.lang.say_with(key, &[("login", login.into())])))
}

/// Ties an account to a person: from then on whoever the provider says is that person opens it.
async fn federate(login: &str, issuer: &str, subject: &str, context: &Context) -> Outcome {
    let lang = context.lang;
    if !is_issuer(issuer) {
        return Err(Fault::user(lang.say_with("cli-user-issuer", &[("issuer", issuer.into())])));
    }
    if !is_subject(subject) {
        return Err(Fault::user(lang.say("cli-user-subject")));
    }
    context.store.account_federate(login, issuer, subject, &context.by()).await.map_err(fault)?;
    if context.json {
        return print_json(&json!({ "login": login, "issuer": issuer, "subject": subject }));
    }
    print(&format!("{}\n", lang.say_with("cli-user-federated", &[("login", login.into()), ("issuer", issuer.into())])))
}

/// Whether a text can be the `iss` of a token: an https address without query or fragment (OpenID Connect Core 1.0,
/// section 2), or http on this machine, as a provider on trial has it.
fn is_issuer(text: &str) -> bool {
    let host = |rest: &str| rest.split(['/', ':']).next().is_some_and(|host| !host.is_empty());
    let secure = text.strip_prefix("https://").is_some_and(host);
    let here = ["http://127.0.0.1", "http://[::1]", "http://localhost"]
        .iter()
        .any(|here| text.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/'])));
    (secure || here) && text.len() <= 2048 && text.bytes().all(|b| b.is_ascii_graphic() && !b"?#@\"<>\\".contains(&b))
}

/// Whether a text can be the `sub` of a token: at most 255 ASCII characters (OpenID Connect Core 1.0, section 2); blanks
/// and control characters are taken for slips.
fn is_subject(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
}

async fn list(context: &Context) -> Outcome {
    let lang = context.lang;
    let accounts = context.store.account_list().await.map_err(fault)?;
    let given = context.store.grants().await.map_err(fault)?;
    let standing = |login: &str| {
        let login = login.to_owned();
        given.iter().filter(move |role| role.revoked_at.is_none() && role.person.as_str() == login)
    };
    if context.json {
        let all: Vec<Value> = accounts
            .iter()
            .map(|account| {
                json!({
                    "login": account.login,
                    "name": account.display_name,
                    "disabled": account.disabled,
                    "demo": account.demo,
                    "federated": account.federated,
                    "rights": standing(&account.login).map(right).collect::<Vec<_>>(),
                })
            })
            .collect();
        return print_json(&all);
    }
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["login", "name", "state", "role", "world", "service", "until", "right"].map(say));
    for account in &accounts {
        let state = match (account.disabled, account.demo) {
            (true, _) => "cli-user-state-disabled",
            (_, true) => "cli-user-state-demo",
            _ => "cli-user-state-open",
        };
        let head = [account.login.clone(), account.display_name.clone(), lang.say(state)];
        let mut roles = standing(&account.login).peekable();
        if roles.peek().is_none() {
            table.row(head.clone());
        }
        for role in roles {
            let given = &role.assignment;
            let (world, service) = (given.world.to_string(), given.service.to_string());
            let rest = [given.role.to_string(), world, service, lang.date(given.until), role.id.clone()];
            table.row(head.iter().cloned().chain(rest));
        }
    }
    print(&table.text())
}

fn right(role: &GivenRole) -> Value {
    let given = &role.assignment;
    json!({
        "id": role.id,
        "role": given.role.code(),
        "world": given.world.code(),
        "service": given.service.as_str(),
        "tlp": given.clearance.tlp.label(),
        "pap": given.clearance.pap.label(),
        "from": given.from.to_string(),
        "until": given.until.to_string(),
        "given_by": role.given_by,
        "second": role.second_by,
    })
}

async fn services(context: &Context) -> Outcome {
    let tree = context.store.service_tree().await.map_err(fault)?;
    let lines: Vec<&Service> = tree.services().collect();
    if context.json {
        let all: Vec<Value> = lines
            .iter()
            .map(|service| {
                let parent = service.parent.as_ref().map(ToString::to_string);
                json!({ "id": service.id.as_str(), "level": service.level.code(), "parent": parent })
            })
            .collect();
        return print_json(&all);
    }
    let say = |column: &str| context.lang.say(&format!("cli-column-{column}"));
    let mut table = TextTable::new(["id", "level", "parent"].map(say));
    for service in lines {
        let parent = service.parent.as_ref().map_or_else(String::new, ToString::to_string);
        table.row([service.id.to_string(), service.level.to_string(), parent]);
    }
    print(&table.text())
}

/// Whether rights were ever given: from then on they come from those who hold them.
async fn has_rights(context: &Context) -> Outcome<bool> {
    Ok(!context.store.grants().await.map_err(fault)?.is_empty())
}

/// The account that acts, which must stand.
async fn acting(context: &Context) -> Outcome<PersonId> {
    let lang = context.lang;
    let unknown = || {
        Fault::user(lang.say_with("cli-user-as", &[("who", (&context.who).into())]))
            .with_help(lang.say("cli-user-as-help"))
    };
    let account = context.store.account_fetch(&context.who).await.map_err(fault)?;
    account.filter(|account| !account.disabled).ok_or_else(unknown)?;
    context.who.parse().map_err(users)
}

/// Refuses what changes how far rights reach to anybody but a system administrator, once rights were given.
async fn administers(context: &Context) -> Outcome {
    if !has_rights(context).await? {
        return Ok(());
    }
    let who = acting(context).await?;
    let held = context.store.rights(&who, context.now()).await.map_err(fault)?;
    if held.subject.is_administrator(context.today()) {
        return Ok(());
    }
    Err(Fault::user(context.lang.say_with("cli-user-administrator", &[("who", (&context.who).into())])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_address_as_tokens_write_it() {
        for right in
            ["https://id.example", "https://id.example:8443/realm/a", "http://127.0.0.1:8080", "http://localhost/x"]
        {
            assert!(is_issuer(right), "{right}");
        }
        let long = format!("https://{}", "a".repeat(2048));
        for wrong in [
            "",
            "id.example",
            "https://",
            "https:///x",
            "http://id.example",
            "http://127.0.0.1.evil.example",
            "https://a@id.example",
            "https://id.example?x=1",
            "https://id.example#x",
            "https://id.example/a b",
            &long,
        ] {
            assert!(!is_issuer(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_subject_is_short_and_bare() {
        assert!(is_subject("f3b1c2") && is_subject(&"a".repeat(255)));
        for wrong in ["", "a b", "é", "a\n", &"a".repeat(256)] {
            assert!(!is_subject(wrong), "{wrong}");
        }
    }
}
