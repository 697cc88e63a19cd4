//! Accessible drawings of statistics, as SVG text: one drawing for a web page, a standalone page and a PDF.
//!
//! A chart is a plain struct; [`svg`](LineChart::svg) writes it. Every word comes in as an argument, already in the
//! reader's language, and so does the function that writes a figure. Nothing is told by colour alone: lines differ by
//! dash and mark, stacked parts by texture, a secret by hatching, a missing value by dots. A value that is not finite is
//! missing, and missing is never drawn as zero nor as a middling value. No drawing fails or panics, whatever the values.
//!
//! Colours stand only in [`CSS`], by class, so that a page keeps a strict content-security policy; a standalone drawing
//! carries the light palette in a `<style>` of its own, in the part of CSS that a PDF maker understands.
//!
//! Identifiers inside a drawing derive from [`Head::id`]: it must be unique in the page.
//!
//! # The outlines
//!
//! `outlines.csv` holds the departments of metropolitan France: source IGN, GEOFLA 2.2 (2016), by way of the
//! france-geojson project, Licence Ouverte. A page that shows the map owes the credit, which is a message of the wording.
//! `cargo xtask outlines` makes the file again.

mod axis;
mod band;
mod bars;
mod classes;
mod curve;
mod head;
mod line;
mod map;
mod mark;
mod markup;
mod measure;
mod outlines;
mod scale;
mod spark;
mod spread;
mod stack;
mod strip;
mod style;
mod waterfall;

pub use axis::Group;
pub use band::{BandChart, BandWords};
pub use bars::{Bar, Bars};
pub use classes::{ClassBreaks, ClassBreaksError, Interval};
pub use curve::{Trade, TradeOff};
pub use head::{Format, Head, LegendItem, Use};
pub use line::{Break, Line, LineChart};
pub use map::{Aside, Cell, Choropleth, MapWords};
pub use spark::Sparkline;
pub use stack::{StackPart, StackedBars};
pub use strip::{MapStrip, SmallMap};
pub use style::CSS;
pub use waterfall::{Move, Waterfall};

#[cfg(test)]
mod tests;
