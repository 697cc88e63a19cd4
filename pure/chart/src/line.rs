//! Lines over time, each named at its end.

use crate::axis::{self, Group, Plot, Steps, sane_width};
use crate::head::{Format, Head, Use};
use crate::mark;
use crate::markup::{Anchor, Canvas, num};
use crate::measure::{self, LEADING, SMALL, STRONG};
use crate::scale::{Scale, drawable};
use crate::spread::{Wish, spread};
use std::collections::BTreeSet;

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its name, written at its right end.
    pub label: String,
    /// One value a period; `None` (or a value that is not finite) leaves a gap.
    pub values: Vec<Option<f64>>,
}

/// A declared break in the series: what is before and after it does not compare, and no line crosses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Index of the first period after the break.
    pub at: usize,
    /// Why, in few words.
    pub label: String,
}

/// Lines over periods, on a scale from zero.
///
/// Each line has its colour, dash and mark, and its name at its right end; names never overlap. Six lines at most can be
/// told apart at a glance: more are drawn (the looks combine anew), in a drawing that grows with their names.
pub struct LineChart<'a> {
    /// Name and description.
    pub head: Head,
    /// Width in units of 1 CSS pixel, kept within 280 and 1600; the height follows.
    pub width: u32,
    /// Labels of the periods; they set how many there are.
    pub x: Vec<String>,
    /// Periods that belong together, on a second line below; may be empty.
    pub x_groups: Vec<Group>,
    /// The lines.
    pub lines: Vec<Line>,
    /// Declared breaks.
    pub breaks: Vec<Break>,
    /// What is counted and its unit, above the scale; may be empty.
    pub y_label: String,
    /// Writes a figure.
    pub format: Format<'a>,
}

/// Widest share of the drawing that the names of the lines take, unless it is narrow.
const NAMES_SHARE: f64 = 0.28;
/// Marks closer than this would hide the line and its dashes.
const MARK_ROOM: f64 = 26.0;

