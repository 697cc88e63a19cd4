//! The portfolio of needs: similar ones together, ranked, with how far the rank hangs on the weights; and the fate of each.

use super::number;
use crate::blocks::{capability, day, euros, joined, paragraph, place, table, warning};
use crate::priority::{Factors, Standing, rank};
use crate::similar::{NEAR, Text, groups, likeness, words};
use crate::thresholds;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, words as labels};

/// States of a need whose fate is open.
const OPEN: [&str; 3] = ["submitted", "validated", "retained"];

/// Needs that are put together.
struct Group<'a> {
    needs: Vec<&'a Record>,
}

impl Group<'_> {
    fn sum(&self, field: &str) -> f64 {
        self.needs.iter().filter_map(|need| number(need, field)).sum()
    }

    /// Whether every need of it has the field.
    fn knows(&self, field: &str) -> bool {
        self.needs.iter().all(|need| number(need, field).is_some())
    }

    fn urgency(&self) -> f64 {
        let level = |need: &&Record| match need.value("urgency") {
            "critical" => 4.0,
            "high" => 3.0,
            "medium" => 2.0,
            _ => 1.0,
        };
        self.needs.iter().map(level).fold(1.0, f64::max)
    }

    fn effect(&self) -> f64 {
        self.needs.iter().filter_map(|need| number(need, "effect")).fold(0.0, f64::max)
    }

    /// Effect, users, urgency, cost; zero for what is not known of each need.
    fn factors(&self) -> Factors {
        let known = |field: &str| if self.knows(field) { self.sum(field) } else { 0.0 };
        [self.effect(), known("users"), self.urgency(), known("cost")]
    }

    fn first(&self) -> (&str, &str, &str) {
        self.needs
            .first()
            .map_or(("", "", ""), |need| (need.reference.as_str(), need.value("title"), need.value("capability")))
    }
}

fn text(need: &Record) -> Text<'_> {
    Text {
        reference: &need.reference,
        capability: need.value("capability"),
        words: words(&format!("{} {}", need.value("title"), need.value("problem"))),
        merged_into: if need.state == "merged" { need.value("merged_into") } else { "" },
    }
}

/// Needs like this one: what to look at before another is asked for.
pub(crate) fn similar(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let Some(record) = context.record else { return Ok(Vec::new()) };
    let own = text(record);
    let others = context.of("need").filter(|other| other.reference != record.reference && other.state != "draft");
    let same_place = |other: &Record| other.value("territory") == record.value("territory");
    let mut near: Vec<(f64, bool, &Record)> = others
        .filter(|other| other.value("capability") == own.capability)
        .map(|other| (likeness(&own.words, &text(other).words), same_place(other), other))
        .filter(|(like, same, _)| *like >= NEAR || *same)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.2.reference.cmp(&b.2.reference)));
    let row = |(like, same, other): &(f64, bool, &Record)| {
        let common: Vec<String> = text(other).words.intersection(&own.words).cloned().collect();
        let why = if *same { context.say("similar-place") } else { String::new() };
        vec![
            other.reference.clone(),
            other.value("title").to_owned(),
            place(t, other.value("territory")),
            labels::state(context.register, &other.state, t),
            t.percent(*like, 0),
            [common.join(", "), why].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ; "),
        ]
    };
    let columns = ["reference", "title", "territory", "state", "likeness", "common"];
    let rows: Vec<Vec<String>> = near.iter().map(row).collect();
    let told = if rows.is_empty() { context.say("similar-none") } else { context.say("similar-reading") };
    Ok(vec![paragraph(told), table(context, "similar", &columns, &["likeness"], rows)])
}

/// See the register `need`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let wanted = context.asked("capability");
    let needs: Vec<&Record> = context
        .of("need")
        .filter(|need| wanted.is_empty() || need.value("capability") == wanted)
        .filter(|need| OPEN.contains(&need.state.as_str()) || need.state == "merged")
        .collect();
    let texts: Vec<Text<'_>> = needs.iter().map(|need| text(need)).collect();
    let grouped: Vec<Group<'_>> = groups(&texts)
        .into_iter()
        .map(|places| Group { needs: places.iter().filter_map(|place| needs.get(*place).copied()).collect() })
        .filter(|group| group.needs.iter().any(|need| OPEN.contains(&need.state.as_str())))
        .collect();
    let weight = |field: &str| context.asked(field).parse().unwrap_or(1.0);
    let weights = ["weight_effect", "weight_users", "weight_urgency", "weight_cost"].map(weight);
    let factors: Vec<Factors> = grouped.iter().map(Group::factors).collect();
    let standings = rank(&factors, weights);
    let mut blocks = vec![paragraph(context.say("portfolio-reading")), ranking(context, &grouped, &standings)];
    let unranked: Vec<&Group<'_>> = (0..grouped.len())
        .filter(|place| !standings.iter().any(|standing| standing.place == *place))
        .filter_map(|place| grouped.get(place))
        .collect();
    if !unranked.is_empty() {
        blocks.push(lacking(context, &unranked));
    }
    blocks.push(sensitivity(context, &grouped, &standings));
    blocks.extend(whole_need(context, &grouped));
    blocks.push(fates(context, wanted));
    Ok(blocks)
}

