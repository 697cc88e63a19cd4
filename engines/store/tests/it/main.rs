//! The store from outside, on each of its databases.

#[cfg(test)]
mod accounts;
#[cfg(test)]
mod ceremonies;
#[cfg(test)]
mod code_lists;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod digest;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod exercise;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod people;
#[cfg(test)]
mod post;
#[cfg(test)]
mod records;
#[cfg(test)]
mod registers;
#[cfg(test)]
mod sealed_series;
#[cfg(test)]
mod suite;
#[cfg(test)]
mod write_path;
