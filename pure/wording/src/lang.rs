//! Languages and messages.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// French, the first language.
    #[default]
    Fr,
    /// English.
    En,
}

/// A value to put into a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A text, already formatted.
    Text(&'a str),
    /// A number, to choose a plural by (and shown as it is written).
    Count(i64),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(n: i64) -> Self {
        Value::Count(n)
    }
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The BCP 47 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The message `key`.
    pub fn say(self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The message `key` with its values. A count is grouped as the language groups thousands.
    pub fn say_with(self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("[{key}]");
        };
        let mut args = FluentArgs::new();
        for (name, value) in values {
            match value {
                Value::Text(text) => args.set(*name, FluentValue::from(*text)),
                Value::Count(n) => args.set(*name, FluentValue::from(*n)),
            }
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        debug_assert!(errors.is_empty(), "message {key}: {errors:?}");
        text.into_owned()
    }

    /// The message `key` with what it names left open, as `…`: for a page that says what a sentence is.
    pub fn say_open(self, key: &str) -> String {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return format!("[{key}]");
        };
        let text = bundle.format_pattern(pattern, None, &mut Vec::new()).into_owned();
        // What has no value is written as its own name, in braces.
        let mut parts = text.split("{$");
        let mut open = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            open.push('…');
            open.push_str(part.split_once('}').map_or(part, |(_, rest)| rest));
        }
        open
    }

    /// Whether the language has the message.
    pub fn knows(self, key: &str) -> bool {
        self.bundle().get_message(key).is_some_and(|message| message.value().is_some())
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Self::Fr => &FR,
            Self::En => &EN,
        }
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Lang {
    type Err = String;

    /// Reads `fr`, `en`, `fr_FR.UTF-8`…
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let head = text.get(..2).unwrap_or(text).to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|l| l.code() == head)
            .ok_or_else(|| format!("unknown language `{text}`: expected fr or en"))
    }
}

const FR_TEXT: &str = include_str!("../fr.ftl");
const EN_TEXT: &str = include_str!("../en.ftl");

static FR: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Fr, FR_TEXT));
static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En, EN_TEXT));

fn bundle(lang: Lang, text: &str) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.code().parse::<LanguageIdentifier>().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(n) => Some(super::figures::plain(n.value)),
        _ => None,
    }));
    let resource = match FluentResource::try_new(text.to_owned()) {
        Ok(resource) => resource,
        // A broken line drops only itself; the test below refuses any broken line.
        Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(text: &str) -> Vec<String> {
        text.lines()
            .filter(|l| l.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|l| l.split_once('=').map(|(k, _)| k.trim().to_owned()))
            .collect()
    }

    #[test]
    fn both_files_parse_and_hold_the_same_keys_once() {
        for text in [FR_TEXT, EN_TEXT] {
            if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
                panic!("{errors:?}");
            }
        }
        let (fr, en) = (keys(FR_TEXT), keys(EN_TEXT));
        let (fr_set, en_set): (BTreeSet<_>, BTreeSet<_>) = (fr.iter().collect(), en.iter().collect());
        assert_eq!(fr_set, en_set);
        assert_eq!(fr.len(), fr_set.len(), "a key stands twice in fr.ftl");
        assert_eq!(en.len(), en_set.len(), "a key stands twice in en.ftl");
    }

    #[test]
    fn an_unknown_key_is_visible() {
        assert_eq!(Lang::Fr.say("no-such-key"), "[no-such-key]");
    }

    #[test]
    fn languages_are_read_from_a_locale() {
        assert_eq!("en_GB.UTF-8".parse(), Ok(Lang::En));
        assert_eq!("fr".parse(), Ok(Lang::Fr));
        assert!("é".parse::<Lang>().is_err());
    }
}
