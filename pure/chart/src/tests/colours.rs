//! Colours that can be told apart: contrast by the formula of WCAG 2.2, and sight without red or green receptors.

use super::samples;
use crate::classes::{LAST_LOW_TONE, N_TONES};
use crate::style::{palette, standalone};
use crate::{CSS, Use};
use std::collections::{BTreeMap, BTreeSet};

type Palette = BTreeMap<String, String>;

fn themes() -> [(&'static str, Palette); 2] {
    let mut blocks = CSS.split("@media");
    let light = palette(blocks.next().unwrap());
    let dark = palette(blocks.next().unwrap());
    [("light", light), ("dark", dark)]
}

/// Linear light of an sRGB colour written `#rrggbb` (IEC 61966-2-1).
fn linear(colour: &str) -> [f64; 3] {
    [1, 3, 5].map(|i| {
        let c = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).unwrap()) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    })
}

fn luminance(colour: &str) -> f64 {
    let [r, g, b] = linear(colour);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// WCAG 2.2, contrast ratio.
fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// CIE 1976 L*a*b* of linear sRGB (white D65).
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
    let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// Sight without the L, M or S receptors: Machado, Oliveira and Fernandes, *A physiologically-based model for simulation of
/// color vision deficiency*, IEEE TVCG 15 (2009), severity 1; and full sight.
const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
    ("full", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    (
        "deuteranopia",
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ),
    ("tritanopia", [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
];

fn seen(matrix: [[f64; 3]; 3], colour: &str) -> [f64; 3] {
    let c = linear(colour);
    lab(matrix.map(|row| (0..3).map(|i| row[i] * c[i]).sum::<f64>().clamp(0.0, 1.0)))
}

#[test]
fn contrast_of_text_and_graphics() {
    for (theme, p) in themes() {
        for ground in ["--ch-paper", "--ch-soft"] {
            for (name, least) in [
                ("--ch-ink", 7.0),
                ("--ch-muted", 4.5),
                ("--ch-1", 3.0),
                ("--ch-2", 3.0),
                ("--ch-3", 3.0),
                ("--ch-4", 3.0),
                ("--ch-5", 3.0),
                ("--ch-6", 3.0),
                ("--ch-axis", 3.0),
                ("--ch-alarm", 4.5),
                ("--ch-column", 3.0),
                ("--ch-hatch", 3.0),
                ("--ch-dots", 3.0),
            ] {
                let ratio = contrast(&p[name], &p[ground]);
                assert!(ratio >= least, "{theme}: {name} on {ground} is {ratio:.2}, wanted {least}");
            }
        }
    }
}

#[test]
fn codes_are_legible_on_every_class() {
    for (theme, p) in themes() {
        for tone in 1..=N_TONES {
            let ink = if tone <= LAST_LOW_TONE { "--ch-on-low" } else { "--ch-on-high" };
            let ratio = contrast(&p[ink], &p[&format!("--ch-q{tone}")]);
            assert!(ratio >= 4.5, "{theme}: {ink} on tone {tone} is {ratio:.2}");
        }
    }
}

#[test]
fn the_ramp_goes_one_way_in_even_steps() {
    for (theme, p) in themes() {
        let lightness: Vec<f64> = (1..=N_TONES).map(|i| lab(linear(&p[&format!("--ch-q{i}")]))[0]).collect();
        let away = if theme == "light" { -1.0 } else { 1.0 };
        for pair in lightness.windows(2) {
            let step = away * (pair[1] - pair[0]);
            assert!((3.5..=9.0).contains(&step), "{theme}: {lightness:?}");
        }
    }
}

#[test]
fn lines_differ_for_every_sight() {
    for (theme, p) in themes() {
        for (sight, matrix) in SIGHTS {
            for a in 1..=6 {
                for b in a + 1..=6 {
                    let (u, v) = (seen(matrix, &p[&format!("--ch-{a}")]), seen(matrix, &p[&format!("--ch-{b}")]));
                    let distance = (0..3).map(|i| (u[i] - v[i]).powi(2)).sum::<f64>().sqrt();
                    assert!(distance >= 15.0, "{theme}, {sight}: lines {a} and {b} are {distance:.1} apart");
                }
            }
        }
    }
}

#[test]
fn both_themes_set_the_same_properties() {
    let [(_, light), (_, dark)] = themes();
    assert_eq!(light.keys().collect::<Vec<_>>(), dark.keys().collect::<Vec<_>>());
}

#[test]
fn a_standalone_drawing_asks_nothing_of_a_page() {
    for (name, svg) in samples::all(Use::Standalone) {
        let style = svg.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
        assert!(!style.contains("var(") && !style.contains('@') && !style.contains("background"), "{name}");
        for class in used_classes(&svg).into_iter().filter(|c| c != "ch-over" && !c.starts_with("ch-d")) {
            assert!(style.contains(&format!(".{class}{{")), "{name}: no rule for {class}");
        }
    }
    assert!(!standalone("<rect class=\"ch-q1\"/>").contains(".ch-q2"));
}

#[test]
fn every_class_has_a_rule() {
    for (name, svg) in samples::all(Use::Inline) {
        // The first line is solid, and an overlay has only its texture.
        for class in used_classes(&svg).into_iter().filter(|c| c != "ch-d1" && c != "ch-over") {
            assert!(CSS.contains(&format!(".{class}{{")), "{name}: no rule for {class}");
        }
    }
}

fn used_classes(svg: &str) -> BTreeSet<String> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let classes = document.descendants().filter_map(|n| n.attribute("class")).flat_map(|c| c.split(' '));
    classes.filter(|c| c.starts_with("ch-")).map(str::to_owned).collect()
}
