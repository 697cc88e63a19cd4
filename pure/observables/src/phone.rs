//! Telephone numbers in E.164 form.
//!
//! No dialling plan of the world is kept here: a number with its country code is taken as written (ITU-T E.164, 7 to 15
//! digits), and a national number is read as French. French national numbers have ten digits; those of the overseas
//! territories have a country code of their own, told by their first digits (source: ARCEP, numbering resources allotted
//! by territory, MAJNUM table, Licence Ouverte 2.0).

/// First digits of national numbers and the country code they take when it is not 33, by their second digit; of two that
/// fit, the first counts.
fn overseas_of(second: u8) -> &'static [(&'static str, &'static str)] {
    match second {
        b'2' => &[("0262", "262"), ("0263", "262"), ("0268", "262"), ("0269", "262")],
        b'5' => &[
            ("0508", "508"),
            ("0590", "590"),
            ("0594", "594"),
            ("0596", "596"),
            ("05987", "590"),
            ("05988", "594"),
            ("05989", "596"),
        ],
        b'6' => &[
            // Reserved for fiction and so of nobody, in the middle of Mayotte's numbers.
            ("063998", "33"),
            ("0639", "262"),
            ("0690", "590"),
            ("0691", "590"),
            ("0692", "262"),
            ("0693", "262"),
            ("0694", "594"),
            ("0696", "596"),
            ("0697", "596"),
        ],
        b'7' => &[
            ("070856", "508"),
            ("07090", "590"),
            ("07091", "596"),
            ("07092", "262"),
            ("070935", "262"),
            ("070936", "262"),
            ("070937", "262"),
            ("07093", "594"),
        ],
        b'9' => &[
            ("09395", "590"),
            ("09396", "594"),
            ("09397", "596"),
            ("09398", "262"),
            ("09399", "262"),
            ("09475", "590"),
            ("09476", "594"),
            ("09477", "596"),
            ("09478", "262"),
            ("09479", "262"),
            ("09760", "590"),
            ("09761", "590"),
            ("09762", "262"),
            ("09763", "262"),
            ("09764", "594"),
            ("09765", "594"),
            ("09766", "596"),
            ("09767", "596"),
            ("09769", "262"),
        ],
        _ => &[],
    }
}

/// See [`crate::canonical`].
pub(crate) fn canonical(text: &str) -> Result<String, &'static str> {
    let mut digits = Digits::default();
    let mut international = false;
    let mut rest = text.strip_prefix("tel:").unwrap_or(text);
    if let Some(after) = rest.strip_prefix('+') {
        (international, rest) = (true, after);
    }
    for c in rest.chars() {
        match c {
            // At most twenty: a country code may be written with its two zeros.
            '0'..='9' => digits.push(c as u8).ok_or("it has more than 15 digits")?,
            ' ' | '.' | '-' | '(' | ')' | '/' | '\u{a0}' | '\u{202f}' => {}
            _ => return Err("it has other signs than digits"),
        }
    }
    let digits = digits.text();
    match digits.strip_prefix("00") {
        _ if international => abroad(digits),
        Some(abroad_digits) => abroad(abroad_digits),
        None => national(digits),
    }
}

/// The digits of a number, gathered without asking for memory: many a row has one.
#[derive(Default)]
struct Digits {
    all: [u8; 20],
    n: usize,
}

impl Digits {
    /// Nothing when there is no room for one more.
    fn push(&mut self, digit: u8) -> Option<()> {
        *self.all.get_mut(self.n)? = digit;
        self.n += 1;
        Some(())
    }

    fn text(&self) -> &str {
        self.all.get(..self.n).and_then(|all| std::str::from_utf8(all).ok()).unwrap_or_default()
    }
}

fn abroad(digits: &str) -> Result<String, &'static str> {
    if let Some(french) = digits.strip_prefix("33") {
        let significant = french.strip_prefix('0').unwrap_or(french);
        return national(&format!("0{significant}"));
    }
    if digits.starts_with('0') || !(7..=15).contains(&digits.len()) {
        return Err("expected a country code and 7 to 15 digits in all");
    }
    Ok(format!("+{digits}"))
}

/// The prefix that fits.
fn overseas(digits: &str) -> Option<&'static (&'static str, &'static str)> {
    let second = *digits.as_bytes().get(1)?;
    overseas_of(second).iter().find(|(prefix, _)| digits.starts_with(prefix))
}

fn national(digits: &str) -> Result<String, &'static str> {
    let significant = digits.strip_prefix('0').unwrap_or_default();
    if digits.len() != 10 || significant.starts_with('0') || significant.is_empty() {
        return Err("expected ten digits that begin with one 0, or a + and the country code");
    }
    let country = overseas(digits).map_or("33", |(_, code)| code);
    Ok(["+", country, significant].concat())
}
