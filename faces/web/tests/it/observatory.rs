//! A scorer of headers after Mozilla's HTTP Observatory, for one answer read over TLS.
//!
//! Source: the published table of results and modifiers of the HTTP Observatory (github.com/mdn/mdn-http-observatory,
//! `src/grader/charts.js` and `src/analyzer/tests/`, as of 2026, MPL-2.0). Facts of that table only: start at 100; each
//! check adds its modifier; bonuses count only when the score without them is 90 or more; the score is never under 0.
//! A host of a closed network is on no preload list, and a page without a script gets no bonus for the integrity of
//! scripts: 130 is what can be had without cookies, 135 with them.

use axum::http::HeaderMap;
use std::collections::{BTreeMap, BTreeSet};

/// What an answer scored.
#[derive(Debug)]
pub(crate) struct Score {
    pub(crate) total: i32,
    /// Modifier of each check.
    pub(crate) checks: BTreeMap<&'static str, i32>,
}

type Policy = BTreeMap<String, BTreeSet<String>>;

/// Scores an answer.
pub(crate) fn score(headers: &HeaderMap, html: Option<&str>) -> Score {
    let hsts = transport(headers);
    let checks = BTreeMap::from([
        ("content-security-policy", policy_modifier(headers)),
        ("cookies", cookies(headers, hsts == 0)),
        ("cross-origin-resource-policy", resource(headers)),
        ("cross-origin-resource-sharing", sharing(headers)),
        ("referrer-policy", referrer(headers)),
        ("strict-transport-security", hsts),
        ("subresource-integrity", integrity(html)),
        ("x-content-type-options", if one(headers, "x-content-type-options") == Some("nosniff") { 0 } else { -5 }),
        ("x-frame-options", frames(headers)),
    ]);
    let without_bonus: i32 = 100 + checks.values().filter(|m| **m < 0).sum::<i32>();
    let bonus: i32 = checks.values().filter(|m| **m > 0).sum();
    let total = if without_bonus >= 90 { without_bonus + bonus } else { without_bonus };
    Score { total: total.max(0), checks }
}

/// A header that stands exactly once.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then(|| value.trim())
}

fn policy(headers: &HeaderMap) -> Option<Policy> {
    let text = one(headers, "content-security-policy")?;
    let mut policy = Policy::new();
    for directive in text.split(';').map(str::trim).filter(|d| !d.is_empty()) {
        let mut words = directive.split_ascii_whitespace().map(str::to_ascii_lowercase);
        // The first of two directives of one name counts.
        policy.entry(words.next()?).or_insert_with(|| words.collect());
    }
    Some(policy)
}

const BROAD: [&str; 8] = ["ftp:", "http:", "https:", "*", "http://*", "http://*.*", "https://*", "https://*.*"];

fn policy_modifier(headers: &HeaderMap) -> i32 {
    let Some(policy) = policy(headers) else { return -25 };
    let any = BTreeSet::from(["*".to_owned()]);
    let of = |name: &str| policy.get(name).or_else(|| policy.get("default-src")).unwrap_or(&any);
    let has = |name: &str, unsafe_ones: &[&str]| of(name).iter().any(|s| unsafe_ones.contains(&s.as_str()));
    let inline = ["'unsafe-inline'", "data:"];
    let in_clear = |source: &String| source.starts_with("http:") || source.starts_with("ftp:");
    let passive = ["img-src", "media-src"];
    let active = policy.iter().filter(|(name, _)| !passive.contains(&name.as_str())).flat_map(|(_, sources)| sources);
    if has("script-src", &BROAD) || has("script-src", &inline) || has("object-src", &BROAD) {
        return -20;
    }
    if active.into_iter().any(in_clear) {
        return -20;
    }
    if has("script-src", &["'unsafe-eval'"]) || has("style-src", &["'unsafe-eval'"]) {
        return -10;
    }
    if passive.iter().any(|name| of(name).iter().any(in_clear)) {
        return -10;
    }
    if has("style-src", &BROAD) || has("style-src", &inline) {
        return 0;
    }
    let none = BTreeSet::from(["'none'".to_owned()]);
    if policy.get("default-src") == Some(&none) { 10 } else { 5 }
}

