//! Jobs of the desk: capabilities.
