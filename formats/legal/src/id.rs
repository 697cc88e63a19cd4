//! Identifiers of texts of law: those of the DILA, NOR, ELI of France and of the Union, CELEX, ECLI.

use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// Not an identifier of the kind that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no {kind}: one is written like {example}")]
pub struct IdError {
    kind: &'static str,
    example: &'static str,
}

/// Digits, all of them.
fn digits(text: &str, count: usize) -> Option<u64> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn upper(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What an identifier of the DILA names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DilaKind {
    /// A consolidated text: `LEGITEXT`.
    Text,
    /// One version of an article: `LEGIARTI`.
    Article,
    /// A section of a consolidated text: `LEGISCTA`.
    Section,
    /// A text as published: `JORFTEXT`.
    Published,
    /// An article as published: `JORFARTI`.
    PublishedArticle,
    /// A section as published: `JORFSCTA`.
    PublishedSection,
    /// A deliberation of the CNIL: `CNILTEXT`.
    Cnil,
    /// A decision of administrative justice: `CETATEXT`.
    Administrative,
    /// A decision of judicial justice: `JURITEXT`.
    Judicial,
}

impl DilaKind {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Text, "LEGITEXT"),
        (Self::Article, "LEGIARTI"),
        (Self::Section, "LEGISCTA"),
        (Self::Published, "JORFTEXT"),
        (Self::PublishedArticle, "JORFARTI"),
        (Self::PublishedSection, "JORFSCTA"),
        (Self::Cnil, "CNILTEXT"),
        (Self::Administrative, "CETATEXT"),
        (Self::Judicial, "JURITEXT"),
    ];
}

/// An identifier of the DILA: a kind and twelve digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DilaId {
    /// What it names.
    pub kind: DilaKind,
    number: u64,
}

impl FromStr for DilaId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let found = DilaKind::ALL.iter().find_map(|(kind, mark)| {
            let number = digits(text.strip_prefix(mark)?, 12)?;
            Some(Self { kind: *kind, number })
        });
        found.ok_or(IdError { kind: "identifier of Légifrance", example: "LEGIARTI000048462058" })
    }
}

impl fmt::Display for DilaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = DilaKind::ALL.iter().find(|(kind, _)| *kind == self.kind).map_or("", |(_, mark)| mark);
        write!(f, "{mark}{:012}", self.number)
    }
}

/// What a NOR number says of a text's nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// Decree: D.
    Decree,
    /// Order of a minister: A.
    Order,
    /// Act of Parliament: L.
    Act,
    /// Ordinance: R.
    Ordinance,
    /// Circular: C.
    Circular,
    /// Another letter.
    Other(char),
}

/// A NOR number: `IOMJ2325904D`, for ministry, service, year, serial and nature.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Nor(String);

impl Nor {
    /// The letters of the ministry.
    pub fn ministry(&self) -> &str {
        self.0.get(..3).unwrap_or_default()
    }

    /// The letter of the service.
    pub fn service(&self) -> &str {
        self.0.get(3..4).unwrap_or_default()
    }

    /// The year: NOR numbers exist since 1987.
    pub fn year(&self) -> i16 {
        let two: i16 = self.0.get(4..6).and_then(|year| year.parse().ok()).unwrap_or_default();
        if two >= 87 { 1900 + two } else { 2000 + two }
    }

    /// What it is.
    pub fn nature(&self) -> Nature {
        match self.0.chars().last() {
            Some('D') => Nature::Decree,
            Some('A') => Nature::Order,
            Some('L') => Nature::Act,
            Some('R') => Nature::Ordinance,
            Some('C') => Nature::Circular,
            Some(other) => Nature::Other(other),
            None => Nature::Other('?'),
        }
    }
}

impl FromStr for Nor {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let parts = (text.len() == 12).then(|| Some((text.get(..4)?, text.get(4..11)?, text.get(11..)?))).flatten();
        let fits =
            parts.is_some_and(|(who, number, nature)| upper(who) && digits(number, 7).is_some() && upper(nature));
        if fits { Ok(Self(text.to_owned())) } else { Err(IdError { kind: "NOR number", example: "IOMJ2325904D" }) }
    }
}

impl fmt::Display for Nor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// In which version a French ELI names a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EliVersion {
    /// As published: `jo`.
    Published,
    /// Consolidated: `lc`; with a day, as on that day.
    Consolidated(Option<Date>),
}

/// Which part of a text a French ELI names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EliPart {
    /// All of it: `texte`.
    Whole,
    /// An article: `article_3`.
    Article(String),
}

/// A European Legislation Identifier of France: `/eli/decret/2023/11/23/IOMJ2325904D/jo/texte`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EliFrance {
    /// What it is: `loi`, `decret`, `arrete`…
    pub nature: String,
    /// Day of signature.
    pub signed: Date,
    /// NOR number or number of the text.
    pub number: String,
    /// Which version.
    pub version: EliVersion,
    /// Which part.
    pub part: EliPart,
}

const ELI_FRANCE: IdError = IdError {
    kind: "European Legislation Identifier of France",
    example: "/eli/decret/2023/11/23/IOMJ2325904D/jo/texte",
};

