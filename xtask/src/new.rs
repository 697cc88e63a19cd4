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
    let with = with_line(&listed, &name).ok_or_else(|| format!("{}: no `REGISTERS` is found there", list.display()))?;
    fs::create_dir_all(source.join("registers"))?;
    fs::write(&file, declaration(&name, &desk))?;
    fs::write(&list, with)?;
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

/// The list of a desk with the lines of one more register, in order of name. The list may stand on one line or on several.
fn with_line(listed: &str, name: &str) -> Option<String> {
    const HEAD: &str = "pub const REGISTERS: &[&Register] = &[";
    let mut modules: Vec<&str> = listed.lines().filter_map(module).collect();
    modules.push(name);
    modules.sort_unstable();
    let (before, rest) = listed.split_once(HEAD)?;
    let (_, after) = rest.split_once("];")?;
    let lines: String = modules.iter().map(|module| format!("    &{module}::REGISTER,\n")).collect();
    let own: String = modules.iter().map(|module| format!("mod {module};\n")).collect();
    let without: Vec<&str> = before.lines().filter(|line| module(line).is_none()).collect();
    // The modules stand before what is used, which is the first line after the opening comment.
    let at = without.iter().position(|line| line.starts_with("use "))?;
    let (opening, uses) = without.split_at(at);
    let opening = opening.join("\n");
    Some(format!("{}\n\n{own}\n{}\n{HEAD}\n{lines}];{after}", opening.trim_end(), uses.join("\n")))
}

/// The name of the module that a line declares.
fn module(line: &str) -> Option<&str> {
    line.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_put_in_its_place() {
        let several = "    &need::REGISTER,\n";
        for (mods, list) in [("mod need;\n\n", "&need::REGISTER"), ("mod need;\n\n", several), ("", "")] {
            let list = format!(
                "//! Doc.\n\n{mods}use x;\n\n/// All.\npub const REGISTERS: &[&Register] = &[{list}];\n\nmod tests {{\n}}\n"
            );
            let with = with_line(&list, "asset").unwrap();
            let n = 1 + usize::from(!mods.is_empty());
            assert_eq!(with.matches("REGISTER,").count(), n, "{with}");
            assert!(
                with.starts_with("//! Doc.\n\nmod asset;\n") && with.contains("\n    &asset::REGISTER,\n"),
                "{with}"
            );
            assert!(
                with.contains("\nuse x;\n\n/// All.\npub const") && with.ends_with("];\n\nmod tests {\n}\n"),
                "{with}"
            );
        }
        assert_eq!(with_line("nothing of the kind", "asset"), None);
        assert!(declaration("asset", "capabilities").contains("prefix: \"ASSE\""));
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        for wrong in [vec![], vec!["register"], vec!["register", "A B", "x"], vec!["page", "x", "y"]] {
            assert!(run(wrong.into_iter().map(str::to_owned)).is_err());
        }
    }
}
