//! The page's half: small, and with nothing that a strict policy of content would stop.

const SCRIPT: &str = include_str!("../../../../faces/web/static/passkey.js");

#[test]
fn the_script_is_small_and_writes_no_html() {
    assert!(SCRIPT.len() <= 3 * 1024, "{} bytes", SCRIPT.len());
    for sink in
        ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "import ", "fetch("]
    {
        assert!(!SCRIPT.contains(sink), "{sink}");
    }
    for needed in
        ["data-passkey]", "dataset.options", "data-passkey-error", "\"credential\"", "parseCreationOptionsFromJSON"]
    {
        assert!(SCRIPT.contains(needed), "{needed}");
    }
}
