//! Numbers of procedures in a text: registers of means and of people hold nothing of a case, and a number leads to one.

/// Words before a number that make it one of a procedure, in lower case.
const BEFORE: [&str; 8] =
    ["procédure", "procedure", "pv", "procès-verbal", "parquet", "instruction", "enquête", "commission rogatoire"];
/// What stands between such a word and its number.
const NUMBER: [&str; 6] = ["n°", "nº", "no", "n.", "numéro", "number"];

/// Whether a text names a procedure: a serial number of five digits or more with its year (`00042/2026`,
/// `2026/000123`), the eleven digits of a prosecution office (`26 123 000045`), or any number behind a word such as
/// "procédure n°".
///
/// Years and references that people write otherwise are left alone: a regulation (`2025/2152`), a date, a reference of a
/// register (`NEED-2026-0012`).
pub fn holds_procedure_number(text: &str) -> bool {
    holds_serial(text) || holds_prosecution(text) || holds_told(text)
}

fn holds_serial(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit() && c != '/').any(|run| {
        let parts: Vec<&str> = run.split('/').collect();
        parts.windows(2).any(|pair| match pair {
            [a, b] => (is_year(a) && is_serial(b)) || (is_serial(a) && is_year(b)),
            _ => false,
        })
    })
}

fn is_year(part: &str) -> bool {
    part.len() == 4 && (part.starts_with("20") || part.starts_with("19"))
}

fn is_serial(part: &str) -> bool {
    (5..=9).contains(&part.len())
}

/// Eleven digits, alone or in groups of 2, 3 and 6.
fn holds_prosecution(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_digit() && !is_blank(c)).collect();
    words.iter().any(|run| {
        let groups: Vec<&str> = run.split(is_blank).filter(|group| !group.is_empty()).collect();
        let alone = groups.iter().any(|group| group.len() == 11);
        alone || groups.windows(3).any(|three| matches!(three, [a, b, c] if [a.len(), b.len(), c.len()] == [2, 3, 6]))
    })
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

fn holds_told(text: &str) -> bool {
    let text = text.to_lowercase();
    BEFORE.iter().any(|word| {
        text.match_indices(word).any(|(at, _)| {
            let begins = text.get(..at).and_then(|head| head.chars().next_back()).is_none_or(|c| !c.is_alphanumeric());
            let rest = text.get(at + word.len()..).unwrap_or_default().trim_start();
            let mut signs = NUMBER.iter().filter_map(|sign| rest.strip_prefix(sign));
            begins && signs.any(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::holds_procedure_number;

    #[test]
    fn numbers_that_lead_to_a_case() {
        for text in [
            "Voir 00042/2026.",
            "cf. 2026/000123",
            "(12345/2025)",
            "26123000045",
            "parquet 26 123 000045",
            "la procédure n° 12",
            "PV no 7",
            "instruction n°\u{a0}3/26",
        ] {
            assert!(holds_procedure_number(text), "{text}");
        }
    }

    #[test]
    fn what_people_write_otherwise_is_left_alone() {
        for text in [
            "",
            "Règlement (UE) 2025/2152",
            "règlement n° 910/2014",
            "NEED-2026-0012",
            "14/01/2026",
            "Une procédure en cours, 3 téléphones",
            "6 postes, 120 000 €",
            "npv no 7",
        ] {
            assert!(!holds_procedure_number(text), "{text}");
        }
    }
}
