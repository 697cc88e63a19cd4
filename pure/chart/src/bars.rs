//! Horizontal bars, one a row, each with its value.

use crate::axis::sane_width;
use crate::head::{Format, Head, Use};
use crate::markup::{Anchor, Canvas, num};
use crate::measure::{self, LEADING, SMALL, STRONG, TEXT};
use crate::scale::{Scale, drawable};

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// Its value; `None` (or not finite) draws no bar.
    pub value: Option<f64>,
    /// Confidence interval, low and high.
    pub interval: Option<(f64, f64)>,
    /// What stands in place of the figure when there is none: "secret", "not available".
    pub missing: String,
    /// Drawn in the strong colour; the others are calm.
    pub strong: bool,
}

/// Rows in the order given (a caller ranks them), bars from zero.
pub struct Bars<'a> {
    /// Name and description.
    pub head: Head,
    /// Width in CSS pixels, kept within 280 and 1600; the height follows the rows.
    pub width: u32,
    /// The rows.
    pub rows: Vec<Bar>,
    /// What is counted and its unit; may be empty.
    pub x_label: String,
    /// Writes a figure.
    pub format: Format<'a>,
}

const ROW: f64 = 26.0;
const THICK: f64 = 14.0;

impl Bars<'_> {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let width = sane_width(self.width);
        let labels: Vec<Vec<String>> =
            self.rows.iter().map(|r| measure::wrap(&r.label, TEXT, width * 0.36, 2)).collect();
        let labels_width = labels.iter().flatten().map(|t| measure::width(t, TEXT)).fold(0.0, f64::max);
        let figures: Vec<String> = self.rows.iter().map(|r| self.figure(r, width * 0.28)).collect();
        let figures_width = figures.iter().map(|t| measure::width(t, STRONG)).fold(0.0, f64::max);
        let values = self.rows.iter().flat_map(|r| {
            let (low, high) = r.interval.unzip();
            [r.value, low, high].into_iter().filter_map(drawable)
        });
        let negative = values.clone().any(|v| v < 0.0);
        let left = labels_width + 10.0 + if negative { figures_width + 6.0 } else { 0.0 };
        let right = (width - figures_width - 8.0).max(left + 40.0);
        let scale = Scale::exact(values).over(left, right);
        let top = if self.x_label.is_empty() { 4.0 } else { 24.0 };
        let heights: Vec<f64> = labels.iter().map(|l| ROW + (l.len().max(1) - 1) as f64 * (LEADING - 5.0)).collect();
        let bottom = top + heights.iter().sum::<f64>();

        let mut canvas = Canvas::new(&self.head, width, bottom + 4.0);
        canvas.text("ch-small", (0.0, 12.0), Anchor::Start, &measure::shorten(&self.x_label, SMALL, width));
        let zero = scale.place(0.0);
        let mut y = top;
        for (((row, label), figure), height) in self.rows.iter().zip(&labels).zip(&figures).zip(&heights) {
            let middle = y + height / 2.0;
            let first = middle + 4.0 - (label.len().max(1) - 1) as f64 * (LEADING - 1.0) / 2.0;
            for (k, line) in label.iter().enumerate() {
                let at = (labels_width, first + k as f64 * (LEADING - 1.0));
                canvas.text("ch-text", at, Anchor::End, line);
            }
            self.bar(&mut canvas, &scale, row, figure, middle);
            y += height;
        }
        canvas.line("ch-axis", (zero.round() + 0.5, top), (zero.round() + 0.5, bottom));
        canvas.finish(&self.head, use_)
    }

    fn figure(&self, row: &Bar, limit: f64) -> String {
        let text = drawable(row.value).map_or_else(|| row.missing.clone(), |v| (self.format)(v));
        measure::shorten(&text, STRONG, limit)
    }

    fn bar(&self, canvas: &mut Canvas, scale: &Scale, row: &Bar, figure: &str, middle: f64) {
        let zero = scale.place(0.0);
        let Some(value) = drawable(row.value) else {
            canvas.text("ch-small", (zero + 7.0, middle + 4.0), Anchor::Start, figure);
            return;
        };
        let end = scale.place(value);
        let class = if row.strong { "ch-bar" } else { "ch-bar-calm" };
        let tip = format!("{} · {figure}", row.label);
        canvas.rect(class, [end.min(zero), middle - THICK / 2.0, (end - zero).abs(), THICK], Some(&tip));
        let mut reach = (end.min(zero), end.max(zero));
        if let Some((low, high)) = row.interval
            && let (Some(low), Some(high)) = (drawable(Some(low)), drawable(Some(high)))
        {
            let (a, b) = (scale.place(low.min(high)), scale.place(high.max(low)));
            let d = format!(
                "M{a} {t}L{a} {f}M{a} {m}L{b} {m}M{b} {t}L{b} {f}",
                a = num(a),
                b = num(b),
                m = num(middle),
                t = num(middle - 4.0),
                f = num(middle + 4.0)
            );
            canvas.path("ch-range", &d, None);
            reach = (reach.0.min(a), reach.1.max(b));
        }
        let (x, anchor) = if value < 0.0 { (reach.0 - 6.0, Anchor::End) } else { (reach.1 + 6.0, Anchor::Start) };
        canvas.text("ch-label", (x, middle + 4.0), anchor, figure);
    }
}
