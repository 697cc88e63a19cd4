//! Gaps and single points of failure, by capability and territory, each with who answers for it.

use super::holdings;
use crate::blocks::{capability, day, figure, paragraph, place, table, warning};
use crate::gaps::{Asked, Expected, Line, Single, lines};
use beffroi_document::Block;
use beffroi_register::{Refusal, SheetContext};

/// States of a need that still asks for something.
const ASKING: [&str; 3] = ["submitted", "validated", "retained"];

/// See the register `coverage`.
pub(crate) fn make(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let t = context.lang;
    let wanted = context.asked("capability");
    let lines: Vec<Line> = lines(&expected(context), &holdings(context), &asked(context), context.today())
        .into_iter()
        .filter(|line| wanted.is_empty() || line.capability == wanted)
        .collect();
    let gaps: Vec<&Line> = lines.iter().filter(|line| line.missing > 0).collect();
    let without = gaps.iter().filter(|line| line.owner.is_none()).count();
    let singles: Vec<&Line> = lines.iter().filter(|line| line.single.is_some()).collect();
    let count = |n: usize| t.integer(n as f64);
    let say = |key: &str| context.say(key);
    let mut blocks = vec![
        paragraph(say("gaps-reading")),
        Block::KeyFigures(vec![
            figure(count(gaps.len()), say("gaps-open"), String::new()),
            figure(count(without), say("gaps-without-owner"), String::new()),
            figure(count(singles.len()), say("gaps-single"), String::new()),
        ]),
    ];
    if without > 0 {
        blocks.push(warning(say("gaps-without-owner"), say("gaps-name-owner")));
    }
    let number = |n: u32| t.integer(f64::from(n));
    let gap = |line: &&Line| {
        vec![
            capability(t, &line.capability),
            place(t, line.territory.code()),
            line.expected.map_or_else(|| "–".to_owned(), number),
            number(line.supply),
            number(line.asked),
            number(line.missing),
            line.owner.clone().unwrap_or_else(|| say("gaps-nobody")),
            line.due.map(|due| day(t, due)).unwrap_or_default(),
        ]
    };
    let columns = ["capability", "territory", "expected", "there", "asked", "missing", "owner", "due"];
    let figures = ["expected", "there", "asked", "missing"];
    blocks.push(table(context, "gaps", &columns, &figures, gaps.iter().map(gap).collect()));
    let single = |line: &&Line| {
        let hangs = match &line.single {
            Some(Single::One(reference)) => context.say_with("gaps-one", &[("reference", reference.into())]),
            Some(Single::Unit(unit)) => context.say_with("gaps-unit", &[("unit", unit.into())]),
            None => String::new(),
        };
        let owner = line.owner.clone().unwrap_or_else(|| say("gaps-nobody"));
        vec![capability(t, &line.capability), place(t, line.territory.code()), number(line.supply), hangs, owner]
    };
    let columns = ["capability", "territory", "there", "hangs", "owner"];
    blocks.push(table(context, "singles", &columns, &["there"], singles.iter().map(single).collect()));
    Ok(blocks)
}

fn expected(context: &SheetContext<'_>) -> Vec<Expected> {
    let open = context.of("coverage").filter(|record| record.state == "expected");
    open.filter_map(|record| {
        Some(Expected {
            capability: record.value("capability").to_owned(),
            territory: record.value("territory").parse().ok()?,
            least: record.value("least").parse().ok()?,
            owner: record.value("owner").to_owned(),
            due: record.value("due").parse().ok(),
        })
    })
    .collect()
}

/// A need without a quantity asks for one; one without a place asks for the country.
fn asked(context: &SheetContext<'_>) -> Vec<Asked> {
    let open = context.of("need").filter(|need| ASKING.contains(&need.state.as_str()));
    open.map(|need| Asked {
        capability: need.value("capability").to_owned(),
        territory: need.value("territory").parse().unwrap_or_else(|_| beffroi_model::Territory::france()),
        quantity: need.value("quantity").parse().unwrap_or(1),
    })
    .collect()
}
