//! Documents as files of an office suite, on their way out.

use crate::house::House;
use crate::problem::Problem;
use beffroi_desk_threat::exercise;
use beffroi_document::Document;
use beffroi_document::html::Words;
use beffroi_office::{Form, write};
use beffroi_wording::Lang;
use jiff::Timestamp;

/// The media type and the bytes of the document in the form of that ending; what is of an exercise says so.
pub(crate) async fn file(
    house: &House,
    ending: &str,
    document: Document,
    at: Timestamp,
    t: Lang,
) -> Result<(&'static str, Vec<u8>), Problem> {
    let form = Form::of_ending(ending).ok_or(Problem::NotFound)?;
    let document = if house.store.is_exercise() { exercise::marked(&document) } else { document };
    let (typesetter, words) = (house.typesetter.clone(), Words::new(|key| t.say(key)));
    let written =
        tokio::task::spawn_blocking(move || write(form, &document, &words, at, &|svg| typesetter.picture(svg).ok()));
    let written = written.await.map_err(|error| Problem::Ours(error.to_string()))?;
    Ok((form.media_type(), written.map_err(|error| Problem::Ours(error.to_string()))?))
}
