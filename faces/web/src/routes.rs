//! Which address brings which page, and what stands around them.

use crate::house::House;
use crate::limits::Gate;
use crate::needs::{self, Needs};
use crate::pages::{
    account, acknowledge, alert, alert_editor, alerts, api_manual, board, code, code_list, code_list_versions,
    code_lists, compare, consultations, dashboard, deadlines, deliveries, delivery, emergencies, emergency, exercise,
    habilitations, help, indicator, indicators, jobs, journal, morning, my_day, notices, openid, orientation,
    passkey_sign_in, passkeys, people, person, reconciliations, record, record_new, register,
    registers as register_list, reminders, report, reports, retention, reveals, revisions, search, series, series_list,
    sheet, sign_in, signal, signal_map, signals, situation, situations, source, sources, tokens,
};
use crate::reader::{self, Reader};
use crate::{App, agenda, api, assets, feed, forms, guard, headers};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use beffroi_rights::{Act, Kind, World};
use std::sync::LazyLock;
use tower_http::compression::CompressionLayer;

/// One route: an address, a method, what it needs, and the page.
pub struct Route {
    /// The address, with `{names}` for its parts.
    pub path: &'static str,
    /// The method; `GET` answers `HEAD` too.
    pub method: Method,
    /// What it needs.
    pub needs: Needs,
    page: MethodRouter<House>,
}

fn at(path: &'static str, method: Method, needs: Needs, page: MethodRouter<House>) -> Route {
    let page = page.layer(from_fn(move |request, next| needs::check(needs, request, next)));
    Route { path, method, needs, page }
}

