//! Targets of the journal, of rights, of code lists, of cards and of the words of the model.

use crate::readers::{seeds, text};
use beffroi_indicators::{Card, Catalogue, Declared, Request};
use beffroi_journal::{
    Hash, Journal, Keyring, Proof, SignedCheckpoint, StoredRecord, Trust, VerifierKey, checkpoints_from_text,
    from_base64, leaf_hash, to_base64, verify_consistency, verify_export, verify_inclusion,
};
use beffroi_model::ObservableKind;
use beffroi_observables::{canonical, defang, refang, registrable_domain};
use beffroi_retention::Bases;

/// Longest code list whose rows are looked at.
pub(crate) fn code_list(bytes: &[u8]) {
    if let Ok(list) = beffroi_codes::parse("essai", text(bytes)) {
        assert!(!list.name.is_empty(), "a list has its name");
    }
}

pub(crate) fn code_list_seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../../pure/codes/lists/layers.csv").to_vec(),
        include_bytes!("../../../pure/codes/lists/regions.csv").to_vec(),
    ]
}

pub(crate) fn card(bytes: &[u8]) {
    let text = text(bytes);
    let alone = Card::read(text).is_ok();
    let among = Catalogue::read(&[("essai", text)]).is_ok();
    assert_eq!(alone, among, "a card reads alone as it reads in a catalogue");
}

pub(crate) fn card_seeds() -> Vec<Vec<u8>> {
    vec![
        include_bytes!("../../../pure/indicators/measures/fraud-rate.toml").to_vec(),
        include_bytes!("../../../pure/indicators/measures/digital-offences.toml").to_vec(),
    ]
}

/// Steps between totals, as a publication tells them.
pub(crate) fn declared(bytes: &[u8]) {
    let _ = Declared::read(text(bytes));
}

pub(crate) fn declared_seeds() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../../pure/indicators/reconciliations.toml").to_vec()]
}

/// Dimensions, periods, filters and a definition, one a line.
pub(crate) fn request(bytes: &[u8]) {
    let mut lines = text(bytes).lines();
    let (from, to, definition) = (lines.next(), lines.next(), lines.next());
    let rest: Vec<String> = lines.map(str::to_owned).collect();
    let (filters, by): (Vec<String>, Vec<String>) = rest.into_iter().partition(|line| line.contains('='));
    let _ = Request::read(&by, from, to, &filters, None, definition);
}

pub(crate) fn request_seeds() -> Vec<Vec<u8>> {
    seeds(&["2024\n2025-Q1\nv1\nterritory\nperiod\nlayer=recorded\nterritory=53", "2024-W07\n2024-02-29\n\ncategory"])
}

pub(crate) fn observable(bytes: &[u8]) {
    let (kind, rest) = bytes.split_first().map_or((0, bytes), |(kind, rest)| (usize::from(*kind), rest));
    let text = text(rest);
    let _ = (refang(text), registrable_domain(text));
    let all = ObservableKind::ALL;
    if let Some(kind) = all.get(kind % all.len()) {
        let _ = defang(*kind, text);
        if let Ok(once) = canonical(*kind, text) {
            assert_eq!(canonical(*kind, &once).as_ref(), Ok(&once), "a canonical form is its own");
        }
    }
}

pub(crate) fn observable_seeds() -> Vec<Vec<u8>> {
    let texts = [
        "hxxps://evil[.]example:8443/a/../b?c#d",
        "https://user:pw@xn--bcher-kva.example/",
        "Evil.Example.",
        "Jean.Dupont@Example.org",
        "192.0.2.1",
        "2001:db8::1",
        "+33 6 39 98 00 01",
        "FR76 3000 6000 0112 3456 7890 189",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "44d88612fea8a8f36de82e1278abb02f",
        "@pseudo",
    ];
    let kinds = u8::try_from(ObservableKind::ALL.len()).unwrap_or(1);
    texts.iter().flat_map(|text| (0..kinds).map(|kind| [&[kind], text.as_bytes()].concat())).collect()
}

pub(crate) fn journal_line(bytes: &[u8]) {
    if let Ok(record) = StoredRecord::from_line(bytes) {
        assert_eq!(record.to_line().as_bytes(), bytes, "a line has one form");
    }
}

pub(crate) fn journal_line_seeds() -> Vec<Vec<u8>> {
    let sealed = to_base64(&[7; 48]);
    let leaf = to_base64(&[8; 32]);
    seeds(&[
        &format!(
            "{{\"index\":0,\"day\":\"2026-11-30\",\"key\":\"2026-11\",\"sealed\":\"{sealed}\",\"leaf\":\"{leaf}\"}}"
        ),
        "{\"index\":18446744073709551615,\"day\":\"-009999-01-01\",\"key\":\"9999-12\",\"sealed\":\"\",\"leaf\":\"\"}",
    ])
}

