//! The proposal of a purchase, as it goes to the buyer, and the thresholds that the house relies on.

use super::number;
use crate::blocks::{capability, day, euros, joined, paragraph, place, refusal, table, terms, warning};
use crate::thresholds;
use beffroi_document::{Block, Span};
use beffroi_register::{Record, Refusal, SheetContext, items, shown, words};
use std::collections::BTreeSet;

/// See the register `purchase`. At the move that proposes, what was split is refused; later, what has come since is only told.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(purchase) = context.record else { return Ok(Vec::new()) };
    let needs = needs_of(context, purchase);
    let cost: f64 = needs.iter().filter_map(|need| number(need, "cost")).sum();
    let amount = number(purchase, "amount").unwrap_or(0.0);
    let others = of_the_same_kind(context, purchase);
    let named: BTreeSet<&str> = items(purchase.value("others")).collect();
    let left_out: Vec<&str> =
        others.iter().map(|other| other.reference.as_str()).filter(|reference| !named.contains(reference)).collect();
    let counted = amount + others.iter().filter_map(|other| number(other, "amount")).sum::<f64>();
    let is_moving = context.find(&purchase.reference).is_none_or(|stored| stored.state != purchase.state);
    if is_moving && amount < cost {
        return Err(refusal(context, "whole").at("amount").with("amount", whole(amount)).with("needs", whole(cost)));
    }
    if is_moving && !left_out.is_empty() {
        return Err(refusal(context, "split").at("others").with("others", left_out.join(", ")));
    }
    let mut blocks =
        vec![told(context, purchase), lines(context, "lots", purchase), lines(context, "criteria", purchase)];
    if !left_out.is_empty() {
        let others = left_out.join(", ");
        let text = context.say_with("proposal-left-out", &[("others", (&others).into())]);
        blocks.push(warning(context.say("proposal-left-out-title"), text));
    }
    blocks.push(need_table(context, &needs));
    blocks.push(amounts(context, purchase, &others, counted));
    blocks.extend(threshold(context, purchase, counted));
    blocks.push(calendar(context, purchase));
    Ok(blocks)
}

fn whole(amount: f64) -> String {
    format!("{amount:.0}")
}

/// The needs it names, and those that were merged into one of them.
fn needs_of<'a>(context: &SheetContext<'a>, purchase: &Record) -> Vec<&'a Record> {
    let named: BTreeSet<&str> = items(purchase.value("needs")).chain([purchase.value("need")]).collect();
    let is_in = |need: &&Record| {
        named.contains(need.reference.as_str()) || (need.state == "merged" && named.contains(need.value("merged_into")))
    };
    context.of("need").filter(is_in).collect()
}

/// Other purchases of the same homogeneous category in the same year: the same class of CPV (its first four digits), or the
/// same capability in the same division (its first two).
fn of_the_same_kind<'a>(context: &SheetContext<'a>, purchase: &Record) -> Vec<&'a Record> {
    let begins = |other: &Record, digits: usize| {
        let own = purchase.value("cpv").get(..digits);
        own.is_some() && own == other.value("cpv").get(..digits)
    };
    let same = |other: &&Record| {
        let for_the_same = other.value("capability") == purchase.value("capability");
        let kind = begins(other, 4) || (for_the_same && begins(other, 2));
        other.reference != purchase.reference
            && !matches!(other.state.as_str(), "abandoned" | "draft")
            && other.value("year") == purchase.value("year")
            && kind
    };
    context.of("purchase").filter(same).collect()
}

fn told(context: &SheetContext<'_>, purchase: &Record) -> Block {
    let (register, t) = (context.register, context.lang);
    let said = [
        "title",
        "capability",
        "buyer",
        "instrument",
        "ground",
        "ceiling",
        "years",
        "cpv",
        "year",
        "budget",
        "market",
        "gain",
        "saving",
        "training",
    ];
    let pair = |name: &str| {
        let field = register.field(name)?;
        Some((words::field(register, field, t), shown(register, field, purchase.value(name), t)))
    };
    terms(said.into_iter().filter_map(pair))
}

/// The items of a field, under its name.
fn lines(context: &SheetContext<'_>, name: &str, purchase: &Record) -> Block {
    let label = context.register.field(name).map(|field| words::field(context.register, field, context.lang));
    let each = items(purchase.value(name)).map(|item| vec![Span::Text(item.to_owned())]).collect();
    Block::Frame {
        title: label.unwrap_or_default(),
        warning: false,
        blocks: vec![Block::List { ordered: name == "lots", items: each }],
    }
}

