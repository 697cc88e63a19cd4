//! The true journal passes; and what the verifier's own old checkpoint is needed for.

use crate::tamper::{Tamper, tampered};
use crate::world::{HELD, SIZES, World};
use beffroi_journal::{FaultKind, Keyring, Trust, verify_export};
use rand::SeedableRng;
use rand::rngs::StdRng;

#[test]
fn the_true_journal_and_its_later_copies_are_sound() {
    for seed in 0..5 {
        let world = World::new(seed);
        for size in SIZES.into_iter().filter(|size| *size >= HELD) {
            let copy = world.old_copy(size);
            for keys in [Keyring::new(), world.keyring()] {
                let report = verify_export(&copy.entries, &copy.checkpoints, &world.trust(), &keys);
                assert!(report.is_sound(), "{:?}", report.faults);
                assert_eq!((report.size, report.witnessed), (size as u64, size as u64));
                let opened = if keys.get("2026-10".parse().unwrap()).is_some() { size as u64 } else { 0 };
                assert_eq!(report.opened, opened);
            }
        }
    }
}

/// The twin: the same verifier without the witnessed checkpoint is blind to these three, so it is that checkpoint which
/// finds them.
#[test]
fn without_the_witnessed_checkpoint_an_old_copy_and_a_resigned_history_pass() {
    let (world, mut rng) = (World::new(1), StdRng::seed_from_u64(3));
    for tamper in [Tamper::RollBack, Tamper::ResignHistory, Tamper::ResignFork] {
        for _ in 0..100 {
            let export = tampered(&world, tamper, &mut rng);
            let verify = |trust: &Trust| verify_export(&export.entries, &export.checkpoints, trust, &Keyring::new());
            let blind = verify(&world.trust_without_memory());
            let days_apart = blind.faults.iter().all(|fault| fault.kind == FaultKind::Day);
            assert!(days_apart, "{tamper:?}: {:?}", blind.faults);
            if tamper == Tamper::RollBack {
                assert!(blind.is_sound(), "{:?}", blind.faults);
                let seen = verify(&world.trust());
                assert!(seen.faults.iter().any(|fault| fault.kind == FaultKind::RolledBack), "{:?}", seen.faults);
            }
            assert!(!verify(&world.trust()).is_sound());
        }
    }
}

#[test]
fn a_quorum_finds_a_resigned_history_whose_witnesses_are_gone() {
    let (world, mut rng) = (World::new(1), StdRng::seed_from_u64(4));
    let mut trust = world.trust_without_memory();
    trust.quorum = 1;
    let sound = world.export();
    assert!(verify_export(&sound.entries, &sound.checkpoints, &trust, &Keyring::new()).is_sound());
    let export = tampered(&world, Tamper::ResignHistory, &mut rng);
    let report = verify_export(&export.entries, &export.checkpoints, &trust, &Keyring::new());
    assert!(report.faults.iter().any(|fault| fault.kind == FaultKind::Witnesses));
}
