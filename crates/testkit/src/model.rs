use featherlite_base::{DType, Element, arena};
use featherlite_schema::owned::{
    BuiltinOptions, BuiltinOptions2, Model, Operator, OperatorCode, Placement, QuantizationParameters,
    SignatureDef, SubGraph, Tensor, TensorMap,
};
use featherlite_schema::{BuiltinOperator, TensorType};

/// Builds a model, subgraph by subgraph.
#[derive(Clone, Default)]
pub struct ModelBuilder {
    model: Model<'static>,
}

impl ModelBuilder {
    /// A model without subgraphs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a subgraph; the first is the main one.
    pub fn subgraph(&mut self, name: &str) -> Subgraph<'_> {
        self.model.subgraphs.push(SubGraph { name: name.to_owned(), ..SubGraph::default() });
        let index = self.model.subgraphs.len() - 1;
        Subgraph { model: &mut self.model, index }
    }

    /// Adds a signature of a subgraph: names for tensors.
    pub fn signature(&mut self, key: &str, subgraph: u32, inputs: &[(&str, i32)], outputs: &[(&str, i32)]) {
        let names = |names: &[(&str, i32)]| {
            let map = |&(name, tensor): &(&str, i32)| TensorMap {
                name: name.to_owned(),
                tensor_index: tensor.unsigned_abs(),
            };
            names.iter().map(map).collect()
        };
        self.model.signature_defs.push(SignatureDef {
            signature_key: key.to_owned(),
            subgraph_index: subgraph,
            inputs: names(inputs),
            outputs: names(outputs),
        });
    }

    /// The model as data, for what has no method of its own here.
    pub fn model_mut(&mut self) -> &mut Model<'static> {
        &mut self.model
    }

    /// The bytes of the file.
    ///
    /// # Panics
    /// If the model is too large for the format.
    pub fn build(&self) -> Vec<u8> {
        self.build_with(Placement::Inside)
    }

    /// As [`ModelBuilder::build`], with the contents of constants in or after the FlatBuffer.
    ///
    /// # Panics
    /// If the model is too large for the format.
    pub fn build_with(&self, placement: Placement) -> Vec<u8> {
        match self.model.write_with(placement) {
            Ok(file) => file,
            Err(error) => panic!("{error}"),
        }
    }
}

/// A subgraph of a model that is being built. Tensors are named by their index.
pub struct Subgraph<'m> {
    model: &'m mut Model<'static>,
    index: usize,
}

impl Subgraph<'_> {
    fn graph(&mut self) -> &mut SubGraph {
        &mut self.model.subgraphs[self.index]
    }

    /// Adds a tensor.
    pub fn tensor(&mut self, spec: TensorSpec) -> i32 {
        let TensorSpec { mut tensor, data } = spec;
        if let Some(data) = data {
            tensor.buffer = self.model.add_buffer(data);
        }
        let tensors = &mut self.graph().tensors;
        tensors.push(tensor);
        tensors.len() as i32 - 1
    }

    /// Adds a tensor that is an input of the subgraph.
    pub fn input(&mut self, spec: TensorSpec) -> i32 {
        let tensor = self.tensor(spec);
        self.graph().inputs.push(tensor);
        tensor
    }

    /// Makes a tensor an output of the subgraph.
    pub fn output(&mut self, tensor: i32) {
        self.graph().outputs.push(tensor);
    }

    /// Adds an operator with one output, and returns that. An input of -1 is an absent one.
    pub fn add(&mut self, op: Op, inputs: &[i32], output: TensorSpec) -> i32 {
        let output = self.tensor(output);
        self.operator(op, inputs, &[output]);
        output
    }

    /// Adds an operator between tensors.
    pub fn operator(&mut self, op: Op, inputs: &[i32], outputs: &[i32]) {
        let Op { code, mut operator, intermediates } = op;
        operator.intermediates = intermediates.into_iter().map(|spec| self.tensor(spec)).collect();
        let codes = &mut self.model.operator_codes;
        let index = codes.iter().position(|known| *known == code).unwrap_or_else(|| {
            codes.push(code);
            codes.len() - 1
        });
        operator.opcode_index = index as u32;
        operator.inputs = inputs.to_vec();
        operator.outputs = outputs.to_vec();
        self.graph().operators.push(operator);
    }
}