fn cookies(headers: &HeaderMap, hsts: bool) -> i32 {
    let mut worst = None;
    for cookie in headers.get_all("set-cookie") {
        let text = cookie.to_str().unwrap_or_default().to_ascii_lowercase();
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next().and_then(|pair| pair.split('=').next()).unwrap_or_default().to_owned();
        let flags: BTreeSet<&str> = parts.collect();
        let is_session = name.contains("sess") || name.contains("login");
        let secure = flags.contains("secure");
        let same_site = flags.iter().find_map(|f| f.strip_prefix("samesite="));
        let modifier = match (secure, hsts, is_session) {
            (false, false, true) => -40,
            (false, false, false) => -20,
            (false, true, true) => -10,
            (false, true, false) => -5,
            (true, _, true) if !flags.contains("httponly") => -30,
            (true, ..) => match same_site {
                Some("strict" | "lax" | "none") => 5,
                Some(_) => -20,
                None if name.contains("csrf") => -20,
                None => 0,
            },
        };
        worst = Some(worst.map_or(modifier, |w: i32| w.min(modifier)));
    }
    worst.unwrap_or(0)
}

fn resource(headers: &HeaderMap) -> i32 {
    match one(headers, "cross-origin-resource-policy") {
        Some("same-origin" | "same-site") => 10,
        Some("cross-origin") | None => 0,
        Some(_) => -5,
    }
}

fn sharing(headers: &HeaderMap) -> i32 {
    let open = headers.contains_key("access-control-allow-origin");
    if open && one(headers, "access-control-allow-credentials") == Some("true") { -50 } else { 0 }
}

fn referrer(headers: &HeaderMap) -> i32 {
    match one(headers, "referrer-policy") {
        Some("no-referrer" | "same-origin" | "strict-origin" | "strict-origin-when-cross-origin") => 5,
        None => 0,
        Some(_) => -5,
    }
}

fn transport(headers: &HeaderMap) -> i32 {
    let Some(text) = one(headers, "strict-transport-security") else { return -20 };
    let age =
        text.split(';').map(str::trim).find_map(|p| p.to_ascii_lowercase().strip_prefix("max-age=")?.parse().ok());
    match age {
        None::<u64> => -20,
        Some(age) if age < 15_552_000 => -10,
        Some(_) => 0,
    }
}

fn integrity(html: Option<&str>) -> i32 {
    let mut worst = 0;
    for tag in html.unwrap_or_default().split("<script").skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        let Some(source) = tag.split("src=\"").nth(1).and_then(|s| s.split('"').next()) else { continue };
        let elsewhere = source.starts_with("//") || source.contains("://");
        if elsewhere {
            worst = worst.min(if source.starts_with("https://") { -5 } else { -50 });
        }
    }
    worst
}

fn frames(headers: &HeaderMap) -> i32 {
    if policy(headers).is_some_and(|policy| policy.contains_key("frame-ancestors")) {
        return 5;
    }
    match one(headers, "x-frame-options").map(str::to_ascii_lowercase).as_deref() {
        Some("deny" | "sameorigin") => 0,
        Some(text) if text.starts_with("allow-from") => 0,
        _ => -20,
    }
}

/// The two pages that may run the one script there is.
pub(crate) fn scripted(path: &str) -> bool {
    ["/connexion/cle", "/compte/cles"].contains(&path.split('?').next().unwrap_or_default())
}

/// What machines read. What the public reads and files run nothing either (`keys.rs`); their refusals to whoever signed
/// in are pages of the house.
fn no_page(path: &str) -> bool {
    path.starts_with("/api/")
}

