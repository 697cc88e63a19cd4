//! One drawing of each kind, on synthetic figures.

use crate::*;
use std::collections::BTreeMap;

pub(super) fn head(id: &str) -> Head {
    Head {
        id: id.to_owned(),
        title: "Titre « synthétique » <b>".to_owned(),
        description: "Description & données synthétiques.".to_owned(),
    }
}

/// Whole numbers grouped by a narrow no-break space.
pub(super) fn whole(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut out = String::from(if value <= -0.5 { "−" } else { "" });
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// A reproducible wave without a random source.
fn wave(i: usize, level: f64, swing: f64, phase: f64) -> f64 {
    let t = i as f64;
    (level + swing * (t / 5.0 + phase).sin() + 0.35 * swing * (t * 1.7 + phase * 3.0).cos() + t * level / 90.0).round()
}

pub(super) fn lines() -> LineChart<'static> {
    const MONTHS: [&str; 12] =
        ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    let n = 36;
    let line = |label: &str, level: f64, swing: f64, phase: f64| Line {
        label: label.to_owned(),
        values: (0..n).map(|i| Some(wave(i, level, swing, phase))).collect(),
    };
    let mut lines = vec![
        line("Hameçonnage", 6400.0, 900.0, 0.0),
        line("Escroquerie au faux conseiller bancaire", 4700.0, 420.0, 1.0),
        line("Rançongiciel", 1050.0, 160.0, 2.0),
        line("Usurpation d’identité", 1150.0, 210.0, 4.0),
    ];
    lines[1].values[20] = None;
    lines[1].values[21] = None;
    LineChart {
        head: head("evolution"),
        width: 720,
        x: (0..n).map(|i| MONTHS[i % 12].to_owned()).collect(),
        x_groups: (0..3).map(|i| Group { at: 12 * i, label: (2022 + i).to_string() }).collect(),
        lines,
        breaks: vec![Break { at: 14, label: "Plainte en ligne comptée".to_owned() }],
        y_label: "Faits enregistrés par mois (synthétique)".to_owned(),
        format: &whole,
    }
}

pub(super) fn six_lines() -> LineChart<'static> {
    let labels =
        ["Atteintes aux biens", "Atteintes aux personnes", "Atteintes aux systèmes", "Contenus", "Fraude", "Autres"];
    LineChart {
        head: head("six"),
        x_groups: Vec::new(),
        x: (2014..2026).map(|y| y.to_string()).collect(),
        lines: labels
            .iter()
            .enumerate()
            .map(|(k, label)| Line {
                label: (*label).to_owned(),
                values: (0..12).map(|i| Some(wave(i, 900.0 + 220.0 * k as f64, 140.0, k as f64))).collect(),
            })
            .collect(),
        breaks: Vec::new(),
        ..lines()
    }
}

pub(super) fn band() -> BandChart<'static> {
    let n = 52;
    let expected: Vec<f64> = (0..n).map(|i| 34.0 + 6.0 * (i as f64 / 8.0).sin()).collect();
    let mut observed: Vec<f64> = (0..n).map(|i| wave(i, 30.0, 6.0, 0.4).max(0.0)).collect();
    observed[37] = 71.0;
    observed[44] = 66.0;
    observed[45] = 88.0;
    for (i, share) in [(49, 0.8), (50, 0.55), (51, 0.3)] {
        observed[i] = (observed[i] * share).round();
    }
    BandChart {
        head: head("signal"),
        width: 720,
        x: (0..n).map(|i| format!("S{}", i + 1)).collect(),
        x_groups: vec![Group { at: 0, label: "2025".to_owned() }],
        observed: observed.into_iter().map(Some).collect(),
        expected: expected.iter().map(|v| Some(*v)).collect(),
        threshold: expected.iter().map(|v| Some(v + 2.6 * v.sqrt())).collect(),
        alarms: vec![37, 44, 45],
        n_provisional: 3,
        words: BandWords {
            observed: "Signalements observés".to_owned(),
            expected: "Attendu".to_owned(),
            threshold: "Seuil".to_owned(),
            alarm: "Alarme".to_owned(),
            provisional: "Provisoire".to_owned(),
        },
        y_label: "Signalements par semaine (synthétique)".to_owned(),
        format: &whole,
    }
}

pub(super) fn bars() -> Bars<'static> {
    let row = |label: &str, value: f64| Bar {
        label: label.to_owned(),
        value: Some(value),
        interval: None,
        missing: "secret".to_owned(),
        strong: false,
    };
    let mut rows = vec![
        row("Hameçonnage", 12840.0),
        row("Escroquerie au faux conseiller bancaire", 9310.0),
        row("Piratage de compte", 7420.0),
        row("Rançongiciel", 1830.0),
        row("Défiguration de site", 140.0),
        row("Autre", 0.0),
    ];
    rows[0].strong = true;
    rows[2].interval = Some((6900.0, 8010.0));
    rows[5].value = None;
    Bars {
        head: head("rangs"),
        width: 640,
        rows,
        x_label: "Victimes estimées (synthétique)".to_owned(),
        format: &whole,
    }
}

