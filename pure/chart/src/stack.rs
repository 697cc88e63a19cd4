//! Stacked columns: the parts of a whole, period by period.

use crate::axis::{self, Plot, Steps, sane_width};
use crate::head::{Format, Head, LegendItem, Use};
use crate::mark::{self, N_LOOKS};
use crate::markup::{Anchor, Canvas};
use crate::measure::{self, LEADING, SMALL};
use crate::scale::{Scale, drawable};

/// A part: a category with one value a period.
#[derive(Debug, Clone, PartialEq)]
pub struct StackPart {
    /// Its name.
    pub label: String,
    /// One value a period. A part that is missing, zero or negative has no height.
    pub values: Vec<Option<f64>>,
}

/// Parts stacked over periods, the first at the foot. Parts differ by colour and by texture.
pub struct StackedBars<'a> {
    /// Name and description.
    pub head: Head,
    /// Width in CSS pixels, kept within 280 and 1600.
    pub width: u32,
    /// Labels of the periods.
    pub x: Vec<String>,
    /// The parts, from the foot up.
    pub parts: Vec<StackPart>,
    /// What is counted and its unit; may be empty.
    pub y_label: String,
    /// Writes a figure.
    pub format: Format<'a>,
}

/// Height of a legend entry.
const ENTRY: f64 = 22.0;

