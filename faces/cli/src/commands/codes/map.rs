//! `beffroi codes map LIST CODE --to LIST [--on DATE]`.

use super::{in_use, no_list, verified};
use crate::Context;
use crate::fault::{Fault, Outcome};
use crate::output::{TextTable, print, print_json};
use beffroi_desk_observatory::code_lists::MappingError;
use jiff::civil::Date;
use serde_json::json;

pub(super) async fn run(from: &str, code: &str, to: &str, day: Date, context: &Context) -> Outcome {
    let lists = in_use(context).await?;
    let lang = context.lang;
    let mapping = lists.map(from, code, to, day).map_err(|error| match error {
        MappingError::NoList(name) => no_list(&name, &lists, context),
        MappingError::NoCode { list, code } => {
            Fault::user(lang.say_with("cli-codes-no-code", &[("list", (&list).into()), ("code", (&code).into())]))
        }
        MappingError::NoCrosswalk { from, to, reached } => {
            let reached = if reached.is_empty() { "–".to_owned() } else { reached.join(", ") };
            let values = [("from", (&from).into()), ("to", (&to).into()), ("reached", (&reached).into())];
            Fault::user(lang.say_with("cli-codes-no-crosswalk", &values))
        }
    })?;
    let label = |list: &str, code: &str| lists.label(list, code, lang.code()).to_owned();
    if context.json {
        let links: Vec<_> = mapping
            .ways
            .iter()
            .map(|way| {
                json!({
                    "from": way.link.from, "to": way.link.to, "label": label(to, &way.link.to),
                    "kind": way.link.kind.code(), "confidence": way.link.confidence.to_string(),
                    "verified": way.link.verified, "through": way.through,
                })
            })
            .collect();
        return print_json(&json!({
            "list": from, "code": code, "to": to, "on": day.to_string(), "now": mapping.now, "links": links,
        }));
    }
    let mut text = String::new();
    let day = lang.date(day);
    let values = |codes: &str| -> String {
        lang.say_with("cli-codes-now", &[("code", code.into()), ("day", (&day).into()), ("codes", codes.into())])
    };
    match mapping.now.as_slice() {
        [only] if only == code => {}
        [] => text.push_str(&format!(
            "{}\n",
            lang.say_with("cli-codes-past", &[("code", code.into()), ("day", (&day).into())])
        )),
        now => text.push_str(&format!("{}\n", values(&now.join(", ")))),
    }
    if from != to {
        let say = |column: &str| lang.say(&format!("cli-column-{column}"));
        let columns = ["code", "relation", "becomes-code", "label", "confidence", "verified", "through"];
        let mut table = TextTable::new(columns.map(say)).numeric([4]);
        for way in &mapping.ways {
            table.row([
                way.link.from.clone(),
                lang.say(&format!("codes-kind-{}", way.link.kind.code())),
                way.link.to.clone(),
                label(to, &way.link.to),
                way.link.confidence.to_string(),
                verified(way.link.verified, context),
                way.through.join(" → "),
            ]);
        }
        if mapping.ways.is_empty() {
            let values = [("code", code.into()), ("list", to.into()), ("day", (&day).into())];
            text.push_str(&format!("{}\n", lang.say_with("cli-codes-no-link", &values)));
        } else {
            text.push_str(&table.text());
        }
    }
    print(&text)
}
