//! Pooling: a function of the elements under a window, channel by channel; padding does not count.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::{for_each_chunk, worth};
use featherlite_base::{Element, Error, Result, Shape};
use featherlite_schema::{ActivationFunctionType, Pool2DOptions};
use featherlite_simd::{Copied, IS_COMPACT, Level};

use crate::core::{Io, Kernel, Node, Outputs, Plan, Tensor};
use crate::parts::activation;
use crate::parts::elementwise;
use crate::parts::window::{Span, Window};

/// What is done with the elements under a window.
pub trait Pooling: Send + Sync + 'static {
    /// Elements of input and output.
    type Element: Element;
    /// What is known of the elements seen so far.
    type State: Copy;

    /// Before the first element.
    fn start(&self) -> Self::State;

    /// After one more element.
    fn add(&self, state: Self::State, x: Self::Element) -> Self::State;

    /// The result of `count` elements, at least 1.
    fn finish(&self, state: Self::State, count: usize) -> Self::Element;
}

/// The greatest element, within bounds.
pub struct Max<T> {
    /// Where to begin: the least value of the type.
    pub lowest: T,
    /// Least and greatest result.
    pub range: (T, T),
}

impl<T: Element + PartialOrd> Pooling for Max<T> {
    type Element = T;
    type State = T;

    #[inline(always)]
    fn start(&self) -> T {
        self.lowest
    }

    #[inline(always)]
    fn add(&self, state: T, x: T) -> T {
        if state < x { x } else { state }
    }

    #[inline(always)]
    fn finish(&self, state: T, _: usize) -> T {
        activation::bound(state, self.range)
    }
}

/// Dimensions of a pool.
#[derive(Clone, Copy, Debug)]
struct Geometry {
    batch: usize,
    rows: Window,
    columns: Window,
    channels: usize,
}

impl Geometry {
    fn of(node: &Node<'_>) -> Result<Self> {
        let options: Pool2DOptions<'_> = node.options();
        let [batch, height, width, channels] = node.input(0)?.shape.nhwc()?;
        let size = |what, size| {
            usize::try_from(size).map_err(|_| Error::invalid_model(format!("the filter {what} {size}")))
        };
        let padding = options.padding();
        let rows = size("height", options.filter_height())?;
        let columns = size("width", options.filter_width())?;
        Ok(Self {
            batch,
            rows: Window::new(height, rows, options.stride_h(), 1, padding)?,
            columns: Window::new(width, columns, options.stride_w(), 1, padding)?,
            channels,
        })
    }
}

/// The output shape of a pool.
///
/// # Errors
/// If the options are not possible or the input is not NHWC.
pub fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Geometry { batch, rows, columns, channels } = Geometry::of(node)?;
    Ok(Outputs::one(Shape::new(&[batch, rows.output, columns.output, channels])?))
}

/// The fused activation of a pool.
pub fn fused_activation(node: &Node<'_>) -> ActivationFunctionType {
    node.options::<Pool2DOptions<'_>>().fused_activation_function()
}

/// The number of elements under a window that lies inside the image.
///
/// # Errors
/// As [`shapes`].
pub fn window_elements(node: &Node<'_>) -> Result<usize> {
    let Geometry { rows, columns, .. } = Geometry::of(node)?;
    Ok(rows.size.min(rows.input).saturating_mul(columns.size.min(columns.input)))
}

/// Bounds of quantized results; the output needs a scale only if there is an activation.
///
/// # Errors
/// If the activation is not one that is fused, or the scale is missing.
pub fn quantized_range(activation: ActivationFunctionType, output: &Tensor<'_>) -> Result<(i32, i32)> {
    match activation {
        ActivationFunctionType::NONE => activation::type_range(output.dtype),
        _ => activation::quantized_range(activation, output),
    }
}

/// A kernel that pools input 0 to output 0.
///
/// # Errors
/// As [`shapes`].
pub fn plan<P: Pooling>(plan: &Plan<'_>, pooling: P) -> Result<Box<dyn Kernel>> {
    let geometry = Geometry::of(plan.node)?;
    if plan.node.output(0)?.shape.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let loops = Loops {
        geometry,
        level: plan.setup.level,
        rows: geometry.rows.spans()?,
        columns: geometry.columns.spans()?,
    };
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input(0)?, io.output(0)?);
        let parallel = worth(io.parallel, output.len() * geometry.rows.size * geometry.columns.size);
        for_each_chunk(parallel, output, geometry.columns.output * geometry.channels, |line, output| {
            // States of 64 bits are those of windows of millions of elements: not worth copies of the loops.
            if size_of::<P::State>() > size_of::<u32>() {
                loops.line(Copied::SMALL, &pooling, input, line, output);
            } else {
                elementwise::vectorize::<P::Element, P::Element>(
                    loops.level,
                    #[inline(always)]
                    |copied| loops.line(copied, &pooling, input, line, output),
                );
            }
        });
        Ok(())
    }))
}

struct Loops {
    geometry: Geometry,
    level: Level,
    rows: Box<[Span]>,
    columns: Box<[Span]>,
}

impl Loops {
    /// Computes line `line` of the output, counted through all images.
    #[inline(always)]
    fn line<P: Pooling>(
        &self,
        copied: Copied,
        pooling: &P,
        input: &[P::Element],
        line: usize,
        output: &mut [P::Element],
    ) {
        let Geometry { rows, columns, channels, .. } = self.geometry;
        let image = columns.input * rows.input * channels;
        let input = &input[line / rows.output * image..][..image];
        let down = &self.rows[line % rows.output];
        for (pixel, across) in output.chunks_exact_mut(channels).zip(&self.columns) {
            let wide = if IS_COMPACT { 0 } else { channels / 64 * 64 };
            for first in (0..wide).step_by(64) {
                self.block::<P, 64>(pooling, input, [down, across], first, pixel);
            }
            match channels {
                16.. if !copied.is_small() => self.rest::<P, 16>(pooling, input, [down, across], wide, pixel),
                8.. if !IS_COMPACT => self.rest::<P, 8>(pooling, input, [down, across], wide, pixel),
                _ => self.rest::<P, 1>(pooling, input, [down, across], wide, pixel),
            }
        }
    }

    /// Channels from `first` on, of which there are at least `N` in all: the last block overlaps the one before it.
    #[inline(always)]
    fn rest<P: Pooling, const N: usize>(
        &self,
        pooling: &P,
        input: &[P::Element],
        spans: [&Span; 2],
        first: usize,
        pixel: &mut [P::Element],
    ) {
        for first in (first..pixel.len()).step_by(N) {
            self.block::<P, N>(pooling, input, spans, first.min(pixel.len() - N), pixel);
        }
    }

    /// The results of `N` channels from `first` on of one pixel.
    #[inline(always)]
    fn block<P: Pooling, const N: usize>(
        &self,
        pooling: &P,
        input: &[P::Element],
        [down, across]: [&Span; 2],
        first: usize,
        pixel: &mut [P::Element],
    ) {
        let Geometry { columns, channels, .. } = self.geometry;
        let mut states = [pooling.start(); N];
        for row in 0..down.taps.len() {
            let row = (down.first + row) * columns.input + across.first;
            for column in 0..across.taps.len() {
                let inputs = &input[(row + column) * channels + first..][..N];
                for index in 0..N {
                    states[index] = pooling.add(states[index], inputs[index]);
                }
            }
        }
        let count = (down.taps.len() * across.taps.len()).max(1);
        for (result, state) in pixel[first..first + N].iter_mut().zip(states) {
            *result = pooling.finish(state, count);
        }
    }
}
