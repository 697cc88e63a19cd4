//! Escaping.

use crate::visible::visible;

/// The text as HTML, for content and for attribute values between double quotes; characters that hide are spelled out.
pub(crate) fn escaped(text: &str) -> String {
    let text = visible(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// As [`escaped`], with line ends as `<br>`: for content only.
pub(crate) fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}

/// The SVG without what may stand before its root (XML declaration, document type, comments), so that it can stand
/// inside HTML; an empty text when there is no `<svg`.
pub(crate) fn inline_svg(svg: &str) -> &str {
    svg.find("<svg").and_then(|start| svg.get(start..)).unwrap_or("").trim_end()
}

/// As [`inline_svg`], without its `<style>` elements: where a content-security policy refuses them, the page around it
/// carries the charts' style sheet.
pub(crate) fn unstyled_svg(svg: &str) -> String {
    let mut rest = inline_svg(svg);
    let mut out = String::with_capacity(rest.len());
    while let Some((before, from)) = rest.split_once("<style") {
        out.push_str(before);
        rest = from.split_once("</style>").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        assert_eq!(escaped("<a href='x' b=\"y\">&"), "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;");
        assert_eq!(lines("a\r\nb"), "a<br>b");
    }

    #[test]
    fn an_svg_loses_its_prolog() {
        assert_eq!(inline_svg("<?xml version=\"1.0\"?>\n<svg/>\n"), "<svg/>");
        assert_eq!(inline_svg("no drawing"), "");
    }

    #[test]
    fn an_svg_loses_its_style_where_asked() {
        let svg = "<svg><style>.a{fill:red}</style><path class=\"a\"/><style type=\"text/css\">.b{}</style></svg>";
        assert_eq!(unstyled_svg(svg), "<svg><path class=\"a\"/></svg>");
        assert_eq!(unstyled_svg("<svg><style>.a{"), "<svg>");
    }
}
