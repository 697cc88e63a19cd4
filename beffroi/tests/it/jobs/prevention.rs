//! Jobs of the desk: prevention.
