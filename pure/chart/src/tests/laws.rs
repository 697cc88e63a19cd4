//! Laws that hold for any value and any text.

use super::samples;
use crate::*;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zé <>&\"']{0,30}",
        vec(any::<char>(), 0..20).prop_map(|c| c.into_iter().collect()),
        Just("]]>\u{0}\u{1b}\u{fffe}--><script>".to_owned()),
    ]
}

fn value() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        3 => (0.0..1e5).prop_map(Some),
        2 => any::<f64>().prop_map(Some),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, -0.0, 5e-324]).prop_map(Some),
        1 => Just(None),
    ]
}

fn values() -> impl Strategy<Value = Vec<Option<f64>>> {
    prop_oneof![vec(value(), 0..12), vec(value(), 0..500)]
}

/// Well-formed; named; identifiers unique and every reference met; no style attribute; no number that is not one.
fn check(svg: &str) {
    let document = roxmltree::Document::parse(svg).unwrap_or_else(|e| panic!("{e}: {svg}"));
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"));
    let mut ids = BTreeSet::new();
    for node in document.descendants() {
        assert!(node.attribute("style").is_none(), "a style attribute breaks the content-security policy");
        assert_ne!(node.tag_name().name(), "script");
        if let Some(id) = node.attribute("id") {
            assert!(ids.insert(id), "{id} stands twice");
        }
        for attribute in node.attributes().filter(|a| ["x", "y", "d", "width", "height", "viewBox"].contains(&a.name()))
        {
            let value = attribute.value();
            assert!(!value.contains("NaN") && !value.contains("inf") && !value.contains('e'), "{value}");
            let decimals = value.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(|n| n.split_once('.'));
            assert!(decimals.into_iter().all(|(_, d)| d.len() == 1), "more than one decimal in {value}");
        }
    }
    for name in root.attribute("aria-labelledby").unwrap().split(' ') {
        assert!(ids.contains(name), "{name} names the drawing but is not there");
    }
    for node in document.descendants() {
        let target = node.attribute("fill").and_then(|f| f.strip_prefix("url(#")).and_then(|f| f.strip_suffix(')'));
        assert!(target.is_none_or(|t| ids.contains(t)), "{target:?}");
    }
}

const FORMAT: Format<'static> = &|v| format!("{v:e}");

fn label_of(labels: &[String]) -> String {
    labels.first().cloned().unwrap_or_default()
}

#[test]
fn samples_hold_the_laws() {
    for use_ in [Use::Inline, Use::Standalone] {
        for (_, svg) in samples::all(use_) {
            check(&svg);
            assert_eq!(svg.contains("<style>"), use_ == Use::Standalone);
        }
    }
    assert_eq!(samples::all(Use::Inline), samples::all(Use::Inline), "the same figures give the same drawing");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_lines(id in text(), label in text(), x in vec(text(), 0..500), lines in vec(values(), 0..8), at in 0usize..600, width in any::<u32>()) {
        let chart = LineChart {
            head: Head { id, title: label.clone(), description: label.clone() },
            width,
            x_groups: vec![Group { at, label: label.clone() }, Group { at: at / 2, label: label.clone() }],
            x,
            lines: lines.into_iter().map(|values| Line { label: label.clone(), values }).collect(),
            breaks: vec![Break { at, label: label.clone() }, Break { at: at / 3, label: label.clone() }],
            y_label: label,
            format: FORMAT,
        };
        check(&chart.svg(Use::Inline));
        check(&chart.svg(Use::Standalone));
    }

    #[test]
    fn any_band(label in text(), n in 0usize..300, series in (values(), values(), values()), alarms in vec(0usize..400, 0..9), n_provisional in 0usize..9) {
        let words = BandWords {
            observed: label.clone(), expected: label.clone(), threshold: label.clone(), alarm: label.clone(), provisional: label.clone(),
        };
        let chart = BandChart {
            head: samples::head("b"),
            width: 500,
            x: vec![label.clone(); n],
            x_groups: Vec::new(),
            observed: series.0, expected: series.1, threshold: series.2,
            alarms, n_provisional, words, y_label: label, format: FORMAT,
        };
        check(&chart.svg(Use::Standalone));
    }

    #[test]
    fn any_bars_and_stacks(labels in vec(text(), 0..40), values in values(), interval in (any::<f64>(), any::<f64>())) {
        let value = |i: usize| values.get(i).copied().flatten();
        let bar = |(i, label): (usize, &String)| Bar {
            label: label.clone(), value: value(i), interval: (i % 2 == 0).then_some(interval), missing: label.clone(), strong: i == 0,
        };
        let bars = Bars {
            head: samples::head("r"), width: 400, rows: labels.iter().enumerate().map(bar).collect(), x_label: String::new(), format: FORMAT,
        };
        check(&bars.svg(Use::Standalone));
        let stack = StackedBars {
            head: samples::head("s"), width: 400, x: labels.clone(),
            parts: labels.iter().map(|l| StackPart { label: l.clone(), values: values.clone() }).collect(),
            y_label: String::new(), format: FORMAT,
        };
        check(&stack.svg(Use::Standalone));
        let step = |(i, label): (usize, &String)| Move { label: label.clone(), amount: value(i).unwrap_or(f64::NAN), residual: i % 2 == 0 };
        let waterfall = Waterfall {
            head: samples::head("w"), width: 400, steps: labels.iter().enumerate().map(step).collect(),
            from: (label_of(&labels), value(0).unwrap_or(0.0)), to: (label_of(&labels), value(1).unwrap_or(f64::NAN)),
            x_label: label_of(&labels), format: FORMAT, signed: FORMAT,
        };
        check(&waterfall.svg(Use::Standalone));
        check(&Sparkline { head: samples::head("k"), values }.svg(Use::Inline));
    }

    #[test]
    fn any_trade_off(label in text(), curves in vec(vec((any::<f64>(), any::<f64>()), 0..20), 0..9), width in any::<u32>()) {
        let curve = |points: Vec<(f64, f64)>| Trade {
            label: label.clone(), points: points.into_iter().map(|(x, y)| (x, y, label.clone())).collect(),
        };
        let chart = TradeOff {
            head: samples::head("t"), width, curves: curves.into_iter().map(curve).collect(),
            x_label: label.clone(), y_label: label.clone(), x_format: FORMAT, y_format: FORMAT,
        };
        check(&chart.svg(Use::Inline));
        check(&chart.svg(Use::Standalone));
    }

    #[test]
    fn any_classes(values in vec(value(), 0..200), n in 0usize..12) {
        let values: Vec<f64> = values.into_iter().flatten().collect();
        for breaks in [ClassBreaks::quantiles(&values, n), ClassBreaks::rounded(&values, n)] {
            prop_assert!(breaks.n_classes() <= n.clamp(1, 7));
            for v in &values {
                let class = breaks.class(*v);
                prop_assert_eq!(class.is_some(), v.is_finite());
                if let Some(class) = class {
                    let interval = breaks.intervals()[class];
                    prop_assert!(interval.from.is_none_or(|from| from <= *v) && interval.to.is_none_or(|to| *v < to));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_map(codes in vec(("[0-9]{2,3}|2A|[A-Z]{2}", value(), any::<bool>(), text()), 0..60), label in text()) {
        let mut map = samples::map();
        map.cells = codes.into_iter().map(|(code, value, secret, label)| (code, Cell { value, secret, label })).collect();
        map.words.legend = label.clone();
        map.words.classes = vec![label.clone(); 2];
        map.not_located = Some(Aside { label: label.clone(), value: label });
        check(&map.svg(Use::Standalone));
    }
}
