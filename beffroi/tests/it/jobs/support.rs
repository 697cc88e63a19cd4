//! Jobs of the desk: support.