/// Every route there is. What is not here does not exist: the router is made of this list and of nothing else.
pub fn routes() -> Vec<Route> {
    use Act::{Approve, BreakGlass, Change, Create, Decide, List, Operate, Read, Reveal, Revoke};
    use Kind::{Account, Alert, AnnualReport, Grant, JournalEntry, Record, Series, Signal, Situation};
    use Needs::{Anything, Figures, Nobody, Some as Any, SomeAnywhere as Anywhere, Somebody, Sources};
    use World::Coordination;
    let read = |path, needs, page| at(path, Method::GET, needs, page);
    let send = |path, needs, page| at(path, Method::POST, needs, page);
    vec![
        read("/", Somebody, get(dashboard::show)),
        read("/matin", Any(Read, Coordination, Signal), get(morning::show)),
        send("/matin", Any(Read, Coordination, Signal), post(morning::seen)),
        read("/exercice", Anywhere(Approve, Grant), get(exercise::show)),
        read("/taches-de-fond", Anything(Operate), get(jobs::show)),
        read("/connexion", Nobody, get(sign_in::show)),
        send("/connexion", Nobody, post(sign_in::enter)),
        read("/connexion/fournisseur", Nobody, get(openid::leave)),
        read("/connexion/retour", Nobody, get(openid::come_back)),
        read("/connexion/cle", Nobody, get(passkey_sign_in::show)),
        send("/connexion/cle", Nobody, post(passkey_sign_in::enter)),
        send("/deconnexion", Somebody, post(sign_in::leave)),
        read("/indicateurs", Figures, get(indicators::show)),
        read("/indicateurs/{id}", Figures, get(indicator::show)),
        read("/indicateurs/{id}/revisions", Figures, get(revisions::show)),
        read("/comparer", Figures, get(compare::show)),
        read("/rapprochements", Figures, get(reconciliations::show)),
        read("/signaux", Any(Read, Coordination, Signal), get(signals::show)),
        read("/signaux/{id}", Any(Read, Coordination, Signal), get(signal::show)),
        read("/signaux/{id}/carte", Any(Read, Coordination, Signal), get(signal_map::show)),
        send("/signaux/{id}", Any(Decide, Coordination, Signal), post(signal::decide)),
        read("/alertes", Any(Read, Coordination, Alert), get(alerts::show)),
        read("/alertes/{reference}", Any(Read, Coordination, Alert), get(alert::show)),
        send("/alertes/{reference}", Any(Read, Coordination, Alert), post(alert::act)),
        read("/alertes/{reference}/pdf", Any(Read, Coordination, Alert), get(alert::pdf)),
        read("/alertes/{reference}/fichiers/{format}", Any(Read, Coordination, Alert), get(alert::download)),
        read("/alertes/{reference}/redaction", Any(Read, Coordination, Alert), get(alert_editor::show)),
        send("/alertes/{reference}/redaction", Any(Read, Coordination, Alert), post(alert_editor::act)),
        send("/signaux/{id}/flash", Any(Create, Coordination, Alert), post(signal::draft)),
        read("/situations", Any(Read, Coordination, Situation), get(situations::show)),
        send("/situations", Any(Create, Coordination, Situation), post(situations::draft)),
        read("/situations/{reference}", Any(Read, Coordination, Situation), get(situation::show)),
        send("/situations/{reference}", Any(Read, Coordination, Situation), post(situation::act)),
        read("/situations/{reference}/fichiers/{format}", Any(Read, Coordination, Situation), get(situation::download)),
        read("/alertes/{reference}/accuses", Any(Read, Coordination, Alert), get(board::show)),
        read("/alertes/flux/{tlp}", Any(List, Coordination, Alert), get(feed::show)),
        read("/accuse/{lien}", Nobody, get(acknowledge::show)),
        read(orientation::PATH, Nobody, get(orientation::show)),
        send("/accuse/{lien}", Nobody, post(acknowledge::act)),
        read("/series", Any(List, Coordination, Series), get(series_list::show)),
        read("/series/{id}", Any(Read, Coordination, Series), get(series::show)),
        send("/series/{id}", Any(Read, Coordination, Series), post(series::state)),
        read("/registres", Any(Read, Coordination, Record), get(register_list::show)),
        read("/registres/{register}", Any(Read, Coordination, Record), get(register::show)),
        send("/registres/{register}", Any(Read, Coordination, Record), post(register::act)),
        read("/registres/{register}/export/{format}", Any(Act::Export, Coordination, Record), get(register::export)),
        read("/registres/{register}/nouveau", Any(Create, Coordination, Record), get(record_new::show)),
        send("/registres/{register}/nouveau", Any(Create, Coordination, Record), post(record_new::add)),
        read("/registres/{register}/{reference}", Any(Read, Coordination, Record), get(record::show)),
        send("/registres/{register}/{reference}", Any(Read, Coordination, Record), post(record::act)),
        read("/fiches/{of}/{sheet}", Any(Read, Coordination, Record), get(sheet::show)),
        read("/fiches/{of}/{sheet}/{format}", Any(Act::Export, Coordination, Record), get(sheet::download)),
        read("/registres/{register}/{reference}/pieces/{id}", Any(Read, Coordination, Record), get(record::attachment)),
        read("/echeances", Any(Read, Coordination, Record), get(deadlines::show)),
        read("/echeances/calendrier", Any(Read, Coordination, Record), get(deadlines::feed)),
        read("/agenda/{file}", Nobody, get(agenda::show)),
        read("/ma-journee", Any(Read, Coordination, Record), get(my_day::show)),
        read("/recherche", Any(Read, Coordination, Record), get(search::show)),
        read("/rapport", Any(Read, Coordination, AnnualReport), get(reports::show)),
        read("/rapport/{year}", Any(Read, Coordination, AnnualReport), get(report::show)),
        read("/rapport/{year}/{file}", Any(Read, Coordination, AnnualReport), get(report::file)),
        read("/sources", Sources, get(sources::show)),
        read("/sources/{id}", Sources, get(source::show)),
        read("/livraisons", Sources, get(deliveries::show)),
        read("/livraisons/{id}", Sources, get(delivery::show)),
        read("/livraisons/{id}/pdf", Sources, get(delivery::pdf)),
        read("/nomenclatures", Somebody, get(code_lists::show)),
        read("/nomenclatures/{list}", Somebody, get(code_list::show)),
        read("/nomenclatures/{list}/versions", Somebody, get(code_list_versions::show)),
        read("/nomenclatures/{list}/{code}", Somebody, get(code::show)),
        read("/aide", Somebody, get(help::show)),
        read("/compte", Somebody, get(account::show)),
        send("/compte/sessions", Somebody, post(account::end)),
        read("/compte/cles", Somebody, get(passkeys::show)),
        send("/compte/cles", Somebody, post(passkeys::act)),
        read("/compte/jetons", Somebody, get(tokens::show)),
        send("/compte/jetons", Somebody, post(tokens::act)),
        read("/compte/rappels", Somebody, get(reminders::show)),
        send("/compte/rappels", Somebody, post(reminders::act)),
        read("/personnes", Anywhere(Read, Account), get(people::show)),
        send("/personnes/propositions/{id}", Anywhere(Approve, Grant), post(people::decide)),
        read("/personnes/{login}", Anywhere(Read, Account), get(person::show)),
        send("/personnes/{login}", Anywhere(Revoke, Grant), post(person::act)),
        send("/personnes/{login}/acces", Anywhere(Change, Account), post(person::access)),
        read("/consultations", Somebody, get(consultations::show)),
        read("/consultations/inhabituelles", Anywhere(Read, JournalEntry), get(consultations::unusual)),
        read("/consultations/urgences", Anywhere(Read, JournalEntry), get(emergencies::show)),
        send("/consultations/urgences/{id}", Anywhere(Read, JournalEntry), post(emergencies::act)),
        read("/urgence", Anything(BreakGlass), get(emergency::show)),
        send("/urgence", Anything(BreakGlass), post(emergency::open)),
        send("/urgence/{id}", Somebody, post(emergency::end)),
        read("/habilitations", Anywhere(Read, Grant), get(habilitations::show)),
        send("/habilitations", Anywhere(Act::Grant, Grant), post(habilitations::give)),
        send("/habilitations/{id}", Anywhere(Revoke, Grant), post(habilitations::revoke)),
        read("/devoilements", Somebody, get(reveals::show)),
        send("/devoilements", Anything(Reveal), post(reveals::ask)),
        send("/devoilements/{id}", Anything(Reveal), post(reveals::act)),
        read("/notifications", Somebody, get(notices::show)),
        send("/notifications", Somebody, post(notices::mark)),
        read("/journal", Anywhere(Read, JournalEntry), get(journal::show)),
        read("/journal/{index}", Anywhere(Read, JournalEntry), get(journal::entry)),
        read("/conservation", Anywhere(Read, JournalEntry), get(retention::show)),
        read("/api", Somebody, get(api_manual::show)),
        read("/static/{name}", Nobody, get(assets::serve)),
    ]
    .into_iter()
    .chain(
        api::OPERATIONS
            .iter()
            .map(|operation| at(operation.path, operation.method(), operation.needs, (operation.page)())),
    )
    .collect()
}

