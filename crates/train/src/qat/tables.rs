//! Functions of 8-bit numbers as the runtime's own kernels compute them, and averages as integer kernels round them.

use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Tensor;
use featherlite_base::fixed_point::Multiplier;
use featherlite_ir::Op;
use featherlite_quant::params::{Levels, Params};
use featherlite_schema::BuiltinOperator;
use featherlite_train_kernels::{Activation, LookUp};

use super::Simulation;
use super::kernels::{self, Operand};
use crate::backend;
use crate::forward::constant;
use crate::graph::{Kind, Step};
use crate::parameters::numbers;
use crate::{Error, ErrorKind, Result};

/// A function between integers of these parameters.
type Key = (Function, Params, Params);

/// A function of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Of(BuiltinOperator),
    /// The product with a constant.
    Times(f32),
}

/// Tables that were made last: while ranges move they change with every step, later they are the same.
static TABLES: Mutex<Vec<(Key, Arc<[f32; 256]>)>> = Mutex::new(Vec::new());

/// Tables that are kept.
const KEPT: usize = 256;

impl Simulation {
    /// `y`, a function of `x`, with the values that the kernel of integers gives and the gradient of the function.
    pub(crate) fn looked_up(
        &self,
        index: usize,
        step: &Step,
        x: &Tensor<4>,
        y: Tensor<4>,
    ) -> Result<Tensor<4>> {
        let (Some(function), Some((input, output))) = (Function::of(&step.kind), self.bytes(index, step))
        else {
            return Ok(y);
        };
        let table = table((function, input, output))?;
        let Params { scale, zero_point } = input;
        Ok(backend::look_up(x.clone(), y, LookUp { scale, zero_point, table }))
    }

    /// `y`, averages over so many elements at each pixel, with the values that the kernel of integers gives.
    pub(crate) fn averaged(
        &self,
        index: usize,
        step: &Step,
        y: Tensor<4>,
        counts: &[f32],
    ) -> Result<Tensor<4>> {
        let Some((input, output)) = self.bytes(index, step).filter(|(input, output)| input == output) else {
            return Ok(y);
        };
        let channels = step.output[2].max(1);
        let mut values = numbers(y.clone().detach())?;
        for (pixel, &count) in values.chunks_mut(channels).zip(counts.iter().cycle()) {
            for value in pixel {
                let sum = ((*value / input.scale + input.zero_point as f32) * count).round() as i32;
                let (count, half) = (count as i32, count as i32 / 2);
                // The division cuts towards zero, wherever the zero point lies.
                let level = if sum >= 0 { (sum + half) / count } else { (sum - half) / count };
                *value = output.scale * (level - output.zero_point) as f32;
            }
        }
        Ok(instead(y, values))
    }

    /// What a step's input and its result are rounded to, where both are 8-bit numbers.
    fn bytes(&self, index: usize, step: &Step) -> Option<(Params, Params)> {
        let (input, output) = (self.form(*step.inputs.first()?)?, self.form(index)?);
        (input.0 == Levels::INT8 && output.0 == Levels::INT8).then_some((input.1, output.1))
    }
}

/// Other values with the gradient of `y`.
fn instead(y: Tensor<4>, values: Vec<f32>) -> Tensor<4> {
    let exact = constant(values, y.dims(), &y.device());
    let difference = (exact - y.clone()).detach();
    y + difference
}

impl Function {
    fn of(kind: &Kind) -> Option<Self> {
        let activation = match kind {
            Kind::Activate(activation) => activation,
            Kind::Rescale { scale, offset, activation: Activation::None } => {
                let is_product = offset.iter().all(|&offset| offset == 0.0);
                return scale.first().filter(|_| is_product && scale.len() == 1).copied().map(Self::Times);
            }
            _ => return None,
        };
        match activation {
            Activation::Relu => Some(Self::Of(BuiltinOperator::RELU)),
            Activation::Relu6 => Some(Self::Of(BuiltinOperator::RELU6)),
            Activation::HardSwish => Some(Self::Of(BuiltinOperator::HARD_SWISH)),
            Activation::Sigmoid => Some(Self::Of(BuiltinOperator::LOGISTIC)),
            _ => None,
        }
    }
}

/// The real numbers that the results of all 256 integers stand for.
fn table(key: Key) -> Result<Arc<[f32; 256]>> {
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, table)) = tables.iter().find(|(known, _)| *known == key) {
        return Ok(Arc::clone(table));
    }
    let (function, input, output) = key;
    let table = match function {
        Function::Of(operator) => compute(operator, input, output)?,
        Function::Times(factor) => products(factor, input, output),
    };
    let table: [f32; 256] = table.try_into().map_err(|_| internal("a table of another length"))?;
    let table = Arc::new(table);
    if tables.len() >= KEPT {
        tables.remove(0);
    }
    tables.push((key, Arc::clone(&table)));
    Ok(table)
}

/// The products with a constant that is stored in 8 bits.
fn products(factor: f32, input: Params, output: Params) -> Vec<f32> {
    let stored = Levels::INT8.params((factor, factor));
    let factor = Levels::INT8.quantize(factor, stored) - stored.zero_point;
    let multiplier = Multiplier::from_real(f64::from(input.scale * stored.scale / output.scale));
    let Levels { least, greatest, .. } = Levels::INT8;
    let product = |level: i32| {
        let level = multiplier.apply((level - input.zero_point) * factor) + output.zero_point;
        output.scale * (level.clamp(least, greatest) - output.zero_point) as f32
    };
    (least..=greatest).map(product).collect()
}

/// What an operator gives for all integers.
fn compute(operator: BuiltinOperator, input: Params, output: Params) -> Result<Vec<f32>> {
    let Levels { least, greatest, .. } = Levels::INT8;
    let values = (least..=greatest).map(|level| input.scale * (level - input.zero_point) as f32).collect();
    let operand = Operand { shape: vec![1, 256], params: input, values };
    kernels::compute(Op::builtin(operator), &[operand], (&[1, 256], output))
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_near_their_functions() {
        let input = Params { scale: 0.05, zero_point: -10 };
        for (name, output, function) in [
            (
                Function::Of(BuiltinOperator::HARD_SWISH),
                Params { scale: 0.03, zero_point: -110 },
                (|x: f32| x * (x + 3.0).clamp(0.0, 6.0) / 6.0) as fn(f32) -> f32,
            ),
            (Function::Times(-0.3), Params { scale: 0.015, zero_point: 10 }, |x: f32| -0.3 * x),
            (Function::Times(-0.3), Params { scale: 0.015, zero_point: 10 }, |x: f32| -0.3 * x),
            (
                Function::Of(BuiltinOperator::LOGISTIC),
                Params { scale: 1.0 / 256.0, zero_point: -128 },
                |x: f32| 1.0 / (1.0 + (-x).exp()),
            ),
        ] {
            let table = table((name, input, output)).unwrap();
            let (low, high) = Levels::INT8.range(output);
            for (level, found) in (-128..128).zip(*table) {
                let expected = function(input.scale * (level - input.zero_point) as f32).clamp(low, high);
                assert!(
                    (found - expected).abs() < 1.1 * output.scale,
                    "{name:?} {level}: {found} {expected}"
                );
            }
        }
    }
}
