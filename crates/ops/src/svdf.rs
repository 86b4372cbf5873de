//! SVDF: a fully-connected layer over a window of time, of low rank (Nakkiran et al., "Compressing Deep Neural
//! Networks Using a Rank-Constrained Topology", Interspeech 2015).
//!
//! Each of `filters = units * rank` filters first projects the input vector to one number (feature weights), which is
//! appended to the filter's memory of the last `memory` such numbers (the variable input 4); the memory is then
//! weighted over time, and `rank` neighbouring filters sum up to one unit.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::fixed_point::Multiplier;
use featherlite_base::{DType, Element, Error, Result, Shape};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, SVDFOptions};
use featherlite_simd::Level;

use crate::core::{
    Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, opt, req,
};
use crate::parts::requantize::first_scale;
use crate::parts::{activation, hybrid};

/// SVDF.
pub static OP: OpDef = OpDef {
    name: "SVDF",
    code: Code::Builtin(BuiltinOperator::SVDF),
    version: 4,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "SVDF",
    summary: "A fully-connected layer over a window of time, of low rank, with its memory as state.",
    macs: Some(|node| {
        Sizes::of(node).map_or(0, |sizes| {
            sizes.batch as u64 * sizes.filters as u64 * (sizes.input as u64 + sizes.memory as u64)
        })
    }),
};

const F32: Types = Types::of(&[DType::F32]);
const I8: Types = Types::of(&[DType::I8]);
const I16: Types = Types::of(&[DType::I16]);
const I32: Types = Types::of(&[DType::I32]);
/// Old files call the signed weights of hybrid operators UINT8.
const BYTES: Types = Types::of(&[DType::I8, DType::U8]);

const SIGS: &[Sig] = &[
    Sig {
        name: "float32",
        inputs: &[req(F32), req(F32), req(F32), opt(F32), req(F32)],
        outputs: &[req(F32)],
        version: 1,
    },
    Sig {
        name: "hybrid",
        inputs: &[req(F32), req(BYTES), req(BYTES), opt(F32), req(F32)],
        outputs: &[req(F32)],
        version: 2,
    },
    Sig {
        name: "int8",
        inputs: &[req(I8), req(I8), req(I16), opt(I32), req(I16)],
        outputs: &[req(I8)],
        version: 3,
    },
    // As TensorFlow Lite Micro has it.
    Sig {
        name: "int8, 8-bit memory",
        inputs: &[req(I8), req(I8), req(I8), opt(I32), req(I8)],
        outputs: &[req(I8)],
        version: 3,
    },
];

const INPUT: usize = 0;
const FEATURES: usize = 1;
const TIME: usize = 2;
const BIAS: usize = 3;
const STATE: usize = 4;

/// The dimensions of the layer.
#[derive(Clone, Copy)]
struct Sizes {
    /// Independent rows.
    batch: usize,
    /// Values of an input row.
    input: usize,
    /// `units * rank`.
    filters: usize,
    /// Values of an output row.
    units: usize,
    /// Filters that make a unit, at least 1.
    rank: usize,
    /// Past projections that a filter keeps, at least 1.
    memory: usize,
}

impl Sizes {
    fn of(node: &Node<'_>) -> Result<Self> {
        let wrong = |text: alloc::string::String| Err(Error::invalid_shape(text));
        if node.inputs.len() != 5 {
            return wrong(format!("{} inputs where there must be 5", node.inputs.len()));
        }
        let (input, features, time, state) = (
            node.input(INPUT)?.shape,
            node.input(FEATURES)?.shape,
            node.input(TIME)?.shape,
            node.input(STATE)?.shape,
        );
        let (&[batch, depth], &[filters, width], &[time_filters, memory]) =
            (input.dims(), features.dims(), time.dims())
        else {
            return wrong(format!(
                "input {input}, weights {features} and {time} must have 2 dimensions each"
            ));
        };
        let rank = node.options::<SVDFOptions<'_>>().rank();
        let rank =
            usize::try_from(rank).ok().filter(|&rank| rank > 0 && filters % rank == 0).ok_or_else(|| {
                Error::invalid_model(format!("rank {rank} does not divide the number of filters {filters}"))
            })?;
        if depth != width || filters != time_filters || memory == 0 {
            return wrong(format!(
                "input {input}, feature weights {features} and time weights {time} do not fit"
            ));
        }
        if state.dims() != [batch, memory * filters] {
            return wrong(format!("state {state} where [{batch},{}] is needed", memory * filters));
        }
        let units = filters / rank;
        if let Some(bias) = node.optional(BIAS)
            && bias.shape.dims() != [units]
        {
            return wrong(format!("bias {} for {units} units", bias.shape));
        }
        Ok(Self { batch, input: depth, filters, units, rank, memory })
    }

