//! A signal: what was observed, what was expected, the threshold, and the alarms.

use crate::axis::{self, Group, Plot, Steps, sane_width};
use crate::head::{Format, Head, Use};
use crate::mark;
use crate::markup::{Anchor, Canvas, num};
use crate::measure::{self, LEADING, SMALL};
use crate::scale::{Scale, drawable};
use std::collections::BTreeSet;

/// The words of a [`BandChart`], for its legend and tips.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BandWords {
    /// The columns.
    pub observed: String,
    /// The line of expected values.
    pub expected: String,
    /// The dashed line.
    pub threshold: String,
    /// The marks above the threshold.
    pub alarm: String,
    /// The periods whose count still grows.
    pub provisional: String,
}

/// Observed counts as columns, with expected value, threshold and alarms. The three series are as long as `x`; a missing
/// value leaves a gap.
pub struct BandChart<'a> {
    /// Name and description.
    pub head: Head,
    /// Width in CSS pixels, kept within 280 and 1600.
    pub width: u32,
    /// Labels of the periods; they set how many there are.
    pub x: Vec<String>,
    /// Periods that belong together, below; may be empty.
    pub x_groups: Vec<Group>,
    /// What was counted.
    pub observed: Vec<Option<f64>>,
    /// What the baseline expects.
    pub expected: Vec<Option<f64>>,
    /// The level above which the count is a signal.
    pub threshold: Vec<Option<f64>>,
    /// Indices of the periods in alarm.
    pub alarms: Vec<usize>,
    /// How many of the last periods are provisional (reports still come in): shaded, their columns hollow.
    pub n_provisional: usize,
    /// The words.
    pub words: BandWords,
    /// What is counted and its unit; may be empty.
    pub y_label: String,
    /// Writes a figure.
    pub format: Format<'a>,
}

