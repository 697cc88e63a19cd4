//! A flash as a document: one A4 page in the reader's language.

use crate::alerts::advice::natinf;
use crate::alerts::draft::{label, place};
use crate::alerts::lifecycle::paris;
use crate::alerts::{Advice, Alert, AlertFigures, AlertState, Mention, Recipient, TechnicalElement, advice};
use beffroi_document::{Block, Document, KeyFigure, Span, Term};
use beffroi_model::Territory;
use beffroi_observables::defang;
use beffroi_wording::{Lang, Value};
use jiff::Timestamp;
use jiff::civil::Date;

/// Territories and classes named in the text.
const NAMED: usize = 4;
/// Past years named.
const YEARS: usize = 3;
/// Other explanations named.
const REASONS: usize = 2;
/// Technical elements on the page; the others are in the annex.
pub(crate) const ON_PAGE: usize = 2;
/// Techniques named.
const TECHNIQUES: usize = 5;
/// Codes of offences named.
const CODES: usize = 2;
/// Last steps of the history.
const STEPS: usize = 2;

/// The flash in language `lang`, on one page. Every observable is defanged; what is not yet issued, rests on a rumour or is
/// for an exercise says so on each page.
pub fn document(alert: &Alert, lang: Lang) -> Document {
    document_on(alert, lang, None)
}

/// The same as read on `today`: an expired flash says so.
pub(crate) fn document_on(alert: &Alert, lang: Lang, today: Option<Date>) -> Document {
    let say = |key: &str| lang.say(key);
    let heading =
        |id: &str| Block::Heading { level: 1, text: say(&format!("flash-heading-{id}")), id: format!("flash-{id}") };
    let mut blocks = vec![
        Block::Terms(head(alert, lang)),
        Block::Frame {
            title: say("flash-heading-brief"),
            warning: true,
            blocks: vec![Block::Paragraph(brief(alert, lang))],
        },
        Block::KeyFigures(key_figures(alert, lang)),
        heading("why-new"),
        paragraph(why_new(alert, lang)),
    ];
    if let Some(note) = &alert.content.note {
        blocks.push(paragraph(note.said(lang).to_owned()));
    }
    blocks.push(heading("how"));
    let mut steps: Vec<Vec<Span>> = alert.content.steps.iter().map(|key| vec![Span::Text(say(key))]).collect();
    let codes: Vec<String> = techniques(alert).into_iter().map(|(_, code)| code).take(TECHNIQUES).collect();
    if !codes.is_empty() {
        let code = Span::Code(codes.join(" "));
        // Beside the last step, where there is one: the page is counted in lines.
        match steps.last_mut() {
            Some(last) => last.extend([Span::Text(" ".to_owned()), code]),
            None => steps.push(vec![code]),
        }
    }
    blocks.push(Block::List { ordered: true, items: steps });
    blocks.push(heading("targets"));
    blocks.push(paragraph(targets(alert, lang)));
    blocks.push(heading("do"));
    let advice = alert.content.advice.iter().map(|advice| {
        vec![Span::Strong(say(&advice.recipient.key())), Span::Text(format!(" {}", advised(alert, advice, lang)))]
    });
    blocks.push(Block::List { ordered: false, items: advice.collect() });
    blocks.push(heading("technical"));
    blocks.push(technical(alert, lang));
    blocks.push(Block::Terms(foot(alert, lang)));
    Document {
        lang: lang.code().to_owned(),
        title: alert.title(lang).to_owned(),
        author: say("flash-service"),
        date: date_time(alert.issued_at.unwrap_or(alert.drafted_at), lang),
        marking: marking(alert, lang),
        banner: banner(alert, lang, today),
        cover: None,
        blocks,
    }
}

/// The marking, and the mention when there is one.
pub(crate) fn marking(alert: &Alert, lang: Lang) -> String {
    match alert.content.mention {
        Mention::Unprotected => alert.marking.to_string(),
        Mention::Restricted => format!("{} · {}", alert.marking, lang.say(alert.content.mention.key())),
    }
}

/// Techniques of the phenomenon, as list and code.
pub(crate) fn techniques(alert: &Alert) -> Vec<(&'static str, String)> {
    let day = paris(alert.drafted_at).date();
    alert.phenomenon.as_deref().map(|phenomenon| advice::techniques(phenomenon, day)).unwrap_or_default()
}

