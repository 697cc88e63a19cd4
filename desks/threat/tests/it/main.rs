//! The desk over a lake in memory and a store in memory.

#[cfg(test)]
mod diffusion;
#[cfg(test)]
mod exercise;
#[cfg(test)]
mod flash;
#[cfg(test)]
mod made_up;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod situations;
#[cfg(test)]
mod watching;
