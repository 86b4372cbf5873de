use crate::activation::bounded;

/// Levels that activations are rounded to while they are in the cache, as if they were stored as integers: `scale * (q - zero_point)`
/// with `least <= q <= greatest`, halves rounded away from zero. Gradients pass straight through what is not clipped
/// (arXiv 1712.05877, section 3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rounding {
    /// Distance between levels.
    pub scale: f32,
    /// The integer that stands for 0.
    pub zero_point: i32,
    /// The least integer.
    pub least: i32,
    /// The greatest integer.
    pub greatest: i32,
}

/// What becomes of the value of an activation.
pub(crate) trait Round: Copy {
    fn round(self, value: f32) -> f32;
    /// 1 if the gradient passes, otherwise 0.
    fn passes(self, value: f32) -> f32;
}

/// Nothing.
#[derive(Clone, Copy)]
pub(crate) struct Exact;

impl Round for Exact {
    #[inline(always)]
    fn round(self, value: f32) -> f32 {
        value
    }

    #[inline(always)]
    fn passes(self, _: f32) -> f32 {
        1.0
    }
}

impl Rounding {
    pub(crate) fn levels(&self) -> Levels {
        let from_zero = |level: i32| level as f32 - self.zero_point as f32;
        Levels { scale: self.scale, least: from_zero(self.least), greatest: from_zero(self.greatest) }
    }
}

/// Levels counted from that of 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Levels {
    scale: f32,
    least: f32,
    greatest: f32,
}

impl Round for Levels {
    #[inline(always)]
    fn round(self, value: f32) -> f32 {
        self.scale * bounded((value / self.scale).round(), self.least, self.greatest)
    }

    #[inline(always)]
    fn passes(self, value: f32) -> f32 {
        let level = (value / self.scale).round();
        if (level >= self.least) & (level <= self.greatest) { 1.0 } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rounded_and_clipped() {
        let levels = Rounding { scale: 0.5, zero_point: -128, least: -128, greatest: 127 }.levels();
        let values = [-1.0, -0.25, 0.2, 0.25, 3.1, 127.5, 127.7, 127.8];
        assert_eq!(values.map(|x| levels.round(x)), [0.0, 0.0, 0.0, 0.5, 3.0, 127.5, 127.5, 127.5]);
        assert_eq!(values.map(|x| levels.passes(x)), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    }
}
