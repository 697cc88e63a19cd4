//! Opens the engines of a data folder and hands them to a face.

use crate::{VERSION, config, exercise, io_fault, post, upkeep};
use beffroi_cli::args::Common;
use beffroi_cli::fault::{Fault, Outcome, ours};
use beffroi_cli::output::print;
use beffroi_cli::{Context, DataFolder};
use beffroi_lake::Lake;
use beffroi_ports::Keys;
use beffroi_sandbox::{ChildSandbox, Limits};
use beffroi_store::Store;
use beffroi_typeset::TypstTypesetter;
use beffroi_vault::FileKeys;
use beffroi_wording::Lang;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// `beffroi init`: an empty, configured data folder.
pub(crate) fn init(folder: &DataFolder, lang: Lang) -> Outcome {
    if folder.configuration().exists() {
        return Err(Fault::user(lang.say_with("cli-init-exists", &[("folder", (&display(folder)).into())])));
    }
    create(folder)?;
    print(&format!("{}\n", lang.say_with("cli-init-done", &[("folder", (&display(folder)).into())])))
}

/// Makes the folder and its configuration.
pub(crate) fn create(folder: &DataFolder) -> Outcome {
    fs::create_dir_all(folder.root()).map_err(|e| io_fault("create", folder.root(), &e))?;
    let path = folder.configuration();
    write_durably(&path, config::INITIAL).map_err(|e| io_fault("write", &path, &e))
}

/// Writes a file, and sees to it that it and its name are on the disk.
fn write_durably(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

/// The engines of `folder`, wired for a command. A folder of which a part only is of an exercise is not opened.
pub(crate) async fn context(folder: DataFolder, common: &Common, lang: Lang) -> Outcome<Context> {
    let context = wired(folder, common, lang, false).await?;
    exercise::refuse_mixed(&context)?;
    Ok(context)
}

/// The same for a folder that is being made an exercise: its marks come one after the other.
pub(crate) async fn unmarked(folder: DataFolder, common: &Common, lang: Lang) -> Outcome<Context> {
    wired(folder, common, lang, false).await
}

/// The same for who examines: registers whose journal is damaged open too, and take no write.
pub(crate) async fn examined(folder: DataFolder, common: &Common, lang: Lang) -> Outcome<Context> {
    wired(folder, common, lang, true).await
}

async fn wired(folder: DataFolder, common: &Common, lang: Lang, examine: bool) -> Outcome<Context> {
    if !folder.configuration().exists() {
        return Err(Fault::user(lang.say_with("cli-no-folder", &[("folder", (&display(&folder)).into())]))
            .with_help(lang.say("cli-no-folder-help")));
    }
    let config = config::read(&folder.configuration())?;
    let upkeep = upkeep::of(&config, &folder)?;
    if folder.restored().exists() && !upkeep::has_keys(&upkeep.keys) {
        let keys = upkeep.keys.display().to_string();
        let shown = display(&folder);
        let values = [("folder", (&shown).into()), ("keys", (&keys).into())];
        return Err(Fault::user(lang.say_with("cli-restore-waits", &values)));
    }
    let keys: Arc<dyn Keys> = Arc::new(FileKeys::open(&upkeep.keys, &config.keys.journal).map_err(ours)?);
    let store = match (&config.store.url, examine) {
        (Some(url), false) => Store::open(url, keys).await,
        (Some(url), true) => Store::open_to_examine(url, keys).await,
        (None, false) => Store::open_file(&folder.store(), keys).await,
        (None, true) => Store::open_file_to_examine(&folder.store(), keys).await,
    };
    let reach = config.serve.reach(folder.root(), None);
    let address = match (config.serve.hosts.first(), &reach) {
        (Some(host), Ok(reach)) if reach.tls.is_some() && reach.address.port() != 443 => {
            format!("https://{host}:{}", reach.address.port())
        }
        (Some(host), Ok(reach)) if reach.secure => format!("https://{host}"),
        _ => format!("http://127.0.0.1:{}", config.serve.port),
    };
    let diffusion = post::of(&config.post, &folder, &address)?;
    let lake = Lake::open(&folder.lake()).await.map_err(ours)?;
    let store = store.map_err(ours)?;
    let typesetter = exercise::typesetter(store.is_exercise(), Arc::new(TypstTypesetter::new()));
    Ok(Context {
        facts: Arc::new(lake),
        store,
        registry: Arc::new(crate::registers::all()),
        sandbox: Arc::new(ChildSandbox::of_this_program(Limits {
            memory_bytes: config.intake.memory_mib.saturating_mul(1 << 20),
            ..Limits::default()
        })),
        typesetter,
        diffusion,
        upkeep,
        false_alarms_a_month: config.watch.false_alarms_a_month,
        folder,
        lang,
        json: common.json,
        quiet: common.quiet,
        who: who(common),
        clock: jiff::Timestamp::now,
        version: VERSION,
    })
}

/// Who acts: the one named, else the operating-system user.
fn who(common: &Common) -> String {
    let named = common.who.clone();
    let system =
        || ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    named.or_else(system).unwrap_or_else(|| "operator".to_owned())
}

fn display(folder: &DataFolder) -> String {
    folder.root().display().to_string()
}
