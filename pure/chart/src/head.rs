//! What every drawing has: its use, its title and description, a function that writes figures.

/// Where the drawing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// Inside a page that serves [`CSS`](crate::CSS): no style of its own.
    Inline,
    /// A file, a PDF, a self-contained page: the light palette inside, on a background of its own.
    Standalone,
}

/// What names a drawing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Unique in the page; letters, digits, `-` and `_` (any other character becomes `-`).
    pub id: String,
    /// The accessible name: what is drawn, where and when.
    pub title: String,
    /// What a reader who cannot see it must know: the trend, the extremes. May be empty.
    pub description: String,
}

/// Writes a figure for the reader (grouping, decimals, unit). Called only with finite values.
pub type Format<'a> = &'a dyn Fn(f64) -> String;

/// An entry of a legend that a page writes as HTML: `<span class="ch-swatch {class}"></span>{label}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegendItem {
    /// Class of the swatch in [`CSS`](crate::CSS).
    pub class: String,
    /// Its text.
    pub label: String,
}
