//! 100 000 canaries: words that stand nowhere else, in flashes and reports of each marking there is, and every channel by
//! which something leaves, read by somebody cleared for each marking there is. What comes out is what the one policy lets
//! out ([`Marking::may_leave`]), channel by channel: a new channel does not compile before it has its probe here.

use super::client::Client;
use super::machines::{ask, scope, token_of, widest_token};
use super::made::{self, Facts, Models};
use super::people::{TODAY, assignment, give};
use super::sample::now;
use beffroi_desk_observatory::indicators::{Catalogue, Request, published};
use beffroi_desk_observatory::publication::Publication;
use beffroi_desk_threat::alerts::{self, Alert};
use beffroi_desk_threat::annual_report::{self, ChapterText, Options};
use beffroi_desk_threat::diffusion::{self, DiffusionError, DiffusionSettings, Engines, Recipient, Selection};
use beffroi_document::html::{Words, page};
use beffroi_model::{Channel, Marking, Pap, Tlp};
use beffroi_ports::doubles::{NullTypesetter, PostOffice, WrittenFetch};
use beffroi_ports::{Dimension, FetchRequest, FetchResponse, Letter};
use beffroi_rights::{GrantOutcome, Kind, Right, Role, ServiceId, State, Subject, World, propose_grant};
use beffroi_store::{AlertRow, By, JournalQuery};
use beffroi_wording::Lang;
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex};

/// Things of each marking; the list of flashes shows 200.
const OF_EACH: usize = 9;
/// Canaries of one thing.
const IN_EACH: usize = 560;

/// Every marking there is.
fn markings() -> Vec<Marking> {
    Tlp::ALL.into_iter().flat_map(|tlp| Pap::ALL.map(|pap| Marking { tlp, pap })).collect()
}

/// The canaries of one thing, half of them.
fn words(thing: usize, half: usize) -> String {
    (0..IN_EACH / 2).map(|n| format!("canari{thing:04}z{half}z{n:03} ")).collect()
}

/// The things of which canaries stand in a text, with how many.
fn seen(bytes: &[u8]) -> BTreeMap<usize, usize> {
    let text = String::from_utf8_lossy(bytes);
    let mut seen = BTreeMap::new();
    for (at, mark) in text.match_indices("canari") {
        if let Some(thing) = text.get(at + mark.len()..at + mark.len() + 4).and_then(|digits| digits.parse().ok()) {
            *seen.entry(thing).or_default() += 1;
        }
    }
    seen
}

/// What the program says while it is asked.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The registers with their canaries: thing `n` has the marking `n % 20`.
struct Grove {
    client: Client,
    things: Vec<Marking>,
    references: Vec<String>,
    log: Lines,
}

fn login(ceiling: Marking) -> String {
    format!("cleared-{}-{}", ceiling.tlp.label().to_lowercase().replace('+', "."), ceiling.pap.label().to_lowercase())
}

