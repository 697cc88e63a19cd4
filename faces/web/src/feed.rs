//! The Atom feed of issued flashes (RFC 4287), one a marking: titles and addresses, of what the reader may see.

use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use beffroi_desk_threat::alerts::{self, Alert};
use beffroi_model::{Channel, Tlp};
use beffroi_rights::{Act, Kind, World};
use beffroi_wording::Lang;

/// Entries, the latest first.
const MOST: usize = 100;

/// `GET /alertes/flux/{tlp}` by a session, `GET /api/v1/alerts/feed/{tlp}` by a token. `tlp`: `clear`, `green`, `amber`,
/// `amber+strict`.
pub(crate) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    Path(tlp): Path<String>,
) -> Result<Response, Problem> {
    let tlp = Tlp::ALL.into_iter().find(|known| known.label().to_ascii_lowercase() == tlp).ok_or(Problem::NotFound)?;
    let access = reader.access()?;
    let mut all =
        alerts::issued_visible(&house.store, &access.scope(Act::List, World::Coordination, Kind::Alert)).await?;
    // Whoever reads is cleared for each of these: what is left to ask is what a feed may carry at all.
    all.retain(|alert| {
        alert.marking.tlp == tlp
            && alert.marking.may_leave(Channel::Feed, alert.marking)
            && (house.store.is_exercise() || !alert.content.written.exercise)
    });
    if tlp == Tlp::Red {
        return Err(Problem::NotFound);
    }
    all.sort_by_key(|alert| std::cmp::Reverse(alert.issued_at));
    all.truncate(MOST);
    let mark = house.store.is_exercise().then(|| reader.t.say("post-exercise"));
    let text = written(&all, tlp, &house.diffusion.address, mark.as_deref(), reader.t);
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/atom+xml; charset=utf-8"))];
    Ok((kind, text).into_response())
}

/// The feed as text. `address`: where the pages are; `mark`: what stands before each title, in an exercise.
fn written(all: &[Alert], tlp: Tlp, address: &str, mark: Option<&str>, t: Lang) -> String {
    let marked = |title: &str| mark.map_or_else(|| title.to_owned(), |mark| format!("{mark} {title}"));
    let feed = format!("{address}/alertes/flux/{}", tlp.label().to_ascii_lowercase());
    let title = t.say_with("web-feed-title", &[("marking", (&tlp.to_string()).into())]);
    let updated = all.first().and_then(|alert| alert.issued_at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<id>{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n<author><name>{}</name></author>\n<link rel=\"self\" href=\"{}\"/>\n",
        t.code(),
        escaped(&feed),
        escaped(&marked(&title)),
        escaped(&t.say("web-feed-author")),
        escaped(&feed),
    );
    for alert in all {
        let page = escaped(&format!("{address}/alertes/{}", alert.reference));
        let title = match t {
            Lang::Fr => &alert.title_fr,
            Lang::En => &alert.title_en,
        };
        let marking = |label: String| format!("<category scheme=\"https://www.first.org/tlp/\" term=\"{label}\"/>");
        out.push_str(&format!(
            "<entry>\n<id>{page}</id>\n<title>{}</title>\n<updated>{}</updated>\n<link href=\"{page}\"/>\n{}\n{}\n<summary>{}</summary>\n</entry>\n",
            escaped(&marked(title)),
            alert.issued_at.unwrap_or(alert.drafted_at),
            marking(alert.marking.tlp.to_string()),
            marking(alert.marking.pap.to_string()),
            escaped(&format!("{} · {}", alert.reference, alert.marking)),
        ));
    }
    out.push_str("</feed>\n");
    out
}

/// A text as XML holds it: markup escaped, what XML 1.0 (2.2) has no place for taken out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            c if c.is_control() || c == '\u{fffe}' || c == '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
