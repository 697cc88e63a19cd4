//! What a backup promises, and what each of its checks refuses.

use super::archive::pack;
use super::gather::hex;
use super::*;
use beffroi_ports::{FileNote, JournalState, Keys as _};
use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};

const JOURNAL: &str = "beffroi.example/journal";

/// A made-up house, and two people who each hold one secret key.
struct House {
    place: tempfile::TempDir,
    data: BackupParts,
    recipient: String,
    identity: PathBuf,
    keys_recipient: String,
    keys_identity: PathBuf,
}

fn identity(place: &Path, name: &str) -> (String, PathBuf) {
    let (secret, public) = new_identity();
    let path = place.join(name);
    fs::write(&path, secret.as_bytes()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    (public, path)
}

impl House {
    fn new() -> Self {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        let table = data.join("lake/reports");
        fs::create_dir_all(table.join("_delta_log")).unwrap();
        fs::create_dir_all(data.join("alerts/empty")).unwrap();
        fs::write(table.join("_delta_log/00000000000000000000.json"), b"{}\n").unwrap();
        fs::write(table.join("_delta_log/half.json.tmp"), b"half").unwrap();
        let long = format!("{}/{}.parquet", "year=2026".repeat(9), "part".repeat(20));
        fs::create_dir_all(table.join(&long).parent().unwrap()).unwrap();
        fs::write(table.join(&long), b"PAR1 drawn PAR1").unwrap();
        fs::write(data.join("lake/none"), b"").unwrap();
        fs::write(data.join("alerts/1.pdf"), vec![7; 600]).unwrap();
        fs::write(data.join("beffroi.toml"), b"# drawn\n").unwrap();
        fs::write(data.join("copy.sqlite"), b"SQLite format 3\0 drawn").unwrap();
        let keys = FileKeys::open(&place.path().join("keys"), JOURNAL).unwrap();
        keys.log_key().unwrap();
        keys.month_key("2026-11".parse().unwrap(), true).unwrap();
        let (recipient, identity_path) = identity(place.path(), "identity");
        let (keys_recipient, keys_identity) = identity(place.path(), "keys-identity");
        let data = BackupParts {
            program: "0.0.0-drawn".to_owned(),
            at: "2026-11-22T15:00:00Z".parse().unwrap(),
            snapshot: Some(3),
            journal: Some(JournalState { size: 1, root: "00".repeat(32), checkpoint: "drawn\n1\n".to_owned() }),
            database: DatabasePart::Copy { name: "store.sqlite".to_owned(), from: data.join("copy.sqlite") },
            files: vec![("beffroi.toml".to_owned(), data.join("beffroi.toml"))],
            folders: ["lake", "alerts", "reports"].map(|name| (name.to_owned(), data.join(name))).to_vec(),
            keys: Some(place.path().join("keys")),
            keys_for: Vec::new(),
        };
        Self { place, data, recipient, identity: identity_path, keys_recipient, keys_identity }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn backup(&self, name: &str) -> Result<Manifest, BackupError> {
        AgeBackup::new().backup(&self.at(name), std::slice::from_ref(&self.recipient), &self.data)
    }

    fn restore(&self, name: &str, options: &RestoreOptions) -> Result<Restored, BackupError> {
        AgeBackup::new().restore(&self.at(name), &self.identity, &self.at("back"), options)
    }

    /// A backup with this manifest and these entries, as anyone who knows the public key can make one.
    fn forge(&self, name: &str, manifest: &Manifest, entries: &[(&str, tar::EntryType, &[u8])]) {
        let to = recipients(std::slice::from_ref(&self.recipient)).unwrap();
        let mut tar = tar::Builder::new(encrypt(File::create(self.at(name)).unwrap(), &to).unwrap());
        let text = serde_json::to_vec(manifest).unwrap();
        for (path, kind, bytes) in [&[(MANIFEST, tar::EntryType::Regular, text.as_slice())], entries].concat() {
            let mut header = tar::Header::new_gnu();
            header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_entry_type(kind);
            header.set_size(bytes.len() as u64);
            header.set_mode(0o777);
            if kind.is_symlink() || kind.is_hard_link() {
                header.set_link_name_literal("/etc/passwd").unwrap();
            }
            header.set_cksum();
            tar.append(&header, bytes).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap();
    }

    /// Refused, and nothing new beside the target or in it.
    fn refuses(&self, name: &str, checks: Checks, what: &str) -> BackupError {
        let before = names(self.place.path());
        let result =
            AgeBackup { checks }.restore(&self.at(name), &self.identity, &self.at("back"), &RestoreOptions::default());
        let error = result.expect_err(what);
        assert_eq!(names(self.place.path()), before, "{what}: something was left");
        error
    }
}

fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Every file below a folder, and every folder (without bytes).
fn tree(root: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
                found.insert(name, None);
            } else {
                found.insert(name, Some(fs::read(&path).unwrap()));
            }
        }
    }
    found
}

