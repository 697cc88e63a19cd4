//! Answers kept by what was asked, the latest used ones, in so much memory. Those who want the same at once wait for one
//! answer: a page that many open in the morning is computed once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// What an answer takes beside itself and its key.
const BESIDE: usize = 160;
/// When there is too much, this part of what may be kept stays: room is made now and then, not at every answer.
const KEPT: (usize, usize) = (7, 8);

/// Answers by what was asked, and those under way.
pub(crate) struct Shelf<T> {
    inside: Mutex<Inside<T>>,
    /// Bytes of all answers.
    most: usize,
    /// Bytes of an answer.
    weigh: fn(&T) -> usize,
}

struct Inside<T> {
    places: HashMap<String, Place<T>>,
    n_bytes: usize,
    now: u64,
}

struct Place<T> {
    answer: Arc<OnceCell<T>>,
    n_bytes: usize,
    used: u64,
}

impl<T: Clone> Shelf<T> {
    /// For answers of at most `most` bytes in all, as `weigh` tells them.
    pub(crate) fn new(most: usize, weigh: fn(&T) -> usize) -> Self {
        let inside = Inside { places: HashMap::new(), n_bytes: 0, now: 0 };
        Self { inside: Mutex::new(inside), most, weigh }
    }

    /// What stands under `key`, or else what `ask` brings. An answer that failed is not kept.
    pub(crate) async fn once<E>(&self, key: String, ask: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let answer = self.place(&key);
        if let Some(answer) = answer.get() {
            return Ok(answer.clone());
        }
        let brought = answer.get_or_try_init(|| ask).await.cloned();
        match &brought {
            Ok(found) => self.weighed(&key, &answer, (self.weigh)(found)),
            Err(_) => self.drop_empty(&key, &answer),
        }
        brought
    }

    fn place(&self, key: &str) -> Arc<OnceCell<T>> {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        inside.now += 1;
        let now = inside.now;
        if let Some(place) = inside.places.get_mut(key) {
            place.used = now;
            return Arc::clone(&place.answer);
        }
        let n_bytes = key.len() + BESIDE;
        let answer = Arc::default();
        inside.n_bytes += n_bytes;
        inside.places.insert(key.to_owned(), Place { answer: Arc::clone(&answer), n_bytes, used: now });
        inside.make_room(self.most);
        answer
    }

    /// Says what an answer takes, unless it has lost its place meanwhile.
    fn weighed(&self, key: &str, answer: &Arc<OnceCell<T>>, n_bytes: usize) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let n_bytes = n_bytes + key.len() + BESIDE;
        let Some(place) = inside.places.get_mut(key).filter(|place| Arc::ptr_eq(&place.answer, answer)) else { return };
        let before = std::mem::replace(&mut place.n_bytes, n_bytes);
        inside.n_bytes = inside.n_bytes.saturating_sub(before) + n_bytes;
        inside.make_room(self.most);
    }

    /// Takes away the place of an answer that failed; whoever still waits asks anew.
    fn drop_empty(&self, key: &str, answer: &Arc<OnceCell<T>>) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let is_ours = |place: &Place<T>| Arc::ptr_eq(&place.answer, answer) && !place.answer.initialized();
        if inside.places.get(key).is_some_and(is_ours)
            && let Some(place) = inside.places.remove(key)
        {
            inside.n_bytes = inside.n_bytes.saturating_sub(place.n_bytes);
        }
    }
}

impl<T> Inside<T> {
    /// Lets go of the answers that were used the longest ago, when all of them take more than `most` bytes.
    fn make_room(&mut self, most: usize) {
        if self.n_bytes <= most {
            return;
        }
        let mut by_use: Vec<(u64, usize)> = self.places.values().map(|place| (place.used, place.n_bytes)).collect();
        by_use.sort_unstable_by(|a, b| b.cmp(a));
        let (mut n_bytes, mut since) = (0, u64::MAX);
        for (used, bytes) in by_use {
            n_bytes += bytes;
            if n_bytes > most / KEPT.1 * KEPT.0 {
                break;
            }
            since = used;
        }
        self.places.retain(|_, place| place.used >= since);
        self.n_bytes = self.places.values().map(|place| place.n_bytes).sum();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn kept<T>(shelf: &Shelf<T>) -> Vec<String> {
        let mut keys: Vec<String> = shelf.inside.lock().unwrap().places.keys().cloned().collect();
        keys.sort();
        keys
    }

    #[tokio::test]
    async fn those_who_want_the_same_at_once_wait_for_one_answer() {
        let (shelf, asked) = (Shelf::new(1 << 20, |_| 8), AtomicUsize::new(0));
        let ask = |fails: bool| {
            let asked = &asked;
            async move {
                asked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                if fails { Err("no lake") } else { Ok(7) }
            }
        };
        assert_eq!(shelf.once("a".to_owned(), ask(true)).await, Err("no lake"));
        assert!(kept(&shelf).is_empty(), "what failed is not kept");
        let key = || "a".to_owned();
        let three =
            tokio::join!(shelf.once(key(), ask(false)), shelf.once(key(), ask(false)), shelf.once(key(), ask(false)));
        assert_eq!(three, (Ok(7), Ok(7), Ok(7)));
        assert_eq!(asked.load(Ordering::Relaxed), 2, "once in vain, then once");
    }

    #[tokio::test]
    async fn what_was_used_the_longest_ago_goes_first() {
        let size = 1000;
        let shelf = Shelf::new(10 * size, |_: &u32| 1000 - BESIDE - 1);
        let ask = |n: u32| async move { Ok::<u32, &str>(n) };
        let name = |n: u32| char::from_u32(u32::from('a') + n).unwrap().to_string();
        for n in 0..10 {
            shelf.once(name(n), ask(n)).await.unwrap();
        }
        assert_eq!(kept(&shelf).len(), 10, "as many as fit");
        assert_eq!(shelf.once(name(0), ask(99)).await, Ok(0), "kept, and used again");
        shelf.once(name(10), ask(10)).await.unwrap();
        let (keys, n_bytes) = (kept(&shelf), shelf.inside.lock().unwrap().n_bytes);
        assert!(keys.contains(&"a".to_owned()) && keys.contains(&"k".to_owned()) && !keys.contains(&"b".to_owned()));
        assert!(n_bytes <= 10 * size && n_bytes == keys.len() * size, "{n_bytes}: {keys:?}");
        // One that is larger than everything is answered and not kept.
        let shelf = Shelf::new(100, |_: &u32| 1000);
        assert_eq!(shelf.once("x".to_owned(), ask(5)).await, Ok(5));
        assert!(kept(&shelf).is_empty());
    }
}