/// What is asked of a recipient; units that take complaints are told under which codes of offences, with what of them was
/// not checked.
pub(crate) fn advised(alert: &Alert, advice: &Advice, lang: Lang) -> String {
    let said = advice.said(lang);
    if advice.recipient != Recipient::Units {
        return said;
    }
    let day = paris(alert.drafted_at).date();
    let mut codes = alert.phenomenon.as_deref().map(|phenomenon| natinf(phenomenon, day)).unwrap_or_default();
    codes.truncate(CODES);
    if codes.is_empty() {
        return said;
    }
    let key = if codes.iter().all(|code| code.verified) { "flash-natinf" } else { "flash-natinf-unverified" };
    let codes = codes.into_iter().map(|code| code.code).collect::<Vec<_>>().join(", ");
    format!("{said} {}", lang.say_with(key, &[("codes", (&codes).into())]))
}

fn paragraph(text: String) -> Block {
    Block::Paragraph(vec![Span::Text(text)])
}

fn term(lang: Lang, key: &str, text: String) -> Term {
    Term { term: lang.say(&format!("flash-term-{key}")), text }
}

/// The mark between parts of a sentence, as each language spaces it.
fn semicolon(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => "\u{202f}; ",
        Lang::En => "; ",
    }
}

/// The day and the hour in France.
pub(crate) fn date_time(at: Timestamp, lang: Lang) -> String {
    let at = paris(at);
    let (date, time) = (lang.date(at.date()), format!("{:02}:{:02}", at.hour(), at.minute()));
    lang.say_with("flash-date-time", &[("date", (&date).into()), ("time", (&time).into())])
}

fn banner(alert: &Alert, lang: Lang, today: Option<Date>) -> Option<String> {
    let mut warnings = Vec::new();
    if alert.content.written.exercise {
        warnings.push(lang.say("flash-banner-exercise"));
    }
    if alert.content.grade.is_rumour() {
        warnings.push(lang.say("flash-banner-rumour"));
    }
    if alert.synthetic {
        warnings.push(lang.say("flash-banner-synthetic"));
    }
    match alert.state {
        AlertState::Draft | AlertState::Validated => warnings.push(lang.say("flash-banner-draft")),
        AlertState::Closed => warnings.push(lang.say("flash-banner-closed")),
        AlertState::Issued if today.is_some_and(|today| alert.is_expired(today)) => {
            warnings.push(lang.say("flash-banner-expired"));
        }
        AlertState::Issued => {}
    }
    (!warnings.is_empty()).then(|| warnings.join(" · "))
}

/// Block 1: reference, version, instant, marking, who.
fn head(alert: &Alert, lang: Lang) -> Vec<Term> {
    let revision = alert.content.revision.to_string();
    let reference = alert.reference.to_string();
    let values = [("reference", (&reference).into()), ("revision", (&revision).into())];
    let validator = alert.validator.clone().unwrap_or_else(|| lang.say("flash-not-validated"));
    let people = [("author", (&alert.author).into()), ("validator", (&validator).into())];
    vec![
        term(lang, "reference", lang.say_with("flash-reference", &values)),
        term(lang, "grade", grade(alert, lang)),
        term(lang, "people", lang.say_with("flash-people", &people)),
    ]
}

/// The grade in words.
pub(crate) fn grade(alert: &Alert, lang: Lang) -> String {
    let grade = alert.content.grade;
    let (source, information) = (lang.say(&grade.reliability_key()), lang.say(&grade.credibility_key()));
    let code = grade.to_string();
    let values = [("code", (&code).into()), ("source", (&source).into()), ("information", (&information).into())];
    lang.say_with("flash-grade", &values)
}

/// What is counted: complaints, platform reports, claims.
fn unit(figures: &AlertFigures, lang: Lang) -> String {
    if figures.claims { lang.say("flash-unit-claims") } else { lang.say(&format!("flash-unit-{}", figures.layer)) }
}

