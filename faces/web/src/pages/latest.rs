//! What an indicator says last: its latest published figure, the period of it, and the line that leads there.

use crate::figures;
use crate::house::LakeView;
use crate::problem::Problem;
use beffroi_chart::{Head, Sparkline, Use};
use beffroi_desk_observatory::indicators::{Card, Figure, IndicatorError, Request};
use beffroi_model::{Grain, Period};
use beffroi_ports::Dimension;
use beffroi_wording::{Lang, Value};

/// Periods of the small line.
const N_SPARK: usize = 10;
/// Fewer than this make no line.
const LEAST_SPARK: usize = 3;

/// The latest figure of an indicator, and the values before it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Latest {
    /// The period of the figure: the last one that is over and was collected to its end.
    pub(crate) period: Period,
    /// The protected figure of that period; none when the sources count in different units, which are not added.
    pub(crate) figure: Option<Figure>,
    /// Whether the sources count in different units.
    pub(crate) mixed_units: bool,
    /// The last periods with their values, the oldest first, up to `period`.
    pub(crate) line: Vec<(Period, Option<f64>)>,
    /// Whether any of it was made by a generator.
    pub(crate) synthetic: bool,
}

/// The coarsest periods by which an indicator is known.
fn coarsest(card: &Card) -> Option<Dimension> {
    let grains = card.dimensions.iter().copied().filter(|d| d.grain().is_some());
    grains.max_by_key(|d| d.grain())
}

/// The latest figure up to the year `most`; none without figures.
pub(crate) async fn read(lake: &LakeView<'_>, card: &Card, most: i16) -> Result<Option<Latest>, Problem> {
    let Some(dimension) = coarsest(card) else { return Ok(None) };
    let figures = match lake.published(&card.code, Request { by: vec![dimension], ..Request::default() }).await {
        Err(IndicatorError::Units { .. }) => return apart(lake, card, dimension, most).await,
        other => other?,
    };
    let period_of = |row: &Figure| row.keys.first()?.as_deref()?.parse::<Period>().ok();
    let last = if dimension == Dimension::Year {
        let Some(year) = last_year_of(lake, card, most).await? else { return Ok(None) };
        Period::year(year).map_err(|_| Problem::Unclear("a year"))?
    } else {
        let periods = figures.rows.iter().filter_map(period_of).filter(|p| p.end().year() <= most);
        let Some(last) = periods.max() else { return Ok(None) };
        last
    };
    let mut before = vec![last];
    while before.len() < N_SPARK
        && let Some(earlier) = before.last().map(|p| p.previous())
    {
        before.push(earlier);
    }
    before.reverse();
    let mixed_units = figures.mixed_units;
    let value = |p: &Period| figures.value(&[&p.to_string()]).filter(|_| !mixed_units);
    let line = before.iter().map(|p| (*p, value(p))).skip_while(|(_, value)| value.is_none()).collect();
    let figure = figures.figure(&[&last.to_string()]).filter(|_| !mixed_units).cloned();
    Ok(Some(Latest { period: last, figure, mixed_units, line, synthetic: figures.certificate.synthetic }))
}

/// The latest period of an indicator that has no figure for all of its sources together: they count in different units.
async fn apart(lake: &LakeView<'_>, card: &Card, dimension: Dimension, most: i16) -> Result<Option<Latest>, Problem> {
    let by = vec![Dimension::Source, dimension];
    let figures = lake.published(&card.code, Request { by, ..Request::default() }).await?;
    let periods = figures.rows.iter().filter_map(|row| row.keys.last()?.as_deref()?.parse::<Period>().ok());
    let last = periods.filter(|period| period.end().year() <= most).max();
    let synthetic = figures.certificate.synthetic;
    Ok(last.map(|period| Latest { period, figure: None, mixed_units: true, line: Vec::new(), synthetic }))
}

/// The last year of an indicator, up to `most`, whose figures are whole: one whose last months have no figure at all is
/// a year that was not collected to its end, and would look like a fall. Nothing without figures.
pub(crate) async fn last_year_of(lake: &LakeView<'_>, card: &Card, most: i16) -> Result<Option<i16>, Problem> {
    let by_month = card.dimensions.contains(&Dimension::Month);
    let grain = if by_month { Dimension::Month } else { Dimension::Year };
    let figures = lake.published(&card.code, Request { by: vec![grain], ..Request::default() }).await?;
    let periods = figures.rows.iter().filter_map(|row| row.keys.first()?.as_deref()?.parse::<Period>().ok());
    let Some(last) = periods.max() else { return Ok(None) };
    let year = last.start().year();
    let whole = if last.end() == Period::containing(last.start(), Grain::Year).end() { year } else { year - 1 };
    Ok(Some(whole.min(most)))
}

impl Latest {
    /// The line as a drawing the size of a word; nothing when it is too short.
    pub(crate) fn spark(&self, card: &Card, t: Lang) -> String {
        if self.line.len() < LEAST_SPARK {
            return String::new();
        }
        let name = card.label.of(t.code());
        let from = self.line.first().map_or_else(String::new, |(p, _)| t.period(*p));
        let to = t.period(self.period);
        let title = t.say_with("web-spark", &[("name", name.into()), ("from", (&from).into()), ("to", (&to).into())]);
        let head = Head { id: format!("spark-{}", card.code), title, description: self.in_words(card, t) };
        Sparkline { head, values: self.line.iter().map(|(_, value)| *value).collect() }.svg(Use::Inline)
    }

    /// What the line shows, for whoever does not see it: where it starts and ends, its lowest and highest points.
    fn in_words(&self, card: &Card, t: Lang) -> String {
        let known: Vec<(Period, f64)> = self.line.iter().filter_map(|(p, v)| Some((*p, (*v)?))).collect();
        let told = |point: Option<&(Period, f64)>| {
            point.map_or_else(String::new, |(p, v)| {
                let (value, period) = (t.decimal(*v, card.decimals), t.period(*p));
                t.say_with("web-spark-point", &[("value", (&value).into()), ("period", (&period).into())])
            })
        };
        let (first, last) = (told(known.first()), told(known.last()));
        let low = told(known.iter().min_by(|a, b| a.1.total_cmp(&b.1)));
        let high = told(known.iter().max_by(|a, b| a.1.total_cmp(&b.1)));
        let unit = card.unit.of(t.code());
        let mut values: Vec<(&str, Value<'_>)> = vec![("unit", unit.into())];
        for (name, text) in [("first", &first), ("last", &last), ("low", &low), ("high", &high)] {
            values.push((name, text.as_str().into()));
        }
        t.say_with("web-spark-words", &values)
    }

    /// The figure in words; what to read instead when there is none.
    pub(crate) fn value(&self, card: &Card, t: Lang) -> String {
        if self.mixed_units { t.say("web-indicators-mixed") } else { figures::figure(t, card, self.figure.as_ref()) }
    }
}
