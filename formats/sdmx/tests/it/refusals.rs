//! What is not written, and what is not read: each guard with the message that passes without the fault.

use crate::example::{header, message, observation, structures};
use beffroi_sdmx::{
    ArtefactRef, DataMessage, MOST_BYTES, SdmxError, Structures, Value, read_csv, read_data, read_structure, write_csv,
    write_data, write_structure,
};

/// A change of a message, and a part of what must be said of it.
type Fault<'a> = (&'a str, &'a dyn Fn(&mut DataMessage));

#[test]
fn what_would_tell_or_mislead_is_not_written() {
    let faults: &[Fault<'_>] = &[
        ("take the value out", &|m| m.data_sets[1].observations[1].value = Some(Value::Whole(3))),
        ("no status that says why", &|m| m.data_sets[0].observations[0].value = None),
        ("not of the frequency", &|m| m.data_sets[0].observations[0].period = "2024-01".parse().unwrap()),
        ("not in the list of its dimension", &|m| m.data_sets[0].observations[0].key[1] = "99".into()),
        ("one code a dimension", &|m| m.data_sets[0].observations[0].key.truncate(1)),
        ("twice", &|m| m.data_sets[0].observations[1].key[1] = "FR".into()),
        ("no finite number", &|m| m.data_sets[0].observations[0].value = Some(Value::Real(f64::NAN))),
        ("must be there", &|m| drop(m.data_sets[0].attributes.remove("UNIT_MEASURE"))),
        ("not in its list", &|m| drop(m.data_sets[0].attributes.insert("UNIT_MEASURE".into(), "X".into()))),
        ("whole number", &|m| drop(m.data_sets[0].attributes.insert("DECIMALS".into(), "01".into()))),
        ("does not have in that place", &|m| drop(m.data_sets[0].attributes.insert("OBS_STATUS".into(), "A".into()))),
        ("oldest first", &|m| m.data_sets.reverse()),
        ("oldest first", &|m| m.data_sets[0].vintage = None),
        ("no observation", &|m| m.data_sets[0].observations.clear()),
        ("no data set", &|m| m.data_sets.clear()),
    ];
    let structures = structures();
    assert!(write_data(&message(), &structures).is_ok());
    for (said, change) in faults {
        let mut message = message();
        change(&mut message);
        for error in
            [write_data(&message, &structures).unwrap_err(), write_csv(&message.data_sets, &structures).unwrap_err()]
        {
            assert!(error.to_string().contains(said), "{said}: {error}");
        }
    }
}

#[test]
fn a_formula_is_not_written_as_csv() {
    for comment in ["=1+1", "@SUM(A1)", "+cmd", "-cmd", "\t=1", "＝1"] {
        let mut message = message();
        message.data_sets[0].observations[0].attributes.insert("COMMENT_OBS".into(), comment.into());
        let refused = write_csv(&message.data_sets, &structures());
        assert!(matches!(refused, Err(SdmxError::Formula { .. })), "{comment}");
        assert!(write_data(&message, &structures()).is_ok(), "JSON is no spreadsheet");
    }
}

#[test]
fn structures_that_do_not_fit_are_refused() {
    type Change<'a> = (&'a str, &'a dyn Fn(&mut Structures));
    let faults: &[Change<'_>] = &[
        ("code list", &|s| drop(s.codelists.remove(1))),
        ("code list", &|s| s.codelists.push(s.codelists[0].clone())),
        ("CONF_STATUS", &|s| drop(s.structure.attributes.remove(1))),
        ("CONF_STATUS", &|s| {
            s.structure.attributes[1].representation = s.structure.attributes[0].representation.clone()
        }),
        ("concept `OBS_VALUE`", &|s| s.concepts.concepts.retain(|c| c.id != "OBS_VALUE")),
        ("component", &|s| s.structure.dimensions[1].id = "FREQ".into()),
        ("`A B`", &|s| s.codelists[1].codes[0].id = "A B".into()),
        ("parent", &|s| s.codelists[1].codes[1].parent = Some("99".into())),
        ("own parents", &|s| s.codelists[1].codes[0].parent = Some("01".into())),
        ("32 deep", &|s| {
            let mut code = s.codelists[1].codes[0].clone();
            for at in 0..33 {
                code.parent = Some(std::mem::replace(&mut code.id, format!("C{at}")));
                s.codelists[1].codes.push(code.clone());
            }
        }),
        ("code `FR`", &|s| s.codelists[1].codes[1].id = "FR".into()),
        ("both languages", &|s| s.dataflow.name.en = " ".into()),
        ("no code", &|s| s.codelists[4].codes.clear()),
        ("version", &|s| s.dataflow.artefact.version = "1".into()),
    ];
    assert!(structures().check().is_ok());
    for (said, change) in faults {
        let mut structures = structures();
        change(&mut structures);
        let error = write_structure(&header(), &structures).unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
    }
    for text in ["A:B", "A:B(1)", "A:B(1.0.0.0)", "A:B(01.0)", ":B(1.0)", "A:(1.0)", "A:B(1.0", "A B:C(1.0)"] {
        assert!(text.parse::<ArtefactRef>().is_err(), "{text}");
    }
}

