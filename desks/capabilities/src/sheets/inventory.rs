//! What ends when, and which units confirmed what they have.

use crate::blocks::{capability, day, figure, paragraph, place, table};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, words};
use jiff::civil::Date;
use jiff::{Span, ToSpan};
use std::collections::BTreeMap;

/// Months ahead, unless asked otherwise.
const AHEAD: i64 = 12;
/// Share of units that have confirmed within six months: what is done well (J4.1).
const WELL: f64 = 0.95;

/// What ends of an expert, by the field that says until when.
const OF_EXPERTS: [&str; 4] = ["skills_until", "opj", "r226", "secret"];

/// What stands in the inventory that the sheet is of: the open one or the restricted one.
fn alive<'a>(context: &SheetContext<'a>) -> impl Iterator<Item = &'a Record> {
    context.of(context.register.name).filter(|asset| asset.state != "withdrawn")
}

/// Something that ends.
struct Ending<'a> {
    ends: Date,
    title: &'a str,
    kind: String,
    capability: String,
    record: &'a Record,
}

/// The last day that a date or a period holds.
fn last_day(text: &str) -> Option<Date> {
    text.rsplit('/').next()?.parse().ok()
}

/// Licences and certificates of the inventory; skills and habilitations of experts, if the sheet reads them.
fn endings<'a>(context: &SheetContext<'a>) -> Vec<Ending<'a>> {
    let t = context.lang;
    let of_assets = alive(context).filter_map(|asset| {
        let kind =
            context.register.field("kind").map(|field| words::choice(context.register, field, asset.value("kind"), t));
        Some(Ending {
            ends: last_day(asset.value("expires"))?,
            title: asset.value("title"),
            kind: kind.unwrap_or_default(),
            capability: capability(t, asset.value("capability")),
            record: asset,
        })
    });
    let experts = context.of("expert").filter(|expert| expert.state != "left");
    let of_experts = experts.flat_map(|expert| {
        OF_EXPERTS.into_iter().filter_map(move |field| {
            Some(Ending {
                ends: last_day(expert.value(field))?,
                title: expert.value("person"),
                kind: t.say(&format!("register-expert-field-{field}")),
                capability: String::new(),
                record: expert,
            })
        })
    });
    of_assets.chain(of_experts).collect()
}

/// The calendar of what ends: licences, certificates, skills and habilitations of people.
pub(crate) fn expiries(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let months = context.asked("months").parse().unwrap_or(AHEAD);
    let today = context.today();
    let until = today.checked_add(Span::new().months(months)).unwrap_or(Date::MAX);
    let mut ending: Vec<Ending<'_>> = endings(context).into_iter().filter(|one| one.ends <= until).collect();
    ending.sort_by(|a, b| (a.ends, &a.record.reference).cmp(&(b.ends, &b.record.reference)));
    let over = ending.iter().filter(|one| one.ends < today).count();
    let row = |one: &Ending<'_>| {
        let days = one.ends.since(today).map_or(0, |span| span.get_days());
        vec![
            day(t, one.ends),
            if one.ends < today { context.say("expiries-over") } else { t.integer(f64::from(days)) },
            one.title.to_owned(),
            one.kind.clone(),
            one.capability.clone(),
            one.record.value("unit").to_owned(),
            place(t, one.record.value("territory")),
            one.record.reference.clone(),
        ]
    };
    let columns = ["ends", "days_left", "title", "kind", "capability", "unit", "territory", "reference"];
    Ok(vec![
        Block::KeyFigures(vec![
            figure(t.integer(over as f64), context.say("expiries-over"), String::new()),
            figure(t.integer((ending.len() - over) as f64), context.say("expiries-coming"), day(t, until)),
        ]),
        table(context, "expiries", &columns, &["days_left"], ending.iter().map(row).collect()),
    ])
}

/// A unit and what it declared.
#[derive(Debug, Default)]
struct Declared {
    assets: u32,
    late: u32,
    oldest: Option<Date>,
}

/// Which units confirmed all that they have within six months.
pub(crate) fn confirmations(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let from = context.today().checked_sub(6.months()).unwrap_or(Date::MIN);
    let mut units: BTreeMap<&str, Declared> = BTreeMap::new();
    for asset in alive(context) {
        let declared = units.entry(asset.value("unit")).or_default();
        let confirmed: Option<Date> = asset.value("confirmed_on").parse().ok();
        declared.assets += 1;
        declared.late += u32::from(confirmed.is_none_or(|day| day < from));
        let oldest = match (declared.oldest, confirmed) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        declared.oldest = oldest;
    }
    let fine = units.values().filter(|declared| declared.late == 0).count();
    let share = if units.is_empty() { f64::NAN } else { fine as f64 / units.len() as f64 };
    let mut told: Vec<(&str, Declared)> = units.into_iter().collect();
    told.sort_by(|a, b| b.1.late.cmp(&a.1.late).then(a.0.cmp(b.0)));
    let row = |(unit, declared): &(&str, Declared)| {
        vec![
            (*unit).to_owned(),
            t.integer(f64::from(declared.assets)),
            t.integer(f64::from(declared.late)),
            declared.oldest.map(|oldest| day(t, oldest)).unwrap_or_default(),
        ]
    };
    let well = context.say_with("confirmations-well", &[("share", (&t.percent(WELL, 0)).into())]);
    Ok(vec![
        paragraph(context.say("confirmations-reading")),
        Block::KeyFigures(vec![figure(t.percent(share, 0), context.say("confirmations-share"), well)]),
        table(
            context,
            "confirmations",
            &["unit", "assets", "late", "oldest"],
            &["assets", "late"],
            told.iter().map(row).collect(),
        ),
    ])
}