impl Grove {
    async fn planted() -> Self {
        let client = Client::stranger().await;
        let store = &client.app.store;
        let models = Models::of(store).await;
        let by = || By::new("cli", now());
        let things: Vec<Marking> = (0..OF_EACH).flat_map(|_| markings()).collect();
        let mut references = Vec::new();
        for (n, marking) in things.iter().enumerate() {
            let facts = Facts {
                owner: ServiceId::house(),
                territory: "FR".parse().unwrap(),
                marking: *marking,
                state: State::Published,
                author: Some("somebody".parse().unwrap()),
            };
            let reference = format!("FLASH-2026-{}", 1000 + n);
            let model = AlertRow { title_fr: words(n, 0), title_en: words(n, 1), ..models.alert.clone() };
            made::alert(store, &model, &reference, &facts).await;
            references.push(reference);
        }
        // One built report of each marking, whose file holds the canaries of the first thing so marked.
        for (n, marking) in markings().into_iter().enumerate() {
            let year = i16::try_from(1100 + n).unwrap();
            let facts = Facts {
                owner: ServiceId::house(),
                territory: "FR".parse().unwrap(),
                marking,
                state: State::Published,
                author: None,
            };
            made::report(store, year, &facts).await;
            let folder = client.app.data.join("reports").join(year.to_string());
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("report.pdf"), words(n, 0) + &words(n, 1)).unwrap();
        }
        for ceiling in markings() {
            store.account_create(&login(ceiling), "Personne d’essai", None, false, &by()).await.unwrap();
            let mut given = assignment(Role::Analyst, World::Coordination);
            given.clearance = ceiling;
            give(store, &login(ceiling), given).await;
        }
        // Something waits to be sent: two persons have to agree to a right over the whole country.
        let right = assignment(Role::Validator, World::Coordination);
        let tree = store.service_tree().await.unwrap();
        let held = [assignment(Role::Manager, World::Coordination), right.clone()];
        for login in ["proposer-1", "second-1"] {
            store.account_create(login, "Personne d’essai", None, false, &by()).await.unwrap();
            for given in held.clone() {
                give(store, login, given).await;
            }
        }
        let giver = Subject::new("proposer-1".parse().unwrap(), held, [], &tree).unwrap();
        let person = login(Marking::UNKNOWN).parse().unwrap();
        let grantee = store.rights(&person, now()).await.unwrap().subject;
        match propose_grant(&giver, &grantee, Right::Role(right), TODAY).unwrap() {
            GrantOutcome::AwaitsSecond(proposal) => {
                store.grant_propose(proposal, &By::new("proposer-1", now())).await.unwrap();
            }
            GrantOutcome::InForce(_) => panic!("one person gives the whole country"),
        }
        Self { client, things, references, log: Lines::default() }
    }

    /// Every flash of the register, as the operator's command line reads it.
    async fn flashes(&self) -> Vec<Alert> {
        alerts::list(&self.client.app.store).await.unwrap()
    }

    /// The pages or files that somebody cleared up to `ceiling` gets at these addresses.
    async fn fetched(&mut self, ceiling: Marking, paths: &[String]) -> Vec<u8> {
        self.client.become_of(&login(ceiling)).await;
        let mut all = Vec::new();
        for path in paths {
            all.extend(self.client.get(path).await.bytes);
        }
        all
    }

    /// Everything that leaves by a channel whose far end is cleared up to `ceiling`.
    async fn leaves(&mut self, channel: Channel, ceiling: Marking) -> Vec<u8> {
        let one_of_each = || self.references.iter().take(markings().len());
        let fr_and_en = |path: String| [format!("{path}?lang=fr"), format!("{path}?lang=en")];
        match channel {
            Channel::Page => {
                let lists = ["/", "/alertes", "/rapport", "/signaux", "/series"].map(str::to_owned);
                let each = one_of_each().map(|reference| format!("/alertes/{reference}"));
                let paths: Vec<String> = lists.into_iter().chain(each).flat_map(fr_and_en).collect();
                self.fetched(ceiling, &paths).await
            }
            Channel::Download => {
                let forms = |reference: &String| {
                    let each = ["html", "txt", "cap", "stix", "misp", "json", "annex"];
                    let each = each.map(|form| format!("/alertes/{reference}/fichiers/{form}"));
                    [format!("/alertes/{reference}/pdf")].into_iter().chain(each)
                };
                let flashes = one_of_each().flat_map(forms).flat_map(fr_and_en);
                let reports = (0..markings().len()).map(|n| format!("/rapport/{}/report.pdf", 1100 + n));
                let paths: Vec<String> = flashes.chain(reports).collect();
                self.fetched(ceiling, &paths).await
            }
            // A token holds no more than its person, and no more than it was made for.
            Channel::Api => {
                let person = widest_token(&self.client, &login(ceiling)).await;
                let scope = scope(&[Kind::Alert, Kind::Signal], ceiling, &[]);
                let narrowed = token_of(&self.client, &login(Marking::UNKNOWN), &scope).await.format();
                let lists = ["/api/v1/alerts", "/api/v1/signals"].map(str::to_owned);
                let each = one_of_each().map(|reference| format!("/api/v1/alerts/{reference}"));
                let paths: Vec<String> = lists.into_iter().chain(each).collect();
                let mut all = Vec::new();
                for token in [person, narrowed] {
                    for path in &paths {
                        let bearer = [("authorization", format!("Bearer {token}"))];
                        all.extend(ask(&self.client, path, &bearer).await.bytes);
                    }
                }
                for held in self.client.app.store.tokens_of(&login(Marking::UNKNOWN)).await.unwrap() {
                    let by = By::new(login(Marking::UNKNOWN), now());
                    self.client.app.store.token_revoke(&held.handle, &by).await.unwrap();
                }
                all
            }
            // Cards of each marking, the canaries in their names, over the figures of the sample.
            Channel::FiguresFile => {
                let (facts, request) =
                    (self.client.app.facts.as_ref(), Request { by: vec![Dimension::Year], ..Request::default() });
                let figures = published(facts, "digital-offences", &request, now(), "0.0-test").await.unwrap();
                let model = Catalogue::builtin().card("digital-offences").unwrap().clone();
                let mut all = Vec::new();
                for (thing, marking) in markings().into_iter().enumerate() {
                    let mut card = model.clone();
                    card.label.fr = words(thing, 0);
                    card.definition.en = words(thing, 1);
                    let publication = Publication { card: &card, request: &request, figures: &figures, marking };
                    let Ok(leaving) = publication.leave(channel, ceiling) else { continue };
                    all.extend(leaving.zip().unwrap());
                    all.extend(leaving.sdmx_csv().unwrap().into_bytes());
                    all.extend(leaving.sdmx_json().unwrap().into_bytes());
                }
                all
            }
            Channel::AnnualReport => {
                let store = &self.client.app.store;
                let (mut all, chapters) = (Vec::new(), self.chapters());
                for lang in Lang::ALL {
                    let options = Options {
                        snapshot: None,
                        now: now(),
                        lang,
                        program_version: "0.0-test",
                        lists: beffroi_codes::Lists::house(),
                        marking: ceiling,
                        sources: &[],
                        signals: &annual_report::signals_of(store, 2025, lang).await.unwrap(),
                        alerts: &annual_report::alerts_of(store, 2026, lang).await.unwrap(),
                        chapters: &chapters,
                        cited: &[],
                    };
                    all.extend(built(&self.client, &options).await);
                }
                all
            }
            // The operator is cleared for everything on the machine, and for nothing beyond it: each flash leaves with its
            // marking beside it.
            Channel::Terminal => {
                let flashes = self.flashes().await;
                let marked = |flash: &&Alert| serde_json::to_value(flash).unwrap()["marking"]["tlp"].is_string();
                let left = flashes.iter().filter(|flash| flash.marking.may_leave(channel, ceiling)).filter(marked);
                left.flat_map(|flash| serde_json::to_vec(flash).unwrap()).collect()
            }
            Channel::FlashFile => {
                let mut all = Vec::new();
                let some: Vec<&String> = one_of_each().collect();
                let flashes = self.flashes().await;
                let written = flashes.iter().filter(|flash| some.contains(&&flash.reference.to_string()));
                for flash in written.filter(|flash| flash.marking.may_leave(channel, ceiling)) {
                    for lang in Lang::ALL {
                        let text = page(&alerts::document(flash, lang), &Words::new(|key| lang.say(key)));
                        assert!(
                            text.contains(&flash.marking.to_string()),
                            "{} leaves without its marking",
                            flash.reference
                        );
                        all.extend(text.into_bytes());
                    }
                }
                all
            }
            Channel::Mail | Channel::Notice | Channel::Webhook => {
                let (letters, told) = self.posted(ceiling).await;
                let with_content = channel == Channel::Mail;
                match channel {
                    Channel::Webhook => told.into_iter().flat_map(|request| request.body).collect(),
                    _ => letters
                        .into_iter()
                        .filter(|letter| letter.html.is_some() == with_content)
                        .flat_map(|letter| {
                            format!("{}\n{}\n{:?}", letter.subject, letter.text, letter.html).into_bytes()
                        })
                        .collect(),
                }
            }
            Channel::Feed => {
                let paths: Vec<String> =
                    Tlp::ALL.map(|tlp| format!("/alertes/flux/{}", tlp.label().to_lowercase())).into();
                let paths: Vec<String> = paths.into_iter().flat_map(fr_and_en).collect();
                self.fetched(ceiling, &paths).await
            }
            Channel::Outbox => {
                let waiting = self.client.app.store.outbox_list(1_000_000).await.unwrap();
                waiting.iter().flat_map(|message| format!("{message:?}").into_bytes()).collect()
            }
            Channel::Log => std::mem::take(&mut *self.log.0.lock().unwrap()),
            Channel::Journal => {
                let store = &self.client.app.store;
                let told = store.journal_search(&JournalQuery::default(), 1_000_000).await.unwrap();
                let mut all = format!("{told:?}").into_bytes();
                let mut from = 0;
                while let Ok(records) = store.journal_export(from, 1000).await
                    && !records.is_empty()
                {
                    from += records.len() as u64;
                    all.extend(records.iter().flat_map(|record| record.to_line().into_bytes()));
                }
                all
            }
        }
    }

    /// What a recipient cleared up to `ceiling` is sent of a flash of each marking, by mail and to its machine.
    async fn posted(&self, ceiling: Marking) -> (Vec<Letter>, Vec<FetchRequest>) {
        let store = &self.client.app.store;
        let id = format!("probe-{}", store.recipients().await.unwrap().len());
        let url = format!("https://{id}.example/");
        let fields = [
            ("id", id.as_str()),
            ("name", "Sonde"),
            ("direction", "sondes"),
            ("service", &id),
            ("mail", &format!("{id}@direction.example")),
            ("webhook", &url),
            ("tlp", ceiling.tlp.label()),
            ("pap", ceiling.pap.label()),
            ("since", "2020-01-01"),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let by = || By::new("cli", now());
        let probe = Recipient::read(&fields, TODAY).unwrap();
        diffusion::import(store, vec![probe], &by()).await.unwrap();
        // The house lets everything go by mail that the policy lets go.
        let settings = DiffusionSettings { mail_ceiling: Marking::UNKNOWN, ..DiffusionSettings::default() };
        let to = Selection { services: vec![id], ..Selection::default() };
        for reference in self.references.iter().take(markings().len()) {
            let alert = alerts::show(store, &reference.parse().unwrap()).await.unwrap().unwrap();
            match diffusion::send(store, &alert, &to, &settings, &by()).await {
                Ok(_) | Err(DiffusionError::Nobody { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        let post = PostOffice::new();
        let answer = FetchResponse { status: 204, headers: Vec::new(), body: Vec::new() };
        let net = WrittenFetch::new().answering(&url, Ok(answer));
        let engines = Engines { store, post: &post, fetch: Some(&net), typesetter: &NullTypesetter, clock: now };
        diffusion::deliver(&engines, &settings).await.unwrap();
        (post.taken(), net.asked())
    }

    /// A chapter of each marking, with the canaries of a thing so marked in its title and its text.
    fn chapters(&self) -> Vec<ChapterText> {
        let of = |marking: Marking| self.things.iter().position(|thing| *thing == marking).map(|n| (n, marking));
        let chapter = |(n, marking): (usize, Marking)| ChapterText {
            reference: format!("CHAP-2025-{n:04}"),
            title: words(n, 0),
            blocks: vec![beffroi_document::make::paragraph(words(n, 1))],
            handed_in: "2025-06-01".parse().unwrap(),
            validated: "2025-06-02".parse().unwrap(),
            marking,
            synthetic: true,
        };
        markings().into_iter().filter_map(of).map(chapter).collect()
    }

    /// What came out and should not have.
    fn leaks(&self, channel: Channel, ceiling: Marking, bytes: &[u8]) -> Vec<String> {
        let out = seen(bytes).into_keys().map(|thing| self.things[thing]);
        out.filter(|marking| !marking.may_leave(channel, ceiling))
            .map(|marking| format!("{marking} left by {channel}, cleared up to {ceiling}"))
            .collect()
    }
}

/// An annual report whole: document, tables, certificates.
async fn built(client: &Client, options: &Options<'_>) -> Vec<u8> {
    let report = annual_report::build(client.app.facts.as_ref(), 2025, options).await.unwrap();
    let mut all = serde_json::to_vec(&[&report.document, &report.press_sheet, &report.summary]).unwrap();
    all.extend(report.tables.iter().flat_map(|(name, csv)| format!("{name}\n{csv}").into_bytes()));
    all.extend(annual_report::birth_certificates_json(&report).to_string().into_bytes());
    all
}

#[tokio::test]
async fn no_canary_of_100_000_leaves_beyond_its_marking_by_any_channel() {
    let mut grove = Grove::planted().await;
    let lines = grove.log.clone();
    let log = tracing_subscriber::fmt().with_writer(move || lines.clone()).with_ansi(false);
    let log = log.with_max_level(tracing::level_filters::LevelFilter::TRACE).finish();
    let _guard = tracing::subscriber::set_default(log);
    assert!(grove.things.len() * IN_EACH >= 100_000, "{} canaries only", grove.things.len() * IN_EACH);
    tracing::info!("the log is read");
    let mut n_out: BTreeMap<Channel, usize> = BTreeMap::new();
    let mut n_read: BTreeMap<Channel, usize> = BTreeMap::new();
    for ceiling in markings() {
        for channel in Channel::ALL {
            let bytes = grove.leaves(*channel, ceiling).await;
            *n_read.entry(*channel).or_default() += bytes.len();
            assert_eq!(grove.leaks(*channel, ceiling, &bytes), Vec::<String>::new());
            let out = seen(&bytes);
            *n_out.entry(*channel).or_default() += out.values().sum::<usize>();
            // The probe sees: every marking that may leave by this channel does, for a reader who is cleared for it.
            for marking in markings().into_iter().filter(|marking| marking.may_leave(*channel, ceiling)) {
                let left = out.keys().any(|thing| grove.things[*thing] == marking);
                assert!(left, "{marking} may leave by {channel} up to {ceiling}, and the probe does not see it");
            }
        }
    }
    assert!(n_read.values().all(|bytes| *bytes > 0), "a channel is not read: {n_read:?}");
    println!("{} canaries; bytes read: {n_read:?}; came out where they may: {n_out:?}", grove.things.len() * IN_EACH);
}

/// The twins: each channel that forgets the policy, or a half of it, is found.
#[tokio::test]
async fn a_channel_that_forgets_the_policy_is_found() {
    let mut grove = Grove::planted().await;
    let green = Marking { tlp: Tlp::Green, pap: Pap::Green };
    for channel in Channel::ALL {
        // What somebody cleared for everything gets, handed to somebody who is not.
        let bytes = match channel {
            Channel::Page
            | Channel::Download
            | Channel::Api
            | Channel::Terminal
            | Channel::FlashFile
            | Channel::FiguresFile
            | Channel::AnnualReport
            | Channel::Mail
            | Channel::Feed
            | Channel::Webhook => grove.leaves(*channel, Marking::UNKNOWN).await,
            // A message, a line or an entry that repeats a title.
            Channel::Notice | Channel::Outbox | Channel::Log | Channel::Journal => words(0, 0).into_bytes(),
        };
        assert!(!grove.leaks(*channel, green, &bytes).is_empty(), "{channel} leaks and is not found");
    }
    // A report that looks at TLP alone.
    let store = &grove.client.app.store;
    let mut flashes = annual_report::alerts_of(store, 2026, Lang::Fr).await.unwrap();
    for flash in &mut flashes {
        flash.marking.pap = Pap::Clear;
    }
    let options = Options {
        snapshot: None,
        now: now(),
        lang: Lang::Fr,
        program_version: "0.0-test",
        lists: beffroi_codes::Lists::house(),
        marking: green,
        sources: &[],
        signals: &[],
        alerts: &flashes,
        chapters: &[],
        cited: &[],
    };
    let bytes = built(&grove.client, &options).await;
    let leaks = grove.leaks(Channel::AnnualReport, green, &bytes);
    assert!(!leaks.is_empty() && leaks.iter().all(|leak| !leak.starts_with("TLP:RED")), "{leaks:?}");
}
