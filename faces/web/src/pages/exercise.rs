//! The scores of an exercise, for who directs it: detectors on a curve and in a table, the watch wave by wave, the team.
//! Outside an exercise there is no such page.

use crate::chrome::{Chrome, html};
use crate::figures;
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use beffroi_chart::{Head, Trade, TradeOff, Use};
use beffroi_desk_threat::exercise::{self, ExerciseError, Scores, Shelf};
use beffroi_model::{Pap, Tlp};
use beffroi_wording::Lang;

struct Verdict {
    truth: String,
    decision: String,
    n: String,
    right: bool,
}

#[derive(Template)]
#[template(path = "exercise.html")]
struct Page {
    chrome: Chrome,
    /// Nothing before it was played.
    told: Option<Told>,
}

struct Told {
    lead: String,
    svg: String,
    detectors: Vec<[String; 9]>,
    /// Each method under the budget of the watch, the watch as it ran first.
    methods: Vec<String>,
    /// After how many weeks each of them found each wave.
    waves: Vec<(String, Vec<String>)>,
    /// How well weeks still coming in were forecast.
    nowcast: Vec<[String; 7]>,
    traps: Vec<(String, String)>,
    facts: Vec<(String, String)>,
    verdicts: Vec<Verdict>,
}

/// `GET /exercice`
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
) -> Result<Response, Problem> {
    let t = reader.t;
    if !house.store.is_exercise() {
        return Err(Problem::NotFound);
    }
    let shelf = Shelf::of(&house.data);
    let read = tokio::task::spawn_blocking(move || -> Result<_, ExerciseError> {
        Ok((shelf.plan()?, shelf.planted()?, shelf.played()?))
    });
    let ours = |error: ExerciseError| Problem::Ours(error.to_string());
    let (plan, planted, played) = read.await.map_err(|error| Problem::Ours(error.to_string()))?.map_err(ours)?;
    let scores = match played {
        None => None,
        Some(played) => match exercise::scores(&house.store, &plan, &planted, &played).await {
            Ok(scores) => Some(scores),
            Err(ExerciseError::NotPlayed) => None,
            Err(error) => return Err(ours(error)),
        },
    };
    let chrome = Chrome::new(&house, &reader, &t.say("web-exercise-title")).marked(Tlp::Amber, Pap::Green);
    Ok(html(&Page { chrome: chrome.synthetic(true), told: scores.map(|scores| told(&scores, t)) })?)
}

fn told(scores: &Scores, t: Lang) -> Told {
    let (first, last) = (t.period(scores.first), t.period(scores.last));
    let lead = [("name", (&scores.name).into()), ("first", (&first).into()), ("last", (&last).into())];
    let team = &scores.team;
    let n = |value: u64| figures::count(t, value);
    let hours = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |hours| t.decimal(hours, 1));
    let of = |part: u64, whole: u64| {
        let (part, whole) = (n(part), n(whole));
        t.say_with("web-exercise-of", &[("part", (&part).into()), ("whole", (&whole).into())])
    };
    Told {
        lead: t.say_with("web-exercise-lead", &lead),
        svg: curve(scores, t),
        detectors: [&scores.watch]
            .into_iter()
            .chain(&scores.detectors)
            .map(|score| exercise::cells(method(&score.method, t), score, t))
            .collect(),
        methods: scores.side_by_side().into_iter().map(|score| method(&score.method, t)).collect(),
        waves: scores
            .by_wave()
            .into_iter()
            .map(|(wave, weeks)| {
                let told = |of: Option<u64>| match of {
                    Some(weeks) => t.say_with("web-exercise-found", &[("weeks", (weeks as i64).into())]),
                    None => t.say("web-exercise-missed"),
                };
                (wave, weeks.into_iter().map(told).collect())
            })
            .collect(),
        nowcast: scores.nowcast.iter().map(|score| exercise::nowcast_cells(score, t)).collect(),
        traps: scores.watch.traps.iter().map(|(trap, times)| (trap.clone(), n(*times))).collect(),
        facts: vec![
            (t.say("web-exercise-team-decided"), of(team.n_decided, team.n_signals)),
            (t.say("web-exercise-team-right"), of(team.n_right, team.n_decided)),
            (t.say("web-exercise-team-hours"), hours(team.hours_to_decide)),
            (t.say("web-exercise-team-flashes"), of(team.n_flashes, team.n_flashes_due)),
            (t.say("web-exercise-team-wrong"), n(team.n_flashes_wrong)),
            (t.say("web-exercise-team-flash-hours"), hours(team.hours_to_flash)),
            (t.say("web-exercise-team-read"), of(team.n_read_in_24_h, team.n_sent)),
        ],
        verdicts: team
            .verdicts
            .iter()
            .map(|line| Verdict {
                truth: verdict(&line.truth, t),
                decision: verdict(&line.decision, t),
                n: n(line.n),
                right: line.right,
            })
            .collect(),
    }
}

fn method(code: &str, t: Lang) -> String {
    match code {
        exercise::WATCH => t.say("web-exercise-method-registers"),
        "watch" => t.say("web-exercise-method-watch"),
        "watch-as-delivered" => t.say("web-exercise-method-watch-as-delivered"),
        "farrington-flexible" => t.say("web-exercise-method-farrington-flexible"),
        "farrington" => t.say("web-exercise-method-farrington"),
        "ears-c1" => t.say("web-exercise-method-ears-c1"),
        "ears-c2" => t.say("web-exercise-method-ears-c2"),
        other => other.to_owned(),
    }
}

/// What is true of a signal, or was decided of it.
fn verdict(code: &str, t: Lang) -> String {
    match code {
        "new" => t.say("web-exercise-verdict-new"),
        "variant" => t.say("web-exercise-verdict-variant"),
        "known" => t.say("web-exercise-verdict-known"),
        "out-of-scope" => t.say("web-exercise-verdict-out-of-scope"),
        "nothing" => t.say("web-exercise-verdict-nothing"),
        _ => t.say("web-exercise-verdict-open"),
    }
}

/// Weeks of waves found against false alarms a week, from budget to budget.
fn curve(scores: &Scores, t: Lang) -> String {
    let curves = scores.curves().into_iter().map(|curve| {
        let points = curve.points.iter().map(|(budget, false_a_week, _, weekly)| {
            let (budget, a_week, share) = (t.decimal(*budget, 1), t.decimal(*false_a_week, 2), t.percent(*weekly, 0));
            let values = [("budget", (&budget).into()), ("week", (&a_week).into()), ("share", (&share).into())];
            (*false_a_week, *weekly, t.say_with("web-exercise-point", &values))
        });
        Trade { label: method(&curve.method, t), points: points.collect() }
    });
    let chart = TradeOff {
        head: Head {
            id: "courbe".to_owned(),
            title: t.say("web-exercise-curve"),
            description: t.say("web-chart-table"),
        },
        width: 660,
        curves: curves.collect(),
        x_label: t.say("web-exercise-false-week"),
        y_label: t.say("web-exercise-weekly"),
        x_format: &|value| t.decimal(value, 1),
        y_format: &|value| t.percent(value, 0),
    };
    chart.svg(Use::Inline)
}
