//! What every page has around its content: marking, banner, navigation, language, breadcrumb, foot.

use crate::access::Access;
use crate::reader::Reader;
use crate::{App, assets, routes};
use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use beffroi_desk_oversight::{consultations, emergencies, grants, habilitations, journal, retention, reveals};
use beffroi_model::{Marking, Pap, Tlp};
use beffroi_rights::Kind;
use beffroi_wording::Lang;

/// Says a label in a language.
type Label = fn(Lang) -> String;

/// The sections of the navigation: path and label.
const SECTIONS: [(&str, Label); 12] = [
    ("/", |t| t.say("web-nav-dashboard")),
    ("/matin", |t| t.say("web-nav-morning")),
    ("/ma-journee", |t| t.say("web-day-title")),
    ("/indicateurs", |t| t.say("web-nav-indicators")),
    ("/signaux", |t| t.say("web-nav-signals")),
    ("/alertes", |t| t.say("web-nav-alerts")),
    ("/situations", |t| t.say("web-nav-situations")),
    ("/series", |t| t.say("web-nav-series")),
    ("/registres", |t| t.say("web-nav-registers")),
    ("/rapport", |t| t.say("web-nav-report")),
    ("/sources", |t| t.say("web-nav-sources")),
    ("/nomenclatures", |t| t.say("web-nav-code-lists")),
];

/// Whether a page of control is for a reader, who may open it for what is his or her own.
type IsFor = fn(&Access) -> bool;

/// The second group: control. Each page says itself whom it is for; here stands only who finds it in the menu.
const CONTROL: [(&str, Label, IsFor); 8] = [
    ("/personnes", |t| t.say("web-people-title"), |of| grants::sees_others(of.subject(), of.on())),
    (
        "/consultations/inhabituelles",
        |t| t.say("web-consultations-unusual-nav"),
        |of| consultations::sees_unusual(of.subject(), of.on()),
    ),
    ("/consultations/urgences", |t| t.say("web-emergencies-nav"), |of| emergencies::sees_others(of.subject(), of.on())),
    ("/habilitations", |t| t.say("web-habilitations-title"), |of| habilitations::sees_others(of.subject(), of.on())),
    (
        "/devoilements",
        |t| t.say("web-reveals-title"),
        |of| !reveals::may_ask(of.subject(), of.on()) && reveals::sees(of.subject(), of.on()),
    ),
    ("/journal", |t| t.say("web-journal-title"), |of| journal::searches(of.subject(), of.on())),
    ("/conservation", |t| t.say("web-retention-title"), |of| retention::sees(of.subject(), of.on())),
    ("/taches-de-fond", |t| t.say("web-jobs-title"), |_| true),
];

/// One entry of the navigation.
pub(crate) struct Section {
    pub(crate) href: &'static str,
    pub(crate) label: String,
    /// `page` when it is this page, `true` when this page is below it, empty otherwise.
    pub(crate) current: &'static str,
}

/// Something open to the reader in an emergency.
pub(crate) struct OpenGlass {
    pub(crate) href: String,
    pub(crate) reference: String,
    pub(crate) until: String,
}

/// Where something of a kind that opens in an emergency is read; the page of openings for a kind without a page.
pub(crate) fn read_at(kind: Kind, id: &str) -> String {
    match kind {
        Kind::Alert => format!("/alertes/{id}"),
        Kind::Situation => format!("/situations/{id}"),
        Kind::Signal => format!("/signaux/{id}"),
        Kind::Series => format!("/series/{id}"),
        _ => "/urgence".to_owned(),
    }
}

/// One step of the breadcrumb.
pub(crate) struct Step {
    pub(crate) href: String,
    pub(crate) label: String,
}

/// What surrounds the content.
pub(crate) struct Chrome {
    pub(crate) t: Lang,
    pub(crate) other: Lang,
    pub(crate) other_href: String,
    pub(crate) title: String,
    pub(crate) sections: Vec<Section>,
    /// The second group: control. Empty for most.
    pub(crate) control: Vec<Section>,
    pub(crate) trail: Vec<Step>,
    pub(crate) marking: Marking,
    /// Whether something shown was made by a generator.
    pub(crate) synthetic: bool,
    /// The name of the exercise that all of this is of; none in the real world.
    pub(crate) exercise: Option<String>,
    /// Where its scores are, for who directs it.
    pub(crate) exercise_href: Option<&'static str>,
    /// The name shown; none without a session.
    pub(crate) name: Option<String>,
    /// What is open to the reader in an emergency: said on every page.
    pub(crate) open: Vec<OpenGlass>,
    /// What was addressed to the reader and not read.
    pub(crate) n_unread: u64,
    /// Whether the reader may open something in an emergency.
    pub(crate) may_break_glass: bool,
    /// Whether the reader may ask for reveals or agree to them.
    pub(crate) may_reveal: bool,
    pub(crate) form_token: String,
    /// The key under which a form of this page writes: sent twice, it is done once.
    pub(crate) write_key: String,
    /// Whether the reader may search the registers: the field at the head of the page, and its shortcut.
    pub(crate) searches: bool,
    /// Whether the field stands at the head of this page; not on the page of the search, which has its own.
    pub(crate) search_field: bool,
    pub(crate) keys_href: String,
    pub(crate) keys_digest: &'static str,
    pub(crate) style_href: String,
    pub(crate) icon_href: String,
    pub(crate) version: &'static str,
}

