//! `MaxUnpooling2D`: puts what `MaxPoolWithArgmax` found back to where it was; everything else is 0.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};

/// `MaxUnpooling2D`.
pub static OP: OpDef = OpDef {
    name: "MaxUnpooling2D",
    code: Code::Custom("MaxUnpooling2D"),
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
    name: "MaxUnpooling2D",
    summary: "Puts pooled elements back to where they were (perception operators).",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] =
    &[Sig { name: "float32", inputs: &[req(F32), req(I32)], outputs: &[req(F32)], version: 1 }];

/// The paddings that the options may ask for: the numbers of a C enumeration.
const SAME: i32 = 1;
const VALID: i32 = 2;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (input, places) = (node.input(0)?.shape, node.input(1)?.shape);
    let [batch, height, width, channels] = input.nhwc()?;
    if input != places {
        return Err(Error::invalid_shape(format!("elements {input} and their places {places} differ")));
    }
    // 32-bit numbers of a C structure: padding, stride across and down, window across and down, and what is not used.
    let (words, _) = node.custom_options.as_chunks::<4>();
    let &[padding, _, _, _, _, ..] = words else {
        let bytes = node.custom_options.len();
        return Err(Error::invalid_model(format!("{bytes} bytes of options where there must be 20")));
    };
    let size = |index: usize| {
        let size = i32::from_le_bytes(words[index]);
        usize::try_from(size)
            .ok()
            .filter(|&size| size > 0)
            .ok_or_else(|| Error::invalid_model(format!("number {index} of the options is {size}")))
    };
    let (strides, windows) = ([size(2)?, size(1)?], [size(4)?, size(3)?]);
    let unpooled = |axis: usize, size: usize| match i32::from_le_bytes(padding) {
        SAME => Ok(size.saturating_mul(strides[axis])),
        VALID if size == 0 => Ok(0),
        VALID => Ok((size - 1).saturating_mul(strides[axis]).saturating_add(windows[axis])),
        other => Err(Error::invalid_model(format!("padding {other}"))),
    };
    Ok(Outputs::one(Shape::new(&[batch, unpooled(0, height)?, unpooled(1, width)?, channels])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let batch = plan.node.input(0)?.shape.dim(0).max(1);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, places, output) = (io.input::<f32>(0)?, io.input::<i32>(1)?, io.output::<f32>(0)?);
        output.fill(0.0);
        let (pooled, image) = ((input.len() / batch).max(1), (output.len() / batch).max(1));
        let images = input.chunks(pooled).zip(places.chunks(pooled)).zip(output.chunks_mut(image));
        for ((input, places), output) in images {
            for (&element, &place) in input.iter().zip(places) {
                let to = usize::try_from(place).ok().and_then(|place| output.get_mut(place));
                *to.ok_or_else(|| {
                    Error::invalid_value(format!("place {place} of an image of {image} elements"))
                })? = element;
            }
        }
        Ok(())
    }))
}
