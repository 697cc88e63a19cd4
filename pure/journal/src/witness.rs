//! A witness: it signs a checkpoint only when its tree continues the last one it signed.

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::keys::{VerifierKey, WitnessKey};
use crate::proof::{Proof, verify_consistency};
use jiff::{SignedDuration, Timestamp};

/// How far ahead of the witness's clock a checkpoint may be dated: one dated years ahead would bar all that follow.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// Why a witness does not sign. Each is to be looked into: an honest journal meets none of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no checkpoint of this journal.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The last checkpoint that the witness is said to have signed does not bear its signature.
    #[error("the checkpoint kept by the witness is not signed by the witness: its file was replaced")]
    NotMine,
    /// The tree is smaller than the last one signed: entries were taken away.
    #[error("the journal went back from {signed} entries to {offered}: an old copy was put in its place")]
    Smaller {
        /// Size of the last tree signed.
        signed: u64,
        /// Size of the tree offered.
        offered: u64,
    },
    /// The tree does not continue the last one signed: entries were changed.
    #[error("the journal of {offered} entries does not continue the one of {signed} entries signed before")]
    Forked {
        /// Size of the last tree signed.
        signed: u64,
        /// Size of the tree offered.
        offered: u64,
    },
    /// The checkpoint is dated before the last one signed.
    #[error("checkpoint dated {offered}, before the last one signed ({signed}): set the journal's clock right")]
    Earlier {
        /// Instant of the last checkpoint signed.
        signed: Timestamp,
        /// Instant of the checkpoint offered.
        offered: Timestamp,
    },
    /// The checkpoint is dated in the future.
    #[error("checkpoint dated {offered}, ahead of the witness's clock ({now}): set both clocks right")]
    Ahead {
        /// Instant of the checkpoint offered.
        offered: Timestamp,
        /// Now, for the witness.
        now: Timestamp,
    },
}

/// A witness of one journal, and the last checkpoint it signed.
///
/// Its whole state is that checkpoint with its own signature: keep its text in a file that the journal's administrator
/// cannot write, and give it to [`Witness::resume`].
#[derive(Debug)]
pub struct Witness {
    log: VerifierKey,
    key: WitnessKey,
    last: Option<SignedCheckpoint>,
}

impl Witness {
    /// A witness that has signed nothing yet: it takes the first checkpoint it is offered on trust.
    pub fn new(log: VerifierKey, key: WitnessKey) -> Self {
        Self { log, key, last: None }
    }

    /// The witness that signed `last`.
    ///
    /// # Errors
    /// [`Refusal`] when `last` does not bear both signatures.
    pub fn resume(log: VerifierKey, key: WitnessKey, last: SignedCheckpoint) -> Result<Self, Refusal> {
        last.check(&log)?;
        if !last.is_signed_by(&key.verifier()) {
            return Err(Refusal::NotMine);
        }
        Ok(Self { log, key, last: Some(last) })
    }

    /// The last checkpoint signed.
    pub fn last(&self) -> Option<&SignedCheckpoint> {
        self.last.as_ref()
    }

    /// Signs a checkpoint, given the proof that its tree continues the last one signed (without hashes when that one has
    /// the same size or there is none). `now` is the witness's clock.
    ///
    /// The caller makes the result durable before giving it to anyone: a witness that forgets could sign a fork.
    ///
    /// # Errors
    /// [`Refusal`], and the witness is unchanged.
    pub fn cosign(
        &mut self,
        offered: &SignedCheckpoint,
        proof: &Proof,
        now: Timestamp,
    ) -> Result<SignedCheckpoint, Refusal> {
        offered.check(&self.log)?;
        let new = offered.checkpoint();
        if new.at > now.saturating_add(AHEAD).unwrap_or(now) {
            return Err(Refusal::Ahead { offered: new.at, now });
        }
        if let Some(last) = &self.last {
            continues(last.checkpoint(), new, proof)?;
        }
        let mut signed = offered.clone();
        signed.note.put(self.key.sign(&signed.note.text, now));
        self.last = Some(signed.clone());
        Ok(signed)
    }
}