    /// Makes room for one more projection at the end of each filter's memory.
    fn advance<T: Copy>(self, state: &mut [T]) {
        // One move for all filters: the last place of each receives its neighbour's oldest value, and is overwritten.
        if !state.is_empty() {
            state.copy_within(1.., 0);
        }
    }

    /// Calls `task` for each output: its index, the row, the unit, and the filters that make it.
    fn for_each_unit(self, mut task: impl FnMut(usize, usize, usize, core::ops::Range<usize>)) {
        for row in 0..self.batch {
            for unit in 0..self.units {
                task(row * self.units + unit, row, unit, unit * self.rank..(unit + 1) * self.rank);
            }
        }
    }

    /// The memory of a filter: the range of its elements in the state.
    fn memory_of(self, row: usize, filter: usize) -> core::ops::Range<usize> {
        let start = (row * self.filters + filter) * self.memory;
        start..start + self.memory
    }
}

/// Row `index` of a matrix with rows of `width` elements.
fn row_of<T>(matrix: &[T], index: usize, width: usize) -> &[T] {
    &matrix[index * width..(index + 1) * width]
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let sizes = Sizes::of(node)?;
    Ok(Outputs::one(Shape::new(&[sizes.batch, sizes.units])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let sizes = Sizes::of(node)?;
    let options: SVDFOptions<'_> = node.options();
    let state = node.variable(STATE)?;
    let activation = activation::real(options.fused_activation_function())?;
    match (node.input(INPUT)?.dtype, node.input(FEATURES)?.dtype, state.dtype) {
        (DType::F32, DType::F32, _) => Ok(float(sizes, activation)),
        (DType::F32, ..) => {
            let time = node.input(TIME)?;
            let time_scale = first_scale(time)?.0;
            // Weighted over time in `f32`, so these weights are scaled back once.
            let time: Option<Vec<f32>> = time
                .data
                .filter(|_| time.is_constant)
                .map(|bytes| bytes.iter().map(|&byte| f32::from(byte as i8) * time_scale).collect());
            let time = time.ok_or_else(|| Error::unsupported("hybrid SVDF needs constant time weights"))?;
            let quantized = plan.scratch(sizes.input);
            Ok(Box::new(Hybrid {
                sizes,
                activation,
                asymmetric: options.asymmetric_quantize_inputs(),
                level: plan.setup.level,
                scale: first_scale(node.input(FEATURES)?)?.0,
                time,
                quantized,
            }))
        }
        (.., state_type) => {
            if options.fused_activation_function() != ActivationFunctionType::RELU {
                return Err(Error::unsupported(format!(
                    "the fused activation {:?} of an int8 SVDF; only RELU is",
                    options.fused_activation_function()
                )));
            }
            let scale = |index| first_scale(node.input(index)?).map(|(scale, _)| f64::from(scale));
            let (output_scale, output_zero_point) = first_scale(node.output(0)?)?;
            let layer = Integer {
                sizes,
                level: plan.setup.level,
                input_zero_point: first_scale(node.input(INPUT)?)?.1,
                to_state: Multiplier::from_real(scale(INPUT)? * scale(FEATURES)? / scale(STATE)?),
                to_output: Multiplier::from_real(scale(STATE)? * scale(TIME)? / f64::from(output_scale)),
                output_zero_point,
            };
            Ok(match state_type {
                DType::I16 => Box::new(move |io: &mut Io<'_>| {
                    layer.run::<i16>(io, |sum| sum.clamp(-32768, 32767) as i16)
                }),
                _ => Box::new(move |io: &mut Io<'_>| layer.run::<i8>(io, |sum| sum.clamp(-128, 127) as i8)),
            })
        }
    }
}

fn float(sizes: Sizes, activation: fn(f32) -> f32) -> Box<dyn Kernel> {
    Box::new(move |io: &mut Io<'_>| {
        let (input, features) = (io.input::<f32>(INPUT)?, io.input::<f32>(FEATURES)?);
        let state = io.variable::<f32>(STATE)?;
        sizes.advance(state);
        for row in 0..sizes.batch {
            let input = row_of(input, row, sizes.input);
            for filter in 0..sizes.filters {
                let memory = &mut state[sizes.memory_of(row, filter)];
                memory[sizes.memory - 1] = dot(row_of(features, filter, sizes.input), input);
            }
        }
        weigh_time(io, sizes, activation, io.input(TIME)?, state)
    })
}

struct Hybrid {
    sizes: Sizes,
    activation: fn(f32) -> f32,
    asymmetric: bool,
    level: Level,
    /// Of the feature weights.
    scale: f32,
    time: Vec<f32>,
    /// Scratch for one quantized input row.
    quantized: usize,
}

impl Kernel for Hybrid {
    fn run(&self, io: &mut Io<'_>) -> Result<()> {
        let sizes = self.sizes;
        let (input, features) = (io.input::<f32>(INPUT)?, io.input::<i8>(FEATURES)?);
        let state = io.variable::<f32>(STATE)?;
        let quantized = io.scratch::<i8>(self.quantized)?;
        sizes.advance(state);
        for row in 0..sizes.batch {
            let row_scale =
                hybrid::quantize_row(self.level, row_of(input, row, sizes.input), self.asymmetric, quantized);
            let scale = row_scale.scale * self.scale;
            for filter in 0..sizes.filters {
                let weights = row_of(features, filter, sizes.input);
                let sum = if row_scale.zero_point == 0 { 0 } else { hybrid::sum(weights) };
                let memory = &mut state[sizes.memory_of(row, filter)];
                memory[sizes.memory - 1] =
                    hybrid::rescale(hybrid::dot(weights, quantized), sum, row_scale.zero_point, scale);
            }
        }
        weigh_time(io, sizes, self.activation, &self.time, state)
    }
}

/// The second half of the float and hybrid forms: memory times time weights, summed up, bias, activation.
fn weigh_time(
    io: &Io<'_>,
    sizes: Sizes,
    activation: fn(f32) -> f32,
    time: &[f32],
    state: &[f32],
) -> Result<()> {
    let (bias, output) = (io.input::<f32>(BIAS)?, io.output::<f32>(0)?);
    sizes.for_each_unit(|index, row, unit, filters| {
        let sum: f32 = filters
            .map(|filter| dot(row_of(time, filter, sizes.memory), &state[sizes.memory_of(row, filter)]))
            .sum();
        output[index] = activation(sum + bias.get(unit).copied().unwrap_or(0.0));
    });
    Ok(())
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The form in integers; the memory and its weights have 16 bits (or 8).
#[derive(Clone, Copy)]
struct Integer {
    sizes: Sizes,
    level: Level,
    input_zero_point: i32,
    to_state: Multiplier,
    to_output: Multiplier,
    output_zero_point: i32,
}

impl Integer {
    fn run<T: Element + Into<i32>>(&self, io: &Io<'_>, saturate: impl Fn(i32) -> T) -> Result<()> {
        let sizes = self.sizes;
        let (input, features, time) =
            (io.input::<i8>(INPUT)?, io.input::<i8>(FEATURES)?, io.input::<T>(TIME)?);
        let (bias, state, output) = (io.input::<i32>(BIAS)?, io.variable::<T>(STATE)?, io.output::<i8>(0)?);
        sizes.advance(state);
        for row in 0..sizes.batch {
            let input = row_of(input, row, sizes.input);
            for filter in 0..sizes.filters {
                let weights = row_of(features, filter, sizes.input);
                let sum = self.level.vectorize(
                    #[inline(always)]
                    || {
                        let mut sum = 0i32;
                        for (&weight, &x) in weights.iter().zip(input) {
                            let x = i32::from(x).wrapping_sub(self.input_zero_point);
                            sum = sum.wrapping_add(i32::from(weight).wrapping_mul(x));
                        }
                        sum
                    },
                );
                let memory = &mut state[sizes.memory_of(row, filter)];
                memory[sizes.memory - 1] = saturate(self.to_state.apply(sum));
            }
        }
        sizes.for_each_unit(|index, row, unit, filters| {
            let mut sum = bias.get(unit).copied().unwrap_or(0);
            for filter in filters {
                let memory = &state[sizes.memory_of(row, filter)];
                for (&weight, &value) in row_of(time, filter, sizes.memory).iter().zip(memory) {
                    sum = sum.wrapping_add(weight.into().wrapping_mul(value.into()));
                }
            }
            let scaled = self.to_output.apply(sum).saturating_add(self.output_zero_point);
            output[index] = scaled.clamp(-128, 127) as i8;
        });
        Ok(())
    }
}
