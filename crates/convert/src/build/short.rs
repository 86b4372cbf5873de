//! Short forms of the nodes that importers and passes add most.

use featherlite_base::DType;
use featherlite_ir::{Op, ValueId};
use featherlite_schema::{ActivationFunctionType, BuiltinOperator, Padding, owned};

use super::Builder;
use crate::Result;

/// What an operator does to its result at the end.
pub type Activation = ActivationFunctionType;

/// How a window moves over an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Steps downwards and to the right.
    pub strides: [usize; 2],
    /// Distances between taps, downwards and to the right.
    pub dilations: [usize; 2],
    /// Whether the image is padded so that windows start everywhere (TensorFlow's SAME), or not at all.
    pub is_same: bool,
}

impl Window {
    /// How the format calls the padding.
    pub fn padding(&self) -> Padding {
        if self.is_same { Padding::SAME } else { Padding::VALID }
    }
}

/// The options of CONV_3D and CONV_3D_TRANSPOSE. Steps and distances between taps are by depth, height and width; what a list
/// lacks is 1.
pub fn volume_options(strides: &[usize], dilations: &[usize], is_same: bool) -> owned::Conv3DOptions {
    let at = |list: &[usize], axis: usize| list.get(axis).map_or(1, |&size| size as i32);
    owned::Conv3DOptions {
        padding: if is_same { Padding::SAME } else { Padding::VALID },
        stride_d: at(strides, 0),
        stride_h: at(strides, 1),
        stride_w: at(strides, 2),
        dilation_d_factor: at(dilations, 0),
        dilation_h_factor: at(dilations, 1),
        dilation_w_factor: at(dilations, 2),
        ..Default::default()
    }
}

impl Default for Window {
    fn default() -> Self {
        Self { strides: [1, 1], dilations: [1, 1], is_same: false }
    }
}

