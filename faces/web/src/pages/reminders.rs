//! How what there is to do reaches its person: by a letter of their day, and in a calendar that subscribes to a secret
//! address. The address is shown once.

use crate::agenda;
use crate::chrome::{Chrome, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::sent_back::{Fault, sent_back};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_registers::digest::{self, DigestError, DigestSettings, HOURS, Rhythm, Wish};
use beffroi_model::{Pap, Tlp};
use beffroi_store::{By, StoreError};
use beffroi_wording::Lang;

/// Where the page stands.
const PATH: &str = "/compte/rappels";
/// The word of the form for no letter.
const NEVER: &str = "never";

struct Choice {
    code: String,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "reminders.html")]
struct Page {
    chrome: Chrome,
    /// What is sent now, or that nothing is.
    mail: String,
    /// Why what is wished does not come.
    trouble: Option<String>,
    has_mail: bool,
    rhythms: Vec<Choice>,
    hours: Vec<Choice>,
    langs: Vec<Choice>,
    address: String,
    /// What stands of the calendar, or that there is none.
    calendar: String,
    has_calendar: bool,
    /// The address of the calendar just made.
    made: Option<String>,
    is_late: bool,
    error: Fault,
}

/// `GET /compte/rappels`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    Ok(html(&page(&house, &reader, None).await?)?)
}

/// `POST /compte/rappels`: says what letter is wished, makes the address of the calendar, or revokes it.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
) -> Result<Response, Problem> {
    let key = fields.get("cle").parse().map_err(|_| Problem::Unclear("the key of a form"))?;
    let by = By::new(reader.who()?, house.now()).with_key(key);
    let back = || Ok(Redirect::to(PATH).into_response());
    match fields.get("action") {
        "mail" if fields.get("quand") == NEVER => {
            house.store.digest_wish_end(&by).await?;
            back()
        }
        "mail" => match wished(&house, &reader, &fields, &by).await? {
            None => back(),
            Some(wrong) => {
                let page = Page { error: wrong.into(), ..page(&house, &reader, Some(&fields)).await? };
                Ok(sent_back(html(&page)?))
            }
        },
        "calendar" if !reader.signed_in_lately(house.now()) => {
            let wrong = ("agenda", reader.t.say("web-told-late"));
            let page = Page { error: wrong.into(), ..page(&house, &reader, None).await? };
            Ok(sent_back(html(&page)?))
        }
        "calendar" => {
            let secret = match house.store.calendar_make(reader.t.code(), &by).await {
                Ok(secret) => secret,
                // The form came twice: what the first one made was shown then, and is not shown again.
                Err(StoreError::Refused { .. }) => return back(),
                Err(error) => return Err(error.into()),
            };
            let base = &house.diffusion.address;
            let made = Some(format!("{base}{}{}{}", agenda::ROOT, secret.expose(), agenda::ENDING));
            Ok(html(&Page { made, ..page(&house, &reader, None).await? })?)
        }
        "revoke" => {
            house.store.calendar_end(&by).await?;
            back()
        }
        _ => Err(Problem::Unclear("what to do with reminders")),
    }
}

/// Keeps what the form asks for; the field that is wrong, and what to do.
async fn wished(
    house: &House,
    reader: &Reader,
    fields: &Fields,
    by: &By,
) -> Result<Option<(&'static str, String)>, Problem> {
    let t = reader.t;
    if !reader.signed_in_lately(house.now()) {
        return Ok(Some(("quand", t.say("web-told-late"))));
    }
    let Some(rhythm) = Rhythm::of(fields.get("quand")) else {
        return Ok(Some(("quand", t.say("web-told-wrong-rhythm"))));
    };
    let wish = Wish {
        rhythm,
        hour: fields.get("heure").parse().unwrap_or(-1),
        lang: fields.get("langue").parse().unwrap_or(t),
        address: fields.get("adresse").to_owned(),
    };
    match digest::choose(&house.store, &wish, &settings(house), by).await {
        Ok(()) => Ok(None),
        Err(DigestError::Refused(why @ "digest-refused-hour")) => Ok(Some(("heure", t.say(why)))),
        Err(DigestError::Refused(why)) => Ok(Some(("adresse", t.say(why)))),
        Err(error) => Err(error.into()),
    }
}

