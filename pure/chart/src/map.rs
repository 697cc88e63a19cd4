//! Choropleth map of the French departments, with what a map usually forgets: overseas, the small departments around
//! Paris, and what could not be located.

use crate::classes::{ClassBreaks, LAST_LOW_TONE};
use crate::head::{Head, LegendItem, Use};
use crate::markup::{Anchor, Canvas, escape, num};
use crate::measure::{self, FIGURE, LEADING, SMALL};
use crate::outlines::{FRANCE, INSET, Outline, Outlines};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What is known of a territory.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// The value; none (or not finite) when it is not available.
    pub value: Option<f64>,
    /// Whether the value is withheld by statistical confidentiality: hatched, whatever `value` says.
    pub secret: bool,
    /// The tip: name, value, unit.
    pub label: String,
}

/// What is counted outside the map: "not located".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// What it is.
    pub label: String,
    /// Its value, formatted.
    pub value: String,
}

/// The words of a map.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MapWords {
    /// Above the legend: what is shown and its unit.
    pub legend: String,
    /// One text a class, lowest first.
    pub classes: Vec<String>,
    /// Withheld by confidentiality.
    pub secret: String,
    /// Not available.
    pub missing: String,
    /// Above the enlarged Paris area.
    pub inset: String,
    /// Names of the territories by code: shown beside the overseas squares, and as tip where there is no cell.
    pub names: BTreeMap<String, String>,
}

/// A map of the departments in classes of a value (a rate, rather than a count, that follows population).
pub struct Choropleth {
    /// Name and description.
    pub head: Head,
    /// What is known, by department code. A territory without a cell is "not available", never a class.
    pub cells: BTreeMap<String, Cell>,
    /// The classes.
    pub breaks: ClassBreaks,
    /// The words.
    pub words: MapWords,
    /// What could not be located, in a box of its own beside the map.
    pub not_located: Option<Aside>,
    /// Whether codes are written on the map: of use on paper, where there are no tips.
    pub codes: bool,
}

/// Overseas departments: always shown.
const OVERSEAS: [&str; 5] = ["971", "972", "973", "974", "976"];
/// Width of the drawing.
const WIDTH: f64 = 690.0;
/// From grid units to the drawing.
const SCALE: f64 = 0.5;
/// Upper left corner of the map.
const CORNER: (f64, f64) = (2.0, 6.0);
/// Room between the map and the squares.
const GAP: f64 = 24.0;
/// Left edge of what stands beside the map, and its width.
const SIDE: (f64, f64) = (548.0, 140.0);
/// Overseas squares a row.
const N_SQUARES: usize = 5;
/// Height of a row of squares.
const SQUARES: f64 = 40.0;

/// How a territory is filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fill {
    Class(usize),
    Secret,
    Missing,
}

