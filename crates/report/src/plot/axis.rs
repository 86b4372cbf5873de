//! From numbers to places, and the numbers that an axis shows.

/// What an axis measures, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub(super) name: String,
    is_logarithmic: bool,
}

impl Axis {
    /// Equal steps are equally long.
    pub fn linear(name: &str) -> Self {
        Self { name: name.to_owned(), is_logarithmic: false }
    }

    /// Equal ratios are equally long; numbers that are not positive are left out.
    pub fn logarithmic(name: &str) -> Self {
        Self { name: name.to_owned(), is_logarithmic: true }
    }

    /// Whether a number has a place.
    pub(super) fn shows(&self, value: f64) -> bool {
        value.is_finite() && (!self.is_logarithmic || value > 0.0)
    }

    /// The part of the axis that numbers lie in, with some room around them.
    pub(super) fn span(&self, values: impl Iterator<Item = f64>) -> Span {
        let (low, high) =
            values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low > high { (1.0, 2.0) } else { (low, high) };
        let (low, high) = (self.place(low), self.place(high));
        let room = match high - low {
            0.0 if self.is_logarithmic => 0.1,
            0.0 => 0.5 * low.abs().max(1e-6),
            width => 0.05 * width,
        };
        Span { low: low - room, high: high + room, is_logarithmic: self.is_logarithmic }
    }

    fn place(&self, value: f64) -> f64 {
        if self.is_logarithmic { value.log10() } else { value }
    }
}

/// A part of an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    low: f64,
    high: f64,
    is_logarithmic: bool,
}

impl Span {
    /// How far along the part a number is, from 0 to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        let place = if self.is_logarithmic { value.log10() } else { value };
        (place - self.low) / (self.high - self.low)
    }

    /// Round numbers within the part, with their texts.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let values = match self.is_logarithmic && self.high - self.low > 0.7 {
            true => self.powers(),
            false => self.steps(),
        };
        values.into_iter().map(|value| (value, text(value))).collect()
    }

    fn powers(&self) -> Vec<f64> {
        let width = self.high - self.low;
        let factors: &[f64] = if width > 3.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let stride = (width / 8.0).ceil().max(1.0) as usize;
        let exponents = (self.low.floor() as i32..=self.high.ceil() as i32).step_by(stride);
        let values =
            exponents.flat_map(|exponent| factors.iter().map(move |factor| factor * 10f64.powi(exponent)));
        values.filter(|value| (0.0..=1.0).contains(&self.share(*value))).collect()
    }

    fn steps(&self) -> Vec<f64> {
        let (low, high) = match self.is_logarithmic {
            true => (10f64.powf(self.low), 10f64.powf(self.high)),
            false => (self.low, self.high),
        };
        let least = (high - low) / 7.0;
        let power = 10f64.powf(least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|&step| step >= least);
        let step = step.unwrap_or(10.0 * power);
        let first = (low / step).ceil() as i64;
        let last = (high / step).floor() as i64;
        // Multiplying keeps 0.3 from being 0.30000000000000004 in the middle of a list.
        (first..=last.min(first.saturating_add(20))).map(|index| index as f64 * step).collect()
    }
}

/// A number in few letters.
fn text(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e6).contains(&magnitude) {
        return format!("{value:.0e}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(axis: &Axis, values: &[f64]) -> Vec<String> {
        axis.span(values.iter().copied()).ticks().into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(ticks(&Axis::linear(""), &[0.0, 1.0]), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
        assert_eq!(ticks(&Axis::linear(""), &[91.5, 93.2]), ["91.5", "92", "92.5", "93"]);
        assert_eq!(ticks(&Axis::logarithmic(""), &[0.1, 8.0]), ["0.1", "0.2", "0.5", "1", "2", "5"]);
        assert_eq!(
            ticks(&Axis::logarithmic(""), &[1e-6, 1.0]),
            ["1e-6", "1e-5", "0.0001", "0.001", "0.01", "0.1", "1"]
        );
    }

    #[test]
    fn any_numbers_have_places() {
        for axis in [Axis::linear(""), Axis::logarithmic("")] {
            for values in [&[][..], &[3.0], &[3.0, 3.0], &[1e-300, 1e300], &[1.0, 1.0 + 1e-15]] {
                let span = axis.span(values.iter().copied());
                assert!(
                    values.iter().all(|&value| (-0.01..=1.01).contains(&span.share(value))),
                    "{values:?}"
                );
                assert!(span.ticks().len() <= 25, "{values:?}");
            }
        }
    }
}
