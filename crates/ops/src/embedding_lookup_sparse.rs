//! EMBEDDING_LOOKUP_SPARSE: weighted sums (or means) of rows of a table, for each place of a sparse tensor of row
//! numbers but along its innermost dimension.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{DType, Error, Result, Shape, math};
use featherlite_schema::{BuiltinOperator, CombinerType, EmbeddingLookupSparseOptions};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::gather::position;

/// EMBEDDING_LOOKUP_SPARSE.
pub static OP: OpDef = OpDef {
    name: "EMBEDDING_LOOKUP_SPARSE",
    code: Code::Builtin(BuiltinOperator::EMBEDDING_LOOKUP_SPARSE),
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
    name: "EMBEDDING_LOOKUP_SPARSE",
    summary: "Weighted sums, means or root means of rows of a table, picked by a sparse tensor.",
    macs: None,
};

const I32: Types = Types::of(&[DType::I32]);
const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(I32), req(I32), req(I32), req(F32), req(F32)],
    outputs: &[req(F32)],
    version: 1,
}];

/// The numbers of the rows.
const NUMBERS: usize = 0;
/// For each of them: where it is in the sparse tensor.
const PLACES: usize = 1;
/// The shape of the sparse tensor.
const DENSE_SHAPE: usize = 2;
/// A weight for each number.
const WEIGHTS: usize = 3;
const TABLE: usize = 4;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let [numbers, places, dense, weights, table] = [NUMBERS, PLACES, DENSE_SHAPE, WEIGHTS, TABLE]
        .map(|index| node.input(index).map(|input| input.shape));
    let (numbers, places, dense, weights, table) = (numbers?, places?, dense?, weights?, table?);
    let (&[count, rank], true) = (places.dims(), table.rank() >= 2) else {
        return Err(Error::invalid_shape(format!("places {places} of rows of {table}")));
    };
    if numbers.dims() != [count] || weights.dims() != [count] || dense.dims() != [rank] || rank == 0 {
        return Err(Error::invalid_shape(format!(
            "numbers {numbers}, weights {weights} and a shape {dense} for places {places}"
        )));
    }
    let Some(dims) = node.input(DENSE_SHAPE)?.integers()? else { return Ok(Outputs::AtRun) };
    let row = table.dims()[1..].iter().map(|&dim| dim as i64);
    let dims: Vec<i64> = dims[..rank - 1].iter().copied().chain(row).collect();
    Ok(Outputs::one(Shape::from_signed(dims.into_iter())?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let combiner = plan.node.options::<EmbeddingLookupSparseOptions<'_>>().combiner();
    if !matches!(combiner, CombinerType::SUM | CombinerType::MEAN | CombinerType::SQRTN) {
        return Err(Error::unsupported(format!("combiner {combiner:?}")));
    }
    let (table, rank) = (plan.node.input(TABLE)?.shape, plan.node.input(PLACES)?.shape.dim(1));
    let (rows, width) = (table.dim(0), table.dims()[1..].iter().product::<usize>());
    let outer = plan.node.output(0)?.shape;
    let dims: Vec<usize> = outer.dims()[..rank - 1].to_vec();
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (numbers, places) = (io.input::<i32>(NUMBERS)?, io.input::<i32>(PLACES)?);
        let (weights, table) = (io.input::<f32>(WEIGHTS)?, io.input::<f32>(TABLE)?);
        let output = io.output::<f32>(0)?;
        output.fill(0.0);
        // Numbers of one place follow one another; what they add up to is divided before the next place begins.
        let mut place = 0;
        let (mut sum, mut squares, mut is_begun) = (0.0f32, 0.0f32, false);
        let divide = |results: &mut [f32], sum: f32, squares: f32| {
            let divisor = match combiner {
                CombinerType::MEAN => sum,
                CombinerType::SQRTN => math::sqrt(squares),
                _ => return,
            };
            results.iter_mut().for_each(|result| *result /= divisor);
        };
        for ((&number, coordinates), &weight) in numbers.iter().zip(places.chunks(rank)).zip(weights) {
            let row = &table[position(number, rows)? * width..][..width];
            let mut next = 0;
            for (&coordinate, &dim) in coordinates.iter().zip(&dims) {
                next = next * dim + position(coordinate, dim)?;
            }
            if next != place && is_begun {
                divide(&mut output[place * width..][..width], sum, squares);
            }
            if next != place {
                (place, sum, squares) = (next, 0.0, 0.0);
            }
            is_begun = true;
            sum += weight;
            squares += weight * weight;
            let results = &mut output[place * width..][..width];
            results.iter_mut().zip(row).for_each(|(result, x)| *result += x * weight);
        }
        if is_begun {
            divide(&mut output[place * width..][..width], sum, squares);
        }
        Ok(())
    }))
}
