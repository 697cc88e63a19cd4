//! `cargo xtask tidy`: the rules of the house that a compiler does not check.
//!
//! Floors (an arrow only goes down), one owner for each heavy library, no input or output below the engines, a few
//! opening lines in every file, files of readable length, no forgotten marks, and `docs/jobs.md` as the tests of jobs say.

mod files;
mod floors;

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

/// Runs every check on this workspace and prints what is wrong.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let faults = faults()?;
    for fault in &faults {
        eprintln!("tidy: {fault}");
    }
    if faults.is_empty() {
        println!("tidy: the house is in order");
        Ok(())
    } else {
        Err(format!("{} faults", faults.len()).into())
    }
}

/// Everything that is wrong, one line each.
fn faults() -> Result<Vec<String>, Box<dyn Error>> {
    let root = root();
    let mut faults = floors::check(&metadata()?);
    faults.extend(files::check(&root)?);
    faults.extend(crate::jobs::faults(&root)?);
    Ok(faults)
}

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

fn metadata() -> Result<serde_json::Value, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_in_order() {
        let faults = super::faults().expect("metadata and files can be read");
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
