//! What came of a purchase: delivered, trained, used.

use super::number;
use crate::blocks::{day, figure, paragraph, place, table};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, words};
use beffroi_wording::Lang;

/// See the register `purchase`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let Some(purchase) = context.record else { return Ok(Vec::new()) };
    let deliveries: Vec<&Record> =
        context.of("delivery").filter(|delivery| delivery.value("purchase") == purchase.reference).collect();
    let sum = |field: &str| deliveries.iter().filter_map(|delivery| number(delivery, field)).sum::<f64>();
    let measured = deliveries.iter().filter(|delivery| delivery.state == "measured").count();
    let mut blocks = vec![Block::KeyFigures(vec![
        figure(t.integer(sum("quantity")), context.say("balance-quantity"), String::new()),
        figure(t.integer(sum("people_trained")), context.say("balance-trained"), String::new()),
        figure(
            use_rate(&deliveries).map_or_else(|| "–".to_owned(), |rate| t.percent(rate / 100.0, 0)),
            context.say("balance-use"),
            context.say_with(
                "balance-measured",
                &[("measured", (measured as i64).into()), ("all", (deliveries.len() as i64).into())],
            ),
        ),
    ])];
    blocks.push(table(
        context,
        "deliveries",
        &["reference", "unit", "territory", "state", "quantity", "trained", "handed_over", "use_rate", "ends"],
        &["quantity", "trained", "use_rate"],
        deliveries.iter().map(|delivery| row(delivery, t)).collect(),
    ));
    if !purchase.value("balance").is_empty() {
        blocks.push(paragraph(purchase.value("balance").to_owned()));
    }
    Ok(blocks)
}

/// The rate at twelve months, each delivery weighed by its quantity; nothing when none is measured.
fn use_rate(deliveries: &[&Record]) -> Option<f64> {
    let measured = deliveries.iter().filter(|delivery| delivery.state == "measured");
    let parts: Vec<(f64, f64)> = measured
        .filter_map(|delivery| Some((number(delivery, "use_rate")?, number(delivery, "quantity").unwrap_or(1.0))))
        .collect();
    let all: f64 = parts.iter().map(|(_, quantity)| quantity).sum();
    (all > 0.0).then(|| parts.iter().map(|(rate, quantity)| rate * quantity).sum::<f64>() / all)
}

fn row(delivery: &Record, t: Lang) -> Vec<String> {
    let plain = |field: &str| number(delivery, field).map_or_else(|| "–".to_owned(), |n| t.integer(n));
    let date = |field: &str| delivery.value(field).parse().map(|date| day(t, date)).unwrap_or_default();
    vec![
        delivery.reference.clone(),
        delivery.value("unit").to_owned(),
        place(t, delivery.value("territory")),
        words::state(&crate::registers::DELIVERY, &delivery.state, t),
        plain("quantity"),
        plain("people_trained"),
        date("handed_over_on"),
        number(delivery, "use_rate").map_or_else(|| "–".to_owned(), |rate| t.percent(rate / 100.0, 0)),
        date("ends_on"),
    ]
}
