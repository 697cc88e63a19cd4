//! The desk of the registers over a store in memory, with registers declared here.

#[cfg(test)]
mod again;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod life;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod sheets;