fn continues(old: &Checkpoint, new: &Checkpoint, proof: &Proof) -> Result<(), Refusal> {
    let (signed, offered) = (old.size, new.size);
    if offered < signed {
        return Err(Refusal::Smaller { signed, offered });
    }
    verify_consistency((signed, &old.root), (offered, &new.root), proof)
        .map_err(|_| Refusal::Forked { signed, offered })?;
    if new.at < old.at {
        return Err(Refusal::Earlier { signed: old.at, offered: new.at });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontier::{Frontier, NodeId};
    use crate::hash::{Hash, leaf_hash};
    use crate::keys::LogKey;
    use crate::proof::ProofPlan;
    use std::collections::BTreeMap;

    struct Log {
        key: LogKey,
        frontiers: Vec<Frontier>,
        nodes: BTreeMap<NodeId, Hash>,
    }

    fn log(seed: &str) -> Log {
        let mut frontier = Frontier::new();
        let mut log = Log {
            key: LogKey::new("beffroi.example/journal", &[1; 32]).unwrap(),
            frontiers: vec![frontier.clone()],
            nodes: BTreeMap::new(),
        };
        for n in 0..20 {
            let completed = frontier.append(leaf_hash(format!("{seed}{n}").as_bytes())).unwrap();
            log.nodes.extend(completed.iter().map(|node| (node.id, node.hash)));
            log.frontiers.push(frontier.clone());
        }
        log
    }

    impl Log {
        fn checkpoint(&self, size: usize, at: &str) -> SignedCheckpoint {
            let at = format!("2026-11-22T{at}:00Z").parse().unwrap();
            Checkpoint::new(self.key.origin(), &self.frontiers[size], at).sign(&self.key).unwrap()
        }

        fn proof(&self, old: u64, new: u64) -> Proof {
            ProofPlan::consistency(old, new).unwrap().assemble(|id| self.nodes.get(&id).copied()).unwrap()
        }

        fn witness(&self) -> Witness {
            Witness::new(self.key.verifier(), key())
        }
    }

    fn key() -> WitnessKey {
        WitnessKey::new("witness.example/w", &[2; 32]).unwrap()
    }

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_journal_that_grows_is_cosigned_and_the_witness_resumes_from_its_file() {
        let log = log("a");
        let mut witness = log.witness();
        let mut last = 0;
        for size in [3, 3, 8, 20] {
            let proof = if witness.last().is_some() { log.proof(last, size as u64) } else { Proof::default() };
            let signed = witness.cosign(&log.checkpoint(size, "10:00"), &proof, now()).unwrap();
            assert!(signed.is_signed_by(&log.key.verifier()) && signed.is_signed_by(&key().verifier()));
            let kept: SignedCheckpoint = signed.to_string().parse().unwrap();
            witness = Witness::resume(log.key.verifier(), key(), kept).unwrap();
            last = size as u64;
        }
    }

    #[test]
    fn a_smaller_a_forked_and_an_unproven_journal_are_refused_and_the_witness_stays() {
        let (log, fork) = (log("a"), log("b"));
        let mut witness = log.witness();
        witness.cosign(&log.checkpoint(8, "10:00"), &Proof::default(), now()).unwrap();
        let before = witness.last().cloned();
        let mut refuse = |offered: SignedCheckpoint, proof: Proof| {
            let refusal = witness.cosign(&offered, &proof, now()).unwrap_err();
            assert_eq!(witness.last().cloned(), before);
            refusal
        };
        let empty = Proof::default;
        assert_eq!(refuse(log.checkpoint(7, "11:00"), empty()), Refusal::Smaller { signed: 8, offered: 7 });
        assert_eq!(refuse(log.checkpoint(0, "11:00"), empty()), Refusal::Smaller { signed: 8, offered: 0 });
        assert_eq!(refuse(fork.checkpoint(8, "11:00"), empty()), Refusal::Forked { signed: 8, offered: 8 });
        assert_eq!(refuse(fork.checkpoint(20, "11:00"), fork.proof(8, 20)), Refusal::Forked { signed: 8, offered: 20 });
        assert_eq!(refuse(log.checkpoint(20, "11:00"), empty()), Refusal::Forked { signed: 8, offered: 20 });
        assert_eq!(refuse(log.checkpoint(20, "11:00"), log.proof(7, 20)), Refusal::Forked { signed: 8, offered: 20 });
        assert!(matches!(refuse(log.checkpoint(20, "09:00"), log.proof(8, 20)), Refusal::Earlier { .. }));
        assert!(matches!(refuse(log.checkpoint(20, "12:06"), log.proof(8, 20)), Refusal::Ahead { .. }));
        let bent = log.checkpoint(20, "11:00").to_string().replace("11:00:00Z", "11:00:01Z");
        assert!(matches!(refuse(bent.parse().unwrap(), log.proof(8, 20)), Refusal::Checkpoint(_)));
        witness.cosign(&log.checkpoint(20, "12:04"), &log.proof(8, 20), now()).unwrap();
    }

    #[test]
    fn a_state_that_the_witness_did_not_sign_is_refused() {
        let log = log("a");
        let unsigned = log.checkpoint(3, "10:00");
        assert_eq!(Witness::resume(log.key.verifier(), key(), unsigned.clone()).err(), Some(Refusal::NotMine));
        let stranger = WitnessKey::new("witness.example/w", &[3; 32]).unwrap();
        let theirs = Witness::new(log.key.verifier(), stranger).cosign(&unsigned, &Proof::default(), now()).unwrap();
        assert_eq!(Witness::resume(log.key.verifier(), key(), theirs).err(), Some(Refusal::NotMine));
    }
}
