//! What texts were read as lately: a column of codes repeats a few of them a million times.

use crate::codes::InForce;
use beffroi_model::Text;
use jiff::civil::Date;

/// Places, a power of two; each holds one text.
const PLACES: usize = 512;

/// Longest text that is remembered, in bytes.
const LONGEST: usize = 64;

/// The readings of one column that were fine, and the days over which they are. Bounded: a text takes the place of another.
#[derive(Debug)]
pub(crate) struct Recall<T>(Vec<Option<Place<T>>>);

#[derive(Debug, Clone)]
struct Place<T> {
    text: Text,
    days: InForce,
    read: T,
}

impl<T> Default for Recall<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Clone> Recall<T> {
    /// What `text` was read as, when that holds on that day too.
    pub(crate) fn get(&self, text: &str, on: Date) -> Option<&T> {
        let place = self.0.get(place(text))?.as_ref()?;
        (place.text == text && place.days.holds(on)).then_some(&place.read)
    }

    pub(crate) fn put(&mut self, text: &str, days: InForce, read: T) {
        if text.len() > LONGEST {
            return;
        }
        if self.0.is_empty() {
            self.0.resize(PLACES, None);
        }
        if let Some(place) = self.0.get_mut(place(text)) {
            *place = Some(Place { text: text.into(), days, read });
        }
    }
}

/// The place of a text. Whoever makes texts meet loses the memory of them, and nothing else.
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut mixed = bytes.len() as u64;
    for eight in bytes.chunks(8).take(LONGEST / 8) {
        let mut word = [0; 8];
        for (to, from) in word.iter_mut().zip(eight) {
            *to = *from;
        }
        mixed = (mixed ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
    }
    (mixed >> 7) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Date = Date::constant(2024, 5, 1);

    #[test]
    fn a_reading_holds_for_its_text_and_its_days() {
        let mut recall = Recall::default();
        recall.put("976", InForce { from: Some(DAY), to: None }, 1);
        assert_eq!(recall.get("976", DAY), Some(&1));
        assert_eq!(recall.get("976", DAY.yesterday().unwrap()), None, "not in force yet");
        assert_eq!(recall.get("975", DAY), None);
        recall.put(&"x".repeat(LONGEST + 1), InForce::ALWAYS, 2);
        assert_eq!(recall.get(&"x".repeat(LONGEST + 1), DAY), None);
    }

    #[test]
    fn texts_that_meet_are_never_taken_for_each_other() {
        let mut recall = Recall::default();
        for n in 0..10 * PLACES {
            recall.put(&n.to_string(), InForce::ALWAYS, n);
        }
        let known = (0..10 * PLACES).filter(|n| recall.get(&n.to_string(), DAY).is_some_and(|read| read == n)).count();
        let wrong = (0..10 * PLACES).filter(|n| recall.get(&n.to_string(), DAY).is_some_and(|read| read != n)).count();
        assert!(known <= PLACES && known > PLACES / 2 && wrong == 0, "{known} {wrong}");
    }
}