impl FromStr for EliFrance {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let path = ["https://www.legifrance.gouv.fr", "http://www.legifrance.gouv.fr"]
            .iter()
            .find_map(|host| text.strip_prefix(host))
            .unwrap_or(text);
        parse_eli(path).ok_or(ELI_FRANCE)
    }
}

fn parse_eli(path: &str) -> Option<EliFrance> {
    let mut parts = path.strip_prefix("/eli/")?.split('/');
    let nature = parts
        .next()
        .filter(|nature| !nature.is_empty() && nature.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))?;
    let signed = ymd(parts.next()?, parts.next()?, parts.next()?)?;
    let number = parts.next().filter(|number| plain(number))?;
    let version = match parts.next()? {
        "jo" => EliVersion::Published,
        "lc" => EliVersion::Consolidated(None),
        _ => return None,
    };
    let mut part = parts.next()?;
    let mut version = version;
    if let (EliVersion::Consolidated(_), Some(day)) = (version, eight(part)) {
        version = EliVersion::Consolidated(Some(day));
        part = parts.next()?;
    }
    let part = match part.strip_prefix("article_") {
        Some(article) if plain(article) => EliPart::Article(article.to_owned()),
        None if part == "texte" => EliPart::Whole,
        _ => return None,
    };
    if parts.next().is_some() {
        return None;
    }
    Some(EliFrance { nature: nature.to_owned(), signed, number: number.to_owned(), version, part })
}

fn plain(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// A day in parts, whose month and day are written without a nought before them.
fn ymd(year: &str, month: &str, day: &str) -> Option<Date> {
    let number = |text: &str| (!text.starts_with('0')).then(|| text.parse::<i8>().ok()).flatten();
    Date::new(i16::try_from(digits(year, 4)?).ok()?, number(month)?, number(day)?).ok()
}

/// A day in eight digits.
fn eight(text: &str) -> Option<Date> {
    digits(text, 8)?;
    let part = |from, to| text.get(from..to).and_then(|part: &str| part.parse::<i8>().ok());
    Date::new(text.get(..4)?.parse().ok()?, part(4, 6)?, part(6, 8)?).ok()
}

impl fmt::Display for EliFrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.signed;
        write!(f, "/eli/{}/{:04}/{}/{}/{}/", self.nature, day.year(), day.month(), day.day(), self.number)?;
        match self.version {
            EliVersion::Published => f.write_str("jo/")?,
            EliVersion::Consolidated(None) => f.write_str("lc/")?,
            EliVersion::Consolidated(Some(day)) => write!(f, "lc/{}/", day.strftime("%Y%m%d"))?,
        }
        match &self.part {
            EliPart::Whole => f.write_str("texte"),
            EliPart::Article(number) => write!(f, "article_{number}"),
        }
    }
}

/// What an act of the Union is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnionAct {
    /// Regulation: `reg`, R.
    Regulation,
    /// Directive: `dir`, L.
    Directive,
    /// Decision: `dec`, D.
    Decision,
}

impl UnionAct {
    const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::Regulation, "reg", "R"), (Self::Directive, "dir", "L"), (Self::Decision, "dec", "D")];
}

/// A European Legislation Identifier of the Union: `http://data.europa.eu/eli/reg/2023/1543/oj`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EliUnion {
    /// What it is.
    pub act: UnionAct,
    /// Its year.
    pub year: u16,
    /// Its number.
    pub number: u32,
}

impl EliUnion {
    /// The same act in CELEX.
    pub fn celex(self) -> Celex {
        let letter = UnionAct::ALL.iter().find(|(act, ..)| *act == self.act).map_or("R", |(_, _, letter)| letter);
        Celex {
            sector: '3',
            year: self.year,
            kind: letter.to_owned(),
            number: format!("{:04}", self.number),
            tail: String::new(),
        }
    }
}

impl FromStr for EliUnion {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let parse = || {
            let path = text
                .strip_prefix("http://data.europa.eu/eli/")
                .or_else(|| text.strip_prefix("https://data.europa.eu/eli/"))?;
            let mut parts = path.split('/');
            let word = parts.next()?;
            let (act, ..) = UnionAct::ALL.iter().find(|(_, mark, _)| *mark == word)?;
            let year = u16::try_from(digits(parts.next()?, 4)?).ok()?;
            let number = parts.next().filter(|number| !number.starts_with('0') && number.len() <= 5)?;
            let number = u32::try_from(digits(number, number.len())?).ok()?;
            (parts.next() == Some("oj") && parts.next().is_none()).then_some(Self { act: *act, year, number })
        };
        parse().ok_or(IdError {
            kind: "European Legislation Identifier of the Union",
            example: "http://data.europa.eu/eli/reg/2023/1543/oj",
        })
    }
}

impl fmt::Display for EliUnion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = UnionAct::ALL.iter().find(|(act, ..)| *act == self.act).map_or("", |(_, word, _)| word);
        write!(f, "http://data.europa.eu/eli/{word}/{}/{}/oj", self.year, self.number)
    }
}