fn note(path: &str, bytes: &[u8]) -> FileNote {
    FileNote { path: path.to_owned(), size: bytes.len() as u64, sha256: hex(&Sha256::digest(bytes)) }
}

fn claims(folders: &[&str], files: Vec<FileNote>) -> Manifest {
    Manifest {
        format: FORMAT,
        program: "0.0.0-drawn".to_owned(),
        at: "2026-11-22T15:00:00Z".parse().unwrap(),
        snapshot: None,
        journal: None,
        database: DatabaseNote::Elsewhere("none".to_owned()),
        keys: false,
        folders: folders.iter().map(|&folder| folder.to_owned()).collect(),
        files,
    }
}

#[test]
fn what_comes_back_is_what_went_in_byte_for_byte() {
    let house = House::new();
    let manifest = house.backup("a.age").unwrap();
    assert_eq!(AgeBackup::new().check(&house.at("a.age"), &house.identity).unwrap(), manifest);
    // An empty folder is as good as none.
    fs::create_dir(house.at("back")).unwrap();
    let restored = house.restore("a.age", &RestoreOptions::default()).unwrap();
    assert_eq!((restored.manifest, restored.keys), (manifest.clone(), false));
    let mut expected = tree(&house.at("data"));
    expected.remove(Path::new("lake/reports/_delta_log/half.json.tmp")).unwrap();
    let copy = expected.remove(Path::new("copy.sqlite")).unwrap();
    expected.insert("store.sqlite".into(), copy);
    expected.insert(ERASURES.into(), None);
    assert_eq!(tree(&house.at("back")), expected);
    for path in expected.keys() {
        let about = fs::metadata(house.at("back").join(path)).unwrap();
        assert_eq!(about.mode() & 0o077, 0, "{}", path.display());
    }
    // The log of a table comes before its files; neither the keys nor any text of the house can be read in the file.
    let position = |end: &str| manifest.files.iter().position(|file| file.path.ends_with(end)).unwrap();
    assert!(position("00.json") < position(".parquet") && !manifest.keys);
    let bytes = fs::read(house.at("a.age")).unwrap();
    for secret in ["drawn", "beffroi key", "PAR1", "manifest"] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret}");
    }
    assert_eq!(
        house.restore("a.age", &RestoreOptions::default()),
        Err(BackupError::Occupied(house.at("back").display().to_string()))
    );
    assert!(matches!(house.backup("a.age"), Err(BackupError::Occupied(_))));
}

