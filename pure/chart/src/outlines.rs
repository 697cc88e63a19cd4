//! The departments' outlines, read from `outlines.csv` once.

use std::sync::LazyLock;

/// A territory on the map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outline {
    pub(crate) code: &'static str,
    /// SVG path in grid units.
    pub(crate) path: &'static str,
    /// Where a label stands, in grid units.
    pub(crate) label: (f64, f64),
}

/// One map: its territories, the outer line, its size in grid units.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Outlines {
    pub(crate) territories: Vec<Outline>,
    pub(crate) coast: &'static str,
    pub(crate) size: (f64, f64),
}

/// Metropolitan France: 96 departments.
pub(crate) static FRANCE: LazyLock<Outlines> = LazyLock::new(|| read("france"));

/// Paris and the three departments around it, enlarged.
pub(crate) static INSET: LazyLock<Outlines> = LazyLock::new(|| read("inset"));

fn read(map: &str) -> Outlines {
    let mut outlines = Outlines::default();
    for line in include_str!("outlines.csv").lines().filter(|l| !l.starts_with('#')) {
        let mut fields = line.split(',');
        let (Some(of), Some(code), Some(path)) = (fields.next(), fields.next(), fields.next()) else { continue };
        let (Some(x), Some(y)) =
            (fields.next().and_then(|f| f.parse().ok()), fields.next().and_then(|f| f.parse().ok()))
        else {
            continue;
        };
        match code {
            _ if of != map => {}
            "frame" => outlines.size = (x, y),
            "coast" => outlines.coast = path,
            code => outlines.territories.push(Outline { code, path, label: (x, y) }),
        }
    }
    outlines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_department_is_there_once() {
        let codes: BTreeSet<&str> = FRANCE.territories.iter().map(|t| t.code).collect();
        assert_eq!((codes.len(), FRANCE.territories.len()), (96, 96));
        assert!((1..=95).filter(|n| *n != 20).all(|n| codes.contains(format!("{n:02}").as_str())));
        assert!(codes.contains("2A") && codes.contains("2B"));
        assert_eq!(INSET.territories.iter().map(|t| t.code).collect::<Vec<_>>(), ["75", "92", "93", "94"]);
    }

    #[test]
    fn labels_and_paths_are_within_the_frame() {
        for map in [&*FRANCE, &*INSET] {
            assert!(!map.coast.is_empty());
            for t in &map.territories {
                assert!(
                    t.label.0 > 0.0 && t.label.0 < map.size.0 && t.label.1 > 0.0 && t.label.1 < map.size.1,
                    "{}",
                    t.code
                );
                assert!(t.path.starts_with('M') && t.path.ends_with('z'), "{}", t.code);
            }
        }
    }

    #[test]
    fn the_file_stays_small() {
        assert!(include_str!("outlines.csv").len() <= 70_000);
    }
}
