//! `beffroi signal list | show ID | decide ID`.

use crate::Context;
use crate::args::SignalCommand;
use crate::fault::{Fault, Outcome, ours, users};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_threat::alerts::place;
use beffroi_desk_threat::signals::{self, Decision, DecisionDue, Signal, SignalError, SignalState};
use beffroi_model::SignalId;

pub(super) async fn run(command: SignalCommand, context: &Context) -> Outcome {
    match command {
        SignalCommand::List => list(context).await,
        SignalCommand::Show { id } => {
            let unknown = || Fault::user(context.lang.say_with("cli-no-signal", &[("id", id.as_str().into())]));
            let parsed: SignalId = id.parse().map_err(|_| unknown())?;
            let signal = signals::show(&context.store, &parsed).await.map_err(ours)?.ok_or_else(unknown)?;
            show(&signal, context)
        }
        SignalCommand::Decide { id, decision, reason } => {
            let id: SignalId = id.parse().map_err(users)?;
            let decision: Decision = decision.parse().map_err(|message: String| Fault::user(message))?;
            let signal = signals::decide(&context.store, &id, decision, &reason, &context.by()).await.map_err(fault)?;
            show(&signal, context)
        }
    }
}

fn fault(error: SignalError) -> Fault {
    if error.is_user_fault() { users(error) } else { ours(error) }
}

/// The name of a code in one of the lists, or the code itself.
pub(super) fn label(list: &str, code: &str, context: &Context) -> String {
    beffroi_codes::list(list).map_or(code, |list| list.label(code, context.lang.code())).to_owned()
}

fn what(signal: &Signal, context: &Context) -> String {
    let phenomenon = signal.phenomenon.as_deref().map_or(String::new(), |code| label("phenomena", code, context));
    let sector = signal.content.sector.as_deref().map(|code| label("sectors", code, context));
    let news = signal.content.news.as_ref().map(|news| news.what.clone());
    match signal.content.subject.clone().or(sector).or(news) {
        Some(subject) => format!("{phenomenon} ({subject})"),
        None => phenomenon,
    }
}

/// A signal, and by when it is to be decided.
#[derive(serde::Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    signal: &'a Signal,
    #[serde(flatten)]
    due: Option<DecisionDue>,
}

impl<'a> Told<'a> {
    fn of(signal: &'a Signal, context: &Context) -> Self {
        Self { signal, due: signal.decision_due(context.now()) }
    }

    /// The day by which it is to be decided, in words; nothing once it is.
    fn by(&self, context: &Context) -> String {
        let open = self.due.filter(|_| matches!(self.signal.state, SignalState::Open));
        let Some(due) = open else { return String::new() };
        let day = context.lang.date(due.day());
        if due.late { context.lang.say_with("cli-signal-late", &[("day", (&day).into())]) } else { day }
    }
}

async fn list(context: &Context) -> Outcome {
    let all = signals::list(&context.store).await.map_err(ours)?;
    if context.json {
        return print_json(&all.iter().map(|signal| Told::of(signal, context)).collect::<Vec<_>>());
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let head = ["id", "phenomenon", "department", "weeks", "observed", "threshold-week", "state", "decide-by"].map(say);
    let mut table = TextTable::new(head).numeric([4, 5]);
    for signal in &all {
        table.row([
            signal.id.to_string(),
            what(signal, context),
            place(context.lang, &signal.territory),
            format!("{} – {}", signal.first_week, signal.last_week),
            lang.integer(signal.observed),
            lang.decimal(signal.threshold, 1),
            signal.state.code().to_owned(),
            Told::of(signal, context).by(context),
        ]);
    }
    print(&table.text())
}

fn show(signal: &Signal, context: &Context) -> Outcome {
    let told = Told::of(signal, context);
    if context.json {
        return print_json(&told);
    }
    let lang = context.lang;
    let say = |column: &str| lang.say(&format!("cli-column-{column}"));
    let mut head = TextTable::new([signal.id.to_string(), what(signal, context)]);
    head.row([say("department"), place(context.lang, &signal.territory)]);
    head.row([say("layer"), label("layers", signal.layer.code(), context)]);
    head.row([say("state"), signal.state.code().to_owned()]);
    let by = told.by(context);
    if !by.is_empty() {
        head.row([say("decide-by"), by]);
    }
    head.row([say("sources"), signal.content.sources.join(", ")]);
    let mut weeks =
        TextTable::new(["week", "observed", "expected", "threshold-week", "alarm"].map(say)).numeric([1, 2, 3]);
    for week in &signal.content.weeks {
        let part = |value: Option<f64>| lang.decimal(value.unwrap_or(f64::NAN), 1);
        weeks.row([
            week.week.clone(),
            lang.integer(week.observed),
            part(week.expected),
            part(week.threshold),
            if week.alarm { "▲".to_owned() } else { String::new() },
        ]);
    }
    print(&format!("{}\n{}", head.text(), weeks.text()))
}
