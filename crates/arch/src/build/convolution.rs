//! Convolutions, dense layers and pools.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, Padding as Scheme, owned};

use super::{Building, fused};
use crate::arch::Padding;
use crate::network::{Conv, Dense, Layer, Pads, Pool, Role};
use crate::weights::Tensor;
use crate::{Activation, Result};

impl Building<'_> {
    /// A convolution with its normalization folded into it.
    pub(super) fn conv(&mut self, layer: &Layer, conv: &Conv) -> Result<ValueId> {
        let x = self.operand(layer, 0)?;
        let (kernel, bias) = self.folded(layer, conv)?;
        let (x, padding) = self.padded(x, layer, conv.kernel, conv.stride, conv.pads)?;
        let (fused, rest) = fused(conv.activation);
        let bias = self.constant(layer, Role::Bias, &[bias.len()], &bias)?;
        let stride = conv.stride as i32;
        let (op, shape) = match conv.depthwise {
            true => {
                let options = owned::DepthwiseConv2DOptions {
                    padding,
                    stride_h: stride,
                    stride_w: stride,
                    depth_multiplier: 1,
                    fused_activation_function: fused,
                    ..Default::default()
                };
                let shape = [&[1], &kernel.shape[..]].concat();
                (Op::with(BuiltinOperator::DEPTHWISE_CONV_2D, options), shape)
            }
            false => {
                let options = owned::Conv2DOptions {
                    padding,
                    stride_h: stride,
                    stride_w: stride,
                    fused_activation_function: fused,
                    ..Default::default()
                };
                (Op::with(BuiltinOperator::CONV_2D, options), kernel.shape)
            }
        };
        let kernel = self.constant(layer, Role::Kernel, &shape, &kernel.values)?;
        let y = self.builder.add(op, &[x, kernel, bias])?;
        self.activation(y, rest)
    }

    /// A constant by the name of the weight that it is, with normalization folded into it.
    fn constant(&mut self, layer: &Layer, role: Role, shape: &[usize], values: &[f32]) -> Result<ValueId> {
        let constant = self.builder.constant(shape, values)?;
        self.builder.rename(constant, format!("{}.{}", layer.name, role.name()));
        Ok(constant)
    }

    /// Kernel and bias with normalization folded into them.
    fn folded(&self, layer: &Layer, conv: &Conv) -> Result<(Tensor, Vec<f32>)> {
        let mut kernel = self.weight(layer, Role::Kernel)?.clone();
        let out = layer.output[2];
        let mut bias = match conv.bias {
            true => self.weight(layer, Role::Bias)?.values.clone(),
            false => vec![0.0; out],
        };
        let Some(norm) = conv.norm else { return Ok((kernel, bias)) };
        let [gamma, beta, mean, variance] = [
            &self.weight(layer, Role::Gamma)?.values,
            &self.weight(layer, Role::Beta)?.values,
            &self.weight(layer, Role::Mean)?.values,
            &self.weight(layer, Role::Variance)?.values,
        ];
        let factor = |channel: usize| gamma[channel] / (variance[channel] + norm.epsilon).sqrt();
        let factors: Vec<f32> = (0..out).map(factor).collect();
        let each = if conv.depthwise { 1 } else { kernel.values.len() / out };
        for (index, value) in kernel.values.iter_mut().enumerate() {
            *value *= factors[index / each % out];
        }
        for (channel, bias) in bias.iter_mut().enumerate() {
            *bias = (*bias - mean[channel]) * factors[channel] + beta[channel];
        }
        Ok((kernel, bias))
    }

    /// A dense layer that gives the factors of channels: a 1×1 convolution of an image of one pixel.
    pub(super) fn gate(&mut self, layer: &Layer, dense: &Dense) -> Result<ValueId> {
        let kernel = self.weight(layer, Role::Kernel)?.clone();
        let (out, channels) = (kernel.shape[0], kernel.shape[1]);
        let kernel = self.constant(layer, Role::Kernel, &[out, 1, 1, channels], &kernel.values)?;
        let (fused, rest) = fused(dense.activation);
        let options = owned::Conv2DOptions {
            padding: Scheme::VALID,
            stride_h: 1,
            stride_w: 1,
            fused_activation_function: fused,
            ..Default::default()
        };
        self.product(layer, dense, Op::with(BuiltinOperator::CONV_2D, options), kernel, rest)
    }

    /// A dense layer on vectors.
    pub(super) fn dense(&mut self, layer: &Layer, dense: &Dense) -> Result<ValueId> {
        let kernel = self.weight(layer, Role::Kernel)?.clone();
        let kernel = self.constant(layer, Role::Kernel, &kernel.shape, &kernel.values)?;
        let (fused, rest) = fused(dense.activation);
        let options = owned::FullyConnectedOptions { fused_activation_function: fused, ..Default::default() };
        self.product(layer, dense, Op::with(BuiltinOperator::FULLY_CONNECTED, options), kernel, rest)
    }

    fn product(
        &mut self,
        layer: &Layer,
        dense: &Dense,
        op: Op,
        kernel: ValueId,
        rest: Activation,
    ) -> Result<ValueId> {
        let x = self.operand(layer, 0)?;
        let bias = match dense.bias {
            true => self.weight(layer, Role::Bias)?.values.clone(),
            false => vec![0.0; layer.output[2]],
        };
        let bias = self.constant(layer, Role::Bias, &[bias.len()], &bias)?;
        let y = self.builder.add(op, &[x, kernel, bias])?;
        self.activation(y, rest)
    }

    pub(super) fn pool(&mut self, op: BuiltinOperator, layer: &Layer, pool: &Pool) -> Result<ValueId> {
        let x = self.operand(layer, 0)?;
        let counts = pool.counts_pads && op == BuiltinOperator::AVERAGE_POOL_2D;
        let (x, padding) = match counts && pool.pads != Pads::default() {
            true => (self.pad(x, pool.pads)?, Scheme::VALID),
            false => self.padded(x, layer, pool.kernel, pool.stride, pool.pads)?,
        };
        let options = owned::Pool2DOptions {
            padding,
            stride_h: pool.stride as i32,
            stride_w: pool.stride as i32,
            filter_height: pool.kernel as i32,
            filter_width: pool.kernel as i32,
            ..Default::default()
        };
        Ok(self.builder.add(Op::with(op, options), &[x])?)
    }

    /// Pads `x` as far as the operator does not do so itself, and what the operator does.
    fn padded(
        &mut self,
        x: ValueId,
        layer: &Layer,
        kernel: usize,
        stride: usize,
        pads: Pads,
    ) -> Result<(ValueId, Scheme)> {
        let rows = self.network.layers[layer.inputs[0]].output[0];
        let (same, _) = Pads::of(Padding::Same, rows, kernel, stride);
        Ok(match pads {
            _ if pads == same => (x, Scheme::SAME),
            _ if pads == Pads::default() => (x, Scheme::VALID),
            _ => (self.pad(x, pads)?, Scheme::VALID),
        })
    }

    fn pad(&mut self, x: ValueId, pads: Pads) -> Result<ValueId> {
        let Pads { top, left, bottom, right } = pads;
        Ok(self.builder.pad(x, &[[0, 0], [top, bottom], [left, right], [0, 0]])?)
    }
}
