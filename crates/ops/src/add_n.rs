//! ADD_N: the sum of any number of tensors of one shape.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::for_each_chunk;
use featherlite_base::{DType, Element, Error, Result};
use featherlite_schema::BuiltinOperator;

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req, rest,
};
use crate::parts::elementwise::level;

/// ADD_N.
pub static OP: OpDef = OpDef {
    name: "ADD_N",
    code: Code::Builtin(BuiltinOperator::ADD_N),
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
    HostDef { name: "ADD_N", summary: "The sum of any number of tensors of one shape.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), rest(F32)], outputs: &[req(F32)], version: 1 },
    Sig { name: "int32", inputs: &[req(I32), rest(I32)], outputs: &[req(I32)], version: 1 },
];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let shape = node.input(0)?.shape;
    match node.inputs.iter().flatten().find(|input| input.shape != shape) {
        Some(other) => Err(Error::invalid_shape(format!("shapes {shape} and {} differ", other.shape))),
        None => Ok(Outputs::one(shape)),
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    Ok(match plan.node.input(0)?.dtype {
        DType::F32 => sum::<f32>(plan, |a, b| a + b),
        _ => sum::<i32>(plan, i32::wrapping_add),
    })
}

fn sum<T: Element>(plan: &Plan<'_>, add: impl Fn(T, T) -> T + Send + Sync + 'static) -> Box<dyn Kernel> {
    let level = level(plan);
    Box::new(move |io: &mut Io<'_>| {
        let output = io.output::<T>(0)?;
        output.copy_from_slice(io.input(0)?);
        for index in 1..io.inputs() {
            let input = io.input::<T>(index)?;
            for_each_chunk(io.parallel, output, CHUNK, |number, part| {
                let input = &input[number * CHUNK..];
                level.vectorize(
                    #[inline(always)]
                    || part.iter_mut().zip(input).for_each(|(sum, x)| *sum = add(*sum, *x)),
                );
            });
        }
        Ok(())
    })
}

/// Elements that one thread works on at a time.
const CHUNK: usize = 16 * 1024;
