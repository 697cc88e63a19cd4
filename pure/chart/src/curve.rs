//! One figure against another: what is gained against what it costs, a curve each method.

use crate::axis::{self, Plot, sane_width};
use crate::head::{Format, Head, Use};
use crate::mark;
use crate::markup::{Anchor, Canvas, num};
use crate::measure::{self, LEADING, SMALL, STRONG};
use crate::scale::{Scale, drawable};
use crate::spread::{Wish, spread};

/// A curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Trade {
    /// Its name, written at its last point.
    pub label: String,
    /// Its points, in order, with what is shown when the pointer rests on each; one that is not finite is left out.
    pub points: Vec<(f64, f64, String)>,
}

/// Curves over two scales that both start from zero.
///
/// Each curve has its colour, dash and mark; names never overlap.
pub struct TradeOff<'a> {
    /// Name and description.
    pub head: Head,
    /// Width in units of 1 CSS pixel, kept within 280 and 1600; the height follows.
    pub width: u32,
    /// The curves.
    pub curves: Vec<Trade>,
    /// What is measured along the foot.
    pub x_label: String,
    /// What is measured upwards; above the scale.
    pub y_label: String,
    /// Writes a figure of the foot.
    pub x_format: Format<'a>,
    /// Writes a figure of the side.
    pub y_format: Format<'a>,
}

impl TradeOff<'_> {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let width = sane_width(self.width);
        let limit = (width * 0.28).max(110.0);
        let names: Vec<Vec<String>> =
            self.curves.iter().map(|curve| measure::wrap(&curve.label, STRONG, limit, 2)).collect();
        let names_width = names.iter().flatten().map(|text| measure::width(text, STRONG)).fold(0.0, f64::max);
        let names_height: f64 = names.iter().map(|name| height(name)).sum();
        let inner = (width * 0.42).clamp(170.0, 380.0).max(names_height);
        let of = |value: f64| drawable(Some(value));
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let across = Scale::new(points().filter_map(|point| of(point.0)), 5, self.x_format);
        let up = Scale::new(points().filter_map(|point| of(point.1)), 5, self.y_format);
        let left = axis::figures_width(&up, width * 0.2);
        let right = (width - names_width - 16.0).max(left + 60.0);
        let top = 10.0 + if self.y_label.is_empty() { 0.0 } else { 20.0 };
        let plot = Plot { left, right, top, bottom: top + inner };
        let (across, up) = (across.over(plot.left, plot.right), up.over(plot.bottom, plot.top));

        let mut canvas = Canvas::new(&self.head, width, plot.bottom + 42.0);
        canvas.text("ch-small", (0.0, 12.0), Anchor::Start, &measure::shorten(&self.y_label, SMALL, width));
        axis::horizontal_grid(&mut canvas, plot, &up);
        self.foot(&mut canvas, plot, &across, width);
        let mut ends = Vec::new();
        for (i, curve) in self.curves.iter().enumerate() {
            ends.push(draw(&mut canvas, &across, &up, i, curve));
        }
        let wishes: Vec<Wish> = ends
            .iter()
            .zip(&names)
            .map(|(end, name)| Wish { wanted: end.map_or(plot.bottom, |end| end.1), height: height(name) })
            .collect();
        let centres = spread(&wishes, plot.top - 6.0, plot.bottom + 6.0);
        for (((name, centre), end), i) in names.iter().zip(centres).zip(ends).zip(0..) {
            let x = plot.right + 12.0;
            match end {
                Some((end_x, end_y)) => {
                    let elbow = (end_x + 7.0).max(plot.right - 2.0);
                    let d = format!(
                        "M{} {}L{} {}L{} {}",
                        num(end_x + 7.0),
                        num(end_y),
                        num(elbow),
                        num(end_y),
                        num(x - 3.0),
                        num(centre)
                    );
                    canvas.path("ch-leader", &d, None);
                }
                // Nothing of it is drawn: its mark beside its name still says which look it would have.
                None => {
                    let (look, shape) = mark::look(i);
                    canvas.path(&format!("ch-mark ch-f{look}"), &mark::path(shape, (x - 6.0, centre), 4.0), None);
                }
            }
            let first = centre - name.len() as f64 * LEADING / 2.0 + 11.5;
            for (k, text) in name.iter().enumerate() {
                canvas.text("ch-label", (x, first + k as f64 * LEADING), Anchor::Start, text);
            }
        }
        canvas.finish(&self.head, use_)
    }

    /// Graduations and name of the scale at the foot; a figure that would touch the one before is left out.
    fn foot(&self, canvas: &mut Canvas, plot: Plot, across: &Scale, width: f64) {
        let mut free_from = 0.0;
        for (value, text) in &across.ticks {
            let x = across.place(*value).round() + 0.5;
            canvas.line("ch-axis", (x, plot.bottom), (x, plot.bottom + 4.0));
            let text = measure::shorten(text, SMALL, width / 3.0);
            let half = measure::width(&text, SMALL) / 2.0;
            let centre = x.clamp(half, (width - half).max(half));
            if centre - half >= free_from {
                canvas.text("ch-small", (centre, plot.bottom + 17.0), Anchor::Middle, &text);
                free_from = centre + half + 6.0;
            }
        }
        let label = measure::shorten(&self.x_label, SMALL, width);
        canvas.text("ch-small", (plot.left.min(width * 0.2), plot.bottom + 36.0), Anchor::Start, &label);
    }
}

/// Draws a curve; gives its last point.
fn draw(canvas: &mut Canvas, across: &Scale, up: &Scale, i: usize, curve: &Trade) -> Option<(f64, f64)> {
    let (look, shape) = mark::look(i);
    let placed: Vec<((f64, f64), &str)> = curve
        .points
        .iter()
        .filter_map(|(x, y, tip)| {
            let at = (across.place(drawable(Some(*x))?), up.place(drawable(Some(*y))?));
            Some((at, tip.as_str()))
        })
        .collect();
    let mut d = String::new();
    for ((x, y), _) in &placed {
        d.push_str(&format!("{}{} {}", if d.is_empty() { 'M' } else { 'L' }, num(*x), num(*y)));
    }
    if !d.is_empty() {
        canvas.path(&format!("ch-line ch-l{look} ch-d{look}"), &d, None);
    }
    for (at, tip) in &placed {
        canvas.path(&format!("ch-mark ch-f{look}"), &mark::path(shape, *at, 4.0), None);
        canvas.rect("ch-hit", [at.0 - 8.0, at.1 - 8.0, 16.0, 16.0], Some(&format!("{}\n{tip}", curve.label)));
    }
    placed.last().map(|(at, _)| *at)
}

fn height(name: &[String]) -> f64 {
    name.len().max(1) as f64 * LEADING + 2.0
}
