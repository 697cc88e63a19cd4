//! The web face from outside: every page, every fence.

#[cfg(test)]
mod client;
#[cfg(test)]
mod fences;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod words;
