//! The hash of the tree: SHA-256, with the prefixes of RFC 6962 section 2.1 that keep leaves and nodes apart.

use crate::encoding::{from_base64, to_base64};
use sha2::{Digest, Sha256};
use std::fmt;

/// A SHA-256 hash of 32 bytes; printed in base64.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash([u8; 32]);

impl Hash {
    /// The hash made of these 32 bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash that a base64 text of 44 characters stands for; nothing when it stands for none.
    pub fn from_base64(text: &str) -> Option<Self> {
        Self::from_slice(&from_base64(text)?)
    }

    /// The hash made of a slice of 32 bytes; nothing for any other length.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of a leaf: SHA-256 of `0x00` and the leaf's bytes.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash(Sha256::new_with_prefix([0x00]).chain_update(leaf).finalize().into())
}

/// The hash of an inner node: SHA-256 of `0x01`, the left child and the right child.
pub(crate) fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new_with_prefix([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of the tree without leaves: SHA-256 of nothing.
pub(crate) fn empty_root() -> Hash {
    Hash(Sha256::digest([]).into())
}

/// SHA-256 of bytes, for what is not in the tree.
pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}
