//! What every source file owes its reader.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file of code, in lines.
const LONGEST: usize = 600;

/// Marks that say "not done".
const FORGOTTEN: &[&str] = &["todo!(", "unimplemented!(", "TODO", "FIXME", "#[ignore"];

/// Every fault of the files below `root`.
pub(crate) fn check(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut faults = Vec::new();
    for file in rust_files(root)? {
        let text = fs::read_to_string(&file)?;
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        faults.extend(faults_of(&name, &text));
    }
    Ok(faults)
}

fn faults_of(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let opens = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!["));
    if !opens.is_some_and(|line| line.starts_with("//!")) {
        faults.push(format!("{name}: opens without a few words on what it is for (`//!`)"));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        faults.push(format!("{name}: {lines} lines; a file holds one subject in at most {LONGEST}"));
    }
    // This file names the marks it looks for.
    if !name.ends_with("tidy/files.rs") {
        for (number, line) in text.lines().enumerate() {
            if let Some(mark) = FORGOTTEN.iter().find(|mark| line.contains(**mark)) {
                faults.push(format!("{name}:{}: `{mark}` left behind", number + 1));
            }
        }
    }
    faults
}

fn rust_files(root: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type()?.is_dir() {
                if !name.starts_with('.') && name != "target" && name != "beffroi-data" && name != "node_modules" {
                    folders.push(path);
                }
            } else if name.ends_with(".rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_a_long_and_an_unfinished_file_are_named() {
        assert_eq!(faults_of("a.rs", "//! Says what it is.\nfn a() {}\n"), Vec::<String>::new());
        assert_eq!(faults_of("a.rs", "fn a() {}\n").len(), 1);
        assert_eq!(faults_of("a.rs", &format!("//! Long.\n{}", "\n".repeat(LONGEST + 1))).len(), 1);
        assert_eq!(faults_of("a.rs", concat!("//! Later.\n// TO", "DO\n")).len(), 1);
    }
}
