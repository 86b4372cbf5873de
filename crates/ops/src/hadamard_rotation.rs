//! aeq.hadamard_rotation: rotates pieces of each row by a Hadamard matrix, which spreads outliers before activations are
//! quantized (Ashkboos et al., "QuaRot", NeurIPS 2024).

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::{Pair, for_each_chunk};
use featherlite_base::{DType, Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;

/// aeq.hadamard_rotation.
pub static OP: OpDef = OpDef {
    name: "aeq.hadamard_rotation",
    code: Code::Custom("aeq.hadamard_rotation"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::InPlace(&[0]),
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "aeq.hadamard_rotation",
    summary: "Multiplies pieces of each row by a normalized Hadamard matrix.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 }];

fn size(node: &Node<'_>) -> Result<usize> {
    let shape = node.input(0)?.shape;
    let size = CustomOptions::of(node).size("hadamard_size", 1..=i32::MAX as usize)?;
    if !size.is_power_of_two() || !shape.last().is_multiple_of(size) {
        return Err(Error::invalid_model(format!(
            "a Hadamard matrix of {size} rows for {shape}: it must be a power of two and divide the rows"
        )));
    }
    Ok(size)
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    size(node)?;
    Ok(Outputs::one(node.input(0)?.shape))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let size = size(plan.node)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let data = match io.pair::<f32, f32>(0, 0)? {
            Pair::InPlace(data) => data,
            Pair::Apart(from, to) => {
                to.copy_from_slice(from);
                to
            }
        };
        for_each_chunk(io.parallel, data, size, |_, piece| rotate(piece));
        Ok(())
    }))
}

/// Multiplies by the Hadamard matrix of the natural (Sylvester) order, divided by the root of its size, which is a power
/// of two.
fn rotate(piece: &mut [f32]) {
    let size = piece.len();
    let mut half = 1;
    while half < size {
        for block in piece.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (low, high) in low.iter_mut().zip(high) {
                (*low, *high) = (*low + *high, *low - *high);
            }
        }
        half *= 2;
    }
    let norm = (1.0 / libm::sqrt(size as f64)) as f32;
    piece.iter_mut().for_each(|x| *x *= norm);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotating_is_multiplying_by_signs() {
        for size in [1usize, 2, 8, 64] {
            let input: alloc::vec::Vec<f32> = (0..size).map(|i| (i * 7 % 11) as f32 - 4.0).collect();
            let mut output = input.clone();
            rotate(&mut output);
            for (row, found) in output.iter().enumerate() {
                let sign =
                    |column: usize| if (row & column).count_ones().is_multiple_of(2) { 1.0 } else { -1.0 };
                let sum: f32 = input.iter().enumerate().map(|(column, x)| sign(column) * x).sum();
                assert!((found - sum / (size as f32).sqrt()).abs() < 1e-5);
            }
        }
    }
}
