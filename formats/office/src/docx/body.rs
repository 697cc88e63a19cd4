//! The body: `word/document.xml`.

use crate::flow::{Drawing, Entry, Kind, Place, Run, Sink};
use crate::look::Look;
use crate::measure;
use crate::xml::Xml;
use beffroi_document::Table;
use std::collections::BTreeMap;

const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WP: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
const A: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const PIC: &str = "http://schemas.openxmlformats.org/drawingml/2006/picture";
/// A drawing beside its picture, for programs that know it (MS-ODRAWXML, section 2.3.8).
const SVG: &str = "http://schemas.microsoft.com/office/drawing/2016/SVG/main";
const SVG_EXTENSION: &str = "{96DAC541-7B7A-43D3-8B79-37D633B846F1}";
/// The number of the list of points; ordered lists come after it, one each, so that each counts from one.
const POINTS: usize = 1;

/// A picture or drawing of the body.
pub(super) struct Medium {
    /// How the body names it.
    pub(super) relation: String,
    /// Its place beside the body.
    pub(super) target: String,
    pub(super) bytes: Vec<u8>,
}

/// The body, written.
pub(super) struct Written {
    pub(super) xml: Vec<u8>,
    pub(super) media: Vec<Medium>,
    pub(super) ordered_lists: usize,
}

/// The body in the making.
pub(super) struct Body {
    xml: Xml,
    media: Vec<Medium>,
    drawings: usize,
    ordered_lists: usize,
    /// Names of bookmarks are short and of few signs: each anchor has a number.
    bookmarks: BTreeMap<String, usize>,
}

impl Body {
    pub(super) fn new() -> Self {
        let mut xml = Xml::new();
        xml.open("w:document", &[("xmlns:w", W), ("xmlns:r", R), ("xmlns:wp", WP), ("xmlns:a", A), ("xmlns:pic", PIC)]);
        xml.open("w:body", &[]);
        Self { xml, media: Vec::new(), drawings: 0, ordered_lists: 0, bookmarks: BTreeMap::new() }
    }

    pub(super) fn finish(mut self) -> Written {
        let twips = |length| measure::twips(length).to_string();
        self.xml.open("w:sectPr", &[]);
        self.xml.empty("w:headerReference", &[("w:type", "default"), ("r:id", "rIdHeader")]);
        self.xml.empty("w:footerReference", &[("w:type", "default"), ("r:id", "rIdFooter")]);
        self.xml.empty("w:pgSz", &[("w:w", &twips(measure::PAGE_WIDTH)), ("w:h", &twips(measure::PAGE_HEIGHT))]);
        let (side, end, head) = (twips(measure::SIDE), twips(measure::ENDS), twips(measure::HEAD));
        self.xml.empty(
            "w:pgMar",
            &[
                ("w:top", &end),
                ("w:right", &side),
                ("w:bottom", &end),
                ("w:left", &side),
                ("w:header", &head),
                ("w:footer", &head),
                ("w:gutter", "0"),
            ],
        );
        Written { xml: self.xml.finish(), media: self.media, ordered_lists: self.ordered_lists }
    }

    fn bookmark(&mut self, anchor: &str) -> usize {
        let next = self.bookmarks.len() + 1;
        *self.bookmarks.entry(anchor.to_owned()).or_insert(next)
    }

