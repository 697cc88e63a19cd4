//! The XML of a workbook's parts, looked at as it streams by: no document type, bounded in every direction, and no number
//! that would make a reader ask for more than there is.
//!
//! This reads less than XML allows, on purpose: what office programs write passes, what only a hostile or a broken file
//! holds does not. Nothing is expanded and nothing is built.

/// Deepest nesting; the deepest part of an ordinary workbook (a drawing) goes to about 15.
const DEPTH: usize = 64;

/// Most attributes of one element.
const ATTRIBUTES: usize = 256;

/// Longest name of an element or attribute, in bytes.
const NAME: usize = 256;

/// Longest tag, comment or instruction, in bytes.
const TAG: usize = 64 * 1024;

/// Longest run of text between two tags, in bytes: a cell holds 32 767 characters at most.
const TEXT: usize = 1 << 20;

/// Rows and columns of a sheet, as the format has them.
const ROWS: u64 = 1_048_576;
const COLUMNS: u64 = 16_384;

/// Most cells of a workbook: a full sheet of thirty-two columns.
const CELLS: u64 = 32 << 20;

/// Most shared texts of a workbook.
const STRINGS: u64 = 1 << 20;

/// Most sheets of a workbook.
const SHEETS: u64 = 256;

/// Most elements of a part other than a sheet.
const ELEMENTS: u64 = 8 << 20;

/// What the parts of one workbook hold together.
#[derive(Debug, Default)]
pub(super) struct Counts {
    cells: u64,
    strings: u64,
    sheets: u64,
}

/// Why a part is refused: a phrase.
pub(super) type Fault = &'static str;

/// Looks at one part.
pub(super) struct Guard<'a> {
    counts: &'a mut Counts,
    kind: Kind,
    state: State,
    /// The tag, comment or instruction under way.
    tag: Vec<u8>,
    /// The names of the open elements, one after the other, and where each begins.
    open: Vec<u8>,
    starts: Vec<usize>,
    text: usize,
    elements: u64,
    seen_root: bool,
    /// How much of a byte-order mark has been passed; 3 when that is over.
    mark: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Xml,
    /// Pictures and printer settings: never read, and never XML.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// After `<`, quoted by that sign or not.
    Tag(Option<u8>),
    Comment,
    Data,
    Instruction,
}

impl<'a> Guard<'a> {
    pub(super) fn of(name: &str, counts: &'a mut Counts) -> Self {
        let low = name.to_ascii_lowercase();
        let other = [".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf", ".bin", "/"];
        // An OpenDocument file says its type in a part of its own, and shows what is embedded as pictures.
        let aside = low == "mimetype" || low.starts_with("objectreplacements/");
        let kind = if aside || other.iter().any(|end| low.ends_with(end)) { Kind::Other } else { Kind::Xml };
        Self {
            counts,
            kind,
            state: State::Text,
            tag: Vec::new(),
            open: Vec::new(),
            starts: Vec::new(),
            text: 0,
            elements: 0,
            seen_root: false,
            mark: 0,
        }
    }

    /// Looks at the next bytes of the part.
    pub(super) fn see(&mut self, piece: &[u8]) -> Result<(), Fault> {
        if self.kind == Kind::Other {
            return Ok(());
        }
        if memchr::memchr(0, piece).is_some() {
            return Err("a NUL byte: it is no UTF-8 XML");
        }
        let mut rest = piece;
        while let Some(expected) = b"\xef\xbb\xbf".get(self.mark) {
            match rest.split_first() {
                Some((byte, after)) if byte == expected => {
                    self.mark += 1;
                    rest = after;
                }
                Some(_) if self.mark == 0 => self.mark = 3,
                Some(_) => return Err("half a byte-order mark"),
                None => return Ok(()),
            }
        }
        while let Some((&byte, after)) = rest.split_first() {
            match self.state {
                State::Text => {
                    let stop = memchr::memchr(b'<', rest).unwrap_or(rest.len());
                    self.words(rest.get(..stop).unwrap_or_default())?;
                    rest = rest.get(stop..).unwrap_or_default();
                    if let Some((_, after)) = rest.split_first() {
                        rest = after;
                        self.text = 0;
                        self.tag.clear();
                        self.state = State::Tag(None);
                    }
                    continue;
                }
                State::Tag(Some(quote)) => {
                    if byte == quote {
                        self.state = State::Tag(None);
                    }
                    if byte == b'<' {
                        return Err("a `<` within an attribute");
                    }
                    self.tag.push(byte);
                }
                State::Tag(None) => match byte {
                    b'>' => {
                        self.tag_ended()?;
                        self.state = State::Text;
                    }
                    b'<' => return Err("a `<` within a tag"),
                    _ => {
                        self.tag.push(byte);
                        match self.tag.as_slice() {
                            b"!--" => self.begin(State::Comment),
                            b"![CDATA[" => self.begin(State::Data),
                            b"?" => self.begin(State::Instruction),
                            [b'!', more @ ..] if !(b"--".starts_with(more) || b"[CDATA[".starts_with(more)) => {
                                return Err("a document type, or another declaration that a workbook never holds");
                            }
                            [b'!', ..] => {}
                            _ if matches!(byte, b'"' | b'\'') => self.state = State::Tag(Some(byte)),
                            _ => {}
                        }
                    }
                },
                State::Comment | State::Data | State::Instruction => {
                    self.tag.push(byte);
                    let end: &[u8] = match self.state {
                        State::Comment => b"-->",
                        State::Data => b"]]>",
                        _ => b"?>",
                    };
                    if byte == b'>' && self.tag.ends_with(end) {
                        if self.state == State::Instruction {
                            instruction(&self.tag)?;
                        }
                        self.state = State::Text;
                    }
                }
            }
            let bound = if self.state == State::Data { TEXT } else { TAG };
            if self.tag.len() > bound {
                return Err("a tag or comment longer than 64 KiB");
            }
            rest = after;
        }
        Ok(())
    }

