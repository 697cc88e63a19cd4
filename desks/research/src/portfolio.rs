//! The review of the portfolio: how ready each project is, for whom, and what is to be decided.

use crate::blocks::{paragraph, table};
use crate::expiry::last_day;
use beffroi_document::{Block, KeyFigure};
use beffroi_register::{Record, Refusal, SheetContext, shown};
use jiff::Span;
use jiff::civil::Date;

/// What somebody must look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alert {
    /// A review said to stop, and nobody has decided.
    Stop,
    /// Its period has ended.
    Ended,
    /// Its convention has ended.
    Convention,
    /// Its last review is more than three months old.
    Review,
    /// Its next milestone has passed.
    Milestone,
}

impl Alert {
    fn key(self) -> &'static str {
        match self {
            Self::Stop => "portfolio-stop",
            Self::Ended => "portfolio-ended",
            Self::Convention => "portfolio-convention",
            Self::Review => "portfolio-late",
            Self::Milestone => "portfolio-milestone",
        }
    }
}

/// What a running project asks for on `today`, the gravest first.
fn alerts(project: &Record, convention: Option<&Record>, today: Date) -> Vec<Alert> {
    let day = |field: &str| project.value(field).parse::<Date>().ok();
    let past = |day: Option<Date>| day.is_some_and(|day| day < today);
    let mut found = Vec::new();
    let mut push = |is: bool, alert| {
        if is {
            found.push(alert);
        }
    };
    push(project.value("outlook") == "stop", Alert::Stop);
    push(past(last_day(project.value("period"))), Alert::Ended);
    let over = |known: &Record| known.state != "live" || past(last_day(known.value("period")));
    push(convention.is_some_and(over), Alert::Convention);
    push(past(day("reviewed").map(|day| day.saturating_add(Span::new().months(3)))), Alert::Review);
    push(past(day("milestone")), Alert::Milestone);
    found
}

/// Sheet of the portfolio.
pub(crate) fn portfolio(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let today = context.today();
    let value = |record: &Record, name: &str| match context.register.field(name) {
        Some(field) => shown(context.register, field, record.value(name), context.lang),
        None => String::new(),
    };
    let mut running: Vec<&Record> = context.of("research_project").filter(|one| one.state == "running").collect();
    let level = |project: &Record| project.value("trl").parse::<u8>().unwrap_or(0);
    running.sort_by_key(|project| (std::cmp::Reverse(level(project)), project.reference.clone()));
    let mut waiting = 0_usize;
    let rows: Vec<Vec<String>> = running
        .iter()
        .map(|project| {
            let convention = context.find(project.value("convention"));
            let alerts = alerts(project, convention, today);
            waiting += usize::from(alerts.contains(&Alert::Stop));
            let said: Vec<String> = alerts.into_iter().map(|alert| context.say(alert.key())).collect();
            vec![
                project.reference.clone(),
                project.value("title").to_owned(),
                format!("{} → {} → {}", project.value("trl_start"), project.value("trl"), project.value("trl_target")),
                project.value("sponsor_unit").to_owned(),
                value(project, "budget"),
                value(project, "reviewed"),
                value(project, "outlook"),
                said.join(" ; "),
            ]
        })
        .collect();
    let over: Vec<Vec<String>> = context
        .of("research_project")
        .filter(|one| matches!(one.state.as_str(), "stopped" | "transferred"))
        .map(|one| {
            let at = one.path.last().map(|step| context.lang.date(beffroi_clocks::Zone::Paris.day(step.at)));
            vec![
                one.reference.clone(),
                one.value("title").to_owned(),
                beffroi_register::words::state(context.register, &one.state, context.lang),
                at.unwrap_or_default(),
                one.value("balance").to_owned(),
            ]
        })
        .collect();
    let figure = |n: usize, label: &str| KeyFigure {
        value: n.to_string(),
        label: context.say(label),
        note: String::new(),
        certificate: String::new(),
    };
    let ready = running.iter().filter(|project| level(project) >= 7).count();
    Ok(vec![
        Block::KeyFigures(vec![
            figure(running.len(), "portfolio-running"),
            figure(ready, "portfolio-ready"),
            figure(waiting, "portfolio-waiting"),
        ]),
        table(
            context,
            "portfolio",
            &["reference", "title", "trl", "sponsor", "budget", "reviewed", "outlook", "alerts"],
            rows,
        ),
        paragraph(context.say("portfolio-note")),
        table(context, "portfolio-over", &["reference", "title", "state", "day", "balance"], over),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::record;
    use jiff::civil::date;

    #[test]
    fn what_is_to_be_decided_is_told_the_gravest_first() {
        let project = record(
            "research_project",
            "running",
            &[
                ("outlook", "stop"),
                ("period", "2024-01-01/2026-04-30"),
                ("reviewed", "2026-02-03"),
                ("milestone", "2026-05-03"),
            ],
        );
        let ended = record("convention", "live", &[("period", "2024-01-01/2026-05-03")]);
        let on = date(2026, 5, 4);
        let all = [Alert::Stop, Alert::Ended, Alert::Convention, Alert::Review, Alert::Milestone];
        assert_eq!(alerts(&project, Some(&ended), on), all);
        assert_eq!(alerts(&project, None, date(2026, 5, 3)), [Alert::Stop, Alert::Ended]);
        let fine = record("convention", "live", &[("period", "2024-01-01/2027-05-03")]);
        let calm =
            record("research_project", "running", &[("period", "2024-01-01/2027-01-01"), ("reviewed", "2026-04-01")]);
        assert_eq!(alerts(&calm, Some(&fine), on), []);
    }
}
