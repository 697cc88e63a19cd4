//! Parameters as a user writes them: `b=5,w=3,limit54=5:4`, under their names in the R package.

use crate::{CusumMean, CusumTransform, Method, PowerTransform, SurveillanceError, ThresholdMethod};

/// The widest window and the longest stretch left out, in periods.
const WIDEST: usize = 1_000;
/// Longest text repeated in a message, in characters.
const SHOWN: usize = 40;

impl Method {
    /// The names of the parameters it takes.
    pub fn parameters(&self) -> &'static [&'static str] {
        match self {
            Self::Bayes(_) => &["b", "w", "actY", "alpha"],
            Self::Cusum(_) => &["k", "h", "m", "trans", "alpha", "reset"],
            Self::Ears(..) => &["baseline", "minSigma", "alpha"],
            Self::Farrington(_) => {
                &["b", "w", "reweight", "alpha", "trend", "limit54", "powertrans", "populationOffset"]
            }
            Self::FarringtonFlexible(_) => &[
                "b",
                "w",
                "reweight",
                "weightsThreshold",
                "alpha",
                "trend",
                "pThresholdTrend",
                "limit54",
                "powertrans",
                "noPeriods",
                "pastWeeksNotIncluded",
                "thresholdMethod",
                "populationOffset",
            ],
            Self::Glr(_) => &["c.ARL", "alpha", "theta", "M", "Mtilde", "S", "trend"],
        }
    }

    /// Sets the parameters of a text `NAME=VALUE,…` and checks the whole. `TRUE`, `FALSE` and `NULL` may be written in
    /// small letters.
    ///
    /// # Errors
    /// [`SurveillanceError::Unknown`] for a name the method does not take; [`SurveillanceError::Written`] for a value that
    /// does not read; [`SurveillanceError::Parameter`] for one that makes no sense.
    ///
    /// ```
    /// use beffroi_surveillance::Method;
    ///
    /// let method = Method::from_code("farrington").ok_or("a method")?;
    /// let method = method.with_parameters("b=3,w=3,alpha=0.01,limit54=5:4,powertrans=2/3")?;
    /// assert!(matches!(method, Method::Farrington(params) if params.b == 3 && params.alpha == 0.01));
    /// assert!(method.with_parameters("k=1").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_parameters(mut self, text: &str) -> Result<Self, SurveillanceError> {
        for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.set(name.trim(), value.trim())?;
        }
        self.check()?;
        Ok(self)
    }

    fn set(&mut self, name: &str, text: &str) -> Result<(), SurveillanceError> {
        let Some(name) = self.parameters().iter().copied().find(|known| *known == name) else {
            return Err(SurveillanceError::Unknown {
                name: name.chars().take(SHOWN).collect(),
                method: self.code(),
                known: self.parameters().join(", "),
            });
        };
        let value = Value { name, text };
        match self {
            Self::Bayes(params) => match name {
                "b" => params.b = value.whole(0, 100)?,
                "w" => params.w = value.whole(0, WIDEST)?,
                "actY" => params.act_y = value.truth()?,
                _ => params.alpha = value.number()?,
            },
            Self::Cusum(params) => match name {
                "k" => params.k = value.number()?,
                "h" => params.h = value.number()?,
                "m" => params.m = value.mean()?,
                "trans" => params.trans = value.transform()?,
                "reset" => params.reset = value.truth()?,
                _ => params.alpha = value.number()?,
            },
            Self::Ears(_, params) => match name {
                "baseline" => params.baseline = value.whole(3, WIDEST)?,
                "minSigma" => params.min_sigma = value.number()?,
                _ => params.alpha = value.number()?,
            },
            Self::Farrington(params) => match name {
                "b" => params.b = value.whole(1, 100)?,
                "w" => params.w = value.whole(0, WIDEST)?,
                "reweight" => params.reweight = value.truth()?,
                "trend" => params.trend = value.truth()?,
                "limit54" => params.limit54 = value.limit()?,
                "powertrans" => params.powertrans = value.power()?,
                "populationOffset" => params.population_offset = value.truth()?,
                _ => params.alpha = value.number()?,
            },
            Self::FarringtonFlexible(params) => match name {
                "b" => params.b = value.whole(1, 100)?,
                "w" => params.w = value.whole(0, WIDEST)?,
                "reweight" => params.reweight = value.truth()?,
                "weightsThreshold" => params.weights_threshold = value.number()?,
                "trend" => params.trend = value.truth()?,
                "pThresholdTrend" => params.p_threshold_trend = value.number()?,
                "limit54" => params.limit54 = value.limit()?,
                "powertrans" => params.powertrans = value.power()?,
                "noPeriods" => params.no_periods = value.whole(1, 52)?,
                "pastWeeksNotIncluded" => {
                    params.past_weeks_not_included = if value.is_null() { None } else { Some(value.whole(0, WIDEST)?) };
                }
                "thresholdMethod" => params.threshold_method = value.threshold()?,
                "populationOffset" => params.population_offset = value.truth()?,
                _ => params.alpha = value.number()?,
            },
            Self::Glr(params) => match name {
                "c.ARL" => params.c_arl = value.number()?,
                "theta" => params.theta = if value.is_null() { None } else { Some(value.number()?) },
                // As R writes "any number of weeks back".
                "M" => params.window = if value.text == "-1" { None } else { Some(value.whole(1, WIDEST)?) },
                "Mtilde" => params.least = value.whole(1, WIDEST)?,
                "S" => params.harmonics = value.whole(0, 12)?,
                "trend" => params.trend = value.truth()?,
                _ => params.alpha = if value.is_null() { None } else { Some(value.number()?) },
            },
        }
        Ok(())
    }
}

