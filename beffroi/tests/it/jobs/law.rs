//! Jobs of the desk: law.
