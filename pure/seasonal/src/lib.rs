//! A series cut into trend, season and remainder, by STL: R. B. Cleveland, W. S. Cleveland, J. E. McRae and
//! I. Terpenning, *STL: A Seasonal-Trend Decomposition Procedure Based on Loess*, Journal of Official Statistics 6(1),
//! 1990, pp. 3–73.
//!
//! Parameters, defaults and results are those of R's `stats::stl`: the tests compare every value with that program's
//! output. Robust weights are reckoned from the exact median, which R misses on some series; [`Median::AsInR`] does as R
//! does, digit for digit. What it asks and what it leaves out:
//!
//! - **Additive.** Where the season grows with the level, decompose the logarithm and say so.
//! - **No hole.** A missing value is refused, as R does by default: whoever fills it must show what was filled.
//! - **More than two periods**, of every segment too.
//! - **No calendar.** Working days, leap years and moving feasts are not adjusted for; a monthly count of a service that
//!   is shut on Sundays carries them in its remainder.
//! - **Breaks are declared.** [`decompose_between`] decomposes what lies between two breaks apart, and gives the
//!   segments back apart: no trend runs across a change of definition.

mod breaks;
mod error;
mod loess;
mod params;
mod partial;
mod stl;

pub use breaks::{Segment, decompose_between};
pub use error::SeasonalError;
pub use params::{Degree, Loess, SeasonalWindow, StlParams};
pub use partial::Median;
pub use stl::{Decomposition, decompose};
