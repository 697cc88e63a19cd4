//! Lists to choose from in a filter form.

use beffroi_ports::{Dimension, Filter};
use beffroi_wording::Lang;

/// One list.
pub(crate) struct Choice {
    pub(crate) name: &'static str,
    pub(crate) label: String,
    pub(crate) options: Vec<Opt>,
}

/// One entry.
pub(crate) struct Opt {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) selected: bool,
}

/// A list of values and labels; `none` is the label of the empty first entry.
pub(crate) fn choice(
    name: &'static str,
    label: String,
    none: Option<String>,
    options: Vec<(String, String)>,
    shown: &str,
) -> Choice {
    let none = none.map(|label| (String::new(), label));
    let options = none.into_iter().chain(options).map(|(value, label)| Opt { selected: value == shown, value, label });
    Choice { name, label, options: options.collect() }
}

/// The codes of a list in use with their labels.
pub(crate) fn codes(list: &str, t: Lang) -> Vec<(String, String)> {
    let lists = crate::code_lists::in_use();
    let codes = lists.list(list).into_iter().flat_map(|l| l.codes());
    codes.map(|code| (code.code.clone(), code.label(t.code()).to_owned())).collect()
}

/// The value that filters keep of a dimension; empty for all of them.
pub(crate) fn wanted(filters: &[Filter], dimension: Dimension) -> &str {
    let filter = filters.iter().find(|f| f.dimension == dimension);
    filter.and_then(|f| f.values.first()).map_or("", String::as_str)
}
