//! Jobs of the desk: strategy.
