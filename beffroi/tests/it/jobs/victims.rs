//! Jobs of the desk: victims.