impl Choropleth {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let overseas = self.overseas();
        let n_rows = overseas.len().div_ceil(N_SQUARES) as f64;
        let map_height = CORNER.1 + FRANCE.size.1 * SCALE;
        let mut canvas = Canvas::new(&self.head, WIDTH, map_height + GAP + n_rows * SQUARES);
        self.patterns(&mut canvas);
        self.territories(&mut canvas, &FRANCE, CORNER, SCALE);
        if self.codes {
            self.write_codes(&mut canvas, &FRANCE, CORNER, SCALE);
        }
        let foot = self.inset(&mut canvas);
        self.aside(&mut canvas, foot + 24.0);
        if use_ == Use::Standalone {
            self.draw_legend(&mut canvas, map_height);
        }
        self.squares(&mut canvas, &overseas, map_height + GAP);
        canvas.finish(&self.head, use_)
    }

    /// The legend for a page, lowest class first; secret and missing only when a territory shown is so.
    pub fn legend(&self) -> Vec<LegendItem> {
        let items = self.legend_fills().into_iter().map(|(fill, label)| {
            let class = match fill {
                Fill::Class(class) => format!("ch-q{}", self.breaks.tone(class)),
                Fill::Secret => "ch-secret".to_owned(),
                Fill::Missing => "ch-missing".to_owned(),
            };
            LegendItem { class, label }
        });
        items.collect()
    }

    /// Codes of cells that have no place on the map: a caller shows them elsewhere, or is mistaken.
    pub fn unplaced(&self) -> Vec<&str> {
        let placed: BTreeSet<&str> = self.shown().into_iter().collect();
        self.cells.keys().map(String::as_str).filter(|code| !placed.contains(code)).collect()
    }

    /// Overseas territories shown: the departments, and each collectivity that has a cell.
    pub(crate) fn overseas(&self) -> Vec<&str> {
        let others = self.cells.keys().map(String::as_str);
        let others = others
            .filter(|c| matches!(c.as_bytes(), [b'9', b'7' | b'8', d] if d.is_ascii_digit()) && !OVERSEAS.contains(c));
        OVERSEAS.into_iter().chain(others).collect()
    }

    fn shown(&self) -> Vec<&str> {
        FRANCE.territories.iter().map(|t| t.code).chain(self.overseas()).collect()
    }

    pub(crate) fn fill(&self, code: &str) -> Fill {
        match self.cells.get(code) {
            Some(cell) if cell.secret => Fill::Secret,
            Some(cell) => cell.value.and_then(|v| self.breaks.class(v)).map_or(Fill::Missing, Fill::Class),
            None => Fill::Missing,
        }
    }

    fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.words.names.get(code).map_or(code, String::as_str)
    }

    pub(crate) fn tip(&self, code: &str) -> String {
        match self.cells.get(code) {
            Some(cell) if !cell.label.is_empty() => cell.label.clone(),
            _ => format!("{} · {}", self.name(code), self.words.missing),
        }
    }

    /// Classes and attributes of a shape so filled.
    pub(crate) fn look(&self, canvas: &Canvas, fill: Fill) -> (String, String) {
        match fill {
            Fill::Class(class) => (format!(" ch-q{}", self.breaks.tone(class)), String::new()),
            Fill::Secret => (String::new(), format!(" fill=\"url(#{})\"", canvas.id("secret"))),
            Fill::Missing => (String::new(), format!(" fill=\"url(#{})\"", canvas.id("missing"))),
        }
    }

    pub(crate) fn patterns(&self, canvas: &mut Canvas) {
        let (secret, missing) = (canvas.id("secret"), canvas.id("missing"));
        canvas.raw(&format!(
            "<defs><pattern id=\"{secret}\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
             <rect class=\"ch-paper\" width=\"7\" height=\"7\"/><path class=\"ch-hatch\" d=\"M-2 2L2 -2M-1 8L8 -1M5 9L9 5\"/></pattern>\
             <pattern id=\"{missing}\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
             <rect class=\"ch-paper\" width=\"7\" height=\"7\"/><circle class=\"ch-dots\" cx=\"3.5\" cy=\"3.5\" r=\"1.1\"/></pattern></defs>"
        ));
    }

    fn territories(&self, canvas: &mut Canvas, map: &Outlines, (x, y): (f64, f64), scale: f64) {
        canvas.raw(&format!("<g transform=\"translate({} {}) scale({scale})\">", num(x), num(y)));
        for Outline { code, path, .. } in &map.territories {
            let (class, more) = self.look(canvas, self.fill(code));
            let mut shape = format!("<path class=\"ch-land{class}\"{more} d=\"{path}\">");
            let _ = write!(shape, "<title>{}</title></path>", escape(&self.tip(code)));
            canvas.raw(&shape);
        }
        canvas.path("ch-coast", map.coast, None);
        canvas.raw("</g>");
    }

    /// Codes, legible on whatever lies under them.
    fn write_codes(&self, canvas: &mut Canvas, map: &Outlines, (x, y): (f64, f64), scale: f64) {
        let enlarged = |code: &str| INSET.territories.iter().any(|t| t.code == code);
        for t in map.territories.iter().filter(|t| map.size == INSET.size || !enlarged(t.code)) {
            let class = match self.fill(t.code) {
                Fill::Class(class) if self.breaks.tone(class) <= LAST_LOW_TONE => "ch-code ch-on-low",
                Fill::Class(_) => "ch-code ch-on-high",
                Fill::Secret | Fill::Missing => "ch-code ch-on-paper",
            };
            canvas.text(class, (x + t.label.0 * scale, y + t.label.1 * scale + 3.0), Anchor::Middle, t.code);
        }
    }

    /// The Paris area, enlarged, in the upper right corner. Gives its foot.
    fn inset(&self, canvas: &mut Canvas) -> f64 {
        let (left, width) = SIDE;
        let mut y = 2.0;
        for line in measure::wrap(&self.words.inset, SMALL, width, 2).iter().filter(|l| !l.is_empty()) {
            y += LEADING;
            canvas.text("ch-small", (left + width / 2.0, y - 4.0), Anchor::Middle, line);
        }
        let scale = 0.5;
        let (w, h) = (INSET.size.0 * scale, INSET.size.1 * scale);
        let corner = (left + (width - w) / 2.0, y + 6.0);
        self.territories(canvas, &INSET, corner, scale);
        if self.codes {
            self.write_codes(canvas, &INSET, corner, scale);
        }
        corner.1 + h
    }

    /// What could not be located, in its box.
    fn aside(&self, canvas: &mut Canvas, top: f64) {
        let Some(aside) = &self.not_located else { return };
        let (left, width) = SIDE;
        let lines = measure::wrap(&aside.label, SMALL, width - 20.0, 3);
        let height = 40.0 + lines.len() as f64 * LEADING;
        canvas.rect("ch-soft ch-box", [left, top, width, height], Some(&format!("{} · {}", aside.label, aside.value)));
        // A word instead of a figure ("not available") is longer than any figure.
        let (class, size) = [("ch-figure", FIGURE), ("ch-small", SMALL)]
            .into_iter()
            .find(|(_, size)| measure::width(&aside.value, *size) <= width - 20.0)
            .unwrap_or(("ch-small", SMALL));
        let value = measure::shorten(&aside.value, size, width - 20.0);
        canvas.text(class, (left + 10.0, top + 26.0), Anchor::Start, &value);
        for (i, line) in lines.iter().enumerate() {
            canvas.text("ch-small", (left + 10.0, top + 43.0 + i as f64 * LEADING), Anchor::Start, line);
        }
    }

    fn legend_fills(&self) -> Vec<(Fill, String)> {
        let used: BTreeSet<Fill> = self.shown().into_iter().map(|code| self.fill(code)).collect();
        let label = |i: usize| self.words.classes.get(i).cloned().unwrap_or_default();
        let mut items: Vec<(Fill, String)> = (0..self.breaks.n_classes()).map(|i| (Fill::Class(i), label(i))).collect();
        items.push((Fill::Secret, self.words.secret.clone()));
        items.push((Fill::Missing, self.words.missing.clone()));
        items.retain(|(fill, _)| matches!(fill, Fill::Class(_)) || used.contains(fill));
        items
    }

    /// The legend in the lower left corner, where the map has only sea.
    fn draw_legend(&self, canvas: &mut Canvas, foot: f64) {
        let heading = measure::wrap(&self.words.legend, SMALL, 128.0, 4);
        let entries: Vec<(Fill, Vec<String>)> = self
            .legend_fills()
            .into_iter()
            .map(|(fill, label)| (fill, measure::wrap(&label, SMALL, 94.0, 2)))
            .collect();
        let height = |lines: &[String]| 6.0 + lines.len() as f64 * (LEADING - 1.0);
        let total: f64 = entries.iter().map(|(_, lines)| height(lines)).sum();
        let mut y = foot - total - heading.len() as f64 * LEADING;
        for line in &heading {
            canvas.text("ch-small", (0.0, y), Anchor::Start, line);
            y += LEADING;
        }
        for (fill, lines) in entries {
            let (class, more) = self.look(canvas, fill);
            canvas.filled_rect(&format!("ch-box{class}"), &more, [0.5, y - 6.0, 22.0, 14.0], None);
            for (k, line) in lines.iter().enumerate() {
                canvas.text("ch-small", (30.0, y + 5.0 + k as f64 * (LEADING - 1.0)), Anchor::Start, line);
            }
            y += height(&lines);
        }
    }

    fn squares(&self, canvas: &mut Canvas, codes: &[&str], top: f64) {
        let step = WIDTH / N_SQUARES as f64;
        for (i, code) in codes.iter().enumerate() {
            let (x, y) = ((i % N_SQUARES) as f64 * step + 0.5, top + (i / N_SQUARES) as f64 * SQUARES);
            let (class, more) = self.look(canvas, self.fill(code));
            canvas.filled_rect(&format!("ch-box{class}"), &more, [x, y, 28.0, 28.0], Some(&self.tip(code)));
            let lines = measure::wrap(self.name(code), SMALL, step - 44.0, 2);
            let first = y + 18.0 - (lines.len() as f64 - 1.0) * LEADING / 2.0;
            for (k, line) in lines.iter().enumerate() {
                canvas.text("ch-small", (x + 36.0, first + k as f64 * LEADING), Anchor::Start, line);
            }
        }
    }
}
