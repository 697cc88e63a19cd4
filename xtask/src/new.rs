//! `cargo xtask new register NAME DESK`: the file of a register, its line, and the words it needs.

use std::error::Error;
use std::fs;
use std::path::Path;

pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
    let usage = "usage: cargo xtask new register NAME DESK";
    let (what, name, desk) = (arguments.next(), arguments.next(), arguments.next());
    let (Some("register"), Some(name), Some(desk)) = (what.as_deref(), name, desk) else { return Err(usage.into()) };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !plain(&name) || !plain(&desk) {
        return Err(format!("{usage}\nnames are lower-case letters and underscores").into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("xtask stands nowhere")?;
    let source = root.join("desks").join(&desk).join("src");
    let (file, list) = (source.join("registers").join(format!("{name}.rs")), source.join("registers.rs"));
    if file.exists() {
        return Err(format!("{} is there already", file.display()).into());
    }
    let listed = fs::read_to_string(&list)
        .map_err(|error| format!("{}: {error}; docs/registers.md says how a desk begins", list.display()))?;
    fs::create_dir_all(source.join("registers"))?;
    fs::write(&file, declaration(&name, &desk))?;
    fs::write(&list, with_line(&listed, &name))?;
    println!("{}\n{}\n\nWords that it needs, in pure/wording/fr.ftl and en.ftl:\n", file.display(), list.display());
    for key in ["", "-purpose"] {
        println!("register-{name}{key} = ");
    }
    println!("\nThe test `nothing_was_forgotten` of the desk names the others as the declaration grows.");
    Ok(())
}

/// The declaration to begin with: it stands, but for its words.
fn declaration(name: &str, desk: &str) -> String {
    let prefix: String = name.chars().filter(char::is_ascii_lowercase).take(4).collect::<String>().to_uppercase();
    format!(
        r#"//! What the register {name} is for, in a sentence.

use beffroi_register::{{ClockRule, Field, Move, Register, State}};

/// What a record of it is.
pub(crate) static REGISTER: Register = Register {{
    name: "{name}",
    prefix: "{prefix}",
    desk: "{desk}",
    basis: "Décret 2023-1084, art. 3",
    fields: &[Field::text("title").required().listed(), Field::long("description"), Field::date("due").listed()],
    states: &[State::draft("draft"), State::open("open"), State::closed("closed")],
    moves: &[Move::new("submit", &["draft"], "open"), Move::new("close", &["open"], "closed").with_reason()],
    clocks: &[ClockRule::on("due", "due")],
    example: &[("title", "Un exemple")],
    ..Register::COORDINATION
}};
"#
    )
}

/// The list of a desk with the lines of one more register, in order of name.
fn with_line(listed: &str, name: &str) -> String {
    let mut modules: Vec<&str> = Vec::new();
    let mut out: Vec<String> = Vec::new();
    for line in listed.lines() {
        if let Some(module) = line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';')) {
            modules.push(module);
        }
    }
    modules.push(name);
    modules.sort_unstable();
    let (mut put_modules, mut put_lines) = (false, false);
    for line in listed.lines() {
        let is_module = line.starts_with("mod ") && line.ends_with(';');
        let is_line = line.starts_with("    &") && line.ends_with("::REGISTER,");
        if is_module && !std::mem::replace(&mut put_modules, true) {
            out.extend(modules.iter().map(|module| format!("mod {module};")));
        }
        if is_line && !std::mem::replace(&mut put_lines, true) {
            out.extend(modules.iter().map(|module| format!("    &{module}::REGISTER,")));
        }
        if !is_module && !is_line {
            out.push(line.to_owned());
        }
    }
    out.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_put_in_its_place() {
        let list =
            "//! Doc.\n\nmod need;\n\nuse x;\n\npub const REGISTERS: &[&Register] = &[\n    &need::REGISTER,\n];\n";
        let with = with_line(list, "asset");
        assert!(
            with.contains("mod asset;\nmod need;\n")
                && with.contains("    &asset::REGISTER,\n    &need::REGISTER,\n];")
        );
        assert_eq!(with.matches("REGISTER,").count(), 2);
        assert!(declaration("asset", "capabilities").contains("prefix: \"ASSE\""));
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        for wrong in [vec![], vec!["register"], vec!["register", "A B", "x"], vec!["page", "x", "y"]] {
            assert!(run(wrong.into_iter().map(str::to_owned)).is_err());
        }
    }
}
