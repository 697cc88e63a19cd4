//! A message, with the values that the standard allows.

use jiff::Zoned;

/// Why a message cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CapError {
    /// An identifier, a sender or an address with a character that separates them.
    #[error("`{text}` cannot be the {what} of a CAP message: no space, comma, `<` or `&`, and not empty")]
    Name {
        /// Which element.
        what: &'static str,
        /// What was found, cut to 80 characters.
        text: String,
    },
    /// An element that the standard asks for is empty.
    #[error("a CAP message has no {what}: {rule}")]
    Missing {
        /// Which element.
        what: &'static str,
        /// What the standard says.
        rule: &'static str,
    },
}

macro_rules! values {
    ($($(#[$told:meta])* $name:ident { $($(#[$each:meta])* $variant:ident),* $(,)? })*) => {
        $($(#[$told])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$each])* $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As it is written.
            pub fn text(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }
        })*
    };
}

values! {
    /// How a message is to be handled (3.2.1 `status`).
    Status {
        /// To be acted on.
        Actual,
        /// For those who take part in the exercise.
        Exercise,
        /// Not to be acted on: a preliminary template or draft.
        Draft,
    }
    /// What the event concerns (3.2.2 `category`).
    Category {
        /// Law enforcement, security.
        Security,
        /// Telecommunication and other infrastructure.
        Infra,
    }
    /// What is asked of the reader (3.2.2 `responseType`).
    ResponseType {
        /// To prepare.
        Prepare,
        /// To carry out what is planned.
        Execute,
        /// To keep away from.
        Avoid,
        /// To watch.
        Monitor,
        /// The event no longer threatens.
        AllClear,
    }
    /// How soon (3.2.2 `urgency`).
    Urgency {
        /// At once.
        Immediate,
        /// Within the hour.
        Expected,
        /// Later.
        Future,
        /// Over.
        Past,
        /// Not known.
        Unknown,
    }
    /// How severe (3.2.2 `severity`).
    Severity {
        /// Extraordinary.
        Extreme,
        /// Significant.
        Severe,
        /// Possible.
        Moderate,
        /// Minimal to none.
        Minor,
        /// Not known.
        Unknown,
    }
    /// How sure (3.2.2 `certainty`).
    Certainty {
        /// Happened or is happening.
        Observed,
        /// More than about 50 %.
        Likely,
        /// 50 % or less.
        Possible,
        /// Hardly.
        Unlikely,
        /// Not known.
        Unknown,
    }
}

/// An earlier message (3.2.1 `references`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its sender.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was sent.
    pub sent: Zoned,
}

/// What a message does to earlier ones (3.2.1 `msgType`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The first.
    Alert,
    /// Takes the place of those named.
    Update(Vec<Reference>),
    /// Ends those named.
    Cancel(Vec<Reference>),
}

/// For whom a message is (3.2.1 `scope`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// For everybody.
    Public,
    /// For those of whom the text says who they are.
    Restricted(String),
    /// For these addresses only.
    Private(Vec<String>),
}

/// A name and its value: a parameter, an event code, a geocode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Where (3.2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// In words.
    pub description: String,
    /// As codes.
    pub geocodes: Vec<Named>,
}

/// What is said, in one language (3.2.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// RFC 3066: `fr-FR`.
    pub language: String,
    /// What it concerns.
    pub category: Category,
    /// The kind of event.
    pub event: String,
    /// What is asked.
    pub responses: Vec<ResponseType>,
    /// How soon.
    pub urgency: Urgency,
    /// How severe.
    pub severity: Severity,
    /// How sure.
    pub certainty: Certainty,
    /// To whom it speaks.
    pub audience: Option<String>,
    /// Until when it holds.
    pub expires: Zoned,
    /// Who says so.
    pub sender_name: String,
    /// In one line.
    pub headline: String,
    /// What happens.
    pub description: String,
    /// What to do.
    pub instruction: String,
    /// Whom to ask.
    pub contact: String,
    /// What the standard has no element for.
    pub parameters: Vec<Named>,
    /// Where.
    pub area: Area,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Unique with its sender.
    pub identifier: String,
    /// Who sends it.
    pub sender: String,
    /// When.
    pub sent: Zoned,
    /// How it is to be handled.
    pub status: Status,
    /// What it does to earlier ones.
    pub what: What,
    /// For whom it is.
    pub scope: Scope,
    /// A remark for exercises and cancellations.
    pub note: Option<String>,
    /// What is said, once a language.
    pub infos: Vec<Info>,
}

impl Message {
    /// What the standard says in words.
    pub(crate) fn check(&self) -> Result<(), CapError> {
        name("identifier", &self.identifier)?;
        name("sender", &self.sender)?;
        match &self.what {
            What::Update(earlier) | What::Cancel(earlier) => {
                if earlier.is_empty() {
                    let rule = "an update or a cancellation names the messages it refers to";
                    return Err(CapError::Missing { what: "references", rule });
                }
                for reference in earlier {
                    name("identifier", &reference.identifier)?;
                    name("sender", &reference.sender)?;
                }
            }
            What::Alert => {}
        }
        match &self.scope {
            Scope::Restricted(text) if text.trim().is_empty() => {
                Err(CapError::Missing { what: "restriction", rule: "a restricted message says for whom it is" })
            }
            Scope::Private(addresses) if addresses.is_empty() => {
                Err(CapError::Missing { what: "addresses", rule: "a private message names whom it is for" })
            }
            Scope::Private(addresses) => addresses.iter().try_for_each(|address| name("address", address)),
            Scope::Restricted(_) | Scope::Public => Ok(()),
        }
    }
}

fn name(what: &'static str, text: &str) -> Result<(), CapError> {
    let wrong = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '<' | '&' | '"');
    if text.is_empty() || text.contains(wrong) {
        return Err(CapError::Name { what, text: text.chars().take(80).collect() });
    }
    Ok(())
}
