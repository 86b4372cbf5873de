//! Functions of 8-bit numbers as the runtime's own kernels compute them, and averages as integer kernels round them.

use std::sync::{Arc, Mutex, PoisonError};

use burn::tensor::Tensor;
use featherlite_base::DType;
use featherlite_quant::params::{Levels, Params};
use featherlite_train_kernels::LookUp;

use super::Simulation;
use super::kernels::{self, Operand};
use crate::backend;
use crate::forward::constant;
use crate::graph::{Kind, Step};
use crate::parameters::numbers;
use crate::{Error, ErrorKind, Result};

/// A function of one number, between integers of these parameters.
type Key = (Kind, Params, Params);

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
        let is_of_one = match &step.kind {
            Kind::Rescale { scale, .. } => scale.len() == 1,
            kind => matches!(kind, Kind::Activate(_)),
        };
        let Some((input, output)) = self.bytes(index, step).filter(|_| is_of_one) else { return Ok(y) };
        let Some(table) = table((step.kind.clone(), input, output))? else { return Ok(y) };
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

/// The real numbers that the results of all 256 integers stand for; nothing if no kernel computes the function.
fn table(key: Key) -> Result<Option<Arc<[f32; 256]>>> {
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, table)) = tables.iter().find(|(known, _)| *known == key) {
        return Ok(Some(Arc::clone(table)));
    }
    let (kind, input, output) = &key;
    let Some(kernel) = kernels::of_kind(kind, DType::I8) else { return Ok(None) };
    let Levels { least, greatest, .. } = Levels::INT8;
    let levels = (least..=greatest).map(|level| level as u8).collect();
    let operand = Operand { shape: vec![1, 256], form: (Levels::INT8, *input), levels };
    let table = kernels::compute(kernel, &[operand], (&[1, 256], (Levels::INT8, *output)))?;
    let table: [f32; 256] = table.try_into().map_err(|_| internal("a table of another length"))?;
    let table = Arc::new(table);
    if tables.len() >= KEPT {
        tables.remove(0);
    }
    tables.push((key, Arc::clone(&table)));
    Ok(Some(table))
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use featherlite_train_kernels::Activation;

    use super::*;

    #[test]
    fn tables_are_near_their_functions() {
        let input = Params { scale: 0.05, zero_point: -10 };
        let times = Kind::Rescale { scale: vec![-0.3], offset: vec![0.0], activation: Activation::None };
        for (kind, output, function) in [
            (
                Kind::Activate(Activation::HardSwish),
                Params { scale: 0.03, zero_point: -110 },
                (|x: f32| x * (x + 3.0).clamp(0.0, 6.0) / 6.0) as fn(f32) -> f32,
            ),
            (times.clone(), Params { scale: 0.015, zero_point: 10 }, |x: f32| -0.3 * x),
            (times, Params { scale: 0.015, zero_point: 10 }, |x: f32| -0.3 * x),
            (
                Kind::Activate(Activation::Sigmoid),
                Params { scale: 1.0 / 256.0, zero_point: -128 },
                |x: f32| 1.0 / (1.0 + (-x).exp()),
            ),
        ] {
            let table = table((kind.clone(), input, output)).unwrap().unwrap();
            let (low, high) = Levels::INT8.range(output);
            for (level, found) in (-128..128).zip(*table) {
                let expected = function(input.scale * (level - input.zero_point) as f32).clamp(low, high);
                assert!(
                    (found - expected).abs() < 1.1 * output.scale,
                    "{kind:?} {level}: {found} {expected}"
                );
            }
        }
    }
}