#[test]
fn a_strangers_key_opens_nothing() {
    let house = House::new();
    house.backup("a.age").unwrap();
    let (_, stranger) = identity(house.place.path(), "stranger");
    let refused =
        AgeBackup::new().restore(&house.at("a.age"), &stranger, &house.at("back"), &RestoreOptions::default());
    assert_eq!(refused, Err(BackupError::WrongIdentity));
    assert!(!house.at("back").exists());
    assert_eq!(AgeBackup::new().check(&house.at("a.age"), &stranger), Err(BackupError::WrongIdentity));
    // Several recipients: each of them opens it.
    let (public, second) = identity(house.place.path(), "second");
    AgeBackup::new().backup(&house.at("b.age"), &[house.recipient.clone(), public], &house.data).unwrap();
    assert!(AgeBackup::new().check(&house.at("b.age"), &second).is_ok());
}

#[test]
fn every_truncation_is_refused_and_leaves_nothing() {
    let house = House::new();
    house.forge("a.age", &claims(&[], vec![note("a", b"drawn")]), &[("a", tar::EntryType::Regular, b"drawn")]);
    AgeBackup::new().check(&house.at("a.age"), &house.identity).unwrap();
    let whole = fs::read(house.at("a.age")).unwrap();
    fs::write(house.at("cut.age"), b"").unwrap();
    for length in 0..whole.len() {
        fs::write(house.at("cut.age"), &whole[..length]).unwrap();
        house.refuses("cut.age", Checks::default(), &format!("{length} bytes"));
    }
    // One of several chunks (64 KiB and a tag of 16 bytes each): at the chunks' ends, and anywhere.
    let large = vec![1; 300_000];
    house.forge("b.age", &claims(&[], vec![note("a", &large)]), &[("a", tar::EntryType::Regular, &large)]);
    let whole = fs::read(house.at("b.age")).unwrap();
    let head = whole.len() % (65_536 + 16);
    let mut random = StdRng::seed_from_u64(1);
    let ends = (0..5).flat_map(|chunk| [0, 1, 2].map(|by| head + chunk * (65_536 + 16) + by - 1));
    for length in ends.chain((0..40).map(|_| random.random_range(0..whole.len()))) {
        fs::write(house.at("cut.age"), &whole[..length.min(whole.len() - 1)]).unwrap();
        house.refuses("cut.age", Checks::default(), &format!("{length} bytes"));
    }
    fs::write(house.at("cut.age"), [whole.as_slice(), b"x"].concat()).unwrap();
    house.refuses("cut.age", Checks::default(), "one byte more");
}

#[test]
fn two_hundred_flipped_bytes_are_refused() {
    let house = House::new();
    house.backup("a.age").unwrap();
    let whole = fs::read(house.at("a.age")).unwrap();
    fs::write(house.at("bent.age"), b"").unwrap();
    let mut random = StdRng::seed_from_u64(2);
    for _ in 0..200 {
        let mut bent = whole.clone();
        let at = random.random_range(0..bent.len());
        bent[at] ^= 1 << random.random_range(0..8);
        fs::write(house.at("bent.age"), bent).unwrap();
        house.refuses("bent.age", Checks::default(), &format!("byte {at}"));
    }
}

#[test]
fn a_changed_file_is_refused_by_its_hash() {
    let house = House::new();
    let manifest = claims(&[], vec![note("a", b"drawn")]);
    house.forge("a.age", &manifest, &[("a", tar::EntryType::Regular, b"drawm")]);
    let error = house.refuses("a.age", Checks::default(), "another content");
    assert!(matches!(error, BackupError::Refused { why: "a file is not the one that was saved", .. }));
    // The twin: with the hash unchecked, it passes.
    let unchecked = AgeBackup { checks: Checks { hash: false, ..Checks::default() } };
    unchecked.restore(&house.at("a.age"), &house.identity, &house.at("back"), &RestoreOptions::default()).unwrap();
    assert_eq!(fs::read(house.at("back/a")).unwrap(), b"drawm");
}

