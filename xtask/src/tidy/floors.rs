//! Which room may lean on which, and who owns which heavy library.

use serde_json::Value;

/// A floor, from the ground up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Floor {
    Pure,
    Formats,
    Engines,
    Desks,
    Faces,
    Executable,
    /// `testkit` and `xtask`: beside the house.
    Beside,
}

/// Libraries with exactly one owner, whatever the kind of dependency but tests.
const OWNERS: &[(&str, &[&str])] = &[
    ("age", &["beffroi-vault"]),
    ("argon2", &["beffroi-store"]),
    ("askama", &["beffroi-web"]),
    ("aws-lc-rs", &["beffroi-oidc"]),
    // `oidc` listens only under its feature `trial`, the provider for tests.
    ("axum", &["beffroi-oidc", "beffroi-web"]),
    ("calamine", &["beffroi-tabular"]),
    ("clap", &["beffroi-cli", "beffroi"]),
    ("csv-core", &["beffroi-tabular"]),
    ("datafusion", &["beffroi-lake"]),
    ("deltalake", &["beffroi-lake"]),
    ("encoding_rs", &["beffroi-tabular"]),
    ("fluent-bundle", &["beffroi-wording"]),
    ("hyper", &["beffroi-web"]),
    ("hyper-util", &["beffroi-web"]),
    ("indicatif", &["beffroi-cli", "beffroi"]),
    ("landlock", &["beffroi-sandbox"]),
    ("lettre", &["beffroi-mail"]),
    ("miette", &["beffroi-cli", "beffroi"]),
    ("openidconnect", &["beffroi-oidc"]),
    // The lake has its own through `deltalake`; files of strangers are read in `tabular`, behind the wall.
    ("parquet", &["beffroi-tabular"]),
    ("pathfinding", &["beffroi-assignment"]),
    // Texts of law and workbooks are read where their form is known, each with its own bounds.
    ("quick-xml", &["beffroi-legal", "beffroi-office", "beffroi-tabular"]),
    ("reqwest", &["beffroi-net"]),
    ("resvg", &["beffroi-typeset"]),
    ("rlimit", &["beffroi-sandbox"]),
    ("rusqlite", &["beffroi-store"]),
    ("rust_xlsxwriter", &["beffroi-workbook"]),
    ("sea-orm", &["beffroi-store"]),
    ("seccompiler", &["beffroi-sandbox"]),
    ("similar", &["beffroi-legal"]),
    ("sqlx", &["beffroi-store"]),
    ("tar", &["beffroi-vault"]),
    ("tower-http", &["beffroi-web"]),
    ("typst", &["beffroi-typeset"]),
    ("typst-kit", &["beffroi-typeset"]),
    ("typst-layout", &["beffroi-typeset"]),
    ("typst-pdf", &["beffroi-typeset"]),
    ("webauthn_rp", &["beffroi-passkeys"]),
    // Files of office suites are archives too: how theirs are packed is part of what they are.
    ("zip", &["beffroi-datapackage", "beffroi-office"]),
];

/// Libraries of input, output, time or chance: never under `pure` or `formats`.
const OUTSIDE: &[&str] = &[
    "async-std",
    "chrono",
    "getrandom",
    "hyper",
    "rand",
    "reqwest",
    "smol",
    "tokio",
    "tracing-subscriber",
    "ureq",
    "walkdir",
];

fn floor(path: &str) -> Option<Floor> {
    let head = path.split('/').next()?;
    Some(match head {
        "pure" => Floor::Pure,
        "formats" => Floor::Formats,
        "engines" => Floor::Engines,
        "desks" => Floor::Desks,
        "faces" => Floor::Faces,
        "beffroi" => Floor::Executable,
        "testkit" | "xtask" => Floor::Beside,
        _ => return None,
    })
}

/// May a room of floor `from` lean on the room `name` of floor `to`?
fn allowed(from: Floor, to: Floor, name: &str) -> bool {
    use Floor::{Beside, Desks, Engines, Executable, Faces, Formats, Pure};
    match (from, to) {
        (Executable, to) => to != Executable,
        // `store` is the one engine a desk or a face may name; the others are reached through `ports`.
        (Faces | Desks, Engines) => name == "beffroi-store",
        (Faces, Desks) | (Beside, Beside) => true,
        (Faces | Desks | Engines | Formats | Beside, Formats)
        | (Faces | Desks | Engines | Formats | Pure | Beside, Pure) => {
            // Between formats there is no arrow.
            !(from == Formats && to == Formats)
        }
        _ => false,
    }
}

struct Package {
    name: String,
    path: String,
    /// Name and whether it is only for tests.
    dependencies: Vec<(String, bool)>,
}

