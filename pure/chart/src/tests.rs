//! What holds for every drawing. The figures are synthetic.

mod colours;
mod laws;
mod layout;
mod maps;
mod samples;
mod snapshots;

/// The elements of a drawing called `name` (`text`, `path`…), with the given class if any.
fn elements<'a>(document: &'a roxmltree::Document<'a>, name: &str, class: &str) -> Vec<roxmltree::Node<'a, 'a>> {
    let has = |n: &roxmltree::Node<'_, '_>| {
        class.is_empty() || n.attribute("class").is_some_and(|c| c.split(' ').any(|k| k == class))
    };
    document.descendants().filter(|n| n.tag_name().name() == name && has(n)).collect()
}

/// A number in an attribute.
fn number(node: roxmltree::Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap().parse().unwrap()
}
