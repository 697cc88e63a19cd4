//! What stands beside the report: the sheet for the press, and the summary in English. Their figures are those of the
//! report, from the same state of the data, each with its certificate.

use super::data::Data;
use super::front;
use super::press::Press;
use super::{Options, banner, day_of};
use beffroi_document::{Block, Document, KeyFigure, Span, make};
use beffroi_wording::Lang;

/// The key figures that go to the press, in their order; one that the report does not have is left out.
const FOR_THE_PRESS: [&str; 4] = ["kf-offences", "kf-fraud", "kf-claims", "kf-losses"];
/// What is put before the identifiers of the summary's figures: they are printed in another language, and so have
/// certificates of their own.
const SUMMARY: &str = "summary-";

/// One page for the press: the figures that matter, what they do not say, and where each comes from. `key` are the key
/// figures of the report.
pub(super) fn press_sheet(data: &Data, key: &[Block], options: &Options<'_>, press: &Press) -> Document {
    let lang = press.lang;
    let all: Vec<&KeyFigure> = key
        .iter()
        .filter_map(|block| if let Block::KeyFigures(all) = block { Some(all) } else { None })
        .flatten()
        .collect();
    let declared = FOR_THE_PRESS.iter().filter_map(|id| all.iter().find(|figure| figure.certificate == *id));
    let figures: Vec<KeyFigure> = declared.map(|figure| (*figure).clone()).collect();
    let mut traced: Vec<(String, String)> = Vec::new();
    for certificate in press.certificates.iter().filter(|held| figures.iter().any(|f| f.certificate == held.id)) {
        let (snapshot, digest) =
            (certificate.snapshot.to_string(), certificate.digest.chars().take(12).collect::<String>());
        let sources = press.titles(certificate.sources.iter().map(|source| source.source.as_str()));
        let values = [
            ("indicator", (&certificate.indicator).into()),
            ("version", (&certificate.definition_version).into()),
            ("snapshot", (&snapshot).into()),
            ("digest", (&digest).into()),
            ("sources", (&sources).into()),
        ];
        traced.push((certificate.id.clone(), lang.say_with("report-press-traced", &values)));
    }
    let mut blocks = Vec::new();
    if figures.is_empty() {
        blocks.push(press.paragraph("report-no-data", &[]));
    } else {
        blocks.push(Block::KeyFigures(figures));
    }
    let cautions = ["report-layers-text", "report-limit-dark", "report-limit-claims", "report-first-growth"];
    blocks.extend([
        press.heading(1, "report-press-cautions", "cautions"),
        Block::List { ordered: false, items: cautions.map(|key| vec![Span::Text(lang.say(key))]).to_vec() },
    ]);
    if !traced.is_empty() {
        blocks.extend([press.heading(1, "report-press-origin", "origin"), make::terms(traced)]);
        blocks.push(press.paragraph("report-press-files", &[]));
    }
    document(lang, "report-press-title", blocks, data, options, press)
}

/// The key figures in English, with how to read them.
pub(super) fn summary(data: &Data, options: &Options<'_>) -> (Document, Press) {
    let mut press = Press::new(Lang::En, data.snapshot, options.now, options.sources).under(SUMMARY);
    let mut blocks = front::key_figures(data, &mut press);
    blocks.extend(front::read_this_first(data, &press));
    blocks.push(press.paragraph("report-summary-text", &[]));
    (document(Lang::En, "report-summary-title", blocks, data, options, &press), press)
}

fn document(
    lang: Lang,
    title: &str,
    blocks: Vec<Block>,
    data: &Data,
    options: &Options<'_>,
    press: &Press,
) -> Document {
    let year = data.year.to_string();
    Document {
        lang: lang.code().to_owned(),
        title: lang.say_with(title, &[("year", (&year).into())]),
        author: lang.say("report-author"),
        date: lang.date(day_of(options.now)),
        marking: options.marking.to_string(),
        banner: banner(press, options),
        cover: None,
        blocks,
    }
}
