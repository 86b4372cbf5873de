//! CONCATENATION: puts tensors side by side along a dimension.

use alloc::boxed::Box;
use alloc::vec::Vec;
use alloc::{format, vec};

use featherlite_base::{DType, Error, Result, Shape, math};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, ConcatenationOptions};

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Tensor, Types, req, rest,
};
use crate::parts::activation::{bound, type_range};
use crate::parts::lut;
use crate::parts::rearrange::{self, Move, NO_TEXT};
use crate::parts::strided::Copy;

/// CONCATENATION.
pub static OP: OpDef = OpDef {
    name: "CONCATENATION",
    code: Code::Builtin(BuiltinOperator::CONCATENATION),
    version: 7,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "CONCATENATION", summary: "Puts tensors side by side along a dimension.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(NO_TEXT), rest(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// The dimension along which inputs are joined, with the inputs' shapes; scalars count as lists of one element.
fn operands(node: &Node<'_>) -> Result<(usize, Vec<Shape>)> {
    let mut shapes = Vec::with_capacity(node.inputs.len());
    for index in 0..node.inputs.len() {
        let shape = node.input(index)?.shape;
        shapes.push(if shape.rank() == 0 { Shape::new(&[1])? } else { shape });
    }
    let first = *shapes.first().ok_or_else(|| Error::invalid_model("nothing to concatenate"))?;
    let axis = first.axis(node.options::<ConcatenationOptions<'_>>().axis().into())?;
    let fits = |shape: &Shape| {
        shape.rank() == first.rank() && (0..first.rank()).all(|d| d == axis || shape.dim(d) == first.dim(d))
    };
    match shapes.iter().find(|shape| !fits(shape)) {
        Some(other) => {
            Err(Error::invalid_shape(format!("{first} and {other} differ beside dimension {axis}")))
        }
        None => Ok((axis, shapes)),
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (axis, shapes) = operands(node)?;
    let size = shapes.iter().fold(0usize, |sum, shape| sum.saturating_add(shape.dim(axis)));
    Ok(Outputs::one(shapes[0].with_dim(axis, size)?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let activation = node.options::<ConcatenationOptions<'_>>().fused_activation_function();
    if activation != ActivationFunctionType::NONE {
        return Err(Error::unsupported(format!("a concatenation with the fused activation {activation:?}")));
    }
    let output = node.output(0)?;
    let (axis, shapes) = operands(node)?;
    let inner: usize = output.shape.dims()[axis + 1..].iter().product();
    let mut at = 0;
    let mut moves = Vec::with_capacity(shapes.len());
    for (input, shape) in shapes.iter().enumerate() {
        moves.push(Move::join(input, &output.shape, axis, at, shape.dim(axis) * inner));
        at += shape.dim(axis);
    }
    match rescaling(node)? {
        Some(tables) => rescaled(plan, moves, tables),
        None => rearrange::kernel(plan, vec![moves], &[output.shape]),
    }
}

/// What brings each input to the scale of the output, `None` if all have it. Only 8-bit inputs may differ.
fn rescaling(node: &Node<'_>) -> Result<Option<Vec<Option<Box<lut::Table>>>>> {
    let output = node.output(0)?;
    let Some(target) = output.quantization.affine().filter(|_| matches!(output.dtype, DType::I8 | DType::U8))
    else {
        return Ok(None);
    };
    let mut tables = Vec::with_capacity(node.inputs.len());
    for index in 0..node.inputs.len() {
        let input = node.input(index)?;
        tables.push(match input.quantization.affine() {
            Some(own) if own != target => Some(table(input, output)?),
            _ => None,
        });
    }
    Ok(tables.iter().any(Option::is_some).then_some(tables))
}

fn table(input: &Tensor<'_>, output: &Tensor<'_>) -> Result<Box<lut::Table>> {
    let ((input_scale, input_zero), (output_scale, output_zero)) =
        (input.scale_zero_point()?, output.scale_zero_point()?);
    let range = type_range(output.dtype)?;
    let scale = input_scale * (1.0 / output_scale);
    let bias = -input_zero as f32 * scale;
    Ok(lut::of_integer(input.dtype, |q| {
        bound(math::round_to_i32(q as f32 * scale + bias).saturating_add(output_zero), range)
    }))
}

fn rescaled(
    plan: &mut Plan<'_>,
    moves: Vec<Move>,
    tables: Vec<Option<Box<lut::Table>>>,
) -> Result<Box<dyn Kernel>> {
    let longest = plan.node.inputs.iter().flatten().map(|input| input.shape.elements()).max().unwrap_or(0);
    let scratch = plan.scratch(longest);
    let copies = moves
        .into_iter()
        .zip(tables)
        .map(|(Move { input, axes, from, to }, table)| Ok((input, Copy::new(1, &axes, from, to)?, table)))
        .collect::<Result<Vec<_>>>()?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (scratch, output) = (io.scratch::<u8>(scratch)?, io.output::<u8>(0)?);
        for (input, copy, table) in &copies {
            let mut from = io.input::<u8>(*input)?;
            if let Some(table) = table {
                let rescaled = &mut scratch[..from.len()];
                rescaled.iter_mut().zip(from).for_each(|(to, &from)| *to = table[usize::from(from)]);
                from = rescaled;
            }
            copy.run(io.parallel, from, output)?;
        }
        Ok(())
    }))
}
