//! Labels keep apart, stay inside, and sizes agree with the style sheet.

use super::{elements, number, samples};
use crate::measure::{self, FIGURE, SMALL, STRONG, TEXT};
use crate::*;

/// Box of a text: left, right, top, bottom.
fn extent(node: roxmltree::Node<'_, '_>) -> [f64; 4] {
    let size = match node.attribute("class") {
        Some("ch-small" | "ch-small ch-halo" | "ch-total") => SMALL,
        Some("ch-figure") => FIGURE,
        Some("ch-label") => STRONG,
        _ => TEXT,
    };
    let w = measure::width(node.text().unwrap(), size);
    let x = number(node, "x");
    let left = match node.attribute("text-anchor") {
        Some("middle") => x - w / 2.0,
        Some("end") => x - w,
        _ => x,
    };
    let y = number(node, "y");
    [left, left + w, y - 0.8 * size, y + 0.2 * size]
}

fn check(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap();
    let width = number(document.root_element(), "width");
    let height = number(document.root_element(), "height");
    let texts: Vec<_> = elements(&document, "text", "")
        .into_iter()
        .filter(|n| !n.attribute("class").unwrap().contains("ch-code"))
        .collect();
    for (i, a) in texts.iter().enumerate() {
        let p = extent(*a);
        assert!(
            p[0] >= -0.2 && p[1] <= width + 0.2 && p[2] >= -0.2 && p[3] <= height + 0.2,
            "{:?} leaves the drawing: {p:?}",
            a.text()
        );
        for b in &texts[i + 1..] {
            let q = extent(*b);
            let apart = p[1] <= q[0] + 0.2 || q[1] <= p[0] + 0.2 || p[3] <= q[2] + 0.2 || q[3] <= p[2] + 0.2;
            assert!(apart, "{:?} {p:?} lies over {:?} {q:?}", a.text(), b.text());
        }
    }
}

#[test]
fn no_text_lies_over_another() {
    for (_, svg) in samples::all(Use::Standalone) {
        check(&svg);
    }
}

#[test]
fn names_of_lines_that_end_together_keep_apart() {
    for (n, value) in [(6, 0.0), (6, 50.0), (6, 100.0), (25, 100.0)] {
        let mut chart = samples::six_lines();
        chart.lines = (0..n)
            .map(|i| Line { label: format!("Ligne au nom assez long {i}"), values: vec![Some(100.0), Some(value)] })
            .collect();
        for width in [280, 720, 1600] {
            chart.width = width;
            check(&chart.svg(Use::Inline));
        }
    }
}

#[test]
fn breaks_side_by_side_keep_their_labels_apart() {
    let mut chart = samples::lines();
    chart.breaks =
        [3, 4, 14, 33, 34].into_iter().map(|at| Break { at, label: format!("rupture numéro {at}") }).collect();
    for width in [400, 720] {
        chart.width = width;
        check(&chart.svg(Use::Inline));
    }
}

#[test]
fn no_line_crosses_a_gap_or_a_break() {
    let mut chart = samples::six_lines();
    let starts = |chart: &LineChart<'_>| {
        let svg = chart.svg(Use::Inline);
        let document = roxmltree::Document::parse(&svg).unwrap();
        elements(&document, "path", "ch-line")[0].attribute("d").unwrap().matches('M').count()
    };
    assert_eq!(starts(&chart), 1);
    chart.breaks = vec![Break { at: 4, label: "rupture".to_owned() }];
    assert_eq!(starts(&chart), 2);
    chart.lines[0].values[8] = None;
    assert_eq!(starts(&chart), 3);
    chart.lines[0].values[10] = Some(f64::NAN);
    assert_eq!(starts(&chart), 4);
}

#[test]
fn a_missing_value_is_not_a_zero() {
    let mut chart = samples::band();
    chart.observed[3] = None;
    let svg = chart.svg(Use::Inline);
    let document = roxmltree::Document::parse(&svg).unwrap();
    let columns = ["ch-column", "ch-column-alarm", "ch-provisional"].map(|c| elements(&document, "rect", c).len());
    // One swatch each for the plain and the hollow columns in the legend.
    assert_eq!(columns, [52 - 3 - 3 - 1 + 1, 3, 3 + 1]);
    assert_eq!(elements(&document, "path", "ch-alarm").len(), 3 + 1);
    assert!(samples::bars().svg(Use::Inline).contains(">secret</text>"));
}

#[test]
fn sizes_agree_with_the_style_sheet() {
    for (class, size) in [("ch-text", TEXT), ("ch-label", TEXT), ("ch-small", SMALL), ("ch-total", SMALL)] {
        assert!(CSS.contains(&format!(".{class}{{font-size:{size}px;")), "{class}");
    }
}
