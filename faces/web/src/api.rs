//! What machines read and write under `/api/v1/`. One table ([`OPERATIONS`]) says of each address what it needs, what may be asked,
//! what comes and an example; routes, OpenAPI document and the page that explains it are made from it.

mod answer;
mod asked;
mod codes;
mod coordination;
mod figures;
mod indicators;
mod lake;
mod negotiate;
mod openapi;
mod record_writes;
mod records;
mod schemas;
mod table;

pub(crate) use table::{Group, OPERATIONS, Operation, Place};

/// Whether somebody signed in may read this address in a browser, without a token.
pub(crate) fn is_open_to_sessions(path: &str) -> bool {
    OPERATIONS.iter().any(|operation| operation.by_session && is_at(operation.path, path))
}

/// Whether `path` is an address of the form `pattern`.
fn is_at(pattern: &str, path: &str) -> bool {
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    let same = |(part, found): (&&str, &&str)| part == found || part.starts_with('{') && !found.is_empty();
    pattern.len() == path.len() && pattern.iter().zip(&path).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_read_the_observatory_and_nothing_else() {
        for open in ["/api/v1/indicators", "/api/v1/indicators/losses/figures", "/api/v1/codes/rsit/a%2Fb"] {
            assert!(is_open_to_sessions(open), "{open}");
        }
        for shut in ["/api/v1/alerts", "/api/v1/alerts/x", "/api/v1/signals", "/api/v1/indicators/", "/api/", "/api/v2"]
        {
            assert!(!is_open_to_sessions(shut), "{shut}");
        }
    }

    #[test]
    fn each_operation_has_one_name_one_address_and_its_own_parameters() {
        let mut seen = std::collections::BTreeSet::new();
        for operation in OPERATIONS {
            let place = format!("{} {}", operation.method(), operation.path);
            assert!(seen.insert(operation.id.to_owned()) && seen.insert(place), "{}", operation.id);
            assert!(operation.sends.is_none() || !operation.by_session, "{}: a session writes by forms", operation.id);
            let named: Vec<&str> =
                operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
            let places = operation.params.iter().filter(|param| param.place == Place::Path);
            assert_eq!(places.map(|param| param.name).collect::<Vec<_>>(), named, "{}", operation.path);
            let example = operation.example.split('?').next().unwrap();
            assert!(is_at(operation.path, example), "{}", operation.example);
        }
    }
}
