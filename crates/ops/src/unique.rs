//! UNIQUE: the different values of a list in the order in which they appear, and for each element the number of its value.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Element, Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::rearrange::INDEX;

/// UNIQUE.
pub static OP: OpDef = OpDef {
    name: "UNIQUE",
    code: Code::Builtin(BuiltinOperator::UNIQUE),
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
    name: "UNIQUE",
    summary: "The different values of a list in the order in which they appear, and for each element the number of its value.",
    macs: None,
};

const SIGS: &[Sig] =
    &[Sig { name: "any", inputs: &[req(NUMBER)], outputs: &[req(Types::SAME), req(INDEX)], version: 1 }];

const NUMBER: Types = Types::of(&[DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64]);

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let input = node.input(0)?.shape;
    if input.rank() != 1 {
        return Err(Error::invalid_shape(format!("UNIQUE takes a list, not {input}")));
    }
    // As many as there are different values.
    Ok(Outputs::AtRun)
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let wide = plan.node.output(1)?.dtype == DType::I64;
    Ok(match plan.node.input(0)?.dtype {
        // Both zeros are one value.
        DType::F32 => kernel(wide, |x: f32| i64::from((x + 0.0).to_bits())),
        DType::I8 => kernel(wide, |x: i8| x.into()),
        DType::U8 => kernel(wide, |x: u8| x.into()),
        DType::I16 => kernel(wide, |x: i16| x.into()),
        DType::I32 => kernel(wide, |x: i32| x.into()),
        DType::I64 => kernel(wide, |x: i64| x),
        other => return Err(Error::internal(format!("UNIQUE planned for {other}"))),
    })
}

/// `key` gives equal values for equal elements.
fn kernel<T: Element>(wide: bool, key: fn(T) -> i64) -> Box<dyn Kernel> {
    Box::new(move |io: &mut Io<'_>| {
        let input = io.input::<T>(0)?;
        let keys: Vec<i64> = input.iter().map(|&value| key(value)).collect();
        let (firsts, places) = number(&keys);
        let values = io.allocate::<T>(0, Shape::new(&[firsts.len()])?)?;
        values.iter_mut().zip(firsts).for_each(|(value, first)| *value = input[first]);
        let shape = Shape::new(&[places.len()])?;
        if wide {
            let out = io.allocate::<i64>(1, shape)?;
            out.iter_mut().zip(places).for_each(|(out, place)| *out = place as i64);
        } else {
            let out = io.allocate::<i32>(1, shape)?;
            out.iter_mut().zip(places).for_each(|(out, place)| *out = place as i32);
        }
        Ok(())
    })
}

/// Where each of the different keys is first, and for each key which of these it is.
fn number(keys: &[i64]) -> (Vec<usize>, Vec<usize>) {
    let (mut numbers, mut firsts) = (BTreeMap::new(), Vec::new());
    let places = keys.iter().enumerate().map(|(index, &key)| {
        *numbers.entry(key).or_insert_with(|| {
            firsts.push(index);
            firsts.len() - 1
        })
    });
    let places = places.collect();
    (firsts, places)
}