/// An operator: what it is called, its version and options.
#[derive(Clone, Debug)]
pub struct Op {
    code: OperatorCode,
    operator: Operator,
    intermediates: Vec<TensorSpec>,
}

impl Op {
    /// A builtin operator of version 1.
    pub fn builtin(operator: BuiltinOperator) -> Self {
        Self::of(OperatorCode::builtin(operator, 1), Operator::default())
    }

    /// A custom operator of version 1, with its options.
    pub fn custom(name: &str, options: &[u8]) -> Self {
        let operator = Operator { custom_options: options.to_vec(), ..Operator::default() };
        Self::of(OperatorCode::custom(name, 1), operator)
    }

    fn of(code: OperatorCode, operator: Operator) -> Self {
        Self { code, operator, intermediates: Vec::new() }
    }

    /// What it is called, and its version.
    pub fn code(&self) -> &OperatorCode {
        &self.code
    }

    /// Another version.
    #[must_use]
    pub fn version(mut self, version: i32) -> Self {
        self.code.version = version;
        self
    }

    /// With options.
    #[must_use]
    pub fn options(mut self, options: impl Into<BuiltinOptions>) -> Self {
        self.operator.builtin_options = Some(options.into());
        self
    }

    /// With options of the newer operators.
    #[must_use]
    pub fn options_2(mut self, options: impl Into<BuiltinOptions2>) -> Self {
        self.operator.builtin_options_2 = Some(options.into());
        self
    }

    /// With tensors that stand for results between its inputs and outputs.
    #[must_use]
    pub fn intermediates(mut self, intermediates: Vec<TensorSpec>) -> Self {
        self.intermediates = intermediates;
        self
    }
}

/// What a tensor is.
#[derive(Clone, Debug)]
pub struct TensorSpec {
    tensor: Tensor,
    data: Option<Vec<u8>>,
}

/// A tensor with elements of type `T`. Sizes of -1 are not known before a run.
pub fn tensor<T: Element>(shape: &[i32]) -> TensorSpec {
    tensor_of(T::DTYPE, shape)
}

/// A tensor with elements of a type.
pub fn tensor_of(dtype: DType, shape: &[i32]) -> TensorSpec {
    let is_open = shape.iter().any(|&size| size < 0);
    let tensor = Tensor {
        type_: TensorType(dtype as i8),
        shape: shape.iter().map(|&size| if size < 0 { 1 } else { size }).collect(),
        shape_signature: is_open.then(|| shape.to_vec()),
        has_rank: true,
        ..Tensor::default()
    };
    TensorSpec { tensor, data: None }
}

/// A constant.
///
/// # Panics
/// If the elements are not as many as the shape says.
pub fn constant<T: Element>(shape: &[i32], elements: &[T]) -> TensorSpec {
    assert_eq!(shape.iter().product::<i32>(), elements.len() as i32, "elements of {shape:?}");
    let data = Some(arena::bytes_of(elements).to_vec());
    TensorSpec { data, ..tensor::<T>(shape) }
}

impl TensorSpec {
    /// With a name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.tensor.name = name.to_owned();
        self
    }

    /// Quantized as a whole.
    #[must_use]
    pub fn quantized(self, scale: f32, zero_point: i64) -> Self {
        self.quantized_along(0, &[scale], &[zero_point])
    }

    /// Quantized with a scale and zero point for each index of a dimension.
    #[must_use]
    pub fn quantized_along(mut self, dimension: i32, scales: &[f32], zero_points: &[i64]) -> Self {
        self.tensor.quantization = Some(QuantizationParameters {
            scale: scales.to_vec(),
            zero_point: zero_points.to_vec(),
            quantized_dimension: dimension,
            ..QuantizationParameters::default()
        });
        self
    }

    /// A constant with these bytes as contents.
    #[must_use]
    pub fn containing(self, bytes: Vec<u8>) -> Self {
        Self { data: Some(bytes), ..self }
    }

    /// One that keeps its contents from run to run.
    #[must_use]
    pub fn variable(mut self) -> Self {
        self.tensor.is_variable = true;
        self
    }
}
