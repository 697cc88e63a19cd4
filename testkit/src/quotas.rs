//! How many reports each file holds in each year and category.
//!
//! About three quarters of the reports are complaints, whose totals by year and category follow the published figures, scaled
//! by the method of largest remainders: each total lies within one unit of the scaled figure, and their sum is exact.

use crate::generate::GenerateError;
use crate::row::{Category, File};
use crate::tables;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct OffenceRow {
    year: i16,
    category: String,
    offences: u64,
}

#[derive(Deserialize)]
struct PlatformRow {
    source: String,
    year: i16,
    reports: u64,
}

/// Offences by year and category, as the table gives them.
pub(crate) fn published() -> Result<BTreeMap<(i16, Category), u64>, GenerateError> {
    let table = "digital_offences.csv";
    let mut cells = BTreeMap::new();
    for row in tables::rows::<OffenceRow>(table, include_str!("../tables/digital_offences.csv"))? {
        let category = Category::of(&row.category)
            .ok_or_else(|| GenerateError::Table { table, problem: format!("unknown category `{}`", row.category) })?;
        cells.insert((row.year, category), row.offences);
    }
    Ok(cells)
}

/// Per mille of the property offences of a year that come through THESEE: 50 800 of 226 300 in 2024 (SSMSI, 6 March 2025);
/// the other years are ours.
fn thesee_share(year: i16) -> u64 {
    match year {
        ..=2021 => 0,
        2022 => 160,
        2023 | 2024 => 224,
        _ => 230,
    }
}

/// Per mille of the reports of 17Cyber by category: ours.
const CYBER17_SHARES: [(Category, u64); 4] =
    [(Category::Biens, 860), (Category::Pers, 128), (Category::Inst, 0), (Category::Legi, 12)];

/// Reports to make, by year, file and category.
pub(crate) type Quotas = BTreeMap<(i16, File, Category), u64>;

/// Spreads `reports` over files, the years `from` to `to` and categories. The sum is `reports`.
pub(crate) fn quotas(reports: u64, from: i16, to: i16) -> Result<Quotas, GenerateError> {
    let mut platforms: Vec<((i16, File), u64)> = Vec::new();
    let rows = tables::rows::<PlatformRow>("platform_reports.csv", include_str!("../tables/platform_reports.csv"))?;
    for row in rows.into_iter().filter(|row| (from..=to).contains(&row.year)) {
        if let Some(file) = File::ALL.into_iter().find(|file| file.source() == row.source) {
            platforms.push(((row.year, file), row.reports));
        }
    }
    let on_platforms = if platforms.is_empty() { 0 } else { reports / 4 };
    let recorded: Vec<((i16, Category), u64)> =
        published()?.into_iter().filter(|((year, _), _)| (from..=to).contains(year)).collect();

    let mut quotas = Quotas::new();
    for ((year, category), n) in spread(reports - on_platforms, &recorded) {
        let online = if category == Category::Biens { n * thesee_share(year) / 1000 } else { 0 };
        quotas.insert((year, File::Unites, category), n - online);
        quotas.insert((year, File::Thesee, category), online);
    }
    for ((year, file), n) in spread(on_platforms, &platforms) {
        match file {
            File::Cyber17 => {
                for (category, n) in spread(n, &CYBER17_SHARES) {
                    quotas.insert((year, file, category), n);
                }
            }
            _ => {
                quotas.insert((year, file, Category::Biens), n);
            }
        }
    }
    quotas.retain(|_, n| *n > 0);
    Ok(quotas)
}

/// `total` spread over `weights` in proportion, by largest remainders; ties go to the first.
pub(crate) fn spread<K: Copy>(total: u64, weights: &[(K, u64)]) -> Vec<(K, u64)> {
    let sum: u128 = weights.iter().map(|(_, weight)| u128::from(*weight)).sum();
    if sum == 0 {
        return Vec::new();
    }
    let mut parts: Vec<(K, u64, u128, usize)> = weights
        .iter()
        .enumerate()
        .map(|(idx, (key, weight))| {
            let product = u128::from(total) * u128::from(*weight);
            (*key, u64::try_from(product / sum).unwrap_or(0), product % sum, idx)
        })
        .collect();
    let given: u64 = parts.iter().map(|(_, n, _, _)| n).sum();
    let left = usize::try_from(total - given).unwrap_or(0);
    parts.sort_by(|a, b| b.2.cmp(&a.2).then(a.3.cmp(&b.3)));
    parts.iter_mut().take(left).for_each(|part| part.1 += 1);
    parts.sort_by_key(|part| part.3);
    parts.into_iter().map(|(key, n, _, _)| (key, n)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_in_spreading() {
        for total in [0, 1, 7, 150_000] {
            let parts = spread(total, &[('a', 1), ('b', 1), ('c', 5), ('d', 0)]);
            assert_eq!(parts.iter().map(|(_, n)| n).sum::<u64>(), total);
        }
        assert_eq!(spread(3, &[('a', 1), ('b', 1)]), [('a', 2), ('b', 1)]);
        assert!(spread::<char>(3, &[]).is_empty());
    }

    #[test]
    fn every_report_has_its_place() {
        for (n, from, to) in
            [(200_000, 2016, 2025), (1000, 2016, 2025), (0, 2016, 2025), (500, 2016, 2017), (77, 2024, 2024)]
        {
            let quotas = quotas(n, from, to).unwrap();
            assert_eq!(quotas.values().sum::<u64>(), n, "{n} {from} {to}");
        }
    }

    #[test]
    fn services_are_silent_before_they_open() {
        let quotas = quotas(200_000, 2016, 2025).unwrap();
        for (year, file, _) in quotas.keys() {
            assert!(file.opens().is_none_or(|day| day.year() <= *year), "{} {year}", file.name());
        }
        assert!(quotas.contains_key(&(2022, File::Thesee, Category::Biens)));
        assert!(!quotas.contains_key(&(2024, File::Thesee, Category::Pers)));
    }
}
