//! The list: a new function that reads is one line here, or one line with a reason in [`EXEMPT`].

use crate::readers::{once, round, seeds};
use crate::{codes, doors, figures, law, records, series, tables, words};
use beffroi_journal::{Checkpoint, Month, SignedNote, VerifierKey};
use beffroi_model::{
    AlertRef, DeliveryId, Grain, Layer, ObservableKind, Pap, Period, ReportId, ReportKind, Role, SeriesId, Sex,
    SignalId, SituationRef, SourceId, Territory, Tlp, VictimKind,
};
use beffroi_rights::{ApiToken, Network, PersonId};
use beffroi_wording::Lang;

/// One thing to call on a stranger's bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name: that of its file in `fuzz/fuzz_targets/`.
    pub name: &'static str,
    /// The functions it calls, as [`crate::survey`] names them: `ROOM/FILE FUNCTION`.
    pub covers: &'static [&'static str],
    /// Calls them; panics when what must hold does not.
    pub call: fn(&[u8]),
    /// Bytes to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

macro_rules! targets {
    ($($name:literal: $call:expr, $seeds:expr, [$($covers:literal),* $(,)?];)*) => {
        /// Every target, in alphabetical order.
        pub const TARGETS: &[Target] =
            &[$(Target { name: $name, covers: &[$($covers),*], call: $call, seeds: $seeds }),*];
    };
}

