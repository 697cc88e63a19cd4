//! A page as a tree, read strictly: what a browser would mend is a fault here.

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) tag: String,
    pub(crate) attributes: Vec<(String, String)>,
    /// The text that stands directly in it.
    pub(crate) text: String,
    parent: Option<usize>,
    children: Vec<usize>,
}

impl Node {
    /// An attribute; empty for one without a value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether it is of a class.
    pub(crate) fn is_of(&self, class: &str) -> bool {
        self.get("class").is_some_and(|all| all.split_ascii_whitespace().any(|one| one == class))
    }
}

/// A page, in the order of its text.
pub(crate) struct Tree(Vec<Node>);

impl Tree {
    pub(crate) fn node(&self, at: usize) -> &Node {
        &self.0[at]
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (usize, &Node)> {
        self.0.iter().enumerate().skip(1)
    }

    pub(crate) fn named<'a>(&'a self, tag: &'a str) -> impl Iterator<Item = (usize, &'a Node)> {
        self.all().filter(move |(_, node)| node.tag == tag)
    }

    pub(crate) fn children(&self, at: usize) -> impl Iterator<Item = (usize, &Node)> {
        self.0[at].children.iter().map(|child| (*child, &self.0[*child]))
    }

    /// What stands around, from within.
    pub(crate) fn above(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.0[at].parent, |at| self.0[*at].parent)
    }

    pub(crate) fn is_below(&self, at: usize, outer: usize) -> bool {
        self.above(at).any(|one| one == outer)
    }

    pub(crate) fn is_in(&self, at: usize, tag: &str) -> bool {
        self.above(at).any(|one| self.0[one].tag == tag)
    }

    pub(crate) fn below(&self, outer: usize) -> impl Iterator<Item = (usize, &Node)> {
        self.all().filter(move |(at, _)| self.is_below(*at, outer))
    }

    /// Whether it is told to nobody.
    pub(crate) fn is_hidden(&self, at: usize) -> bool {
        let hidden = |node: &Node| node.get("aria-hidden") == Some("true") || node.get("hidden").is_some();
        hidden(&self.0[at]) || self.above(at).any(|one| hidden(&self.0[one]))
    }

    /// What is read aloud of its content: texts and alternatives, without what is hidden.
    pub(crate) fn name(&self, at: usize) -> String {
        let mut out = String::new();
        self.gather(at, &mut out);
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn gather(&self, at: usize, out: &mut String) {
        let node = &self.0[at];
        out.push_str(&node.text);
        out.push(' ');
        if node.tag == "img" {
            out.push_str(node.get("alt").unwrap_or_default());
        }
        for child in &node.children {
            let inner = &self.0[*child];
            if inner.get("aria-hidden") != Some("true") && inner.get("hidden").is_none() {
                self.gather(*child, out);
            }
        }
    }

    /// The name that it is given beside its content.
    pub(crate) fn label(&self, at: usize) -> String {
        let node = &self.0[at];
        if let Some(ids) = node.get("aria-labelledby") {
            let of = |id: &str| self.all().find(|(_, n)| n.get("id") == Some(id)).map(|(at, _)| self.name(at));
            return ids.split_ascii_whitespace().filter_map(of).collect::<Vec<_>>().join(" ");
        }
        node.get("aria-label").unwrap_or_default().trim().to_owned()
    }
}

const VOID: [&str; 14] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];
/// What a browser closes by itself before these, so that the tree would not be the one that was written.
const NOT_IN_P: [&str; 14] =
    ["p", "div", "ul", "ol", "dl", "table", "form", "h1", "h2", "h3", "section", "details", "figure", "fieldset"];

/// Reads a page; gives what is wrong with its markup.
pub(crate) fn parse(html: &str) -> (Tree, Vec<String>) {
    let mut nodes = vec![Node { tag: "#root".to_owned(), ..Node::default() }];
    let (mut open, mut faults) = (vec![0_usize], Vec::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let here = *open.last().unwrap();
        nodes[here].text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.split_once("-->").map_or("", |(_, rest)| rest);
            continue;
        }
        let Some(end) = end_of_tag(rest) else {
            faults.push("[8.2] a tag that does not end".to_owned());
            break;
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let name = name.trim();
            if nodes[here].tag == name {
                open.pop();
            } else {
                faults.push(format!("[8.2] </{name}> where <{}> is open", nodes[here].tag));
                if let Some(level) = open.iter().rposition(|at| nodes[*at].tag == name) {
                    open.truncate(level.max(1));
                }
            }
            continue;
        }
        let closed = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, attributes) = tag.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((tag, ""));
        let attributes = read_attributes(attributes, &mut faults);
        let in_svg = open.iter().any(|at| nodes[*at].tag == "svg");
        if !in_svg && NOT_IN_P.contains(&name) && nodes[here].tag == "p" {
            faults.push(format!("[8.2] <{name}> in <p>"));
        }
        let node = Node { tag: name.to_owned(), attributes, parent: Some(here), ..Node::default() };
        let new = nodes.len();
        nodes.push(node);
        nodes[here].children.push(new);
        if RAW.contains(&name) && !in_svg {
            let close = format!("</{name}>");
            let (text, after) = rest.split_once(close.as_str()).unwrap_or((rest, ""));
            nodes[new].text = text.to_owned();
            rest = after;
        } else if !VOID.contains(&name) && !closed {
            open.push(new);
        }
    }
    for at in open.into_iter().skip(1) {
        faults.push(format!("[8.2] <{}> is not closed", nodes[at].tag));
    }
    (Tree(nodes), faults)
}

/// Where a tag ends: the first `>` outside quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

fn read_attributes(text: &str, faults: &mut Vec<String>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quoted = after.strip_prefix('"').and_then(|inner| inner.split_once('"'));
            let Some((inside, after)) = quoted else {
                faults.push(format!("[8.2] {name} without quotes"));
                break;
            };
            value = inside.to_owned();
            rest = after;
        }
        rest = rest.trim_start();
        if found.iter().any(|(known, _)| *known == name) {
            faults.push(format!("[8.2] {name} stands twice"));
        }
        found.push((name, value));
    }
    found
}
