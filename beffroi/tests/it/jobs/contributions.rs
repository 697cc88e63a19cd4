//! Jobs of the desk: contributions.
