//! What is shown of an observable that leads to one person, until two persons have agreed to show it whole.

use beffroi_model::ObservableKind;

/// What stands for the characters left out: always as many, so that the length tells nothing.
const LEFT_OUT: &str = "•••";

/// Whether observables of `kind` lead to one person: a line, an account, a mailbox. The others (domains, addresses of
/// machines, wallets) are infrastructure.
pub fn is_personal(kind: ObservableKind) -> bool {
    use ObservableKind::{EmailAddr, Iban, PhoneNumber, SocialHandle};
    matches!(kind, EmailAddr | Iban | PhoneNumber | SocialHandle)
}

/// The canonical observable `value` without what leads to one person: `j•••@example.org`, `+33•••12`, `FR76•••05`. Kinds
/// that lead to nobody come back as they are. At least half of what names is left out.
pub fn mask(kind: ObservableKind, value: &str) -> String {
    match (kind, value.rsplit_once('@')) {
        (ObservableKind::EmailAddr, Some((local, domain))) if !domain.is_empty() => {
            format!("{}@{domain}", ends(local, 1, 0))
        }
        (ObservableKind::PhoneNumber, _) => ends(value, 3, 2),
        (ObservableKind::Iban, _) => ends(value, 4, 2),
        (kind, _) if is_personal(kind) => ends(value, 2, 0),
        _ => value.to_owned(),
    }
}

/// The first and last characters of a text; fewer, or none, of a short one.
fn ends(text: &str, n_first: usize, n_last: usize) -> String {
    let n = text.chars().count();
    let (n_first, n_last) = if (n_first + n_last) * 2 <= n { (n_first, n_last) } else { (n / 4, 0) };
    let first: String = text.chars().take(n_first).collect();
    let last: String = text.chars().skip(n - n_last).collect();
    format!("{first}{LEFT_OUT}{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: ObservableKind, value: &str, masked: &str) {
        assert_eq!(mask(kind, value), masked, "{value}");
    }

    #[test]
    fn what_leads_to_one_person_is_left_out() {
        check(ObservableKind::EmailAddr, "jeanne@example.org", "j•••@example.org");
        check(ObservableKind::EmailAddr, "j@example.org", "•••@example.org");
        check(ObservableKind::EmailAddr, "sans-domaine", "sa•••");
        check(ObservableKind::PhoneNumber, "+33199001234", "+33•••34");
        check(ObservableKind::PhoneNumber, "3901", "3•••");
        check(ObservableKind::Iban, "FR7630001007941234567890185", "FR76•••85");
        check(ObservableKind::SocialHandle, "telegram:vendeur", "te•••");
        check(ObservableKind::SocialHandle, "é", "•••");
        check(ObservableKind::DomainName, "colis-faux.example", "colis-faux.example");
        check(ObservableKind::Ipv4Addr, "192.0.2.1", "192.0.2.1");
    }

    #[test]
    fn at_least_half_is_left_out_and_the_length_tells_nothing() {
        for kind in ObservableKind::ALL.into_iter().filter(|kind| is_personal(*kind)) {
            for n in 0..60 {
                let value = "x".repeat(n);
                let kept = mask(kind, &value).chars().filter(|c| *c == 'x').count();
                assert!(kept * 2 <= n, "{kind:?} {n}: {kept}");
            }
        }
        let mask = |value| mask(ObservableKind::PhoneNumber, value);
        assert_eq!(mask("+33199001234"), mask("+3319900999934"));
    }
}
