//! RESIZE_BILINEAR: resizes images, interpolating between the four nearest pixels.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element, Error, Result, math};
use featherlite_schema::{BuiltinOperator, ResizeBilinearOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::rearrange;
use crate::parts::resize::{Grid, shapes};

/// RESIZE_BILINEAR.
pub static OP: OpDef = OpDef {
    name: "RESIZE_BILINEAR",
    code: Code::Builtin(BuiltinOperator::RESIZE_BILINEAR),
    version: 4,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "RESIZE_BILINEAR",
    summary: "Resizes images, interpolating between the four nearest pixels.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
/// Interpolated in real numbers.
const U8: Types = Types::of(&[DType::U8]);
/// Interpolated in fixed point.
const INTEGER: Types = Types::of(&[DType::I8, DType::I16, DType::U16]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(I32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "uint8", inputs: &[req(U8), req(I32)], outputs: &[req(Types::SAME)], version: 1 },
    Sig { name: "integer", inputs: &[req(INTEGER), req(I32)], outputs: &[req(Types::SAME)], version: 2 },
];

/// Where a position of the new image lies between two of the old: the weight of the second, and both.
#[derive(Clone, Copy)]
struct Tap<W> {
    weight: W,
    lower: usize,
    upper: usize,
}

fn real_taps(grid: Grid, input: usize, output: usize) -> Vec<Tap<f32>> {
    let scale = if grid.align_corners && output > 1 {
        (input - 1) as f32 / (output - 1) as f32
    } else {
        input as f32 / output as f32
    };
    (0..output)
        .map(|index| {
            let at = if grid.half_pixel_centers {
                (index as f32 + 0.5) * scale - 0.5
            } else {
                index as f32 * scale
            };
            let lower = (math::floor(at) as usize).min(input - 1);
            let upper = (math::ceil(at) as usize).min(input - 1);
            Tap { weight: at - lower as f32, lower, upper }
        })
        .collect()
}

/// Bits behind the point of positions in fixed point.
const BITS: u32 = 10;
const ONE: i64 = 1 << BITS;

fn integer_taps(grid: Grid, input: usize, output: usize) -> Vec<Tap<i64>> {
    let (size, count) =
        if grid.align_corners && output > 1 { (input - 1, output - 1) } else { (input, output) };
    let (size, count) = (size as i64, count as i64);
    let scale = (ONE * size + count / 2) / count;
    let last = input as i64 - 1;
    (0..output as i64)
        .map(|index| {
            let at =
                if grid.half_pixel_centers { index * scale + scale / 2 - ONE / 2 } else { index * scale };
            // The rounded scale can lead past the last pixel.
            let lower = (at / ONE).clamp(0, last);
            let upper = ((at + ONE - 1) / ONE).clamp(0, last);
            Tap { weight: at - ONE * lower, lower: lower as usize, upper: upper as usize }
        })
        .collect()
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (input, output) = (node.input(0)?, rearrange::known(shapes(node)?)?[0]);
    let options: ResizeBilinearOptions<'_> = node.options();
    let grid =
        Grid { align_corners: options.align_corners(), half_pixel_centers: options.half_pixel_centers() };
    if output.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    grid.check(&input.shape, &output)?;
    let ([_, height, width, channels], [_, new_height, new_width, _]) = (input.shape.nhwc()?, output.nhwc()?);
    let real = Image {
        height,
        width,
        channels,
        rows: real_taps(grid, height, new_height),
        columns: real_taps(grid, width, new_width),
    };
    let integer = Image {
        height,
        width,
        channels,
        rows: integer_taps(grid, height, new_height),
        columns: integer_taps(grid, width, new_width),
    };
    Ok(match input.dtype {
        DType::F32 => real.kernel(|pixels: [f32; 4], y, x| blend(pixels, y, x)),
        DType::U8 => real.kernel(|pixels: [u8; 4], y, x| (blend(pixels.map(f32::from), y, x) + 0.5) as u8),
        DType::I8 => integer.kernel(|pixels: [i8; 4], y, x| blend_integer(pixels.map(i64::from), y, x) as i8),
        DType::I16 => {
            integer.kernel(|pixels: [i16; 4], y, x| blend_integer(pixels.map(i64::from), y, x) as i16)
        }
        DType::U16 => {
            integer.kernel(|pixels: [u16; 4], y, x| blend_integer(pixels.map(i64::from), y, x) as u16)
        }
        other => return Err(Error::internal(format!("RESIZE_BILINEAR planned for {other}"))),
    })
}

/// Of the pixels upper left, lower left, upper right, lower right. The order of operations decides the last bit.
#[inline]
fn blend([a, b, c, d]: [f32; 4], y: f32, x: f32) -> f32 {
    a * (1.0 - y) * (1.0 - x) + b * y * (1.0 - x) + c * (1.0 - y) * x + d * y * x
}

#[inline]
fn blend_integer([a, b, c, d]: [i64; 4], y: i64, x: i64) -> i64 {
    let sum = a * (ONE - y) * (ONE - x) + b * y * (ONE - x) + c * (ONE - y) * x + d * y * x;
    let half = 1 << (2 * BITS - 1);
    (sum + if sum > 0 { half } else { -half }) / (ONE * ONE)
}

/// The images to resize, and how.
struct Image<W> {
    height: usize,
    width: usize,
    channels: usize,
    rows: Vec<Tap<W>>,
    columns: Vec<Tap<W>>,
}

impl<W: Copy + Send + Sync + 'static> Image<W> {
    fn kernel<T: Element>(
        self,
        blend: impl Fn([T; 4], W, W) -> T + Copy + Send + Sync + 'static,
    ) -> Box<dyn Kernel> {
        Box::new(move |io: &mut Io<'_>| {
            let (from, to) = (io.input::<T>(0)?, io.output::<T>(0)?);
            let (row, new_row) = (self.width * self.channels, self.columns.len() * self.channels);
            for_each_chunk(io.parallel, to, new_row, |index, to| {
                let (image, y) = (index / self.rows.len(), self.rows[index % self.rows.len()]);
                let from = &from[image * self.height * row..];
                let (upper, lower) = (&from[y.lower * row..][..row], &from[y.upper * row..][..row]);
                for (x, to) in self.columns.iter().zip(to.chunks_exact_mut(self.channels)) {
                    let left = x.lower * self.channels..(x.lower + 1) * self.channels;
                    let right = x.upper * self.channels..(x.upper + 1) * self.channels;
                    let pixels = upper[left.clone()].iter().zip(&lower[left]);
                    let pixels = pixels.zip(&upper[right.clone()]).zip(&lower[right]);
                    for (to, (((&a, &b), &c), &d)) in to.iter_mut().zip(pixels) {
                        *to = blend([a, b, c, d], y.weight, x.weight);
                    }
                }
            });
            Ok(())
        })
    }
}