#[test]
fn readers_take_what_is_written_and_nothing_else() {
    let structures = structures();
    let json = write_data(&message(), &structures).unwrap();
    for (from, to) in [
        ("\"test\":true", "\"test\":true,\"test\":false"),
        ("\"test\":true", "\"test\":true,\"more\":1"),
        ("\"0:0:1\":", "\"0:9:1\":"),
        ("\"0:0:1\":", "\"0:0\":"),
        ("\"0:1:1\":", "\"0:0:1\":"),
        ("[null,1,1,null]", "[7,1,1,null]"),
        ("Notion FREQ", "Autre chose"),
        ("\"keyPosition\":1", "\"keyPosition\":0"),
        ("2025-06-30T08:00:00Z", "2024-06-30T08:00:00Z"),
        ("\"action\":\"Information\"", "\"action\":\"Delete\""),
    ] {
        assert!(json.contains(from), "{from}");
        assert!(read_data(json.replacen(from, to, 1).as_bytes(), &structures).is_err(), "{from} → {to}");
    }
    let written = write_structure(&header(), &structures).unwrap();
    for (from, to) in [
        ("\"isPartial\":true", "\"isPartial\":true,\"more\":1"),
        ("\"isPartial\":true", "\"isPartial\":true,\"isPartial\":false"),
        ("\"position\":1", "\"position\":3"),
        ("CL_FREQ(2.1)", "CL_FREQ(2.2)"),
        ("\"ObservationalTimePeriod\"", "\"String\""),
    ] {
        assert!(written.contains(from), "{from}");
        assert!(read_structure(written.replacen(from, to, 1).as_bytes()).is_err(), "{from} → {to}");
    }
    let csv = write_csv(&message().data_sets, &structures).unwrap();
    for (from, to) in [
        ("STRUCTURE_ID", "ID"),
        ("DF(1.0.0),I,A,01", "DF(1.0.0),D,A,01"),
        ("DF(1.0.0),I,A,01", "DF(2.0.0),I,A,01"),
        (",,Q,C,", ",7,Q,C,"),
        (",432400,", ",0x10,"),
        (",432400,", ",NaN,"),
        (",432400,", ",\"432400\",,"),
        ("2025-06-30T08:00:00Z\r", "2025-06-30T09:00:00Z\r"),
    ] {
        assert!(csv.contains(from), "{from}");
        assert!(read_csv(csv.replacen(from, to, 1).as_bytes(), &structures).is_err(), "{from} → {to}");
    }
    let other_end = csv.replace("2025-06-30T08:00:00Z\r", "2025-06-30T09:00:00Z\r");
    assert_eq!(read_csv(other_end.as_bytes(), &structures), Err(SdmxError::Form("VALID_TO")));
}

#[test]
fn what_is_too_long_is_not_begun() {
    let long = vec![b' '; MOST_BYTES + 1];
    let too_long = |error: SdmxError| matches!(error, SdmxError::TooLong { .. });
    assert!(too_long(read_csv(&long, &structures()).unwrap_err()));
    assert!(too_long(read_data(&long, &structures()).unwrap_err()));
    assert!(too_long(read_structure(&long).unwrap_err()));
    let deep = "[".repeat(100_000);
    assert!(read_structure(deep.as_bytes()).is_err(), "depth is bounded");
}

#[test]
fn an_error_repeats_eighty_characters_at_most() {
    let mut message = message();
    message.header.id = "é".repeat(10_000);
    assert!(write_data(&message, &structures()).unwrap_err().to_string().len() < 400);
    let one = observation("A", "FR", "2024", Value::Whole(1));
    assert_eq!(one.key.len(), 2);
    assert!("x".repeat(10_000).parse::<beffroi_sdmx::TimePeriod>().unwrap_err().to_string().len() < 400);
}