    /// Opens a paragraph; `list` is the number of the list it is an entry of.
    fn open(&mut self, place: Place, list: Option<usize>) {
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        self.xml.empty("w:pStyle", &[("w:val", place.look.style().docx.0)]);
        if place.begins_page {
            self.xml.empty("w:pageBreakBefore", &[]);
        }
        if let Some(list) = list {
            self.xml.open("w:numPr", &[]);
            self.xml.empty("w:ilvl", &[("w:val", "0")]);
            self.xml.empty("w:numId", &[("w:val", &list.to_string())]);
            self.xml.close();
        }
        if let Some((line, ground)) = place.frame.colours() {
            self.xml.open("w:pBdr", &[]);
            self.xml.empty("w:left", &[("w:val", "single"), ("w:sz", "24"), ("w:space", "8"), ("w:color", line)]);
            self.xml.close();
            self.xml.empty("w:shd", &[("w:val", "clear"), ("w:color", "auto"), ("w:fill", ground)]);
            if list.is_none() {
                // The line of the frame stands within the text.
                self.xml.empty("w:ind", &[("w:left", "204")]);
            }
        }
        self.xml.close();
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            match &run.kind {
                Kind::Plain => self.run(None, &run.text),
                Kind::Strong => self.run(Some("Strong"), &run.text),
                Kind::Code => self.run(Some("Code"), &run.text),
                Kind::Link(anchor) => self.link(anchor, Some("Hyperlink"), &run.text),
            }
        }
    }

    fn link(&mut self, anchor: &str, style: Option<&str>, text: &str) {
        let name = format!("b{}", self.bookmark(anchor));
        self.xml.open("w:hyperlink", &[("w:anchor", &name), ("w:history", "1")]);
        self.run(style, text);
        self.xml.close();
    }

    fn run(&mut self, style: Option<&str>, text: &str) {
        self.xml.open("w:r", &[]);
        if let Some(style) = style {
            self.xml.open("w:rPr", &[]);
            self.xml.empty("w:rStyle", &[("w:val", style)]);
            self.xml.close();
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.xml.empty("w:br", &[]);
            }
            if !line.is_empty() {
                self.xml.leaf("w:t", &[("xml:space", "preserve")], line);
            }
        }
        self.xml.close();
    }

    fn cell(&mut self, (text, look): (&str, Look), width: f64, (is_numeric, is_strong): (bool, bool)) {
        self.xml.open("w:tc", &[]);
        self.xml.open("w:tcPr", &[]);
        self.xml.empty("w:tcW", &[("w:w", &measure::twips(width).to_string()), ("w:type", "dxa")]);
        self.xml.close();
        self.xml.open("w:p", &[]);
        self.xml.open("w:pPr", &[]);
        self.xml.empty("w:pStyle", &[("w:val", look.style().docx.0)]);
        if is_numeric {
            self.xml.empty("w:jc", &[("w:val", "right")]);
        }
        self.xml.close();
        self.run(is_strong.then_some("Strong"), text);
        self.xml.close();
        self.xml.close();
    }

    fn medium(&mut self, ending: &str, bytes: Vec<u8>) -> String {
        let n = self.drawings;
        let relation = format!("rId{}{n}", if ending == "png" { "Picture" } else { "Drawing" });
        let target = format!("media/figure-{n}.{ending}");
        self.media.push(Medium { relation: relation.clone(), target, bytes });
        relation
    }
}

impl Sink for Body {
    fn paragraph(&mut self, place: Place, anchor: Option<&str>, runs: &[Run]) {
        self.open(place, None);
        if let Some(anchor) = anchor {
            let n = self.bookmark(anchor);
            self.xml.empty("w:bookmarkStart", &[("w:id", &n.to_string()), ("w:name", &format!("b{n}"))]);
            self.runs(runs);
            self.xml.empty("w:bookmarkEnd", &[("w:id", &n.to_string())]);
        } else {
            self.runs(runs);
        }
        self.xml.close();
    }

    fn list(&mut self, is_ordered: bool, place: Place, items: &[Vec<Run>]) {
        let list = if is_ordered {
            self.ordered_lists += 1;
            POINTS + self.ordered_lists
        } else {
            POINTS
        };
        for (i, item) in items.iter().enumerate() {
            self.open(Place { begins_page: place.begins_page && i == 0, ..place }, Some(list));
            self.runs(item);
            self.xml.close();
        }
    }

    fn table(&mut self, table: &Table, rows: &[Vec<&str>]) {
        let widths = measure::columns(table.columns.len());
        self.xml.open("w:tbl", &[]);
        self.xml.open("w:tblPr", &[]);
        self.xml.empty("w:tblStyle", &[("w:val", "Figures")]);
        self.xml.empty("w:tblW", &[("w:w", "5000"), ("w:type", "pct")]);
        self.xml.empty(
            "w:tblLook",
            &[
                ("w:val", "04A0"),
                ("w:firstRow", "1"),
                ("w:lastRow", "0"),
                ("w:firstColumn", "1"),
                ("w:lastColumn", "0"),
                ("w:noHBand", "0"),
                ("w:noVBand", "1"),
            ],
        );
        self.xml.empty("w:tblCaption", &[("w:val", &table.caption)]);
        self.xml.close();
        self.xml.open("w:tblGrid", &[]);
        for width in &widths {
            self.xml.empty("w:gridCol", &[("w:w", &measure::twips(*width).to_string())]);
        }
        self.xml.close();
        self.xml.open("w:tr", &[]);
        self.xml.open("w:trPr", &[]);
        self.xml.empty("w:cantSplit", &[]);
        self.xml.empty("w:tblHeader", &[]);
        self.xml.close();
        for (column, width) in table.columns.iter().zip(&widths) {
            self.cell((&column.label, Look::CellHead), *width, (column.numeric, false));
        }
        self.xml.close();
        for (i, row) in rows.iter().enumerate() {
            let is_total = table.total && i + 1 == rows.len();
            self.xml.open("w:tr", &[]);
            self.xml.open("w:trPr", &[]);
            self.xml.empty("w:cantSplit", &[]);
            self.xml.close();
            for ((cell, column), width) in row.iter().zip(&table.columns).zip(&widths) {
                self.cell((cell, Look::Cell), *width, (column.numeric, is_total));
            }
            self.xml.close();
        }
        self.xml.close();
    }

