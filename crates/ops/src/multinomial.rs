//! MULTINOMIAL: draws classes at random, by the logarithms of their odds.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::random::{self, Generator};
use crate::parts::rearrange::{self, INDEX};

/// MULTINOMIAL.
pub static OP: OpDef = OpDef {
    name: "MULTINOMIAL",
    code: Code::Builtin(BuiltinOperator::MULTINOMIAL),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "MULTINOMIAL",
    summary: "Draws classes at random, by the logarithms of their odds.",
    macs: None,
};

const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(Types::of(&[DType::F32])), req(Types::of(&[DType::I32]))],
    outputs: &[req(INDEX)],
    version: 1,
}];

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (logits, samples) = (node.input(0)?.shape, node.input(1)?);
    if logits.rank() != 2 || logits.last() == 0 || samples.shape.elements() != 1 {
        return Err(Error::invalid_shape(format!("{} numbers of samples from odds {logits}", samples.shape)));
    }
    let Some(samples) = samples.integers()? else { return Ok(Outputs::AtRun) };
    Ok(Outputs::one(Shape::from_signed([logits.dim(0) as i64, samples[0]].into_iter())?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let shape = rearrange::known(shapes(plan.node)?)?[0];
    let (classes, samples) = (plan.node.input(0)?.shape.last(), shape.last());
    let generator = Generator::of(plan.node);
    let (state, odds) = (plan.state(size_of::<u64>()), plan.scratch(classes * size_of::<f64>()));
    let wide = plan.node.output(0)?.dtype == DType::I64;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let next = &mut io.state::<u64>(state)?[0];
        let (logits, odds) = (io.input::<f32>(0)?, io.scratch::<f64>(odds)?);
        let mut draw = |row: usize, out: &mut dyn FnMut(usize, usize)| {
            let logits = &logits[row * classes..][..classes];
            let finite = logits.iter().copied().filter(|logit| logit.is_finite());
            let greatest = f64::from(finite.fold(f32::MIN, f32::max));
            let mut sum = 0.0;
            for (odds, &logit) in odds.iter_mut().zip(logits) {
                if logit.is_finite() {
                    sum += libm::exp(f64::from(logit) - greatest);
                }
                *odds = sum;
            }
            for index in row * samples..(row + 1) * samples {
                let block = generator.block(next.wrapping_add(index as u64 / 2));
                let at = index % 2 * 2;
                let point = random::unit_f64(block[at], block[at + 1]) * sum;
                out(index, odds.partition_point(|&odds| odds <= point));
            }
        };
        if wide {
            let output = io.output::<i64>(0)?;
            (0..shape.dim(0)).for_each(|row| draw(row, &mut |index, class| output[index] = class as i64));
        } else {
            let output = io.output::<i32>(0)?;
            (0..shape.dim(0)).for_each(|row| draw(row, &mut |index, class| output[index] = class as i32));
        }
        // More than were used, as TensorFlow does.
        *next = next.wrapping_add((shape.dim(0) * samples.next_multiple_of(4) * 2 * 256) as u64);
        Ok(())
    }))
}