    /// The part is at its end.
    pub(super) fn end(&self) -> Result<(), Fault> {
        if self.kind == Kind::Other {
            return Ok(());
        }
        if self.state == State::Text && self.starts.is_empty() && self.seen_root {
            Ok(())
        } else {
            Err("the XML is cut short")
        }
    }

    fn begin(&mut self, state: State) {
        self.state = state;
        self.tag.clear();
    }

    fn words(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.text += text.len();
        if self.text > TEXT {
            return Err("a text longer than 1 MiB");
        }
        if self.starts.is_empty() && !text.iter().all(u8::is_ascii_whitespace) {
            return Err("text outside the root element");
        }
        Ok(())
    }

    fn tag_ended(&mut self) -> Result<(), Fault> {
        let tag = std::mem::take(&mut self.tag);
        let outcome = self.tag(&tag);
        self.tag = tag;
        outcome
    }

    fn tag(&mut self, tag: &[u8]) -> Result<(), Fault> {
        if let Some(name) = tag.strip_prefix(b"/") {
            let start = self.starts.pop().ok_or("an end tag too many")?;
            if self.open.get(start..) != Some(name.trim_ascii_end()) {
                return Err("an end tag that closes another element");
            }
            self.open.truncate(start);
            return Ok(());
        }
        let (tag, closed) = match tag.strip_suffix(b"/") {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let length = tag.iter().take_while(|byte| is_name(**byte)).count();
        let (name, attributes) = tag.split_at_checked(length).unwrap_or_default();
        if name.is_empty() || name.len() > NAME {
            return Err("an element without a name, or with one longer than 256 bytes");
        }
        if self.starts.is_empty() && std::mem::replace(&mut self.seen_root, true) {
            return Err("a second root element");
        }
        self.elements += 1;
        self.element(local(name), attributes)?;
        if !closed {
            if self.starts.len() >= DEPTH {
                return Err("nested more than 64 deep");
            }
            self.starts.push(self.open.len());
            self.open.extend_from_slice(name);
        }
        Ok(())
    }

    fn element(&mut self, name: &[u8], attributes: &[u8]) -> Result<(), Fault> {
        match name {
            b"c" => self.counts.cells += 1,
            b"si" => self.counts.strings += 1,
            b"sheet" | b"table" => self.counts.sheets += 1,
            b"table-cell" | b"covered-table-cell" => self.counts.cells += 1,
            b"encryption-data" => return Err("it is encrypted; save it without a password"),
            b"dde-source" | b"table-source" | b"cell-range-source" => {
                return Err("it leads to other files; save the values alone");
            }
            _ if self.elements > ELEMENTS && !matches!(name, b"v" | b"row" | b"t" | b"is" | b"f") => {
                return Err("more than eight million elements");
            }
            _ => {}
        }
        if self.counts.cells > CELLS || self.counts.strings > STRINGS || self.counts.sheets > SHEETS {
            return Err("more cells, shared texts or sheets than a table has");
        }
        let mut seen = 0;
        let mut relation = Relation::default();
        let mut rest = attributes;
        while let Some((attribute, value, after)) = attribute(rest)? {
            rest = after;
            seen += 1;
            if seen > ATTRIBUTES {
                return Err("more than 256 attributes");
            }
            let sound = match (name, attribute) {
                (b"row", b"r") => place(value, false).is_some(),
                (b"c", b"r") => place(value, true).is_some(),
                (b"dimension", b"ref") => range(value),
                (b"sst", b"uniqueCount" | b"count") => {
                    number(value).is_some_and(|count| count <= CELLS)
                        && (attribute != b"uniqueCount" || number(value).is_some_and(|count| count <= STRINGS))
                }
                (b"Relationship", b"Type") => {
                    relation.kind = value;
                    true
                }
                (b"Relationship", b"Target") => {
                    relation.target = value;
                    true
                }
                _ => true,
            };
            if !sound {
                return Err("a place or a count that no sheet has");
            }
        }
        relation.check()
    }
}

/// What leads from one part to another.
#[derive(Default)]
struct Relation<'a> {
    kind: &'a [u8],
    target: &'a [u8],
}