fn ranking(context: &SheetContext<'_>, grouped: &[Group<'_>], standings: &[Standing]) -> Block {
    let t = context.lang;
    let row = |standing: &Standing| {
        let group = grouped.get(standing.place)?;
        let (reference, title, code) = group.first();
        Some(vec![
            reference.to_owned(),
            t.integer(standing.rank as f64),
            title.to_owned(),
            capability(t, code),
            group.needs.iter().map(|need| need.reference.as_str()).collect::<Vec<_>>().join(", "),
            t.integer(group.sum("quantity")),
            t.integer(group.sum("users")),
            euros(t, group.sum("cost")),
            t.decimal(standing.score.exp() * 1000.0, 2),
        ])
    };
    let columns = ["group", "rank", "title", "capability", "needs", "quantity", "users", "cost", "score"];
    let figures = ["rank", "quantity", "users", "cost", "score"];
    table(context, "portfolio", &columns, &figures, standings.iter().filter_map(row).collect())
}

fn lacking(context: &SheetContext<'_>, groups: &[&Group<'_>]) -> Block {
    let row = |group: &&Group<'_>| {
        let (reference, title, _) = group.first();
        let effect = (group.effect() <= 0.0).then_some("effect");
        let lacks = ["users", "cost"].into_iter().filter(|field| !group.knows(field)).chain(effect);
        let lacks: Vec<String> = lacks
            .filter_map(|name| context.register.field(name))
            .map(|field| labels::field(context.register, field, context.lang))
            .collect();
        vec![reference.to_owned(), title.to_owned(), lacks.join(", ")]
    };
    table(context, "unranked", &["group", "title", "lacks"], &[], groups.iter().map(row).collect())
}

fn sensitivity(context: &SheetContext<'_>, grouped: &[Group<'_>], standings: &[Standing]) -> Block {
    let t = context.lang;
    let count = |n: usize| t.integer(n as f64);
    let row = |standing: &Standing| {
        let (reference, ..) = grouped.get(standing.place)?.first();
        let share = standing.changed as f64 / standing.trials.max(1) as f64;
        let verdict = if standing.changed == 0 { "sensitivity-firm" } else { "sensitivity-moves" };
        Some(vec![
            reference.to_owned(),
            count(standing.rank),
            count(standing.best),
            count(standing.worst),
            t.percent(share, 0),
            context.say(verdict),
        ])
    };
    let columns = ["group", "rank", "best", "worst", "changed", "verdict"];
    let figures = ["rank", "best", "worst", "changed"];
    table(context, "sensitivity", &columns, &figures, standings.iter().filter_map(row).collect())
}

/// What each group costs as a whole, beside the threshold in force: bought apart, needs of one group would pass below.
fn whole_need(context: &SheetContext<'_>, grouped: &[Group<'_>]) -> Vec<Block> {
    let t = context.lang;
    let Some(formal) = thresholds::on("formal", "state", context.today()) else {
        return vec![warning(context.say("portfolio-no-threshold"), context.say("portfolio-no-threshold-do"))];
    };
    let row = |group: &Group<'_>| {
        let (reference, ..) = group.first();
        let whole = group.sum("cost");
        let apart = group.needs.iter().filter_map(|need| number(need, "cost")).fold(0.0, f64::max);
        let verdict = match (whole >= formal.amount, apart >= formal.amount) {
            (true, false) => "threshold-split",
            (true, true) => "threshold-above",
            (false, _) => "threshold-below",
        };
        vec![reference.to_owned(), euros(t, apart), euros(t, whole), euros(t, formal.amount), context.say(verdict)]
    };
    let columns = ["group", "greatest", "whole", "threshold", "verdict"];
    let figures = ["greatest", "whole", "threshold"];
    let until = day(t, formal.until);
    let values = [("source", formal.source.into()), ("until", (&until).into())];
    let read = if formal.verified { "threshold-source" } else { "threshold-source-unverified" };
    vec![
        table(context, "whole", &columns, &figures, grouped.iter().map(row).collect()),
        paragraph(context.say_with(read, &values)),
    ]
}

/// What became of each need, and why.
fn fates(context: &SheetContext<'_>, wanted: &str) -> Block {
    let t = context.lang;
    let told = context.of("need").filter(|need| need.state != "draft");
    let rows = told
        .filter(|need| wanted.is_empty() || need.value("capability") == wanted)
        .map(|need| {
            let state = labels::state(context.register, &need.state, t);
            let answer = match need.value("answer") {
                "" => context.say("fates-waiting"),
                answer => joined(answer),
            };
            vec![
                need.reference.clone(),
                need.value("title").to_owned(),
                state,
                need.value("merged_into").to_owned(),
                answer,
            ]
        })
        .collect();
    table(context, "fates", &["reference", "title", "state", "merged_into", "answer"], &[], rows)
}
