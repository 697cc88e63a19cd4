//! The same map several times, a small one a period: where something was, and how it moved.

use crate::classes::ClassBreaks;
use crate::head::{Head, LegendItem, Use};
use crate::map::{Cell, Choropleth, MapWords};
use crate::markup::{Anchor, Canvas, escape, num};
use crate::measure::{self, LEADING, SMALL};
use crate::outlines::FRANCE;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One of the small maps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SmallMap {
    /// Its period.
    pub label: String,
    /// What is known, by department code, as on a large map.
    pub cells: BTreeMap<String, Cell>,
}

/// Small maps in reading order, all in the same classes. Each outline is written once, however many maps there are; the
/// area around Paris is not enlarged, and overseas territories are small squares: a table beside it tells each figure.
pub struct MapStrip {
    /// Name and description.
    pub head: Head,
    /// The maps.
    pub maps: Vec<SmallMap>,
    /// The classes.
    pub breaks: ClassBreaks,
    /// The words.
    pub words: MapWords,
}

/// Width of the drawing.
const WIDTH: f64 = 690.0;
/// Maps in a row.
const A_ROW: usize = 4;
/// Between two maps.
const GUTTER: f64 = 14.0;
/// Side of an overseas square, and what lies around it.
const SQUARE: (f64, f64) = (11.0, 5.0);

impl MapStrip {
    /// The drawing.
    pub fn svg(&self, use_: Use) -> String {
        let wide = (WIDTH - GUTTER * (A_ROW as f64 - 1.0)) / A_ROW as f64;
        let scale = wide / FRANCE.size.0.max(1.0);
        let tall = LEADING + 6.0 + FRANCE.size.1 * scale + SQUARE.0 + 2.0 * SQUARE.1;
        let n_rows = self.maps.len().div_ceil(A_ROW) as f64;
        let mut canvas = Canvas::new(&self.head, WIDTH, (n_rows * (tall + GUTTER)).max(LEADING));
        self.outlines(&mut canvas);
        for (at, map) in self.maps.iter().enumerate() {
            let x = (at % A_ROW) as f64 * (wide + GUTTER);
            let y = (at / A_ROW) as f64 * (tall + GUTTER);
            let label = measure::shorten(&map.label, SMALL, wide);
            canvas.text("ch-small", (x, y + LEADING), Anchor::Start, &label);
            self.map(&mut canvas, map, (x, y + LEADING + 6.0), scale);
        }
        canvas.finish(&self.head, use_)
    }

    /// The legend for a page, lowest class first; secret and missing only when a territory shown is so on some map.
    pub fn legend(&self) -> Vec<LegendItem> {
        let mut legend: Vec<LegendItem> = Vec::new();
        for map in &self.maps {
            for (at, item) in self.large(map).legend().into_iter().enumerate() {
                if !legend.contains(&item) {
                    legend.insert(at.min(legend.len()), item);
                }
            }
        }
        legend
    }

    /// The same map at full size, for what a map knows of its cells.
    fn large(&self, map: &SmallMap) -> Choropleth {
        Choropleth {
            head: self.head.clone(),
            cells: map.cells.clone(),
            breaks: self.breaks.clone(),
            words: self.words.clone(),
            not_located: None,
            codes: false,
        }
    }

    /// The patterns, and each outline once.
    fn outlines(&self, canvas: &mut Canvas) {
        self.large(&SmallMap::default()).patterns(canvas);
        let mut defs = "<defs>".to_owned();
        for outline in &FRANCE.territories {
            let _ = write!(defs, "<path id=\"{}\" d=\"{}\"/>", canvas.id(&format!("d{}", outline.code)), outline.path);
        }
        defs.push_str("</defs>");
        canvas.raw(&defs);
    }

    fn map(&self, canvas: &mut Canvas, map: &SmallMap, (x, y): (f64, f64), scale: f64) {
        let large = self.large(map);
        canvas.raw(&format!("<g transform=\"translate({} {}) scale({})\">", num(x), num(y), fine(scale)));
        let mut shapes = String::new();
        for outline in &FRANCE.territories {
            let (class, more) = large.look(canvas, large.fill(outline.code));
            let id = canvas.id(&format!("d{}", outline.code));
            let tip = map.cells.get(outline.code).filter(|cell| !cell.label.is_empty());
            let tip = tip.map(|cell| format!("<title>{}</title>", escape(&cell.label))).unwrap_or_default();
            let _ = write!(shapes, "<use class=\"ch-land{class}\"{more} href=\"#{id}\">{tip}</use>");
        }
        canvas.raw(&shapes);
        canvas.path("ch-coast", FRANCE.coast, None);
        canvas.raw("</g>");
        let foot = y + FRANCE.size.1 * scale + SQUARE.1;
        for (at, code) in large.overseas().into_iter().enumerate() {
            let (class, more) = large.look(canvas, large.fill(code));
            let left = x + at as f64 * (SQUARE.0 + SQUARE.1);
            let tip = large.tip(code);
            canvas.filled_rect(&format!("ch-box{class}"), &more, [left + 0.5, foot, SQUARE.0, SQUARE.0], Some(&tip));
        }
    }
}

/// A small factor, to more places than a coordinate has.
fn fine(scale: f64) -> String {
    format!("{scale:.4}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strip(n: usize) -> MapStrip {
        let cell = |value: f64, secret: bool| Cell { value: Some(value), secret, label: format!("<{value}>") };
        let map = |at: usize| SmallMap {
            label: format!("S{at} & après"),
            cells: BTreeMap::from([
                ("59".to_owned(), cell(at as f64, false)),
                ("75".to_owned(), cell(9.0, at == 1)),
                ("974".to_owned(), cell(f64::NAN, false)),
                ("987".to_owned(), cell(1.0, false)),
            ]),
        };
        MapStrip {
            head: Head { id: "bande".to_owned(), title: "t".to_owned(), description: "d".to_owned() },
            maps: (0..n).map(map).collect(),
            breaks: ClassBreaks::new(vec![1.0, 2.0]).unwrap(),
            words: MapWords {
                classes: ["a", "b", "c"].map(str::to_owned).into(),
                secret: "secret".to_owned(),
                missing: "missing".to_owned(),
                ..MapWords::default()
            },
        }
    }

    #[test]
    fn each_outline_is_written_once_and_used_on_each_map() {
        let svg = strip(8).svg(Use::Inline);
        assert_eq!(svg.matches("<path id=\"bande-d59\"").count(), 1, "{}", &svg[..400]);
        assert_eq!(svg.matches("href=\"#bande-d59\"").count(), 8);
        assert_eq!(svg.matches("<use ").count(), 8 * 96);
        assert!(svg.contains("S3 &amp; après") && svg.contains("&lt;3&gt;"), "texts are escaped");
        assert!(svg.len() < 250_000, "{}", svg.len());
    }

    #[test]
    fn a_secret_is_hatched_on_its_own_map_only_and_told_by_the_legend() {
        let (all, one) = (strip(3), strip(1));
        let svg = all.svg(Use::Inline);
        let hatched = svg.matches("fill=\"url(#bande-secret)\" href=\"#bande-d75\"").count();
        assert_eq!(hatched, 1, "the week in which it is secret");
        let labels = |strip: &MapStrip| strip.legend().into_iter().map(|item| item.label).collect::<Vec<_>>();
        assert_eq!(labels(&all), ["a", "b", "c", "secret", "missing"]);
        assert_eq!(labels(&one), ["a", "b", "c", "missing"]);
        assert!(strip(0).svg(Use::Inline).contains("<svg") && strip(0).legend().is_empty());
    }
}
