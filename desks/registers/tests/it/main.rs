//! The desk of the registers over a store in memory, with registers declared here.

#[cfg(test)]
mod again;
#[cfg(test)]
mod closing;
#[cfg(test)]
mod declared;
#[cfg(test)]
mod digest;
#[cfg(test)]
mod life;
#[cfg(test)]
mod machines;
#[cfg(test)]
mod marking;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod sheets;
#[cfg(test)]
mod workbooks;
