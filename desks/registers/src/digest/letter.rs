//! The letter itself: what a person has to do, named as far as mail may tell it, counted beyond. Text, and the same as one
//! simple page; links lead to the site, which asks who one is.

use super::{DigestError, DigestSettings, number};
use crate::agenda::{Agenda, Doing, Item};
use crate::{Actor, RegisterError, Registry};
use beffroi_clocks::Zone;
use beffroi_model::{Channel, Marking, Pap, Tlp};
use beffroi_ports::Letter;
use beffroi_register::words;
use beffroi_rights::PersonId;
use beffroi_store::{By, Store};
use beffroi_wording::Lang;
use jiff::Timestamp;
use jiff::civil::Date;

/// Under which name letters read the registers.
const NAME: &str = "digest";
/// The marking of a letter that names nothing: that of one's own account.
const OF_NOTHING: Marking = Marking { tlp: Tlp::Green, pap: Pap::Green };

/// What a letter tells.
#[derive(Debug, Clone, Default)]
pub struct Brief {
    /// What the person has to do.
    pub agenda: Agenda,
    /// Records of the registers seen that are late.
    pub n_late: usize,
    /// Records on which the person may make a move, due within the week or late.
    pub n_waiting: usize,
    /// Records written since the day before.
    pub n_new: usize,
    /// Whether anything of it is made up.
    pub synthetic: bool,
}

impl Brief {
    /// What is open to the person `login` at `now`, as far as mail may tell it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) async fn of(
        registry: &Registry,
        store: &Store,
        login: &str,
        settings: &DigestSettings,
        now: Timestamp,
    ) -> Result<Self, DigestError> {
        let person: PersonId = login.parse().map_err(|_| RegisterError::NotFound)?;
        let subject = store.rights(&person, now).await?.subject;
        let desk = Actor { registry, store, subject: &subject, by: By::new(NAME, now) };
        let day = desk.day().await?;
        let agenda = desk.agenda_of(&day.tasks, &day.mine, Channel::Mail, settings.mail_ceiling).await?;
        let of_board = day.late.iter().chain(&day.waiting).chain(&day.mine).map(|due| &due.row);
        let synthetic =
            of_board.chain(&day.new).any(|row| row.record.synthetic) || agenda.items.iter().any(|item| item.synthetic);
        Ok(Self { agenda, n_late: day.late.len(), n_waiting: day.waiting.len(), n_new: day.new.len(), synthetic })
    }

    /// Whether there is nothing to say: then no letter goes.
    pub fn is_empty(&self) -> bool {
        self.agenda.items.is_empty()
            && self.agenda.retained == 0
            && [self.n_late, self.n_waiting, self.n_new].iter().all(|n| *n == 0)
    }

    /// The marking of the letter: the highest of what it names.
    pub fn marking(&self) -> Marking {
        self.agenda.marking().unwrap_or(OF_NOTHING)
    }
}

/// What stands around a letter.
pub(crate) struct Around<'a> {
    pub(crate) login: &'a str,
    pub(crate) to: &'a str,
    pub(crate) day: Date,
    pub(crate) lang: Lang,
    pub(crate) exercise: bool,
    pub(crate) settings: &'a DigestSettings,
}

/// The letter that `login` would be sent now, in `lang`; nothing when there is nothing to say.
///
/// # Errors
/// [`DigestError::Refused`] when there is no such account; the store's.
pub async fn preview(
    registry: &Registry,
    store: &Store,
    login: &str,
    lang: Lang,
    settings: &DigestSettings,
    now: Timestamp,
) -> Result<Option<Letter>, DigestError> {
    if store.account_fetch(login).await?.is_none_or(|account| account.disabled) {
        return Err(DigestError::Refused("digest-refused-account"));
    }
    let brief = Brief::of(registry, store, login, settings, now).await?;
    let around = Around { login, to: "", day: Zone::Paris.day(now), lang, exercise: store.is_exercise(), settings };
    Ok((!brief.is_empty()).then(|| write(&brief, &around)))
}

