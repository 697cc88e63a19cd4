//! Forms that nobody can click, and back.

use beffroi_model::ObservableKind;

/// A form of the canonical observable `value` that no program turns into a link: `hxxps[://]evil[.]example`,
/// `name[@]example[.]org`, `192[.]0[.]2[.]1`, `2001[:]db8[:][:]1`. Kinds that are no links come back as they are.
pub fn defang(kind: ObservableKind, value: &str) -> String {
    match kind {
        ObservableKind::DomainName | ObservableKind::EmailAddr | ObservableKind::Ipv4Addr => bracket(value),
        ObservableKind::Ipv6Addr => value.replace(':', "[:]").replace('.', "[.]"),
        ObservableKind::Url => match (value.strip_prefix("http"), value.strip_prefix("ftp")) {
            (Some(rest), _) => format!("hxxp{}", bracket(rest)),
            (None, Some(rest)) => format!("fxp{}", bracket(rest)),
            (None, None) => bracket(value),
        },
        ObservableKind::PhoneNumber
        | ObservableKind::Iban
        | ObservableKind::BtcAddress
        | ObservableKind::EthAddress
        | ObservableKind::SocialHandle => value.to_owned(),
    }
}

fn bracket(text: &str) -> String {
    text.replace("://", "[://]").replace('.', "[.]").replace('@', "[@]")
}

/// Undoes [`defang`] and the usual ways of writing by hand: `hxxp`, `hXXp`, `meow://`, `[.]`, `(.)`, `{.}`, `\.`,
/// `[dot]`, `(dot)`, `[at]`, `(at)`, `[@]`, `[:]`, `[://]`. Words are undone before the first slash of the path only,
/// since a path may hold them. A text without any of these comes back as it is.
pub fn refang(text: &str) -> String {
    const SIGNS: [(&str, &str); 6] =
        [("[://]", "://"), ("[.]", "."), ("(.)", "."), ("{.}", "."), ("\\.", "."), ("[@]", "@")];
    const WORDS: [(&str, &str); 4] = [("[dot]", "."), ("(dot)", "."), ("[at]", "@"), ("(at)", "@")];
    const SCHEMES: [(&str, &str); 3] = [("hxxp", "http"), ("fxp", "ftp"), ("meow", "http")];

    let address = text.bytes().all(|b| b.is_ascii_hexdigit() || b":[].".contains(&b));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    for (masked, scheme) in SCHEMES {
        let Some(after) = strip_prefix_ignoring_case(rest, masked) else { continue };
        let (secure, after) = match strip_prefix_ignoring_case(after, "s") {
            Some(after) => ("s", after),
            None => ("", after),
        };
        let Some(after) = ["://", "[://]", "[:]//"].iter().find_map(|colon| after.strip_prefix(colon)) else {
            continue;
        };
        out.push_str(scheme);
        out.push_str(secure);
        out.push_str("://");
        rest = after;
        break;
    }
    let mut in_path = false;
    while let Some(first) = rest.chars().next() {
        let sign = SIGNS.iter().find(|(masked, _)| rest.starts_with(masked));
        let word = || WORDS.iter().find(|(masked, _)| strip_prefix_ignoring_case(rest, masked).is_some());
        let (taken, plain) = if let Some((masked, plain)) = sign {
            (masked.len(), *plain)
        } else if address && rest.starts_with("[:]") {
            (3, ":")
        } else if let Some((masked, plain)) = (!in_path).then(word).flatten() {
            (masked.len(), *plain)
        } else if rest.starts_with("://") {
            (3, "://")
        } else {
            in_path |= matches!(first, '/' | '?' | '#');
            (first.len_utf8(), "")
        };
        if plain.is_empty() {
            out.push(first);
        } else {
            out.push_str(plain);
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical;
    use ObservableKind as K;
    use proptest::prelude::*;

    #[test]
    fn nothing_stays_clickable() {
        for (kind, value, shown) in [
            (K::Url, "https://evil.example/a.php?u=http://b.c", "hxxps[://]evil[.]example/a[.]php?u=http[://]b[.]c"),
            (K::DomainName, "evil.example", "evil[.]example"),
            (K::EmailAddr, "a.b@evil.example", "a[.]b[@]evil[.]example"),
            (K::Ipv4Addr, "192.0.2.1", "192[.]0[.]2[.]1"),
            (K::Ipv6Addr, "2001:db8::1", "2001[:]db8[:][:]1"),
        ] {
            assert_eq!(defang(kind, value), shown);
            assert_eq!(refang(shown), value);
        }
    }

    #[test]
    fn the_ways_of_analysts_are_read() {
        for (typed, plain) in [
            ("hXXp://evil[.]example", "http://evil.example"),
            ("hxxps[:]//evil.example", "https://evil.example"),
            ("evil[dot]example", "evil.example"),
            ("name(at)evil(dot)example", "name@evil.example"),
            ("evil\\.example", "evil.example"),
            ("meow://evil.example", "http://evil.example"),
            ("rien à signaler", "rien à signaler"),
        ] {
            assert_eq!(refang(typed), plain);
        }
    }

    proptest! {
        #[test]
        fn refang_undoes_defang(
            kind in 0usize..10,
            text in prop_oneof![
                "https?://[a-z0-9-]{1,10}\\.(fr|com)/[\\[\\](){}.@:/?#a-z\\\\]{0,30}",
                "https?://[a-z0-9-]{1,10}\\.(fr|com)/\\PC{0,30}",
                "[a-z!{}|]{1,8}@[a-z]{1,8}\\.[a-z]{2,4}",
                "[a-z0-9_-]{1,10}\\.[a-z]{2,5}",
                "([0-9]{1,3}\\.){3}[0-9]{1,3}",
                "([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}",
                "::ffff:([0-9]{1,2}\\.){3}[0-9]{1,2}",
            ],
        ) {
            let kind = K::ALL[kind];
            if let Ok(value) = canonical(kind, &text) {
                let shown = defang(kind, &value);
                prop_assert_eq!(refang(&shown), value);
                if matches!(kind, K::Url | K::DomainName | K::EmailAddr) {
                    prop_assert!(!shown.starts_with("http") && !shown.replace("[.]", "").contains('.'));
                }
            }
        }

        #[test]
        fn refang_never_panics(text in "\\PC{0,60}") {
            let _ = refang(&text);
        }
    }
}
