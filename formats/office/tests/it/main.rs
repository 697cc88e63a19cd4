//! Documents as files of an office suite: what is in them, and what cannot be.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod made;
#[cfg(test)]
mod structure;

#[path = "../../../../pure/document/tests/it/sample.rs"]
#[cfg(test)]
mod sample;
