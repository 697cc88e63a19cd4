//! From one total to another: two bars from zero, and between them what adds to the first and what takes away.

use crate::axis::sane_width;
use crate::head::{Format, Head, Use};
use crate::markup::{Anchor, Canvas};
use crate::measure::{self, LEADING, SMALL, STRONG, TEXT};
use crate::scale::{Scale, drawable};

/// What stands between two totals.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// What it is.
    pub label: String,
    /// What it adds, or takes away when below zero.
    pub amount: f64,
    /// Not explained: hatched.
    pub residual: bool,
}

/// A waterfall on its side: one row a step, so that long labels keep their room. The axis starts from zero: a small step
/// looks small beside the totals.
pub struct Waterfall<'a> {
    /// Name and description.
    pub head: Head,
    /// Width in CSS pixels, kept within 280 and 1600; the height follows the rows.
    pub width: u32,
    /// The first total: its label and value.
    pub from: (String, f64),
    /// The steps, in order.
    pub steps: Vec<Move>,
    /// The last total.
    pub to: (String, f64),
    /// What is counted and its unit; may be empty.
    pub x_label: String,
    /// Writes a total.
    pub format: Format<'a>,
    /// Writes a step, with its sign.
    pub signed: Format<'a>,
}

const ROW: f64 = 34.0;
const THICK: f64 = 18.0;
/// The narrowest bar of a step: a step that is there is seen.
const LEAST: f64 = 2.0;

/// One row: where its bar starts and ends, as values, and how it looks.
struct Row<'a> {
    label: &'a str,
    from: f64,
    to: f64,
    text: String,
    class: &'static str,
    hatched: bool,
}

impl Waterfall<'_> {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let width = sane_width(self.width);
        let rows = self.rows();
        let labels: Vec<Vec<String>> = rows.iter().map(|r| measure::wrap(r.label, TEXT, width * 0.38, 3)).collect();
        let labels_width = labels.iter().flatten().map(|t| measure::width(t, TEXT)).fold(0.0, f64::max);
        let texts: Vec<String> = rows.iter().map(|r| measure::shorten(&r.text, STRONG, width * 0.24)).collect();
        let texts_width = texts.iter().map(|t| measure::width(t, STRONG)).fold(0.0, f64::max);
        let values = || rows.iter().flat_map(|r| [r.from, r.to]);
        let negative = values().any(|v| v < 0.0);
        let left = labels_width + 10.0 + if negative { texts_width + 6.0 } else { 0.0 };
        let right = (width - texts_width - 8.0).max(left + 40.0);
        let scale = Scale::exact(values()).over(left, right);
        let top = if self.x_label.is_empty() { 4.0 } else { 24.0 };
        let heights: Vec<f64> = labels.iter().map(|l| ROW + (l.len().max(1) - 1) as f64 * (LEADING - 4.0)).collect();
        let bottom = top + heights.iter().sum::<f64>();

        let mut canvas = Canvas::new(&self.head, width, bottom + 4.0);
        let hatch = canvas.id("residual");
        canvas.raw(&format!(
            "<defs><pattern id=\"{hatch}\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
             <rect class=\"ch-paper\" width=\"7\" height=\"7\"/><path class=\"ch-hatch\" d=\"M-2 2L2 -2M-1 8L8 -1M5 9L9 5\"/></pattern></defs>"
        ));
        canvas.text("ch-small", (0.0, 12.0), Anchor::Start, &measure::shorten(&self.x_label, SMALL, width));
        let mut y = top;
        let last = rows.len().saturating_sub(1);
        for (i, (((row, label), text), height)) in rows.iter().zip(&labels).zip(&texts).zip(&heights).enumerate() {
            let middle = y + height / 2.0;
            let first = middle + 4.0 - (label.len().max(1) - 1) as f64 * (LEADING - 1.0) / 2.0;
            for (k, line) in label.iter().enumerate() {
                canvas.text("ch-text", (labels_width, first + k as f64 * (LEADING - 1.0)), Anchor::End, line);
            }
            let (a, b) = (scale.place(row.from), scale.place(row.to));
            let (low, high) = (a.min(b), a.max(b).max(a.min(b) + LEAST));
            let place = [low, middle - THICK / 2.0, high - low, THICK];
            let tip = format!("{} · {}", row.label, row.text);
            if row.hatched {
                canvas.filled_rect("ch-box", &format!(" fill=\"url(#{hatch})\""), place, Some(&tip));
            } else {
                canvas.rect(row.class, place, Some(&tip));
            }
            if i < last {
                // To the next row: where this one ends, that one begins.
                canvas.line("ch-leader", (b, middle + THICK / 2.0), (b, y + height + (ROW - THICK) / 2.0));
            }
            let (x, anchor) = if high.max(low) <= scale.place(0.0) && negative {
                (low - 6.0, Anchor::End)
            } else {
                (high + 6.0, Anchor::Start)
            };
            canvas.text("ch-label", (x, middle + 4.0), anchor, text);
            y += height;
        }
        let zero = scale.place(0.0).round() + 0.5;
        canvas.line("ch-axis", (zero, top), (zero, bottom));
        canvas.finish(&self.head, use_)
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let finite = |v: f64| drawable(Some(v)).unwrap_or(0.0);
        let mut at = finite(self.from.1);
        let mut rows = vec![Row {
            label: &self.from.0,
            from: 0.0,
            to: at,
            text: (self.format)(at),
            class: "ch-bar-calm",
            hatched: false,
        }];
        for step in &self.steps {
            let amount = finite(step.amount);
            let to = finite(at + amount);
            let class = if amount < 0.0 { "ch-f2" } else { "ch-bar" };
            rows.push(Row {
                label: &step.label,
                from: at,
                to,
                text: (self.signed)(amount),
                class,
                hatched: step.residual,
            });
            at = to;
        }
        let end = finite(self.to.1);
        rows.push(Row {
            label: &self.to.0,
            from: 0.0,
            to: end,
            text: (self.format)(end),
            class: "ch-bar-calm",
            hatched: false,
        });
        rows
    }
}
