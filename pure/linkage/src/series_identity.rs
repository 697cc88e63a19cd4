//! What names a series from one run to the next.

use sha2::{Digest, Sha256};

/// The name of a series: 20 hexadecimal digits of the SHA-256 of its first member (`source`, `report`), the one
/// reported earliest, then the smallest identifier.
///
/// Components are disjoint, so that the first member alone names its series. A series keeps its name when later
/// members join it, when members or evidence other than the first member leave it, and when it swallows a series whose
/// first member is later (the swallowed name ends). It changes its name only when an earlier report joins it or its
/// first member leaves: the evidence is not part of the name, since one more shared number would then rename a series
/// that an analyst already follows.
pub fn series_digest(source: &str, report: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(u64::try_from(source.len()).unwrap_or(u64::MAX).to_le_bytes());
    hasher.update(source.as_bytes());
    hasher.update(report.as_bytes());
    hasher.finalize().iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_stable_and_its_parts_do_not_run_into_each_other() {
        assert_eq!(series_digest("thesee", "R-1"), series_digest("thesee", "R-1"));
        assert_ne!(series_digest("a", "bc"), series_digest("ab", "c"));
        assert_eq!(series_digest("thesee", "R-1").len(), 20);
    }
}
