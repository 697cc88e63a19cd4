//! URLs and e-mail addresses.

use crate::domain;
use url::{Host, Url};

/// See [`crate::canonical`].
pub(crate) fn url(text: &str) -> Result<String, &'static str> {
    let mut url = Url::parse(text).map_err(|_| "it is no URL")?;
    if !matches!(url.scheme(), "http" | "https" | "ftp") {
        return Err("only http, https and ftp are read");
    }
    if let Some(Host::Domain(host)) = url.host() {
        let name = domain::canonical(host)?;
        url.set_host(Some(&name)).map_err(|_| "its host is no domain name")?;
    }
    url.set_username("").and_then(|()| url.set_password(None)).map_err(|()| "it has no host")?;
    let written: String = url.into();
    // The standard's own serialisation is stable but for rare paths that its parser would still shorten.
    let again = Url::parse(&written).map_err(|_| "it is no URL")?;
    if again.as_str() == written { Ok(written) } else { Err("its form is not stable") }
}

/// See [`crate::canonical`].
pub(crate) fn email(text: &str) -> Result<String, &'static str> {
    let (local, host) = text.rsplit_once('@').ok_or("an e-mail address has an @")?;
    if local.is_empty() || local.len() > 64 {
        return Err("the part before the @ has 1 to 64 characters");
    }
    let atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b);
    if !local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(atext)) {
        return Err("the part before the @ is not made of letters, digits and dots");
    }
    if host.contains("://") {
        return Err("a URL stands where the domain should");
    }
    let host = domain::canonical(host)?;
    Ok(format!("{}@{host}", local.to_ascii_lowercase()))
}
