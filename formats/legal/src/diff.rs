//! What lies between two texts, word by word.

use similar::{ChangeTag, TextDiff};

/// A piece of the text before, of the text after, or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// In both.
    Kept(String),
    /// In the text before only.
    Removed(String),
    /// In the text after only.
    Added(String),
}

/// Most words, of both texts together, that are compared word by word; longer ones are compared paragraph by paragraph, so
/// that two texts made to have nothing in common cost seconds and not hours.
const WORDS: usize = 20_000;

/// What lies between two texts. Joined, the pieces kept and removed are the text before, those kept and added the text
/// after, to the letter; two pieces of one kind never follow one another, and what is removed stands before what is added.
pub fn diff(before: &str, after: &str) -> Vec<Piece> {
    let long = before.split_whitespace().count() + after.split_whitespace().count() > WORDS;
    let mut pieces = Vec::new();
    let mut join = |tag: ChangeTag, text: &str| match (tag, pieces.last_mut()) {
        (ChangeTag::Equal, Some(Piece::Kept(last)))
        | (ChangeTag::Delete, Some(Piece::Removed(last)))
        | (ChangeTag::Insert, Some(Piece::Added(last))) => last.push_str(text),
        (ChangeTag::Equal, _) => pieces.push(Piece::Kept(text.to_owned())),
        (ChangeTag::Delete, _) => pieces.push(Piece::Removed(text.to_owned())),
        (ChangeTag::Insert, _) => pieces.push(Piece::Added(text.to_owned())),
    };
    let texts = if long { TextDiff::from_lines(before, after) } else { TextDiff::from_words(before, after) };
    for change in texts.iter_all_changes() {
        join(change.tag(), change.value());
    }
    settle(pieces)
}

/// Between two kept pieces, one removed and one added, in this order.
fn settle(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let (mut removed, mut added) = (String::new(), String::new());
    let flush = |removed: &mut String, added: &mut String, out: &mut Vec<Piece>| {
        if !removed.is_empty() {
            out.push(Piece::Removed(std::mem::take(removed)));
        }
        if !added.is_empty() {
            out.push(Piece::Added(std::mem::take(added)));
        }
    };
    for piece in pieces {
        match piece {
            Piece::Removed(text) => removed.push_str(&text),
            Piece::Added(text) => added.push_str(&text),
            Piece::Kept(text) => {
                flush(&mut removed, &mut added, &mut out);
                out.push(Piece::Kept(text));
            }
        }
    }
    flush(&mut removed, &mut added, &mut out);
    out
}
