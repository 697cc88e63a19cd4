//! The help, in the reader's language: every command and argument takes its words from the wording files, under
//! `cli-about-…` and `cli-arg-…`.

use beffroi_wording::Lang;
use clap::CommandFactory;

/// The command line with its help in `lang`.
pub fn command(lang: Lang) -> clap::Command {
    localise(crate::args::Cli::command(), lang, "")
}

fn localise(mut command: clap::Command, lang: Lang, path: &str) -> clap::Command {
    let key = if path.is_empty() { "cli-about".to_owned() } else { format!("cli-about-{path}") };
    command = command.about(lang.say(&key)).long_about(None::<&str>);
    let arguments: Vec<String> = command.get_arguments().map(|a| a.get_id().to_string()).collect();
    for id in arguments {
        if id == "help" || id == "version" {
            continue;
        }
        let text = lang.say(&argument_key(&id));
        command = command.mut_arg(id, |argument| argument.help(text).long_help(None::<&str>));
    }
    let children: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    for name in children {
        let below = if path.is_empty() { name.clone() } else { format!("{path}-{name}") };
        command = command.mut_subcommand(name, |child| localise(child, lang, &below));
    }
    command
}

fn argument_key(id: &str) -> String {
    format!("cli-arg-{}", id.replace('_', "-"))
}

/// Every key that the help asks of a language.
#[cfg(test)]
fn keys() -> Vec<String> {
    fn collect(command: &clap::Command, path: &str, keys: &mut Vec<String>) {
        keys.push(if path.is_empty() { "cli-about".to_owned() } else { format!("cli-about-{path}") });
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            if id != "help" && id != "version" {
                keys.push(argument_key(id));
            }
        }
        for child in command.get_subcommands() {
            let below =
                if path.is_empty() { child.get_name().to_owned() } else { format!("{path}-{}", child.get_name()) };
            collect(child, &below, keys);
        }
    }
    let mut keys = Vec::new();
    collect(&crate::args::Cli::command(), "", &mut keys);
    keys.sort();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_and_argument_is_told_in_both_languages() {
        let missing: Vec<String> = Lang::ALL
            .into_iter()
            .flat_map(|lang| {
                keys().into_iter().filter(move |key| !lang.knows(key)).map(move |key| format!("{lang}: {key}"))
            })
            .collect();
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }

    #[test]
    fn the_command_tree_is_sound() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }
}
