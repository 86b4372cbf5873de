//! A model's subgraphs as the runtime keeps them: checked once, free of the file's lifetime.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use featherlite_base::arena::Block;
use featherlite_base::{Blockwise, DType, Error as BaseError, Quantization, Shape};
use featherlite_ops::core::{OpSet, Operator};
use featherlite_schema as schema;
use schema::BuiltinOperator;

use crate::{Error, Result};

/// A tensor of a subgraph, as the file declares it.
pub struct TensorInfo {
    pub(crate) name: String,
    pub(crate) dtype: DType,
    pub(crate) shape: Shape,
    pub(crate) signature: Option<Vec<i32>>,
    pub(crate) quantization: Quantization,
    pub(crate) constant: Option<Constant>,
    pub(crate) is_variable: bool,
    pub(crate) is_sparse: bool,
}

/// Where the contents of a constant are.
#[derive(Clone)]
pub(crate) enum Constant {
    /// In the file.
    File(Range<usize>),
    /// Copied, because the file has them at an address that their type can not be read from.
    Aligned(Arc<Block>),
}

impl TensorInfo {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The shape that the file declares; dimensions that it leaves open are 1.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The declared shape with -1 for dimensions that may be resized; `None` if the file has no such list.
    pub fn shape_signature(&self) -> Option<&[i32]> {
        self.signature.as_deref()
    }

    /// How its numbers stand for real ones.
    pub fn quantization(&self) -> &Quantization {
        &self.quantization
    }

    /// Whether its contents are in the file.
    pub fn is_constant(&self) -> bool {
        self.constant.is_some()
    }

    /// Whether it keeps its contents from run to run.
    pub fn is_variable(&self) -> bool {
        self.is_variable
    }

    /// Whether its contents are stored as a sparse tensor.
    pub fn is_sparse(&self) -> bool {
        self.is_sparse
    }
}

/// An operator of a subgraph.
pub struct NodeInfo {
    pub(crate) name: String,
    pub(crate) version: i32,
    pub(crate) inputs: Vec<Option<usize>>,
    pub(crate) outputs: Vec<usize>,
    pub(crate) is_custom: bool,
    /// Absent if the operator set does not have it.
    pub(crate) operator: Option<Operator>,
}

impl NodeInfo {
    /// The operator's name, such as `CONV_2D`, or a custom operator's own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a custom operator, whose name is its author's.
    pub fn is_custom(&self) -> bool {
        self.is_custom
    }

    /// The operator version that the file asks for.
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Indices of its input tensors; `None` where an optional one is absent.
    pub fn inputs(&self) -> &[Option<usize>] {
        &self.inputs
    }

    /// Indices of its output tensors.
    pub fn outputs(&self) -> &[usize] {
        &self.outputs
    }

    /// Whether the model's operator set has it (which says nothing about versions and element types).
    pub fn is_known(&self) -> bool {
        self.operator.is_some()
    }
}

pub(crate) struct Graph {
    pub(crate) name: String,
    pub(crate) tensors: Vec<TensorInfo>,
    pub(crate) nodes: Vec<NodeInfo>,
    pub(crate) inputs: Vec<usize>,
    pub(crate) outputs: Vec<usize>,
    /// Whether anything depends on an input.
    pub(crate) uses_input: Vec<bool>,
}

/// Constants that had to be copied, by buffer, so that tensors of one buffer share the copy.
pub(crate) type Copies = BTreeMap<u32, Arc<Block>>;

