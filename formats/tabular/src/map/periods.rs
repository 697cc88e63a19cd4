//! Periods as people write them at the head of a column: `janv. 2024`, `T1 2024`, `1er trimestre 2024`, `03/2024`.

use crate::fold::fold;
use beffroi_model::Period;

/// Longest text that is read as a period, in bytes.
const LONGEST: usize = 40;

const MONTHS: [&[&str]; 12] = [
    &["janvier", "janv", "jan", "january"],
    &["fevrier", "fevr", "fev", "feb", "february"],
    &["mars", "mar", "march"],
    &["avril", "avr", "apr", "april"],
    &["mai", "may"],
    &["juin", "jun", "june"],
    &["juillet", "juil", "jul", "july"],
    &["aout", "aou", "aug", "august"],
    &["septembre", "sept", "sep", "september"],
    &["octobre", "oct", "october"],
    &["novembre", "nov", "november"],
    &["decembre", "dec", "december"],
];

/// A month, a quarter or a year in French or English words, or as figures with a stroke.
pub(crate) fn worded(text: &str) -> Option<Period> {
    if text.len() > LONGEST {
        return None;
    }
    let folded = fold(text);
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let (mut year, mut month, mut quarter, mut says_quarter, mut short) = (None, None, None, false, None);
    for word in words {
        let figures = word.bytes().all(|byte| byte.is_ascii_digit());
        let named = MONTHS.iter().position(|names| names.contains(&word));
        match word {
            _ if figures && word.len() == 4 && year.is_none() => year = Some(word.to_owned()),
            _ if figures && word.len() <= 2 && short.is_none() => short = word.parse::<u8>().ok(),
            "trimestre" | "trim" | "quarter" | "qtr" if !says_quarter => says_quarter = true,
            "annee" | "year" | "an" | "mois" | "month" => {}
            "t1" | "q1" | "1er" | "1st" if quarter.is_none() => quarter = Some(1),
            "t2" | "q2" | "2e" | "2eme" | "2nd" if quarter.is_none() => quarter = Some(2),
            "t3" | "q3" | "3e" | "3eme" | "3rd" if quarter.is_none() => quarter = Some(3),
            "t4" | "q4" | "4e" | "4eme" | "4th" if quarter.is_none() => quarter = Some(4),
            _ => match named {
                Some(index) if month.is_none() => month = u8::try_from(index + 1).ok(),
                _ => return None,
            },
        }
    }
    let written = match (year, month, quarter, short) {
        (Some(year), Some(month), None, None) if !says_quarter => format!("{year}-{month:02}"),
        (None, Some(month), None, Some(short)) if !says_quarter => {
            format!("{}{short:02}-{month:02}", if short < 70 { 20 } else { 19 })
        }
        (Some(year), None, Some(quarter), None) => format!("{year}-Q{quarter}"),
        (Some(year), None, None, Some(quarter)) if says_quarter => format!("{year}-Q{quarter}"),
        (Some(year), None, None, Some(month)) => format!("{year}-{month:02}"),
        (Some(year), None, None, None) if !says_quarter => year,
        _ => return None,
    };
    written.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn periods_in_words() {
        for (text, expected) in [
            ("janv. 2024", "2024-01"),
            ("Décembre 2023", "2023-12"),
            ("août-24", "2024-08"),
            ("Feb-99", "1999-02"),
            ("2024 March", "2024-03"),
            ("03/2024", "2024-03"),
            ("T1 2024", "2024-Q1"),
            ("2024-T3", "2024-Q3"),
            ("1er trimestre 2024", "2024-Q1"),
            ("Trimestre 4 2023", "2023-Q4"),
            ("Q2-2021", "2021-Q2"),
            ("Année 2021", "2021"),
        ] {
            assert_eq!(worded(text).map(|period| period.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "total", "janv.", "janvier février 2024", "13/2024", "trimestre 2024", "5e 2024", "Ain 2024"]
        {
            assert_eq!(worded(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,45}") {
            let _ = worded(&text);
        }
    }
}
