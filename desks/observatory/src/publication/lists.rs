//! Code lists of a data structure definition.

use super::code::{NO_VALUE, TOTAL, artefact, code, ours, version, version_on};
use crate::indicators::{Card, Figures};
use beffroi_ports::{Dimension, Filter};
use beffroi_sdmx::{Code, Codelist, SdmxError, Text};
use beffroi_wording::Lang;
use std::collections::BTreeSet;

/// What values of dimensions were met: those that figures show, and those that were asked for.
pub(super) struct Met<'a> {
    pub(super) figures: &'a [&'a Figures],
    pub(super) filters: &'a [Filter],
}

impl Met<'_> {
    fn values(&self, dimension: Dimension) -> BTreeSet<String> {
        let of = |figures: &&Figures| -> Vec<String> {
            let Some(at) = figures.position(dimension) else { return Vec::new() };
            figures.rows.iter().filter_map(|row| row.keys.get(at).cloned().flatten()).collect()
        };
        let asked = self.filters.iter().filter(|filter| filter.dimension == dimension);
        let asked = asked.flat_map(|filter| filter.values.iter().cloned());
        self.figures.iter().flat_map(of).chain(asked).collect()
    }
}

/// A word of both languages.
pub(super) fn words(key: &str) -> Text {
    Text::new(Lang::Fr.say(key), Lang::En.say(key))
}

/// The embedded list that names the codes of a dimension in full; none for a dimension whose values come from the facts.
pub(super) fn list_of(dimension: Dimension) -> Option<&'static beffroi_codes::CodeList> {
    let name = match dimension {
        Dimension::Category => "digital_offences",
        Dimension::Department => "departments",
        Dimension::Kind => "report_kinds",
        Dimension::Layer => "layers",
        Dimension::Phenomenon => "phenomena",
        Dimension::Sector => "sectors",
        Dimension::Unit => "units_of_count",
        Dimension::VictimKind => "victim_kinds",
        _ => return None,
    };
    beffroi_codes::list(name)
}

/// Whether the dimension says yes or no.
pub(super) fn is_flag(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Astad | Dimension::Synthetic)
}

/// The list of a dimension: all values together, none given, then its codes; those that figures show and the list does
/// not know come last. A list with no embedded one behind it is marked partial.
pub(super) fn of_dimension(dimension: Dimension, met: &Met<'_>) -> Result<Codelist, SdmxError> {
    let mut codes = vec![own(TOTAL, words("sdmx-total")), own(NO_VALUE, words("sdmx-no-value"))];
    let known = list_of(dimension);
    let (id, version, name) = match known {
        Some(list) => {
            codes.extend(list.every_code().iter().map(|one| of_list(list, one)));
            let name = words(&format!("indicator-dimension-{}", dimension.code()));
            let labelled = |text: String| format!("{text} ({})", list.version);
            (artefact(&list.name), version_on(list.date), Text::new(labelled(name.fr), labelled(name.en)))
        }
        None if is_flag(dimension) => {
            let flags = ["true", "false"].map(|flag| own(flag, words(&format!("indicator-{flag}"))));
            codes.extend(flags);
            ("BOOLEAN".to_owned(), "1.0.0".to_owned(), words("sdmx-boolean"))
        }
        None => {
            let name = words(&format!("indicator-dimension-{}", dimension.code()));
            (artefact(dimension.code()), "1.0.0".to_owned(), name)
        }
    };
    let mut seen: BTreeSet<String> = codes.iter().map(|code| code.id.clone()).collect();
    let n_known = codes.len();
    for text in met.values(dimension) {
        let id = code(&text);
        if seen.insert(id.clone()) {
            let label = |lang: &str| visible(&beffroi_indicators::label(dimension, &text, lang));
            codes.push(own(&id, Text::new(label("fr"), label("en"))));
        }
    }
    let partial = codes.len() > n_known || known.is_none() && !is_flag(dimension);
    Ok(Codelist { artefact: ours(&format!("CL_{id}"), &version)?, name, partial, codes })
}

/// The layers, for the attribute.
pub(super) fn of_layers() -> Result<Codelist, SdmxError> {
    let list = list_of(Dimension::Layer).ok_or(SdmxError::Rule("there is no list of layers"))?;
    let codes = list.every_code().iter().map(|one| of_list(list, one)).collect();
    let name = words("indicator-dimension-layer");
    Ok(Codelist { artefact: ours("CL_LAYERS", &version_on(list.date))?, name, partial: false, codes })
}

/// The one unit of measure of a card.
pub(super) fn of_unit(card: &Card) -> Result<Codelist, SdmxError> {
    let id = format!("CL_UNIT_MEASURE_{}", artefact(&card.code));
    let name = Text::new(&card.unit.fr, &card.unit.en);
    let codes = vec![own(&unit_of(card), name)];
    let name = words("sdmx-unit-measure");
    Ok(Codelist { artefact: ours(&id, &version(&card.definition_version))?, name, partial: false, codes })
}

/// The code of a card's unit of measure.
pub(super) fn unit_of(card: &Card) -> String {
    code(&artefact(&card.unit.en))
}

fn own(id: &str, name: Text) -> Code {
    Code { id: id.to_owned(), name, description: None, parent: None }
}

fn of_list(list: &beffroi_codes::CodeList, one: &beffroi_codes::Code) -> Code {
    // A parent of another list has no place here.
    let parent = one.parent.as_deref().filter(|up| list.parent_list.is_none() && list.code(up).is_some());
    let name = Text::new(visible(&one.label_fr), visible(&one.label_en));
    Code { id: code(&one.code), name, description: None, parent: parent.map(code) }
}

/// A label is never blank.
fn visible(text: &str) -> String {
    if text.trim().is_empty() { NO_VALUE.to_owned() } else { text.to_owned() }
}