impl Graph {
    /// Checks and takes over subgraph `index`.
    pub(crate) fn read(
        model: schema::Model<'_>,
        file: &[u8],
        index: usize,
        graph: schema::SubGraph<'_>,
        ops: &OpSet,
        copies: &mut Copies,
    ) -> Result<Self> {
        let count = graph.tensors().len();
        let mut tensors = Vec::with_capacity(count);
        for (number, tensor) in graph.tensors().iter().enumerate() {
            let info = read_tensor(model, file, tensor, count, copies)
                .map_err(|error| error.at_tensor(index, number, tensor.name().unwrap_or_default()))?;
            tensors.push(info);
        }
        let mut nodes = Vec::with_capacity(graph.operators().len());
        for (number, operator) in graph.operators().iter().enumerate() {
            nodes.push(
                read_node(model, operator, count, ops).map_err(|error| error.at_node(index, number, "?"))?,
            );
        }
        let list = |what: &str, indices: schema::Vector<'_, i32>| {
            indices
                .iter()
                .map(|tensor| {
                    tensor_index(tensor, count).map_err(|error| {
                        Error::new(error.kind(), format!("{what} of subgraph {index}: {}", error.message()))
                    })
                })
                .collect::<Result<Vec<usize>>>()
        };
        let (inputs, outputs) = (list("inputs", graph.inputs())?, list("outputs", graph.outputs())?);
        // Converters give computed tensors empty buffers too, which says nothing where the tensor itself is empty.
        for &written in nodes.iter().flat_map(|node| &node.outputs).chain(&inputs) {
            if tensors[written].shape.elements() == 0 {
                tensors[written].constant = None;
            }
        }
        let mut is_used = vec![false; count];
        let used = nodes.iter().flat_map(|node: &NodeInfo| node.inputs.iter().flatten());
        used.chain(&outputs).for_each(|&tensor| is_used[tensor] = true);
        Ok(Self {
            name: graph.name().unwrap_or_default().to_owned(),
            uses_input: inputs.iter().map(|&input| is_used[input]).collect(),
            inputs,
            outputs,
            tensors,
            nodes,
        })
    }
}

fn tensor_index(index: i32, count: usize) -> Result<usize, BaseError> {
    usize::try_from(index)
        .ok()
        .filter(|&index| index < count)
        .ok_or_else(|| BaseError::invalid_model(format!("tensor {index} does not exist (there are {count})")))
}

fn read_tensor(
    model: schema::Model<'_>,
    file: &[u8],
    tensor: schema::Tensor<'_>,
    count: usize,
    copies: &mut Copies,
) -> Result<TensorInfo> {
    let code = tensor.type_().0;
    let dtype = u8::try_from(code)
        .ok()
        .and_then(DType::from_code)
        .ok_or_else(|| BaseError::unsupported(format!("element type {code} is not known")))?;
    let shape =
        Shape::from_signed(tensor.shape().iter().map(|dim| i64::from(if dim < 0 { 1 } else { dim })))?;
    let signature = tensor.shape_signature();
    let mut info = TensorInfo {
        name: tensor.name().unwrap_or_default().to_owned(),
        dtype,
        shape,
        signature: signature.is_present().then(|| signature.to_vec()),
        quantization: read_quantization(tensor, count)?,
        constant: None,
        is_variable: tensor.is_variable(),
        is_sparse: tensor.sparsity().is_some(),
    };
    if tensor.external_buffer() != 0 {
        let id = tensor.external_buffer();
        return Err(BaseError::unsupported(format!("its contents are in another file (buffer {id})")).into());
    }
    let data = if tensor.buffer() == 0 { &[][..] } else { model.buffer_data(tensor.buffer())? };
    if !data.is_empty() {
        if let (false, Some(bytes)) = (info.is_sparse, dtype.storage_bytes(shape.elements()))
            && bytes != data.len()
        {
            return Err(BaseError::invalid_model(format!(
                "the buffer holds {} bytes where {dtype} {shape} takes {bytes}",
                data.len()
            ))
            .into());
        }
        info.constant = Some(constant(file, data, dtype, tensor.buffer(), copies)?);
    } else if shape.elements() == 0 && tensor.buffer() != 0 && !info.is_variable {
        info.constant = Some(Constant::File(0..0));
    }
    Ok(info)
}