targets! {
    "akoma_ntoso": law::akoma, law::akoma_seeds, ["legal/akoma read_akoma_ntoso"];
    "api_token": |bytes| { let _ = ApiToken::parse(crate::readers::text(bytes)); },
        || vec![ApiToken::from_random([7; 32]).format().into_bytes()], ["rights/api_token parse"];
    "article": codes::article, codes::article_seeds, ["codes/article Article::from_str"];
    "backup_archive": doors::backup_archive, doors::backup_archive_seeds, ["vault/backup read_archive"];
    "backup_file": doors::backup_file, doors::backup_file_seeds, [];
    "base64": words::base64, || seeds(&["", "AAAA", "BwcHBw=="]), [];
    "bases": words::bases, words::bases_seeds, ["retention/basis from_csv"];
    "card": words::card, words::card_seeds, ["indicators/card read", "indicators/catalogue read"];
    "checkpoint": once::<Checkpoint>, words::checkpoint_seeds, ["journal/checkpoint Checkpoint::from_str"];
    "checkpoints": words::checkpoints, words::checkpoint_seeds,
        ["journal/export checkpoints_from_text", "journal/checkpoint SignedCheckpoint::from_str"];
    "code_list": words::code_list, words::code_list_seeds, ["codes/parse parse"];
    "code_list_file": codes::list_file, codes::list_file_seeds, ["codes/read_list read_list", "codes/wire parse_list"];
    "code_list_frames": codes::list_frames, codes::list_frames_seeds, ["codes/wire put"];
    "communes": codes::communes, codes::communes_seeds, ["codes/communes read_communes"];
    "container": tables::container, || vec![(0..=255).collect(), vec![0; 600]], [];
    "cookies": doors::cookies, doors::cookies_seeds, ["web/hostile cookies"];
    "crosswalk": codes::crosswalk, codes::crosswalk_seeds, ["codes/crosswalk_parse parse_crosswalk"];
    "csv": tables::csv, tables::csv_seeds, ["tabular/read read_rows", "tabular/wire parse"];
    "csv_made": tables::csv_made, tables::csv_made_seeds, ["tabular/read read_rows"];
    "csv_western": tables::csv_western, tables::csv_seeds, ["tabular/read read_rows"];
    "data_package": figures::data_package, figures::data_package_seeds, ["datapackage/read read"];
    "decision_tree": law::decision_tree, law::decision_tree_seeds, ["decision/tree from_toml"];
    "declaration": tables::declaration, tables::declaration_seeds, ["tabular/declaration parse"];
    "declared": words::declared, words::declared_seeds, ["indicators/waterfall/declared read"];
    "dsn": law::bounce, dsn_seeds, ["dsn/lib read", "dsn/wire parse"];
    "dsn_frames": law::bounce_frames, law::bounce_frames_seeds, [];
    "exercise_plan": records::plan, records::plan_seeds, ["exercise/read read_plan"];
    "form": doors::form, doors::form_seeds, ["web/hostile form"];
    "forwarded": doors::forwarded, doors::forwarded_seeds, ["web/hostile forwarded"];
    "frames": tables::frames, tables::frames_seeds, [];
    "grid": tables::grid, tables::xlsx_seeds, ["tabular/wire/grid parse_grid"];
    "grid_frames": tables::grid_frames, tables::grid_frames_seeds, ["tabular/wire/grid put"];
    "grid_sheet": tables::grid_sheet, tables::xlsx_sheet_seeds, ["tabular/wire/grid parse_grid"];
    "gzip": tables::gzip, tables::csv_seeds, ["tabular/read read_rows"];
    "host": doors::host, doors::host_seeds, ["web/hostile host"];
    "ids": ids, || seeds(&["SIG-2024-w07-a", "SER-ab12", "FLASH-2025-001", "synth-perceval", "P1", "DEL-00000000000000000000000000000001"]),
        ["model/ids $name::from_str", "rights/ids $name::from_str"];
    "journal_export": words::journal_export, words::journal_export_seeds, [];
    "journal_line": words::journal_line, words::journal_line_seeds, ["journal/export from_line"];
    "json": tables::json, tables::json_seeds, ["tabular/read read_rows"];
    "json_lines": tables::json_lines, tables::json_lines_seeds, ["tabular/read read_rows"];
    "key_files": doors::key_files, doors::key_files_seeds, ["vault/keys open", "vault/keys RecordDigest::from_str"];
    "law_file": law::law_file, law::law_file_seeds, ["legal/wire parse", "legal/wire read_law"];
    "law_frames": law::law_frames, law::law_frames_seeds, ["ports/taking lettered"];
    "legal_identifiers": law::identifiers, law::identifiers_seeds,
        ["cooperation/table StateCode::from_str", "legal/id Celex::from_str", "legal/id DilaId::from_str", "legal/id Ecli::from_str",
         "legal/id EliFrance::from_str", "legal/id EliUnion::from_str", "legal/id Identifier::from_str", "legal/id Nor::from_str",
         "legal/state State::from_str"];
    "legal_tables": law::tables, law::tables_seeds,
        ["clocks/table from_csv", "cooperation/examine from_csv", "cooperation/parties from_csv", "cooperation/routes from_csv"];
    "legi_article": law::article, law::article_seeds, ["legal/legi read_legi_article"];
    "legi_json": law::tree_of_text, law::tree_of_text_seeds, ["legal/json read_legi_json"];
    "look": tables::look, tables::look_seeds, ["tabular/wire/look read", "tabular/wire parse"];
    "month": round::<Month>, || seeds(&["2026-11", "9999-12", "-0001-01"]), ["journal/month_key Month::from_str"];
    "natinf": codes::natinf, codes::natinf_seeds, ["codes/natinf read_natinf"];
    "network": network, || seeds(&["192.0.2.0/24", "2001:db8::/32", "0.0.0.0/0"]), ["rights/network Network::from_str"];
    "note": once::<SignedNote>, words::checkpoint_seeds, ["journal/note SignedNote::from_str"];
    "observable": words::observable, words::observable_seeds, ["observables/canonical canonical"];
    "ods": tables::ods, tables::ods_seeds, ["tabular/read read_rows"];
    "openid_answers": doors::openid_answers, doors::openid_answers_seeds, [];
    "openid_return": doors::openid_return, doors::openid_return_seeds, [];
    "orientation_walk": law::walk, law::walk_seeds, ["decision/walk walk"];
    "origin": words::origin, || seeds(&["essai.example/journal", "a+b", " "]), ["journal/writer new"];
    "parquet": tables::parquet, tables::parquet_seeds, ["tabular/read read_rows"];
    "passkey_answer": doors::passkey_answer, doors::passkey_answer_seeds, [];
    "passkey_state": doors::passkey_state, doors::passkey_state_seeds, [];
    "pattern": tables::pattern, || seeds(&["^(?<a>[0-9]+)-(?<b>.*)$", "(a|b){1,50}", "\\p{L}+"]),
        ["tabular/declaration/pattern new"];
    "period": period, || seeds(&["2024", "2024-Q1", "2024-02", "2024-W53", "2024-02-29", "-009999", "month"]),
        ["model/period Period::from_str", "model/period Grain::from_str"];
    "policy": words::policy, words::policy_seeds, ["rights/policy parse"];
    "proof": words::proof, words::proof_seeds, ["journal/proof from_text", "journal/proof verify_inclusion"];
    "purpose": words::purpose, || seeds(&["vérifier une plainte déposée\nPV 2025/123", "\n"]),
        ["rights/consultation new", "rights/break_glass check_glass_reason"];
    "register_value": records::value, records::value_seeds, ["register/value canonical"];
    "request": words::request, words::request_seeds, ["indicators/request read"];
    "sandbox_request": tables::request, tables::declaration_seeds, ["tabular/wire parse"];
    "sdmx_csv": figures::sdmx_csv, figures::sdmx_csv_seeds, ["sdmx/csv_form read_csv"];
    "sdmx_data": figures::sdmx_data, figures::sdmx_data_seeds, ["sdmx/json_data read_data"];
    "sdmx_names": figures::sdmx_names, figures::sdmx_names_seeds,
        ["sdmx/id ArtefactRef::from_str", "sdmx/id new", "sdmx/period TimePeriod::from_str"];
    "sdmx_structure": figures::sdmx_structure, figures::sdmx_structure_seeds, ["sdmx/json_structure read_structure"];
    "series_params": series::params, series::params_seeds, ["surveillance/params with_parameters"];
    "series_table": series::table, series::table_seeds, ["surveillance/table read_table"];
    "territory": round::<Territory>, || seeds(&["01", "2A", "974", "FR", "R11", "NL", "--"]), ["model/territory Territory::from_str"];
    "verifier_key": once::<VerifierKey>, || seeds(&["essai.example/journal+1a2b3c4d+AQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUF"]),
        ["journal/keys VerifierKey::from_str"];
    "warning_list": words::warning_list, words::warning_list_seeds, ["misp/warning_list read_warning_list"];
    "words": model_words, || seeds(&["TLP:AMBER+STRICT", "PAP:RED", "recorded", "url", "victim", "complaint", "individual", "fr"]),
        ["model/layer Layer::from_str", "model/marking Tlp::from_str", "model/marking Pap::from_str",
         "model/observable ObservableKind::from_str", "model/observable Role::from_str", "model/report ReportKind::from_str",
         "model/report VictimKind::from_str", "model/report Sex::from_str", "wording/lang Lang::from_str", "rights/words $name::from_str"];
    "xapi_frames": law::statement_frames, law::statement_frames_seeds, [];
    "xapi_statements": law::statements, law::statements_seeds, ["elearning/statement read_statements", "elearning/wire parse"];
    "xlsx": tables::xlsx, tables::xlsx_seeds, ["tabular/read read_rows"];
    "xlsx_parts": tables::xlsx_parts, tables::xlsx_parts_seeds, ["tabular/read read_rows"];
    "xlsx_sheet": tables::xlsx_sheet, tables::xlsx_sheet_seeds, ["tabular/read read_rows"];
    "zip": tables::zip, tables::zip_seeds, ["tabular/read read_rows"];
}

