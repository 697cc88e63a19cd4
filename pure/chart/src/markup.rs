//! Writes SVG elements: escaped text, rounded coordinates, identifiers that derive from the drawing's own.

use crate::head::{Head, Use};
use crate::style;
use std::fmt::Write as _;

/// Text for an element or an attribute. Characters that XML 1.0 forbids become U+FFFD.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

/// A coordinate with at most one decimal.
pub(crate) fn num(value: f64) -> String {
    let tenths = (value.clamp(-1e6, 1e6) * 10.0).round();
    // NaN and minus zero are written as zero.
    let tenths = if tenths.is_nan() || tenths == 0.0 { 0.0 } else { tenths };
    format!("{}", tenths / 10.0)
}

/// Where a text is anchored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing being written.
pub(crate) struct Canvas {
    id: String,
    body: String,
    width: f64,
    height: f64,
}

impl Canvas {
    pub(crate) fn new(head: &Head, width: f64, height: f64) -> Self {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
        let id: String = head.id.chars().take(80).map(safe).collect();
        let starts_well = id.starts_with(|c: char| c.is_ascii_alphabetic());
        let id = if starts_well { id } else { format!("c{id}") };
        Self { id, body: String::new(), width, height }
    }

    /// An identifier of this drawing.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("{}-{name}", self.id)
    }

    /// Raw markup, already escaped.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.body.push_str(markup);
    }

    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let d = format!("M{} {}L{} {}", num(from.0), num(from.1), num(to.0), num(to.1));
        self.path(class, &d, None);
    }

    /// A path; `tip` is shown when the pointer rests on it.
    pub(crate) fn path(&mut self, class: &str, d: &str, tip: Option<&str>) {
        let _ = write!(self.body, "<path class=\"{class}\" d=\"{d}\"");
        self.close("path", tip);
    }

    pub(crate) fn rect(&mut self, class: &str, [x, y, w, h]: [f64; 4], tip: Option<&str>) {
        self.filled_rect(class, "", [x, y, w, h], tip);
    }

    /// A rectangle with one more attribute (such as a fill by pattern), written as it is.
    pub(crate) fn filled_rect(&mut self, class: &str, more: &str, [x, y, w, h]: [f64; 4], tip: Option<&str>) {
        let (x, y, w, h) = (num(x), num(y), num(w.max(0.0)), num(h.max(0.0)));
        let _ = write!(self.body, "<rect class=\"{class}\"{more} x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"");
        self.close("rect", tip);
    }

    fn close(&mut self, tag: &str, tip: Option<&str>) {
        let _ = match tip {
            Some(tip) => write!(self.body, "><title>{}</title></{tag}>", escape(tip)),
            None => write!(self.body, "/>"),
        };
    }

    /// Text on one line, `y` being its foot.
    pub(crate) fn text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) {
        if text.is_empty() {
            return;
        }
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let _ = write!(
            self.body,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\"{anchor}>{}</text>",
            num(x),
            num(y),
            escape(text)
        );
    }

    /// The whole drawing.
    pub(crate) fn finish(self, head: &Head, use_: Use) -> String {
        self.finish_as("chart", head, use_)
    }

    pub(crate) fn finish_as(self, class: &str, head: &Head, use_: Use) -> String {
        let (w, h) = (num(self.width), num(self.height));
        let (title_id, desc_id) = (self.id("title"), self.id("desc"));
        let has_description = !head.description.is_empty();
        let named = if has_description { format!("{title_id} {desc_id}") } else { title_id.clone() };
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" id=\"{}\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" \
             height=\"{h}\" role=\"img\" aria-labelledby=\"{named}\"><title id=\"{title_id}\">{}</title>",
            escape(&self.id),
            escape(&head.title)
        );
        if has_description {
            let _ = write!(out, "<desc id=\"{desc_id}\">{}</desc>", escape(&head.description));
        }
        if use_ == Use::Standalone {
            let paper = format!("<rect class=\"ch-paper\" x=\"0\" y=\"0\" width=\"{w}\" height=\"{h}\"/>");
            let _ = write!(out, "<style>{}</style>{paper}", style::standalone(&format!("{paper}{}", self.body)));
        }
        out.push_str(&self.body);
        out.push_str("</svg>\n");
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short() {
        assert_eq!(num(1.04), "1");
        assert_eq!(num(-0.04), "0");
        assert_eq!(num(2.25), "2.3");
        assert_eq!(num(f64::NAN), "0");
        assert_eq!(num(f64::INFINITY), "1000000");
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("<a href=\"x\">&'\u{7}"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u{fffd}");
    }
}