impl Builder<'_> {
    /// `op(x)` for an operator without options.
    ///
    /// # Errors
    /// If it does not take such a value.
    pub fn unary(&mut self, op: BuiltinOperator, x: ValueId) -> Result<ValueId> {
        self.add(op, &[x])
    }

    /// `op(x, y)`, with broadcasting.
    ///
    /// # Errors
    /// If it does not take such values.
    pub fn binary(&mut self, op: BuiltinOperator, x: ValueId, y: ValueId) -> Result<ValueId> {
        let op = match op {
            BuiltinOperator::ADD => Op::with(op, owned::AddOptions::default()),
            BuiltinOperator::SUB => Op::with(op, owned::SubOptions::default()),
            BuiltinOperator::MUL => Op::with(op, owned::MulOptions::default()),
            BuiltinOperator::DIV => Op::with(op, owned::DivOptions::default()),
            _ => Op::builtin(op),
        };
        self.add(op, &[x, y])
    }

    /// `x` in another shape; one size may be -1.
    ///
    /// # Errors
    /// If the elements do not fit.
    pub fn reshape(&mut self, x: ValueId, sizes: &[i64]) -> Result<ValueId> {
        let sizes: Vec<i32> = sizes.iter().map(|&size| size as i32).collect();
        let shape = self.constant(&[sizes.len()], &sizes)?;
        let options = owned::ReshapeOptions { new_shape: sizes };
        self.add_moved(Op::with(BuiltinOperator::RESHAPE, options), &[x, shape])
    }

    /// `x` with its dimensions permuted: dimension `i` of the result is dimension `axes[i]` of `x`.
    ///
    /// # Errors
    /// If they are no permutation.
    pub fn transpose(&mut self, x: ValueId, axes: &[usize]) -> Result<ValueId> {
        let axes: Vec<i32> = axes.iter().map(|&axis| axis as i32).collect();
        let axes = self.constant(&[axes.len()], &axes)?;
        self.add_moved(Op::with(BuiltinOperator::TRANSPOSE, owned::TransposeOptions::default()), &[x, axes])
    }

    /// Adds a node that gives the elements of its first input, quantized as they are if that is as a whole.
    fn add_moved(&mut self, op: Op, inputs: &[ValueId]) -> Result<ValueId> {
        let value = self.graph().value(inputs[0]);
        let is_whole = value.quantization.affine().is_some_and(|affine| affine.scales.len() == 1);
        if is_whole { self.add_typed_like(op, inputs, inputs[0]) } else { self.add(op, inputs) }
    }

    /// `x` in another element type; `x` itself if it has it already.
    ///
    /// # Errors
    /// If there is no such conversion.
    pub fn cast(&mut self, x: ValueId, dtype: DType) -> Result<ValueId> {
        if self.dtype(x) == dtype {
            return Ok(x);
        }
        let code = |dtype: DType| featherlite_schema::TensorType(dtype as i8);
        let options = owned::CastOptions { in_data_type: code(self.dtype(x)), out_data_type: code(dtype) };
        self.add_typed(Op::with(BuiltinOperator::CAST, options), &[x], dtype)
    }

    /// A convolution. `x`: `[n, h, w, c]`, `weights`: `[out, kh, kw, c / groups]`, `bias`: `[out]`.
    ///
    /// # Errors
    /// If shapes do not fit.
    pub fn conv_2d(
        &mut self,
        x: ValueId,
        weights: ValueId,
        bias: Option<ValueId>,
        window: Window,
    ) -> Result<ValueId> {
        let options = owned::Conv2DOptions {
            padding: window.padding(),
            stride_h: window.strides[0] as i32,
            stride_w: window.strides[1] as i32,
            dilation_h_factor: window.dilations[0] as i32,
            dilation_w_factor: window.dilations[1] as i32,
            ..Default::default()
        };
        let op = Op::with(BuiltinOperator::CONV_2D, options);
        Ok(self.add_many(op, &[Some(x), Some(weights), bias], 1)?[0])
    }

    /// A depthwise convolution. `x`: `[n, h, w, c]`, `weights`: `[1, kh, kw, c * multiplier]`, `bias`: `[c * multiplier]`.
    ///
    /// # Errors
    /// If shapes do not fit.
    pub fn depthwise_conv_2d(
        &mut self,
        x: ValueId,
        weights: ValueId,
        bias: Option<ValueId>,
        window: Window,
        multiplier: usize,
    ) -> Result<ValueId> {
        let options = owned::DepthwiseConv2DOptions {
            padding: window.padding(),
            stride_h: window.strides[0] as i32,
            stride_w: window.strides[1] as i32,
            depth_multiplier: multiplier as i32,
            dilation_h_factor: window.dilations[0] as i32,
            dilation_w_factor: window.dilations[1] as i32,
            ..Default::default()
        };
        let op = Op::with(BuiltinOperator::DEPTHWISE_CONV_2D, options);
        Ok(self.add_many(op, &[Some(x), Some(weights), bias], 1)?[0])
    }

    /// A fully connected layer over the last dimension, which keeps the others. `weights`: `[out, in]`, `bias`: `[out]`.
    ///
    /// # Errors
    /// If shapes do not fit.
    pub fn fully_connected(
        &mut self,
        x: ValueId,
        weights: ValueId,
        bias: Option<ValueId>,
    ) -> Result<ValueId> {
        let keep_num_dims = self.rank(x)? != 2;
        let options = owned::FullyConnectedOptions { keep_num_dims, ..Default::default() };
        let op = Op::with(BuiltinOperator::FULLY_CONNECTED, options);
        Ok(self.add_many(op, &[Some(x), Some(weights), bias], 1)?[0])
    }

    /// `op(x)` reduced along `axes` (MEAN, SUM, REDUCE_MAX, …).
    ///
    /// # Errors
    /// If there are no such axes.
    pub fn reduce(
        &mut self,
        op: BuiltinOperator,
        x: ValueId,
        axes: &[i32],
        keep_dims: bool,
    ) -> Result<ValueId> {
        let axes = self.constant(&[axes.len()], axes)?;
        self.add(Op::with(op, owned::ReducerOptions { keep_dims }), &[x, axes])
    }

    /// The values joined along an axis, which may count from the end when negative.
    ///
    /// # Errors
    /// If their other sizes differ.
    pub fn concatenation(&mut self, values: &[ValueId], axis: i32) -> Result<ValueId> {
        let options = owned::ConcatenationOptions { axis, ..Default::default() };
        self.add(Op::with(BuiltinOperator::CONCATENATION, options), values)
    }

    /// `x` with `before` and `after` zeros added to each dimension.
    ///
    /// # Errors
    /// If they are not as many as dimensions.
    pub fn pad(&mut self, x: ValueId, paddings: &[[usize; 2]]) -> Result<ValueId> {
        let flat: Vec<i32> = paddings.iter().flatten().map(|&size| size as i32).collect();
        let paddings = self.constant(&[paddings.len(), 2], &flat)?;
        self.add(Op::with(BuiltinOperator::PAD, owned::PadOptions::default()), &[x, paddings])
    }

    /// The sizes of `x` as a tensor of 32-bit integers.
    ///
    /// # Errors
    /// Never for values of this graph.
    pub fn shape_of(&mut self, x: ValueId) -> Result<ValueId> {
        let options = owned::ShapeOptions { out_type: featherlite_schema::TensorType::INT32 };
        self.add_typed(Op::with(BuiltinOperator::SHAPE, options), &[x], DType::I32)
    }

    /// The part of `x` that starts at `begin` and has `size`, where -1 is all that follows.
    ///
    /// # Errors
    /// If it is not inside of `x`.
    pub fn slice(&mut self, x: ValueId, begin: &[i32], size: &[i32]) -> Result<ValueId> {
        let begin = self.constant(&[begin.len()], begin)?;
        let size = self.constant(&[size.len()], size)?;
        self.add(Op::with(BuiltinOperator::SLICE, owned::SliceOptions::default()), &[x, begin, size])
    }
}
