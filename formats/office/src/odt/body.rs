//! The body: `content.xml`, with the styles that only some of its paragraphs need.

use super::NAMESPACES;
use super::styles::{millimetres, name};
use crate::flow::{Drawing, Entry, Kind, Place, Run, Sink};
use crate::look::{ACCENT, Frame, INK, Look, RULE};
use crate::measure;
use crate::pack::Part;
use crate::xml::Xml;
use beffroi_document::Table;
use std::collections::BTreeSet;

/// The body in the making.
pub(super) struct Body {
    text: Xml,
    media: Vec<Part>,
    /// Places that differ from their look's own style: in a frame, or at the head of a page.
    places: BTreeSet<Place>,
    /// Numbers of columns that a table has.
    widths: BTreeSet<usize>,
    tables: usize,
}

impl Body {
    pub(super) fn new() -> Self {
        let (text, media) = (Xml::piece_of(), Vec::new());
        Self { text, media, places: BTreeSet::new(), widths: BTreeSet::new(), tables: 0 }
    }

    /// The part, and the pictures it shows.
    pub(super) fn finish(self) -> (Vec<u8>, Vec<Part>) {
        let mut xml = Xml::new();
        xml.open("office:document-content", &NAMESPACES);
        xml.open("office:automatic-styles", &[]);
        self.places.iter().for_each(|place| placed(&mut xml, *place));
        lists(&mut xml);
        tables(&mut xml, &self.widths);
        xml.close();
        xml.open("office:body", &[]);
        xml.open("office:text", &[]);
        xml.piece(self.text);
        (xml.finish(), self.media)
    }

    /// The name of the style of a paragraph there.
    fn style(&mut self, place: Place) -> String {
        if place.frame == Frame::Outside && !place.begins_page {
            return name(place.look);
        }
        self.places.insert(place);
        name_at(place)
    }

    fn runs(&mut self, runs: &[Run]) {
        let mut after_space = true;
        for run in runs {
            match &run.kind {
                Kind::Plain => after_space = self.words(&run.text, after_space),
                Kind::Strong => after_space = self.span("Strong", &run.text, after_space),
                Kind::Code => after_space = self.span("Code", &run.text, after_space),
                Kind::Link(anchor) => {
                    self.link(anchor);
                    after_space = self.span("Reference", &run.text, after_space);
                    self.text.close();
                }
            }
        }
    }

    fn link(&mut self, anchor: &str) {
        self.text.open("text:a", &[("xlink:type", "simple"), ("xlink:href", &format!("#{anchor}"))]);
    }

    fn span(&mut self, style: &str, text: &str, after_space: bool) -> bool {
        self.text.open("text:span", &[("text:style-name", style)]);
        let after_space = self.words(text, after_space);
        self.text.close();
        after_space
    }

    /// A text: a space after another one, or at the head of a paragraph, is an element, as it would be dropped otherwise
    /// (OpenDocument 1.2, part 1, section 6.1.2). Whether the text ends in a space, where the one before it did or not.
    fn words(&mut self, text: &str, mut after_space: bool) -> bool {
        let mut kept = String::new();
        for c in text.chars() {
            if c == '\n' || (c == ' ' && after_space) {
                self.text.text(&std::mem::take(&mut kept));
                self.text.empty(if c == ' ' { "text:s" } else { "text:line-break" }, &[]);
            } else {
                kept.push(c);
            }
            after_space = c == ' ' || c == '\n';
        }
        self.text.text(&kept);
        after_space
    }

    fn cell(&mut self, text: &str, look: Look, (style, is_numeric, is_strong): (&str, bool, bool)) {
        self.text.open("table:table-cell", &[("table:style-name", style), ("office:value-type", "string")]);
        let paragraph = if is_numeric { format!("{}.R", name(look)) } else { name(look) };
        self.text.open("text:p", &[("text:style-name", &paragraph)]);
        if is_strong {
            self.span("Strong", text, true);
        } else {
            self.words(text, true);
        }
        self.text.close();
        self.text.close();
    }
}

impl Sink for Body {
    fn paragraph(&mut self, place: Place, anchor: Option<&str>, runs: &[Run]) {
        let style = self.style(place);
        if let Look::Heading(level) = place.look {
            self.text.open("text:h", &[("text:style-name", &style), ("text:outline-level", &level.to_string())]);
        } else {
            self.text.open("text:p", &[("text:style-name", &style)]);
        }
        if let Some(anchor) = anchor {
            self.text.empty("text:bookmark", &[("text:name", anchor)]);
        }
        self.runs(runs);
        self.text.close();
    }

