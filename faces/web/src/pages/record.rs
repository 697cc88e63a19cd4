//! One record: its fields, where it may go, what runs, what is said, attached, linked and to be done, what was done.

use crate::chrome::{Chrome, Step, html};
use crate::figures;
use crate::forms::Fields;
use crate::house::House;
use crate::pages::sheet::links as sheet_links;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::registers::{Faults, Input, Wrong, inputs, reading, typed, writing};
use crate::sent_back::sent_back;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use beffroi_desk_registers::{Marked, RegisterError, Setting};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_register::{Field, Move, Of, Register, Values, shown, words};
use beffroi_store::{RecordRow, Task, TaskFor};
use beffroi_wording::Lang;

struct Pair {
    label: String,
    value: String,
}

struct Going {
    name: &'static str,
    label: String,
    inputs: Vec<Input>,
    reason: bool,
    open: bool,
}

struct Link {
    href: String,
    reference: String,
    title: String,
    label: String,
}

struct Event {
    at: String,
    who: String,
    what: String,
    reason: Option<String>,
    changes: Vec<String>,
}

struct Said {
    at: String,
    who: String,
    text: String,
}

struct Piece {
    id: String,
    name: String,
    told: String,
}

struct ToDo {
    id: String,
    what: String,
    whom: String,
    due: String,
    done: Option<String>,
    /// When it fell with its record, and by which move.
    withdrawn: Option<String>,
}

