//! Defects put into a good page, one at a time: each must be found by what looks at every page.

use super::accessible::faults;

const GOOD: &str = r##"<!doctype html>
<html lang="fr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Signaux – Beffroi</title></head>
<body>
<a class="skip" href="#contenu">Aller au contenu</a>
<aside aria-label="Marquage">TLP:GREEN</aside>
<header><a href="/"><img src="/static/b.svg" alt=""> Beffroi</a>
<form method="get" action="/recherche" role="search" aria-label="Recherche"><label for="chercher">Chercher</label><input type="search" id="chercher" name="q"><button>Chercher</button></form>
<nav aria-label="Rubriques"><ul><li><a href="/signaux" aria-current="page">Signaux</a></li></ul></nav></header>
<main id="contenu" tabindex="-1">
<nav aria-label="Fil d’Ariane"><ol><li><a href="/">Accueil</a></li></ol></nav>
<h1>Signaux</h1>
<section aria-labelledby="ouverts"><h2 id="ouverts">Ouverts</h2>
<p>Deux <a href="/signaux/1">signaux</a> attendent.</p>
<div class="scroll" role="group" tabindex="0" aria-labelledby="ouverts"><table>
<thead><tr><th scope="col">Phénomène</th><th scope="col">Semaines</th></tr></thead>
<tbody><tr><th scope="row">Faux site</th><td>3</td></tr></tbody></table></div>
<h3>Détail</h3>
<svg role="img" aria-labelledby="dessin"><title id="dessin">Évolution</title><path d="M0 0"/></svg>
<svg aria-hidden="true"><path d="M0 0"/></svg>
<dl><dt>Seuil</dt><dd>12</dd></dl>
<details><summary>Comment</summary><p>Ainsi.</p></details>
</section>
<form method="post" action="/signaux/1"><input type="hidden" name="jeton" value="x">
<fieldset><legend>Décision</legend><label><input type="radio" name="d" value="a"> Nouveau</label></fieldset>
<label for="motif">Motif</label><textarea id="motif" name="motif" aria-describedby="aide"></textarea><p id="aide">Une phrase.</p>
<label for="choix">Choix</label><select id="choix" name="choix"><option>A</option></select>
<label for="mdp">Mot de passe</label><input type="password" id="mdp" name="mdp" autocomplete="current-password">
<button>Décider</button></form>
</main>
<footer><p>Beffroi <a href="?lang=en" lang="en" hreflang="en">English</a></p></footer>
</body>
</html>"##;