/// A CELEX number: `32023R1543`, `02016R0679-20160504`, `62014CJ0362`, `32016R0679R(02)`. Those of national measures (sector
/// 7) and of articles of the treaties are not read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Celex {
    /// Sector: 3 for acts, 6 for case law, 0 for consolidated texts, 5 for preparatory acts…
    pub sector: char,
    /// Year.
    pub year: u16,
    /// One to three letters: R, L, D, CJ, PC…
    pub kind: String,
    /// Its number, with its noughts.
    pub number: String,
    /// `-20160504` for the day of a consolidated text, `R(02)` for a corrigendum, or nothing.
    tail: String,
}

impl Celex {
    /// The same act as an identifier of the Union, for a regulation, a directive or a decision.
    pub fn eli(&self) -> Option<EliUnion> {
        let (act, ..) = UnionAct::ALL.iter().find(|(_, _, letter)| *letter == self.kind)?;
        let number = self.number.parse().ok()?;
        (self.sector == '3' && self.tail.is_empty()).then_some(EliUnion { act: *act, year: self.year, number })
    }

    /// The day of a consolidated text.
    pub fn consolidated(&self) -> Option<Date> {
        eight(self.tail.strip_prefix('-')?)
    }
}

impl FromStr for Celex {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        parse_celex(text).ok_or(IdError { kind: "CELEX number", example: "32023R1543" })
    }
}

fn parse_celex(text: &str) -> Option<Celex> {
    let sector = text.chars().next().filter(|sector| matches!(sector, '0'..='6' | '8' | '9' | 'C' | 'E'))?;
    let year = u16::try_from(digits(text.get(1..5)?, 4)?).ok().filter(|year| *year >= 1950)?;
    let rest = text.get(5..)?;
    let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    let (kind, rest) = rest.split_at_checked(letters).filter(|_| (1..=3).contains(&letters))?;
    let figures = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, tail) = rest.split_at_checked(figures).filter(|_| figures == 4)?;
    let corrigendum = || digits(tail.strip_prefix("R(")?.strip_suffix(')')?, 2);
    let day = || tail.strip_prefix('-').and_then(eight);
    let known = tail.is_empty() || (sector == '0' && day().is_some()) || corrigendum().is_some();
    if !known {
        return None;
    }
    Some(Celex { sector, year, kind: kind.to_owned(), number: number.to_owned(), tail: tail.to_owned() })
}

impl fmt::Display for Celex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}{}{}", self.sector, self.year, self.kind, self.number, self.tail)
    }
}

/// A European Case Law Identifier: `ECLI:FR:CCASS:2018:CR01953`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ecli {
    /// Country, or EU, or CE for the Court of Human Rights.
    pub country: String,
    /// Court.
    pub court: String,
    /// Year of the decision.
    pub year: u16,
    /// Its number there.
    pub number: String,
}

impl FromStr for Ecli {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let parse = || {
            let mut parts = text.strip_prefix("ECLI:")?.split(':');
            let country = parts.next().filter(|country| country.len() == 2 && upper(country))?;
            let court = parts.next().filter(|court| {
                (1..=7).contains(&court.len()) && court.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
            })?;
            let year = u16::try_from(digits(parts.next()?, 4)?).ok()?;
            let number = parts.next().filter(|number| {
                (1..=25).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.')
            })?;
            parts.next().is_none().then(|| Self {
                country: country.to_owned(),
                court: court.to_owned(),
                year,
                number: number.to_owned(),
            })
        };
        parse().ok_or(IdError { kind: "European Case Law Identifier", example: "ECLI:FR:CCASS:2018:CR01953" })
    }
}

impl fmt::Display for Ecli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ECLI:{}:{}:{:04}:{}", self.country, self.court, self.year, self.number)
    }
}

/// Any of these identifiers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identifier {
    /// Of the DILA.
    Dila(DilaId),
    /// NOR number.
    Nor(Nor),
    /// ELI of France.
    EliFrance(EliFrance),
    /// ELI of the Union.
    EliUnion(EliUnion),
    /// CELEX number.
    Celex(Celex),
    /// ECLI.
    Ecli(Ecli),
}

impl FromStr for Identifier {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let dila = text.parse().map(Self::Dila);
        let others = || {
            let nor = text.parse().map(Self::Nor);
            nor.or_else(|_| text.parse().map(Self::EliFrance))
                .or_else(|_: IdError| text.parse().map(Self::EliUnion))
                .or_else(|_: IdError| text.parse().map(Self::Celex))
                .or_else(|_: IdError| text.parse().map(Self::Ecli))
        };
        dila.or_else(|_: IdError| others()).map_err(|_: IdError| IdError {
            kind: "identifier of a text of law",
            example: "LEGIARTI000048462058, IOMJ2325904D, 32023R1543 or /eli/loi/2023/1/24/2023-22/jo/texte",
        })
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dila(id) => id.fmt(f),
            Self::Nor(id) => id.fmt(f),
            Self::EliFrance(id) => id.fmt(f),
            Self::EliUnion(id) => id.fmt(f),
            Self::Celex(id) => id.fmt(f),
            Self::Ecli(id) => id.fmt(f),
        }
    }
}