    fn list(&mut self, is_ordered: bool, place: Place, items: &[Vec<Run>]) {
        let list = if is_ordered { "Numbers" } else { "Points" };
        self.text.open("text:list", &[("text:style-name", list)]);
        for (i, item) in items.iter().enumerate() {
            self.text.open("text:list-item", &[]);
            let at = Place { begins_page: place.begins_page && i == 0, ..place };
            self.paragraph(at, None, item);
            self.text.close();
        }
        self.text.close();
    }

    fn table(&mut self, table: &Table, rows: &[Vec<&str>]) {
        self.tables += 1;
        let count = table.columns.len();
        self.widths.insert(count);
        let own = format!("Table{}", self.tables);
        self.text.open("table:table", &[("table:name", &own), ("table:style-name", "Figures")]);
        self.text.leaf("table:title", &[], &table.caption);
        // The first column heads the rows.
        self.text.open("table:table-header-columns", &[]);
        self.text.empty("table:table-column", &[("table:style-name", &format!("Columns{count}.1"))]);
        self.text.close();
        for _ in 1..count {
            self.text.empty("table:table-column", &[("table:style-name", &format!("Columns{count}.2"))]);
        }
        self.text.open("table:table-header-rows", &[]);
        self.text.open("table:table-row", &[("table:style-name", "Row")]);
        for column in &table.columns {
            self.cell(&column.label, Look::CellHead, ("CellHead", column.numeric, false));
        }
        self.text.close();
        self.text.close();
        for (i, row) in rows.iter().enumerate() {
            let is_total = table.total && i + 1 == rows.len();
            self.text.open("table:table-row", &[("table:style-name", "Row")]);
            for (cell, column) in row.iter().zip(&table.columns) {
                let style = if is_total { "CellTotal" } else { "Cell" };
                self.cell(cell, Look::Cell, (style, column.numeric, is_total));
            }
            self.text.close();
        }
        self.text.close();
    }

    fn drawing(&mut self, place: Place, drawing: Drawing<'_>) {
        let n = self.media.len() / 2 + 1;
        let style = self.style(place);
        let (width, height) = (millimetres(drawing.size.0), millimetres(drawing.size.1));
        self.text.open("text:p", &[("text:style-name", &style)]);
        self.text.open(
            "draw:frame",
            &[
                ("draw:name", &format!("figure-{n}")),
                ("text:anchor-type", "as-char"),
                ("svg:width", &width),
                ("svg:height", &height),
            ],
        );
        // The first that a program can draw is shown.
        for (ending, bytes) in [("svg", drawing.svg.into_bytes()), ("png", drawing.png)] {
            let path = format!("Pictures/figure-{n}.{ending}");
            let at = [("xlink:href", path.as_str()), ("xlink:type", "simple"), ("xlink:show", "embed")];
            self.text.empty("draw:image", &at);
            self.media.push((path, bytes));
        }
        self.text.leaf("svg:title", &[], drawing.title);
        self.text.leaf("svg:desc", &[], drawing.alt);
        self.text.close();
        self.text.close();
    }

