//! STABLEHLO_REDUCE_WINDOW: reduces windows that slide over all dimensions of a padded tensor.

use alloc::boxed::Box;
use alloc::vec::Vec;
use alloc::{format, vec};

use featherlite_base::{Error, Result};
use featherlite_schema::{BuiltinOperator, StablehloReduceWindowOptions, Vector};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::combine::Function;
use crate::parts::reduce_window::{NUMBER, Window, Windows};
use crate::parts::spread::Padding;

/// STABLEHLO_REDUCE_WINDOW.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_REDUCE_WINDOW",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_REDUCE_WINDOW),
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
    name: "STABLEHLO_REDUCE_WINDOW",
    summary: "Reduces windows that slide over all dimensions of a padded tensor.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "numbers",
    inputs: &[req(NUMBER), req(Types::SAME)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

fn windows(node: &Node<'_>) -> Result<Windows> {
    let (input, start) = (node.input(0)?, node.input(1)?.shape);
    if start.elements() != 1 {
        return Err(Error::invalid_shape(format!("the start of the reduction has the shape {start}")));
    }
    let options: StablehloReduceWindowOptions<'_> = node.options();
    let rank = input.shape.rank();
    // Lists that are left out stand for ones, and for no padding.
    let list = |values: Vector<'_, i64>, length: usize, default: i64| match values.len() {
        0 => Ok(vec![default; length]),
        count if count == length => Ok(values.to_vec()),
        count => Err(Error::invalid_model(format!("{count} values where {length} are needed"))),
    };
    let sizes = list(options.window_dimensions(), rank, 1)?;
    let strides = list(options.window_strides(), rank, 1)?;
    let base = list(options.base_dilations(), rank, 1)?;
    let dilations = list(options.window_dilations(), rank, 1)?;
    let edges = list(options.padding(), 2 * rank, 0)?;
    let windows: Vec<Window> = (0..rank)
        .map(|axis| Window { size: sizes[axis], stride: strides[axis], dilation: dilations[axis] })
        .collect();
    let paddings: Vec<Padding> = (0..rank)
        .map(|axis| Padding {
            low: edges[2 * axis],
            high: edges[2 * axis + 1],
            interior: base[axis].saturating_sub(1),
        })
        .collect();
    Windows::new(&input.shape, input.dtype.bits() / 8, &paddings, &windows)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(Outputs::one(windows(node)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let body = plan.node.options::<StablehloReduceWindowOptions<'_>>().body_subgraph_index();
    let function = Function::of_subgraph(plan.node, body)?;
    windows(plan.node)?.kernel(plan, function)
}
