//! The web face: pages made on the server, readable without a script, under a policy that lets none run.
//!
//! Each page answers one question. A page parses the request, asks one desk, and lays the answer out; no rule of the
//! trade lives here. Words come from `beffroi-wording`, figures arrive protected, observables leave defanged.
//!
//! The way of a request, outermost first: [`guard::dress`] (security headers, problem pages), gzip, [`guard::admit`]
//! (host name, number of requests at once, time), [`reader::recognise`] (language, session, sign-in), [`forms::check`]
//! (cross-site forgery), the page.

mod app;
mod assets;
mod chrome;
mod cookies;
mod figures;
mod forms;
mod guard;
mod house;
mod pages;
mod problem;
mod reader;
mod routes;
mod server;

pub use app::App;
pub use routes::router;
pub use server::serve;