    fn contents(&mut self, title: &str, entries: &[Entry<'_>]) {
        self.text.open("text:table-of-content", &[("text:name", "Contents"), ("text:protected", "true")]);
        self.text.open("text:table-of-content-source", &[("text:outline-level", "2")]);
        self.text.leaf("text:index-title-template", &[("text:style-name", &name(Look::ContentsTitle))], title);
        for level in [1, 2] {
            let (outline, style) = (level.to_string(), name(Look::Contents(level)));
            let at = [("text:outline-level", outline.as_str()), ("text:style-name", &style)];
            self.text.open("text:table-of-content-entry-template", &at);
            self.text.empty("text:index-entry-link-start", &[]);
            self.text.empty("text:index-entry-text", &[]);
            self.text.empty("text:index-entry-link-end", &[]);
            self.text.close();
        }
        self.text.close();
        self.text.open("text:index-body", &[]);
        self.text.open("text:index-title", &[("text:name", "ContentsTitle")]);
        self.text.leaf("text:p", &[("text:style-name", &name(Look::ContentsTitle))], title);
        self.text.close();
        for entry in entries {
            self.text.open("text:p", &[("text:style-name", &name(Look::Contents(entry.level)))]);
            self.link(&entry.anchor);
            self.words(entry.text, true);
            self.text.close();
            self.text.close();
        }
        self.text.close();
        self.text.close();
    }
}

/// The name of the style of a paragraph in a frame or at the head of a page.
fn name_at(place: Place) -> String {
    let frame = match place.frame {
        Frame::Outside => "",
        Frame::Plain => ".Frame",
        Frame::Warning => ".Warning",
    };
    format!("{}{frame}{}", name(place.look), if place.begins_page { ".Page" } else { "" })
}

fn placed(xml: &mut Xml, place: Place) {
    let (own, parent) = (name_at(place), name(place.look));
    xml.open(
        "style:style",
        &[("style:name", &own), ("style:family", "paragraph"), ("style:parent-style-name", &parent)],
    );
    let (line, ground);
    let mut properties = Vec::new();
    if place.begins_page {
        properties.push(("fo:break-before", "page"));
    }
    if let Some((colour, tint)) = place.frame.colours() {
        (line, ground) = (format!("3pt solid #{colour}"), format!("#{tint}"));
        properties.extend([
            ("fo:border-left", line.as_str()),
            ("fo:border-top", "none"),
            ("fo:border-right", "none"),
            ("fo:border-bottom", "none"),
            ("fo:padding-left", "3mm"),
            ("fo:background-color", &ground),
        ]);
    }
    xml.empty("style:paragraph-properties", &properties);
    xml.close();
}

fn lists(xml: &mut Xml) {
    for style in ["Points", "Numbers"] {
        xml.open("text:list-style", &[("style:name", style)]);
        if style == "Points" {
            xml.open("text:list-level-style-bullet", &[("text:level", "1"), ("text:bullet-char", "•")]);
        } else {
            xml.open(
                "text:list-level-style-number",
                &[("text:level", "1"), ("style:num-format", "1"), ("style:num-suffix", ".")],
            );
        }
        xml.open("style:list-level-properties", &[("text:list-level-position-and-space-mode", "label-alignment")]);
        xml.empty(
            "style:list-level-label-alignment",
            &[("text:label-followed-by", "listtab"), ("fo:text-indent", "-5mm"), ("fo:margin-left", "7.5mm")],
        );
        (0..3).for_each(|_| xml.close());
    }
}

fn tables(xml: &mut Xml, widths: &BTreeSet<usize>) {
    let whole = millimetres(measure::TEXT_WIDTH);
    xml.open("style:style", &[("style:name", "Figures"), ("style:family", "table")]);
    xml.empty("style:table-properties", &[("style:width", &whole), ("table:align", "left")]);
    xml.close();
    for count in widths {
        let columns = measure::columns(*count);
        for (n, width) in (1..).zip(columns.into_iter().take(2)) {
            let own = format!("Columns{count}.{n}");
            xml.open("style:style", &[("style:name", &own), ("style:family", "table-column")]);
            xml.empty("style:table-column-properties", &[("style:column-width", &millimetres(width))]);
            xml.close();
        }
    }
    xml.open("style:style", &[("style:name", "Row"), ("style:family", "table-row")]);
    xml.empty("style:table-row-properties", &[("fo:keep-together", "always")]);
    xml.close();
    for (own, line) in [
        ("Cell", format!("0.4pt solid #{RULE}")),
        ("CellHead", format!("1.2pt solid #{ACCENT}")),
        ("CellTotal", format!("0.9pt solid #{INK}")),
    ] {
        xml.open("style:style", &[("style:name", own), ("style:family", "table-cell")]);
        xml.empty(
            "style:table-cell-properties",
            &[("fo:padding", "1mm"), ("fo:border", "none"), ("fo:border-bottom", &line)],
        );
        xml.close();
    }
    for look in [Look::Cell, Look::CellHead] {
        let (own, parent) = (format!("{}.R", name(look)), name(look));
        xml.open(
            "style:style",
            &[("style:name", &own), ("style:family", "paragraph"), ("style:parent-style-name", &parent)],
        );
        xml.empty("style:paragraph-properties", &[("fo:text-align", "end")]);
        xml.close();
    }
}
