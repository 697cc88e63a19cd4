//! The code lists in use while a request is answered: looked up once at its beginning, so that a page words its codes
//! from one state of them, and the next request sees a switch.

use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use beffroi_desk_observatory::code_lists::Lists;
use beffroi_store::StoreError;

tokio::task_local! {
    static IN_USE: Lists;
}

/// Looks up the lists in use, for whoever has a session or a token: nobody else is told a code.
pub(crate) async fn look_up(State(house): State<House>, request: Request, next: Next) -> Response {
    let reads = request.extensions().get::<Reader>().is_some_and(|reader| reader.access.is_some());
    if !reads || request.uri().path().starts_with("/static/") {
        return next.run(request).await;
    }
    match house.book.in_use(&house.store).await {
        Ok(lists) => IN_USE.scope(lists, next.run(request)).await,
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Does what no request asks for under the lists in use, as the next request would.
pub(crate) async fn under<T>(house: &House, work: impl Future<Output = T>) -> Result<T, StoreError> {
    Ok(IN_USE.scope(house.book.in_use(&house.store).await?, work).await)
}

/// The lists in use for this request; those of the house outside of one.
pub(crate) fn in_use() -> Lists {
    IN_USE.try_with(Lists::clone).unwrap_or_default()
}
