//! CONV_3D_TRANSPOSE: the transpose of a convolution of volumes.
//!
//! Inputs are the output's shape, weights `[depth, height, width, channels, input channels]`, the volume, and perhaps a
//! bias.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, Conv3DOptions};

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req,
};
use crate::parts::convolution::{self, Arithmetic, Float, optional};
use crate::parts::window::Window;

/// CONV_3D_TRANSPOSE.
pub static OP: OpDef = OpDef {
    name: "CONV_3D_TRANSPOSE",
    code: Code::Builtin(BuiltinOperator::CONV_3D_TRANSPOSE),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "CONV_3D_TRANSPOSE",
    summary: "The transpose of a convolution of volumes.",
    macs: Some(|node| {
        let output = node.output(0).map(|output| output.shape);
        output.and_then(|output| Geometry::new(node, &output)).map_or(0, |geometry| geometry.macs())
    }),
};

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(I32), req(F32), req(F32), opt(F32)],
    outputs: &[req(F32)],
    version: 1,
}];

const SHAPE: usize = 0;
const WEIGHTS: usize = 1;
const INPUT: usize = 2;
const BIAS: usize = 3;

/// The shapes of a transposed convolution: windows over the output, whose positions are input elements.
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
    fn new(node: &Node<'_>, output: &Shape) -> Result<Self> {
        let options: Conv3DOptions<'_> = node.options();
        let (input, weights) = (node.input(INPUT)?.shape, node.input(WEIGHTS)?.shape);
        let wrong = || {
            Error::invalid_shape(format!("input {input}, weights {weights} and output {output} do not fit"))
        };
        let (
            &[batch, depth, height, width, input_channels],
            &[filter_depth, filter_height, filter_width, channels, inputs],
            &[output_batch, output_depth, output_height, output_width, output_channels],
        ) = (input.dims(), weights.dims(), output.dims())
        else {
            return Err(wrong());
        };
        convolution::check_bias(node, BIAS, channels)?;
        let window =
            |output, size, stride, dilation| Window::new(output, size, stride, dilation, options.padding());
        let geometry = Self {
            batch,
            planes: window(output_depth, filter_depth, options.stride_d(), options.dilation_d_factor())?,
            rows: window(output_height, filter_height, options.stride_h(), options.dilation_h_factor())?,
            columns: window(output_width, filter_width, options.stride_w(), options.dilation_w_factor())?,
            input_channels,
            channels,
        };
        let Self { planes, rows, columns, .. } = geometry;
        let fits = [planes.output, rows.output, columns.output] == [depth, height, width]
            && [output_batch, output_channels, inputs] == [batch, channels, input_channels];
        if fits && inputs > 0 { Ok(geometry) } else { Err(wrong()) }
    }

    fn macs(&self) -> u64 {
        let Self { planes, rows, columns, .. } = self;
        [self.batch, planes.output, rows.output, columns.output, self.input_channels]
            .into_iter()
            .chain([planes.size, rows.size, columns.size, self.channels])
            .fold(1u64, |product, size| product.saturating_mul(size as u64))
    }

    /// The sum of products for one channel of output position `index`.
    fn sum(&self, float: &Float, input: &[f32], weights: &[f32], index: usize, channel: usize) -> f32 {
        let Self { planes, rows, columns, input_channels, channels, .. } = *self;
        let (x, index) = (index % columns.input, index / columns.input);
        let (y, index) = (index % rows.input, index / rows.input);
        let (z, volume) = (index % planes.input, index / planes.input);
        let mut sum = 0.0;
        for (kz, z) in (0..planes.size).filter_map(|tap| Some((tap, planes.position(z, tap)?))) {
            for (ky, y) in (0..rows.size).filter_map(|tap| Some((tap, rows.position(y, tap)?))) {
                for (kx, x) in (0..columns.size).filter_map(|tap| Some((tap, columns.position(x, tap)?))) {
                    let pixel = ((volume * planes.output + z) * rows.output + y) * columns.output + x;
                    let tap = (kz * rows.size + ky) * columns.size + kx;
                    let inputs = &input[pixel * input_channels..][..input_channels];
                    let weights = &weights[(tap * channels + channel) * input_channels..][..input_channels];
                    for (&x, &weight) in inputs.iter().zip(weights) {
                        sum = float.multiply_add(sum, x, weight);
                    }
                }
            }
        }
        sum
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let dims = node.input(SHAPE)?;
    if dims.shape_known && dims.shape.elements() != 5 {
        return Err(Error::invalid_shape(format!("5 sizes are needed, not {}", dims.shape)));
    }
    let Some(dims) = dims.integers()? else { return Ok(Outputs::AtRun) };
    let shape = Shape::from_signed(dims.into_iter())?;
    Geometry::new(node, &shape)?;
    Ok(Outputs::one(shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let geometry = Geometry::new(node, &node.output(0)?.shape)?;
    let float = Float::new(node.options::<Conv3DOptions<'_>>().fused_activation_function())?;
    let bias = node.optional(BIAS).map(|_| BIAS);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, weights, bias) = (io.input(INPUT)?, io.input(WEIGHTS)?, optional(io, bias)?);
        for_each_chunk(io.parallel, io.output(0)?, geometry.channels, |index, pixel| {
            for (channel, result) in pixel.iter_mut().enumerate() {
                let sum = geometry.sum(&float, input, weights, index, channel);
                *result = float.finish(sum, channel, bias);
            }
        });
        Ok(())
    }))
}