/// A value being read.
struct Value<'a> {
    name: &'static str,
    text: &'a str,
}

impl Value<'_> {
    fn wrong(&self, expected: String) -> SurveillanceError {
        let value = self.text.chars().take(SHOWN).collect();
        SurveillanceError::Written { name: self.name, value, expected }
    }

    fn number(&self) -> Result<f64, SurveillanceError> {
        let read = self.text.parse::<f64>().ok().filter(|value| value.is_finite());
        read.ok_or_else(|| self.wrong("a number, such as 0.01".to_owned()))
    }

    fn whole(&self, least: usize, most: usize) -> Result<usize, SurveillanceError> {
        let read = self.text.parse::<usize>().ok().filter(|value| (least..=most).contains(value));
        read.ok_or_else(|| self.wrong(format!("a whole number from {least} to {most}")))
    }

    fn truth(&self) -> Result<bool, SurveillanceError> {
        match self.text {
            "TRUE" | "true" => Ok(true),
            "FALSE" | "false" => Ok(false),
            _ => Err(self.wrong("TRUE or FALSE".to_owned())),
        }
    }

    fn is_null(&self) -> bool {
        self.text == "NULL" || self.text == "null"
    }

    /// `5:4`, at least five cases over four periods.
    fn limit(&self) -> Result<(f64, usize), SurveillanceError> {
        let read = self.text.split_once(':').and_then(|(cases, periods)| {
            let (cases, periods) = (cases.parse::<f64>().ok()?, periods.parse::<usize>().ok()?);
            (cases.is_finite() && periods <= WIDEST).then_some((cases, periods))
        });
        read.ok_or_else(|| self.wrong("cases and periods, as 5:4".to_owned()))
    }

    fn power(&self) -> Result<PowerTransform, SurveillanceError> {
        match self.text {
            "2/3" => Ok(PowerTransform::TwoThirds),
            "1/2" => Ok(PowerTransform::Half),
            "none" => Ok(PowerTransform::None),
            _ => Err(self.wrong("2/3, 1/2 or none".to_owned())),
        }
    }

    fn threshold(&self) -> Result<ThresholdMethod, SurveillanceError> {
        match self.text {
            "delta" => Ok(ThresholdMethod::Delta),
            "nbPlugin" => Ok(ThresholdMethod::NbPlugin),
            "muan" => Ok(ThresholdMethod::Muan),
            _ => Err(self.wrong("delta, nbPlugin or muan".to_owned())),
        }
    }

    fn mean(&self) -> Result<CusumMean, SurveillanceError> {
        match self.text {
            "glm" => Ok(CusumMean::Season),
            _ if self.is_null() => Ok(CusumMean::Past),
            _ => self.number().map(CusumMean::Given).map_err(|_| self.wrong("NULL, glm or a number".to_owned())),
        }
    }

    fn transform(&self) -> Result<CusumTransform, SurveillanceError> {
        Ok(match self.text {
            "standard" => CusumTransform::Standard,
            "rossi" => CusumTransform::Rossi,
            "anscombe" => CusumTransform::Anscombe,
            "anscombe2nd" => CusumTransform::Anscombe2nd,
            "pearsonNegBin" => CusumTransform::PearsonNegBin,
            "none" => CusumTransform::None,
            _ => {
                let known = "standard, rossi, anscombe, anscombe2nd, pearsonNegBin or none";
                return Err(self.wrong(known.to_owned()));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(code: &str, text: &str) -> Result<Method, SurveillanceError> {
        Method::from_code(code).unwrap().with_parameters(text)
    }

    /// Every parameter a method says it takes is read, and changes it or is its default.
    #[test]
    fn every_parameter_is_read() {
        let values = ["3", "4", "0.2", "TRUE", "FALSE", "7:5", "1/2", "muan", "glm", "rossi"];
        for code in ["bayes", "cusum", "glrnb", "ears-c1", "farrington", "farrington-flexible"] {
            // Without a year to go back to, Bayes needs its last weeks.
            let base = if code == "bayes" { "b=2" } else { "" };
            let method = with(code, base).unwrap();
            for name in method.parameters() {
                let changed = values.iter().filter_map(|value| with(code, &format!("{base},{name}={value}")).ok());
                assert!(changed.into_iter().any(|changed| changed != method), "{code} {name}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let said = |code, text| with(code, text).unwrap_err().to_string();
        assert!(said("ears-c1", "k=1").contains("baseline, minSigma, alpha"));
        assert!(said("farrington", "b=trois").contains("b = trois"));
        assert!(said("farrington", "limit54=5").contains("5:4"));
        assert!(said("farrington", "alpha=2").contains("between 0 and 1"));
        assert!(said("cusum", "w").contains('w'));
        assert!(said("farrington", "w=99999999999999999999").len() < 120);
    }
}
