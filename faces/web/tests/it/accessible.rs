//! What is looked at on each page for those who read with a keyboard, a screen reader or a narrow screen: rules of the
//! RGAA 4 and of WCAG 2.2 that the markup alone decides. Contrast, focus and reflow need a browser.
//!
//! Source of the rules: the RGAA 4.1 by its criteria (numbers in brackets below) and the HTML standard.

use super::markup::{Node, Tree, parse};
use std::collections::{BTreeMap, BTreeSet};

/// All that is wrong with a page in `lang`; empty when nothing is.
pub(crate) fn faults(html: &str, lang: &str) -> Vec<String> {
    let (tree, mut faults) = parse(html);
    let page = Page { tree: &tree, ids: tree.all().filter_map(|(_, n)| n.get("id")).collect() };
    for rule in RULES {
        rule(&page, &mut |fault: String| faults.push(fault));
    }
    let root = tree.named("html").next();
    if root.and_then(|(_, n)| n.get("lang")) != Some(lang) {
        faults.push(format!("[8.3] the page is not said to be in `{lang}`"));
    }
    faults
}

struct Page<'a> {
    tree: &'a Tree,
    ids: Vec<&'a str>,
}

type Rule = fn(&Page<'_>, &mut dyn FnMut(String));

const RULES: [Rule; 15] = [
    titles,
    headings,
    landmarks,
    identifiers,
    references,
    labels,
    groups,
    controls,
    images,
    tables,
    lists,
    disclosures,
    order,
    roles,
    nothing_inline,
];

fn told(node: &Node) -> String {
    let attributes: Vec<String> = node.attributes.iter().take(4).map(|(k, v)| format!("{k}=\"{v}\"")).collect();
    format!("<{} {}>", node.tag, attributes.join(" "))
}

/// A page has a title of its own, and one only [8.5, 8.6].
fn titles(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    let titles: Vec<String> =
        page.tree.named("title").filter(|(i, _)| !page.tree.is_in(*i, "svg")).map(|(i, _)| page.tree.name(i)).collect();
    let [title] = titles.as_slice() else { return fault(format!("[8.5] {} titles", titles.len())) };
    let own = title.strip_suffix(" – Beffroi").unwrap_or_default().trim();
    if own.is_empty() {
        fault(format!("[8.6] the title says nothing of the page: {title}"));
    }
}

/// One heading of the first level, none left out on the way down, none empty [9.1].
fn headings(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    let mut last = 0;
    let mut first = 0;
    for (i, node) in page.tree.all() {
        let Some(level) = node.tag.strip_prefix('h').and_then(|n| n.parse::<u8>().ok()) else { continue };
        first += u8::from(level == 1);
        if level > last + 1 {
            fault(format!("[9.1] h{level} after h{last}: {}", page.tree.name(i)));
        }
        if page.tree.name(i).is_empty() {
            fault(format!("[9.1] an empty h{level}"));
        }
        last = level;
    }
    if first != 1 {
        fault(format!("[9.1] {first} headings of the first level"));
    }
}

/// One main part, to which the first link of the page leads; parts of one kind are told apart by name [9.2, 12.6, 12.7].
fn landmarks(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    let mains: Vec<&Node> = page.tree.named("main").map(|(_, n)| n).collect();
    let [main] = mains.as_slice() else { return fault(format!("[9.2] {} main parts", mains.len())) };
    let skip = page.tree.all().find(|(_, n)| n.tag == "a" && n.get("href").is_some());
    let leads = skip.and_then(|(_, n)| n.get("href")?.strip_prefix('#'));
    if leads.is_none() || leads != main.get("id") {
        fault("[12.7] the first link does not lead to the main part".to_owned());
    }
    if main.get("tabindex") != Some("-1") {
        fault("[12.7] the main part takes no focus from the skip link".to_owned());
    }
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (i, node) in page.tree.all() {
        let kind = match (node.tag.as_str(), node.get("role")) {
            ("nav", _) => "nav",
            ("aside", _) => "aside",
            (_, Some("search")) => "search",
            _ => continue,
        };
        names.entry(kind).or_default().push(page.tree.label(i));
    }
    for (kind, names) in names {
        let apart: BTreeSet<&String> = names.iter().collect();
        if apart.len() != names.len() || (names.len() > 1 && names.iter().any(String::is_empty)) {
            fault(format!("[9.2] parts `{kind}` are not told apart: {names:?}"));
        }
    }
}

/// An identifier stands once [8.2].
fn identifiers(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    let mut seen = BTreeSet::new();
    for id in &page.ids {
        if id.is_empty() || id.contains(char::is_whitespace) {
            fault(format!("[8.2] `{id}` is no identifier"));
        }
        if !seen.insert(id) {
            fault(format!("[8.2] the identifier {id} stands twice"));
        }
    }
}

/// What names another part of the page names one that is there [8.2, 11.1].
fn references(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (_, node) in page.tree.all() {
        for attribute in ["for", "aria-labelledby", "aria-describedby", "aria-controls", "headers", "list", "form"] {
            let named = node.get(attribute).unwrap_or_default();
            for id in named.split_ascii_whitespace() {
                if !page.ids.contains(&id) {
                    fault(format!("[8.2] {attribute}=\"{id}\" names nothing"));
                }
            }
        }
        let within = node.get("href").and_then(|href| href.strip_prefix('#'));
        if node.tag == "a" && within.is_some_and(|id| !page.ids.contains(&id)) {
            fault(format!("[6.1] {} leads nowhere", told(node)));
        }
    }
}

/// Each field has a visible or spoken label of its own, and those of oneself say so to the browser [11.1, 11.13].
fn labels(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.all() {
        let is_field = ["input", "select", "textarea"].contains(&node.tag.as_str());
        if !is_field || node.get("type") == Some("hidden") {
            continue;
        }
        let by_label = page.tree.named("label").any(|(at, label)| {
            let of = label.get("for").is_some_and(|id| Some(id) == node.get("id"));
            (of || (label.get("for").is_none() && page.tree.is_below(i, at))) && !page.tree.name(at).is_empty()
        });
        if !by_label && page.tree.label(i).is_empty() {
            fault(format!("[11.1] no label for {}", told(node)));
        }
        if node.get("type") == Some("password") && node.get("autocomplete").is_none() {
            fault("[11.13] a password that the browser may not fill in".to_owned());
        }
        if node.tag == "select" && !page.tree.below(i).any(|(_, n)| n.tag == "option") {
            fault(format!("[11.1] nothing to choose in {}", told(node)));
        }
    }
}

/// Buttons to choose one of several stand in a named group [11.5, 11.6].
fn groups(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.named("fieldset") {
        let first = page.tree.children(i).next();
        if !first.is_some_and(|(at, n)| n.tag == "legend" && !page.tree.name(at).is_empty())
            && page.tree.label(i).is_empty()
        {
            fault(format!("[11.6] no legend in {}", told(node)));
        }
    }
    for (i, node) in page.tree.named("input") {
        if node.get("type") == Some("radio") && !page.tree.is_in(i, "fieldset") {
            fault(format!("[11.5] {} stands in no group", told(node)));
        }
    }
}

/// A link or a button says where it leads or what it does, and none stands in another [6.1, 6.2, 11.9].
fn controls(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.all() {
        let acts = matches!(node.tag.as_str(), "button" | "summary") || (node.tag == "a" && node.get("href").is_some());
        if acts && page.tree.name(i).is_empty() && page.tree.label(i).is_empty() && node.get("hidden").is_none() {
            fault(format!("[6.2] {} has no name", told(node)));
        }
        let inner = acts || ["input", "select", "textarea"].contains(&node.tag.as_str());
        if inner && ["a", "button"].iter().any(|outer| page.tree.is_in(i, outer)) {
            fault(format!("[8.2] {} stands in a link or a button", told(node)));
        }
        if node.tag == "form" && page.tree.is_in(i, "form") {
            fault("[8.2] a form in a form".to_owned());
        }
        if node.tag == "a" && node.get("href").is_none() {
            fault(format!("[6.1] {} leads nowhere", told(node)));
        }
        if node.get("target").is_some() {
            fault(format!("[13.2] {} opens a window", told(node)));
        }
    }
}

/// What is drawn is told or is decoration [1.1, 1.2].
fn images(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.all() {
        if node.tag == "img" && node.get("alt").is_none() {
            fault(format!("[1.1] no alternative for {}", told(node)));
        }
        if node.tag == "svg" && node.get("aria-hidden") != Some("true") && !page.tree.is_hidden(i) {
            let named = !page.tree.label(i).is_empty() || page.tree.children(i).any(|(_, n)| n.tag == "title");
            if node.get("role") != Some("img") || !named {
                fault(format!("[1.1] a drawing without role or name: {}", told(node)));
            }
        }
    }
}

/// A table of data has a name and headings that say what they head [5.4, 5.6, 5.7].
fn tables(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.named("table") {
        let heads: Vec<(usize, &Node)> = page.tree.below(i).filter(|(_, n)| n.tag == "th").collect();
        if heads.is_empty() {
            fault(format!("[5.6] no heading in {}", told(node)));
        }
        for (at, head) in heads {
            if !["col", "row", "colgroup", "rowgroup"].contains(&head.get("scope").unwrap_or_default()) {
                fault(format!("[5.7] what does {} head? {}", told(head), page.tree.name(at)));
            }
        }
        let caption = page.tree.children(i).any(|(at, n)| n.tag == "caption" && !page.tree.name(at).is_empty());
        let around = page.tree.above(i).any(|at| !page.tree.label(at).is_empty() && page.tree.node(at).tag != "main");
        if !caption && page.tree.label(i).is_empty() && !around {
            fault(format!("[5.4] no name for {}", told(node)));
        }
    }
}

/// Lists hold entries and nothing else [9.3].
fn lists(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.all() {
        let inside: &[&str] = match node.tag.as_str() {
            "ul" | "ol" => &["li"],
            "dl" => &["dt", "dd", "div"],
            "tr" => &["th", "td"],
            _ => &[],
        };
        for (_, child) in page.tree.children(i) {
            if !inside.is_empty() && !inside.contains(&child.tag.as_str()) {
                fault(format!("[9.3] {} directly in {}", told(child), told(node)));
            }
        }
        if !inside.is_empty() && !node.text.trim().is_empty() {
            fault(format!("[9.3] text directly in {}: {}", told(node), node.text.trim()));
        }
        let parent = page.tree.above(i).next().map(|at| page.tree.node(at).tag.as_str()).unwrap_or_default();
        if node.tag == "li" && !["ul", "ol", "menu"].contains(&parent) {
            fault(format!("[9.3] an entry in no list, in <{parent}>"));
        }
        if ["dt", "dd"].contains(&node.tag.as_str()) && !["dl", "div"].contains(&parent) {
            fault(format!("[9.3] a term in no list, in <{parent}>"));
        }
    }
}

/// What folds begins with what is said of it [7.1].
fn disclosures(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.named("details") {
        if page.tree.children(i).next().is_none_or(|(_, n)| n.tag != "summary") {
            fault(format!("[7.1] {} does not begin with its summary", told(node)));
        }
    }
}

/// The keyboard follows the page; what scrolls can be reached and has a name [12.8, 12.9, 10.11].
fn order(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.all() {
        if node.get("tabindex").is_some_and(|n| n != "0" && n != "-1") {
            fault(format!("[12.8] {} jumps the order", told(node)));
        }
        if node.get("tabindex") == Some("0") && (page.tree.label(i).is_empty() || node.get("role").is_none()) {
            fault(format!("[12.8] {} takes the focus and has no name or role", told(node)));
        }
        if node.get("autofocus").is_some() || node.get("accesskey").is_some() {
            fault(format!("[12.8] {} takes the focus or a key of the browser", told(node)));
        }
        let scrolls = ["scroll", "chart-scroll", "table-scroll"].iter().any(|class| node.is_of(class));
        if scrolls && node.get("tabindex") != Some("0") {
            fault(format!("[12.9] {} scrolls out of reach of the keyboard", told(node)));
        }
    }
}

const ROLES: [&str; 8] = ["alert", "group", "img", "list", "note", "region", "search", "status"];
const ARIA: [&str; 10] = [
    "aria-controls",
    "aria-current",
    "aria-describedby",
    "aria-expanded",
    "aria-hidden",
    "aria-invalid",
    "aria-keyshortcuts",
    "aria-label",
    "aria-labelledby",
    "aria-live",
];

/// Roles and states are words of the standard, and nothing that takes the focus is hidden [7.1, 8.2].
fn roles(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (i, node) in page.tree.all() {
        if let Some(role) = node.get("role")
            && !ROLES.contains(&role)
        {
            fault(format!("[7.1] the role {role} is not one of ours"));
        }
        for (name, value) in &node.attributes {
            if name.starts_with("aria-") && (!ARIA.contains(&name.as_str()) || value.trim().is_empty()) {
                fault(format!("[7.1] {name}=\"{value}\""));
            }
        }
        let current = node.get("aria-current").unwrap_or("page");
        if !["page", "true", "step", "date", "location", "time"].contains(&current) {
            fault(format!("[7.1] aria-current=\"{current}\""));
        }
        let acts = ["a", "button", "input", "select", "textarea", "summary"].contains(&node.tag.as_str());
        let hidden = node.get("aria-hidden") == Some("true")
            || page.tree.above(i).any(|at| page.tree.node(at).get("aria-hidden") == Some("true"));
        if acts && hidden {
            fault(format!("[7.1] {} takes the focus and is hidden from who cannot see", told(node)));
        }
        if node.get("lang").is_some_and(|lang| !["fr", "en"].contains(&lang)) {
            fault(format!("[8.7] {}", told(node)));
        }
    }
}

/// No style, script or event in the page, no refresh by itself, no zoom forbidden [10.1, 13.1, 10.4].
fn nothing_inline(page: &Page<'_>, fault: &mut dyn FnMut(String)) {
    for (_, node) in page.tree.all() {
        let inline = node.attributes.iter().any(|(name, _)| name == "style" || name.starts_with("on"));
        let embeds = ["style", "iframe", "base", "font", "center", "marquee"].contains(&node.tag.as_str());
        if inline || embeds || node.get("http-equiv").is_some() {
            fault(format!("[10.1] {}", told(node)));
        }
        let zoom = node.get("content").unwrap_or_default();
        if node.get("name") == Some("viewport") && (zoom.contains("user-scalable") || zoom.contains("maximum-scale")) {
            fault("[10.4] the page may not be enlarged".to_owned());
        }
    }
}