impl LineChart<'_> {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let width = sane_width(self.width);
        let names_limit = (width * NAMES_SHARE).max(120.0);
        let names: Vec<Vec<String>> =
            self.lines.iter().map(|l| measure::wrap(&l.label, STRONG, names_limit, 2)).collect();
        let names_width = names.iter().flatten().map(|t| measure::width(t, STRONG)).fold(0.0, f64::max);
        let names_height: f64 = names.iter().map(|n| name_height(n)).sum();
        let inner = (width * 0.36).clamp(170.0, 360.0).max(names_height);
        let values = self.lines.iter().flat_map(|l| l.values.iter().take(self.x.len())).filter_map(|v| drawable(*v));
        let scale = Scale::new(values, 5, self.format);
        let left = axis::figures_width(&scale, width * 0.2);
        let right = if names_width > 0.0 { width - names_width - 16.0 } else { width - 8.0 };
        let breaks = self.placed_breaks(Plot { left, right, top: 0.0, bottom: inner });
        let n_rows = breaks.iter().map(|b| b.row + 1).max().unwrap_or(0);
        let top = 10.0 + if self.y_label.is_empty() { 0.0 } else { 20.0 } + n_rows as f64 * LEADING;
        let plot = Plot { left, right, top, bottom: top + inner };
        let scale = scale.over(plot.bottom, plot.top);
        let height = plot.bottom + axis::periods_height(&self.x_groups);

        let mut canvas = Canvas::new(&self.head, width, height);
        let y_label = measure::shorten(&self.y_label, SMALL, width);
        canvas.text("ch-small", (0.0, 12.0), Anchor::Start, &y_label);
        self.hits(&mut canvas, plot);
        axis::horizontal_grid(&mut canvas, plot, &scale);
        axis::periods(&mut canvas, plot, self.steps(plot), (&self.x, &self.x_groups), (0.0, width));
        draw_breaks(&mut canvas, plot, &breaks);
        for (i, line) in self.lines.iter().enumerate() {
            self.draw_line(&mut canvas, plot, &scale, i, line);
        }
        self.draw_names(&mut canvas, plot, &scale, &names);
        canvas.finish(&self.head, use_)
    }

    fn steps(&self, plot: Plot) -> Steps {
        Steps::points(plot, self.x.len())
    }

    /// Column under the pointer: its tip gives every value of the period.
    fn hits(&self, canvas: &mut Canvas, plot: Plot) {
        let steps = self.steps(plot);
        if steps.step < 2.0 {
            return;
        }
        for (i, period) in self.x.iter().enumerate() {
            let mut tip = axis::full_name(i, period, &self.x_groups);
            for line in &self.lines {
                if let Some(value) = drawable(line.values.get(i).copied().flatten()) {
                    tip.push_str(&format!("\n{} · {}", line.label, (self.format)(value)));
                }
            }
            let area = [steps.before(i), plot.top, steps.step, plot.bottom - plot.top];
            canvas.rect("ch-hit", area, Some(&tip));
        }
    }

    fn draw_line(&self, canvas: &mut Canvas, plot: Plot, scale: &Scale, i: usize, line: &Line) {
        let (look, shape) = mark::look(i);
        let steps = self.steps(plot);
        let breaks: BTreeSet<usize> = self.breaks.iter().map(|b| b.at).collect();
        let mut d = String::new();
        let mut pen_down = false;
        let mut points = Vec::new();
        for (t, value) in line.values.iter().take(self.x.len()).enumerate() {
            let Some(value) = drawable(*value) else {
                pen_down = false;
                continue;
            };
            let joined = pen_down && !breaks.contains(&t);
            let (x, y) = (steps.place(t), scale.place(value));
            d.push_str(&format!("{}{} {}", if joined { 'L' } else { 'M' }, num(x), num(y)));
            points.push((t, joined, (x, y)));
            pen_down = true;
        }
        if d.is_empty() {
            return;
        }
        canvas.path(&format!("ch-line ch-l{look} ch-d{look}"), &d, None);
        let stride = (MARK_ROOM / steps.step).ceil().max(1.0) as usize;
        for (k, (t, joined, at)) in points.iter().enumerate() {
            let next = points.get(k + 1);
            let alone = !joined && next.is_none_or(|n| !n.1);
            // Counted from the end, so that the last point is always marked.
            if alone || next.is_none() || (self.x.len() - 1 - t).is_multiple_of(stride) {
                canvas.path(&format!("ch-mark ch-f{look}"), &mark::path(shape, *at, 4.0), None);
            }
        }
    }

    /// The last value of a line: period and value.
    fn last(&self, line: &Line) -> Option<(usize, f64)> {
        line.values.iter().take(self.x.len()).enumerate().rev().find_map(|(t, v)| Some((t, drawable(*v)?)))
    }

    fn draw_names(&self, canvas: &mut Canvas, plot: Plot, scale: &Scale, names: &[Vec<String>]) {
        let steps = self.steps(plot);
        let ends: Vec<Option<(f64, f64)>> =
            self.lines.iter().map(|line| self.last(line).map(|(t, v)| (steps.place(t), scale.place(v)))).collect();
        let wishes: Vec<Wish> = ends
            .iter()
            .zip(names)
            .map(|(end, name)| Wish { wanted: end.map_or(plot.bottom, |e| e.1), height: name_height(name) })
            .collect();
        let centres = spread(&wishes, plot.top - 6.0, plot.bottom + 6.0);
        for (i, ((name, centre), end)) in names.iter().zip(centres).zip(ends).enumerate() {
            let x = plot.right + 12.0;
            if let Some((end_x, end_y)) = end
                && ((centre - end_y).abs() > 4.0 || end_x + 20.0 < plot.right)
            {
                let (from, elbow) = (end_x + 7.0, plot.right - 2.0);
                let d = format!(
                    "M{} {}L{} {}L{} {}",
                    num(from),
                    num(end_y),
                    num(elbow.max(from)),
                    num(end_y),
                    num(x - 3.0),
                    num(centre)
                );
                canvas.path("ch-leader", &d, None);
            }
            if end.is_none() {
                // Nothing of this line is drawn: its mark beside its name still says which look it would have.
                let (look, shape) = mark::look(i);
                canvas.path(&format!("ch-mark ch-f{look}"), &mark::path(shape, (x - 6.0, centre), 4.0), None);
            }
            let first = centre - name.len() as f64 * LEADING / 2.0 + 11.5;
            for (k, text) in name.iter().enumerate() {
                canvas.text("ch-label", (x, first + k as f64 * LEADING), Anchor::Start, text);
            }
        }
    }

    /// The breaks with their labels, in rows above the plot: a label written to the right stands above those of the
    /// breaks it passes over, so that their dashes stop below it; likewise to the left.
    fn placed_breaks(&self, plot: Plot) -> Vec<PlacedBreak> {
        let steps = self.steps(plot);
        let middle = plot.right - (plot.right - plot.left) / 3.0;
        let mut order: Vec<&Break> = self.breaks.iter().filter(|b| b.at < self.x.len()).collect();
        order.sort_by_key(|b| b.at);
        let (mut rightward, leftward): (Vec<&Break>, Vec<&Break>) =
            order.into_iter().partition(|b| steps.before(b.at) <= middle);
        rightward.reverse();
        let mut placed: Vec<PlacedBreak> = Vec::new();
        for b in rightward.into_iter().chain(leftward) {
            let x = steps.before(b.at);
            let to_the_right = x <= middle;
            let room = if to_the_right { plot.right - x } else { x } - 8.0;
            let text = measure::shorten(&b.label, SMALL, room);
            let size = measure::width(&text, SMALL) + 5.0;
            let span = if to_the_right { (x, x + size + 8.0) } else { (x - size - 8.0, x) };
            let meets = |other: &&PlacedBreak| other.span.0 < span.1 && span.0 < other.span.1;
            let row = placed.iter().filter(meets).map(|other| other.row + 1).max().unwrap_or(0);
            let (anchor, at) = if to_the_right { (Anchor::Start, x + 5.0) } else { (Anchor::End, x - 5.0) };
            placed.push(PlacedBreak { row, x, span, anchor, at, text });
        }
        placed
    }
}

/// A break on the drawing.
struct PlacedBreak {
    row: usize,
    x: f64,
    /// From its line to the far end of its label.
    span: (f64, f64),
    anchor: Anchor,
    at: f64,
    text: String,
}

fn draw_breaks(canvas: &mut Canvas, plot: Plot, breaks: &[PlacedBreak]) {
    let foot = |b: &PlacedBreak| plot.top - 6.0 - b.row as f64 * LEADING;
    for b in breaks {
        canvas.line("ch-break", (b.x, foot(b) - 9.0), (b.x, plot.bottom));
    }
    for b in breaks {
        canvas.text("ch-small ch-halo", (b.at, foot(b)), b.anchor, &b.text);
    }
}

fn name_height(name: &[String]) -> f64 {
    name.len().max(1) as f64 * LEADING + 2.0
}
