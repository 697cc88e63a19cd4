//! What each route needs before its page is asked: one table, from which the router is made, so that there is no route
//! outside it. It says what nobody without a right so much as reaches; the page then fetches each object through its
//! scope.

use crate::problem::Problem;
use crate::reader::Reader;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_rights::{Act, Kind, World};

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: the sign-in page and what it is made of.
    Nobody,
    /// Somebody signed in.
    Somebody,
    /// Somebody signed in, or a machine whose token serves.
    Identified,
    /// The observatory's published figures.
    Figures,
    /// The declarations of sources.
    Sources,
    /// What was delivered.
    Deliveries,
    /// A right to do `Act` to some object of `Kind` in `World`; which ones, the scope says.
    Some(Act, World, Kind),
    /// The same in whatever world.
    SomeAnywhere(Act, Kind),
    /// A right to do `Act` to some object, of whatever kind and world.
    Anything(Act),
}

impl Needs {
    /// Whether `reader` has it.
    pub(crate) fn are_met(self, reader: &Reader) -> bool {
        let reaches =
            |act, world, kind| reader.access.as_deref().is_some_and(|access| access.reaches(act, world, kind));
        match self {
            Self::Nobody => true,
            Self::Somebody => reader.session.is_some(),
            Self::Identified => reader.access.is_some(),
            Self::Figures => reader.sees_figures(),
            Self::Sources => reader.sees_sources(),
            Self::Deliveries => reader.sees_deliveries(),
            Self::Some(act, world, kind) => reaches(act, world, kind),
            Self::SomeAnywhere(act, kind) => World::ALL.iter().any(|world| reaches(act, *world, kind)),
            Self::Anything(act) => {
                World::ALL.iter().any(|world| Kind::ALL.iter().any(|kind| reaches(act, *world, *kind)))
            }
        }
    }
}

/// Lets through whoever has what the route needs. To the others there is no such page.
pub(crate) async fn check(needs: Needs, request: Request, next: Next) -> Response {
    match request.extensions().get::<Reader>() {
        Some(reader) if needs.are_met(reader) => next.run(request).await,
        None if needs == Needs::Nobody => next.run(request).await,
        _ => Problem::NotFound.into_response(),
    }
}