    fn drawing(&mut self, place: Place, drawing: Drawing<'_>) {
        self.drawings += 1;
        let id = self.drawings.to_string();
        let picture = self.medium("png", drawing.png);
        let svg = self.medium("svg", drawing.svg.into_bytes());
        let (cx, cy) = (measure::emu(drawing.size.0).to_string(), measure::emu(drawing.size.1).to_string());
        let name = format!("figure-{id}");
        let told = [("id", id.as_str()), ("name", &name), ("descr", drawing.alt), ("title", drawing.title)];
        self.open(place, None);
        let xml = &mut self.xml;
        xml.open("w:r", &[]);
        xml.open("w:drawing", &[]);
        xml.open("wp:inline", &[("distT", "0"), ("distB", "0"), ("distL", "0"), ("distR", "0")]);
        xml.empty("wp:extent", &[("cx", &cx), ("cy", &cy)]);
        xml.empty("wp:docPr", &told);
        xml.open("wp:cNvGraphicFramePr", &[]);
        xml.empty("a:graphicFrameLocks", &[("noChangeAspect", "1")]);
        xml.close();
        xml.open("a:graphic", &[]);
        xml.open("a:graphicData", &[("uri", PIC)]);
        xml.open("pic:pic", &[]);
        xml.open("pic:nvPicPr", &[]);
        xml.empty("pic:cNvPr", &told);
        xml.empty("pic:cNvPicPr", &[]);
        xml.close();
        xml.open("pic:blipFill", &[]);
        xml.open("a:blip", &[("r:embed", &picture)]);
        xml.open("a:extLst", &[]);
        xml.open("a:ext", &[("uri", SVG_EXTENSION)]);
        xml.empty("asvg:svgBlip", &[("xmlns:asvg", SVG), ("r:embed", &svg)]);
        xml.close();
        xml.close();
        xml.close();
        xml.open("a:stretch", &[]);
        xml.empty("a:fillRect", &[]);
        xml.close();
        xml.close();
        xml.open("pic:spPr", &[]);
        xml.open("a:xfrm", &[]);
        xml.empty("a:off", &[("x", "0"), ("y", "0")]);
        xml.empty("a:ext", &[("cx", &cx), ("cy", &cy)]);
        xml.close();
        xml.open("a:prstGeom", &[("prst", "rect")]);
        xml.empty("a:avLst", &[]);
        // Geometry, shape, picture, graphic data, graphic, inline, drawing, run, paragraph.
        (0..9).for_each(|_| xml.close());
    }

    fn contents(&mut self, title: &str, entries: &[Entry<'_>]) {
        let at = |look| Place { look, frame: crate::look::Frame::Outside, begins_page: false };
        self.open(at(Look::ContentsTitle), None);
        self.run(None, title);
        self.xml.close();
        for (i, entry) in entries.iter().enumerate() {
            self.open(at(Look::Contents(entry.level)), None);
            if i == 0 {
                // A field, so that whoever edits the text brings it up to date; without page numbers, which only the
                // program that lays the pages out knows.
                self.field("begin");
                self.xml.open("w:r", &[]);
                self.xml.leaf("w:instrText", &[("xml:space", "preserve")], " TOC \\o \"1-2\" \\n \\h \\z ");
                self.xml.close();
                self.field("separate");
            }
            self.link(&entry.anchor, None, entry.text);
            if i + 1 == entries.len() {
                self.field("end");
            }
            self.xml.close();
        }
    }
}

impl Body {
    fn field(&mut self, kind: &str) {
        self.xml.open("w:r", &[]);
        self.xml.empty("w:fldChar", &[("w:fldCharType", kind)]);
        self.xml.close();
    }
}