pub(super) fn stack() -> StackedBars<'static> {
    let part = |label: &str, level: f64, phase: f64| StackPart {
        label: label.to_owned(),
        values: (0..9).map(|i| Some(wave(i * 3, level, level / 6.0, phase))).collect(),
    };
    StackedBars {
        head: head("parts"),
        width: 720,
        x: (2017..2026).map(|y| y.to_string()).collect(),
        parts: vec![
            part("Atteintes aux biens", 62_000.0, 0.0),
            part("Atteintes aux personnes", 31_000.0, 1.0),
            part("Atteintes aux systèmes de traitement automatisé de données", 17_000.0, 2.0),
            part("Contenus", 9_000.0, 3.0),
            part("Autres", 4_000.0, 4.0),
        ],
        y_label: "Infractions (synthétique)".to_owned(),
        format: &whole,
    }
}

pub(super) fn map() -> Choropleth {
    let mut cells = BTreeMap::new();
    let codes = crate::outlines::FRANCE
        .territories
        .iter()
        .map(|t| t.code)
        .chain(["971", "972", "974", "976", "975", "987", "988"]);
    for (i, code) in codes.enumerate() {
        let value = 40.0 + ((i * 37) % 101) as f64 * 2.3 + ((i * 11) % 17) as f64;
        let label = format!("{code} · {value:.0} pour 100 000");
        cells.insert(code.to_owned(), Cell { value: Some(value), secret: false, label });
    }
    for code in ["48", "23", "2A", "975"] {
        cells.get_mut(code).unwrap().secret = true;
    }
    for code in ["09", "52"] {
        cells.get_mut(code).unwrap().value = None;
    }
    let values: Vec<f64> = cells.values().filter_map(|c| c.value).collect();
    let breaks = ClassBreaks::rounded(&values, 5);
    let classes = breaks.intervals().into_iter().map(|i| match (i.from, i.to) {
        (None, Some(to)) => format!("moins de {}", whole(to)),
        (Some(from), Some(to)) => format!("{} à {}", whole(from), whole(to)),
        (Some(from), None) => format!("{} et plus", whole(from)),
        (None, None) => String::new(),
    });
    let names = [
        ("971", "Guadeloupe"),
        ("972", "Martinique"),
        ("973", "Guyane"),
        ("974", "La Réunion"),
        ("976", "Mayotte"),
        ("975", "Saint-Pierre-et-Miquelon"),
        ("987", "Polynésie française"),
        ("988", "Nouvelle-Calédonie"),
    ];
    let words = MapWords {
        legend: "Faits pour 100 000 habitants (synthétique)".to_owned(),
        classes: classes.collect(),
        secret: "secret statistique".to_owned(),
        missing: "non disponible".to_owned(),
        inset: "Paris et petite couronne".to_owned(),
        names: names.iter().map(|(c, n)| ((*c).to_owned(), (*n).to_owned())).collect(),
    };
    let not_located =
        Some(Aside { label: "faits non localisés (plaintes en ligne)".to_owned(), value: "12\u{202f}480".to_owned() });
    Choropleth { head: head("carte"), cells, breaks, words, not_located, codes: true }
}

pub(super) fn spark() -> Sparkline {
    let mut values: Vec<Option<f64>> = (0..24).map(|i| Some(wave(i, 200.0, 60.0, 1.0))).collect();
    values[9] = None;
    Sparkline { head: head("tendance"), values }
}

pub(super) fn waterfall() -> Waterfall<'static> {
    let step = |label: &str, amount: f64, residual: bool| Move { label: label.to_owned(), amount, residual };
    Waterfall {
        head: head("cascade"),
        width: 640,
        from: ("Somme des départements".to_owned(), 433_228.0),
        steps: vec![
            step("Non localisé : plaintes en ligne sans département", 62_372.0, false),
            step("Correction des variations saisonnières", -9_254.0, false),
            step("Reste non expliqué", -1_170.0, true),
        ],
        to: ("Total ajusté".to_owned(), 485_176.0),
        x_label: "Victimes (synthétique)".to_owned(),
        format: &whole,
        signed: &|v| format!("{}{}", if v > 0.0 { "+" } else { "" }, whole(v)),
    }
}

pub(super) fn trade_off() -> TradeOff<'static> {
    let curve = |label: &str, reach: f64| Trade {
        label: label.to_owned(),
        points: [0.5, 1.0, 2.0, 5.0, 10.0]
            .map(|budget: f64| (budget / 6.0, reach * budget / (budget + 1.5), format!("budget {budget}")))
            .into(),
    };
    TradeOff {
        head: head("arbitrage"),
        width: 640,
        curves: vec![curve("Veille", 0.95), curve("EARS C2", 0.7), curve("Farrington, chaque série seule", 0.88)],
        x_label: "Fausses alarmes par semaine (synthétique)".to_owned(),
        y_label: "Vagues trouvées".to_owned(),
        x_format: &|v| format!("{v:.1}"),
        y_format: &|v| format!("{:.0} %", 100.0 * v),
    }
}

/// Every kind of drawing by name.
pub(super) fn all(use_: Use) -> Vec<(&'static str, String)> {
    vec![
        ("lines", lines().svg(use_)),
        ("six_lines", six_lines().svg(use_)),
        ("band", band().svg(use_)),
        ("bars", bars().svg(use_)),
        ("stack", stack().svg(use_)),
        ("map", map().svg(use_)),
        ("spark", spark().svg(use_)),
        ("waterfall", waterfall().svg(use_)),
        ("trade_off", trade_off().svg(use_)),
    ]
}
