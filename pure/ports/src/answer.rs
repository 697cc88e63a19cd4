//! What an asynchronous port gives back.

use std::future::Future;
use std::pin::Pin;

/// A future that an object-safe trait can return.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
