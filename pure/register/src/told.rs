//! Codes and days as people read them, wherever a desk tells of them.

use beffroi_model::Territory;
use beffroi_wording::Lang;
use jiff::civil::Date;

/// A territory by its name, with the code of a department before it.
pub fn place(t: Lang, code: &str) -> String {
    let label = |list: &str| {
        beffroi_codes::list(list).map_or_else(|| code.to_owned(), |list| list.label(code, t.code()).to_owned())
    };
    match code {
        "" => String::new(),
        Territory::FRANCE => t.say("web-france"),
        code if code.starts_with('R') => label("regions"),
        code => format!("{code} {}", label("departments")),
    }
}

/// A day in figures.
pub fn day(t: Lang, day: Date) -> String {
    match t {
        Lang::Fr => day.strftime("%d/%m/%Y").to_string(),
        Lang::En => day.to_string(),
    }
}
