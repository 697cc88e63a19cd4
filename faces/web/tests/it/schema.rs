//! As much of JSON Schema as the schemas of the API use; a keyword that is not known here fails.

use serde_json::Value;

/// Every fault of `value` under `schema`, whose references lie in `root`.
pub(crate) fn faults(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut all = Vec::new();
    check(root, schema, value, "$", &mut all);
    all
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, all: &mut Vec<String>) {
    for (word, rule) in schema.as_object().unwrap() {
        let fine = match word.as_str() {
            "$ref" => {
                let target =
                    root.pointer(rule.as_str().unwrap().trim_start_matches('#')).expect("a schema that exists");
                check(root, target, value, at, all);
                true
            }
            "type" => match rule {
                Value::Array(kinds) => kinds.iter().any(|kind| is(kind.as_str().unwrap(), value)),
                kind => is(kind.as_str().unwrap(), value),
            },
            "required" => rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
            "properties" => {
                for (name, rule) in rule.as_object().unwrap() {
                    if let Some(member) = value.get(name) {
                        check(root, rule, member, &format!("{at}.{name}"), all);
                    }
                }
                true
            }
            "additionalProperties" => {
                let named = |name: &String| schema["properties"].get(name).is_some();
                for (name, member) in value.as_object().into_iter().flatten() {
                    match rule.as_bool() {
                        Some(more) if !more && !named(name) => all.push(format!("{at}.{name}: no such member")),
                        Some(_) => {}
                        None => check(root, rule, member, &format!("{at}.{name}"), all),
                    }
                }
                true
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, item, &format!("{at}[{n}]"), all);
                }
                true
            }
            "enum" => rule.as_array().unwrap().contains(value),
            "minimum" => value.as_f64() >= rule.as_f64(),
            "pattern" => {
                assert_eq!(rule, "^[0-9a-f]{64}$", "{at}: a pattern that is not known here");
                value.as_str().is_some_and(|text| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()))
            }
            "format" => match (rule.as_str().unwrap(), value.as_str()) {
                ("date", Some(text)) => text.parse::<jiff::civil::Date>().is_ok(),
                ("date-time", Some(text)) => text.parse::<jiff::Timestamp>().is_ok(),
                _ => false,
            },
            other => panic!("{at}: the keyword `{other}` is not known here"),
        };
        if !fine {
            all.push(format!("{at}: {word} {rule}, not {}", value.to_string().chars().take(60).collect::<String>()));
        }
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        other => panic!("the type `{other}` is not known here"),
    }
}
