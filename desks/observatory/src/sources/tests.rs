//! The list and the folder agree, and each source reads a sample of what it is meant for.

use super::*;
use beffroi_tabular::{AnyCode, Context, Facts, Finding, read_rows};
use beffroi_wording::Lang;
use jiff::civil::Date;
use std::ops::ControlFlow;
use std::path::Path;

#[test]
fn the_list_names_every_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sources");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".toml").map(str::to_owned))
        .collect();
    files.sort();
    let listed: Vec<&str> = BUILT_IN.iter().map(|(id, _)| *id).collect();
    assert_eq!(listed, files, "a source is one file in sources/ and one name in BUILT_IN, in alphabetical order");
}

#[test]
fn every_built_in_source_reads() {
    for (id, text) in BUILT_IN {
        let source = Source::parse(id, text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(source.id(), *id, "a file is named after its source");
        assert_eq!(source.declaration.synthetic, id.starts_with("synth-"), "{id}");
        assert!(catalogue().get(id).is_some());
        for lang in Lang::ALL {
            let told = explain(&source, lang);
            let text = format!("{told:?}");
            assert!(!text.contains("[source-"), "a word is missing: {text}");
            assert!(told.fields.len() >= 3);
        }
    }
}

#[test]
fn a_folders_source_joins_and_never_replaces() {
    let own = BUILT_IN[0].1.replacen(BUILT_IN[0].0, "own-source", 1);
    let joined = catalogue().clone().with("sources/own.toml", &own).unwrap();
    assert!(joined.get("own-source").is_some() && joined.get("synth-unites").is_some());
    let error = joined.with("sources/other.toml", &own).unwrap_err();
    assert!(error.to_string().contains("is that of sources/own.toml"), "{error}");
}

#[test]
fn a_wrong_declaration_shows_its_line() {
    let wrong = BUILT_IN[0].1.replacen("layer = \"recorded\"", "layer = \"enregistré\"", 1);
    let error = check("mine.toml", &wrong).unwrap_err();
    assert!(error.to_string().starts_with("mine.toml: line "), "{error}");
    let span = error.span().unwrap();
    assert_eq!(&error.text[span], "\"enregistré\"");
    let lists = BUILT_IN[0].1.replacen("list = \"departments\"", "list = \"duchies\"", 1);
    assert!(check("mine.toml", &lists).unwrap_err().to_string().contains("no code list `duchies`"));
}

#[test]
fn an_edit_is_another_mapping() {
    let source = source("synth-unites").unwrap();
    let edited = Source::parse("x", &format!("{}\n# note\n", source.text)).unwrap();
    assert_ne!(source.mapping_version(), edited.mapping_version());
    assert!(source.mapping_version().starts_with("2-"));
}

fn read(id: &str, bytes: &[u8]) -> (Facts, Vec<Finding>) {
    let source = source(id).unwrap();
    let plan = Plan::new(&source.declaration, &AnyCode).unwrap();
    let day = Date::constant(2026, 1, 31);
    let context = Context { today: day, vintage: day, codes: crate::intake::house_codes() };
    let (mut facts, mut findings) = (plan.no_facts(0), Vec::new());
    read_rows(&source.declaration.file, plan.columns(), bytes, &mut |step| {
        match step {
            Err(finding) => findings.push(finding),
            Ok(row) => {
                plan.map(row, &context, &mut facts, &mut findings);
            }
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    (facts, findings)
}

/// Each source, a sample of its layout and what it becomes.
#[test]
fn each_source_reads_its_sample() {
    let western = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let samples: Vec<(&str, Vec<u8>)> = vec![
        ("demo-departements", b"year,department,indicator,unit,value,population,vintage\n2024,53,fraud,victime,1200,307062,2025-12-17\n2024,2A,fraud,victime,900,,2025-12-17\n".to_vec()),
        ("demo-fraud-series", "period,territory,series,unit,value,correction,definition_version,vintage\n2021,FR,escroqueries,victime,432400,none,SSMSI-2024 (without THESEE),2024-03-04\n2024-01,FRM,escroqueries,victime,40000,cvs-cjo,SSMSI-2024 (with THESEE),2024-03-04\n".into()),
        ("demo-phishing", b"first_seen,domain\n2025-01-02,evil.example\n2025-01-03,xn--bcher-kva.example\n".to_vec()),
        ("demo-published-platforms", "series,period,value,unit,definition_version,publication,published_on\nthesee-declarations,2024,107331,déclaration,OFAC,RACY 2025,2025-07-01\nperceval-signalements,2023,259094,signalement,UNC,RACY 2025,2025-07-01\n".into()),
        ("demo-published-survey", "series,period,value,unit,definition_version,publication,published_on\nescroqueries-bancaires,2020,1305000,ménage victime,CVS,SSMSI,2024-03-04\ntaux-plainte-escroquerie-bancaire,2020,12.8,percent,CVS,SSMSI,2024-03-31\n".into()),
        ("demo-published-totals", b"series,period,value,unit,definition_version,publication,published_on\natteintes-numeriques,2023,278770,infraction,SSMSI-2024 (without THESEE),RACY 2024,2024-04-30\natteintes-numeriques,2023,358300,infraction,ILN-Insee-2025,\"Insee, RSS\",2025-10-14\n".to_vec()),
        ("demo-ransomware", b"claim_id,date,group,country\npost/1,2025-03-14,lockbit,FR\n46,2024-06-21,bashe,GB\n".to_vec()),
        ("gendarmerie-etat4001-2021", r#"[{"__id":1,"Année 2021 - compagnies de gendarmerie":"Code index","Départements":"Libellé index \\ CGD","01":"CGD BELLEY","2A.1":"CGD SARTENE"},
            {"__id":92,"Année 2021 - compagnies de gendarmerie":"91","Départements":"Escroqueries et abus de confiance","01":"195","2A.1":"237"},
            {"__id":97,"Année 2021 - compagnies de gendarmerie":"96","Départements":"Index non utilisé","01":"0","2A.1":"0"}]"#.into()),
        ("ofs-cyber-2022", "nom,nbInfractions,nbResolutions\r\n\"Cybercriminalité économique/Hacking/Péntrer un système\";\"246\";\"27\"\r\n".into()),
        ("ofs-cyber-articles", "Name,Cyber,Other,Infraction,Year\n146 CP,13613,5725,Escroquerie,2020\n".into()),
        ("ofs-cyber-parts", "name,value\nInfractions contre le patrimoine,43\nFaux dans les titres,7\n".into()),
        ("phishing-database", b"first_seen,domain\n2024-12-19T01:32:35+01:00,evil.example\n2024-12-19T01:32:35+01:00,worse.example\n".to_vec()),
        ("phishing-polkadot", "[\n\t{\"date\": \"2025-10-30\", \"url\": \"évil.example\"},\n\t{\"date\": \"2025-10-30\", \"url\": \"worse.example\"}\n]".into()),
        ("published-figures", "series,reference_period,value,unit_of_count,definition_version,publication,published_on,note\nASTAD,2016,10400,infractions,ILN-Insee-2025,Insee,2025-10-14,share\nprocédures rançongiciel entreprises/institutions,2020,380-460,procédures,SSMSI,Interstats,2021-11-24,range\n33700 signalements,2022,2200000,signalements,af2m,press,,\n".into()),
        ("ransomware-tracker", br#"{"entities": [
            {"id": "a-1", "domain": "Victim Ltd", "updated": "2025-03-14 14:53:56 UTC", "group_key": "ransomhub", "country": null},
            {"id": "46", "updated": "2024-06-21 10:10:00 UTC", "group_key": "bashe", "country": "Great Britain"}
        ], "total_count": 2}"#.to_vec()),
        ("ssmsi-base-2022", "\"Titre\",\"Ordonnees\",\"Source\",\"Sous_indicateur\",\"Statistique\",\"Zone_geographique\",\"Periodicite\",\"Unite_de_compte\",\"Correction\",\"valeurs1\",\"valeurs15\"\nEscroqueries,Nombre de victimes,Base,NonRenseigne,Nombre,France,Annuelle,Victimes,NonRenseigne,NonRenseigne,369100\nEscroqueries,Nombre de victimes,Base,NonRenseigne,Nombre,France,Mensuelle,Victimes,Série brute,NaN,19368\nannee,,,,NonRenseigne,,,,,2006,2020\n".into()),
        ("ssmsi-departements", "\u{feff}\"Code_departement\";\"Code_region\";\"annee\";\"indicateur\";\"unite_de_compte\";\"nombre\";\"taux_pour_mille\";\"insee_pop\"\n\"01\";\"84\";\"2016\";\"Homicides\";\"Victime\";\"5\";\"0,0078318\";\"638425\"\n\"976\";\"06\";\"2024\";\"Escroqueries et fraudes aux moyens de paiement\";\"Victime\";\"500\";\"1,5\";\"320901\"\n".into()),
        ("ssmsi-departements-2022", "\u{feff}classe;annee;Code.département;Code.région;unité.de.compte;millPOP;millLOG;faits;POP;LOG;tauxpourmille\nCambriolages de logement;16;01;84;infraction;16;16;1437;638425;308491,16;2,25\nVols avec armes;22;2A;94;infraction;20;19;9;158507;1,5;0,1\n".into()),
        ("ssmsi-escroqueries", "Indicateur,Sous_indicateur,Statistique,Zone_geographique,Periodicite,Unite_temps,Unite_de_compte,Correction,Valeurs\nEscroqueries et autres infractions assimilées,Non Renseigné,Nombre,France métropolitaine,Mensuelle,2022M03,Victimes,Série CVS-CJO,40000\nEscroqueries et autres infractions assimilées,Non Renseigné,Nombre,2A-Corse-du-Sud,Annuelle,2023,Victimes,Non Renseigné,1000\n".into()),
        ("ssmsi-series", "Indicateur,Sous_indicateur,Nomenclature,Declinaison,Statistique,Zone_geographique,Champ,Periodicite,Unite_temps,Unite_de_compte,Correction,Valeurs\nActes de vandalisme,Contre la voiture,Non Renseigné,Non Renseigné,Nombre,France métropolitaine,France métropolitaine,Annuelle,2006,Atteintes,Non Renseigné,1602000\nHomicides,Non Renseigné,Non Renseigné,Non Renseigné,Nombre,01-Ain,01-Ain,Annuelle,2023,Victimes,Non Renseigné,5\n".into()),
        ("ssmsi-taux-plainte", "Unite_temps,Valeurs,Sous_indicateur,Statistique,Zone_geographique,Unite_de_compte\n2006,0.574,Cambriolages,Taux de dépôt de plainte,France métropolitaine,Ménage victime\n2007,NA,Cambriolages,Taux de dépôt de plainte,France métropolitaine,Ménage victime\n2007,0.5,Vols,Taux de dépôt de plainte,France métropolitaine,Victime\n".into()),
        ("synth-17cyber", "\u{feff}id\tdate\tdepartement\tphenomene\tpublic\tsite\ttelephone\nC1\t2025-01-05\t53\tphishing\tparticulier\tevil.example\t01 99 00 12 34\nC2\t2025-01-05\t\tphishing\tcollectivité\t\t\n".into()),
        ("synth-perceval", b"report_id,reported_on,purchase_on,department,amount_eur,merchant_site,phenomenon\nP1,2025-01-05,2025-01-02,53,12.50,evil.example,card_fraud\nP2,2025-01-05,2025-01-02,NL,,,card_fraud\n".to_vec()),
        ("synth-thesee", br#"{"id":"T1","facts_on":"2025-01-01","reported_on":"2025-01-05","department":"53","category":"AN-BIENS","phenomenon":"fake_shop","stad":false,"victim":"individual","sex":"male","age_band":"65+","loss_eur":99.9,"author":{"phones":["+33199001234"],"domains":["evil.example","worse.example"],"emails":[],"ibans":["FR14 2004 1010 0505 0001 3M02 606"]},"victim_phone":"0639980000"}
{"id":"T2","facts_on":"2025-01-01","reported_on":"2025-01-05","department":"NL","category":"AN-BIENS","phenomenon":"phishing","stad":true,"victim":"company","sex":null,"age_band":null,"loss_eur":null,"author":{"phones":[],"domains":[],"emails":[],"ibans":[]},"victim_phone":null}"#.to_vec()),
        ("synth-unites", western("NUMERO;DATE_FAITS;DATE_PLAINTE;DEPT;CATEGORIE;PHENOMENE;STAD;VICTIME;SECTEUR;PREJUDICE_EUR;TELEPHONE_AUTEUR;SITE;COURRIEL;IBAN;TELEPHONE_VICTIME;SEXE;TRANCHE_AGE;TAILLE\nU1;01/01/2025;05/01/2025;53;AN-BIENS;fake_shop;N;particulier;;1 234,50;01 99 00 12 34;EVIL.example;a@evil.example;FR1420041010050500013M02606;06 39 98 00 00;F;25-34;\nU2;;05/01/2025;NL;AN-BIENS;intrusion;O;collectivité;O;;;;;;;;;250+\n")),
    ];
    let sampled: Vec<&str> = samples.iter().map(|(id, _)| *id).collect();
    let listed: Vec<&str> = BUILT_IN.iter().map(|(id, _)| *id).collect();
    assert_eq!(sampled, listed, "every source has a sample");
    for (id, sample) in samples {
        let (facts, findings) = read(id, &sample);
        assert_eq!(findings, [], "{id}");
        assert_eq!(facts.len(), 2, "{id}");
        insta::assert_json_snapshot!(id, told(&facts));
    }
}

/// The facts, one line each.
fn told(facts: &Facts) -> Vec<String> {
    match facts {
        Facts::Counts(counts) => counts
            .iter()
            .map(|c| format!("{} = {} of {:?} ({}, {:?})", c.key(), c.value, c.population, c.layer, c.tlp))
            .collect(),
        Facts::Reports(reports) => reports
            .iter()
            .map(|r| {
                let observables: Vec<String> =
                    r.observables.iter().map(|o| format!("{} {} {}", o.role.code(), o.kind, o.value)).collect();
                format!(
                    "{} {} {} {} on {} ({:?}) in {}: {:?} {:?} astad={} {:?} {:?} {:?} {:?}c [{}] {} synthetic={}",
                    r.id,
                    r.layer,
                    r.kind,
                    r.unit_of_count,
                    r.reported_on,
                    r.occurred_on,
                    r.territory,
                    r.category,
                    r.phenomenon,
                    r.astad,
                    r.victim_kind.map(|v| v.code()),
                    r.sector,
                    r.subject,
                    r.loss_cents,
                    observables.join(", "),
                    r.marking,
                    r.synthetic
                )
            })
            .collect(),
    }
}
