//! The fields of a register.

use crate::When;

/// What a field holds. The canonical text of each kind is what is stored, compared and exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Paragraphs.
    LongText,
    /// The number of a file kept elsewhere: capitals, digits, `/`, `-`, `.` and `_`, without blanks. It is not scanned for
    /// data on persons: such a number may look like one of telephone.
    Identifier,
    /// A number with at most so many decimals, canonical with a point: `1234.5`.
    Number {
        /// Decimals, 6 at most.
        decimals: u8,
    },
    /// Euros with two decimals, canonical with a point: `1234.50`.
    Money,
    /// A day: `2026-01-14`.
    Date,
    /// An instant, canonical in UTC: `2026-01-14T09:30:00Z`; forms show and read it in Paris.
    Instant,
    /// One of these codes.
    Choice(&'static [&'static str]),
    /// A code of an embedded code list of that name, in force when it is written.
    Code(&'static str),
    /// `yes` or `no`.
    Flag,
    /// A person who signs in, by login.
    Person,
    /// A service of the tree: unit, department, direction.
    Unit,
    /// A territory code; the first such field says where the record lies.
    Territory,
    /// A record of the register of that name, by its reference.
    Reference(&'static str),
    /// First and last day: `2026-01-01/2026-06-30`.
    Period,
}

/// A field. Declared by its kind and then what else is true of it: `Field::text("title").required().listed()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name, in keys, columns and forms: lower-case words and underscores.
    pub name: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether several may stand in it, one a line.
    pub many: bool,
    /// Whether it must be filled, from the first day. Others are asked for by a state or a move.
    pub required: bool,
    /// When it must be filled besides.
    pub required_when: Option<When>,
    /// Whether lists show it.
    pub listed: bool,
    /// Whether lists are filtered by it.
    pub filtered: bool,
    /// Whether the search over all registers reads it.
    pub searched: bool,
    /// Whether it may hold data on persons; [`crate::words::purpose`] says what for. What is not declared so is scanned,
    /// and refused when it holds a number, an address, an account, a card or a name behind a civility.
    pub personal: bool,
    /// Whether only a move writes it: it stands in no form of its own.
    pub by_move: bool,
    /// Least value of a number (units) or length of a text.
    pub least: i64,
    /// Greatest value of a number (units) or length of a text.
    pub most: i64,
}

/// Longest line.
const LINE: i64 = 300;
/// Longest text.
const PAGE: i64 = 20_000;
/// Largest number: leaves room for six decimals in 64 bits.
const LARGEST: i64 = 1_000_000_000_000;

impl Field {
    const fn new(name: &'static str, kind: FieldKind) -> Self {
        let (least, most) = match kind {
            FieldKind::LongText => (0, PAGE),
            FieldKind::Number { .. } => (-LARGEST, LARGEST),
            FieldKind::Money => (0, LARGEST),
            _ => (0, LINE),
        };
        Self {
            name,
            kind,
            many: false,
            required: false,
            required_when: None,
            listed: false,
            filtered: false,
            searched: false,
            personal: false,
            by_move: false,
            least,
            most,
        }
    }

    /// One line of text, which the search reads.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, FieldKind::Text).searched()
    }

    /// Paragraphs, which the search reads.
    pub const fn long(name: &'static str) -> Self {
        Self::new(name, FieldKind::LongText).searched()
    }

    /// The number of a file kept elsewhere, which the search reads.
    pub const fn identifier(name: &'static str) -> Self {
        Self::new(name, FieldKind::Identifier).between(1, 60).searched()
    }

    /// A whole number.
    pub const fn number(name: &'static str) -> Self {
        Self::new(name, FieldKind::Number { decimals: 0 })
    }

    /// A number with decimals.
    pub const fn decimal(name: &'static str, decimals: u8) -> Self {
        Self::new(name, FieldKind::Number { decimals })
    }

    /// Euros.
    pub const fn money(name: &'static str) -> Self {
        Self::new(name, FieldKind::Money)
    }

    /// A day.
    pub const fn date(name: &'static str) -> Self {
        Self::new(name, FieldKind::Date)
    }

    /// An instant.
    pub const fn instant(name: &'static str) -> Self {
        Self::new(name, FieldKind::Instant)
    }

    /// One of these codes, by which lists are filtered.
    pub const fn choice(name: &'static str, codes: &'static [&'static str]) -> Self {
        Self::new(name, FieldKind::Choice(codes)).filtered()
    }

    /// A code of a code list, by which lists are filtered.
    pub const fn code(name: &'static str, list: &'static str) -> Self {
        Self::new(name, FieldKind::Code(list)).filtered()
    }

    /// Yes or no, by which lists are filtered.
    pub const fn flag(name: &'static str) -> Self {
        Self::new(name, FieldKind::Flag).filtered()
    }

    /// A person, by whom lists are filtered.
    pub const fn person(name: &'static str) -> Self {
        Self::new(name, FieldKind::Person).filtered()
    }

    /// A service, by which lists are filtered.
    pub const fn unit(name: &'static str) -> Self {
        Self::new(name, FieldKind::Unit).filtered()
    }

    /// A territory, by which lists are filtered.
    pub const fn territory(name: &'static str) -> Self {
        Self::new(name, FieldKind::Territory).filtered()
    }

    /// A record of another register; the name of the field is the kind of link.
    pub const fn reference(name: &'static str, register: &'static str) -> Self {
        Self::new(name, FieldKind::Reference(register)).filtered()
    }

    /// First and last day.
    pub const fn period(name: &'static str) -> Self {
        Self::new(name, FieldKind::Period)
    }

    /// Several may stand in it.
    #[must_use]
    pub const fn many(mut self) -> Self {
        self.many = true;
        self
    }

    /// It must be filled from the first day.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// It must be filled when another field says so.
    #[must_use]
    pub const fn required_when(mut self, field: &'static str, is: &'static [&'static str]) -> Self {
        self.required_when = Some(When { field, is });
        self
    }

    /// Lists show it.
    #[must_use]
    pub const fn listed(mut self) -> Self {
        self.listed = true;
        self
    }

    /// Lists are filtered by it.
    #[must_use]
    pub const fn filtered(mut self) -> Self {
        self.filtered = true;
        self
    }

    /// The search reads it.
    #[must_use]
    pub const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }

    /// It may hold data on persons, for the purpose that its words state.
    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// Only a move writes it.
    #[must_use]
    pub const fn by_move(mut self) -> Self {
        self.by_move = true;
        self
    }

    /// Bounds: of a number, or of the length of a text.
    #[must_use]
    pub const fn between(mut self, least: i64, most: i64) -> Self {
        self.least = least;
        self.most = most;
        self
    }

    /// Whether it is free text.
    pub fn is_text(&self) -> bool {
        matches!(self.kind, FieldKind::Text | FieldKind::LongText)
    }

    /// Whether it holds days or instants.
    pub fn is_time(&self) -> bool {
        matches!(self.kind, FieldKind::Date | FieldKind::Instant | FieldKind::Period)
    }
}
