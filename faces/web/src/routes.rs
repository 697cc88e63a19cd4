//! Which address brings which page, and what stands around them.

use crate::house::House;
use crate::pages::{
    alert, alerts, dashboard, help, indicator, indicators, report, reports, series, series_list, sign_in, signal,
    signals, source, sources,
};
use crate::{App, assets, forms, guard, reader};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

/// The application, ready to be served.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(dashboard::show))
        .route("/connexion", get(sign_in::show).post(sign_in::enter))
        .route("/deconnexion", post(sign_in::leave))
        .route("/indicateurs", get(indicators::show))
        .route("/indicateurs/{id}", get(indicator::show))
        .route("/signaux", get(signals::show))
        .route("/signaux/{id}", get(signal::show).post(signal::decide))
        .route("/alertes", get(alerts::show))
        .route("/alertes/{reference}", get(alert::show).post(alert::act))
        .route("/alertes/{reference}/pdf", get(alert::pdf))
        .route("/series", get(series_list::show))
        .route("/series/{id}", get(series::show))
        .route("/rapport", get(reports::show))
        .route("/rapport/{year}", get(report::show))
        .route("/rapport/{year}/{file}", get(report::file))
        .route("/sources", get(sources::show))
        .route("/sources/{id}", get(source::show))
        .route("/aide", get(help::show))
        .route("/static/{name}", get(assets::serve))
        .with_state(House::new(app.clone()))
        .layer(from_fn(forms::check))
        .layer(from_fn_with_state(app.clone(), reader::recognise))
        .layer(DefaultBodyLimit::max(guard::LARGEST_BODY))
        .layer(from_fn_with_state(guard::Gate::default(), guard::admit))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn_with_state(app, guard::dress))
}
