//! The calendar of a person at its secret address, for a calendar program: no cookie is read and none is set, and whoever
//! holds the address reads it. What stands there is what a feed may tell: references, registers and days.

use crate::access::Access;
use crate::house::House;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use beffroi_desk_registers::{Actor, CalendarFrame, agenda_calendar};
use beffroi_model::Channel;
use beffroi_store::{By, CalendarSecret};
use beffroi_wording::Lang;

/// Where the calendars stand.
pub(crate) const ROOT: &str = "/agenda/";
/// How the address of a calendar ends.
pub(crate) const ENDING: &str = ".ics";

/// `GET /agenda/{file}`: a secret and `.ics`. One that is unknown, was revoked or is of an account that is shut looks like
/// nothing at all.
pub(crate) async fn show(State(house): State<House>, Path(file): Path<String>) -> Result<Response, Problem> {
    let now = house.now();
    let today = Access::day(now);
    let secret: Option<CalendarSecret> = file.strip_suffix(ENDING).and_then(|secret| secret.parse().ok());
    let secret = secret.ok_or(Problem::NotFound)?;
    let (account, feed) = house.store.calendar_owner(&secret, today).await?.ok_or(Problem::NotFound)?;
    let t: Lang = feed.lang.parse().unwrap_or_default();
    let access = Access::read(&house.store, &account.login, now).await?;
    let by = By::new(account.login.as_str(), now);
    let desk = Actor { registry: &house.registry, store: &house.store, subject: access.subject(), by };
    let agenda = desk.agenda(Channel::Feed, house.diffusion.mail_ceiling).await?;
    let around = CalendarFrame { base: &house.diffusion.address, exercise: house.store.is_exercise(), today, now };
    let text = agenda_calendar(&agenda, around, t);
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"))];
    Ok((kind, text).into_response())
}