impl Relation<'_> {
    /// What is read as XML is called so, and nothing leads to what is refused.
    fn check(&self) -> Result<(), Fault> {
        let kind = self.kind.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let read: [&[u8]; 7] =
            [b"officeDocument", b"worksheet", b"chartsheet", b"dialogsheet", b"sharedStrings", b"styles", b"theme"];
        let refused: [&[u8]; 6] =
            [b"externalLink", b"externalLinkPath", b"oleObject", b"vbaProject", b"attachedTemplate", b"connections"];
        if read.contains(&kind) && !self.target.ends_with(b".xml") {
            return Err("a sheet, a style or a text that is no .xml part");
        }
        if refused.contains(&kind) {
            return Err("it leads to macros, other files or embedded objects; save the values alone");
        }
        Ok(())
    }
}

/// Name, value, and what follows.
type Attribute<'a> = (&'a [u8], &'a [u8], &'a [u8]);

/// The next attribute: its local name, its value as written, and what follows.
fn attribute(rest: &[u8]) -> Result<Option<Attribute<'_>>, Fault> {
    const ODD: Fault = "an attribute that is not written as it should";
    let trimmed = rest.trim_ascii_start();
    if trimmed.is_empty() {
        return Ok(None);
    }
    if trimmed.len() == rest.len() {
        return Err(ODD);
    }
    let length = trimmed.iter().take_while(|byte| is_name(**byte)).count();
    let (name, rest) = trimmed.split_at_checked(length).unwrap_or_default();
    if name.is_empty() || name.len() > NAME {
        return Err(ODD);
    }
    let rest = rest.trim_ascii_start().strip_prefix(b"=").ok_or(ODD)?.trim_ascii_start();
    let (&quote, rest) = rest.split_first().ok_or(ODD)?;
    if !matches!(quote, b'"' | b'\'') {
        return Err(ODD);
    }
    let end = memchr::memchr(quote, rest).ok_or(ODD)?;
    let (value, rest) = rest.split_at_checked(end).unwrap_or_default();
    Ok(Some((local(name), value, rest.get(1..).unwrap_or_default())))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') || byte >= 0x80
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}

