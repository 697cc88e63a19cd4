//! What units can do, as several registers name it: what is asked for, what is missing and what is bought are the same list.

/// Codes of capabilities (decree 4°, 5°); each has its word, `register-choice-CODE`.
pub const CAPABILITIES: &[&str] = &[
    "mobile_extraction",
    "crypto_tracing",
    "incident_response",
    "open_sources",
    "undercover",
    "reverse_engineering",
    "vehicle_forensics",
    "cloud_forensics",
    "decryption",
    "data_science",
];
