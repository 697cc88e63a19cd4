//! What is lent when: the slip of a booking, which is not given for days on which the equipment is out already, and the
//! calendar of all of them.

use super::is_moving;
use crate::blocks::{day, refusal, table, terms};
use crate::people::span;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, shown, words};
use jiff::ToSpan;
use jiff::civil::Date;

/// How many a record holds or books; one when it does not say.
fn quantity(record: &Record) -> u32 {
    record.value("quantity").parse().unwrap_or(1)
}

/// Other confirmed bookings of the same equipment that share a day with this one.
fn meeting<'a>(context: &SheetContext<'a>, booking: &Record) -> Vec<&'a Record> {
    let Some(days) = span(booking.value("days")) else { return Vec::new() };
    let others = context.of("booking").filter(|other| {
        other.reference != booking.reference
            && other.state == "confirmed"
            && other.value("asset") == booking.value("asset")
    });
    others.filter(|other| span(other.value("days")).is_some_and(|own| own.meets(days))).collect()
}

/// The most that others have out on one day of this booking: what is out only rises on first days.
fn most_out(booking: &Record, others: &[&Record]) -> u32 {
    let Some(days) = span(booking.value("days")) else { return 0 };
    let spans: Vec<_> = others.iter().filter_map(|other| Some((span(other.value("days"))?, quantity(other)))).collect();
    let starts = spans.iter().map(|(span, _)| span.from.max(days.from)).chain([days.from]);
    let out = |on: Date| spans.iter().filter(|(span, _)| span.from <= on && on <= span.to).map(|(_, n)| n).sum();
    starts.map(out).max().unwrap_or(0)
}

/// See the register `booking`.
pub(crate) fn slip(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(booking) = context.record else { return Ok(Vec::new()) };
    let asset = context.find(booking.value("asset"));
    let others = meeting(context, booking);
    let there = asset.map_or(1, quantity);
    if is_moving(context, booking) && most_out(booking, &others) + quantity(booking) > there {
        let taken: Vec<String> =
            others.iter().map(|other| format!("{} ({})", other.reference, other.value("days"))).collect();
        let refused = refusal(context, "overlap").at("days").with("there", there).with("taken", taken.join(", "));
        return Err(refused);
    }
    let (register, t) = (context.register, context.lang);
    let own = |name: &str| {
        let field = register.field(name)?;
        Some((words::field(register, field, t), shown(register, field, booking.value(name), t)))
    };
    let mut told =
        vec![(context.say("slip-equipment"), asset.map_or_else(String::new, |asset| asset.value("title").to_owned()))];
    told.extend(["title", "asset", "mission", "days", "quantity"].into_iter().filter_map(own));
    if let Some(days) = span(booking.value("days")) {
        told.push((context.say("slip-back"), day(t, days.to)));
    }
    told.push((context.say("slip-signed"), context.say("slip-signature")));
    Ok(vec![terms(told)])
}

/// Every booking of the last month and to come, by equipment and day.
pub(crate) fn calendar(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let from = context.today().checked_sub(1.month()).unwrap_or(Date::MIN);
    let mut booked: Vec<(&str, Date, Date, &Record)> = context
        .of("booking")
        .filter(|booking| booking.state != "cancelled")
        .filter_map(|booking| {
            span(booking.value("days")).map(|days| (booking.value("asset"), days.from, days.to, booking))
        })
        .filter(|(_, _, to, booking)| *to >= from || booking.state == "confirmed")
        .collect();
    booked.sort_by(|a, b| (a.0, a.1, &a.3.reference).cmp(&(b.0, b.1, &b.3.reference)));
    let row = |(asset, from, to, booking): &(&str, Date, Date, &Record)| {
        let title = context.find(asset).map_or("", |asset| asset.value("title"));
        let is_late = booking.state == "confirmed" && *to < context.today();
        vec![
            booking.reference.clone(),
            title.to_owned(),
            (*asset).to_owned(),
            day(t, *from),
            day(t, *to),
            t.integer(f64::from(quantity(booking))),
            if is_late { context.say("calendar-late") } else { words::state(context.register, &booking.state, t) },
        ]
    };
    let columns = ["reference", "equipment", "asset", "from", "until", "quantity", "state"];
    Ok(vec![table(context, "bookings", &columns, &["quantity"], booked.iter().map(row).collect())])
}
