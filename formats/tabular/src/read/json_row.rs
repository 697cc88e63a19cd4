//! Paths into a JSON row.

use super::json_node::Node;
use super::row::Row;

/// A path: keys, one below the other. Arrays on the way are crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(Vec<String>);

impl Path {
    /// Keys separated by dots, or a JSON Pointer (RFC 6901) when the text begins with `/`.
    pub(crate) fn new(text: &str) -> Self {
        match text.strip_prefix('/') {
            Some(pointer) => Self(pointer.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect()),
            None => Self(text.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect()),
        }
    }

    pub(crate) fn keys(&self) -> &[String] {
        &self.0
    }
}

/// An object stands where a value was expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotAValue;

/// Puts every value that `keys` lead to into the next cell of `row`.
pub(crate) fn collect(node: &Node<'_>, keys: &[String], row: &mut Row) -> Result<(), NotAValue> {
    match (node, keys.split_first()) {
        (Node::List(items), _) => items.iter().try_for_each(|item| collect(item, keys, row)),
        (Node::Object(entries), Some((key, rest))) => match entries.iter().find(|(name, _)| name == key) {
            Some((_, below)) => collect(below, rest, row),
            None => Ok(()),
        },
        (Node::Null, _) => Ok(()),
        (Node::Object(_), None) | (_, Some(_)) => Err(NotAValue),
        (Node::Text(text), None) => {
            row.push(text);
            Ok(())
        }
        (Node::Number(text), None) => {
            row.push(text);
            Ok(())
        }
        (Node::Bool(value), None) => {
            row.push(if *value { "true" } else { "false" });
            Ok(())
        }
    }
}