#[test]
fn paths_that_lead_out_are_refused() {
    let house = House::new();
    let escaped = house.at("escaped");
    let absolute = escaped.to_str().unwrap().to_owned();
    let file = |path: &str| {
        (claims(&[], vec![note(path, b"x")]), vec![(path.to_owned(), tar::EntryType::Regular, b"x".to_vec())])
    };
    let mut cases: Vec<_> =
        ["../escaped", "a/../../escaped", &absolute, "./a", "a//b", "..", "a/", "not/named", MANIFEST, "a\\b"]
            .into_iter()
            .map(|path| (path.to_owned(), file(path)))
            .collect();
    for folder in ["..", "../escaped", &absolute, "a/b"] {
        cases.push((format!("folder {folder}"), (claims(&[folder], vec![]), vec![])));
    }
    for (what, (manifest, entries)) in &cases {
        let entries: Vec<_> =
            entries.iter().map(|(path, kind, bytes)| (path.as_str(), *kind, bytes.as_slice())).collect();
        house.forge("a.age", manifest, &entries);
        house.refuses("a.age", Checks::default(), what);
        assert!(!escaped.exists(), "{what}");
    }
    // The twin: with the paths unchecked, the first one gets out.
    house.forge("a.age", &cases[0].1.0, &[("../escaped", tar::EntryType::Regular, b"x")]);
    let unchecked = AgeBackup { checks: Checks { path: false, ..Checks::default() } };
    unchecked.restore(&house.at("a.age"), &house.identity, &house.at("back"), &RestoreOptions::default()).unwrap();
    assert!(escaped.exists());
}

#[test]
fn links_devices_and_folders_are_refused() {
    use tar::EntryType;
    let house = House::new();
    let kinds = [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::Directory,
        EntryType::Continuous,
        EntryType::GNUSparse,
        EntryType::GNULongLink,
        EntryType::XHeader,
        EntryType::XGlobalHeader,
    ];
    for kind in kinds {
        house.forge("a.age", &claims(&[], vec![note("a", b"")]), &[("a", kind, b"")]);
        house.refuses("a.age", Checks::default(), &format!("{kind:?}"));
    }
    house.forge("a.age", &claims(&[], vec![note("a", b"")]), &[("a", EntryType::Regular, b"")]);
    assert!(house.restore("a.age", &RestoreOptions::default()).is_ok());
}

#[test]
fn missing_extra_double_and_exchanged_files_are_refused() {
    use tar::EntryType::Regular;
    let house = House::new();
    let (a, b) = (note("a", b"1"), note("b", b"2"));
    let both = claims(&[], vec![a.clone(), b.clone()]);
    let one = ("a", Regular, &b"1"[..]);
    let two = ("b", Regular, &b"2"[..]);
    let zero = FileNote { size: u64::MAX, ..a.clone() };
    let cases: Vec<(&str, Manifest, Vec<_>)> = vec![
        ("missing", both.clone(), vec![one]),
        ("extra", both.clone(), vec![one, two, ("c", Regular, b"3")]),
        ("double", both.clone(), vec![one, one, two]),
        ("exchanged", both.clone(), vec![two, one]),
        ("renamed", both.clone(), vec![one, ("B", Regular, b"2")]),
        ("longer", both.clone(), vec![one, ("b", Regular, b"22")]),
        ("named twice", claims(&[], vec![a.clone(), a.clone()]), vec![one, one]),
        ("file and folder", claims(&["a"], vec![a.clone()]), vec![one]),
        ("endless", claims(&[], vec![zero]), vec![one]),
        ("no hash", claims(&[], vec![FileNote { sha256: "00".to_owned(), ..a.clone() }]), vec![one]),
        ("later format", Manifest { format: 2, ..both.clone() }, vec![one, two]),
        ("keys said", Manifest { keys: true, ..both.clone() }, vec![one, two]),
        ("registers said", Manifest { database: DatabaseNote::In("c".to_owned()), ..both.clone() }, vec![one, two]),
    ];
    for (what, manifest, entries) in cases {
        house.forge("a.age", &manifest, &entries);
        house.refuses("a.age", Checks::default(), what);
    }
    // Not a tar, and no manifest first.
    let to = recipients(std::slice::from_ref(&house.recipient)).unwrap();
    for bytes in [vec![], vec![0; 1024], vec![1; 4096]] {
        let mut stream = encrypt(File::create(house.at("a.age")).unwrap(), &to).unwrap();
        stream.write_all(&bytes).unwrap();
        stream.finish().unwrap();
        house.refuses("a.age", Checks::default(), "no archive");
    }
    house.forge("a.age", &both, &[one, two]);
    assert!(house.restore("a.age", &RestoreOptions::default()).is_ok());
}

