//! Small models.

use featherlite::schema::{BuiltinOperator, TensorType, owned};

/// A model in the making: one subgraph.
#[derive(Default)]
pub(crate) struct Builder {
    model: owned::Model<'static>,
    graph: owned::SubGraph,
}

impl Builder {
    pub(crate) fn tensor(&mut self, name: &str, type_: TensorType, shape: &[i32]) -> i32 {
        let tensor = owned::Tensor { name: name.into(), type_, shape: shape.into(), ..Default::default() };
        self.graph.tensors.push(tensor);
        self.graph.tensors.len() as i32 - 1
    }

    pub(crate) fn floats(&mut self, name: &str, shape: &[i32], values: &[f32]) -> i32 {
        let tensor = self.tensor(name, TensorType::FLOAT32, shape);
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.graph.tensors[tensor as usize].buffer = self.model.add_buffer(bytes);
        tensor
    }

    pub(crate) fn integers(&mut self, name: &str, shape: &[i32], values: &[i32]) -> i32 {
        let tensor = self.tensor(name, TensorType::INT32, shape);
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.graph.tensors[tensor as usize].buffer = self.model.add_buffer(bytes);
        tensor
    }

    /// The last tensor, to say more of it.
    pub(crate) fn last(&mut self) -> &mut owned::Tensor {
        self.graph.tensors.last_mut().unwrap()
    }

    pub(crate) fn quantize(&mut self, tensor: i32, scale: f32, zero_point: i64) {
        self.graph.tensors[tensor as usize].quantization = Some(owned::QuantizationParameters {
            scale: vec![scale],
            zero_point: vec![zero_point],
            ..Default::default()
        });
    }

    pub(crate) fn operator(&mut self, code: owned::OperatorCode, inputs: &[i32], outputs: &[i32]) {
        self.graph.operators.push(owned::Operator {
            opcode_index: self.model.operator_codes.len() as u32,
            inputs: inputs.into(),
            outputs: outputs.into(),
            ..Default::default()
        });
        self.model.operator_codes.push(code);
    }

    pub(crate) fn builtin(&mut self, operator: BuiltinOperator, inputs: &[i32], outputs: &[i32]) {
        self.operator(owned::OperatorCode::builtin(operator, 1), inputs, outputs);
    }

    pub(crate) fn signature(&mut self, key: &str, inputs: &[(&str, i32)], outputs: &[(&str, i32)]) {
        let ports = |ports: &[(&str, i32)]| {
            let port = |&(name, tensor): &(&str, i32)| owned::TensorMap {
                name: name.into(),
                tensor_index: tensor as u32,
            };
            ports.iter().map(port).collect()
        };
        self.model.signature_defs.push(owned::SignatureDef {
            signature_key: key.into(),
            inputs: ports(inputs),
            outputs: ports(outputs),
            subgraph_index: 0,
        });
    }

    pub(crate) fn finish(mut self, inputs: &[i32], outputs: &[i32]) -> Vec<u8> {
        (self.graph.inputs, self.graph.outputs) = (inputs.into(), outputs.into());
        self.graph.name = "main".into();
        self.model.subgraphs.push(self.graph);
        self.model.write().unwrap()
    }
}

/// `score = logistic(x * 2 + shift)` on rows of 4 floats, any number of them, with a signature `score`.
pub(crate) fn score(shift: f32) -> Vec<u8> {
    let mut builder = Builder::default();
    let x = builder.tensor("x:0", TensorType::FLOAT32, &[1, 4]);
    builder.last().shape_signature = Some(vec![-1, 4]);
    let two = builder.floats("two", &[1], &[2.0]);
    let shift = builder.floats("shift", &[4], &[0.5, 0.5, shift, 0.5]);
    let scaled = builder.tensor("scaled", TensorType::FLOAT32, &[1, 4]);
    let shifted = builder.tensor("shifted", TensorType::FLOAT32, &[1, 4]);
    let score = builder.tensor("score:0", TensorType::FLOAT32, &[1, 4]);
    builder.builtin(BuiltinOperator::MUL, &[x, two], &[scaled]);
    builder.builtin(BuiltinOperator::ADD, &[scaled, shift], &[shifted]);
    builder.builtin(BuiltinOperator::LOGISTIC, &[shifted], &[score]);
    builder.signature("score", &[("x", x)], &[("score", score)]);
    builder.finish(&[x], &[score])
}

/// `y = -x` (as real numbers: dequantize, negate, quantize) on 4 bytes of scale 0.1.
pub(crate) fn quantized() -> Vec<u8> {
    let mut builder = Builder::default();
    let x = builder.tensor("x", TensorType::INT8, &[4]);
    builder.quantize(x, 0.1, 3);
    let real = builder.tensor("real", TensorType::FLOAT32, &[4]);
    let negative = builder.tensor("negative", TensorType::FLOAT32, &[4]);
    let y = builder.tensor("y", TensorType::INT8, &[4]);
    builder.quantize(y, 0.1, 3);
    builder.operator(owned::OperatorCode::builtin(BuiltinOperator::DEQUANTIZE, 2), &[x], &[real]);
    builder.builtin(BuiltinOperator::NEG, &[real], &[negative]);
    builder.operator(owned::OperatorCode::builtin(BuiltinOperator::QUANTIZE, 1), &[negative], &[y]);
    builder.finish(&[x], &[y])
}

/// The negative of a picture of floats, 2 x 2 with 3 channels.
pub(crate) fn picture() -> Vec<u8> {
    let mut builder = Builder::default();
    let x = builder.tensor("x", TensorType::FLOAT32, &[1, 2, 2, 3]);
    let y = builder.tensor("y", TensorType::FLOAT32, &[1, 2, 2, 3]);
    builder.builtin(BuiltinOperator::NEG, &[x], &[y]);
    builder.finish(&[x], &[y])
}

/// One operator with a FLOAT32 input and output.
pub(crate) fn single(code: owned::OperatorCode, type_: TensorType) -> Vec<u8> {
    let mut builder = Builder::default();
    let x = builder.tensor("x", type_, &[2]);
    let y = builder.tensor("y", type_, &[2]);
    builder.operator(code, &[x], &[y]);
    builder.finish(&[x], &[y])
}

/// A FULLY_CONNECTED with constant weights.
pub(crate) fn dense() -> Vec<u8> {
    let mut builder = Builder::default();
    let x = builder.tensor("x", TensorType::FLOAT32, &[1, 4]);
    let weights = builder.floats("weights", &[3, 4], &[0.5; 12]);
    let y = builder.tensor("y", TensorType::FLOAT32, &[1, 3]);
    builder.builtin(BuiltinOperator::FULLY_CONNECTED, &[x, weights], &[y]);
    builder.finish(&[x], &[y])
}
