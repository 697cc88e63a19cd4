//! The distributions that thresholds are made of: normal, Student, Poisson, negative binomial.
//!
//! All on `libm`, so that a threshold is the same to the last bit on every machine.

use libm::{erfc, exp, fabs, floor, lgamma, log, log1p, sqrt};

/// Upper tail of the standard normal distribution, P(Z > z).
pub(crate) fn normal_upper(z: f64) -> f64 {
    0.5 * erfc(z / std::f64::consts::SQRT_2)
}

/// The standard normal quantile: the `z` with P(Z ≤ z) = `p`. Infinite at 0 and 1, NaN outside.
///
/// Halley's iteration on `erfc` from a start by the tail's asymptotic form; it gains three times the digits a step.
pub(crate) fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if p == 1.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    // Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.23: within 4.5e-4 of the quantile.
    let t = sqrt(-2.0 * log(p));
    let mut z =
        ((0.010_328 * t + 0.802_853) * t + 2.515_517) / (((0.001_308 * t + 0.189_269) * t + 1.432_788) * t + 1.0) - t;
    for _ in 0..4 {
        let density = exp(-0.5 * z * z) / sqrt(2.0 * std::f64::consts::PI);
        if density <= 0.0 {
            break;
        }
        let u = (normal_upper(-z) - p) / density;
        z -= u / (1.0 + 0.5 * z * u);
    }
    z
}

/// Two-sided p-value of Student's `t` with `df` degrees of freedom; NaN when there is none.
pub(crate) fn student_two_sided(t: f64, df: f64) -> f64 {
    if !t.is_finite() || df <= 0.0 {
        return f64::NAN;
    }
    beta_regularised(0.5 * df, 0.5, df / (df + t * t))
}

/// P(X ≥ y) for a Poisson variable of mean `mean`, `y` a whole number.
pub(crate) fn poisson_upper(y: f64, mean: f64) -> f64 {
    if y <= 0.0 { 1.0 } else { gamma_regularised(y, mean) }
}

/// P(X ≥ y) for a negative binomial variable of mean `mean` and variance `dispersion` × `mean`, `dispersion` > 1.
pub(crate) fn negative_binomial_upper(y: f64, mean: f64, dispersion: f64) -> f64 {
    if y <= 0.0 { 1.0 } else { beta_regularised(y, mean / (dispersion - 1.0), 1.0 - 1.0 / dispersion) }
}

/// P(X ≥ y) for a binomial variable of `n` draws of probability `share`, `y` and `n` whole numbers.
pub(crate) fn binomial_upper(y: f64, n: f64, share: f64) -> f64 {
    if y <= 0.0 {
        1.0
    } else if y > n {
        0.0
    } else {
        beta_regularised(y, n - y + 1.0, share)
    }
}

/// Where the (1 − `alpha`) quantile of a count of mean `mean` and variance `dispersion` × `mean` about lies: the normal
/// quantile with the first term of Cornish and Fisher's expansion.
pub(crate) fn guess(alpha: f64, mean: f64, dispersion: f64) -> f64 {
    let z = normal_quantile(1.0 - alpha);
    mean + z * sqrt(mean * dispersion) + (2.0 * dispersion - 1.0) * (z * z - 1.0) / 6.0
}

/// The smallest whole number `x` such that `upper(x + 1)` = P(X > x) is at most `alpha`, looked for around `guess`;
/// none when it lies beyond 10¹².
pub(crate) fn discrete_quantile(alpha: f64, guess: f64, upper: impl Fn(f64) -> f64) -> Option<f64> {
    // The tolerance keeps a quantile that lies on a step from moving by one on rounding.
    let enough = |x: f64| upper(x + 1.0) <= alpha * (1.0 + 64.0 * f64::EPSILON);
    let mut high = if guess.is_finite() { floor(guess).clamp(0.0, 1e12) } else { 1.0 };
    let mut low = high;
    let mut stride = 1.0;
    if enough(high) {
        loop {
            low = (high - stride).max(-1.0);
            if low < 0.0 || !enough(low) {
                break;
            }
            high = low;
            stride *= 2.0;
        }
    } else {
        loop {
            high = low + stride;
            if high > 1e12 {
                return None;
            }
            if enough(high) {
                break;
            }
            low = high;
            stride *= 2.0;
        }
    }
    while high - low > 1.0 {
        let middle = floor(0.5 * (low + high));
        if enough(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high)
}

/// The digamma function ψ, for x > 0: recurrence up to 10, then the asymptotic series of DLMF 5.11.2.
pub(crate) fn digamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 10.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let tail = r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r * (1.0 / 240.0 - r * (1.0 / 132.0)))));
    sum + log(x) - 0.5 / x - tail
}

/// Its derivative ψ′, for x > 0, in the same way.
pub(crate) fn trigamma(mut x: f64) -> f64 {
    let mut sum = 0.0;
    while x < 10.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let tail = r * (1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * (5.0 / 66.0)))));
    sum + 1.0 / x + 0.5 * r + tail / x
}

const MAX_STEPS: u32 = 10_000;
const TINY: f64 = 1e-300;

