//! CONV_3D: convolution of volumes.
//!
//! Input NDHWC, weights `[depth, height, width, input channels, channels]`, bias `[channels]`.

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use core::ops::Range;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Error, Result, Shape};
use featherlite_gemm::{F32Gemm, FinishF32, PackedF32, RowsMut, Weights};
use featherlite_schema::{BuiltinOperator, Conv3DOptions};
use featherlite_simd::{Family, Isa, Row};

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req,
};
use crate::parts::convolution::{self, Arithmetic, Float, optional};
use crate::parts::patches::{Patches, multiply_gathered, tile_rows};
use crate::parts::window::Window;

/// CONV_3D.
pub static OP: OpDef = OpDef {
    name: "CONV_3D",
    code: Code::Builtin(BuiltinOperator::CONV_3D),
    version: 1,
    sigs: SIGS,
    kernels: &[&KERNELS],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "CONV_3D",
    summary: "Convolution of volumes.",
    macs: Some(|node| Geometry::of(node).map_or(0, |geometry| geometry.macs())),
};

type Make = fn(&mut Plan<'_>, Geometry, Float) -> Result<Box<dyn Kernel>>;

static KERNELS: Family<Make> = Family {
    name: "conv_3d",
    rows: &[
        Row { name: "conv_3d__gemm", isa: Isa::Scalar, kernel: gemm },
        Row { name: "conv_3d__reference", isa: Isa::Scalar, kernel: reference },
    ],
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] =
    &[Sig { name: "float32", inputs: &[req(F32), req(F32), opt(F32)], outputs: &[req(F32)], version: 1 }];

const INPUT: usize = 0;
const WEIGHTS: usize = 1;
const BIAS: usize = 2;

/// The shapes of a convolution.
#[derive(Clone, Copy, Debug)]
struct Geometry {
    batch: usize,
    planes: Window,
    rows: Window,
    columns: Window,
    input_channels: usize,
    channels: usize,
}

impl Geometry {
    fn of(node: &Node<'_>) -> Result<Self> {
        let options: Conv3DOptions<'_> = node.options();
        let (input, weights) = (node.input(INPUT)?.shape, node.input(WEIGHTS)?.shape);
        let (
            &[batch, depth, height, width, input_channels],
            &[filter_depth, filter_height, filter_width, inputs, channels],
        ) = (input.dims(), weights.dims())
        else {
            return Err(Error::invalid_shape(format!(
                "input {input} and weights {weights} must have 5 dimensions"
            )));
        };
        if inputs != input_channels || inputs == 0 {
            return Err(Error::invalid_shape(format!("weights {weights} do not fit the input {input}")));
        }
        convolution::check_bias(node, BIAS, channels)?;
        let window =
            |input, size, stride, dilation| Window::new(input, size, stride, dilation, options.padding());
        Ok(Self {
            batch,
            planes: window(depth, filter_depth, options.stride_d(), options.dilation_d_factor())?,
            rows: window(height, filter_height, options.stride_h(), options.dilation_h_factor())?,
            columns: window(width, filter_width, options.stride_w(), options.dilation_w_factor())?,
            input_channels,
            channels,
        })
    }

    /// Output positions.
    fn count(&self) -> usize {
        self.batch * self.planes.output * self.rows.output * self.columns.output
    }

    /// Inputs under the window.
    fn width(&self) -> usize {
        self.planes.size * self.rows.size * self.columns.size * self.input_channels
    }

    fn macs(&self) -> u64 {
        [self.count(), self.width(), self.channels]
            .into_iter()
            .fold(1u64, |product, size| product.saturating_mul(size as u64))
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Geometry { batch, planes, rows, columns, channels, .. } = Geometry::of(node)?;
    Ok(Outputs::one(Shape::new(&[batch, planes.output, rows.output, columns.output, channels])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let geometry = Geometry::of(plan.node)?;
    if plan.node.output(0)?.shape.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let options: Conv3DOptions<'_> = plan.node.options();
    let float = Float::new(options.fused_activation_function())?;
    (plan.choose(&KERNELS).kernel)(plan, geometry, float)
}

/// A matrix product of the inputs under each window with the weights.
fn gemm(plan: &mut Plan<'_>, geometry: Geometry, float: Float) -> Result<Box<dyn Kernel>> {
    let (gemm, threads) = (F32Gemm::best(plan.setup.level), plan.setup.threads);
    let (n, k) = (geometry.channels, geometry.width());
    let weights = plan.node.input(WEIGHTS)?;
    let packed: Option<Arc<PackedF32>> = match weights.values::<f32>()?.filter(|_| weights.is_constant) {
        Some(values) => Some(plan.shared(gemm.name(), || gemm.pack(Weights::transposed(values, n, k)?))?),
        None => None,
    };
    let memory = if packed.is_some() { 0 } else { gemm.packed_len(n, k)? };
    let memory = plan.scratch(memory * size_of::<f32>());
    let tile = tile_rows::<f32>(k, geometry.count(), threads);
    let scratch = plan.scratch(threads * tile * k * size_of::<f32>());
    let bias = plan.node.optional(BIAS).map(|_| BIAS);
    let gather = Gather::new(geometry)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(INPUT)?, io.output::<f32>(0)?);
        let bias = optional(io, bias)?;
        let panels = match &packed {
            Some(packed) => packed.panels(),
            None => gemm.pack_into(Weights::transposed(io.input(WEIGHTS)?, n, k)?, io.scratch(memory)?)?,
        };
        let finish = FinishF32 { bias: (!bias.is_empty()).then_some(bias), min: float.min, max: float.max };
        multiply_gathered(
            io.parallel,
            k,
            (io.scratch::<f32>(scratch)?, tile),
            (output, n),
            |range, out| gather.run(input, range, out),
            |parallel, rows, output| {
                let count = output.len() / n;
                panels.multiply(parallel, rows, &finish, RowsMut::dense(output, count, n)?)
            },
        )
    }))
}