#[test]
fn an_archive_without_its_end_or_with_more_after_it_is_refused() {
    let house = House::new();
    let to = recipients(std::slice::from_ref(&house.recipient)).unwrap();
    let manifest = claims(&[], vec![]);
    let archive = pack(Vec::new(), &manifest, &[], Path::new("a")).unwrap();
    let forge = |bytes: &[u8]| {
        let mut stream = encrypt(File::create(house.at("a.age")).unwrap(), &to).unwrap();
        stream.write_all(bytes).unwrap();
        stream.finish().unwrap();
    };
    let end = archive.len() - 1024;
    for wrong in
        [&archive[..end], &archive[..end + 512], &[&archive[..], &[0; 512]].concat(), &[&archive[..], b"x"].concat()]
    {
        forge(wrong);
        house.refuses("a.age", Checks::default(), "its end");
    }
    forge(&archive);
    assert!(house.restore("a.age", &RestoreOptions::default()).is_ok());
}

#[test]
fn the_keys_go_in_only_for_their_own_recipients() {
    let mut house = House::new();
    house.data.keys_for = vec![house.keys_recipient.clone()];
    let manifest = house.backup("a.age").unwrap();
    assert!(manifest.keys && manifest.files.iter().all(|file| !file.path.ends_with(".key")));
    // Who restores the data does not hold the keys: they stay sealed, and another person opens them.
    let restored = house.restore("a.age", &RestoreOptions::default()).unwrap();
    assert!(!restored.keys && house.at("back/keys.age").exists());
    let wrong = AgeBackup::new().open_keys(&house.at("back/keys.age"), &house.identity, &house.at("opened"));
    assert_eq!((wrong, house.at("opened").exists()), (Err(BackupError::WrongIdentity), false));
    AgeBackup::new().open_keys(&house.at("back/keys.age"), &house.keys_identity, &house.at("opened")).unwrap();
    let verifier = |path: &Path| FileKeys::open(path, JOURNAL).unwrap().log_key().unwrap().verifier();
    assert_eq!(verifier(&house.at("opened")), verifier(&house.at("keys")));
    // Both at once.
    fs::rename(house.at("back"), house.at("first")).unwrap();
    let options = RestoreOptions {
        keys_identity: Some(house.keys_identity.clone()),
        journal: JOURNAL.to_owned(),
        ..RestoreOptions::default()
    };
    assert!(house.restore("a.age", &options).unwrap().keys && !house.at("back/keys.age").exists());
    assert_eq!(verifier(&house.at("back/keys")), verifier(&house.at("keys")));
    // A backup without keys brings none back.
    house.data.keys_for.clear();
    house.backup("b.age").unwrap();
    fs::rename(house.at("back"), house.at("second")).unwrap();
    assert!(house.restore("b.age", &options).is_err() && !house.at("back").exists());
}

#[test]
fn keys_cannot_slip_into_the_data() {
    let mut house = House::new();
    house.data.folders.push(("everything".to_owned(), house.place.path().to_owned()));
    assert!(matches!(house.backup("a.age"), Err(BackupError::Unfit { .. })) && !house.at("a.age").exists());
    house.data.folders.pop();
    house.data.files.push(("a".to_owned(), house.at("keys/journal.key")));
    assert!(matches!(house.backup("a.age"), Err(BackupError::Unfit { .. })));
    // The twin: unknown as the folder of the keys, it is a folder like any other.
    house.data.keys = None;
    assert!(house.backup("a.age").is_ok());
}

