//! Jobs of the desk: research.