impl Chrome {
    /// The surroundings of page `title`, unmarked (TLP:CLEAR) and with real data until told otherwise.
    pub(crate) fn new(app: &App, reader: &Reader, title: &str) -> Self {
        let t = reader.t;
        let other = if t == Lang::Fr { Lang::En } else { Lang::Fr };
        let path = reader.uri.path();
        let open = SECTIONS.into_iter().filter(|(href, _)| routes::may_open(href, reader));
        let sections: Vec<Section> =
            open.map(|(href, label)| Section { href, label: label(t), current: current(path, href) }).collect();
        let access = reader.access.as_deref();
        let is_for = |of: &IsFor| access.is_some_and(of);
        let control = CONTROL.into_iter().filter(|(href, _, of)| routes::may_open(href, reader) && is_for(of));
        let control: Vec<Section> =
            control.map(|(href, label, _)| Section { href, label: label(t), current: current(path, href) }).collect();
        let home = t.say("web-nav-home");
        let mut trail = vec![Step { href: "/".to_owned(), label: home }];
        if let Some(section) = sections.iter().chain(&control).find(|s| s.current == "true") {
            trail.push(Step { href: section.href.to_owned(), label: section.label.clone() });
        }
        Self {
            t,
            other,
            other_href: reader.page_in(other),
            title: crate::figures::unbroken(title),
            sections,
            control,
            trail,
            marking: Marking { tlp: Tlp::Clear, pap: Pap::Clear },
            synthetic: false,
            exercise: app.store.exercise().map(|mark| mark.name.clone()),
            exercise_href: app.store.exercise().filter(|_| routes::may_open("/exercice", reader)).map(|_| "/exercice"),
            name: reader.session.as_ref().map(|s| s.account.display_name.clone()),
            open: access.map(|access| open_now(t, access)).unwrap_or_default(),
            n_unread: access.map_or(0, Access::n_unread),
            may_break_glass: access.is_some_and(|of| emergencies::may_open(of.subject(), of.on())),
            may_reveal: access.is_some_and(|of| reveals::may_ask(of.subject(), of.on())),
            form_token: reader.form_token.clone(),
            write_key: beffroi_store::WriteKey::draw().to_string(),
            searches: may_search(reader),
            search_field: may_search(reader) && path != SEARCH,
            keys_href: assets::keys_href(),
            keys_digest: assets::keys_digest(),
            style_href: assets::style_href(),
            icon_href: assets::icon_href(),
            version: app.version,
        }
    }

    /// Says that the page belongs to a section although its address is not below it: the section is marked, and stands in
    /// the breadcrumb with the `steps` that follow it.
    pub(crate) fn under(mut self, section: &str, steps: impl IntoIterator<Item = Step>) -> Self {
        if let Some(section) = self.sections.iter_mut().find(|s| s.href == section) {
            if section.current.is_empty() {
                self.trail.push(Step { href: section.href.to_owned(), label: section.label.clone() });
            }
            section.current = "true";
        }
        self.trail.extend(steps);
        self
    }

    /// Marks the page with what it shows: the more restrictive wins.
    pub(crate) fn marked(mut self, tlp: Tlp, pap: Pap) -> Self {
        self.marking = self.marking.merge(Marking { tlp, pap });
        self
    }

    /// Says whether something shown was made by a generator.
    pub(crate) fn synthetic(mut self, synthetic: bool) -> Self {
        self.synthetic |= synthetic;
        self
    }

    /// Whether the page lies below the dashboard, and so has a breadcrumb.
    pub(crate) fn is_below_home(&self) -> bool {
        !self.sections.iter().any(|s| s.href == "/" && s.current == "page")
    }

    /// Class of the traffic-light label.
    pub(crate) fn tlp_class(&self) -> &'static str {
        match self.marking.tlp {
            Tlp::Clear => "tlp-clear",
            Tlp::Green => "tlp-green",
            Tlp::Amber | Tlp::AmberStrict => "tlp-amber",
            Tlp::Red => "tlp-red",
        }
    }
}

fn open_now(t: Lang, access: &Access) -> Vec<OpenGlass> {
    let shown = access.open().iter().map(|opening| {
        let until = crate::figures::instant(t, opening.glass.until);
        OpenGlass {
            href: read_at(opening.kind, opening.glass.object.as_str()),
            reference: opening.glass.object.to_string(),
            until: t.say_with("web-emergency-until", &[("until", (&until).into())]),
        }
    });
    shown.collect()
}

fn current(path: &str, href: &str) -> &'static str {
    if path == href {
        "page"
    } else if href != "/" && path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')) {
        "true"
    } else {
        ""
    }
}

/// Where the registers are searched.
const SEARCH: &str = "/recherche";

/// Whether a reader may search the registers.
pub(crate) fn may_search(reader: &Reader) -> bool {
    reader.session.is_some() && routes::may_open(SEARCH, reader)
}

/// Stamps a page that stands in the frame of the house, which has the shortcut to the search for whoever may search.
#[derive(Clone, Copy)]
pub(crate) struct Framed;

/// Renders a page in the frame of the house.
pub(crate) fn html(page: &impl Template) -> Result<Response, askama::Error> {
    let mut response = public(page)?;
    response.extensions_mut().insert(Framed);
    Ok(response)
}

/// Renders a page of the public: it runs nothing, whoever reads it.
pub(crate) fn public(page: &impl Template) -> Result<Response, askama::Error> {
    Ok(Html(page.render()?).into_response())
}