impl BandChart<'_> {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let width = sane_width(self.width);
        let n = self.x.len();
        let series = [&self.observed, &self.expected, &self.threshold];
        let values = series.into_iter().flat_map(|s| s.iter().take(n)).filter_map(|v| drawable(*v));
        let scale = Scale::new(values, 5, self.format);
        let entries = self.entries(width);
        let legend = entries.iter().map(|e| e.row + 1).max().unwrap_or(0) as f64 * 18.0;
        let top = legend + if self.y_label.is_empty() { 16.0 } else { 36.0 };
        let inner = (width * 0.3).clamp(140.0, 300.0);
        let left = axis::figures_width(&scale, width * 0.2);
        let plot = Plot { left, right: width - 4.0, top, bottom: top + inner };
        let scale = scale.over(plot.bottom, plot.top);

        let mut canvas = Canvas::new(&self.head, width, plot.bottom + axis::periods_height(&self.x_groups));
        for entry in &entries {
            entry.draw(&mut canvas);
        }
        canvas.text("ch-small", (0.0, legend + 16.0), Anchor::Start, &measure::shorten(&self.y_label, SMALL, width));
        self.shade(&mut canvas, plot);
        self.hits(&mut canvas, plot);
        self.band(&mut canvas, plot, &scale);
        axis::horizontal_grid(&mut canvas, plot, &scale);
        axis::periods(&mut canvas, plot, self.steps(plot), (&self.x, &self.x_groups), (0.0, width));
        self.columns(&mut canvas, plot, &scale);
        canvas.path("ch-threshold", &self.curve(&self.threshold, plot, &scale), None);
        canvas.path("ch-expected", &self.curve(&self.expected, plot, &scale), None);
        self.marks(&mut canvas, plot, &scale);
        canvas.finish(&self.head, use_)
    }

    fn alarms(&self) -> BTreeSet<usize> {
        self.alarms.iter().copied().filter(|i| *i < self.x.len()).collect()
    }

    fn steps(&self, plot: Plot) -> Steps {
        Steps::slots(plot, self.x.len())
    }

    fn first_provisional(&self) -> usize {
        self.x.len().saturating_sub(self.n_provisional)
    }

    fn observed_at(&self, i: usize) -> Option<f64> {
        drawable(self.observed.get(i).copied().flatten())
    }

    fn shade(&self, canvas: &mut Canvas, plot: Plot) {
        let first = self.first_provisional();
        if first < self.x.len() {
            let x = self.steps(plot).before(first);
            canvas.rect("ch-soft", [x, plot.top, plot.right - x, plot.bottom - plot.top], None);
        }
    }

    fn hits(&self, canvas: &mut Canvas, plot: Plot) {
        let steps = self.steps(plot);
        if steps.step < 2.0 {
            return;
        }
        let (words, alarms) = (&self.words, self.alarms());
        for (i, period) in self.x.iter().enumerate() {
            let mut tip = axis::full_name(i, period, &self.x_groups);
            for (word, series) in [
                (&words.observed, &self.observed),
                (&words.expected, &self.expected),
                (&words.threshold, &self.threshold),
            ] {
                if let Some(value) = drawable(series.get(i).copied().flatten()) {
                    tip.push_str(&format!("\n{word} · {}", (self.format)(value)));
                }
            }
            let states = [(alarms.contains(&i), &words.alarm), (i >= self.first_provisional(), &words.provisional)];
            for (_, word) in states.iter().filter(|(holds, _)| *holds) {
                tip.push_str(&format!("\n{word}"));
            }
            let area = [steps.before(i), plot.top, steps.step, plot.bottom - plot.top];
            canvas.rect("ch-hit", area, Some(&tip));
        }
    }

    /// Runs of consecutive periods where `series` has a value: places on the drawing.
    fn runs(&self, series: &[Option<f64>], plot: Plot, scale: &Scale) -> Vec<Vec<(f64, f64)>> {
        let mut runs: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
        for (i, value) in series.iter().take(self.x.len()).enumerate() {
            match (drawable(*value), runs.last_mut()) {
                (Some(value), Some(run)) => run.push((self.steps(plot).place(i), scale.place(value))),
                _ => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    fn curve(&self, series: &[Option<f64>], plot: Plot, scale: &Scale) -> String {
        let half = self.steps(plot).step / 2.0;
        let run_path = |run: Vec<(f64, f64)>| match run.as_slice() {
            // A value alone is a dash as wide as its period.
            [(x, y)] => format!("M{} {}L{} {}", num(x - half), num(*y), num(x + half), num(*y)),
            _ => trace(&run),
        };
        self.runs(series, plot, scale).into_iter().map(run_path).collect()
    }

    /// The area between expected value and threshold, where both are known.
    fn band(&self, canvas: &mut Canvas, plot: Plot, scale: &Scale) {
        let both = |i: usize, series: &[Option<f64>], other: &[Option<f64>]| {
            drawable(other.get(i).copied().flatten()).and(series.get(i).copied().flatten())
        };
        let n = self.x.len();
        let upper: Vec<Option<f64>> = (0..n).map(|i| both(i, &self.threshold, &self.expected)).collect();
        let lower: Vec<Option<f64>> = (0..n).map(|i| both(i, &self.expected, &self.threshold)).collect();
        for (up, mut down) in self.runs(&upper, plot, scale).into_iter().zip(self.runs(&lower, plot, scale)) {
            down.reverse();
            canvas.path("ch-band", &format!("{}{}z", trace(&up), trace(&down).replacen('M', "L", 1)), None);
        }
    }

    fn columns(&self, canvas: &mut Canvas, plot: Plot, scale: &Scale) {
        let steps = self.steps(plot);
        let thick = (steps.step * 0.68).clamp(0.6, 40.0);
        let floor = scale.place(0.0);
        let alarms = self.alarms();
        for i in 0..self.x.len() {
            let Some(value) = self.observed_at(i) else { continue };
            let class = match (i >= self.first_provisional(), alarms.contains(&i)) {
                (true, _) => "ch-provisional",
                (false, true) => "ch-column-alarm",
                (false, false) => "ch-column",
            };
            let (y, x) = (scale.place(value), steps.place(i) - thick / 2.0);
            canvas.rect(class, [x, y.min(floor), thick, (floor - y).abs()], None);
        }
    }

    fn marks(&self, canvas: &mut Canvas, plot: Plot, scale: &Scale) {
        for i in self.alarms() {
            let y = self.observed_at(i).map_or(plot.bottom, |v| scale.place(v)) - 8.0;
            canvas.path("ch-alarm", &mark::path(4, (self.steps(plot).place(i), y), 4.5), None);
        }
    }

    /// Legend entries in rows across the top; only what the drawing shows.
    fn entries(&self, width: f64) -> Vec<Entry> {
        let has = |series: &[Option<f64>]| series.iter().take(self.x.len()).any(|v| drawable(*v).is_some());
        let w = &self.words;
        let shown = [
            (Sign::Column, &w.observed, has(&self.observed)),
            (Sign::Expected, &w.expected, has(&self.expected)),
            (Sign::Threshold, &w.threshold, has(&self.threshold)),
            (Sign::Alarm, &w.alarm, !self.alarms().is_empty()),
            (Sign::Provisional, &w.provisional, self.n_provisional > 0 && !self.x.is_empty()),
        ];
        let (mut x, mut row) = (0.0, 0);
        let mut entries = Vec::new();
        for (sign, word, _) in shown.into_iter().filter(|(_, word, shown)| *shown && !word.is_empty()) {
            let text = measure::shorten(word, SMALL, width - 28.0);
            let size = 26.0 + measure::width(&text, SMALL);
            if x > 0.0 && x + size > width {
                (x, row) = (0.0, row + 1);
            }
            entries.push(Entry { sign, text, x, row });
            x += size + 14.0;
        }
        entries
    }
}

/// A line through points.
fn trace(points: &[(f64, f64)]) -> String {
    let steps = points
        .iter()
        .enumerate()
        .map(|(i, (x, y))| format!("{}{} {}", if i == 0 { 'M' } else { 'L' }, num(*x), num(*y)));
    steps.collect()
}

/// What a legend entry shows.
#[derive(Clone, Copy)]
enum Sign {
    Column,
    Expected,
    Threshold,
    Alarm,
    Provisional,
}

struct Entry {
    sign: Sign,
    text: String,
    x: f64,
    row: usize,
}

impl Entry {
    fn draw(&self, canvas: &mut Canvas) {
        let (x, y) = (self.x, self.row as f64 * (LEADING + 3.0) + 10.0);
        match self.sign {
            Sign::Column => canvas.rect("ch-column", [x + 4.0, y - 7.0, 10.0, 12.0], None),
            Sign::Provisional => canvas.rect("ch-provisional", [x + 4.5, y - 6.5, 9.0, 11.0], None),
            Sign::Expected => canvas.line("ch-expected", (x, y), (x + 20.0, y)),
            Sign::Threshold => canvas.line("ch-threshold", (x, y), (x + 20.0, y)),
            Sign::Alarm => canvas.path("ch-alarm", &mark::path(4, (x + 10.0, y), 4.5), None),
        }
        canvas.text("ch-small", (x + 26.0, y + 4.0), Anchor::Start, &self.text);
    }
}
