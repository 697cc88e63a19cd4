//! What the pages of registers share: who acts, how a field is shown in a form, how a form is read back.

use crate::forms::Fields;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::body::Bytes;
use beffroi_desk_registers::{Actor, RegisterError, read_file};
use beffroi_register::{Field, FieldKind, Refusal, Register, RowRead, Values, items, words};
use beffroi_rights::World;
use beffroi_store::By;
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::Semaphore;

/// Who reads, ready to ask the desk.
pub(crate) fn reading<'a>(house: &'a House, reader: &'a Reader) -> Result<Actor<'a>, Problem> {
    let by = By::new(reader.who_reads()?, house.now());
    acting(house, reader, by)
}

/// Who writes, under the key of the form.
pub(crate) fn writing<'a>(house: &'a House, reader: &'a Reader, fields: &Fields) -> Result<Actor<'a>, Problem> {
    let by = reader.by(house, World::Coordination, fields.get("cle"))?;
    acting(house, reader, by)
}

/// Who acts, ready to ask the desk.
pub(crate) fn acting<'a>(house: &'a House, reader: &'a Reader, by: By) -> Result<Actor<'a>, Problem> {
    Ok(Actor { registry: &house.registry, store: &house.store, subject: reader.access()?.subject(), by })
}

/// Workbooks that are read at once: each has a process of its own, with its own memory.
static READERS: Semaphore = Semaphore::const_new(2);

/// Reads a file of records, a workbook behind the wall.
pub(crate) async fn brought(house: &House, register: &'static Register, bytes: Bytes) -> Result<RowRead, Problem> {
    let ours = |error: String| Problem::Ours(error);
    let permit = READERS.acquire().await.map_err(|error| ours(error.to_string()))?;
    let sandbox = house.sandbox.clone();
    let read = tokio::task::spawn_blocking(move || {
        // Whoever asked may have gone; its place is free when the child has.
        let _permit = permit;
        read_file(register, &bytes, sandbox.as_ref())
    })
    .await;
    Ok(read.map_err(|error| ours(error.to_string()))??)
}

impl Reader {
    /// Who reads: the person, whether a session or a token of theirs.
    fn who_reads(&self) -> Result<String, Problem> {
        Ok(self.access()?.subject().person().to_string())
    }
}

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::NotFound => Self::NotFound,
            RegisterError::Refused { .. } => Self::Unclear("a form that the register refuses"),
            RegisterError::Changed { .. } => Self::Conflict(error.to_string()),
            RegisterError::Store(error) => error.into(),
            RegisterError::Reader(_) | RegisterError::Written(_) => Self::Ours(error.to_string()),
        }
    }
}

/// A field of a form.
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) help: Option<String>,
    /// `area`, `select`, `checks`, or the type of an `input`.
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) options: Vec<Choice>,
    pub(crate) required: bool,
    pub(crate) error: Option<String>,
}

/// One of a list to choose from.
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// A fault, with the field that it leads to.
pub(crate) struct Wrong {
    pub(crate) href: Option<String>,
    pub(crate) text: String,
}

