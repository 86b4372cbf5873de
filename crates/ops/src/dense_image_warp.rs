//! `DenseImageWarp`: each pixel is taken from where a flow says, interpolated between the four nearest.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Error, Result, math};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};

/// `DenseImageWarp`.
pub static OP: OpDef = OpDef {
    name: "DenseImageWarp",
    code: Code::Custom("DenseImageWarp"),
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
    name: "DenseImageWarp",
    summary: "Takes each pixel from where a flow says, with interpolation (perception operators).",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] =
    &[Sig { name: "float32", inputs: &[req(F32), req(F32)], outputs: &[req(F32)], version: 1 }];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (image, flow) = (node.input(0)?.shape, node.input(1)?.shape);
    let ([batch, height, width, _], sizes) = (image.nhwc()?, flow.nhwc()?);
    if sizes != [batch, height, width, 2] || height < 2 || width < 2 {
        return Err(Error::invalid_shape(format!(
            "a flow {flow} for images {image}, which must be of 2 by 2 pixels or more"
        )));
    }
    Ok(Outputs::one(image))
}

/// The first of two neighbours that a position lies between, and the weight of the second. Positions outside are those of
/// the edge.
fn between(position: f32, size: usize) -> (usize, f32) {
    let first = (math::floor(position) as usize).min(size - 2);
    (first, (position - first as f32).clamp(0.0, 1.0))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let [_, height, width, channels] = plan.node.input(0)?.shape.nhwc()?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (images, flow) = (io.input::<f32>(0)?, io.input::<f32>(1)?);
        let line = width * channels;
        for_each_chunk(io.parallel, io.output(0)?, line.max(1), |index, to| {
            let image = &images[index / height * height * line..][..height * line];
            let flow = flow[index * width * 2..].as_chunks::<2>().0;
            for (x, (to, &[down, across])) in to.chunks_exact_mut(channels).zip(flow).enumerate() {
                let (y, weight_y) = between((index % height) as f32 - down, height);
                let (x, weight_x) = between(x as f32 - across, width);
                let upper = &image[(y * width + x) * channels..][..2 * channels];
                let lower = &image[((y + 1) * width + x) * channels..][..2 * channels];
                for (channel, to) in to.iter_mut().enumerate() {
                    let blend =
                        |line: &[f32]| weight_x * (line[channels + channel] - line[channel]) + line[channel];
                    let (upper, lower) = (blend(upper), blend(lower));
                    *to = weight_y * (lower - upper) + upper;
                }
            }
        });
        Ok(())
    }))
}