impl StackedBars<'_> {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let width = sane_width(self.width);
        let n = self.x.len();
        let names: Vec<Vec<String>> =
            self.parts.iter().map(|p| measure::wrap(&p.label, SMALL, width * 0.24, 3)).collect();
        let names_width = names.iter().flatten().map(|t| measure::width(t, SMALL)).fold(0.0, f64::max);
        let scale = Scale::new((0..n).map(|i| self.total(i)), 5, self.format);
        let top = if self.y_label.is_empty() { 22.0 } else { 42.0 };
        let legend_height: f64 = names.iter().map(|n| entry_height(n)).sum();
        let inner = (width * 0.36).clamp(170.0, 360.0).max(legend_height);
        let left = axis::figures_width(&scale, width * 0.2);
        let right = if self.parts.is_empty() { width - 4.0 } else { width - names_width - 48.0 };
        let plot = Plot { left, right, top, bottom: top + inner };
        let scale = scale.over(plot.bottom, plot.top);

        let mut canvas = Canvas::new(&self.head, width, plot.bottom + axis::periods_height(&[]));
        self.textures(&mut canvas);
        canvas.text("ch-small", (0.0, 12.0), Anchor::Start, &measure::shorten(&self.y_label, SMALL, width));
        axis::horizontal_grid(&mut canvas, plot, &scale);
        axis::periods(&mut canvas, plot, Steps::slots(plot, n), (&self.x, &[]), (0.0, width));
        self.columns(&mut canvas, plot, &scale);
        self.totals(&mut canvas, plot, &scale);
        canvas.line("ch-axis", (plot.left, plot.bottom.round() + 0.5), (plot.right, plot.bottom.round() + 0.5));
        self.draw_legend(&mut canvas, plot, &names);
        canvas.finish(&self.head, use_)
    }

    /// Names of the parts with the classes of their colours, from the top of the columns down.
    pub fn legend(&self) -> Vec<LegendItem> {
        let item = |(i, part): (usize, &StackPart)| LegendItem {
            class: format!("ch-f{}", mark::look(i).0),
            label: part.label.clone(),
        };
        self.parts.iter().enumerate().map(item).rev().collect()
    }

    fn value(part: &StackPart, i: usize) -> f64 {
        drawable(part.values.get(i).copied().flatten()).unwrap_or(0.0).max(0.0)
    }

    fn total(&self, i: usize) -> f64 {
        self.parts.iter().map(|p| Self::value(p, i)).fold(0.0, |sum, v| (sum + v).min(1e300))
    }

    fn columns(&self, canvas: &mut Canvas, plot: Plot, scale: &Scale) {
        let steps = Steps::slots(plot, self.x.len());
        let thick = (steps.step * 0.62).clamp(0.8, 64.0);
        for (i, period) in self.x.iter().enumerate() {
            let x = steps.place(i) - thick / 2.0;
            let mut sum = 0.0;
            for (k, part) in self.parts.iter().enumerate() {
                let value = Self::value(part, i);
                if value <= 0.0 {
                    continue;
                }
                let (foot, head) = (scale.place(sum), scale.place(sum + value));
                sum = (sum + value).min(1e300);
                let tip = format!("{period}\n{} · {}", part.label, (self.format)(value));
                self.part(canvas, k, [x, head, thick, foot - head], Some(&tip));
            }
        }
    }

    /// Totals above the columns, left out where they would touch.
    fn totals(&self, canvas: &mut Canvas, plot: Plot, scale: &Scale) {
        let n = self.x.len();
        let totals: Vec<(usize, f64, String)> = (0..n)
            .map(|i| (i, self.total(i)))
            .filter(|(_, t)| *t > 0.0)
            .map(|(i, t)| (i, t, (self.format)(t)))
            .collect();
        let steps = Steps::slots(plot, n);
        if totals.iter().all(|(_, _, text)| measure::width(text, SMALL) <= steps.step - 6.0) {
            for (i, total, text) in &totals {
                canvas.text("ch-total", (steps.place(*i), scale.place(*total) - 6.0), Anchor::Middle, text);
            }
        }
    }

    /// A part of a column, or its swatch: colour below, texture above.
    fn part(&self, canvas: &mut Canvas, k: usize, area: [f64; 4], tip: Option<&str>) {
        let (look, texture) = mark::look(k);
        canvas.rect(&format!("ch-part ch-f{look}"), area, tip);
        if texture > 0 {
            let fill = format!(" fill=\"url(#{})\" pointer-events=\"none\"", canvas.id(&format!("texture{texture}")));
            canvas.filled_rect("ch-over", &fill, area, None);
        }
    }

    fn textures(&self, canvas: &mut Canvas) {
        const STROKES: [&str; N_LOOKS] = [
            "",
            "<path class=\"ch-texture\" d=\"M-2 2L2 -2M-1 9L9 -1M6 10L10 6\"/>",
            "<circle class=\"ch-grain\" cx=\"2\" cy=\"2\" r=\"1\"/><circle class=\"ch-grain\" cx=\"6\" cy=\"6\" r=\"1\"/>",
            "<path class=\"ch-texture\" d=\"M2 0V8M6 0V8\"/>",
            "<path class=\"ch-texture\" d=\"M-2 6L2 10M-1 -1L9 9M6 -2L10 2\"/>",
            "<path class=\"ch-texture\" d=\"M0 4H8M4 0V8\"/>",
        ];
        let used: Vec<usize> = (0..self.parts.len().min(36)).map(|k| mark::look(k).1).collect();
        canvas.raw("<defs>");
        for (i, strokes) in STROKES.iter().enumerate().filter(|(i, _)| *i > 0 && used.contains(i)) {
            let id = canvas.id(&format!("texture{i}"));
            canvas.raw(&format!(
                "<pattern id=\"{id}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">{strokes}</pattern>"
            ));
        }
        canvas.raw("</defs>");
    }

    /// Names beside the columns, in the order of the stack.
    fn draw_legend(&self, canvas: &mut Canvas, plot: Plot, names: &[Vec<String>]) {
        let mut y = plot.top;
        for (k, name) in names.iter().enumerate().rev() {
            let x = plot.right + 18.0;
            self.part(canvas, k, [x, y, 20.0, 14.0], None);
            for (line, text) in name.iter().enumerate() {
                canvas.text("ch-small", (x + 28.0, y + 11.0 + line as f64 * (LEADING - 1.0)), Anchor::Start, text);
            }
            y += entry_height(name);
        }
    }
}

fn entry_height(name: &[String]) -> f64 {
    ENTRY + (name.len().max(1) - 1) as f64 * (LEADING - 1.0)
}
