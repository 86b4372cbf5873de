//! Operators as the runtime's own kernels of integers compute them.

use burn::tensor::Tensor;
use bytes::Bytes;
use featherlite_base::{DType, Quantization};
use featherlite_convert::export as file;
use featherlite_ir::{Dim, Graph, Model, Node, Op, Value};
use featherlite_ops::core::OpSet;
use featherlite_quant::params::{Levels, Params};
use featherlite_runtime::Model as Runnable;
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, owned};
use featherlite_train_kernels::Activation;

use super::Simulation;
use crate::forward::constant;
use crate::graph::{Kind, Step};
use crate::parameters::numbers;
use crate::{Error, ErrorKind, Result};

impl Simulation {
    /// A sum, product or mean of 8-bit activations as the kernel gives it; nothing for other steps. It has no gradient: it is for evaluation, and
    /// for the reason that [`Simulation::exact`] is.
    pub(crate) fn by_kernel(
        &self,
        index: usize,
        step: &Step,
        inputs: &[Tensor<4>],
    ) -> Result<Option<Tensor<4>>> {
        let Some(op) = op(&step.kind) else { return Ok(None) };
        let params = |index: usize| {
            let (levels, params) = self.form(index)?;
            (levels == Levels::INT8).then_some(params)
        };
        let read: Option<Vec<Params>> = step.inputs.iter().map(|&input| params(input)).collect();
        let (Some(read), Some(output)) = (read, params(index)) else { return Ok(None) };
        let Some(first) = inputs.first() else { return Ok(None) };
        let [batch, ..] = first.dims();
        let operand = |(input, &params): (&Tensor<4>, &Params)| {
            Ok(Operand { shape: input.dims().to_vec(), params, values: numbers(input.clone())? })
        };
        let operands: Result<Vec<Operand>> = inputs.iter().zip(&read).map(operand).collect();
        let [height, width, channels] = step.output;
        let shape = [batch, height, width, channels];
        let values = compute(op, &operands?, (&shape, output))?;
        Ok(Some(constant(values, shape, &first.device())))
    }
}

/// What an operator reads.
pub(super) struct Operand {
    pub(super) shape: Vec<usize>,
    pub(super) params: Params,
    /// Real numbers, which integers stand for.
    pub(super) values: Vec<f32>,
}

/// The operator of a step that computes with several integers of 8 bits.
fn op(kind: &Kind) -> Option<Op> {
    Some(match kind {
        Kind::Add { activation, .. } => {
            let fused_activation_function = match activation {
                Activation::None => ActivationFunctionType::NONE,
                Activation::Relu => ActivationFunctionType::RELU,
                Activation::Relu6 => ActivationFunctionType::RELU6,
                _ => return None,
            };
            Op::with(
                BuiltinOperator::ADD,
                owned::AddOptions { fused_activation_function, ..owned::AddOptions::default() },
            )
        }
        Kind::Multiply => Op::with(BuiltinOperator::MUL, owned::MulOptions::default()),
        Kind::Mean => Op::with(BuiltinOperator::MEAN, owned::ReducerOptions { keep_dims: true }),
        _ => return None,
    })
}

/// The real numbers that an operator gives, as a model of its own. A mean is over height and width.
pub(super) fn compute(op: Op, inputs: &[Operand], (shape, output): (&[usize], Params)) -> Result<Vec<f32>> {
    let mut graph = Graph::new("alone");
    let value = |name: &str, shape: &[usize], Params { scale, zero_point }: Params| {
        let shape = shape.iter().map(|&size| Dim::from(size)).collect();
        Value::new(name, DType::I8)
            .with_shape(shape)
            .with_quantization(Quantization::per_tensor(scale, zero_point))
    };
    for input in inputs {
        let value = graph.add_value(value("x", &input.shape, input.params));
        graph.inputs.push(value);
    }
    let mut read = graph.inputs.clone();
    if op.is(BuiltinOperator::MEAN) {
        let axes = [1i32, 2].iter().flat_map(|axis| axis.to_le_bytes()).collect::<Vec<u8>>();
        let axes =
            Value::new("axes", DType::I32).with_shape(vec![Dim::from(2)]).with_constant(Bytes::from(axes));
        read.push(graph.add_value(axes));
    }
    let result = graph.add_value(value("y", shape, output));
    graph.outputs.push(result);
    graph.push(Node::new("y", op, &read, &[result]));
    let file = file::to_bytes(&Model { graphs: vec![graph], ..Model::default() }).map_err(internal)?;
    let model = Runnable::from_bytes(file, &OpSet::new(featherlite_ops::ALL)).map_err(internal)?;
    let mut session = model.session().map_err(internal)?;
    for (index, input) in inputs.iter().enumerate() {
        session.set_input_real(index, &input.values).map_err(internal)?;
    }
    session.run().map_err(internal)?;
    session.output(0).and_then(|output| output.to_real()).map_err(internal)
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use featherlite_base::fixed_point::Multiplier;

    use super::*;

    const X: Params = Params { scale: 0.03, zero_point: -10 };
    const Y: Params = Params { scale: 1.0 / 256.0, zero_point: -128 };
    const Z: Params = Params { scale: 0.022, zero_point: -117 };

    fn operand(shape: &[usize], params: Params, levels: impl Iterator<Item = i32>) -> Operand {
        let values = levels.map(|level| params.scale * (level - params.zero_point) as f32).collect();
        Operand { shape: shape.to_vec(), params, values }
    }

    fn all() -> std::ops::RangeInclusive<i32> {
        Levels::INT8.least..=Levels::INT8.greatest
    }

    #[test]
    fn products_are_rounded_as_fixed_point_numbers() {
        let x = operand(&[1, 16, 16, 1], X, all());
        let y = operand(&[1, 1, 1, 256], Y, all());
        let found = compute(op(&Kind::Multiply).unwrap(), &[x, y], (&[1, 16, 16, 256], Z)).unwrap();
        let multiplier = Multiplier::from_real(f64::from(X.scale * Y.scale / Z.scale));
        let expected = all().flat_map(|x| {
            all().map(move |y| {
                let level = multiplier.apply((x - X.zero_point) * (y - Y.zero_point)) + Z.zero_point;
                Z.scale * (level.clamp(-128, 127) - Z.zero_point) as f32
            })
        });
        assert!(found.len() == 256 * 256 && found.into_iter().eq(expected));
    }

    #[test]
    fn sums_and_means_are_near_real_ones() {
        let kind = Kind::Add { drop_rate: 0.0, activation: Activation::Relu };
        let x = operand(&[1, 16, 16, 1], X, all());
        let y = operand(&[1, 16, 16, 1], Z, all().rev());
        let near = |found: f32, real: f32| {
            let (low, high) = Levels::INT8.range(X);
            (found - real.clamp(low, high)).abs() < 0.51 * X.scale
        };
        let sums: Vec<f32> = x.values.iter().zip(&y.values).map(|(x, y)| (x + y).max(0.0)).collect();
        let mean = x.values.iter().sum::<f32>() / x.values.len() as f32;
        let found = compute(op(&kind).unwrap(), &[x, y], (&[1, 16, 16, 1], X)).unwrap();
        assert!(found.iter().zip(&sums).all(|(&found, &real)| near(found, real)), "{found:?} {sums:?}");
        let x = operand(&[1, 16, 16, 1], X, all());
        let found = compute(op(&Kind::Mean).unwrap(), &[x], (&[1, 1, 1, 1], X)).unwrap();
        assert!(found.len() == 1 && near(found[0], mean), "{found:?} {mean}");
    }
}
