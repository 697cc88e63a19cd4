//! Jobs of the desk: cooperation.
