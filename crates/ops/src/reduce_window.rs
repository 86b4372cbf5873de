//! REDUCE_WINDOW: reduces windows that slide over all dimensions.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BuiltinOperator, ReduceWindowFunction, ReduceWindowOptions};

use crate::core::{Code, Effects, HostDef, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::combine::Function;
use crate::parts::reduce_window::{NUMBER, Window, Windows};

/// REDUCE_WINDOW.
pub static OP: OpDef = OpDef {
    name: "REDUCE_WINDOW",
    code: Code::Builtin(BuiltinOperator::REDUCE_WINDOW),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "REDUCE_WINDOW", summary: "Reduces windows that slide over all dimensions.", macs: None };

const I64: Types = Types::of(&[DType::I64]);

const SIGS: &[Sig] = &[Sig {
    name: "numbers",
    inputs: &[req(NUMBER), req(Types::SAME), req(I64), req(I64), req(I64)],
    outputs: &[req(Types::SAME)],
    version: 1,
}];

/// Functions by the number that the options have for them.
const FUNCTIONS: &[(ReduceWindowFunction, Function)] = &[
    (ReduceWindowFunction::ADD, Function::Add),
    (ReduceWindowFunction::MUL, Function::Multiply),
    (ReduceWindowFunction::MINIMUM, Function::Minimum),
    (ReduceWindowFunction::MAXIMUM, Function::Maximum),
    (ReduceWindowFunction::ALL, Function::All),
    (ReduceWindowFunction::ANY, Function::Any),
];

/// `None` if they are not known yet.
fn windows(node: &Node<'_>) -> Result<Option<Windows>> {
    let (input, start) = (node.input(0)?, node.input(1)?.shape);
    if start.elements() != 1 {
        return Err(Error::invalid_shape(format!("the start of the reduction has the shape {start}")));
    }
    for list in [node.input(2)?, node.input(3)?, node.input(4)?] {
        if list.shape_known && list.shape.elements() != input.shape.rank() {
            return Err(Error::invalid_shape(format!("windows of {} over {}", list.shape, input.shape)));
        }
    }
    let lists = (node.input(2)?.integers()?, node.input(3)?.integers()?, node.input(4)?.integers()?);
    let (Some(sizes), Some(strides), Some(dilations)) = lists else { return Ok(None) };
    if strides.len() != sizes.len() || dilations.len() != sizes.len() {
        return Err(Error::invalid_model(format!(
            "windows of {sizes:?}, strides {strides:?} and dilations {dilations:?}"
        )));
    }
    let windows: Vec<Window> = sizes
        .iter()
        .zip(strides)
        .zip(dilations)
        .map(|((&size, stride), dilation)| Window { size, stride, dilation })
        .collect();
    Windows::new(&input.shape, input.dtype.bits() / 8, &[], &windows).map(Some)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    Ok(windows(node)?.map_or(Outputs::AtRun, |windows| Outputs::one(windows.shape)))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let windows = windows(plan.node)?.ok_or_else(|| Error::internal("unknown windows"))?;
    let asked = plan.node.options::<ReduceWindowOptions<'_>>().reduce_function();
    let function = FUNCTIONS.iter().find(|(known, _)| *known == asked);
    let (_, function) =
        function.ok_or_else(|| Error::unsupported(format!("the reduction {asked:?} of windows")))?;
    windows.kernel(plan, *function)
}