#[test]
fn what_was_erased_after_the_backup_does_not_come_back() {
    let mut house = House::new();
    house.data.keys_for = vec![house.keys_recipient.clone()];
    let month = "2026-11".parse().unwrap();
    let keys = FileKeys::open(&house.at("keys"), JOURNAL).unwrap();
    let (one, two) = (keys.seal("one", b"drawn").unwrap(), keys.seal("two", b"drawn").unwrap());
    keys.erase(&["one"]).unwrap();
    house.backup("a.age").unwrap();
    keys.erase(&["two"]).unwrap();
    keys.destroy_month(month).unwrap();
    let options = |keys_now| RestoreOptions {
        keys_identity: Some(house.keys_identity.clone()),
        keys_now,
        journal: JOURNAL.to_owned(),
    };
    // With the lists in use until now, nothing comes back.
    let restored = house.restore("a.age", &options(Some(house.at("keys")))).unwrap();
    assert_eq!((restored.destroyed_months, restored.erased_records), (1, 2));
    let back = FileKeys::open(&house.at("back/keys"), JOURNAL).unwrap();
    assert!(back.open("one", &one).is_err() && back.open("two", &two).is_err());
    assert!(back.month_key(month, false).unwrap().is_none() && !house.at("back/keys/month-2026-11.key").exists());
    // The twin: when those lists are lost, what was erased since the backup comes back; what was before does not.
    fs::rename(house.at("back"), house.at("first")).unwrap();
    let restored = house.restore("a.age", &options(None)).unwrap();
    assert_eq!((restored.destroyed_months, restored.erased_records), (0, 1));
    let back = FileKeys::open(&house.at("back/keys"), JOURNAL).unwrap();
    assert!(back.open("one", &one).is_err() && back.open("two", &two).is_ok());
    assert!(back.month_key(month, false).unwrap().is_some());
}

#[test]
fn links_and_changing_files_are_not_saved() {
    let house = House::new();
    symlink("/etc/passwd", house.at("data/lake/link")).unwrap();
    assert!(matches!(house.backup("a.age"), Err(BackupError::Unfit { .. })));
    fs::remove_file(house.at("data/lake/link")).unwrap();
    // Hashed, then changed before it is written.
    for bytes in [&b"drawn"[..], b"drawm", b"draw", b"drawn and more", b""] {
        fs::write(house.at("a"), b"drawn").unwrap();
        let source = Source::hashed("a", &house.at("a")).unwrap();
        fs::write(house.at("a"), bytes).unwrap();
        let manifest = claims(&[], vec![source.note.clone()]);
        let packed = pack(Vec::new(), &manifest, &[source], Path::new("out"));
        assert_eq!(packed.is_ok(), bytes == b"drawn", "{bytes:?}");
    }
    assert!(house.data.folders.iter().any(|(_, from)| !from.exists()), "a folder that is not there is left out");
    assert!(house.backup("a.age").is_ok());
    assert!(names(house.place.path()).iter().all(|name| !name.starts_with('.')), "nothing half written stays");
}

#[test]
fn a_large_file_passes_through_a_bounded_memory() {
    let mut house = House::new();
    let mut random = StdRng::seed_from_u64(3);
    let mut bytes = vec![0; 3 * 1024 * 1024 + 11];
    random.fill_bytes(&mut bytes);
    fs::write(house.at("data/lake/large"), &bytes).unwrap();
    house.data.database = DatabasePart::Elsewhere { how: "pg_dump --format=custom".to_owned() };
    let manifest = house.backup("a.age").unwrap();
    assert_eq!(manifest.database, DatabaseNote::Elsewhere("pg_dump --format=custom".to_owned()));
    house.restore("a.age", &RestoreOptions::default()).unwrap();
    assert_eq!(fs::read(house.at("back/lake/large")).unwrap(), bytes);
    assert!(!house.at("back/store.sqlite").exists());
}
