//! Whole numbers in as few bytes each as the widest of them takes: cells are many, and most of their numbers are small.

/// Whole numbers, all of one width.
#[derive(Debug, Clone)]
pub(crate) enum Narrow {
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Words(Vec<u32>),
    Longs(Vec<i64>),
}

/// Does the same for each width.
macro_rules! of_width {
    ($numbers:expr, $values:ident => $do:expr) => {
        match $numbers {
            $crate::aggregates::narrow::Narrow::Bytes($values) => $do,
            $crate::aggregates::narrow::Narrow::Shorts($values) => $do,
            $crate::aggregates::narrow::Narrow::Words($values) => $do,
            $crate::aggregates::narrow::Narrow::Longs($values) => $do,
        }
    };
}
pub(crate) use of_width;

impl Default for Narrow {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl Narrow {
    /// Adds a number at the end; all become wider when it takes more bytes than they have.
    pub(crate) fn push(&mut self, number: i64) {
        loop {
            match self {
                Self::Bytes(all) => {
                    if let Ok(number) = u8::try_from(number) {
                        return all.push(number);
                    }
                    *self = Self::Shorts(all.iter().map(|&n| n.into()).collect());
                }
                Self::Shorts(all) => {
                    if let Ok(number) = u16::try_from(number) {
                        return all.push(number);
                    }
                    *self = Self::Words(all.iter().map(|&n| n.into()).collect());
                }
                Self::Words(all) => {
                    if let Ok(number) = u32::try_from(number) {
                        return all.push(number);
                    }
                    *self = Self::Longs(all.iter().map(|&n| n.into()).collect());
                }
                Self::Longs(all) => return all.push(number),
            }
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<i64> {
        of_width!(self, all => all.get(at).map(|&number| whole(number)))
    }

    pub(crate) fn len(&self) -> usize {
        of_width!(self, all => all.len())
    }

    /// What it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        fn of<T>(all: &Vec<T>) -> usize {
            all.capacity() * size_of::<T>()
        }
        of_width!(self, all => of(all))
    }

    /// Gives back what it took for more to come.
    pub(crate) fn shrink(&mut self) {
        of_width!(self, all => all.shrink_to_fit());
    }
}

/// A number of any width.
fn whole<T: Into<i64>>(number: T) -> i64 {
    number.into()
}

/// A number as a place in a list.
pub(crate) fn place<T: Into<i64>>(number: T) -> usize {
    usize::try_from(number.into()).unwrap_or(usize::MAX)
}

/// The numbers at some places, as numbers of a list's places.
pub(crate) fn places(numbers: &Narrow, at: &[u32]) -> Vec<u32> {
    let as_place = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    of_width!(numbers, all => at.iter().map(|&at| {
        usize::try_from(at).ok().and_then(|at| all.get(at)).map_or(u32::MAX, |&number| as_place(whole(number)))
    }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_went_in_and_take_no_more_than_they_need() {
        let (mut numbers, mut all) = (Narrow::default(), Vec::new());
        for (number, width) in [(0, 1), (255, 1), (256, 2), (7, 2), (65_536, 4), (1 << 32, 8), (-3, 8), (i64::MIN, 8)] {
            numbers.push(number);
            all.push(number);
            numbers.shrink();
            assert_eq!((0..numbers.len()).filter_map(|n| numbers.get(n)).collect::<Vec<_>>(), all);
            assert_eq!(numbers.bytes(), width * all.len(), "{all:?}");
        }
        assert_eq!(numbers.get(8), None);
    }
}