fn need_table(context: &SheetContext<'_>, needs: &[&Record]) -> Block {
    let t = context.lang;
    let row = |need: &&Record| {
        let figure = |field: &str| number(need, field).map_or_else(|| "–".to_owned(), |n| t.integer(n));
        vec![
            need.reference.clone(),
            need.value("title").to_owned(),
            capability(t, need.value("capability")),
            place(t, need.value("territory")),
            figure("quantity"),
            figure("users"),
            number(need, "cost").map_or_else(|| "–".to_owned(), |cost| euros(t, cost)),
        ]
    };
    let columns = ["reference", "title", "capability", "territory", "quantity", "users", "cost"];
    table(context, "needs", &columns, &["quantity", "users", "cost"], needs.iter().map(row).collect())
}

fn amounts(context: &SheetContext<'_>, purchase: &Record, others: &[&Record], counted: f64) -> Block {
    let t = context.lang;
    let row = |record: &Record| {
        vec![
            record.reference.clone(),
            record.value("title").to_owned(),
            number(record, "amount").map_or_else(|| "–".to_owned(), |amount| euros(t, amount)),
        ]
    };
    let total = vec![context.say("proposal-counted"), String::new(), euros(t, counted)];
    let rows = [purchase].into_iter().chain(others.iter().copied()).map(row).chain([total]).collect();
    table(context, "counted", &["reference", "title", "amount"], &["amount"], rows)
}

/// The threshold that holds on the day of the launch, and on which side of it the whole need is.
fn threshold(context: &SheetContext<'_>, purchase: &Record, counted: f64) -> Option<Block> {
    let t = context.lang;
    let launch = purchase.value("launch").parse().ok()?;
    let Some(formal) = thresholds::on("formal", purchase.value("buyer"), launch) else {
        let launch = day(t, launch);
        return Some(warning(
            context.say("proposal-expired-title"),
            context.say_with("proposal-expired", &[("day", (&launch).into())]),
        ));
    };
    let (amount, counted_told) = (euros(t, formal.amount), euros(t, counted));
    let (from, until) = (day(t, formal.from), day(t, formal.until));
    let side = if counted >= formal.amount { "proposal-above" } else { "proposal-below" };
    let values = [
        ("counted", (&counted_told).into()),
        ("threshold", (&amount).into()),
        ("from", (&from).into()),
        ("until", (&until).into()),
        ("source", formal.source.into()),
    ];
    let read = if formal.verified { String::new() } else { format!(" {}", context.say("proposal-unverified")) };
    Some(paragraph(context.say_with(side, &values) + &read))
}

fn calendar(context: &SheetContext<'_>, purchase: &Record) -> Block {
    let (register, t) = (context.register, context.lang);
    let date = |name: &str| {
        let field = register.field(name)?;
        let value = shown(register, field, purchase.value(name), t);
        (!value.is_empty()).then(|| vec![words::field(register, field, t), value])
    };
    let rows = ["launch", "ordered_on", "first_delivery"].into_iter().filter_map(date).collect();
    table(context, "calendar", &["step", "day"], &[], rows)
}

/// Every threshold of the house, with the days on which it holds and its source.
pub(crate) fn thresholds(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let today = context.today();
    let row = |known: thresholds::Threshold| {
        let buyer = context.register.field("buyer").filter(|_| known.buyer != "any");
        let buyer = buyer.map(|field| words::choice(context.register, field, known.buyer, t));
        let state = match () {
            () if known.until < today => "thresholds-over",
            () if known.from > today => "thresholds-coming",
            () => "thresholds-in-force",
        };
        vec![
            context.say(&format!("thresholds-{}", known.used)),
            buyer.unwrap_or_else(|| context.say("thresholds-any")),
            euros(t, known.amount),
            day(t, known.from),
            day(t, known.until),
            context.say(state),
            joined(known.source),
            context.say(if known.verified { "thresholds-read" } else { "thresholds-not-read" }),
        ]
    };
    let columns = ["use", "buyer", "amount", "from", "until", "in_force", "source", "verified"];
    let rows = thresholds::all().map(row).collect();
    Ok(vec![paragraph(context.say("thresholds-reading")), table(context, "thresholds", &columns, &["amount"], rows)])
}