/// Whether `reader` has what the page at `path` needs: what they have not is not in their menu.
pub(crate) fn may_open(path: &str, reader: &Reader) -> bool {
    static NEEDS: LazyLock<Vec<(&str, Needs)>> = LazyLock::new(|| {
        routes()
            .into_iter()
            .filter(|route| route.method == Method::GET)
            .map(|route| (route.path, route.needs))
            .collect()
    });
    NEEDS.iter().any(|(known, needs)| *known == path && needs.are_met(reader))
}

/// The application, ready to be served.
pub fn router(app: App) -> Router {
    router_of(House::new(app))
}

/// The pages of a house.
pub(crate) fn router_of(house: House) -> Router {
    let app = house.app().clone();
    let mut router = Router::new();
    for Route { path, page, .. } in routes() {
        router = router.route(path, page);
    }
    router
        .with_state(house.clone())
        .layer(from_fn_with_state(house, crate::code_lists::look_up))
        .layer(from_fn_with_state(app.clone(), forms::check))
        .layer(from_fn_with_state(app.clone(), reader::recognise))
        .layer(DefaultBodyLimit::max(app.settings.limits.body_bytes))
        .layer(from_fn_with_state(Gate::new(app.settings.clone()), guard::admit))
        .layer(CompressionLayer::new().gzip(true))
        .layer(from_fn_with_state(app, headers::dress))
}
