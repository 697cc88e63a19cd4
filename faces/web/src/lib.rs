//! The web face: pages made on the server, readable without a script, under a policy that lets none run.
//!
//! Each page answers one question. A page parses the request, asks one desk, and lays the answer out; no rule of the
//! trade lives here. Words come from `beffroi-wording`, figures arrive protected, observables leave defanged.
//!
//! The way of a request, outermost first: [`server`] (connections, TLS), [`headers::dress`] (security headers, problem
//! pages), gzip, [`guard::admit`] (shape, host name, size, number at once, time), [`reader::recognise`] (language,
//! session, sign-in; under `/api/` a machine’s token), [`forms::check`] (cross-site forgery), the page.

mod access;
mod agenda;
mod api;
mod app;
mod assets;
mod backoff;
mod chrome;
mod code_lists;
mod cookies;
mod feed;
mod figures;
mod folding;
mod forms;
mod guard;
mod headers;
#[doc(hidden)]
pub mod hostile;
mod house;
mod limits;
mod machine;
mod needs;
mod office;
mod pages;
mod passkey_ceremony;
mod problem;
mod reader;
mod registers;
mod routes;
mod sent_back;
mod server;
mod settings;
mod shelf;
mod tls;
mod warm;
mod wire;

pub use app::App;
pub use headers::OwnScript;
pub use needs::Needs;
pub use routes::{Route, router, routes};
pub use server::serve;
pub use settings::{Limits, Settings};
pub use tls::{Tls, TlsError};
