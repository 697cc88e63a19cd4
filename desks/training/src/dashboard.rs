//! The dashboard of training: what the lines of coverage look like, for the whole and for one target.

use crate::blocks::{paragraph, table};
use crate::coverage::{Line, certified, held, lines};
use crate::levels::LEVELS;
use beffroi_codes::list;
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, shown};
use std::collections::{BTreeMap, BTreeSet};

/// What stands where nothing may be counted.
const UNTOLD: &str = "–";

/// Sheet of all targets: by level, competence and territory, then by service.
pub(crate) fn dashboard(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let asked = context.asked("territory");
    let mut lines = lines(context.records, context.today());
    lines.retain(|(_, territory), _| asked.is_empty() || territory == asked);
    let mut blocks = coverage(context, &lines);
    let mut units = BTreeMap::new();
    certified(&mut units, held(context.records, "unit"), context.today());
    let units = units.iter().filter(|((_, unit), _)| !unit.is_empty()).map(|((competence, unit), line)| {
        let (_, level, title) = level(context, competence);
        vec![unit.clone(), title, level, line.valid.to_string(), line.ending.to_string(), line.lapsed.to_string()]
    });
    let columns = ["unit", "competence", "level", "#valid", "#ending", "#lapsed"];
    blocks.push(table(context, "units", &columns, units.collect()));
    blocks.push(paragraph(context.say("coverage-note")));
    Ok(blocks)
}

/// Sheet of one target: where it stands. Kept when stock is taken, it tells those who may not read results.
pub(crate) fn stock(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(target) = context.record else { return Ok(Vec::new()) };
    let mut records: Vec<Record> = context.records.to_vec();
    // As it stands, and alone, whatever other targets there are.
    records.retain(|record| record.register != "training_target");
    records.push(Record { state: "current".to_owned(), ..target.clone() });
    let mut lines = lines(&records, context.today());
    let own = (target.value("competence").to_owned(), target.value("territory").to_owned());
    lines.retain(|key, _| *key == own);
    let mut blocks = coverage(context, &lines);
    blocks.push(paragraph(context.say("coverage-note")));
    Ok(blocks)
}

/// The lines as a table, with their sum before. To whom no result is open nothing is counted, rather than zeros.
fn coverage(context: &SheetContext<'_>, lines: &BTreeMap<(String, String), Line>) -> Vec<Block> {
    let is_open = context.of("result").next().is_some();
    let number = |n: Option<usize>| n.map_or_else(String::new, |n| n.to_string());
    let told = |n: Option<usize>| if is_open { number(n) } else { UNTOLD.to_owned() };
    let mut rows = Vec::new();
    for ((competence, territory), line) in lines {
        let (at, level, title) = level(context, competence);
        let share = match line.share() {
            _ if !is_open => UNTOLD.to_owned(),
            Some(share) => context.lang.percent(share, 0),
            None => context.say("coverage-few"),
        };
        let cells = vec![
            title.clone(),
            level,
            place(context, territory),
            number(line.target),
            told(Some(line.valid)),
            told(line.gap()),
            told(Some(line.ending)),
            told(Some(line.lapsed)),
            line.deployable.to_string(),
            share,
        ];
        rows.push(((at, title, territory.clone()), cells));
    }
    rows.sort();
    let short = lines.iter().filter(|(_, line)| line.gap().is_some_and(|gap| gap > 0));
    let n = short.map(|((_, territory), _)| territory).collect::<BTreeSet<_>>().len();
    let columns = [
        "competence",
        "level",
        "territory",
        "#target",
        "#valid",
        "#gap",
        "#ending",
        "#lapsed",
        "#deployable",
        "#share",
    ];
    let sum = match is_open {
        true => context.say_with("coverage-sum", &[("n", (n as i64).into())]),
        false => context.say("coverage-closed"),
    };
    vec![paragraph(sum), table(context, "coverage", &columns, rows.into_iter().map(|(_, cells)| cells).collect())]
}

/// Where a competence stands among the levels, its level in words, its title.
fn level(context: &SheetContext<'_>, reference: &str) -> (usize, String, String) {
    let Some(competence) = context.find(reference) else { return (usize::MAX, String::new(), reference.to_owned()) };
    let code = competence.value("level");
    let at = LEVELS.iter().position(|known| *known == code).unwrap_or(usize::MAX);
    (at, context.lang.say(&format!("register-choice-{code}")), competence.value("title").to_owned())
}

fn place(context: &SheetContext<'_>, code: &str) -> String {
    if code.is_empty() {
        return context.say("coverage-nowhere");
    }
    let label = list("departments").map_or(code, |known| known.label(code, context.lang.code()));
    match context.register.field("territory") {
        Some(field) if label == code => shown(context.register, field, code, context.lang),
        _ => format!("{label} ({code})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::numbered;
    use beffroi_document::Table;
    use beffroi_wording::Lang;

    fn sheet(records: &[Record], record: Option<&Record>) -> (String, Table) {
        let register = crate::REGISTERS.iter().find(|known| known.name == "training_target").unwrap();
        let asked = Default::default();
        let now = "2026-05-04T10:00:00Z".parse().unwrap();
        let context = SheetContext { register, record, records, asked: &asked, now, lang: Lang::En };
        let blocks = if record.is_some() { stock(&context) } else { dashboard(&context) }.unwrap();
        let Some(Block::Table(table)) = blocks.get(1) else { panic!("{blocks:?}") };
        (format!("{:?}", blocks.first()), table.clone())
    }

    fn target(number: u32, territory: &str) -> Record {
        let values = [("competence", "COMP-2026-0001"), ("territory", territory), ("people", "2")];
        numbered("training_target", number, "current", &values)
    }

    fn result(territory: &str) -> Record {
        let values = [("module", "MODU-2026-0001"), ("territory", territory), ("learner", "A"), ("ending", "passed")];
        numbered("result", 1, "recorded", &values)
    }

    /// J6.3: who may not read results is told so, and shown no zero.
    #[test]
    fn where_no_result_is_open_nothing_is_counted() {
        let module = numbered("module", 1, "in_service", &[("competence", "COMP-2026-0001")]);
        let (said, table) = sheet(&[target(1, "35"), module.clone()], None);
        assert!(said.contains("No result is open to you"), "{said}");
        assert_eq!(table.rows[0][3..8], ["2", "–", "–", "–", "–"]);
        let (said, table) = sheet(&[target(1, "35"), module, result("35")], None);
        assert!(said.contains("1 territory has"), "{said}");
        assert_eq!(table.rows[0][3..8], ["2", "1", "1", "0", "0"]);
    }

    #[test]
    fn the_stock_of_a_target_is_its_own_line() {
        let module = numbered("module", 1, "in_service", &[("competence", "COMP-2026-0001")]);
        let one = target(1, "35");
        let (_, table) = sheet(&[target(2, "29"), module, result("35")], Some(&one));
        assert_eq!(table.rows.len(), 1);
        assert_eq!(table.rows[0][2..6], ["Ille-et-Vilaine (35)", "2", "1", "1"]);
    }
}
