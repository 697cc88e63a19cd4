//! The chapters of a report, handed from their register to the report.

use crate::Context;
use crate::commands::record;
use crate::fault::{Fault, Outcome, ours, users};
use beffroi_desk_observatory::chapters::{self, Chapters};
use beffroi_desk_registers::operator;
use beffroi_desk_threat::annual_report::{ChapterText, CitedFigures};
use beffroi_model::Marking;
use jiff::Timestamp;

/// The chapters of a year as they stood at an instant. Those of a report in another language than theirs, and those that
/// nobody validated, are among the ones left out.
pub(super) async fn of_year(year: i16, at: Timestamp, context: &Context) -> Outcome<Chapters> {
    // Whoever builds the report at the machine reads the register as its operator does, under whatever login.
    let today = context.today();
    let subject = operator(&context.who, today).or_else(|| operator("operator", today));
    let subject = subject.ok_or_else(|| Fault::user(context.lang.say("cli-record-who")))?;
    let desk = record::actor(context, &subject);
    let register = desk.register(chapters::REGISTER).map_err(|error| record::fault(error, context))?;
    let records = desk.taken_out(register, &[]).await.map_err(|error| record::fault(error, context))?;
    let found = chapters::of_year(&context.store, &records, year, at, context.lang).await;
    found.map_err(|error| if error.is_user_fault() { users(error) } else { ours(error) })
}

/// As the report takes them: a chapter that its validation released is marked as the report is, `marking`.
pub(super) fn texts(found: &Chapters, marking: Marking) -> Vec<ChapterText> {
    let text = |chapter: &chapters::Chapter| ChapterText {
        reference: chapter.reference.clone(),
        title: chapter.title.clone(),
        blocks: chapter.blocks.clone(),
        handed_in: crate::context::today(chapter.handed_in),
        validated: crate::context::today(chapter.validated),
        marking: chapter.narrower.unwrap_or(marking),
        synthetic: chapter.synthetic,
    };
    found.ready.iter().map(text).collect()
}

/// The figures that they cite, as the report takes them.
pub(super) fn cited(found: &Chapters) -> Vec<CitedFigures> {
    let figures = |cited: &chapters::Cited| CitedFigures {
        reference: cited.reference.clone(),
        id: cited.id.clone(),
        heads: cited.heads.clone(),
        unit: cited.unit.clone(),
        rows: cited.rows.clone(),
        certificate: cited.certificate.clone(),
    };
    found.cited.iter().map(figures).collect()
}
