//! What the metadata of a Parquet file say of themselves (Thrift compact protocol), looked at and not built: no list longer
//! than what follows it, no nesting without end, no page larger than announced.

/// Deepest nesting; the metadata go to about ten.
const DEPTH: usize = 24;

/// Most elements in all lists of the metadata.
const ELEMENTS: u64 = 4 << 20;

/// Most row groups, schema elements or key values: lists of structures, which take far more memory than bytes.
const STRUCTURES: u64 = 1 << 16;

/// The header of a page.
pub(super) struct Page {
    /// Its own length, in bytes.
    pub(super) header: usize,
    /// Length of the page as it is stored.
    pub(super) packed: usize,
    /// Length once unpacked.
    pub(super) unpacked: u64,
}

/// Whether the bytes hold one structure, sound throughout.
pub(super) fn is_sound(bytes: &[u8]) -> bool {
    let mut walk = Walk { rest: bytes, elements: 0 };
    walk.structure(0, &mut |_, _| {}).is_some()
}

/// The header of the page that begins with the bytes.
pub(super) fn page(bytes: &[u8]) -> Option<Page> {
    let mut walk = Walk { rest: bytes, elements: 0 };
    let (mut packed, mut unpacked) = (None, None);
    // PageHeader: 2 is the length unpacked, 3 the length stored.
    walk.structure(0, &mut |field, number| match field {
        2 => unpacked = u64::try_from(number).ok(),
        3 => packed = usize::try_from(number).ok(),
        _ => {}
    })?;
    Some(Page { header: bytes.len() - walk.rest.len(), packed: packed?, unpacked: unpacked? })
}

struct Walk<'a> {
    rest: &'a [u8],
    elements: u64,
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn pass(&mut self, length: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(length).ok()?..)?;
        Some(())
    }

    /// Walks over a structure; `whole` is told the whole numbers of the outermost one.
    fn structure(&mut self, depth: usize, whole: &mut dyn FnMut(i64, i64)) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        let mut field = 0_i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let delta = i64::from(head >> 4);
            field = if delta == 0 { self.signed()? } else { field.checked_add(delta)? };
            match head & 0x0f {
                // True and false are in the type.
                1 | 2 => {}
                3 => self.pass(1)?,
                4..=6 => {
                    let number = self.signed()?;
                    if depth == 0 {
                        whole(field, number);
                    }
                }
                kind => self.value(kind, depth)?,
            }
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        match kind {
            1..=3 => self.pass(1),
            4..=6 => self.signed().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.number()?;
                self.pass(length)
            }
            9 | 10 => {
                let head = self.byte()?;
                let short = u64::from(head >> 4);
                let length = if short == 15 { self.number()? } else { short };
                let kind = head & 0x0f;
                // Each element takes a byte at least.
                self.elements = self.elements.checked_add(length)?;
                let bound = if kind == 12 { STRUCTURES } else { ELEMENTS };
                if length > self.rest.len() as u64 || length > bound || self.elements > ELEMENTS || depth >= DEPTH {
                    return None;
                }
                (0..length).try_for_each(|_| self.value(kind, depth + 1))
            }
            12 => self.structure(depth + 1, &mut |_, _| {}),
            // Parquet has no maps, and nothing else either.
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_page_tells_its_lengths_and_a_lie_is_seen() {
        // 1: type 0, 2: unpacked 100, 3: packed 3, 5: a structure with one number.
        let header = [0x15, 0, 0x15, 0xc8, 1, 0x15, 6, 0x2c, 0x15, 8, 0, 0];
        let read = page(&header).unwrap();
        assert_eq!((read.header, read.packed, read.unpacked), (header.len(), 3, 100));
        assert!(page(&header[..8]).is_none(), "cut short");
        assert!(page(&[0x15, 0, 0x15, 1, 0x15, 6, 0]).is_none(), "a length below nought");
        // A list of 2^31 structures in nine bytes.
        assert!(!is_sound(&[0x19, 0xfc, 0x80, 0x80, 0x80, 0x80, 0x08, 0, 0]));
        assert!(is_sound(&[0x19, 0x2c, 0, 0, 0]));
        assert!(!is_sound(&[0x1c; 100]), "nested without end");
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (is_sound(&bytes), page(&bytes).is_some());
        }
    }
}
