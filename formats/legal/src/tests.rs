//! Texts of law as they are published, as nobody would write them, and as a jurist asks of them.

mod hostile;
mod ids;
mod real;
mod small;
mod wire;
