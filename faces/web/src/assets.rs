//! Style sheet, drawings and the two scripts, under names that carry the digest of their bytes: a browser keeps them for
//! ever, and a new version has a new name.

use crate::problem::Problem;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// What a static answer is stamped with; the headers' guard leaves it alone.
pub(crate) const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// One file.
struct Asset {
    name: String,
    kind: &'static str,
    bytes: String,
}

impl Asset {
    fn new(stem: &str, extension: &str, kind: &'static str, bytes: String) -> Self {
        let digest = format!("{:x}", Sha256::digest(bytes.as_bytes()));
        let short: String = digest.chars().take(16).collect();
        Self { name: format!("{stem}.{short}.{extension}"), kind, bytes }
    }
}

static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = format!("{}\n{}", beffroi_chart::CSS, include_str!("../static/app.css"));
    Asset::new("app", "css", "text/css; charset=utf-8", bytes)
});
static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("beffroi", "svg", "image/svg+xml", include_str!("../static/beffroi.svg").to_owned()));

static PASSKEY: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_str!("../static/passkey.js").to_owned();
    Asset::new("passkey", "js", "text/javascript; charset=utf-8", bytes)
});

static KEYS: LazyLock<Asset> = LazyLock::new(|| {
    let bytes = include_str!("../static/keys.js").to_owned();
    Asset::new("keys", "js", "text/javascript; charset=utf-8", bytes)
});

static KEYS_DIGEST: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", STANDARD.encode(Sha256::digest(KEYS.bytes.as_bytes()))));

/// Where the style sheet is.
pub(crate) fn style_href() -> String {
    format!("/static/{}", STYLE.name)
}

/// Where the belfry is.
pub(crate) fn icon_href() -> String {
    format!("/static/{}", ICON.name)
}

/// Where the script of passkeys is: it runs on their pages only.
pub(crate) fn passkey_href() -> String {
    format!("/static/{}", PASSKEY.name)
}

/// Where the script of the shortcut to the search is.
pub(crate) fn keys_href() -> String {
    format!("/static/{}", KEYS.name)
}

/// The digest of that script, as a policy names it and a page asks for it (`sha256-…`, base64): no other bytes run.
pub(crate) fn keys_digest() -> &'static str {
    &KEYS_DIGEST
}

/// Serves one of them.
pub(crate) async fn serve(Path(name): Path<String>) -> Result<Response, Problem> {
    let all = [&*STYLE, &*ICON, &*PASSKEY, &*KEYS];
    let asset = all.into_iter().find(|asset| asset.name == name).ok_or(Problem::NotFound)?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind)), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((headers, asset.bytes.as_str()).into_response())
}
