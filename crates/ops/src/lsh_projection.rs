//! LSH_PROJECTION: bits of a locality-sensitive hash (Charikar, STOC 2002). Each bit is the sign of a sum over the input's
//! items, of random numbers that come from hashing the item with a seed.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::{BuiltinOperator, LSHProjectionOptions, LSHProjectionType};

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req,
};
use crate::parts::fingerprint::fingerprint;

/// LSH_PROJECTION.
pub static OP: OpDef = OpDef {
    name: "LSH_PROJECTION",
    code: Code::Builtin(BuiltinOperator::LSH_PROJECTION),
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
    HostDef { name: "LSH_PROJECTION", summary: "Bits of a locality-sensitive hash.", macs: None };

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig {
    name: "any",
    inputs: &[req(F32), req(Types::SIZED), opt(F32)],
    outputs: &[req(Types::of(&[DType::I32]))],
    version: 1,
}];

const SEEDS: usize = 0;
const ITEMS: usize = 1;
const WEIGHTS: usize = 2;

/// Whether each hash becomes one number (sparse) or one number for each bit (dense).
fn is_sparse(node: &Node<'_>) -> Result<bool> {
    match node.options::<LSHProjectionOptions<'_>>().type_() {
        LSHProjectionType::SPARSE => Ok(true),
        LSHProjectionType::DENSE => Ok(false),
        other => {
            Err(Error::invalid_model(format!("the projection type {other:?} is neither sparse nor dense")))
        }
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (seeds, items) = (node.input(SEEDS)?.shape, node.input(ITEMS)?.shape);
    let &[hashes, bits] = seeds.dims() else {
        return Err(Error::invalid_shape(format!("the seeds {seeds} must have 2 dimensions")));
    };
    if bits > 32 || items.rank() == 0 || items.dim(0) == 0 {
        let message = format!("{bits} bits (at most 32) over items {items} (at least one)");
        return Err(Error::invalid_shape(message));
    }
    if let Some(weights) = node.optional(WEIGHTS)
        && weights.shape.dims() != [items.dim(0)]
    {
        return Err(Error::invalid_shape(format!("weights {} for items {items}", weights.shape)));
    }
    let count = if is_sparse(node)? { hashes } else { hashes.saturating_mul(bits) };
    Ok(Outputs::one(Shape::new(&[count])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let sparse = is_sparse(plan.node)?;
    let (bits, items) = (plan.node.input(SEEDS)?.shape.dim(1), plan.node.input(ITEMS)?);
    let count = items.shape.dim(0);
    let item_bytes = items.shape.bytes(items.dtype)? / count.max(1);
    let key = plan.scratch(item_bytes.saturating_add(4));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (seeds, items) = (io.input::<f32>(SEEDS)?, io.input::<u8>(ITEMS)?);
        let weights = if io.inputs() > WEIGHTS { io.input::<f32>(WEIGHTS)? } else { &[] };
        let output = io.output::<i32>(0)?;
        let key = io.scratch::<u8>(key)?;
        let mut bit = |seed: f32| -> i32 {
            key[..4].copy_from_slice(&seed.to_le_bytes());
            let mut sum = 0.0f64;
            for index in 0..count {
                key[4..].copy_from_slice(&items[index * item_bytes..][..item_bytes]);
                let random = fingerprint(key) as i64 as f64;
                sum += weights.get(index).map_or(random, |&weight| f64::from(weight) * random);
            }
            i32::from(sum > 0.0)
        };
        if sparse {
            for (hash, value) in output.iter_mut().enumerate() {
                let seeds = &seeds[hash * bits..][..bits];
                let number = seeds.iter().fold(0i32, |number, &seed| (number << 1) | bit(seed));
                // Each hash has a range of numbers of its own.
                *value = number.wrapping_add((hash as i32).wrapping_mul(1i32.wrapping_shl(bits as u32)));
            }
        } else {
            output.iter_mut().zip(seeds).for_each(|(value, &seed)| *value = bit(seed));
        }
        Ok(())
    }))
}
