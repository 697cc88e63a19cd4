//! As much of JSON Schema (draft 2019-09) as the schemas of SDMX-JSON use, and a refusal of what they might come to use.

use regex::Regex;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Keywords that say nothing of validity.
const SILENT: [&str; 8] = ["$id", "$schema", "$comment", "$defs", "definitions", "description", "default", "title"];

pub(crate) struct Validator<'a> {
    root: &'a Value,
    patterns: BTreeMap<String, Regex>,
}

impl<'a> Validator<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root, patterns: BTreeMap::new() }
    }

    /// Every fault of `value`, with its place.
    pub(crate) fn faults(&mut self, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.check(self.root, value, "$", &mut faults);
        faults
    }

    fn matches(&mut self, pattern: &str, text: &str) -> bool {
        let regex = self.patterns.entry(pattern.to_owned()).or_insert_with(|| Regex::new(pattern).unwrap());
        regex.is_match(text)
    }

    fn valid(&mut self, schema: &Value, value: &Value) -> Option<BTreeSet<String>> {
        let mut faults = Vec::new();
        let seen = self.check(schema, value, "", &mut faults);
        faults.is_empty().then_some(seen)
    }

    /// Adds the faults, and gives back which members of an object were looked at.
    fn check(&mut self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        let schema = match schema {
            Value::Bool(true) => return seen,
            Value::Object(schema) => schema,
            _ => panic!("{at}: a schema is an object or true"),
        };
        for (keyword, rule) in schema {
            let fine = match (keyword.as_str(), value) {
                (word, _) if SILENT.contains(&word) => true,
                // Draft 7 lets formats be told only; here the two that matter are looked at.
                ("format", Value::String(text)) => match rule.as_str().unwrap() {
                    "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
                    "date" => text.parse::<jiff::civil::Date>().is_ok(),
                    _ => !text.contains(' '),
                },
                ("type", value) => match rule {
                    Value::Array(all) => all.iter().any(|one| is(one.as_str().unwrap(), value)),
                    one => is(one.as_str().unwrap(), value),
                },
                ("enum", value) => rule.as_array().unwrap().contains(value),
                ("const", value) => rule == value,
                ("pattern", Value::String(text)) => self.matches(rule.as_str().unwrap(), text),
                ("minLength", Value::String(text)) => text.chars().count() as u64 >= rule.as_u64().unwrap(),
                ("maxLength", Value::String(text)) => text.chars().count() as u64 <= rule.as_u64().unwrap(),
                ("minimum", Value::Number(number)) => number.as_f64() >= rule.as_f64(),
                ("maximum", Value::Number(number)) => number.as_f64() <= rule.as_f64(),
                ("minItems", Value::Array(items)) => items.len() as u64 >= rule.as_u64().unwrap(),
                ("maxItems", Value::Array(items)) => items.len() as u64 <= rule.as_u64().unwrap(),
                ("maxProperties", Value::Object(members)) => members.len() as u64 <= rule.as_u64().unwrap(),
                ("uniqueItems", Value::Array(items)) => {
                    items.iter().map(Value::to_string).collect::<BTreeSet<_>>().len() == items.len()
                }
                ("required", Value::Object(members)) => {
                    rule.as_array().unwrap().iter().all(|one| members.contains_key(one.as_str().unwrap()))
                }
                ("$ref", value) => {
                    let target = self.root.pointer(rule.as_str().unwrap().trim_start_matches('#')).unwrap();
                    seen.extend(self.check(target, value, at, faults));
                    true
                }
                ("allOf", value) => {
                    for one in rule.as_array().unwrap() {
                        seen.extend(self.check(one, value, at, faults));
                    }
                    true
                }
                ("anyOf" | "oneOf", value) => {
                    let fits: Vec<_> =
                        rule.as_array().unwrap().iter().filter_map(|one| self.valid(one, value)).collect();
                    let n = fits.len();
                    seen.extend(fits.into_iter().flatten());
                    n == 1 || keyword == "anyOf" && n > 1
                }
                ("not", value) => self.valid(rule, value).is_none(),
                ("items", Value::Array(items)) => {
                    for (place, item) in items.iter().enumerate() {
                        self.check(rule, item, &format!("{at}[{place}]"), faults);
                    }
                    true
                }
                ("properties", Value::Object(members)) => {
                    for (name, rule) in rule.as_object().unwrap() {
                        if let Some(member) = members.get(name) {
                            seen.insert(name.clone());
                            self.check(rule, member, &format!("{at}.{name}"), faults);
                        }
                    }
                    true
                }
                ("patternProperties", Value::Object(members)) => {
                    for (pattern, rule) in rule.as_object().unwrap() {
                        for (name, member) in members {
                            if self.matches(pattern, name) {
                                seen.insert(name.clone());
                                self.check(rule, member, &format!("{at}.{name}"), faults);
                            }
                        }
                    }
                    true
                }
                // After the others, below.
                ("additionalProperties" | "unevaluatedProperties", _) => true,
                (
                    "format" | "pattern" | "minLength" | "maxLength" | "minimum" | "maximum" | "minItems" | "maxItems"
                    | "maxProperties" | "uniqueItems" | "required" | "items" | "properties" | "patternProperties",
                    _,
                ) => true,
                (other, _) => panic!("{at}: the keyword `{other}` is not known here"),
            };
            if !fine {
                faults.push(format!("{at}: {keyword} {}", rule.to_string().chars().take(80).collect::<String>()));
            }
        }
        if let Value::Object(members) = value {
            let own = own_members(schema, members, self);
            for (word, seen) in [("additionalProperties", &own), ("unevaluatedProperties", &seen)] {
                if schema.get(word) == Some(&Value::Bool(false)) {
                    let more = members.keys().filter(|name| !seen.contains(*name));
                    faults.extend(more.map(|name| format!("{at}: member `{name}` is not foreseen")));
                }
            }
        }
        seen
    }
}

/// The members that `properties` and `patternProperties` of this very schema name.
fn own_members(
    schema: &Map<String, Value>,
    members: &Map<String, Value>,
    validator: &mut Validator<'_>,
) -> BTreeSet<String> {
    let named = schema.get("properties").and_then(Value::as_object);
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    let fits = |name: &String, validator: &mut Validator<'_>| {
        named.is_some_and(|named| named.contains_key(name))
            || patterns.is_some_and(|all| all.keys().any(|pattern| validator.matches(pattern, name)))
    };
    members.keys().filter(|name| fits(name, validator)).cloned().collect()
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the type `{other}` is not known here"),
    }
}
