//! What the server does by itself: when it last did it, when it does it next, who is at it, what failed. For who operates
//! without reading.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_model::{Pap, Tlp};
use beffroi_store::Job;
use beffroi_wording::Lang;
use jiff::{SignedDuration, Timestamp};

/// A job that is due for longer is late: nothing runs it.
const LATE: SignedDuration = SignedDuration::from_mins(10);

struct Line {
    name: String,
    done: String,
    due: String,
    at_it: String,
    attempts: String,
    fault: Option<String>,
    state: String,
    class: &'static str,
}

#[derive(Template)]
#[template(path = "jobs.html")]
struct Page {
    chrome: Chrome,
    lines: Vec<Line>,
}

/// `GET /taches-de-fond`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let chrome = Chrome::new(&house, &reader, &t.say("web-jobs-title")).marked(Tlp::Green, Pap::Green);
    let lines = house.store.jobs().await?.iter().map(|job| line(job, house.now(), t)).collect();
    Ok(html(&Page { chrome, lines })?)
}

fn line(job: &Job, now: Timestamp, t: Lang) -> Line {
    let instant = |at: Option<Timestamp>| at.map_or_else(|| "–".to_owned(), |at| figures::instant(t, at));
    let lease = job.lease_until.filter(|until| *until > now);
    let (state, class) = match (lease, &job.fault) {
        (Some(_), _) => (t.say("web-jobs-running"), "tag-open"),
        (None, Some(_)) => (t.say("web-jobs-failed"), "tag-warn"),
        (None, None) if now.duration_since(job.due_at) > LATE => (t.say("web-jobs-late"), "tag-warn"),
        (None, None) => (t.say("web-jobs-waits"), "tag-done"),
    };
    Line {
        name: match job.name.as_str() {
            "watch" => t.say("web-jobs-name-watch"),
            "reminders" => t.say("web-jobs-name-reminders"),
            "expiry" => t.say("web-jobs-name-expiry"),
            "deadlines" => t.say("web-jobs-name-deadlines"),
            "digest" => t.say("web-jobs-name-digest"),
            other => other.to_owned(),
        },
        done: instant(job.done_at),
        due: instant(Some(job.due_at)),
        at_it: instant(lease),
        attempts: figures::count(t, u64::from(job.attempts)),
        fault: job.fault.clone(),
        state,
        class,
    }
}
