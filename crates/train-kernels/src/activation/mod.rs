//! Functions of single numbers, and their derivatives.

mod function;
pub mod reference;

use featherlite_base::Result;
use featherlite_simd::Level;

pub(crate) use function::{Function, Visit, bounded};

use crate::parallel;
use crate::shape::check;

/// Elements that a thread takes at once.
const CHUNK: usize = 32 * 1024;

/// A function that is applied to every element.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x`.
    #[default]
    None,
    /// `max(x, 0)`.
    Relu,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `x * relu6(x + 3) / 6`.
    HardSwish,
    /// `relu6(x + 3) / 6`.
    HardSigmoid,
    /// `x * sigmoid(x)`, also called SiLU.
    Swish,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
}

impl Activation {
    /// All of them.
    pub const ALL: [Activation; 7] = [
        Activation::None,
        Activation::Relu,
        Activation::Relu6,
        Activation::HardSwish,
        Activation::HardSigmoid,
        Activation::Swish,
        Activation::Sigmoid,
    ];

    /// `y = f(x)`.
    ///
    /// # Errors
    /// If the slices differ in length.
    pub fn forward(self, level: Level, x: &[f32], y: &mut [f32]) -> Result<()> {
        check("activation", &[("y", y.len(), x.len())])?;
        let chunks = x.chunks(CHUNK).zip(y.chunks_mut(CHUNK)).collect();
        parallel::for_each(chunks, |(x, y)| self.visit(Forward { level, x, y }));
        Ok(())
    }

    /// `dx = dy * f'(x)`. The derivative at a corner is 0 on the flat side.
    ///
    /// # Errors
    /// If the slices differ in length.
    pub fn backward(self, level: Level, x: &[f32], dy: &[f32], dx: &mut [f32]) -> Result<()> {
        check("activation", &[("dy", dy.len(), x.len()), ("dx", dx.len(), x.len())])?;
        let chunks = x.chunks(CHUNK).zip(dy.chunks(CHUNK)).zip(dx.chunks_mut(CHUNK)).collect();
        parallel::for_each(chunks, |((x, dy), dx)| self.visit(Backward { level, x, dy, dx }));
        Ok(())
    }
}

struct Forward<'a> {
    level: Level,
    x: &'a [f32],
    y: &'a mut [f32],
}

impl Visit for Forward<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        let Self { level, x, y } = self;
        level.vectorize(
            #[inline(always)]
            || {
                for (y, &x) in y.iter_mut().zip(x) {
                    *y = F::value(x);
                }
            },
        );
    }
}

struct Backward<'a> {
    level: Level,
    x: &'a [f32],
    dy: &'a [f32],
    dx: &'a mut [f32],
}

impl Visit for Backward<'_> {
    type Output = ();

    fn visit<F: Function>(self) {
        let Self { level, x, dy, dx } = self;
        level.vectorize(
            #[inline(always)]
            || {
                for ((dx, &dy), &x) in dx.iter_mut().zip(dy).zip(x) {
                    *dx = dy * F::derivative(x);
                }
            },
        );
    }
}
