//! Thresholds of public purchase, each with the days on which it holds and its source (`thresholds.csv`), and what they
//! decide of an instrument.

use jiff::civil::Date;

/// For whom the market is passed: each has its own threshold of the formal procedures.
pub(crate) const BUYERS: &[&str] = &["state", "other_authority", "defence_security"];

/// Ways to buy (DOMAIN 9.2; Code de la commande publique, deuxième et troisième parties).
pub(crate) const INSTRUMENTS: &[&str] = &[
    "central_purchasing",
    "framework_agreement",
    "open_tender",
    "negotiated_exclusive",
    "defence_security_procedure",
    "joint_european",
    "adapted_procedure",
    "innovation_purchase",
    "without_competition",
];

/// A threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Threshold {
    /// `formal`, `waiver` or `innovation`.
    pub(crate) used: &'static str,
    /// A buyer, or `any`.
    pub(crate) buyer: &'static str,
    /// Euros without tax.
    pub(crate) amount: f64,
    /// First day on which it holds.
    pub(crate) from: Date,
    /// Last day on which the house relies on it.
    pub(crate) until: Date,
    /// Its text.
    pub(crate) source: &'static str,
    /// Whether that text was read.
    pub(crate) verified: bool,
}

/// Every threshold of the house; a row that does not read is none (a test reads each).
pub(crate) fn all() -> impl Iterator<Item = Threshold> {
    include_str!("../thresholds.csv").lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(read)
}

fn read(line: &'static str) -> Option<Threshold> {
    let mut cells = line.split(';');
    Some(Threshold {
        used: cells.next()?,
        buyer: cells.next()?,
        amount: cells.next()?.parse().ok()?,
        from: cells.next()?.parse().ok()?,
        until: cells.next()?.parse().ok()?,
        source: cells.next()?,
        verified: cells.next()? == "true",
    })
}

/// The threshold of a use that holds for `buyer` on `day`; nothing when the house has none that is in force.
pub(crate) fn on(used: &str, buyer: &str, day: Date) -> Option<Threshold> {
    all().find(|known| {
        known.used == used && [buyer, "any"].contains(&known.buyer) && (known.from..=known.until).contains(&day)
    })
}

/// Why an instrument does not fit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Misfit {
    /// No threshold of the house is in force on that day.
    Expired,
    /// The amount reaches this threshold, from which the instrument may not be used.
    Above(Threshold),
}

/// Whether `instrument` may be used for `amount`, counted on the whole need, launched on `day`.
pub(crate) fn fits(instrument: &str, buyer: &str, amount: f64, day: Date) -> Result<(), Misfit> {
    // Whatever the instrument, a proposal rests on thresholds that are in force: they say what it is compared with.
    let formal = on("formal", buyer, day).ok_or(Misfit::Expired)?;
    let limit = match instrument {
        "adapted_procedure" => Some(formal),
        "innovation_purchase" => Some(on("innovation", buyer, day).ok_or(Misfit::Expired)?),
        "without_competition" => Some(on("waiver", buyer, day).ok_or(Misfit::Expired)?),
        _ => None,
    };
    match limit {
        Some(limit) if amount >= limit.amount => Err(Misfit::Above(limit)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_row_reads_and_none_overlaps() {
        let rows = include_str!("../thresholds.csv").lines().filter(|line| !line.starts_with('#')).count() - 1;
        let known: Vec<Threshold> = all().collect();
        assert_eq!(known.len(), rows);
        for (n, one) in known.iter().enumerate() {
            assert!(one.from <= one.until && one.amount > 0.0 && !one.source.is_empty(), "{one:?}");
            assert!(["formal", "waiver", "innovation"].contains(&one.used), "{one:?}");
            assert!(one.buyer == "any" || BUYERS.contains(&one.buyer), "{one:?}");
            for other in known.iter().skip(n + 1).filter(|other| (other.used, other.buyer) == (one.used, one.buyer)) {
                assert!(one.until < other.from || other.until < one.from, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn an_amount_is_compared_with_the_threshold_of_its_day() {
        let above = |result| match result {
            Err(Misfit::Above(limit)) => Some(limit.amount),
            _ => None,
        };
        let (before, after) = (date(2025, 12, 31), date(2026, 1, 1));
        assert_eq!(fits("adapted_procedure", "state", 142_000.0, before), Ok(()));
        assert_eq!(above(fits("adapted_procedure", "state", 142_000.0, after)), Some(140_000.0));
        assert_eq!(above(fits("adapted_procedure", "state", 140_000.0, after)), Some(140_000.0), "from it on");
        assert_eq!(fits("adapted_procedure", "defence_security", 142_000.0, after), Ok(()));
        assert_eq!(above(fits("without_competition", "state", 50_000.0, after)), Some(40_000.0));
        assert_eq!(fits("without_competition", "state", 50_000.0, date(2026, 4, 1)), Ok(()));
        assert_eq!(above(fits("innovation_purchase", "state", 120_000.0, after)), Some(100_000.0));
        assert_eq!(fits("open_tender", "state", 9e6, after), Ok(()));
    }

    #[test]
    fn past_its_last_day_a_threshold_decides_nothing() {
        for instrument in INSTRUMENTS {
            assert_eq!(fits(instrument, "state", 1.0, date(2028, 1, 1)), Err(Misfit::Expired), "{instrument}");
            assert_eq!(fits(instrument, "state", 1.0, date(2023, 12, 31)), Err(Misfit::Expired), "{instrument}");
        }
    }
}
