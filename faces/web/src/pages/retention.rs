//! The board of retention: what is kept, on what ground, until when.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_desk_oversight::retention::{self, BoardLine, Stands};
use beffroi_model::{Pap, Tlp};
use beffroi_retention::{Bases, Basis, FaultKind, Start, Status, Term};
use beffroi_wording::Lang;

struct Line {
    what: String,
    basis: String,
    count: String,
    since: String,
    stands: String,
    class: &'static str,
}

struct Ground {
    name: String,
    term: String,
    text: String,
    unverified: bool,
}

#[derive(Template)]
#[template(path = "retention.html")]
struct Page {
    chrome: Chrome,
    n_due: String,
    /// How many groups are not shown.
    left: Option<String>,
    lines: Vec<Line>,
    grounds: Vec<Ground>,
}

/// `GET /conservation`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    let access = reader.access()?;
    let grounds = house.grounds.as_ref();
    let board = retention::board(&house.store, &house.data, access.subject(), access.on(), grounds).await?;
    let n_due = board.iter().filter(|line| matches!(line.stands, Stands::Due { .. })).count();
    let n_left = board.len().saturating_sub(LINES);
    let page = Page {
        chrome: Chrome::new(&house, &reader, &t.say("web-retention-title")).marked(Tlp::Green, Pap::Green),
        n_due: t.say_with("web-retention-due-count", &[("count", (n_due as i64).into())]),
        left: (n_left > 0).then(|| t.say_with("web-others", &[("count", (n_left as i64).into())])),
        lines: board.iter().take(LINES).map(|of| line(t, of, &grounds.bases)).collect(),
        grounds: grounds.bases.all().map(|basis| ground(t, basis)).collect(),
    };
    Ok(html(&page)?)
}

/// Groups shown: what is due comes first.
const LINES: usize = 500;

fn line(t: Lang, of: &BoardLine, bases: &Bases) -> Line {
    let holding = &of.holding;
    let (stands, class) = stands(t, &of.stands);
    Line {
        what: holding.what.clone(),
        basis: bases.get(&holding.basis).map_or_else(|| holding.basis.clone(), |basis| t.say(&basis.label)),
        count: figures::count(t, holding.count),
        since: t.date(holding.collected),
        stands,
        class,
    }
}

fn stands(t: Lang, stands: &Stands) -> (String, &'static str) {
    match stands {
        Stands::Due { last_day, days_past, verified } => {
            let day = t.date(*last_day);
            let due =
                t.say_with("web-retention-due", &[("day", (&day).into()), ("count", i64::from(*days_past).into())]);
            let words = if *verified { due } else { format!("{due} {}", t.say("web-retention-confirm")) };
            (words, "tag-warn")
        }
        Stands::Held { until, reason } => {
            let day = t.date(*until);
            (t.say_with("web-retention-held", &[("day", (&day).into()), ("reason", reason.into())]), "tag-open")
        }
        Stands::Until(day) => {
            let day = t.date(*day);
            (t.say_with("web-retention-until", &[("day", (&day).into())]), "tag-done")
        }
        Stands::Kept => (t.say("web-retention-kept"), "tag-done"),
        Stands::Unknown(FaultKind::UnknownBasis) => (t.say("web-retention-no-basis"), "tag-warn"),
        Stands::Unknown(FaultKind::NoTerm) => (t.say("web-retention-no-term"), "tag-warn"),
        Stands::Unknown(FaultKind::Dates) => (t.say("web-retention-wrong-dates"), "tag-warn"),
    }
}

fn ground(t: Lang, basis: &Basis) -> Ground {
    let clauses: Vec<String> = basis.clauses.iter().map(|clause| clause_words(t, clause.term, clause.start)).collect();
    let article = if basis.article.is_empty() { String::new() } else { format!(", {}", basis.article) };
    Ground {
        name: t.say(&basis.label),
        term: clauses.join(" ; "),
        text: format!("{}{article}", basis.text),
        unverified: basis.status == Status::Unverified,
    }
}

fn clause_words(t: Lang, term: Option<Term>, start: Start) -> String {
    let length = match term {
        Some(Term::Months(0)) => t.say("web-retention-at-once"),
        Some(Term::Months(n)) => t.say_with("web-retention-months", &[("count", i64::from(n).into())]),
        Some(Term::Days(n)) => t.say_with("web-retention-days", &[("count", i64::from(n).into())]),
        None => String::new(),
    };
    let with = |start: String| format!("{length} {start}");
    match start {
        Start::Collected => with(t.say("web-retention-from-collected")),
        Start::Closed => with(t.say("web-retention-from-closed")),
        Start::LastAct => with(t.say("web-retention-from-last-act")),
        Start::Kept => t.say("web-retention-kept"),
        Start::Act => t.say("web-retention-no-term"),
    }
}
