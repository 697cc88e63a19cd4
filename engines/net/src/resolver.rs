//! Names to addresses, of which only those that may be reached come back.

use crate::addresses::reachable;
use beffroi_ports::Answer;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Who turns a name into addresses: the system, or a test.
pub(crate) trait Lookup: Send + Sync {
    fn lookup(&self, host: String) -> Answer<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
pub(crate) struct System;

impl Lookup for System {
    fn lookup(&self, host: String) -> Answer<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.map(|found| found.ip()).collect()) })
    }
}

/// Resolves, then drops every address that may not be reached. What it gives is what the client connects to: there is
/// no second resolution between the check and the connection.
pub(crate) struct Guarded {
    pub(crate) lookup: Arc<dyn Lookup>,
    pub(crate) internal: bool,
    /// Always `true` but in the test that shows what happens otherwise.
    pub(crate) filter: bool,
}

/// Every address of the name is forbidden.
#[derive(Debug, thiserror::Error)]
#[error("every address of the name is forbidden")]
pub(crate) struct Forbidden;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let (lookup, internal, filter) = (Arc::clone(&self.lookup), self.internal, self.filter);
        Box::pin(async move {
            let mut found = lookup.lookup(name.as_str().to_owned()).await?;
            let any = !found.is_empty();
            found.retain(|address| !filter || reachable(*address, internal));
            if any && found.is_empty() {
                return Err(Forbidden.into());
            }
            let addresses: Addrs = Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}