pub(crate) fn checkpoints(bytes: &[u8]) {
    for checkpoint in checkpoints_from_text(bytes).into_iter().flatten() {
        let written = checkpoint.to_string();
        assert!(written.parse::<SignedCheckpoint>().is_ok(), "a checkpoint reads back");
    }
}

pub(crate) fn checkpoint_seeds() -> Vec<Vec<u8>> {
    let root = to_base64(&[9; 32]);
    let signature = to_base64(&[3; 68]);
    let body = format!("essai.example/journal\n12\n{root}\nat 2026-11-30T12:00:00Z\n");
    let note = format!("{body}\n\u{2014} essai.example/journal {signature}\n");
    vec![body.clone().into_bytes(), note.clone().into_bytes(), format!("{note}\n{note}").into_bytes()]
}

/// An export whose entries and checkpoints are parted by a record separator.
pub(crate) fn journal_export(bytes: &[u8]) {
    let mut halves = bytes.splitn(2, |byte| *byte == b'\x1e');
    let (entries, checkpoints) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
    let key = format!("essai.example/journal+00000000+{}", to_base64(&[&[1][..], &[5; 32]].concat()));
    let Ok(key) = key.parse::<VerifierKey>() else { return };
    let _ = verify_export(entries, checkpoints, &Trust::new(key), &Keyring::default());
}

pub(crate) fn journal_export_seeds() -> Vec<Vec<u8>> {
    let (lines, notes) = (journal_line_seeds(), checkpoint_seeds());
    let join = |line: &[u8], note: &[u8]| [line, b"\n\x1e", note].concat();
    lines.iter().zip(notes.iter().skip(1)).map(|(line, note)| join(line, note)).collect()
}

pub(crate) fn proof(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(proof) = Proof::from_text(text) {
        let length = bytes.len() as u64;
        let root = leaf_hash(bytes);
        let _ = verify_inclusion(bytes, length / 3, length, &root, &proof);
        let _ = verify_consistency((length / 2, &root), (length, &root), &proof);
        assert_eq!(Proof::from_text(&proof.to_text()).map(|again| again.to_text()).ok(), Some(proof.to_text()));
    }
}

pub(crate) fn proof_seeds() -> Vec<Vec<u8>> {
    let hash = to_base64(&[9; 32]);
    seeds(&["", &format!("{hash}\n"), &format!("{hash}\n{hash}\n{hash}\n")])
}

pub(crate) fn base64(bytes: &[u8]) {
    let text = text(bytes);
    if let Some(read) = from_base64(text) {
        assert_eq!(to_base64(&read), text, "base64 has one form");
    }
    let _ = (Hash::from_base64(text), Hash::from_slice(bytes));
}

pub(crate) fn origin(bytes: &[u8]) {
    let _ = Journal::new(text(bytes)).map(|journal| journal.origin().len());
}

pub(crate) fn bases(bytes: &[u8]) {
    let _ = Bases::from_csv(text(bytes));
}

pub(crate) fn bases_seeds() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../../pure/retention/bases.csv").to_vec()]
}

pub(crate) fn policy(bytes: &[u8]) {
    let _ = beffroi_rights::Policy::parse(text(bytes));
}

pub(crate) fn policy_seeds() -> Vec<Vec<u8>> {
    vec![include_bytes!("../../../pure/rights/policy.csv").to_vec()]
}

/// A motive and a reference, one a line; the motive as the reason to break the glass, too.
pub(crate) fn purpose(bytes: &[u8]) {
    let (motive, reference) = text(bytes).split_once('\n').unwrap_or_default();
    let _ = beffroi_rights::check_glass_reason(motive);
    let _ = beffroi_rights::Purpose::new(motive, reference);
}

/// A warning list: what reads holds no more than it was given, and every value can be asked of it.
pub(crate) fn warning_list(bytes: &[u8]) {
    let Ok((list, findings)) = beffroi_misp::read_warning_list(bytes) else { return };
    assert!(list.n_entries() > 0 && findings.unread.len() <= findings.n_unread);
    for kind in ObservableKind::ALL {
        let _ = list.holds(kind, crate::readers::text(bytes));
    }
}

pub(crate) fn warning_list_seeds() -> Vec<Vec<u8>> {
    let list = |kind: &str, entry: &str| {
        format!(r#"{{"name":"a","version":1,"description":"","type":"{kind}","list":["{entry}"]}}"#).into_bytes()
    };
    vec![list("hostname", ".a.example"), list("cidr", "192.0.2.0/24"), list("substring", "x"), list("regex", "/x/")]
}
