//! A line the size of a word, for a table row or a key figure.

use crate::head::{Head, Use};
use crate::mark;
use crate::markup::{Canvas, num};
use crate::scale::{Scale, drawable};

/// A small line from zero, without axis or text, its last point marked. Its title and description carry the words.
pub struct Sparkline {
    /// Name and description.
    pub head: Head,
    /// One value a period; `None` leaves a gap.
    pub values: Vec<Option<f64>>,
}

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 24.0;
const MARGIN: f64 = 3.5;

impl Sparkline {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let mut canvas = Canvas::new(&self.head, WIDTH, HEIGHT);
        let values = || self.values.iter().map(|v| drawable(*v));
        let scale = Scale::exact(values().flatten()).over(HEIGHT - MARGIN, MARGIN);
        let step = (WIDTH - 2.0 * MARGIN) / (self.values.len().max(2) - 1) as f64;
        let floor = num(scale.place(0.0));
        let (mut line, mut area, mut last) = (String::new(), String::new(), None);
        let mut previous: Option<f64> = None;
        for (i, value) in values().enumerate() {
            let x = MARGIN + i as f64 * step;
            if let Some(value) = value {
                let y = scale.place(value);
                let (xs, ys) = (num(x), num(y));
                match previous {
                    Some(_) => area.push_str(&format!("L{xs} {ys}")),
                    None => area.push_str(&format!("M{xs} {floor}L{xs} {ys}")),
                }
                line.push_str(&format!("{}{xs} {ys}", if previous.is_some() { 'L' } else { 'M' }));
                (previous, last) = (Some(x), Some((x, y)));
            } else if let Some(x) = previous.take() {
                area.push_str(&format!("L{} {floor}z", num(x)));
            }
        }
        if let Some((x, y)) = last {
            if let Some(x) = previous {
                area.push_str(&format!("L{} {floor}z", num(x)));
            }
            canvas.path("ch-area", &area, None);
            canvas.path("ch-spark", &line, None);
            canvas.path("ch-f1", &mark::path(0, (x, y), 2.5), None);
        }
        canvas.finish_as("chart chart-spark", &self.head, use_)
    }
}