/// Block 3 as one text.
pub(crate) fn brief_text(alert: &Alert, lang: Lang) -> String {
    let text = |span: Span| match span {
        Span::Text(text) | Span::Strong(text) | Span::Code(text) | Span::Reference { text, .. } => text,
    };
    brief(alert, lang).into_iter().map(text).collect()
}

/// Block 3: what, where, since when, how sure.
fn brief(alert: &Alert, lang: Lang) -> Vec<Span> {
    let figures = &alert.content.figures;
    let (unit, week) = (unit(figures, lang), lang.period(figures.last_week));
    let (observed, expected) = (lang.integer(figures.observed), lang.integer(figures.expected));
    let place = place(lang, &figures.territory);
    let since = lang.period(figures.first_week);
    let what = lang.say_with(
        "flash-brief",
        &[
            ("unit", (&unit).into()),
            ("week", (&week).into()),
            ("observed", (&observed).into()),
            ("expected", (&expected).into()),
            ("place", (&place).into()),
            ("since", (&since).into()),
        ],
    );
    let (word, confidence) = (lang.say(alert.content.probability.key()), lang.say(alert.content.confidence.key()));
    let sure = lang.say_with("flash-sure", &[("word", (&word).into()), ("confidence", (&confidence).into())]);
    vec![Span::Strong(what), Span::Text(format!(" {sure}"))]
}

fn key_figures(alert: &Alert, lang: Lang) -> Vec<KeyFigure> {
    let figures = &alert.content.figures;
    // The signal they come from is named once, at the foot.
    let figure = |value: String, key: &str, note: String| KeyFigure {
        value,
        label: lang.say(&format!("flash-figure-{key}")),
        note,
        certificate: String::new(),
    };
    let week = lang.period(figures.last_week);
    let threshold = lang.integer(figures.threshold);
    let note = lang.say_with("flash-figure-threshold", &[("threshold", (&threshold).into())]);
    let ratio =
        figures.ratio.map_or_else(|| lang.say("flash-figure-no-ratio"), |r| format!("× {}", lang.decimal(r, 1)));
    let since = lang.period(figures.first_week);
    vec![
        figure(lang.integer(figures.observed), "observed", week),
        figure(lang.integer(figures.expected), "expected", note),
        figure(ratio, "ratio", lang.say("flash-figure-ratio-note")),
        figure(lang.integer(figures.run_observed), "run", since),
    ]
}

/// Block 4: what was decided, against the same weeks, since when, what else it may be.
pub(crate) fn why_new(alert: &Alert, lang: Lang) -> String {
    let figures = &alert.content.figures;
    let mut sentences = Vec::new();
    if let Some(novelty) = &alert.content.novelty {
        sentences.push(lang.say(&format!("flash-novelty-{}", novelty.decision.code())));
    }
    if !figures.same_weeks.is_empty() {
        let years = figures.same_weeks.iter().take(YEARS).map(|year| {
            let (name, count) = (year.year.to_string(), lang.integer(year.observed));
            lang.say_with("flash-same-week", &[("year", (&name).into()), ("count", (&count).into())])
        });
        let (years, run) = (years.collect::<Vec<_>>().join(", "), lang.integer(figures.run_observed));
        sentences.push(lang.say_with("flash-same-weeks", &[("years", (&years).into()), ("run", (&run).into())]));
    }
    if let Some(week) = figures.first_seen.as_ref().and_then(|week| week.parse().ok()) {
        let week = lang.period(week);
        sentences.push(lang.say_with("flash-first-seen", &[("week", (&week).into())]));
    }
    let else_reasons: Vec<String> = figures.why_else.iter().take(REASONS).map(|key| lang.say(key)).collect();
    if !else_reasons.is_empty() {
        let reasons = else_reasons.join(semicolon(lang));
        sentences.push(lang.say_with("flash-else", &[("reasons", (&reasons).into())]));
    }
    sentences.join(" ")
}

