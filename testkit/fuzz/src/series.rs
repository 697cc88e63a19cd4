//! Targets of the watch: tables of series and parameters of methods, as a user brings them.

use crate::readers::{seeds, text};
use beffroi_surveillance::{Method, detect, read_table};

const METHODS: [&str; 8] =
    ["bayes", "cusum", "ears-c1", "ears-c2", "ears-c3", "farrington", "farrington-flexible", "glrnb"];

/// Periods of a series that are looked at: more teach nothing and take long.
const LONGEST: usize = 80;

/// What reads is a table whose series every method can look at.
pub(crate) fn table(bytes: &[u8]) {
    let Ok(table) = read_table(bytes, None) else { return };
    assert!(table.rejected <= table.rows, "rows left out are rows");
    assert!(table.faults.len() as u64 <= table.rejected, "a fault is a row left out");
    for series in table.series.iter().take(4) {
        let name = table.unit.name(series.first, 0);
        assert_eq!(table.unit.place(&name), Some(series.first), "`{name}` does not read back");
        if series.series.counts.len() > LONGEST {
            continue;
        }
        for code in METHODS {
            let Some(method) = Method::from_code(code) else { continue };
            let points = detect(&method, &series.series, 0..series.series.counts.len());
            assert!(
                points.is_ok_and(|points| points.len() == series.series.counts.len()),
                "a table that reads is looked at"
            );
        }
    }
}

pub(crate) fn table_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "series,period,count,population\na,2024-W07,3,100\na,2024-W09,,100\nb,2024-W07,9,7\n",
        "series,period,count\na,2024-02,3\na,2024-03,1e3\n\"x,y\",2024-02,NA\n",
        "count,period,series\n4,2024-02-05,s\n5,2024-02-12,s\n5,2024-02-12,s\n-1,2024-02-19,s\n",
        "series;period;count\na;1;2\n",
    ])
}

/// Parameters that are taken make a method that can be run.
pub(crate) fn params(bytes: &[u8]) {
    let counts: Vec<f64> = (0..30).map(|n| f64::from(n % 7)).collect();
    let calendar = beffroi_surveillance::Calendar::Index { frequency: 7 };
    let series = beffroi_surveillance::Series { counts, population: None, calendar };
    for code in METHODS {
        let method = Method::from_code(code).map(|method| method.with_parameters(text(bytes)));
        if let Some(Ok(method)) = method {
            assert!(detect(&method, &series, 20..30).is_ok(), "{code}: what was checked runs");
        }
    }
}

pub(crate) fn params_seeds() -> Vec<Vec<u8>> {
    seeds(&[
        "b=3,w=3,reweight=TRUE,alpha=0.01,trend=FALSE,limit54=5:4,powertrans=1/2",
        "noPeriods=10,weightsThreshold=2.58,pastWeeksNotIncluded=26,pThresholdTrend=1,thresholdMethod=muan",
        "k=1.04,h=2.26,m=glm,trans=anscombe2nd,reset=true",
        "c.ARL=5,theta=0.3,M=12,Mtilde=1,S=2,trend=TRUE,alpha=NULL",
        "baseline=7,minSigma=0.5",
        "b=2,actY=FALSE",
    ])
}
