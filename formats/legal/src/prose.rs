//! Text with tags made plain: a paragraph a line.

/// Paragraphs on their way.
#[derive(Default)]
pub(crate) struct Prose {
    text: String,
    /// A blank is owed before the next word.
    blank: bool,
}

impl Prose {
    /// Words; any run of blanks is one.
    pub(crate) fn words(&mut self, text: &str) {
        for c in text.chars() {
            // No-break spaces are kept: French typography is part of the text.
            if c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}') {
                self.blank = true;
            } else if !c.is_control() {
                if self.blank && !self.text.is_empty() && !self.text.ends_with('\n') {
                    self.text.push(' ');
                }
                self.blank = false;
                self.text.push(c);
            }
        }
    }

    /// A new paragraph.
    pub(crate) fn paragraph(&mut self) {
        self.blank = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// A tag by its name without prefix.
    pub(crate) fn tag(&mut self, name: &str) {
        match name.to_ascii_lowercase().as_str() {
            "p" | "br" | "div" | "tr" | "li" | "ul" | "ol" | "table" | "blockquote" | "h1" | "h2" | "h3" | "h4"
            | "h5" | "h6" | "pre" | "caption" | "hr" => self.paragraph(),
            "td" | "th" => self.blank = true,
            _ => {}
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn end(mut self) -> String {
        while self.text.ends_with('\n') {
            self.text.pop();
        }
        self.text
    }
}

/// The text of a piece of HTML. Whatever is no tag and no reference is text.
pub(crate) fn of_html(html: &str) -> String {
    let mut prose = Prose::default();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        prose.words(before);
        rest = if let Some(inside) = from.strip_prefix('<') {
            let tag = inside.trim_start_matches('/');
            match (tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!'), inside.split_once('>')) {
                (true, Some((_, after))) => {
                    let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
                    prose.tag(name);
                    after
                }
                _ => {
                    prose.words("<");
                    inside
                }
            }
        } else {
            let inside = from.strip_prefix('&').unwrap_or(from);
            match inside.split_once(';').and_then(|(name, after)| Some((reference(name)?, after))) {
                Some((c, after)) => {
                    prose.words(c.encode_utf8(&mut [0; 4]));
                    after
                }
                None => {
                    prose.words("&");
                    inside
                }
            }
        };
    }
    prose.words(rest);
    prose.end()
}

/// The references that texts of law hold.
fn reference(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "laquo" => '«',
        "raquo" => '»',
        "deg" => '°',
        "euro" => '€',
        "rsquo" => '’',
        "ndash" => '–',
        "mdash" => '—',
        _ => return None,
    })
}
