//! Forecasts in words of a fixed scale, and how well they did: the Brier score and what it is made of.
//!
//! A forecast is a probability that something happens before a day; once the day has come it happened or it did not. The
//! score of one is the square of the difference ([`brier`]): 0 for what was sure and right, 1 for what was sure and wrong,
//! 0.25 for whoever always says one chance in two. Its mean over many falls into three parts ([`Score`]).

mod scale;
mod score;

pub use scale::{SCALE, Word, word};
pub use score::{Bin, Forecast, ForecastError, Score, brier};