fn packages(metadata: &Value) -> Vec<Package> {
    let root = metadata["workspace_root"].as_str().unwrap_or_default();
    let list = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|package| {
            let manifest = package["manifest_path"].as_str().unwrap_or_default();
            let inside = manifest.strip_prefix(root).unwrap_or(manifest).trim_start_matches('/');
            let dependencies = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
            Package {
                name: package["name"].as_str().unwrap_or_default().to_owned(),
                path: inside.trim_end_matches("/Cargo.toml").to_owned(),
                dependencies: dependencies
                    .iter()
                    .map(|d| (d["name"].as_str().unwrap_or_default().to_owned(), d["kind"].as_str() == Some("dev")))
                    .collect(),
            }
        })
        .collect()
}

/// Every edge that goes up or sideways, every heavy library outside its owner, every window below the engines.
pub(crate) fn check(metadata: &Value) -> Vec<String> {
    let packages = packages(metadata);
    let mut faults = Vec::new();
    for package in &packages {
        let Some(from) = floor(&package.path) else {
            faults.push(format!("`{}` stands on no floor ({})", package.name, package.path));
            continue;
        };
        for (dependency, only_tests) in &package.dependencies {
            if let Some(other) = packages.iter().find(|p| p.name == *dependency) {
                let Some(to) = floor(&other.path) else { continue };
                // Tests may lean on the generator of test data, and tests of a face on the provider to sign in at.
                let provider = from == Floor::Faces && dependency == "beffroi-oidc";
                // The fuzzing of readers calls them where they are.
                let fuzzing = package.name == "beffroi-fuzz" && matches!(to, Floor::Engines | Floor::Faces);
                let fine =
                    allowed(from, to, dependency) || fuzzing || (*only_tests && (to == Floor::Beside || provider));
                if !fine {
                    faults.push(format!("`{}` ({from:?}) may not lean on `{dependency}` ({to:?})", package.name));
                }
                continue;
            }
            if *only_tests || from == Floor::Beside {
                continue;
            }
            if let Some((library, owners)) = OWNERS.iter().find(|(library, _)| library == dependency)
                && !owners.contains(&package.name.as_str())
            {
                faults.push(format!("`{}` uses `{library}`, which belongs to {}", package.name, owners.join(" and ")));
            }
            if matches!(from, Floor::Pure | Floor::Formats) && OUTSIDE.contains(&dependency.as_str()) {
                faults.push(format!("`{}` ({from:?}) opens a window to the outside: `{dependency}`", package.name));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Folder, package, and its dependencies with their kind.
    type Room<'a> = (&'a str, &'a str, &'a [(&'a str, Option<&'a str>)]);

    fn house(rooms: &[Room<'_>]) -> Value {
        let packages: Vec<Value> = rooms
            .iter()
            .map(|(path, name, dependencies)| {
                let dependencies: Vec<Value> =
                    dependencies.iter().map(|(d, kind)| json!({ "name": d, "kind": kind })).collect();
                json!({ "name": name, "manifest_path": format!("/house/{path}/Cargo.toml"), "dependencies": dependencies })
            })
            .collect();
        json!({ "workspace_root": "/house", "packages": packages })
    }

    #[test]
    fn an_arrow_down_is_fine() {
        let fine = house(&[
            ("pure/model", "beffroi-model", &[]),
            ("engines/store", "beffroi-store", &[("beffroi-model", None), ("sea-orm", None)]),
            ("desks/series", "beffroi-desk-series", &[("beffroi-model", None), ("beffroi-store", None)]),
            ("faces/web", "beffroi-web", &[("beffroi-desk-series", None), ("axum", None)]),
        ]);
        assert_eq!(check(&fine), Vec::<String>::new());
    }

    #[test]
    fn an_arrow_up_a_sideways_arrow_and_a_borrowed_engine_are_named() {
        let crooked = house(&[
            ("pure/model", "beffroi-model", &[("beffroi-store", None), ("tokio", None)]),
            ("engines/store", "beffroi-store", &[]),
            ("engines/lake", "beffroi-lake", &[("beffroi-store", None)]),
            ("desks/series", "beffroi-desk-series", &[("beffroi-desk-threat", None), ("beffroi-lake", None)]),
            ("desks/threat", "beffroi-desk-threat", &[("datafusion", None)]),
            ("shed", "shed", &[]),
        ]);
        let faults = check(&crooked).join("\n");
        for expected in [
            "`beffroi-model` (Pure) may not lean on `beffroi-store`",
            "opens a window to the outside: `tokio`",
            "`beffroi-lake` (Engines) may not lean on `beffroi-store`",
            "may not lean on `beffroi-desk-threat`",
            "`beffroi-desk-series` (Desks) may not lean on `beffroi-lake`",
            "`beffroi-desk-threat` uses `datafusion`",
            "`shed` stands on no floor",
        ] {
            assert!(faults.contains(expected), "missing: {expected}\n{faults}");
        }
    }

    #[test]
    fn tests_may_use_the_generator_but_products_may_not() {
        let rooms = |kind| {
            house(&[
                ("testkit", "beffroi-testkit", &[]),
                ("desks/series", "beffroi-desk-series", &[("beffroi-testkit", kind)]),
            ])
        };
        assert!(check(&rooms(Some("dev"))).is_empty());
        assert_eq!(check(&rooms(None)).len(), 1);
    }
}