/// Copies what lies under windows, plane by plane.
struct Gather {
    geometry: Geometry,
    /// The patches of one plane.
    plane: Patches,
}

impl Gather {
    fn new(geometry: Geometry) -> Result<Self> {
        let Geometry { rows, columns, input_channels, .. } = geometry;
        Ok(Self { geometry, plane: Patches::new(1, [rows, columns], input_channels, input_channels)? })
    }

    fn run(&self, input: &[f32], range: Range<usize>, out: &mut [f32]) {
        let Geometry { planes, rows, columns, input_channels, .. } = self.geometry;
        let (size, patch) = (rows.input * columns.input * input_channels, self.plane.width());
        for (index, out) in range.zip(out.chunks_exact_mut(self.geometry.width())) {
            let (pixel, plane) = (index % self.plane.count(), index / self.plane.count());
            let (volume, z) = (plane / planes.output, plane % planes.output);
            for (tap, out) in out.chunks_exact_mut(patch).enumerate() {
                match planes.at(z, tap) {
                    Some(z) => {
                        let input = &input[(volume * planes.input + z) * size..][..size];
                        self.plane.gather(input, 0, 0.0, pixel..pixel + 1, out);
                    }
                    None => out.fill(0.0),
                }
            }
        }
    }
}

fn reference(plan: &mut Plan<'_>, geometry: Geometry, float: Float) -> Result<Box<dyn Kernel>> {
    let bias = plan.node.optional(BIAS).map(|_| BIAS);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, weights, bias) = (io.input(INPUT)?, io.input(WEIGHTS)?, optional(io, bias)?);
        for_each_chunk(io.parallel, io.output(0)?, geometry.channels, |index, pixel| {
            for (channel, result) in pixel.iter_mut().enumerate() {
                *result = geometry.at(&float, input, weights, bias, index, channel);
            }
        });
        Ok(())
    }))
}

impl Geometry {
    /// The result of one channel of output position `index`.
    fn at(
        &self,
        float: &Float,
        input: &[f32],
        weights: &[f32],
        bias: &[f32],
        index: usize,
        channel: usize,
    ) -> f32 {
        let Self { planes, rows, columns, input_channels, .. } = *self;
        let (x, index) = (index % columns.output, index / columns.output);
        let (y, index) = (index % rows.output, index / rows.output);
        let (z, volume) = (index % planes.output, index / planes.output);
        let mut sum = 0.0;
        for (kz, z) in (0..planes.size).filter_map(|tap| Some((tap, planes.at(z, tap)?))) {
            for (ky, y) in (0..rows.size).filter_map(|tap| Some((tap, rows.at(y, tap)?))) {
                for (kx, x) in (0..columns.size).filter_map(|tap| Some((tap, columns.at(x, tap)?))) {
                    let pixel = ((volume * planes.input + z) * rows.input + y) * columns.input + x;
                    let tap = (kz * rows.size + ky) * columns.size + kx;
                    for c in 0..input_channels {
                        let weight = weights[(tap * input_channels + c) * self.channels + channel];
                        sum = float.multiply_add(sum, input[pixel * input_channels + c], weight);
                    }
                }
            }
        }
        float.finish(sum, channel, bias)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;
    use alloc::vec::Vec;

    use featherlite_schema::Padding;

    use super::*;
    use crate::parts::convolution::tests::noise;

    /// What is gathered, weighted, is what the reference computes: the numbers are small integers, so sums are exact.
    #[test]
    fn gathered_windows_are_those_of_the_reference() {
        for (size, stride, dilation, padding) in [
            ([2, 3, 1], 1, 1, Padding::SAME),
            ([3, 2, 2], 2, 1, Padding::SAME),
            ([2, 2, 3], 1, 2, Padding::SAME),
            ([1, 2, 2], 2, 1, Padding::VALID),
            ([1, 1, 1], 1, 1, Padding::VALID),
        ] {
            let window = |input, size| Window::new(input, size, stride, dilation, padding).unwrap();
            let (planes, rows, columns) = (window(4, size[0]), window(3, size[1]), window(5, size[2]));
            let geometry = Geometry { batch: 2, planes, rows, columns, input_channels: 3, channels: 1 };
            let real = |len, seed| noise(len, seed).into_iter().map(f32::from).collect::<Vec<f32>>();
            let (input, weights) = (real(2 * 4 * 3 * 5 * 3, 1), real(geometry.width(), 2));
            let mut gathered = vec![f32::NAN; geometry.count() * geometry.width()];
            Gather::new(geometry).unwrap().run(&input, 0..geometry.count(), &mut gathered);
            let float = Float { min: f32::NEG_INFINITY, max: f32::INFINITY };
            for (index, patch) in gathered.chunks_exact(geometry.width()).enumerate() {
                let sum: f32 = patch.iter().zip(&weights).map(|(x, weight)| x * weight).sum();
                assert_eq!(sum, geometry.at(&float, &input, &weights, &[], index, 0), "{geometry:?} {index}");
            }
        }
    }
}
