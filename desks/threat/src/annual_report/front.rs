//! What comes first: how to read the report, and its key figures.

use super::data::{Data, Growth};
use super::press::{Cell, Press, certified};
use beffroi_document::{Block, KeyFigure, Span};
use beffroi_statistics::{Status, share};
use std::collections::BTreeSet;

/// The page to read before the figures.
pub(super) fn read_this_first(data: &Data, press: &Press) -> Vec<Block> {
    let lang = press.lang;
    let mut blocks = vec![press.heading(1, "report-first-heading", "read-first")];
    if data.sources.iter().any(|s| s.synthetic) {
        blocks.push(Block::Frame {
            title: lang.say("report-synthetic-title"),
            warning: true,
            blocks: vec![Block::Paragraph(vec![Span::Text(lang.say("report-synthetic-text"))])],
        });
    }
    let layers =
        ["survey", "platform", "recorded"].map(|layer| vec![Span::Text(lang.say(&format!("report-layer-{layer}")))]);
    blocks.push(Block::Frame {
        title: lang.say("report-layers-title"),
        warning: false,
        blocks: vec![
            Block::Paragraph(vec![Span::Text(lang.say("report-layers-text"))]),
            Block::List { ordered: false, items: layers.to_vec() },
        ],
    });
    let advice = ["report-first-located", "report-first-growth", "report-first-secret", "report-first-certificates"];
    blocks.push(Block::List { ordered: false, items: advice.map(|key| vec![Span::Text(lang.say(key))]).to_vec() });
    blocks
}

/// The key figures. One without data is left out.
pub(super) fn key_figures(data: &Data, press: &mut Press) -> Vec<Block> {
    let figures = [
        offences(data, press),
        fraud(data, press),
        not_located(data, press),
        claims(data, press),
        losses(data, press),
        delay(data, press),
    ];
    let mut blocks = vec![press.heading(1, "report-key-heading", "key-figures")];
    let figures: Vec<KeyFigure> = figures.into_iter().flatten().collect();
    if figures.is_empty() {
        blocks.push(press.paragraph("report-no-data", &[]));
    } else {
        blocks.push(Block::KeyFigures(figures));
    }
    blocks
}

fn offences(data: &Data, press: &mut Press) -> Option<KeyFigure> {
    let total = |year: i16| {
        let (value, status) = data.offences_by_year.get(&year)?.cell(None, None);
        value.filter(|_| status == Status::Published)
    };
    let value = press.count(Some(total(data.year)?));
    let months: BTreeSet<String> = data.offences.rows.iter().filter_map(|r| r.keys.get(1).cloned().flatten()).collect();
    let growth = data.growth("digital-offences", [total(data.year - 1), total(data.year)], &months);
    Some(with_growth(data, press, "kf-offences", "report-key-offences", value, &data.offences, growth))
}

fn claims(data: &Data, press: &mut Press) -> Option<KeyFigure> {
    let total = |year: i16| data.claims_by_year.value(&[&year.to_string()]);
    let value = press.count(Some(total(data.year)?));
    let months: BTreeSet<String> =
        data.claims_by_month.rows.iter().filter_map(|r| r.keys.first().cloned().flatten()).collect();
    let growth = data.growth("ransomware-claims", [total(data.year - 1), total(data.year)], &months);
    Some(with_growth(data, press, "kf-claims", "report-key-claims", value, &data.claims_by_year, growth))
}

fn with_growth(
    data: &Data,
    press: &mut Press,
    id: &str,
    label: &str,
    value: Cell,
    figures: &beffroi_indicators::Figures,
    growth: Growth,
) -> KeyFigure {
    let year = data.year.to_string();
    let label = press.lang.say_with(label, &[("year", (&year).into())]);
    let (note, told) = growth.say(press.lang, data.year - 1);
    let mut others = vec![certified(&["base"], None, &(data.year - 1).to_string())];
    if let Growth::Broken(at) = growth {
        others.push(certified(&["break"], None, &press.lang.period(at)));
    }
    others.extend(told.map(|(ratio, shown)| certified(&["growth"], Some(ratio), &shown)));
    press.key_figure(id, (value, label, note), figures, others)
}

/// Recorded victims of fraud in the country, in the last year known.
fn fraud(data: &Data, press: &mut Press) -> Option<KeyFigure> {
    let last = data.fraud_country.rows.last()?;
    let year = last.keys.first().cloned().flatten()?;
    let value = press.count(Some(last.value?));
    let label = press.lang.say_with("report-key-fraud", &[("year", (&year).into())]);
    let rate = data.fraud_country_rate.value(&[&year]).map(|rate| (rate, press.lang.decimal(rate, 1)));
    let per = per(press);
    let note = match &rate {
        Some((_, shown)) => {
            press.lang.say_with("report-key-fraud-rate", &[("rate", shown.into()), ("per", (&per).into())])
        }
        None => String::new(),
    };
    let mut others = vec![certified(&["rate-per"], Some(PER), &per)];
    others.extend(rate.map(|(rate, shown)| certified(&["rate"], Some(rate), &shown)));
    Some(press.key_figure("kf-fraud", (value, label, note), &data.fraud_country, others))
}

/// The population that rates are given for.
pub(super) const PER: f64 = 1000.0;

pub(super) fn per(press: &Press) -> String {
    press.lang.integer(PER)
}

/// The share of the country's victims whom no department counts.
fn not_located(data: &Data, press: &mut Press) -> Option<KeyFigure> {
    let year =
        data.fraud_years().into_iter().filter(|(_, whole)| *whole).map(|(year, _)| year).next_back()?.to_string();
    let number = data.fraud_victims.value(&["NL", &year])?;
    let ratio = share(number, data.fraud_country.value(&[&year])?).ok()?;
    let value = press.percent(Some(ratio));
    let label = press.lang.say_with("report-key-not-located", &[("year", (&year).into())]);
    let shown = press.lang.integer(number);
    let note = press.lang.say_with("report-key-not-located-number", &[("number", (&shown).into())]);
    let others = vec![certified(&["NL", &year], Some(number), &shown)];
    Some(press.key_figure("kf-not-located", (value, label, note), &data.fraud_victims, others))
}

fn losses(data: &Data, press: &mut Press) -> Option<KeyFigure> {
    let year = data.year.to_string();
    let figure = data.losses.figure(&[&year]).filter(|f| !f.small)?;
    let known = figure.contributors?;
    let value = press.count(Some(figure.value?));
    let label = press.lang.say_with("report-key-losses", &[("year", (&year).into())]);
    let shown = press.lang.integer(known);
    let note = press.lang.say_with("report-key-losses-known", &[("number", (&shown).into())]);
    let others = vec![certified(&["known", &year], Some(known), &shown)];
    Some(press.key_figure("kf-losses", (value, label, note), &data.losses, others))
}

fn delay(data: &Data, press: &mut Press) -> Option<KeyFigure> {
    let year = data.year.to_string();
    let figure = data.delay.figure(&[&year]).filter(|f| !f.small)?;
    let value = press.number(Some(figure.value?), Status::Published, 1);
    let label = press.lang.say_with("report-key-delay", &[("year", (&year).into())]);
    let note = press.lang.say("report-key-delay-note");
    Some(press.key_figure("kf-delay", (value, label, note), &data.delay, Vec::new()))
}
