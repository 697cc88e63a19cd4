//! Axes: light horizontal gridlines with their figures, period labels thinned until none touches another.

use crate::markup::{Anchor, Canvas};
use crate::measure::{self, SMALL};
use crate::scale::Scale;

/// Periods that belong together below the labels of an axis: the months of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Index of its first period; it lasts until the next group.
    pub at: usize,
    /// Its text.
    pub label: String,
}

/// Width of a drawing, kept between what can be read and what can be held.
pub(crate) fn sane_width(width: u32) -> f64 {
    f64::from(width.clamp(280, 1600))
}

/// The rectangle where values are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plot {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

/// Where the periods stand, evenly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    origin: f64,
    pub(crate) step: f64,
}

impl Steps {
    /// For columns: each of the `n` periods in the middle of a slot of its own.
    pub(crate) fn slots(plot: Plot, n: usize) -> Self {
        let step = (plot.right - plot.left) / n.max(1) as f64;
        Self { origin: plot.left + step / 2.0, step }
    }

    /// For lines: the first and the last of the `n` periods near the edges of the plot.
    pub(crate) fn points(plot: Plot, n: usize) -> Self {
        const INSET: f64 = 12.0;
        let slots = Self::slots(plot, n);
        if n < 2 || slots.step / 2.0 <= INSET {
            return slots;
        }
        Self { origin: plot.left + INSET, step: (plot.right - plot.left - 2.0 * INSET) / (n - 1) as f64 }
    }

    /// The place of the `i`-th period.
    pub(crate) fn place(&self, i: usize) -> f64 {
        self.origin + i as f64 * self.step
    }

    /// Half-way between the `i`-th period and the one before it.
    pub(crate) fn before(&self, i: usize) -> f64 {
        self.place(i) - self.step / 2.0
    }
}

/// Room that the figures of a vertical scale take on the left.
pub(crate) fn figures_width(scale: &Scale, most: f64) -> f64 {
    let widest = scale.ticks.iter().map(|t| measure::width(&t.1, SMALL)).fold(0.0, f64::max);
    (widest + 10.0).clamp(18.0, most)
}

/// Gridlines and figures; the line of zero is stronger.
pub(crate) fn horizontal_grid(canvas: &mut Canvas, plot: Plot, scale: &Scale) {
    for (value, text) in &scale.ticks {
        let y = scale.place(*value).round() + 0.5;
        let class = if *value == 0.0 { "ch-axis" } else { "ch-grid" };
        canvas.line(class, (plot.left, y), (plot.right, y));
        let text = measure::shorten(text, SMALL, plot.left - 8.0);
        canvas.text("ch-small", (plot.left - 8.0, y + 3.5), Anchor::End, &text);
    }
}

/// Labels of the periods below the plot, thinned, then the groups on a second line. `limits` are the edges of the drawing.
pub(crate) fn periods(
    canvas: &mut Canvas,
    plot: Plot,
    steps: Steps,
    (labels, groups): (&[String], &[Group]),
    limits: (f64, f64),
) {
    let n = labels.len();
    for (centre, text) in thinned(labels, |i| steps.place(i), limits) {
        canvas.text("ch-small", (centre, plot.bottom + 16.0), Anchor::Middle, &text);
    }
    let mut free_from = limits.0;
    for (i, group) in groups.iter().enumerate().filter(|(_, g)| g.at < n) {
        let end = groups.get(i + 1).map_or(n, |next| next.at.min(n));
        let (from, to) = (steps.before(group.at).max(plot.left), steps.before(end).min(plot.right));
        if group.at > 0 {
            canvas.line("ch-axis", (from, plot.bottom), (from, plot.bottom + 5.0));
            canvas.line("ch-axis", (from, plot.bottom + 22.0), (from, plot.bottom + 35.0));
        }
        let half = measure::width(&group.label, SMALL) / 2.0;
        let centre = (from + to) / 2.0;
        if centre - half >= free_from && centre + half <= limits.1 {
            canvas.text("ch-small", (centre, plot.bottom + 32.0), Anchor::Middle, &group.label);
            free_from = centre + half + 6.0;
        }
    }
}

/// A period with the group it belongs to, for a tip: `janv. 2024`.
pub(crate) fn full_name(i: usize, label: &str, groups: &[Group]) -> String {
    match groups.iter().filter(|g| g.at <= i).max_by_key(|g| g.at) {
        Some(group) if !group.label.is_empty() => format!("{label} {}", group.label),
        _ => label.to_owned(),
    }
}

/// Room below the plot that [`periods`] needs.
pub(crate) fn periods_height(groups: &[Group]) -> f64 {
    if groups.is_empty() { 24.0 } else { 40.0 }
}

/// Each `stride`-th label with its centre, for the least stride at which no two touch; all within `limits`.
fn thinned(labels: &[String], place: impl Fn(usize) -> f64, limits: (f64, f64)) -> Vec<(f64, String)> {
    let most = (limits.1 - limits.0) / 3.0;
    let boxes: Vec<(f64, f64, String)> = labels
        .iter()
        .enumerate()
        .map(|(i, label)| {
            let text = measure::shorten(label, SMALL, most);
            let half = measure::width(&text, SMALL) / 2.0;
            (place(i).clamp(limits.0 + half, (limits.1 - half).max(limits.0 + half)), half, text)
        })
        .collect();
    let fits = |stride: usize| {
        let mut end = f64::NEG_INFINITY;
        boxes.iter().step_by(stride).all(|(centre, half, _)| {
            let free = centre - half >= end;
            end = centre + half + 6.0;
            free
        })
    };
    // Months and weeks are thinned to quarters, half-years, years.
    let strides = [1, 2, 3, 4, 6, 12, 13, 26, 52].into_iter().chain((104..).step_by(52));
    let stride = strides.take_while(|s| *s < boxes.len()).find(|s| fits(*s)).unwrap_or(boxes.len().max(1));
    boxes.into_iter().step_by(stride).map(|(centre, _, text)| (centre, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_thinned_until_none_touches() {
        let labels: Vec<String> = (0..36).map(|i| format!("mois {i}")).collect();
        let shown = thinned(&labels, |i| 20.0 + 10.0 * i as f64, (0.0, 400.0));
        assert_eq!(
            shown.iter().map(|s| s.1.as_str()).collect::<Vec<_>>(),
            ["mois 0", "mois 6", "mois 12", "mois 18", "mois 24", "mois 30"]
        );
        let short: Vec<String> = (1..=12).map(|i| i.to_string()).collect();
        assert_eq!(thinned(&short, |i| 30.0 * i as f64, (0.0, 400.0)).len(), 12);
    }
}
