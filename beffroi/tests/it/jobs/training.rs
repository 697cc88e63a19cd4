//! Jobs of the desk: training.
