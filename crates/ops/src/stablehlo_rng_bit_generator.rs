//! STABLEHLO_RNG_BIT_GENERATOR: random bits from a state, and the state that follows.

use alloc::boxed::Box;
use alloc::{format, vec};

use featherlite_base::{DType, Error, Result};
use featherlite_schema::{BuiltinOperator, RngAlgorithm, StablehloRngBitGeneratorOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::random;

/// STABLEHLO_RNG_BIT_GENERATOR.
pub static OP: OpDef = OpDef {
    name: "STABLEHLO_RNG_BIT_GENERATOR",
    code: Code::Builtin(BuiltinOperator::STABLEHLO_RNG_BIT_GENERATOR),
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
    name: "STABLEHLO_RNG_BIT_GENERATOR",
    summary: "Random bits from a state, and the state that follows.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(Types::of(&[DType::U64]))],
    outputs: &[
        req(Types::of(&[DType::U64])),
        req(Types::of(&[DType::I32, DType::U32, DType::I64, DType::U64])),
    ],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let state = node.input(0)?.shape;
    let is_threefry = is_threefry(node)?;
    if state.dims() != [2] && (is_threefry || state.dims() != [3]) {
        return Err(Error::invalid_shape(format!("a state of the shape {state}")));
    }
    // Nothing but the file says how many bits are wanted.
    Ok(Outputs::Known(vec![state, node.output(1)?.shape]))
}

fn is_threefry(node: &Node<'_>) -> Result<bool> {
    let options: StablehloRngBitGeneratorOptions<'_> = node.options();
    match options.algorithm() {
        RngAlgorithm::THREEFRY => Ok(true),
        RngAlgorithm::DEFAULT | RngAlgorithm::PHILOX => Ok(false),
        other => Err(Error::unsupported(format!("the random numbers {other:?}"))),
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let is_threefry = is_threefry(plan.node)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let words = io.input::<u64>(0)?;
        let half = |index: usize| [words[index] as u32, (words[index] >> 32) as u32];
        let (key, rest) = (half(0), half(if words.len() > 2 { 2 } else { 0 }));
        let (state, mut counter) = (io.output::<u64>(0)?, words[1]);
        let (blocks, bytes) = if is_threefry { (2, 8) } else { (4, 16) };
        for out in io.output::<u8>(1)?.chunks_mut(bytes) {
            let low = [counter as u32, (counter >> 32) as u32];
            let block = if is_threefry {
                let [a, b] = random::threefry(key, low);
                [a, b, 0, 0]
            } else {
                random::philox(key, [low[0], low[1], rest[0], rest[1]])
            };
            let random = block[..blocks].iter().flat_map(|word| word.to_le_bytes());
            out.iter_mut().zip(random).for_each(|(out, random)| *out = random);
            counter = counter.wrapping_add(1);
        }
        state.copy_from_slice(words);
        state[1] = counter;
        Ok(())
    }))
}
