//! The new threat: messages in the name of a parcel carrier that does not exist, in four northern departments, growing week by week.

use crate::calendar::last_weeks;
use crate::generate::GenerateError;
use crate::identifiers::Phones;
use crate::phenomena::Phenomena;
use crate::planting::{Budget, Planted, Tag};
use crate::random::{Random, Weighted};
use crate::row::{Author, Category, File};
use crate::truth::{Key, NewThreat, SeriesTruth, TruthWeek};
use beffroi_model::{Grain, Period};
use jiff::ToSpan;

const PHENOMENON: &str = "phishing";
const BRAND: &str = "Relaivo";
const DOMAIN: &str = "suivi-relaivo.example";
const DEPARTMENTS: [(u64, &str); 4] = [(5, "59"), (3, "62"), (2, "76"), (1, "80")];

/// Complaints a week in a set of 200 000 reports, and the least that still shows.
const WEEKS: [(u64, u64); 5] = [(6, 5), (14, 10), (30, 20), (55, 35), (80, 50)];

/// Where and when the threat is planted.
pub(crate) struct Setting<'t> {
    pub(crate) reports: u64,
    pub(crate) year: i16,
    pub(crate) phenomena: &'t Phenomena,
}

/// Plants the threat in the last five whole ISO weeks of the year; nothing when there is no room for it. Three platform reports
/// come with ten complaints.
pub(crate) fn plant<'t>(
    setting: &Setting<'t>,
    phones: &mut Phones,
    random: &mut Random,
    budget: &mut Budget,
    series: &mut Vec<SeriesTruth>,
    planted: &mut Vec<Planted<'t>>,
) -> Result<Option<NewThreat>, GenerateError> {
    let Setting { reports, year, phenomena } = *setting;
    let phenomenon = phenomena.get(PHENOMENON)?;
    let wanted: Vec<u64> = WEEKS.iter().map(|(full, least)| (full * reports / 200_000).max(*least)).collect();
    let room = budget.left(File::Unites, year, Category::Biens) / 2;
    let sum: u64 = wanted.iter().sum();
    // A small set holds a smaller threat of the same shape.
    let complaints: Vec<u64> = wanted.into_iter().map(|n| if sum > room { n * room / sum } else { n }).collect();
    if complaints.iter().sum::<u64>() < 3 {
        return Ok(None);
    }
    let numbers: Vec<String> = (0..2).filter_map(|_| phones.planted()).collect();
    let departments = Weighted::new(DEPARTMENTS);
    let weekdays = Weighted::new([(125, 0), (119, 1), (112, 2), (110, 3), (106, 4), (76, 5), (52, 6)]);
    let mut weeks = Vec::new();
    for (idx, (monday, n)) in last_weeks(year, 5).into_iter().zip(complaints).enumerate() {
        let platform = std::iter::repeat_n(File::Cyber17, usize::try_from(n * 3 / 10).unwrap_or(0));
        let units = std::iter::repeat_n(File::Unites, usize::try_from(n).unwrap_or(0));
        for file in units.chain(platform) {
            let reported = monday.saturating_add(weekdays.pick(random).unwrap_or(0).days());
            if !budget.take(file, reported, Category::Biens) {
                continue;
            }
            let phone = if random.chance(400) { random.below(2) } else { 2 };
            planted.push(Planted {
                file,
                reported,
                phenomenon,
                department: departments.pick(random),
                occurred: Some(reported.saturating_sub(random.between(0, 4).days())),
                loss_cents: None,
                sector: None,
                author: Author {
                    phone: numbers.get(usize::try_from(phone).unwrap_or(2)).cloned(),
                    domain: Some(DOMAIN.to_owned()),
                    ..Author::default()
                },
                series: Some(series.len()),
                tag: Tag::Threat { week: idx },
            });
        }
        weeks.push(TruthWeek {
            week: Period::containing(monday, Grain::Week).to_string(),
            complaints: Vec::new(),
            platform_reports: Vec::new(),
        });
    }
    let key = |kind: &str, value: &str| Key { kind: kind.to_owned(), value: value.to_owned() };
    let mut keys = vec![key("domain-name", DOMAIN)];
    keys.extend(numbers.iter().map(|number| key("phone-number", number)));
    series.push(SeriesTruth {
        id: "SYN-SERIES-THREAT".to_owned(),
        kind: "new-threat".to_owned(),
        phenomenon: PHENOMENON.to_owned(),
        keys,
        members: Vec::new(),
    });
    Ok(Some(NewThreat {
        phenomenon: PHENOMENON.to_owned(),
        brand: BRAND.to_owned(),
        domain: DOMAIN.to_owned(),
        phones: numbers,
        departments: DEPARTMENTS.iter().map(|(_, code)| (*code).to_owned()).collect(),
        first_week: weeks.first().map(|week| week.week.clone()).unwrap_or_default(),
        weeks,
    }))
}