/// An XML declaration says UTF-8 or nothing.
fn instruction(text: &[u8]) -> Result<(), Fault> {
    let low = text.to_ascii_lowercase();
    let Some(at) = memchr::memmem::find(&low, b"encoding") else { return Ok(()) };
    let said = low.get(at + 8..).unwrap_or_default().trim_ascii_start();
    let said = said.strip_prefix(b"=").unwrap_or_default().trim_ascii_start();
    if said.starts_with(b"\"utf-8\"") || said.starts_with(b"'utf-8'") {
        Ok(())
    } else {
        Err("XML in another encoding than UTF-8")
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 12 {
        return None;
    }
    digits.iter().try_fold(0, |n, digit| digit.is_ascii_digit().then(|| n * 10 + u64::from(digit - b'0')))
}

/// A cell (`B12`) or a row (`12`) that a sheet has: column and row, from 1.
fn place(text: &[u8], with_column: bool) -> Option<(u64, u64)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (letters, digits) = text.split_at_checked(letters)?;
    if letters.is_empty() == with_column || letters.len() > 3 {
        return None;
    }
    let column =
        letters.iter().fold(0, |column, letter| column * 26 + u64::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = number(digits)?;
    ((1..=ROWS).contains(&row) && column <= COLUMNS).then_some((column, row))
}

/// `A1` or `A1:C12`.
fn range(text: &[u8]) -> bool {
    let mut corners = text.split(|byte| *byte == b':').map(|corner| place(corner, true));
    match (corners.next().flatten(), corners.next(), corners.next()) {
        (Some(_), None, _) => true,
        (Some((left, top)), Some(Some((right, bottom))), None) => left <= right && top <= bottom,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str, xml: &str) -> Result<(), Fault> {
        let mut counts = Counts::default();
        let mut guard = Guard::of(name, &mut counts);
        // Byte by byte: nothing may depend on where pieces are cut.
        xml.as_bytes().chunks(1).try_for_each(|piece| guard.see(piece))?;
        guard.end()?;
        let mut counts = Counts::default();
        let mut guard = Guard::of(name, &mut counts);
        guard.see(xml.as_bytes()).and_then(|()| guard.end())
    }

    fn sheet(xml: &str) -> Result<(), Fault> {
        look("xl/worksheets/sheet1.xml", xml)
    }

    #[test]
    fn what_office_programs_write_passes() {
        for xml in [
            "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<a:b xmlns:a='x'><c r=\"B2\" t=\"s\"><v>1 &amp; é</v></c><!-- < > --><d/></a:b>\n",
            "<x><![CDATA[ <!DOCTYPE ] ]> ]]]></x>",
            "<sst count='10' uniqueCount='2'><si/><si/></sst>",
            "<w><dimension ref='A1:XFD1048576'/><dimension ref=\"B2\"/><row r='1048576'/></w>",
            "<R><Relationship Id=\"r\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet1.xml\"/></R>",
            "<R><Relationship Type=\"http://x/hyperlink\" Target=\"https://example.org/a?b\" TargetMode=\"External\"/></R>",
        ] {
            assert_eq!(sheet(xml), Ok(()), "{xml}");
        }
        let mut counts = Counts::default();
        assert_eq!(Guard::of("xl/media/a.png", &mut counts).see(b"\x89PNG\0"), Ok(()));
    }

    #[test]
    fn what_only_a_hostile_file_holds_does_not() {
        let deep = format!("{}{}", "<a>".repeat(65), "</a>".repeat(65));
        let attributes: String = (0..257).map(|n| format!(" a{n}='1'")).collect();
        for (xml, told) in [
            ("<!DOCTYPE a><a/>", "document type"),
            ("<!doctype a [<!ENTITY x 'y'>]><a/>", "document type"),
            ("<a><!ENTITY x 'y'></a>", "document type"),
            ("<a><![INCLUDE[]]></a>", "document type"),
            (&deep, "64 deep"),
            (&format!("<a{attributes}/>"), "256 attributes"),
            (&format!("<{}/>", "a".repeat(257)), "a name"),
            (&format!("<a b='{}'/>", "x".repeat(TAG)), "64 KiB"),
            (&format!("<a><!--{}--></a>", "x".repeat(TAG)), "64 KiB"),
            (&format!("<a>{}</a>", "x".repeat(TEXT + 1)), "1 MiB"),
            ("<a b='<'/>", "within an attribute"),
            ("<a <b/>", "within a tag"),
            ("<a></b>", "another element"),
            ("</a>", "too many"),
            ("<a/><b/>", "second root"),
            ("<a", "cut short"),
            ("<a>", "cut short"),
            ("", "cut short"),
            ("x<a/>", "outside"),
            ("<a b=c/>", "not written"),
            ("<a b='1'c='2'/>", "not written"),
            ("<?xml version='1.0' encoding='UTF-16'?><a/>", "another encoding"),
            ("<?xml version='1.0' encoding='UTF-7'?><a/>", "another encoding"),
            ("<a>\0</a>", "NUL"),
            ("<w><row r='1048577'/></w>", "no sheet has"),
            ("<w><row r='4294967296'/></w>", "no sheet has"),
            ("<w><row r='0'/></w>", "no sheet has"),
            ("<w><c r='XFE1'/></w>", "no sheet has"),
            ("<w><c r='AAAAAAAA1'/></w>", "no sheet has"),
            ("<w><c r='1'/></w>", "no sheet has"),
            ("<w><dimension ref='B2:A1'/></w>", "no sheet has"),
            ("<w><dimension ref='A1:B2:C3'/></w>", "no sheet has"),
            ("<sst uniqueCount='18446744073709551615'/>", "no sheet has"),
            ("<sst uniqueCount='40000000'/>", "no sheet has"),
            ("<R><Relationship Type='x/worksheet' Target='media/a.png'/></R>", "no .xml part"),
            ("<R><Relationship Type='x/externalLinkPath' Target='http://h/x.xlsx'/></R>", "other files"),
        ] {
            let fault = sheet(xml).unwrap_err();
            assert!(fault.contains(told), "{}: {fault}", xml.chars().take(60).collect::<String>());
        }
    }

    #[test]
    fn what_parts_hold_together_is_counted() {
        let mut counts = Counts::default();
        let sheets = format!("<w>{}</w>", "<sheet/>".repeat(200));
        let mut see = || Guard::of("xl/workbook.xml", &mut counts).see(sheets.as_bytes());
        assert!(see().is_ok());
        assert!(see().is_err_and(|fault| fault.contains("than a table has")));
        let texts = format!("<sst>{}</sst>", "<si/>".repeat((STRINGS + 1) as usize));
        assert!(look("xl/sharedStrings.xml", &texts).is_err());
    }
}
