//! What is written, as a reader and a judge see it.

#[cfg(test)]
mod messages;