/// Block 6: where, who, how much.
fn targets(alert: &Alert, lang: Lang) -> String {
    let content = &alert.content;
    let count = |name: String, n: f64| {
        let n = lang.integer(n);
        lang.say_with("flash-count", &[("name", (&name).into()), ("count", (&n).into())])
    };
    let mut sentences = Vec::new();
    if !content.spread.shown.is_empty() {
        let places = content.spread.shown.iter().take(NAMED).map(|p| count(place(lang, &p.territory), p.count));
        let places = places.collect::<Vec<_>>().join(", ");
        sentences.push(lang.say_with("flash-spread", &[("places", (&places).into())]));
    } else if content.figures.territory == Territory::FRANCE {
        sentences.push(lang.say("flash-spread-thin"));
    }
    if !content.victims.is_empty() {
        let classes = content.victims.iter().map(|class| count(label("victim_kinds", &class.class, lang), class.count));
        let classes = classes.collect::<Vec<_>>().join(", ");
        sentences.push(lang.say_with("flash-victims", &[("classes", (&classes).into())]));
    }
    match content.loss_cents {
        Some(cents) => {
            let (euros, known) = (lang.integer(cents as f64 / 100.0), lang.integer(content.loss_known as f64));
            sentences.push(lang.say_with("flash-loss", &[("euros", (&euros).into()), ("known", (&known).into())]));
        }
        None => sentences.push(lang.say("flash-loss-unknown")),
    }
    sentences.join(" ")
}

/// Block 8: defanged, with how many reports hold each.
fn technical(alert: &Alert, lang: Lang) -> Block {
    if alert.content.technical.is_empty() {
        return paragraph(lang.say("flash-technical-none"));
    }
    let shown = alert.content.technical.iter().take(ON_PAGE);
    let mut items: Vec<Vec<Span>> = shown
        .map(|element| {
            let value = Span::Code(defang(element.kind, &element.value));
            vec![value, Span::Text(format!(" {}", context(element, lang)))]
        })
        .collect();
    let n_more = alert.content.technical.len().saturating_sub(ON_PAGE);
    if n_more > 0 {
        let n = i64::try_from(n_more).unwrap_or(i64::MAX);
        items.push(vec![Span::Text(lang.say_with("flash-technical-more", &[("count", Value::Count(n))]))]);
    }
    Block::List { ordered: false, items }
}

/// Where an element was seen.
pub(crate) fn context(element: &TechnicalElement, lang: Lang) -> String {
    match &element.context {
        Some(context) => format!("({})", context.said(lang)),
        None => {
            let degree = i64::try_from(element.degree).unwrap_or(i64::MAX);
            lang.say_with("flash-technical-degree", &[("count", Value::Count(degree))])
        }
    }
}

/// Blocks 9 to 12: what is wanted back, contact, dates, history.
fn foot(alert: &Alert, lang: Lang) -> Vec<Term> {
    let until = lang.date(alert.content.feedback_until);
    let (expires, review) = (lang.date(alert.expires_on), lang.date(alert.review_on));
    let dates = [("expires", (&expires).into()), ("review", (&review).into())];
    let snapshot = alert.content.figures.snapshot.to_string();
    let signal = alert.signal.as_ref().map(ToString::to_string).unwrap_or_default();
    let source = [("snapshot", (&snapshot).into()), ("signal", (&signal).into())];
    let skipped = alert.content.changes.len().saturating_sub(STEPS);
    let changes = alert.content.changes.iter().skip(skipped).map(|change| {
        let (what, at) = (lang.say(&change.what), lang.date(paris(change.at).date()));
        lang.say_with("flash-change", &[("what", (&what).into()), ("at", (&at).into())])
    });
    let written = &alert.content.written;
    let asked = match &written.asked {
        Some(own) => {
            let asked = own.said(lang);
            lang.say_with("flash-feedback-own", &[("asked", asked.into()), ("until", (&until).into())])
        }
        None => lang.say_with("flash-feedback", &[("until", (&until).into())]),
    };
    vec![
        term(lang, "feedback", asked),
        term(lang, "contact", contact(alert, lang)),
        term(lang, "validity", lang.say_with("flash-validity", &dates)),
        term(lang, "source", lang.say_with("flash-source", &source)),
        term(lang, "changes", changes.collect::<Vec<_>>().join(semicolon(lang))),
    ]
}

/// Whom to ask.
pub(crate) fn contact(alert: &Alert, lang: Lang) -> String {
    let own = alert.content.written.contact.as_ref();
    own.map_or_else(|| lang.say("flash-contact"), |own| own.said(lang).to_owned())
}