/// Functions that have the look of a reader and are none, and why.
pub const EXEMPT: &[(&str, &str)] = &[
    (
        "codes/mapping map",
        "looks lists and codes up; the texts are compared, and cut by characters where an error shows them",
    ),
    (
        "cooperation/examine decide",
        "takes the words of a person of the house; counted and kept, nothing is read from them",
    ),
    ("indicators/catalogue card", "looks a code up; the text is compared and never cut"),
    ("indicators/catalogue under", "looks a code and a version up; the texts are compared and never cut"),
    ("indicators/catalogue versions", "looks a code up; the text is compared and never cut"),
    ("journal/writer resume", "checks the same name as `Journal::new`, which is a target"),
    ("net/origins new", "takes the addresses that the house itself calls, from its own configuration"),
    ("retention/basis set", "looks a code up; the text is compared and never cut"),
    ("retention/certificate new", "takes the house's own references, and checks them as the journal does its own"),
    ("ports/taking read_through", "hands a file over to the wall unread; what reads it behind it is a target"),
    (
        "retention/grounds new",
        "looks up the codes that the house's own configuration names; compared, and cut by characters",
    ),
    ("rights/break_glass open_glass", "counts the characters of a reason; nothing is read from it"),
];

fn dsn_seeds() -> Vec<Vec<u8>> {
    let head = "To: r+0123456789abcdef0123456789abcdef@b.example\r\n\r\nContent-Type: message/delivery-status\r\n\r\n";
    seeds(&[
        &format!(
            "{head}Action: failed\r\nStatus: 5.1.1\r\n--b\r\nMessage-ID: <0123456789abcdef0123456789abcdef@b>\r\n"
        ),
        &format!("{head}Action: delayed\r\nStatus: 4.4\r\n"),
        "content-type:message/delivery-status",
    ])
}

fn ids(bytes: &[u8]) {
    round::<AlertRef>(bytes);
    round::<DeliveryId>(bytes);
    round::<ReportId>(bytes);
    round::<SeriesId>(bytes);
    round::<SignalId>(bytes);
    round::<SituationRef>(bytes);
    round::<SourceId>(bytes);
    once::<PersonId>(bytes);
}

fn period(bytes: &[u8]) {
    round::<Period>(bytes);
    once::<Grain>(bytes);
}

fn network(bytes: &[u8]) {
    once::<Network>(bytes);
}

fn model_words(bytes: &[u8]) {
    round::<Tlp>(bytes);
    round::<Pap>(bytes);
    once::<Layer>(bytes);
    once::<ObservableKind>(bytes);
    once::<Role>(bytes);
    once::<ReportKind>(bytes);
    once::<VictimKind>(bytes);
    once::<Sex>(bytes);
    once::<Lang>(bytes);
    once::<beffroi_rights::Role>(bytes);
    once::<beffroi_rights::Act>(bytes);
    once::<beffroi_rights::Kind>(bytes);
    once::<beffroi_rights::World>(bytes);
}

/// A target whose reader is broken: it shows that [`crate::run`] finds one.
#[cfg(test)]
pub(crate) const BROKEN: Target = Target {
    name: "broken",
    covers: &[],
    call: |bytes| {
        // As a reader forgets that a text may be shorter than its head.
        let end = bytes.iter().position(|byte| *byte == b'=').unwrap_or(bytes.len());
        assert!(end < 7 || bytes.len() > 3 + end, "the value of a key was cut off");
    },
    seeds: || seeds(&["encoding=utf-8", "separator=;"]),
};
