//! Where the points of a resized dimension lie in the original: the coordinate modes and filters of Resize.

use super::attributes::Attributes;
use crate::{Error, Result};

/// How positions are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mapping {
    HalfPixel,
    HalfPixelSymmetric,
    PytorchHalfPixel,
    AlignCorners,
    Asymmetric,
    TfCropAndResize,
}

impl Mapping {
    /// The attribute `coordinate_transformation_mode`.
    pub(super) fn read(attributes: Attributes<'_>) -> Result<Self> {
        Ok(match attributes.string_or("coordinate_transformation_mode", "half_pixel")? {
            "half_pixel" => Self::HalfPixel,
            "half_pixel_symmetric" => Self::HalfPixelSymmetric,
            "pytorch_half_pixel" => Self::PytorchHalfPixel,
            "align_corners" => Self::AlignCorners,
            "asymmetric" => Self::Asymmetric,
            "tf_crop_and_resize" => Self::TfCropAndResize,
            other => return Err(Error::unsupported(format!("the coordinate mode {other:?}"))),
        })
    }
}

/// One dimension to resize.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub input: usize,
    pub output: usize,
    /// The output's size divided by the input's, before it is rounded.
    pub scale: f64,
    pub mapping: Mapping,
    /// The part of the input that is cut out, for `tf_crop_and_resize`.
    pub region: [f64; 2],
}

impl Axis {
    /// The position of output `index` in the input.
    pub(super) fn position(&self, index: usize) -> f64 {
        let (x, last) = (index as f64, self.input as f64 - 1.0);
        let size = self.scale * self.input as f64;
        let half_pixel = (x + 0.5) / self.scale - 0.5;
        match self.mapping {
            Mapping::HalfPixel => half_pixel,
            Mapping::HalfPixelSymmetric => {
                let rest = 1.0 - self.output as f64 / size;
                self.input as f64 / 2.0 * rest + half_pixel
            }
            Mapping::PytorchHalfPixel if self.output == 1 => -0.5,
            Mapping::PytorchHalfPixel => half_pixel,
            Mapping::AlignCorners if self.output == 1 => 0.0,
            Mapping::AlignCorners => x * last / (size - 1.0),
            Mapping::Asymmetric => x / self.scale,
            Mapping::TfCropAndResize => {
                let [start, end] = self.region;
                let within =
                    if self.output == 1 { 0.5 * last } else { x * last / (self.output as f64 - 1.0) };
                start * last + within * (end - start)
            }
        }
    }

    /// Whether output `index` lies outside of the input, where a stated value takes its place.
    pub(super) fn is_outside(&self, index: usize) -> bool {
        let position = self.position(index);
        self.mapping == Mapping::TfCropAndResize && !(0.0..=self.input as f64 - 1.0).contains(&position)
    }

    /// The nearest input of every output.
    pub(super) fn nearest(&self, mode: &str) -> Result<Vec<usize>> {
        let round: fn(f64) -> f64 = match mode {
            "round_prefer_floor" => |x| (x - 0.5).ceil(),
            "round_prefer_ceil" => |x| (x + 0.5).floor(),
            "floor" => f64::floor,
            "ceil" => f64::ceil,
            other => return Err(Error::unsupported(format!("the nearest mode {other:?}"))),
        };
        let last = self.input as f64 - 1.0;
        Ok((0..self.output).map(|index| round(self.position(index)).clamp(0.0, last) as usize).collect())
    }

    /// The weights `[output, input]` of a filter.
    pub(super) fn weights(&self, filter: &Filter) -> Vec<f32> {
        let mut weights = vec![0f32; self.output * self.input];
        for (index, row) in weights.chunks_exact_mut(self.input).enumerate() {
            if self.is_outside(index) {
                continue;
            }
            let position = self.position(index);
            let base = position.ceil() - 1.0;
            let (first, mut taps) = filter.taps(position - base, self.scale);
            let first = base as i64 + first;
            let is_inside = |tap: usize| (0..self.input as i64).contains(&(first + tap as i64));
            if filter.exclude_outside {
                let sum: f64 =
                    taps.iter().enumerate().filter(|&(tap, _)| is_inside(tap)).map(|(_, tap)| tap).sum();
                for (tap, weight) in taps.iter_mut().enumerate() {
                    *weight = if is_inside(tap) { *weight / sum } else { 0.0 };
                }
            }
            for (tap, &weight) in taps.iter().enumerate() {
                let at = (first + tap as i64).clamp(0, self.input as i64 - 1);
                row[at as usize] += weight as f32;
            }
        }
        weights
    }
}

/// How the inputs round a position are weighed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filter {
    /// The coefficient of cubic interpolation; linear if absent.
    pub cubic: Option<f64>,
    pub antialias: bool,
    /// Whether what lies outside counts for nothing, instead of as the border.
    pub exclude_outside: bool,
}

impl Filter {
    /// The first tap from the input before the position, and all weights. `ratio` is the distance to that input, in (0, 1].
    fn taps(&self, ratio: f64, scale: f64) -> (i64, Vec<f64>) {
        let scale = if self.antialias { scale.min(1.0) } else { 1.0 };
        let reach = if self.cubic.is_some() { 2.0 } else { 1.0 };
        let first = (-reach / scale).floor() as i64 + 1;
        let taps: Vec<f64> =
            (first..2 - first).map(|tap| self.weight((tap as f64 - ratio) * scale)).collect();
        let sum: f64 = taps.iter().sum();
        (first, taps.into_iter().map(|tap| tap / sum).collect())
    }

    fn weight(&self, distance: f64) -> f64 {
        let x = distance.abs();
        match self.cubic {
            None => (1.0 - x).max(0.0),
            Some(a) if x <= 1.0 => ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0,
            Some(a) if x < 2.0 => ((a * x - 5.0 * a) * x + 8.0 * a) * x - 4.0 * a,
            Some(_) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(input: usize, output: usize, mapping: Mapping) -> Axis {
        Axis { input, output, scale: output as f64 / input as f64, mapping, region: [0.0, 1.0] }
    }

    #[test]
    fn weights_sum_to_one() {
        let mappings =
            [Mapping::HalfPixel, Mapping::AlignCorners, Mapping::Asymmetric, Mapping::HalfPixelSymmetric];
        for mapping in mappings {
            for cubic in [None, Some(-0.75)] {
                for (antialias, exclude_outside) in [(false, false), (true, false), (false, true)] {
                    let filter = Filter { cubic, antialias, exclude_outside };
                    for (input, output) in [(4, 8), (8, 3), (5, 5), (7, 1)] {
                        let weights = axis(input, output, mapping).weights(&filter);
                        for row in weights.chunks_exact(input) {
                            assert!(
                                (row.iter().sum::<f32>() - 1.0).abs() < 1e-5,
                                "{mapping:?} {filter:?} {row:?}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nearest_of_ties() {
        let half = axis(4, 2, Mapping::HalfPixel);
        assert_eq!(half.nearest("round_prefer_floor").unwrap(), [0, 2]);
        assert_eq!(half.nearest("round_prefer_ceil").unwrap(), [1, 3]);
        assert_eq!(axis(2, 4, Mapping::Asymmetric).nearest("floor").unwrap(), [0, 0, 1, 1]);
        assert!(half.nearest("up").is_err());
    }
}