/// What is wrong with a form that came back: sentences, each with its field.
#[derive(Default)]
pub(crate) struct Faults(Vec<(Option<&'static str>, String)>);

impl Faults {
    /// Those of an error; nothing for what is no fault of the form's.
    pub(crate) fn of(error: &RegisterError, t: Lang) -> Option<Self> {
        match error {
            RegisterError::Refused { register, refusals } => {
                let told = |refusal: &Refusal| (refusal.field, refusal.say(register, t));
                Some(Self(refusals.iter().map(told).collect()))
            }
            RegisterError::Changed { .. } => {
                Some(Self(error.sentences(t).into_iter().map(|text| (None, text)).collect()))
            }
            RegisterError::NotFound
            | RegisterError::Store(_)
            | RegisterError::Reader(_)
            | RegisterError::Written(_) => None,
        }
    }

    /// Whether nothing is wrong.
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with one field.
    fn at(&self, field: &str) -> Option<String> {
        self.0.iter().find(|(at, _)| *at == Some(field)).map(|(_, text)| text.clone())
    }

    /// All of it, with links to the fields of a form.
    pub(crate) fn summary(&self, form: &str) -> Vec<Wrong> {
        let wrong = |(field, text): &(Option<&'static str>, String)| Wrong {
            href: field.map(|field| format!("#{form}-{field}")),
            text: text.clone(),
        };
        self.0.iter().map(wrong).collect()
    }
}

/// The inputs of `fields` in the form named `form`, holding `values`.
pub(crate) fn inputs<'a>(
    register: &Register,
    fields: impl IntoIterator<Item = (&'a Field, bool)>,
    form: &str,
    values: &Values,
    faults: &Faults,
    t: Lang,
) -> Vec<Input> {
    let input = |(field, required): (&'a Field, bool)| {
        let value = values.get(field.name).cloned().unwrap_or_default();
        let options = options(register, field, &value, t);
        let kind = match field.kind {
            FieldKind::Choice(_) | FieldKind::Code(_) if field.many => "checks",
            FieldKind::Choice(_) | FieldKind::Code(_) | FieldKind::Flag => "select",
            _ if field.many => "area",
            FieldKind::LongText => "area",
            FieldKind::Date => "date",
            FieldKind::Instant => "datetime-local",
            _ => "text",
        };
        let personal = field.personal.then(|| {
            let purpose = words::purpose(register, field, t);
            t.say_with("web-register-personal", &[("purpose", (&purpose).into())])
        });
        let shape = match field.kind {
            FieldKind::Period => Some(t.say("web-register-period-help")),
            FieldKind::Reference(to) => {
                let name = words::name_of(to, t);
                Some(t.say_with("web-register-reference-help", &[("register", (&name).into())]))
            }
            _ if field.many && kind == "area" => Some(t.say("register-kind-many")),
            _ => None,
        };
        let help: Vec<String> = [words::help(register, field, t), shape, personal].into_iter().flatten().collect();
        Input {
            id: format!("{form}-{}", field.name),
            name: format!("f.{}", field.name),
            label: words::field(register, field, t),
            help: (!help.is_empty()).then(|| help.join(" ")),
            value: if kind == "datetime-local" { on_the_wall(&value) } else { value },
            kind,
            options,
            required,
            error: faults.at(field.name),
        }
    };
    fields.into_iter().map(input).collect()
}

/// The codes to choose from; the empty one first, where one is chosen.
pub(crate) fn options(register: &Register, field: &Field, value: &str, t: Lang) -> Vec<Choice> {
    let chosen = |code: &str| items(value).any(|item| item == code);
    let one = |code: &str, label: String| Choice { chosen: chosen(code), code: code.to_owned(), label };
    let mut all = match field.kind {
        FieldKind::Choice(codes) => {
            codes.iter().map(|code| one(code, words::choice(register, field, code, t))).collect()
        }
        FieldKind::Flag => vec![one("yes", t.say("register-yes")), one("no", t.say("register-no"))],
        FieldKind::Code(list) => {
            let list = beffroi_codes::list(list);
            list.into_iter()
                .flat_map(|list| list.codes())
                .map(|code| one(&code.code, code.label(t.code()).to_owned()))
                .collect()
        }
        _ => Vec::new(),
    };
    if !all.is_empty() && !field.many {
        all.insert(0, Choice { code: String::new(), label: "–".to_owned(), chosen: value.is_empty() });
    }
    all
}

/// What a form holds of `fields`, as it was typed.
pub(crate) fn typed<'a>(register: &Register, fields: impl IntoIterator<Item = &'a Field>, sent: &Fields) -> Values {
    let one = |field: &'a Field| {
        let name = format!("f.{}", field.name);
        let text = match field.kind {
            FieldKind::Choice(_) | FieldKind::Code(_) if field.many => {
                let all = options(register, field, "", Lang::Fr).into_iter();
                let chosen = all.filter(|choice| !sent.get(&format!("{name}.{}", choice.code)).is_empty());
                chosen.map(|choice| choice.code).collect::<Vec<_>>().join("\n")
            }
            _ => sent.get(&name).chars().take(25_000).collect(),
        };
        (field.name.to_owned(), text)
    };
    fields.into_iter().map(one).collect()
}

/// An instant as an `input` shows it: the clocks of Paris.
fn on_the_wall(value: &str) -> String {
    let here = |at: Timestamp| at.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC));
    value.parse().map_or_else(|_| value.to_owned(), |at| here(at).strftime("%Y-%m-%dT%H:%M").to_string())
}
