//! What a change of the law touches, and whether each tool followed before it entered into force.

use crate::blocks::{table, terms, warning};
use beffroi_document::Block;
use beffroi_register::{Record, Refusal, SheetContext, items, shown, words};
use jiff::civil::Date;

/// The tools that a change may touch, and the field that says on which day each was updated.
pub(crate) const TOOLS: &[(&str, &str)] = &[
    ("classification", "classification_on"),
    ("form", "form_on"),
    ("module", "module_on"),
    ("flash", "flash_on"),
    ("indicator", "indicator_on"),
];

/// How a tool stands to the entry into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// Updated on the day of the entry into force at the latest.
    InTime(Date),
    /// Updated after it.
    Late(Date),
    /// Still to be updated.
    Waiting,
    /// Not updated, and the change is in force.
    Outdated,
}

impl Tool {
    fn code(self) -> &'static str {
        match self {
            Self::InTime(_) => "in_time",
            Self::Late(_) => "late",
            Self::Waiting => "waiting",
            Self::Outdated => "outdated",
        }
    }
}

/// Each tool that a change touches, and how it stands on `today`.
pub(crate) fn tools(change: &Record, today: Date) -> Vec<(&'static str, Tool)> {
    let in_force: Option<Date> = change.value("in_force").parse().ok();
    let touched = TOOLS.iter().filter(|(tool, _)| items(change.value("impacts")).any(|item| item == *tool));
    let standing = |field: &str| match (change.value(field).parse::<Date>().ok(), in_force) {
        (Some(day), Some(in_force)) if day > in_force => Tool::Late(day),
        (Some(day), _) => Tool::InTime(day),
        (None, Some(in_force)) if in_force <= today => Tool::Outdated,
        (None, _) => Tool::Waiting,
    };
    touched.map(|(tool, field)| (*tool, standing(field))).collect()
}

/// The sheet of the impact of a change.
///
/// # Errors
/// None: what is missing is shown as missing.
pub(crate) fn sheet(context: &SheetContext<'_>) -> Result<Vec<Block>, Refusal> {
    let Some(change) = context.record else { return Ok(Vec::new()) };
    let (register, lang) = (context.register, context.lang);
    let term = |name: &str| {
        let field = register.field(name)?;
        Some((words::field(register, field, lang), shown(register, field, change.value(name), lang)))
    };
    let head = ["text_id", "article", "published", "in_force", "after", "for_whom", "definition"];
    let mut blocks = vec![terms(head.into_iter().filter_map(term))];
    let tools = tools(change, context.today());
    let tool_label = |tool: &str| register.field("impacts").map(|field| words::choice(register, field, tool, lang));
    let rows = tools.iter().map(|(tool, standing)| {
        let day = match standing {
            Tool::InTime(day) | Tool::Late(day) => lang.date(*day),
            Tool::Waiting | Tool::Outdated => String::new(),
        };
        vec![tool_label(tool).unwrap_or_default(), day, context.say(standing.code())]
    });
    let columns = ["tool", "updated", "standing"].map(|column| context.say(column)).to_vec();
    blocks.push(table("impact", context.say("caption"), columns, rows.collect()));
    let outdated = tools.iter().filter(|(_, standing)| *standing == Tool::Outdated).count();
    if outdated > 0 {
        let n = i64::try_from(outdated).unwrap_or(i64::MAX);
        blocks.push(warning(context.say("outdated"), context.say_with("outdated_text", &[("n", n.into())])));
    }
    Ok(blocks)
}
