//! Zip archives as no ordinary program writes them: each part may lie about itself.

use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write;

/// One part of an archive, and what its headers say of it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its name, as the directory has it.
    pub name: String,
    /// Its name, as its own header has it.
    pub local_name: String,
    /// Its bytes, packed.
    pub packed: Vec<u8>,
    /// 0 stored, 8 deflated.
    pub method: u16,
    /// Bit 0: encrypted.
    pub flags: u16,
    /// CRC-32 of the bytes unpacked.
    pub checksum: u32,
    /// Their declared length, packed.
    pub packed_length: u32,
    /// Their declared length, unpacked.
    pub length: u32,
    /// Where the directory says that it begins, when it lies.
    pub offset: Option<u32>,
}

impl Part {
    /// An honest part, deflated.
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        // Writing to memory does not fail.
        let _ = encoder.write_all(bytes);
        let packed = encoder.finish().unwrap_or_default();
        Self::packed(name, packed, bytes)
    }

    /// An honest part, stored.
    pub fn stored(name: &str, bytes: &[u8]) -> Self {
        Self { method: 0, ..Self::packed(name, bytes.to_vec(), bytes) }
    }

    fn packed(name: &str, packed: Vec<u8>, bytes: &[u8]) -> Self {
        let mut checksum = flate2::Crc::new();
        checksum.update(bytes);
        Self {
            name: name.to_owned(),
            local_name: name.to_owned(),
            packed_length: u32::try_from(packed.len()).unwrap_or(u32::MAX),
            packed,
            method: 8,
            flags: 0,
            checksum: checksum.sum(),
            length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            offset: None,
        }
    }
}

/// The bytes of an archive of those parts.
pub fn archive(parts: &[Part]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for part in parts {
        let offset = u32::try_from(out.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(b"PK\x03\x04");
        put(&mut out, &[20, part.flags, part.method, 0, 0x21]);
        lengths(&mut out, part);
        put(&mut out, &[short(part.local_name.len()), 0]);
        out.extend_from_slice(part.local_name.as_bytes());
        out.extend_from_slice(&part.packed);

        directory.extend_from_slice(b"PK\x01\x02");
        put(&mut directory, &[20, 20, part.flags, part.method, 0, 0x21]);
        lengths(&mut directory, part);
        put(&mut directory, &[short(part.name.len()), 0, 0, 0, 0, 0, 0]);
        directory.extend_from_slice(&part.offset.unwrap_or(offset).to_le_bytes());
        directory.extend_from_slice(part.name.as_bytes());
    }
    let start = u32::try_from(out.len()).unwrap_or(u32::MAX);
    let size = u32::try_from(directory.len()).unwrap_or(u32::MAX);
    out.append(&mut directory);
    out.extend_from_slice(b"PK\x05\x06");
    put(&mut out, &[0, 0, short(parts.len()), short(parts.len())]);
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    put(&mut out, &[0]);
    out
}

fn lengths(out: &mut Vec<u8>, part: &Part) {
    for number in [part.checksum, part.packed_length, part.length] {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn put(out: &mut Vec<u8>, numbers: &[u16]) {
    for number in numbers {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}
