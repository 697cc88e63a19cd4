//! Each kind in each use, as it is written. The map is too long to be read: its structure is checked elsewhere.

use super::samples;
use crate::Use;

#[test]
fn drawings() {
    for use_ in [Use::Inline, Use::Standalone] {
        for (name, svg) in samples::all(use_).into_iter().filter(|(name, _)| *name != "map") {
            insta::assert_snapshot!(format!("{name}_{use_:?}").to_lowercase(), svg.replace("><", ">\n<"));
        }
    }
}