/// What this deployment says of letters of one's day, as it says it of flashes.
fn settings(house: &House) -> DigestSettings {
    DigestSettings {
        address: house.diffusion.address.clone(),
        mail_ceiling: house.diffusion.mail_ceiling,
        domains: house.diffusion.digest_domains.clone(),
    }
}

impl From<DigestError> for Problem {
    fn from(error: DigestError) -> Self {
        match error {
            DigestError::Refused(_) => Self::Unclear("a letter that may not be wished"),
            DigestError::Register(error) => error.into(),
            DigestError::Store(error) => error.into(),
            DigestError::Keys(_) | DigestError::Post(_) => Self::Ours(error.to_string()),
        }
    }
}

async fn page(house: &House, reader: &Reader, typed: Option<&Fields>) -> Result<Page, Problem> {
    let (t, login) = (reader.t, reader.who()?);
    let wish = house.store.digest_wish(login).await?;
    let address = house.store.digest_address(login).await?;
    let (mail, trouble) = match (&wish, &address) {
        (None, _) => (t.say("web-told-mail-none"), None),
        (Some(_), None) => (t.say("web-told-mail-none"), Some(t.say("web-told-mail-erased"))),
        (Some(wish), Some(address)) => {
            let hour = wish.hour.to_string();
            let key = format!("web-told-mail-{}", Rhythm::of(&wish.rhythm).unwrap_or(Rhythm::Workdays).code());
            let values = [("hour", (&hour).into()), ("address", address.into())];
            let trouble = wish.unreachable.as_ref().map(|_| t.say("web-told-mail-unreachable"));
            (t.say_with(&key, &values), trouble)
        }
    };
    // What was typed comes back; else what stands; else what is offered.
    let or = |field: &str, standing: Option<String>, offered: &str| match typed {
        Some(typed) => typed.get(field).chars().take(254).collect(),
        None => standing.unwrap_or_else(|| offered.to_owned()),
    };
    let rhythm: String = or("quand", wish.as_ref().map(|wish| wish.rhythm.clone()), NEVER);
    let hour: String = or("heure", wish.as_ref().map(|wish| wish.hour.to_string()), "7");
    let lang: String = or("langue", wish.as_ref().map(|wish| wish.lang.clone()), t.code());
    let codes = [NEVER].into_iter().chain(Rhythm::ALL.map(Rhythm::code));
    let calendar = house.store.calendar_of(login).await?;
    let has_calendar = calendar.is_some();
    let calendar = match calendar {
        None => t.say("web-told-calendar-none"),
        Some(feed) => {
            let at = figures::instant(t, feed.made_at);
            let used = feed.used_on.map_or_else(|| t.say("web-passkey-never"), |on| t.date(on));
            t.say_with("web-told-calendar-stands", &[("at", (&at).into()), ("used", (&used).into())])
        }
    };
    Ok(Page {
        mail,
        trouble,
        has_mail: wish.is_some(),
        rhythms: codes
            .map(|code| Choice {
                label: t.say(&format!("web-told-rhythm-{code}")),
                chosen: code == rhythm,
                code: code.to_owned(),
            })
            .collect(),
        hours: HOURS
            .map(|of| {
                let code = of.to_string();
                let label = t.say_with("web-told-hour-of", &[("hour", (&code).into())]);
                Choice { label, chosen: code == hour, code }
            })
            .into(),
        langs: Lang::ALL
            .map(|of| Choice {
                label: of.say("web-this-language"),
                chosen: of.code() == lang,
                code: of.code().to_owned(),
            })
            .into(),
        address: or("adresse", address, ""),
        calendar,
        has_calendar,
        made: None,
        is_late: !reader.signed_in_lately(house.now()),
        error: Fault::default(),
        chrome: Chrome::new(house, reader, &t.say("web-told-title")).marked(Tlp::Green, Pap::Green),
    })
}
