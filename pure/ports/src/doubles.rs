//! Doubles for tests: a lake in memory and a typesetter that sets nothing.