fn constant(file: &[u8], data: &[u8], dtype: DType, buffer: u32, copies: &mut Copies) -> Result<Constant> {
    if (data.as_ptr() as usize).is_multiple_of(dtype.align()) {
        // `data` is a part of `file`: its distance from the start is its offset.
        let start = data.as_ptr() as usize - file.as_ptr() as usize;
        return Ok(Constant::File(start..start + data.len()));
    }
    if let Some(copy) = copies.get(&buffer) {
        return Ok(Constant::Aligned(Arc::clone(copy)));
    }
    let copied: usize = copies.values().map(|copy| copy.len()).sum();
    if copied.saturating_add(data.len()) > file.len().saturating_mul(2) {
        return Err(BaseError::invalid_model("buffers overlap: they hold more bytes than the file").into());
    }
    let copy = Arc::new(Block::copy_of(data)?);
    copies.insert(buffer, Arc::clone(&copy));
    Ok(Constant::Aligned(copy))
}

fn read_quantization(tensor: schema::Tensor<'_>, count: usize) -> Result<Quantization> {
    let Some(parameters) = tensor.quantization() else { return Ok(Quantization::None) };
    if let Some(blockwise) = parameters.details::<schema::BlockwiseQuantization<'_>>() {
        let zero_points = blockwise.zero_points();
        return Ok(Quantization::Blockwise(Blockwise {
            scales: tensor_index(blockwise.scales(), count)?,
            zero_points: if zero_points < 0 { None } else { Some(tensor_index(zero_points, count)?) },
            block_size: usize::try_from(blockwise.block_size())
                .ok()
                .filter(|&size| size > 0)
                .ok_or_else(|| BaseError::invalid_model(format!("block size {}", blockwise.block_size())))?,
        }));
    }
    let scales = parameters.scale().to_vec();
    if scales.is_empty() {
        return Ok(Quantization::None);
    }
    if let Some(scale) = scales.iter().find(|scale| !scale.is_finite() || **scale < 0.0) {
        return Err(BaseError::invalid_model(format!("scale {scale} is not a positive number")).into());
    }
    let mut zero_points = Vec::with_capacity(scales.len());
    for zero_point in parameters.zero_point().iter().take(scales.len()) {
        zero_points.push(i32::try_from(zero_point).map_err(|_| {
            BaseError::invalid_model(format!("zero point {zero_point} does not fit 32 bits"))
        })?);
    }
    // One zero point may stand for all channels; none means 0.
    let fill = if zero_points.len() == 1 { zero_points[0] } else { 0 };
    zero_points.resize(scales.len(), fill);
    let axis = usize::try_from(parameters.quantized_dimension()).unwrap_or(usize::MAX);
    Ok(Quantization::per_axis(scales, zero_points, axis))
}

fn read_node(
    model: schema::Model<'_>,
    operator: schema::Operator<'_>,
    count: usize,
    ops: &OpSet,
) -> Result<NodeInfo> {
    let codes = model.operator_codes();
    let code = codes.get(operator.opcode_index() as usize).ok_or_else(|| {
        BaseError::invalid_model(format!(
            "operator code {} does not exist (there are {})",
            operator.opcode_index(),
            codes.len()
        ))
    })?;
    let builtin = code.builtin();
    let is_custom = builtin == BuiltinOperator::CUSTOM;
    let (name, resolved) = if is_custom {
        let name = code.custom_code().unwrap_or_default();
        (name.to_owned(), ops.custom(name))
    } else {
        let name = builtin.name().map_or_else(|| format!("builtin operator {}", builtin.0), str::to_owned);
        (name, ops.builtin(builtin))
    };
    let input = |index: i32| if index == -1 { Ok(None) } else { tensor_index(index, count).map(Some) };
    Ok(NodeInfo {
        name,
        is_custom,
        version: code.version(),
        inputs: operator.inputs().iter().map(input).collect::<Result<_, _>>()?,
        outputs: operator
            .outputs()
            .iter()
            .map(|index| tensor_index(index, count))
            .collect::<Result<_, _>>()?,
        operator: resolved,
    })
}