/// What is written in the place of what, and the criterion under which it is found.
const DEFECTS: [(&str, &str, &str); 60] = [
    ("<html lang=\"fr\">", "<html>", "[8.3]"),
    ("<html lang=\"fr\">", "<html lang=\"en\">", "[8.3]"),
    ("<title>Signaux – Beffroi</title>", "", "[8.5]"),
    ("<title>Signaux – Beffroi</title>", "<title> – Beffroi</title>", "[8.6]"),
    ("<title>Signaux – Beffroi</title>", "<title>Beffroi</title>", "[8.6]"),
    ("<h1>Signaux</h1>", "<p>Signaux</p>", "[9.1]"),
    ("<h3>Détail</h3>", "<h1>Détail</h1>", "[9.1]"),
    ("<h3>Détail</h3>", "<h4>Détail</h4>", "[9.1]"),
    ("<h3>Détail</h3>", "<h3> </h3>", "[9.1]"),
    ("<h3>Détail</h3>", "<h3><span aria-hidden=\"true\">Détail</span></h3>", "[9.1]"),
    ("<main id=\"contenu\" tabindex=\"-1\">", "<main id=\"contenu\">", "[12.7]"),
    ("<main id=\"contenu\" tabindex=\"-1\">", "<main id=\"autre\" tabindex=\"-1\">", "[12.7]"),
    ("<a class=\"skip\" href=\"#contenu\">Aller au contenu</a>", "", "[12.7]"),
    ("</main>", "</main><main></main>", "[9.2]"),
    ("<nav aria-label=\"Fil d’Ariane\">", "<nav aria-label=\"Rubriques\">", "[9.2]"),
    ("<nav aria-label=\"Fil d’Ariane\">", "<nav>", "[9.2]"),
    ("<aside aria-label=\"Marquage\">TLP:GREEN</aside>", "<aside>A</aside><aside>B</aside>", "[9.2]"),
    ("<p id=\"aide\">", "<p id=\"motif\">", "stands twice"),
    ("<p id=\"aide\">", "<p>", "[8.2]"),
    ("aria-labelledby=\"ouverts\"><h2 id=\"ouverts\">", "aria-labelledby=\"ouvert\"><h2 id=\"ouverts\">", "[8.2]"),
    ("href=\"#contenu\"", "href=\"#rien\"", "[6.1]"),
    ("<label for=\"motif\">Motif</label>", "Motif", "[11.1]"),
    ("<label for=\"motif\">Motif</label>", "<label for=\"motif\"></label>", "[11.1]"),
    ("<label for=\"choix\">Choix</label>", "<label>Choix</label>", "[11.1]"),
    ("<label for=\"chercher\">Chercher</label>", "", "[11.1]"),
    ("<option>A</option>", "", "[11.1]"),
    (" autocomplete=\"current-password\"", "", "[11.13]"),
    ("<legend>Décision</legend>", "", "[11.6]"),
    ("<legend>Décision</legend>", "<legend></legend>", "[11.6]"),
    ("<fieldset><legend>Décision</legend>", "<div>", "[11.5]"),
    ("<button>Décider</button>", "<button></button>", "[6.2]"),
    ("<a href=\"/signaux/1\">signaux</a>", "<a href=\"/signaux/1\"></a>", "[6.2]"),
    ("<a href=\"/signaux/1\">signaux</a>", "<a>signaux</a>", "[6.1]"),
    ("<a href=\"/signaux/1\">signaux</a>", "<a href=\"/signaux/1\" target=\"_blank\">signaux</a>", "[13.2]"),
    ("<a href=\"/signaux/1\">signaux</a>", "<a href=\"/signaux/1\"><button>signaux</button></a>", "[8.2]"),
    ("<a href=\"/signaux/1\">signaux</a>", "<a href=\"/signaux/1\" aria-hidden=\"true\">signaux</a>", "[7.1]"),
    ("<button>Décider</button>", "<form><button>Décider</button></form>", "[8.2]"),
    (" alt=\"\"", "", "[1.1]"),
    ("<svg role=\"img\" aria-labelledby=\"dessin\">", "<svg aria-labelledby=\"dessin\">", "[1.1]"),
    ("<svg aria-hidden=\"true\">", "<svg role=\"img\">", "[1.1]"),
    ("<th scope=\"col\">Semaines</th>", "<th>Semaines</th>", "[5.7]"),
    ("<th scope=\"col\">Semaines</th>", "<th scope=\"column\">Semaines</th>", "[5.7]"),
    (" aria-labelledby=\"ouverts\"><table>", " aria-label=\"\"><table>", "[7.1]"),
    (
        "<ul><li><a href=\"/signaux\" aria-current=\"page\">Signaux</a></li></ul>",
        "<ul><a href=\"/signaux\">S</a></ul>",
        "[9.3]",
    ),
    ("<ol><li><a href=\"/\">Accueil</a></li></ol>", "<ol>Accueil</ol>", "[9.3]"),
    ("<ol><li><a href=\"/\">Accueil</a></li></ol>", "<li><a href=\"/\">Accueil</a></li>", "[9.3]"),
    ("<dt>Seuil</dt>", "<p>Seuil</p>", "[9.3]"),
    ("<dl><dt>Seuil</dt><dd>12</dd></dl>", "<dt>Seuil</dt><dd>12</dd>", "[9.3]"),
    ("<td>3</td>", "<p>3</p>", "[9.3]"),
    ("<summary>Comment</summary>", "", "[7.1]"),
    ("<button>Décider</button>", "<button tabindex=\"3\">Décider</button>", "[12.8]"),
    ("<button>Décider</button>", "<button autofocus>Décider</button>", "[12.8]"),
    ("class=\"scroll\" role=\"group\" tabindex=\"0\"", "class=\"scroll\"", "[12.9]"),
    ("role=\"group\" tabindex=\"0\"", "tabindex=\"0\"", "[12.8]"),
    ("role=\"search\"", "role=\"serch\"", "[7.1]"),
    ("aria-describedby=\"aide\"", "aria-description=\"aide\"", "[7.1]"),
    ("aria-current=\"page\"", "aria-current=\"oui\"", "[7.1]"),
    ("lang=\"en\" hreflang", "lang=\"anglais\" hreflang", "[8.7]"),
    ("<p>Ainsi.</p>", "<p style=\"color:red\">Ainsi.</p>", "[10.1]"),
    ("initial-scale=1", "initial-scale=1, user-scalable=no", "[10.4]"),
];

/// What a browser would mend in silence.
const BENT: [(&str, &str); 6] = [
    ("</section>", ""),
    ("<p>Ainsi.</p>", "<p>Ainsi.<ul></ul></p>"),
    ("<p>Ainsi.</p>", "<p>Ainsi.</div>"),
    ("<h1>Signaux</h1>", "<h1 class=titre>Signaux</h1>"),
    ("<h1>Signaux</h1>", "<h1 id=\"a\" id=\"b\">Signaux</h1>"),
    ("</body>\n</html>", "</body>\n</html><p"),
];

#[test]
fn a_good_page_has_no_fault() {
    assert_eq!(faults(GOOD, "fr"), Vec::<String>::new());
}

#[test]
fn each_defect_is_found() {
    let bent = BENT.iter().map(|(good, bad)| (*good, *bad, "[8.2]"));
    for (good, bad, criterion) in DEFECTS.into_iter().chain(bent) {
        assert!(GOOD.contains(good), "{good}");
        let found = faults(&GOOD.replacen(good, bad, 1), "fr");
        assert!(found.iter().any(|fault| fault.contains(criterion)), "{good} → {bad}: {found:?}");
    }
}

#[test]
fn a_table_without_a_name_is_found() {
    let alone = GOOD
        .replace("<section aria-labelledby=\"ouverts\">", "<section>")
        .replace("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-labelledby=\"ouverts\">", "<div>");
    assert!(faults(&alone, "fr").iter().any(|fault| fault.contains("[5.4]")));
    let bare = GOOD.replace("<th ", "<td ").replace("</th>", "</td>");
    assert!(faults(&bare, "fr").iter().any(|fault| fault.contains("[5.6]")));
}
