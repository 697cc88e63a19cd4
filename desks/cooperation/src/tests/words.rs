//! Every sheet, on whatever it may be made of, in both languages.

use super::{example, kept, now};
use crate::REGISTERS;
use crate::asked::Tables;
use beffroi_register::{Record, SheetContext, Step};
use beffroi_wording::Lang;

#[test]
fn no_sheet_lacks_a_word() {
    let on = |route: &str, preserved: &str, assisted: &str| {
        let mut request = kept(route, preserved, &[]);
        if !assisted.is_empty() {
            request.values.insert("assistance_on".to_owned(), assisted.to_owned());
        }
        request
    };
    let routes = Tables::house().unwrap();
    let mut records: Vec<Record> = routes
        .routes
        .all()
        .flat_map(|route| [on(&route.code, "2026-11-10", ""), on(&route.code, "2026-11-10", "2026-11-20")])
        .chain([on("budapest-preserve", "2026-10-01", ""), on("budapest-preserve", "2026-08-01", "")])
        .chain([
            example("outgoing_request", &[("facts_on", "2021-05-04")]),
            example("outgoing_request", &[("article", "CP 999-9"), ("data", "identification"), ("ask", "produce")]),
            example("outgoing_request", &[("months", "6"), ("requested_state", "VN"), ("urgency", "life")]),
        ])
        .collect();
    let step = |state: &str| Step { at: now(), by: "x".to_owned(), state: state.to_owned() };
    for register in REGISTERS {
        let mut record = register.example_record();
        record.path = register.states.iter().map(|state| step(state.name)).collect();
        records.push(record);
    }
    let kinds = ["arrests", "searches", "servers_seized", "domains_seized", "assets_seized_eur"];
    let more = ["victims_identified", "suspects_identified", "services_closed"];
    for kind in kinds.iter().chain(&more) {
        records.push(example(
            "operation_result",
            &[("operation", "JOPS-2026-0001"), ("kind", kind), ("counted_by", "us")],
        ));
    }
    let asked = [("year".to_owned(), "2026".to_owned())].into();
    for lang in Lang::ALL {
        for register in REGISTERS {
            for sheet in register.sheets {
                let of: Vec<Option<&Record>> = match sheet.of {
                    beffroi_register::Of::Register => vec![None],
                    beffroi_register::Of::Record => {
                        records.iter().filter(|record| record.register == register.name).map(Some).collect()
                    }
                };
                for record in of {
                    let context = SheetContext { register, record, records: &records, asked: &asked, now: now(), lang };
                    let said = match (sheet.make)(&context) {
                        Ok(blocks) => format!("{blocks:?}"),
                        Err(refusal) => refusal.say(register, lang),
                    };
                    assert!(!said.contains("[register-") && !said.contains("[cooperation-"), "{}: {said}", sheet.name);
                    assert!(!said.contains("[deadline-"), "{}: {said}", sheet.name);
                }
            }
        }
    }
}
