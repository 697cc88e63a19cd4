//! The day of the reader: what is mine, late, waiting for me, new since yesterday.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::pages::deadlines::Line;
use crate::pages::record::whom;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::reading;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_registers::Due;
use beffroi_register::words;
use beffroi_wording::Lang;
use std::collections::BTreeSet;

/// How many lines of a list are shown at once: a day is seen on a page, and the rest unfolds.
const SHOWN: usize = 8;

/// A list of which the first lines are shown and the others unfold.
struct Folded<T> {
    first: Vec<T>,
    rest: Vec<T>,
    /// How many there are in all.
    n: String,
    /// What unfolds the others.
    more: String,
}

impl<T> Folded<T> {
    fn of(lines: impl Iterator<Item = T>, t: Lang) -> Self {
        let mut first: Vec<T> = lines.collect();
        let n = first.len();
        let rest = first.split_off(n.min(SHOWN));
        let others = i64::try_from(rest.len()).unwrap_or(i64::MAX);
        let more = t.say_with("web-day-more", &[("n", others.into())]);
        Self { first, rest, n: t.integer(n as f64), more }
    }
}

struct Group {
    id: &'static str,
    label: String,
    none: String,
    lines: Folded<Line>,
}

struct ToDo {
    href: String,
    what: String,
    reference: String,
    whom: String,
    due: String,
    late: bool,
}

struct New {
    href: String,
    title: String,
    reference: String,
    state: String,
    at: String,
}

#[derive(Template)]
#[template(path = "my_day.html")]
struct Page {
    chrome: Chrome,
    tasks: Folded<ToDo>,
    groups: Vec<Group>,
    new: Folded<New>,
}

/// `GET /ma-journee`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let (t, desk) = (reader.t, reading(&house, &reader)?);
    let day = desk.day().await?;
    let mut chrome = Chrome::new(&house, &reader, &t.say("web-day-title"));
    for record in day.mine.iter().chain(&day.late).chain(&day.waiting).map(|due| &due.row.record) {
        chrome = chrome.marked(record.marking.tlp, record.marking.pap).synthetic(record.synthetic);
    }
    for row in &day.new {
        chrome = chrome.marked(row.record.marking.tlp, row.record.marking.pap).synthetic(row.record.synthetic);
    }
    let tasks = day.tasks.iter().filter_map(|task| {
        let register = house.registry.get(&task.register)?;
        Some(ToDo {
            href: format!("/registres/{}/{}", register.name, task.reference),
            what: words::task(register, &task.rule, &task.item, t),
            reference: task.reference.clone(),
            whom: whom(&task.to, t),
            due: task.due.map(|due| figures::instant(t, due)).unwrap_or_default(),
            late: task.due.is_some_and(|due| due < desk.by.at),
        })
    });
    let new = day.new.iter().filter_map(|row| {
        let register = house.registry.get(&row.record.register)?;
        Some(New {
            href: format!("/registres/{}/{}", register.name, row.record.reference),
            title: row.title.clone(),
            reference: row.record.reference.clone(),
            state: words::state(register, &row.record.state, t),
            at: figures::instant(t, row.record.updated_at),
        })
    });
    // A record stands once on the page, in the first group that holds it.
    let mut shown = BTreeSet::new();
    let mut group = |id: &'static str, label: String, lines: &[Due]| Group {
        id,
        label,
        none: t.say("web-day-none"),
        lines: Folded::of(
            lines.iter().filter(|due| shown.insert(due.row.record.reference.clone())).map(|due| Line::of(due, t)),
            t,
        ),
    };
    let page = Page {
        tasks: Folded::of(tasks, t),
        groups: vec![
            group("mine", t.say("web-day-mine"), &day.mine),
            group("waiting", t.say("web-day-waiting"), &day.waiting),
            group("late", t.say("web-day-late"), &day.late),
        ],
        new: Folded::of(new, t),
        chrome,
    };
    Ok(html(&page)?)
}
