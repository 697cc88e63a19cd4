//! Keeps labels that stand in one column from lying over one another.

/// A label that would like to be centred at `wanted` and takes `height`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wish {
    pub(crate) wanted: f64,
    pub(crate) height: f64,
}

/// Centres in the order given, no two closer than their heights allow, as near to the wishes as can be (least squares)
/// and between `top` and `bottom` when they all fit there.
///
/// Method: with the heights taken off, this is isotonic regression, solved by pooling adjacent violators (Barlow,
/// Bartholomew, Bremner and Brunk, *Statistical Inference under Order Restrictions*, 1972).
pub(crate) fn spread(wishes: &[Wish], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<(usize, Wish)> = wishes.iter().copied().enumerate().collect();
    order.sort_by(|a, b| a.1.wanted.total_cmp(&b.1.wanted).then(a.0.cmp(&b.0)));
    let total: f64 = order.iter().map(|(_, w)| w.height).sum();
    let mut used = 0.0;
    let mut pools: Vec<(f64, usize)> = Vec::new();
    let mut offsets = Vec::new();
    for (_, wish) in &order {
        let offset = used + wish.height / 2.0;
        used += wish.height;
        offsets.push(offset);
        let mut pool = (wish.wanted - offset, 1);
        while let Some(before) = pools.pop_if(|before| before.0 > pool.0) {
            let n = before.1 + pool.1;
            pool = ((before.0 * before.1 as f64 + pool.0 * pool.1 as f64) / n as f64, n);
        }
        pools.push(pool);
    }
    let level = pools.iter().flat_map(|(level, n)| std::iter::repeat_n(*level, *n));
    let limit = (bottom - total).max(top);
    let mut centres = vec![0.0; wishes.len()];
    for (((i, _), offset), level) in order.iter().zip(offsets).zip(level) {
        if let Some(centre) = centres.get_mut(*i) {
            *centre = level.clamp(top, limit) + offset;
        }
    }
    centres
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_part_around_their_wishes() {
        let wish = |wanted| Wish { wanted, height: 10.0 };
        assert_eq!(spread(&[wish(50.0), wish(20.0)], 0.0, 100.0), [50.0, 20.0]);
        assert_eq!(spread(&[wish(50.0), wish(50.0)], 0.0, 100.0), [45.0, 55.0]);
        assert_eq!(spread(&[wish(100.0), wish(99.0), wish(3.0)], 0.0, 100.0), [95.0, 85.0, 5.0]);
        assert!(spread(&[], 0.0, 1.0).is_empty());
    }
}