/// Writes the letter.
pub(crate) fn write(brief: &Brief, around: &Around<'_>) -> Letter {
    let t = around.lang;
    let marking = brief.marking();
    let title = t.say_with("digest-title", &[("date", (&t.date(around.day)).into())]);
    let mut subject =
        t.say_with("digest-subject", &[("marking", (&marking.tlp.to_string()).into()), ("title", (&title).into())]);
    if around.exercise {
        subject = format!("{} {subject}", t.say("post-exercise"));
    }
    let sections = sections(brief, around);
    let base = &around.settings.address;
    let (day, choices) = (format!("{base}/ma-journee"), format!("{base}/compte/rappels"));
    let mut head = vec![marking.to_string()];
    head.extend(around.exercise.then(|| t.say("post-exercise")));
    head.extend(brief.synthetic.then(|| t.say("web-synthetic")));
    let links = [(t.say("digest-read"), day), (t.say("digest-change"), choices.clone())];
    let mut text = head.iter().map(|line| format!("{line}\n")).collect::<String>();
    let mut html = String::new();
    text.push_str(&format!("\n{title}\n"));
    for line in &head {
        html.push_str(&format!("<p><strong>{}</strong></p>\n", escaped(line)));
    }
    html.push_str(&format!("<h1>{}</h1>\n", escaped(&title)));
    for section in &sections {
        text.push_str(&format!("\n{}\n", section.label));
        html.push_str(&format!("<h2>{}</h2>\n<ul>\n", escaped(&section.label)));
        for line in &section.lines {
            text.push_str(&format!("- {}{}\n", line.reference, line.rest));
            html.push_str(&format!("<li>{}{}</li>\n", line.linked(), escaped(&line.rest)));
        }
        html.push_str("</ul>\n");
    }
    for (label, address) in &links {
        text.push_str(&format!("\n{label}\n{address}\n"));
        html.push_str(&format!("<p><a href=\"{}\">{}</a></p>\n", escaped(address), escaped(label)));
    }
    text.push_str(&format!("\n{}\n", t.say("digest-why")));
    html.push_str(&format!("<p>{}</p>\n", escaped(&t.say("digest-why"))));
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n</head>\n<body>\n{html}</body>\n</html>\n",
        t.code(),
        escaped(&title)
    );
    Letter {
        id: number(around.login, around.day),
        to: around.to.to_owned(),
        subject,
        text,
        html: Some(page),
        enclosures: Vec::new(),
        fields: vec![
            ("X-TLP".to_owned(), marking.tlp.to_string()),
            ("X-PAP".to_owned(), marking.pap.to_string()),
            // RFC 2369, 3.2: where to end them.
            ("List-Unsubscribe".to_owned(), format!("<{choices}>")),
        ],
    }
}

/// A part of the letter.
struct Section {
    label: String,
    lines: Vec<Line>,
}

/// A line of it: what is linked, and the rest.
struct Line {
    reference: String,
    address: Option<String>,
    rest: String,
}

impl Line {
    fn plain(rest: String) -> Self {
        Self { reference: String::new(), address: None, rest }
    }

    fn linked(&self) -> String {
        let shown = escaped(&self.reference);
        match &self.address {
            Some(address) => format!("<a href=\"{}\">{shown}</a>", escaped(address)),
            None => shown,
        }
    }
}

fn sections(brief: &Brief, around: &Around<'_>) -> Vec<Section> {
    let t = around.lang;
    let of = |label: &str, is: fn(&Doing) -> bool| {
        let items = brief.agenda.items.iter().filter(|item| is(&item.what));
        Section { label: t.say(label), lines: items.map(|item| line(item, around)).collect() }
    };
    let count = |key: &str, n: usize| {
        let n = i64::try_from(n).unwrap_or(i64::MAX);
        (n > 0).then(|| Line::plain(t.say_with(key, &[("n", n.into())])))
    };
    let retained = usize::try_from(brief.agenda.retained).unwrap_or(usize::MAX);
    let counts = [
        count("agenda-retained", retained),
        count("digest-late", brief.n_late),
        count("digest-waiting", brief.n_waiting),
        count("digest-new", brief.n_new),
    ];
    let mut all = vec![
        of("digest-tasks", |what| matches!(what, Doing::Task(_))),
        of("web-day-mine", |what| matches!(what, Doing::Clock(_))),
        Section { label: t.say("digest-site"), lines: counts.into_iter().flatten().collect() },
    ];
    all.retain(|section| !section.lines.is_empty());
    all
}

fn line(item: &Item, around: &Around<'_>) -> Line {
    let t = around.lang;
    let mut rest = format!(" · {} · {}", words::name(item.register, t), item.said(t));
    if let Some(at) = item.at {
        rest.push_str(&format!(" · {}", instant(t, at)));
    }
    if item.late {
        rest.push_str(&format!(" – {}", t.say("web-register-late")));
    }
    Line { reference: item.reference.clone(), address: Some(item.address(&around.settings.address)), rest }
}

/// An instant on the clocks of Paris.
fn instant(t: Lang, at: Timestamp) -> String {
    let zoned = at.to_zoned(Zone::Paris.zone());
    let time = format!("{:02}:{:02}", zoned.hour(), zoned.minute());
    t.say_with("web-instant", &[("date", (&t.date(zoned.date())).into()), ("time", (&time).into())])
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