/// The regularised incomplete beta function I_x(a, b). Continued fraction of DLMF 8.17.22, by Lentz's method.
fn beta_regularised(a: f64, b: f64, x: f64) -> f64 {
    if !(a > 0.0 && b > 0.0) || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast below the mean; above it, by symmetry.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_regularised_below(b, a, 1.0 - x);
    }
    beta_regularised_below(a, b, x)
}

fn beta_regularised_below(a: f64, b: f64, x: f64) -> f64 {
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a;
    let mut fraction = Lentz::start(1.0);
    for step in 0..MAX_STEPS {
        let m = f64::from(step / 2);
        let numerator = match (step, step.is_multiple_of(2)) {
            (0, _) => 1.0,
            (_, true) => m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m)),
            (_, false) => -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0)),
        };
        if step > 0 && fraction.next(numerator, 1.0) {
            break;
        }
    }
    (front / fraction.value).clamp(0.0, 1.0)
}

/// The regularised lower incomplete gamma function P(a, x): series of DLMF 8.11.4 below a + 1, continued fraction of
/// DLMF 8.9.2 above.
fn gamma_regularised(a: f64, x: f64) -> f64 {
    if a.is_nan() || a <= 0.0 || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    let front = exp(a * log(x) - x - lgamma(a));
    if x < a + 1.0 {
        let (mut term, mut sum, mut n) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MAX_STEPS {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term < sum * 1e-16 {
                break;
            }
        }
        return (front * sum).clamp(0.0, 1.0);
    }
    let mut fraction = Lentz::start(x + 1.0 - a);
    for step in 1..MAX_STEPS {
        let i = f64::from(step);
        if fraction.next(-i * (i - a), x + 2.0 * i + 1.0 - a) {
            break;
        }
    }
    (1.0 - front / fraction.value).clamp(0.0, 1.0)
}

/// A continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)), term by term (modified Lentz: W. J. Lentz, Applied Optics 15(3),
/// 1976; I. J. Thompson and A. R. Barnett, Journal of Computational Physics 64, 1986).
struct Lentz {
    value: f64,
    c: f64,
    d: f64,
}

impl Lentz {
    fn start(b: f64) -> Self {
        let b = if b == 0.0 { TINY } else { b };
        Self { value: b, c: b, d: 0.0 }
    }

    /// Adds a term; tells whether it no longer changes the value.
    fn next(&mut self, a: f64, b: f64) -> bool {
        let away_from_zero = |v: f64| if fabs(v) < TINY { TINY } else { v };
        self.d = 1.0 / away_from_zero(b + a * self.d);
        self.c = away_from_zero(b + a / self.c);
        let factor = self.c * self.d;
        self.value *= factor;
        fabs(factor - 1.0) < 1e-15
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-12 * b.abs().max(1e-3), "{a} is not {b}");
    }

    /// Values of the usual printed tables, to the digits that any statistical program gives.
    #[test]
    fn known_values() {
        close(normal_quantile(0.975), 1.959_963_984_540_054);
        close(normal_quantile(0.999), 3.090_232_306_167_813_5);
        close(normal_quantile(1e-10), -6.361_340_902_404_056);
        close(normal_upper(1.959_963_984_540_054), 0.025);
        // Student with 1 degree of freedom is Cauchy: P(|T| > 1) = 1/2.
        close(student_two_sided(1.0, 1.0), 0.5);
        // With 2: P(|T| > t) = 1 − t/√(2 + t²).
        close(student_two_sided(3.0, 2.0), 1.0 - 3.0 / 11f64.sqrt());
        // ψ(1) = −γ, ψ′(1) = π²/6, ψ(½) = −γ − 2 ln 2.
        close(digamma(1.0), -0.577_215_664_901_532_9);
        close(digamma(0.5), -1.963_510_026_021_423_5);
        close(trigamma(1.0), std::f64::consts::PI.powi(2) / 6.0);
        close(poisson_upper(1.0, 2.0), 1.0 - (-2f64).exp());
        close(poisson_upper(3.0, 2.0), 1.0 - 5.0 * (-2f64).exp());
    }

    /// A negative binomial variable with mean 1 and dispersion 2 is geometric of parameter 1/2: P(X ≥ y) = 2⁻ʸ.
    #[test]
    fn the_geometric_case() {
        for y in 0..20 {
            close(negative_binomial_upper(f64::from(y), 1.0, 2.0), 0.5f64.powi(y));
        }
        let upper = |y: f64| negative_binomial_upper(y, 1.0, 2.0);
        assert_eq!(discrete_quantile(0.25, 1.0, upper), Some(1.0));
        assert_eq!(discrete_quantile(0.24, 1.0, upper), Some(2.0));
        assert_eq!(discrete_quantile(0.5, 1.0, upper), Some(0.0));
    }

    #[test]
    fn tails_of_poisson_add_up() {
        for mean in [0.1, 1.0, 7.5, 40.0, 900.0] {
            let mut term: f64 = f64::exp(-mean);
            let mut below = 0.0;
            if term == 0.0 {
                continue;
            }
            for y in 0..60 {
                assert!((poisson_upper(f64::from(y), mean) - (1.0 - below)).abs() < 1e-12);
                below += term;
                term *= mean / f64::from(y + 1);
            }
        }
    }
}
