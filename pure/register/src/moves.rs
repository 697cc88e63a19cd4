//! How records move, and who may move one.

use crate::{Record, Register};
use beffroi_rights::{Act, Kind, Object, Role, Subject};
use jiff::civil::Date;

/// A way from states to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// Its name.
    pub name: &'static str,
    /// From which states.
    pub from: &'static [&'static str],
    /// To which. The same as one of `from` for something that is said without a change of state.
    pub to: &'static str,
    /// Who may.
    pub by: &'static [Role],
    /// Which act of the table of rights it is: [`Act::Validate`] asks for four eyes.
    pub act: Act,
    /// Fields that it asks for.
    pub asks: &'static [&'static str],
    /// Fields that it takes besides.
    pub takes: &'static [&'static str],
    /// Whether it asks why.
    pub reason: bool,
    /// The sheet of the record that is made at that moment and kept as an attachment: what stood on it then.
    pub keeps: Option<&'static str>,
}

impl Move {
    /// A decision that leads from states to another.
    pub const fn new(name: &'static str, from: &'static [&'static str], to: &'static str) -> Self {
        Self {
            name,
            from,
            to,
            by: &[Role::Coordinator],
            act: Act::Decide,
            asks: &[],
            takes: &[],
            reason: false,
            keeps: None,
        }
    }

    /// By these roles.
    #[must_use]
    pub const fn by(mut self, roles: &'static [Role]) -> Self {
        self.by = roles;
        self
    }

    /// Its author's or whoever may write the record: handing in, declaring progress.
    #[must_use]
    pub const fn as_change(mut self) -> Self {
        self.act = Act::Change;
        self
    }

    /// Somebody else than who wrote it attests it.
    #[must_use]
    pub const fn four_eyes(mut self) -> Self {
        self.act = Act::Validate;
        self
    }

    /// It asks for these fields.
    #[must_use]
    pub const fn asks(mut self, fields: &'static [&'static str]) -> Self {
        self.asks = fields;
        self
    }

    /// It takes these fields besides.
    #[must_use]
    pub const fn takes(mut self, fields: &'static [&'static str]) -> Self {
        self.takes = fields;
        self
    }

    /// It asks why.
    #[must_use]
    pub const fn with_reason(mut self) -> Self {
        self.reason = true;
        self
    }

    /// The sheet of that name is made at that moment and attached: it no longer changes.
    #[must_use]
    pub const fn keeps(mut self, sheet: &'static str) -> Self {
        self.keeps = Some(sheet);
        self
    }

    /// Whether `subject` may make it with a record whose facts are `object`.
    pub fn is_for(&self, register: &Register, object: &Object, subject: &Subject, on: Date) -> bool {
        register.scope(subject, self.act, self.by, on).admits(object)
    }
}

/// Where `record` may go, by `subject`, on `on`.
pub fn moves_for(register: &Register, record: &Record, subject: &Subject, on: Date) -> Vec<&'static Move> {
    let Some(object) = record.object(register) else { return Vec::new() };
    let here = register.moves.iter().filter(|known| known.from.contains(&record.state.as_str()));
    here.filter(|known| known.is_for(register, &object, subject, on)).collect()
}

impl Record {
    /// The facts on which rights depend; nothing for a record whose reference or state is none.
    pub fn object(&self, register: &Register) -> Option<Object> {
        let id = self.reference.parse().ok()?;
        let state = register.state(&self.state)?;
        let mut object =
            Object::new(id, Kind::Record, register.audience.world, self.owner.clone(), self.territory.clone());
        object.marking = self.marking;
        object.state = state.stage.standing();
        object.author = self.author.clone();
        Some(object)
    }
}
