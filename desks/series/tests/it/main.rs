//! The desk over a lake in memory and a store in memory.

#[cfg(test)]
mod linking;
