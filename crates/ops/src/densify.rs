//! DENSIFY: a sparse constant as a dense tensor. The input is constant, so it is done once, at plan time.

use alloc::boxed::Box;

use featherlite_base::arena::bytes_of_mut;
use featherlite_base::{DType, Element, F16, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req, sparse};
use crate::parts::elementwise::same_shape;
use crate::parts::sparse::entries;

/// DENSIFY.
pub static OP: OpDef = OpDef {
    name: "DENSIFY",
    code: Code::Builtin(BuiltinOperator::DENSIFY),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "DENSIFY", summary: "A sparse constant as a dense tensor.", macs: None };

const TYPES: Types = Types::of(&[DType::F32, DType::F16, DType::I8]);

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[sparse(TYPES)], outputs: &[req(Types::SAME)], version: 1 }];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let input = plan.node.input(0)?;
    match input.dtype {
        DType::F32 => densify::<f32>(plan),
        DType::F16 => densify::<F16>(plan),
        _ => densify::<i8>(plan),
    }
}

fn densify<T: Element>(plan: &Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (positions, _) = entries::<T>(plan.node.input(0)?)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<T>(0)?, io.output::<T>(0)?);
        bytes_of_mut(output).fill(0);
        for (&position, &value) in positions.iter().zip(input) {
            output[position] = value;
        }
        Ok(())
    }))
}
