//! What a demo made, and where each product lies: kept in `demo.json`, printed at the end.

use beffroi_wording::Lang;
use serde::{Deserialize, Serialize};

/// One product.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Product {
    /// Its key in the wording files, after `cli-demo-product-`.
    pub(super) name: String,
    /// A figure or a reference that sums it up.
    pub(super) what: String,
    /// Where it lies: a path, or a page of the web application.
    pub(super) place: String,
}

/// What a demo made.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Record {
    /// How many synthetic reports were asked for.
    pub(super) reports: u64,
    /// The seed of the generator.
    pub(super) seed: u64,
    /// Every product.
    pub(super) products: Vec<Product>,
    /// Time of each step, in seconds, in the order in which they ran.
    pub(super) steps: Vec<(String, f64)>,
    /// The demo account.
    pub(super) login: String,
    /// Its password, made for this folder.
    pub(super) password: String,
    /// A second demo account, to validate what the first one drafts.
    pub(super) second_login: String,
    /// Its password.
    pub(super) second_password: String,
    /// A third demo account, which controls: it reads the journal and no content.
    #[serde(default)]
    pub(super) third_login: String,
    /// Its password.
    #[serde(default)]
    pub(super) third_password: String,
    /// A fourth demo account, the magistrate's: it habilitates, and reads what that takes.
    #[serde(default)]
    pub(super) fourth_login: String,
    /// Its password.
    #[serde(default)]
    pub(super) fourth_password: String,
    /// A fifth demo account, which operates: it sees what the server does by itself and no content.
    #[serde(default)]
    pub(super) fifth_login: String,
    /// Its password.
    #[serde(default)]
    pub(super) fifth_password: String,
    /// The year of the annual report.
    pub(super) year: i16,
    /// The state of the lake at the end.
    pub(super) snapshot: u64,
}

impl Record {
    /// The summary for a terminal.
    pub(super) fn text(&self, lang: Lang) -> String {
        let mut lines = vec![lang.say("cli-demo-synthetic"), String::new()];
        let label = |name: &str| lang.say(&format!("cli-demo-product-{name}"));
        let width = self.products.iter().map(|p| label(&p.name).chars().count()).max().unwrap_or(0);
        let what_width = self.products.iter().map(|p| p.what.chars().count()).max().unwrap_or(0);
        for product in &self.products {
            let name = label(&product.name);
            let gap = " ".repeat(width.saturating_sub(name.chars().count()));
            let what_gap = " ".repeat(what_width.saturating_sub(product.what.chars().count()));
            lines.push(format!("  {name}{gap}  {}{what_gap}  {}", product.what, product.place));
        }
        lines.push(String::new());
        let seconds: f64 = self.steps.iter().map(|(_, s)| s).sum();
        lines.push(lang.say_with("cli-demo-time", &[("seconds", (&lang.decimal(seconds, 1)).into())]));
        let account = [("login", (&self.login).into()), ("password", (&self.password).into())];
        lines.push(lang.say_with("cli-demo-account", &account));
        let second = [("login", (&self.second_login).into()), ("password", (&self.second_password).into())];
        lines.push(lang.say_with("cli-demo-second-account", &second));
        let third = [("login", (&self.third_login).into()), ("password", (&self.third_password).into())];
        lines.push(lang.say_with("cli-demo-third-account", &third));
        let fourth = [("login", (&self.fourth_login).into()), ("password", (&self.fourth_password).into())];
        lines.push(lang.say_with("cli-demo-fourth-account", &fourth));
        let fifth = [("login", (&self.fifth_login).into()), ("password", (&self.fifth_password).into())];
        lines.push(lang.say_with("cli-demo-fifth-account", &fifth));
        lines.push(String::new());
        lines.join("\n")
    }
}
