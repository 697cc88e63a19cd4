//! Who may see and do what: persons, services, roles, worlds, territories, clearance, habilitation, purpose.
//!
//! One table, `policy.csv`, says what each role may do on each kind of object, with its legal basis; one function,
//! [`may`], answers for one object; one function, [`visible`], answers for all objects at once by describing a filter
//! that a store compiles into its queries. The two say the same: `visible(s).admits(o)` exactly when
//! `may(s, Read, o)` is allowed, and an object fetched from a store is a [`Scoped`], which only a [`Scope`] can make.
//!
//! Nothing here reads a clock: the day is an argument. Whatever is not written in the table is refused.
//!
//! ```
//! use beffroi_model::{Marking, Pap, Territory, Tlp};
//! use beffroi_rights::*;
//! use jiff::civil::date;
//!
//! let unit: ServiceId = "unit-53".parse()?;
//! let tree = ServiceTree::new([Service { id: unit.clone(), level: ServiceLevel::Departmental, parent: None }])?;
//! let analyst = Assignment {
//!     role: Role::Analyst,
//!     world: World::Coordination,
//!     service: unit.clone(),
//!     territories: Territories::of(["53".parse()?]),
//!     clearance: Marking { tlp: Tlp::Amber, pap: Pap::Amber },
//!     from: date(2026, 1, 1),
//!     until: date(2026, 12, 31),
//! };
//! let subject = Subject::new("p-1".parse()?, [analyst], [], &tree)?;
//! let mut signal = Object::new("sig-1".parse()?, Kind::Signal, World::Coordination, unit, "53".parse()?);
//! signal.marking = Marking { tlp: Tlp::Green, pap: Pap::Green };
//!
//! let day = date(2026, 11, 23);
//! assert!(may(&subject, Act::Read, &signal, day).is_allowed());
//! assert!(visible(&subject, World::Coordination, Kind::Signal, day).admits(&signal));
//! signal.marking = Marking::UNKNOWN;
//! assert_eq!(may(&subject, Act::Read, &signal, day).shown(), Shown::NoSuchThing);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Scoped`] value cannot be made by hand:
//!
//! ```compile_fail
//! let forged = beffroi_rights::Scoped { item: (), act: beffroi_rights::Act::Read };
//! ```

mod api_token;
mod assignment;
mod break_glass;
mod consultation;
mod decision;
mod grant;
mod holding;
mod ids;
mod network;
mod object;
mod policy;
mod policy_table;
mod scope;
mod service;
mod subject;
mod territories;
mod two_persons;
mod unusual;
mod words;
mod working_day;

pub use api_token::{
    ApiToken, ApiTokenError, MAX_TOKEN_NETWORKS, MAX_TOKEN_REGISTERS, TOKEN_ACTS, TOKEN_DAYS, TOKEN_PREFIX, TokenScope,
    TokenScopeError, narrow,
};
pub use assignment::{Assignment, AssignmentError, DataNature, Habilitation};
pub use break_glass::{BreakGlass, GLASS_HOURS, GlassRefused, MIN_REASON_CHARS, check_glass_reason, open_glass};
pub use consultation::{
    Barred, Consultation, FileRef, Purpose, PurposeError, StatedPurpose, consult, needs_purpose, state_purpose,
};
pub use decision::{Because, Shown, Verdict, Why, may};
pub use grant::{
    Grant, GrantOutcome, GrantRefused, Granted, Granting, Right, Seizure, approve_grant, may_grant, propose_grant,
};
pub use holding::Beyond;
pub use ids::{InquiryRef, ObjectId, OpaqueIdError, PersonId, ServiceId};
pub use network::{Network, NetworkError};
pub use object::{InquiryPart, Object, Standing, State};
pub use policy::{Cell, Policy, Reach, Rule};
pub use policy_table::PolicyFault;
pub use scope::{Among, Branch, Guarded, Scope, Scoped, Whose, scope_of, visible};
pub use service::{Service, ServiceError, ServiceLevel, ServiceTree};
pub use subject::{Subject, SubjectError};
pub use territories::Territories;
pub use two_persons::{Approval, PROPOSAL_DAYS, Proposal, SecondRefused, TwoPerson};
pub use unusual::{ConsultationEvent, Finding, Reason, Thresholds, unusual};
pub use words::{Act, Kind, Role, UnknownWord, World};
pub use working_day::{WorkingDay, easter, holidays, is_holiday, is_working_day};
