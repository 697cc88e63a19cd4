//! What is written is read back alike.

use crate::example::{header, message, observation, said, structures};
use beffroi_sdmx::{
    Action, DataMessage, DataSet, Frequency, TimePeriod, Value, read_csv, read_data, read_structure, write_csv,
    write_data, write_structure,
};
use proptest::prelude::*;

#[test]
fn a_message_comes_back_whole_in_each_form() {
    let (message, structures) = (message(), structures());
    let json = write_data(&message, &structures).unwrap();
    assert_eq!(read_data(json.as_bytes(), &structures).unwrap(), message);
    let csv = write_csv(&message.data_sets, &structures).unwrap();
    assert_eq!(read_csv(csv.as_bytes(), &structures).unwrap(), message.data_sets);
    let written = write_structure(&header(), &structures).unwrap();
    assert_eq!(read_structure(written.as_bytes()).unwrap(), (header(), structures));
}

#[test]
fn a_protected_cell_is_c_and_empty_in_each_form() {
    let (message, structures) = (message(), structures());
    let csv = write_csv(&message.data_sets, &structures).unwrap();
    let line = csv.lines().find(|line| line.contains(",2A,")).unwrap();
    assert_eq!(line, "dataflow,FR.ESSAI:DF(1.0.0),I,A,2A,2024,,Q,C,VICTIM,0,,2025-06-30T08:00:00Z,");
    let json: serde_json::Value = serde_json::from_str(&write_data(&message, &structures).unwrap()).unwrap();
    // Codes used: FREQ A first, REF_AREA 2A third, 2024 among the periods; CONF_STATUS F, C in the order of the list.
    let observation = &json["data"]["dataSets"][1]["observations"]["0:2:1"];
    assert_eq!(observation.to_string(), "[null,1,1,null]");
    let conf = &json["data"]["structures"][0]["attributes"]["observation"][1];
    assert_eq!((&conf["id"], &conf["values"][1]["id"]), (&"CONF_STATUS".into(), &"C".into()));
}

/// SDMX-CSV 2.0.0 field guide, "Column headers", and example 1 with a custom column.
#[test]
fn the_header_is_that_of_the_guide() {
    let csv = write_csv(&message().data_sets, &structures()).unwrap();
    let expected = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,CONF_STATUS,UNIT_MEASURE,\
                    DECIMALS,COMMENT_OBS,VALID_FROM,VALID_TO";
    assert_eq!(csv.lines().next(), Some(expected));
    assert!(csv.starts_with(&format!("{expected}\r\n")), "lines end as RFC 4180 has it");
    let mut alone = message().data_sets.remove(0);
    alone.vintage = None;
    let csv = write_csv(&[alone.clone()], &structures()).unwrap();
    assert!(!csv.contains("VALID_FROM"));
    assert_eq!(read_csv(csv.as_bytes(), &structures()).unwrap(), [alone]);
}

#[test]
fn vintages_follow_one_another() {
    let json: serde_json::Value = serde_json::from_str(&write_data(&message(), &structures()).unwrap()).unwrap();
    let sets = json["data"]["dataSets"].as_array().unwrap();
    assert_eq!(sets[0]["validTo"], sets[1]["validFrom"]);
    assert!(sets[1].get("validTo").is_none(), "the last one is still valid");
}

#[test]
fn periods_have_their_days() {
    for (text, frequency, first, last) in [
        ("2024", Frequency::Annual, "2024-01-01", "2024-12-31"),
        ("2024-S2", Frequency::HalfYearly, "2024-07-01", "2024-12-31"),
        ("2024-Q1", Frequency::Quarterly, "2024-01-01", "2024-03-31"),
        ("2024-02", Frequency::Monthly, "2024-02-01", "2024-02-29"),
        ("2020-W53", Frequency::Weekly, "2020-12-28", "2021-01-03"),
        ("2025-W01", Frequency::Weekly, "2024-12-30", "2025-01-05"),
        ("2024-02-29", Frequency::Daily, "2024-02-29", "2024-02-29"),
    ] {
        let period: TimePeriod = text.parse().unwrap();
        assert_eq!((period.to_string().as_str(), period.frequency()), (text, frequency));
        let (a, b) = period.days();
        assert_eq!((a.to_string().as_str(), b.to_string().as_str()), (first, last));
    }
    for text in [
        "",
        "24",
        "2024-",
        "2024-13",
        "2024-00",
        "2024-S3",
        "2024-Q0",
        "2024-W54",
        "2021-W53",
        "2023-02-29",
        "2024-1",
        "-009",
        "2024-07-1",
        "２０２４",
        "2024-01-01-01",
        "0999",
        "9999-W52x",
    ] {
        assert!(text.parse::<TimePeriod>().is_err(), "{text}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let finite = any::<f64>().prop_filter("finite", |number| number.is_finite());
    prop_oneof![any::<i64>().prop_map(Value::Whole), finite.prop_map(Value::Real)]
}

proptest! {
    /// Values come back to the bit, comments to the letter, in both forms.
    #[test]
    fn any_value_comes_back(values in prop::collection::vec(any_value(), 1..20), comment in "\\PC{0,30}[\n\"',;é]{0,3}", month in 1u8..13) {
        let observations = values.iter().enumerate().map(|(at, value)| {
            let mut one = observation("M", ["FR", "01", "2A"][at % 3], &format!("{}-{month:02}", 2000 + at), *value);
            if !comment.is_empty() && !comment.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
                one.attributes.insert("COMMENT_OBS".into(), comment.clone());
            }
            one
        });
        let set = DataSet { action: Action::Replace, vintage: None, attributes: said(&[("UNIT_MEASURE", "VICTIM")]), observations: observations.collect() };
        let message = DataMessage { header: header(), data_sets: vec![set] };
        let structures = structures();
        let json = write_data(&message, &structures).unwrap();
        prop_assert_eq!(&read_data(json.as_bytes(), &structures).unwrap(), &message);
        let csv = write_csv(&message.data_sets, &structures).unwrap();
        prop_assert_eq!(&read_csv(csv.as_bytes(), &structures).unwrap(), &message.data_sets);
    }
}
