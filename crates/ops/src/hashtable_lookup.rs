//! HASHTABLE_LOOKUP: rows of a tensor, found by sorted keys. A second output says which keys there are; rows of others
//! are zero, or empty strings.

use alloc::boxed::Box;
use alloc::format;
use core::cmp::Ordering;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::strings::{self, Strings};

/// HASHTABLE_LOOKUP.
pub static OP: OpDef = OpDef {
    name: "HASHTABLE_LOOKUP",
    code: Code::Builtin(BuiltinOperator::HASHTABLE_LOOKUP),
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
    HostDef { name: "HASHTABLE_LOOKUP", summary: "Rows of a tensor, found by sorted keys.", macs: None };

const I32: Types = Types::of(&[DType::I32]);
const U8: Types = Types::of(&[DType::U8]);
const STRING: Types = Types::of(&[DType::String]);

const SIGS: &[Sig] = &[
    Sig {
        name: "any",
        inputs: &[req(I32), req(I32), req(Types::SIZED)],
        outputs: &[req(Types::SIZED), req(U8)],
        version: 1,
    },
    Sig {
        name: "string",
        inputs: &[req(I32), req(I32), req(STRING)],
        outputs: &[req(STRING), req(U8)],
        version: 1,
    },
];

const LOOKUP: usize = 0;
const KEYS: usize = 1;
const VALUES: usize = 2;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (lookup, keys, values) = (node.input(LOOKUP)?, node.input(KEYS)?, node.input(VALUES)?);
    let rows = values.shape.dim(0);
    if lookup.shape.rank() != 1 || keys.shape.rank() != 1 || values.shape.rank() == 0 || rows == 0 {
        return Err(Error::invalid_shape(format!(
            "lookup {} and keys {} must have 1 dimension, values {} at least one row",
            lookup.shape, keys.shape, values.shape
        )));
    }
    if keys.shape.dim(0) != rows {
        return Err(Error::invalid_shape(format!("keys {} for values {}", keys.shape, values.shape)));
    }
    if values.dtype != node.output(0)?.dtype {
        let message = format!("{} values for an output of {}", values.dtype, node.output(0)?.dtype);
        return Err(Error::invalid_model(message));
    }
    let found = values.shape.with_dim(0, lookup.shape.dim(0))?;
    Ok(Outputs::Known([found, lookup.shape].into()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    if plan.node.input(VALUES)?.dtype == DType::String {
        return Ok(Box::new(find_strings));
    }
    Ok(Box::new(find_rows))
}

/// The place of a key. Where it occurs more than once, the place that a binary search happens on.
fn place(keys: &[i32], wanted: i32) -> Option<usize> {
    let (mut first, mut end) = (0, keys.len());
    while first < end {
        let middle = (first + end) / 2;
        match wanted.cmp(&keys[middle]) {
            Ordering::Less => end = middle,
            Ordering::Greater => first = middle + 1,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

fn find_rows(io: &mut Io<'_>) -> Result<()> {
    let (lookup, keys, values) = (io.input::<i32>(LOOKUP)?, io.input::<i32>(KEYS)?, io.input::<u8>(VALUES)?);
    let (found, hits) = (io.output::<u8>(0)?, io.output::<u8>(1)?);
    let row = values.len() / keys.len().max(1);
    for (index, &key) in lookup.iter().enumerate() {
        let place = place(keys, key);
        hits[index] = u8::from(place.is_some());
        let found = &mut found[index * row..][..row];
        match place {
            Some(place) => found.copy_from_slice(&values[place * row..][..row]),
            None => found.fill(0),
        }
    }
    Ok(())
}

fn find_strings(io: &mut Io<'_>) -> Result<()> {
    let (lookup, keys) = (io.input::<i32>(LOOKUP)?, io.input::<i32>(KEYS)?);
    let values = Strings::new(io.input::<u8>(VALUES)?)?;
    let shape = Shape::new(&[lookup.len()])?;
    let hits = io.allocate::<u8>(1, shape)?;
    hits.iter_mut().zip(lookup).for_each(|(hit, &key)| *hit = u8::from(place(keys, key).is_some()));
    strings::write(io, 0, shape, |index| {
        place(keys, lookup[index]).map_or(Ok(&[][..]), |place| values.get(place))
    })
}
