//! Numbers as sources write them: decimal comma, grouped thousands, and nothing that is not a plain number.

use std::borrow::Cow;

/// How numbers are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumberForm {
    pub(crate) decimal: char,
    pub(crate) thousands: Option<char>,
}

/// A number in digits: sign, whole part and decimals.
#[derive(Debug, Default, PartialEq, Eq)]
struct Digits<'a> {
    negative: bool,
    whole: Cow<'a, str>,
    decimals: &'a str,
}

impl NumberForm {
    /// Grouping must part whole groups of three: `1 23` is no number.
    fn digits(self, text: &str) -> Option<Digits<'_>> {
        let (negative, unsigned) = match text.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = match unsigned.split_once(self.decimal) {
            Some((whole, decimals)) => (whole, decimals),
            None => (unsigned, ""),
        };
        let groups = |c: char| match self.thousands {
            Some(' ') => matches!(c, ' ' | '\u{a0}' | '\u{202f}'),
            Some(sign) => c == sign,
            None => false,
        };
        let digits = if self.thousands.is_some() && whole.contains(groups) {
            let mut digits = String::with_capacity(whole.len());
            for (index, group) in whole.split(groups).enumerate() {
                if index > 0 && group.len() != 3 || group.is_empty() {
                    return None;
                }
                digits.push_str(group);
            }
            Cow::Owned(digits)
        } else {
            Cow::Borrowed(whole)
        };
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let ends_in_decimals = !decimals.is_empty() || !unsigned.ends_with(self.decimal);
        (!digits.is_empty()
            && digits.len() <= 18
            && decimals.len() <= 40
            && all_digits(&digits)
            && all_digits(decimals)
            && ends_in_decimals)
            .then_some(Digits { negative, whole: digits, decimals })
    }

    /// A number of at most 18 digits before the decimal sign, with or without an exponent of at most two digits:
    /// statistical software writes 500 000 as `5e+05`.
    pub(crate) fn float(self, text: &str) -> Option<f64> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent),
            None => (text, "0"),
        };
        let power = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if !(1..=2).contains(&power.len()) || !power.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = self.digits(mantissa)?;
        let sign = if digits.negative { "-" } else { "" };
        format!("{sign}{}.{}0e{exponent}", digits.whole, digits.decimals).parse().ok()
    }

    /// A whole number.
    pub(crate) fn integer(self, text: &str) -> Option<i64> {
        let digits = self.digits(text)?;
        if digits.decimals.bytes().any(|byte| byte != b'0') {
            return None;
        }
        let number: i64 = digits.whole.parse().ok()?;
        Some(if digits.negative { -number } else { number })
    }

    /// An amount in euros, as cents, rounded half up from the third decimal; never negative.
    pub(crate) fn cents(self, text: &str) -> Option<i64> {
        let digits = self.digits(text)?;
        let mut decimals = digits.decimals.bytes().map(|byte| i64::from(byte - b'0'));
        let mut next = || decimals.next().unwrap_or_default();
        let (tens, units, after) = (next(), next(), next());
        let euros: i64 = digits.whole.parse().ok()?;
        let cents = euros.checked_mul(100)?.checked_add(tens * 10 + units + i64::from(after >= 5))?;
        (!digits.negative || cents == 0).then_some(cents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRENCH: NumberForm = NumberForm { decimal: ',', thousands: Some(' ') };
    const PLAIN: NumberForm = NumberForm { decimal: '.', thousands: None };

    #[test]
    fn numbers_as_written() {
        assert_eq!(FRENCH.cents("1 234,5"), Some(123_450));
        assert_eq!(FRENCH.cents("1\u{202f}234,567"), Some(123_457));
        assert_eq!(FRENCH.float("0,0078318"), Some(0.007_831_8));
        assert_eq!(PLAIN.float("3.82422435449546"), Some(3.824_224_354_495_46));
        assert_eq!(PLAIN.float("5e+05"), Some(500_000.0));
        assert_eq!(PLAIN.integer("638425"), Some(638_425));
        assert_eq!(PLAIN.integer("12.00"), Some(12));
        assert_eq!(PLAIN.integer("-3"), Some(-3));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", "NA", "NaN", "inf", "1,2,3", "1 23", " 1", "12,", ",5", "0x10", "1234567890123456789", "−", "1_000"]
        {
            assert_eq!(FRENCH.float(text), None, "{text}");
        }
        assert_eq!(PLAIN.cents("-5"), None);
        assert_eq!(PLAIN.integer("1.5"), None);
        assert_eq!(PLAIN.float("1 000"), None);
    }

    proptest! {
        #[test]
        fn cents_agree_with_what_was_written(cents in 0i64..1_000_000_000_000) {
            let text = format!("{},{:02}", cents / 100, cents % 100);
            prop_assert_eq!(FRENCH.cents(&text), Some(cents));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = (FRENCH.float(&text), FRENCH.integer(&text), FRENCH.cents(&text));
        }
    }
}
