//! The map: what is shown, and that a missing value never looks like a value.

use super::{elements, samples};
use crate::map::Fill;
use crate::*;

fn shape_of<'a>(document: &'a roxmltree::Document<'a>, tip: &str) -> Vec<roxmltree::Node<'a, 'a>> {
    let is = |n: &roxmltree::Node<'a, 'a>| n.tag_name().name() == "title" && n.text() == Some(tip);
    document.descendants().filter(is).filter_map(|n| n.parent()).collect()
}

fn classes(node: roxmltree::Node<'_, '_>) -> Vec<String> {
    node.attribute("class").unwrap().split(' ').map(str::to_owned).collect()
}

#[test]
fn every_territory_is_shown() {
    let svg = samples::map().svg(Use::Inline);
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert_eq!(elements(&document, "path", "ch-land").len(), 96 + 4);
    // 5 overseas departments, 3 collectivities with a cell, the box of what is not located.
    assert_eq!(elements(&document, "rect", "ch-box").len(), 5 + 3 + 1);
    assert!(svg.contains("12\u{202f}480") && svg.contains("Saint-Pierre-"));
    assert!(samples::map().unplaced().is_empty());
}

#[test]
fn a_missing_value_never_has_the_colour_of_a_class() {
    let mut map = samples::map();
    map.cells.get_mut("01").unwrap().value = Some(f64::NAN);
    map.cells.remove("02");
    map.words.names.insert("02".to_owned(), "Aisne".to_owned());
    for code in ["01", "02", "09", "52", "973"] {
        assert_eq!(map.fill(code), Fill::Missing, "{code}");
    }
    let svg = map.svg(Use::Inline);
    let document = roxmltree::Document::parse(&svg).unwrap();
    for tip in [map.cells["01"].label.as_str(), "Aisne · non disponible", "Guyane · non disponible"] {
        let shapes = shape_of(&document, tip);
        assert!(!shapes.is_empty(), "{tip}");
        for shape in shapes {
            assert!(classes(shape).iter().all(|c| !c.starts_with("ch-q")), "{tip}");
            assert_eq!(shape.attribute("fill"), Some("url(#carte-missing)"), "{tip}");
        }
    }
}

#[test]
fn a_secret_is_hatched_whatever_its_value() {
    let map = samples::map();
    let svg = map.svg(Use::Inline);
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert!(map.cells["48"].value.is_some());
    for shape in shape_of(&document, &map.cells["48"].label) {
        assert_eq!(shape.attribute("fill"), Some("url(#carte-secret)"));
        assert!(classes(shape).iter().all(|c| !c.starts_with("ch-q")));
    }
}

#[test]
fn a_value_has_the_colour_of_its_class() {
    let map = samples::map();
    let svg = map.svg(Use::Inline);
    let document = roxmltree::Document::parse(&svg).unwrap();
    for (code, cell) in map.cells.iter().filter(|(_, c)| !c.secret && c.value.is_some()) {
        let class = map.breaks.class(cell.value.unwrap()).unwrap();
        let expected = format!("ch-q{}", map.breaks.tone(class));
        let shapes = shape_of(&document, &cell.label);
        assert!(!shapes.is_empty(), "{code}");
        assert!(shapes.into_iter().all(|s| classes(s).contains(&expected)), "{code}");
    }
    let shown = elements(&document, "path", "ch-land").into_iter().filter(|n| n.attribute("fill").is_some()).count();
    assert_eq!(shown, 5, "five metropolitan departments are secret or missing");
}

#[test]
fn the_legend_is_inside_only_when_standalone() {
    let map = samples::map();
    assert!(map.svg(Use::Standalone).contains(">non disponible</text>"));
    assert!(!map.svg(Use::Inline).contains(">non disponible</text>"));
    let legend = map.legend();
    assert_eq!(legend.len(), 5 + 2);
    assert_eq!(
        (legend[0].class.as_str(), legend[5].class.as_str(), legend[6].class.as_str()),
        ("ch-q1", "ch-secret", "ch-missing")
    );
    for item in &legend {
        assert!(CSS.contains(&format!(".{}{{", item.class)), "{} has no rule", item.class);
    }
}

#[test]
fn a_code_without_a_place_is_told() {
    let mut map = samples::map();
    for code in ["R84", "20", "FR"] {
        map.cells.insert(code.to_owned(), Cell::default());
    }
    assert_eq!(map.unplaced(), ["20", "FR", "R84"]);
}
