//! The store from outside, on each of its databases.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod registers;
#[cfg(test)]
mod suite;
