//! The web face from outside: every page, every fence.

#[cfg(test)]
mod accessible;
#[cfg(test)]
mod api;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod canaries;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod client;
#[cfg(test)]
mod code_lists;
#[cfg(test)]
mod compared;
#[cfg(test)]
mod defects;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod diffusion;
#[cfg(test)]
mod doubles;
#[cfg(test)]
mod editor;
#[cfg(test)]
mod everywhere;
#[cfg(test)]
mod exercise;
#[cfg(test)]
mod fences;
#[cfg(test)]
mod glass;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod look;
#[cfg(test)]
mod machines;
#[cfg(test)]
mod made;
#[cfg(test)]
mod markup;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod morning;
#[cfg(test)]
mod observatory;
#[cfg(test)]
mod openid;
#[cfg(test)]
mod orientation;
#[cfg(test)]
mod oversight;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod people;
#[cfg(test)]
mod power_cut;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod record_writes;
#[cfg(test)]
mod registers;
#[cfg(test)]
mod reminders;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod reveals;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod scopes;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod socket;
#[cfg(test)]
mod steps;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod twin_worlds;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod words;
#[cfg(test)]
mod workbooks;