/// What the Observatory does not score and we hold to all the same: what is wrong with an answer.
pub(crate) fn red(path: &str, headers: &HeaderMap) -> Vec<String> {
    let mut red = Vec::new();
    let mut want = |name: &str, fine: &dyn Fn(&str) -> bool| {
        let value = one(headers, name);
        if !value.is_some_and(fine) {
            red.push(format!("{name}: {value:?}"));
        }
    };
    let is = |expected: &'static str| move |value: &str| value == expected;
    want("x-frame-options", &is("DENY"));
    want("cross-origin-opener-policy", &is("same-origin"));
    want("cross-origin-embedder-policy", &is("require-corp"));
    want("origin-agent-cluster", &is("?1"));
    want("x-permitted-cross-domain-policies", &is("none"));
    want("x-robots-tag", &is("noindex, nofollow"));
    want("strict-transport-security", &is("max-age=63072000; includeSubDomains"));
    want("permissions-policy", &|value| {
        let own = |feature: &str| scripted(path) && feature.starts_with("publickey-") && feature.ends_with("=(self)");
        value.split(", ").all(|feature| feature.ends_with("=()") || own(feature)) && value.contains("camera=()")
    });
    want("content-security-policy", &|value| {
        ["require-trusted-types-for 'script'", "trusted-types 'none'", "form-action 'self'", "base-uri 'none'"]
            .iter()
            .all(|part| value.contains(part))
            && match value.split("; ").find_map(|part| part.strip_prefix("script-src ")) {
                None => true,
                Some("'self'") => scripted(path),
                // The shortcut to the search, for whoever signed in: by its digest and by nothing else.
                Some(only) => !no_page(path) && only == format!("'{}'", super::keys::digest()),
            }
            && !value.contains("unsafe")
    });
    want("cache-control", &|value| {
        value == "no-store" || (path.starts_with("/static/") && value == "public, max-age=31536000, immutable")
    });
    for name in ["server", "x-powered-by", "access-control-allow-origin", "content-security-policy-report-only"] {
        if headers.contains_key(name) {
            red.push(format!("{name} is there"));
        }
    }
    for cookie in headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap_or_default();
        let host = cookie.starts_with("__Host-") && cookie.contains("; Path=/;") && !cookie.contains("Domain");
        if !(host && cookie.contains("; Secure") && cookie.contains("; HttpOnly") && cookie.contains("; SameSite=")) {
            red.push("a cookie without its prefix or flags".to_owned());
        }
    }
    red
}

#[test]
fn the_scorer_knows_the_published_modifiers() {
    let check = |pairs: &[(&'static str, &'static str)], check: &str, modifier: i32| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, value.parse().unwrap());
        }
        assert_eq!(score(&headers, None).checks[check], modifier, "{pairs:?}");
    };
    let csp = "content-security-policy";
    check(&[], csp, -25);
    check(&[(csp, "default-src 'none'")], csp, 10);
    check(&[(csp, "default-src 'self'")], csp, 5);
    check(&[(csp, "default-src 'none'; style-src 'self' 'unsafe-inline'")], csp, 0);
    check(&[(csp, "default-src 'none'; img-src http://x.example")], csp, -10);
    check(&[(csp, "default-src 'none'; script-src 'self' 'unsafe-eval'")], csp, -10);
    check(&[(csp, "default-src 'none'; script-src 'unsafe-inline'")], csp, -20);
    check(&[(csp, "img-src 'self'")], csp, -20);
    check(&[(csp, "default-src 'none'; frame-ancestors 'none'")], "x-frame-options", 5);
    check(&[("x-frame-options", "DENY")], "x-frame-options", 0);
    check(&[], "x-frame-options", -20);
    check(&[], "strict-transport-security", -20);
    check(&[("strict-transport-security", "max-age=86400")], "strict-transport-security", -10);
    check(&[("set-cookie", "a=b; Secure; HttpOnly; SameSite=Lax")], "cookies", 5);
    check(&[("set-cookie", "a=b; Secure; HttpOnly")], "cookies", 0);
    check(&[("set-cookie", "session=b; Secure; SameSite=Lax")], "cookies", -30);
    check(&[("set-cookie", "session=b; HttpOnly")], "cookies", -40);
    check(&[("set-cookie", "a=b")], "cookies", -20);
    check(&[], "cookies", 0);
    check(&[("referrer-policy", "unsafe-url")], "referrer-policy", -5);
    check(&[("cross-origin-resource-policy", "same-origin")], "cross-origin-resource-policy", 10);
    check(&[], "x-content-type-options", -5);
    assert_eq!(score(&HeaderMap::new(), None).total, 30);
    assert_eq!(integrity(Some("<script src=\"//x.example/a.js\">")), -50);
}