/// The form of the marking: what may be chosen, and whether a reason is always asked for.
struct Marks {
    tlp: Vec<(&'static str, bool)>,
    pap: Vec<(&'static str, bool)>,
    help: String,
    reason: bool,
    open: bool,
}

#[derive(Template)]
#[template(path = "record.html")]
struct Page {
    chrome: Chrome,
    here: String,
    reference: String,
    version: u32,
    state: String,
    owner: String,
    marking: String,
    pairs: Vec<Pair>,
    deadlines: Vec<(String, String, bool)>,
    moves: Vec<Going>,
    inputs: Option<Vec<Input>>,
    editing: bool,
    marks: Option<Marks>,
    sheets: Vec<(String, String)>,
    links: Vec<Link>,
    back: Vec<Link>,
    tasks: Vec<ToDo>,
    said: Vec<Said>,
    attached: Vec<Piece>,
    may_attach: bool,
    events: Vec<Event>,
    faults: Vec<Wrong>,
    comment: String,
}

/// What came back of a form: which, what was typed, what is wrong.
#[derive(Default)]
struct Returned {
    form: String,
    typed: Values,
    faults: Faults,
    comment: String,
    marking: Option<Marking>,
}

/// `GET /registres/{register}/{reference}`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((name, reference)): Path<(String, String)>,
) -> Result<Response, Problem> {
    page(&house, &reader, &name, &reference, Returned::default()).await
}

/// `GET /registres/{register}/{reference}/pieces/{id}`
pub(crate) async fn attachment(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path((_, reference, id)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let (name, media, bytes) = reading(&house, &reader)?.attachment(&reference, &id).await?;
    let ascii: String = name.chars().map(|c| if c.is_ascii_graphic() && c != '"' { c } else { '_' }).collect();
    let headers =
        [(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{ascii}\""))];
    Ok((headers, bytes).into_response())
}

/// `POST /registres/{register}/{reference}`: writes, moves, says, or ends a task.
pub(crate) async fn act(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Extension(fields): Extension<Fields>,
    Path((name, reference)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let desk = writing(&house, &reader, &fields)?;
    let register = desk.register(&name)?;
    let action = fields.get("action");
    let version = fields.get("version").parse().ok();
    let reason = Some(fields.get("raison").chars().take(1000).collect::<String>()).filter(|reason| !reason.is_empty());
    let mut returned = Returned { form: action.to_owned(), ..Returned::default() };
    let done: Result<(), RegisterError> = if action == "set" {
        // Without the version that was read nothing is written over.
        let Some(version) = version else { return Err(Problem::Unclear("the version that was read")) };
        returned.typed = typed(register, plain(register), &fields);
        let setting = Setting { typed: returned.typed.clone(), version: Some(version), reason };
        desk.set(&reference, setting).await
    } else if let Some(known) = action.strip_prefix("go-").and_then(|by| register.move_named(by)) {
        let Some(version) = version else { return Err(Problem::Unclear("the version that was read")) };
        returned.typed = typed(register, asked(register, known).map(|(field, _)| field), &fields);
        let setting = Setting { typed: returned.typed.clone(), version: Some(version), reason };
        desk.go(&reference, known.name, setting).await
    } else if action == "mark" {
        let Some(version) = version else { return Err(Problem::Unclear("the version that was read")) };
        let wrong = |_| Problem::Unclear("a marking");
        let to =
            Marking { tlp: fields.get("tlp").parse().map_err(wrong)?, pap: fields.get("pap").parse().map_err(wrong)? };
        returned.marking = Some(to);
        desk.mark(&reference, &Marked { to, reason, version: Some(version) }).await
    } else if action == "comment" {
        returned.comment = fields.get("texte").chars().take(5000).collect();
        desk.comment(&reference, &returned.comment).await
    } else if action == "attach" {
        let Some(file) = fields.file() else { return Err(Problem::Unclear("a file")) };
        desk.attach(&reference, &file.name, &file.bytes).await
    } else if let Some(id) = action.strip_prefix("done-") {
        desk.done(id, fields.get("avec")).await.map(drop)
    } else {
        return Err(Problem::Unclear("an action"));
    };
    match done {
        Ok(()) => {
            // Whoever raised a marking beyond their own clearance no longer has the record before them.
            let stays = action != "mark" || desk.fetch(&reference).await.is_ok();
            let here = format!("/registres/{}", register.name);
            let to = if stays { format!("{here}/{reference}") } else { here };
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => match Faults::of(&error, reader.t) {
            Some(faults) => {
                returned.faults = faults;
                Ok(sent_back(page(&house, &reader, &name, &reference, returned).await?))
            }
            None => Err(error.into()),
        },
    }
}

fn plain(register: &Register) -> impl Iterator<Item = &'static Field> {
    register.fields.iter().filter(|field| !field.by_move)
}

/// The fields of a move, and whether it asks for them.
fn asked(register: &Register, known: &'static Move) -> impl Iterator<Item = (&'static Field, bool)> {
    let field = |name: &&'static str| register.field(name);
    let asks: Vec<(&'static Field, bool)> = known.asks.iter().filter_map(field).map(|field| (field, true)).collect();
    let takes: Vec<(&'static Field, bool)> = known.takes.iter().filter_map(field).map(|field| (field, false)).collect();
    asks.into_iter().chain(takes)
}

async fn page(
    house: &House,
    reader: &Reader,
    name: &str,
    reference: &str,
    returned: Returned,
) -> Result<Response, Problem> {
    let (t, desk) = (reader.t, reading(house, reader)?);
    let register = desk.register(name)?;
    let found = desk.page(reference).await?;
    if found.register.name != register.name {
        return Err(Problem::NotFound);
    }
    let record = &found.row.record;
    let step = Step { href: format!("/registres/{}", register.name), label: words::name(register, t) };
    let chrome = Chrome::new(house, reader, &found.row.title)
        .under("/registres", [step])
        .marked(record.marking.tlp, record.marking.pap)
        .synthetic(record.synthetic);
    let none = Faults::default();
    // What a move writes is declared anew each time, from what was last said.
    let of_form =
        |form: &str| if returned.form == form { (&returned.typed, &returned.faults) } else { (&record.values, &none) };
    let moves = found.moves.iter().map(|known| {
        let form = format!("go-{}", known.name);
        let (values, faults) = of_form(&form);
        Going {
            name: known.name,
            label: words::step(register, known.name, t),
            inputs: inputs(register, asked(register, known), &form, values, faults, t),
            reason: known.reason,
            open: returned.form == form,
        }
    });
    let edited = found.may_set.then(|| {
        let needs = register.state(&record.state).map(|state| state.needs).unwrap_or_default();
        let fields = plain(register).map(|field| (field, field.required || needs.contains(&field.name)));
        let (values, faults) = of_form("set");
        inputs(register, fields, "set", values, faults, t)
    });
    let pairs = register.fields.iter().filter(|field| !record.value(field.name).is_empty()).map(|field| Pair {
        label: words::field(register, field, t),
        value: shown(register, field, record.value(field.name), t),
    });
    let page = Page {
        here: format!("/registres/{}/{}", register.name, record.reference),
        reference: record.reference.clone(),
        version: record.version,
        state: words::state(register, &record.state, t),
        owner: record.owner.to_string(),
        marking: record.marking.to_string(),
        pairs: pairs.collect(),
        deadlines: found
            .deadlines
            .iter()
            .filter(|due| due.runs())
            .map(|due| (words::clock(register, due.clock.name, t), figures::instant(t, due.at), due.is_late()))
            .collect(),
        moves: moves.collect(),
        inputs: edited,
        editing: returned.form == "set",
        marks: marks(t, record.marking, (found.may_raise, found.may_lower), &returned),
        sheets: sheet_links(register, Of::Record, &record.reference, t),
        links: found.to.iter().map(|row| link(house, row, t)).collect(),
        back: found.back.iter().map(|row| link(house, row, t)).collect(),
        tasks: found.tasks.iter().map(|task| to_do(register, task, t)).collect(),
        said: found
            .comments
            .iter()
            .map(|said| Said { at: figures::instant(t, said.at), who: said.who.clone(), text: said.said.clone() })
            .collect(),
        may_attach: found.may_set && found.attached.len() < usize::from(register.attachments),
        attached: found
            .attached
            .iter()
            .map(|file| {
                let n = i64::try_from(file.size).unwrap_or(i64::MAX);
                let size = t.say_with("web-register-bytes", &[("n", n.into())]);
                Piece { id: file.id.clone(), name: file.name.clone(), told: format!("{size} · {}", file.who) }
            })
            .collect(),
        events: found.versions.iter().map(|version| event(register, version, t)).collect(),
        faults: returned.faults.summary(&returned.form),
        comment: returned.comment,
        chrome,
    };
    Ok(html(&page)?)
}

/// The form of the marking for who may raise it, lower it, or both; nothing for who may neither.
fn marks(t: Lang, now: Marking, may: (bool, bool), returned: &Returned) -> Option<Marks> {
    let help = match may {
        (false, false) => return None,
        (true, false) => t.say("web-register-mark-raise"),
        (false, true) => t.say("web-register-mark-lower"),
        (true, true) => t.say("web-register-mark-both"),
    };
    let (raise, lower) = may;
    let chosen = returned.marking.unwrap_or(now);
    let tlp = Tlp::ALL.into_iter().filter(|tlp| *tlp == now.tlp || if *tlp > now.tlp { raise } else { lower });
    let pap = Pap::ALL.into_iter().filter(|pap| *pap == now.pap || if *pap > now.pap { raise } else { lower });
    Some(Marks {
        tlp: tlp.map(|tlp| (tlp.label(), tlp == chosen.tlp)).collect(),
        pap: pap.map(|pap| (pap.label(), pap == chosen.pap)).collect(),
        help,
        reason: !raise,
        open: returned.form == "mark",
    })
}

fn link(house: &House, row: &RecordRow, t: Lang) -> Link {
    let register = house.registry.get(&row.record.register);
    Link {
        href: format!("/registres/{}/{}", row.record.register, row.record.reference),
        reference: row.record.reference.clone(),
        title: row.title.clone(),
        label: register.map_or_else(String::new, |register| words::name(register, t)),
    }
}

fn to_do(register: &Register, task: &Task, t: Lang) -> ToDo {
    ToDo {
        id: task.id.clone(),
        what: words::task(register, &task.rule, &task.item, t),
        whom: whom(&task.to, t),
        due: task.due.map(|due| figures::instant(t, due)).unwrap_or_default(),
        done: task.ended_at.filter(|_| task.withdrawn_by.is_none()).map(|at| {
            let with = task.done_with.clone().unwrap_or_default();
            format!("{} – {with}", figures::instant(t, at))
        }),
        withdrawn: task.withdrawn_by.as_ref().map(|by| {
            let at = task.ended_at.map(|at| figures::instant(t, at)).unwrap_or_default();
            let step = words::step(register, by, t);
            t.say_with("web-register-task-withdrawn", &[("at", (&at).into()), ("move", (&step).into())])
        }),
    }
}

/// Whom a task is for, in words.
pub(crate) fn whom(to: &TaskFor, t: Lang) -> String {
    match to {
        TaskFor::Person(person) => person.to_string(),
        TaskFor::Role(role) => t.say(&format!("rights-role-{role}")),
        TaskFor::Unit(unit) => unit.to_string(),
    }
}

fn event(register: &Register, version: &beffroi_store::Version, t: Lang) -> Event {
    let what = match version.what.as_str() {
        "add" => t.say("web-register-added"),
        "set" => t.say("web-register-written"),
        "mark" => t.say("web-register-marked"),
        by => words::step(register, by, t),
    };
    let change = |change: &beffroi_register::Change| {
        let (label, from, to) = match register.field(&change.field) {
            Some(field) => (
                words::field(register, field, t),
                shown(register, field, &change.from, t),
                shown(register, field, &change.to, t),
            ),
            None if change.field == ".state" => {
                let state = |name: &str| if name.is_empty() { String::new() } else { words::state(register, name, t) };
                (t.say("web-register-state"), state(&change.from), state(&change.to))
            }
            None if change.field == ".task" => {
                let (rule, item) = change.from.split_once('\n').unwrap_or((&change.from, ""));
                let what = words::task(register, rule, item, t);
                return t.say_with("web-register-task-fell", &[("what", (&what).into())]);
            }
            None if change.field == ".marking" => {
                (t.say("web-register-marking"), change.from.clone(), change.to.clone())
            }
            None => (change.field.trim_start_matches('.').to_owned(), change.from.clone(), change.to.clone()),
        };
        if from.is_empty() { format!("{label} – {to}") } else { format!("{label} – {from} → {to}") }
    };
    Event {
        at: figures::instant(t, version.at),
        who: version.who.clone(),
        what,
        reason: version.reason.clone(),
        changes: version.changes.iter().map(change).collect(),
    }
}
