//! Crash points: moments at which the power may go.

use crate::disk::Loss;
use crate::random::Random;

/// A moment at which the power goes, and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    /// After so many steps of the replay.
    pub(crate) step: usize,
    pub(crate) loss: Loss,
}

/// Chooses `n` points: half of them at promises, half after any change, each time half of them with everything not
/// synced gone and half torn. When there are fewer moments than points, moments come again with other tears. In order.
pub(crate) fn choose(promises: &[usize], changes: &[usize], n: usize, seed: u64) -> Vec<Point> {
    let mut random = Random::new(seed, 0);
    let n_promises = if changes.is_empty() { n } else { n / 2 };
    let mut points = spread(promises, n_promises, &mut random);
    let rest = n.saturating_sub(points.len());
    points.extend(spread(changes, rest, &mut random));
    points.sort_by_key(|point| point.step);
    points
}

fn spread(moments: &[usize], n: usize, random: &mut Random) -> Vec<Point> {
    let mut points = Vec::new();
    while points.len() < n && !moments.is_empty() {
        let round = points.len() / moments.len().max(1);
        let wanted = n.saturating_sub(points.len()).min(moments.len());
        for i in 0..wanted {
            // Evenly over the whole run.
            let idx = i.saturating_mul(moments.len()) / wanted.max(1);
            let Some(step) = moments.get(idx).copied() else { continue };
            // A moment looked at twice loses everything once, and is torn the other times.
            let drops = if round == 0 { i % 2 == 0 } else { round == 1 && i % 2 == 1 };
            let loss = if drops { Loss::Drop } else { Loss::Torn(random.draw()) };
            points.push(Point { step, loss });
        }
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_as_many_as_asked_and_of_both_kinds() {
        let (promises, changes) = ([5, 9, 30], (0..400).collect::<Vec<_>>());
        for n in [1, 10, 1000] {
            let points = choose(&promises, &changes, n, 1);
            assert_eq!(points.len(), n);
            assert_eq!(points, choose(&promises, &changes, n, 1), "a seed replays");
            assert!(points.is_sorted_by_key(|p| p.step));
        }
        let points = choose(&promises, &changes, 10, 1);
        assert!(promises.iter().all(|step| points.iter().any(|p| p.step == *step)));
        assert!(points.iter().any(|p| p.loss == Loss::Drop) && points.iter().any(|p| p.loss != Loss::Drop));
        assert_eq!(choose(&[], &[], 10, 1), []);
    }
}
