//! One's own account: what one holds, and the sessions that are open.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::people::{RightWords, right_words};
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_model::{Pap, Tlp};
use beffroi_store::By;
use beffroi_wording::Lang;

struct Line {
    handle: String,
    how: String,
    opened: String,
    seen: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page {
    chrome: Chrome,
    facts: Vec<(String, String)>,
    rights: Vec<RightWords>,
    inquiries: Vec<(String, String, String)>,
    sessions: Vec<Line>,
    has_others: bool,
    has_passkeys: bool,
    /// How many passkeys there are, or why there can be none.
    passkeys: String,
    /// How many tokens stand.
    tokens: String,
}

/// `GET /compte`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let session = reader.session.as_deref().ok_or(Problem::Forbidden("no session"))?;
    let access = reader.access()?;
    let chrome = Chrome::new(&house, &reader, &t.say("web-account-title")).marked(Tlp::Green, Pap::Green);
    let open = house.store.session_list(&session.account.login, house.now()).await?;
    let sessions: Vec<Line> = open
        .into_iter()
        .map(|open| Line {
            how: how(t, &open.how),
            opened: figures::instant(t, open.opened_at),
            seen: figures::instant(t, open.last_seen_at),
            is_this: open.handle == session.handle,
            handle: open.handle,
        })
        .collect();
    let opens =
        if session.account.federated { t.say("web-account-by-openid") } else { t.say("web-account-by-password") };
    let standing = access.subject().assignments().filter(|given| given.until >= access.on());
    let inquiries = access.subject().habilitations().iter().filter(|held| held.ends_on >= access.on());
    let login = &session.account.login;
    let passkeys = match house.passkeys {
        Some(_) => {
            let n = house.store.passkeys_of(login).await?.len() as i64;
            t.say_with("web-passkey-count", &[("n", n.into())])
        }
        None => t.say("web-passkey-nowhere"),
    };
    let tokens = house.store.tokens_of(login).await?;
    let n = tokens.iter().filter(|held| held.revoked_at.is_none() && held.scope.days().1 >= access.on()).count() as i64;
    let page = Page {
        has_passkeys: house.passkeys.is_some(),
        passkeys,
        tokens: t.say_with("web-token-count", &[("n", n.into())]),
        facts: vec![
            (t.say("web-account-name"), session.account.display_name.clone()),
            (t.say("web-account-login"), session.account.login.clone()),
            (t.say("web-account-opens"), opens),
            (t.say("web-account-until"), figures::instant(t, session.ends_at)),
        ],
        rights: standing.map(|given| right_words(t, given, access.on())).collect(),
        inquiries: inquiries
            .map(|held| {
                let natures: Vec<String> =
                    held.natures.iter().map(|nature| t.say(&format!("rights-nature-{nature}"))).collect();
                (held.inquiry.to_string(), natures.join(", "), t.date(held.ends_on))
            })
            .collect(),
        has_others: sessions.iter().any(|line| !line.is_this),
        sessions,
        chrome,
    };
    Ok(html(&page)?)
}

/// `POST /compte/sessions`: ends one session of one's own, or all the others.
pub(crate) async fn end(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let login = reader.who()?.to_owned();
    let open = house.store.session_list(&login, house.now()).await?;
    let (this, asked) = (reader.session.as_deref().map(|session| session.handle.as_str()), fields.get("session"));
    let all = open.iter().map(|session| session.handle.as_str());
    // Only sessions of the reader's own list are ended: a handle of somebody else's is not on it.
    let ended: Vec<&str> = match fields.get("action") {
        "one" => all.filter(|handle| *handle == asked).collect(),
        "others" => all.filter(|handle| Some(*handle) != this).collect(),
        _ => return Err(Problem::Unclear("what to do with sessions")),
    };
    for handle in ended {
        house.store.session_end(&login, handle, &By::new(login.clone(), house.now())).await?;
    }
    Ok(Redirect::to("/compte").into_response())
}

fn how(t: Lang, how: &str) -> String {
    match how {
        "openid" => t.say("web-account-how-openid"),
        "passkey" => t.say("web-account-how-passkey"),
        _ => t.say("web-account-how-password"),
    }
}
