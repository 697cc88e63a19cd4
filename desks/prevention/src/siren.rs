//! The number of an entity in the Sirene directory: nine digits whose check holds (Luhn; ISO/IEC 7812-1, annex B).

/// Whether a text is such a number. Nine zeros are none.
pub(crate) fn is_siren(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.len() != 9 || text.len() != 9 || digits.iter().all(|digit| *digit == 0) {
        return false;
    }
    let weighed = digits.iter().rev().enumerate().map(|(place, digit)| match place % 2 {
        0 => *digit,
        _ => digit * 2 - if *digit > 4 { 9 } else { 0 },
    });
    weighed.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_check_holds_or_the_number_is_none() {
        for right in ["552100554", "100000009", "300000007"] {
            assert!(is_siren(right), "{right}");
        }
        for wrong in ["552100545", "000000000", "55210055", "5521005540", "55210055A", "552 100 554", ""] {
            assert!(!is_siren(wrong), "{wrong}");
        }
    }

    proptest! {
        /// A digit that was mistyped, or two that changed places, are seen; 0 and 9 that did are the one slip that the
        /// check does not see.
        #[test]
        fn a_slip_is_seen(place in 0_usize..9, by in 1_u32..10) {
            let slipped: String = "552100554"
                .chars()
                .enumerate()
                .map(|(at, c)| if at == place { char::from_digit((c.to_digit(10).unwrap() + by) % 10, 10).unwrap() } else { c })
                .collect();
            prop_assert!(!is_siren(&slipped));
        }
    }
}
