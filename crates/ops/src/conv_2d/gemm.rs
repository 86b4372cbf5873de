//! CONV_2D as a matrix product of patches and packed weights, one for each group.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use featherlite_base::arena::{Parallel, Serial};
use featherlite_base::{Element, Result};
use featherlite_gemm::{
    Byte, Columns, F32Gemm, FinishF32, FinishReal, I8Gemm, PackedF32, PackedI8, PanelsF32, Requantize,
    RowsMut, Weights,
};

use super::{Geometry, strips};
use crate::core::{Io, Kernel, Plan};
use crate::parts::convolution::{self, Layer, Scaled, optional};
use crate::parts::hybrid;
use crate::parts::lines::Lines;
use crate::parts::patches::Patches;
use crate::parts::single_row;

/// The sizes of the product of a group.
pub(super) struct Product {
    pub(super) geometry: Geometry,
    pub(super) patches: Patches,
    /// Where patches need not be gathered although they don't lie in the input as they are.
    lines: Option<Lines>,
    /// Patches that a thread gathers at a time.
    pub(super) tile: usize,
    /// Output channels.
    pub(super) n: usize,
    /// Elements of a patch.
    pub(super) k: usize,
}

impl Product {
    pub(super) fn new<T: Element>(geometry: Geometry, threads: usize) -> Result<Self> {
        let Geometry { batch, rows, columns, input_channels, channels, groups, .. } = geometry;
        let patches = Patches::new(batch, [rows, columns], input_channels, geometry.depth())?;
        let (tile, k) = (patches.tile::<T>(threads), patches.width());
        Ok(Self { geometry, patches, lines: None, tile, n: channels / groups, k })
    }

    /// Whether there is one patch, which is the input.
    fn is_row(&self) -> bool {
        let Geometry { rows, columns, input_channels, .. } = self.geometry;
        self.patches.count() == 1 && self.tile == 0 && self.k == rows.input * columns.input * input_channels
    }

    /// A product whose patches are read in the lines of the image where that is better than gathering them.
    fn of_lines(geometry: Geometry, threads: usize) -> Result<Self> {
        let mut product = Self::new::<f32>(geometry, threads)?;
        if product.tile > 0 {
            let Geometry { rows, columns, input_channels, .. } = geometry;
            product.lines = Lines::new([rows, columns], input_channels, geometry.depth(), product.n, threads);
        }
        Ok(product)
    }

    /// Elements of scratch that gathering, or copying lines, takes.
    pub(super) fn scratch(&self, threads: usize) -> usize {
        threads * self.lines.as_ref().map_or(self.tile * self.k, Lines::scratch)
    }

    /// The weights of a group, as a matrix.
    pub(super) fn weights<'a, T>(&self, weights: &'a [T], group: usize) -> Result<Weights<'a, T>> {
        let size = self.n * self.k;
        let weights = weights.get(group * size..(group + 1) * size).unwrap_or_default();
        match self.geometry.channels_last {
            true => Weights::transposed(weights, self.n, self.k),
            false => Weights::new(weights, self.n, self.k),
        }
    }

    /// The weights of all groups, packed by `pack`.
    pub(super) fn pack<T, P>(
        &self,
        weights: &[T],
        pack: impl Fn(Weights<'_, T>) -> Result<P>,
    ) -> Result<Vec<P>> {
        (0..self.geometry.groups).map(|group| pack(self.weights(weights, group)?)).collect()
    }

    /// The part of something that there is one of for each output channel.
    pub(super) fn part<'a, T>(&self, values: &'a [T], group: usize) -> &'a [T] {
        values.get(group * self.n..(group + 1) * self.n).unwrap_or_default()
    }

    /// The results of a group among those of all channels of some patches.
    pub(super) fn results<'a, T>(&self, output: &'a mut [T], group: usize) -> Result<RowsMut<'a, T>> {
        let channels = self.geometry.channels;
        let count = output.len() / channels;
        RowsMut::new(&mut output[group * self.n..], count, self.n, channels)
    }
}

/// `f32`; weights that are not constant are packed in every run, but those of a single patch.
pub(super) fn float(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (gemm, threads) = (F32Gemm::best(plan.setup.level), plan.setup.threads);
    let product = Product::of_lines(geometry, threads)?;
    if product.is_row() && single_row::is_worthwhile(product.n, product.k) {
        return row(plan, layer);
    }
    let weights = plan.node.input(layer.weights)?;
    let packed: Option<Arc<Vec<PackedF32>>> = match weights.values::<f32>()?.filter(|_| weights.is_constant) {
        Some(weights) => {
            Some(plan.shared(gemm.name(), || product.pack(weights, |weights| gemm.pack(weights)))?)
        }
        None => None,
    };
    let memory = if packed.is_some() { 0 } else { gemm.packed_len(product.n, product.k)? };
    let memory = plan.scratch(memory * size_of::<f32>());
    let scratch = plan.scratch(product.scratch(threads) * size_of::<f32>());
    let convolution::Float { min, max } = convolution::Float::new(layer.activation)?;
    let bias = convolution::bias_of(plan.node, layer);
    let (input, weights) = (layer.input, layer.weights);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(input)?, io.output::<f32>(0)?);
        let bias = optional(io, bias)?;
        let (memory, scratch) = (io.scratch::<f32>(memory)?, io.scratch::<f32>(scratch)?);
        for group in 0..geometry.groups {
            let panels = match &packed {
                Some(packed) => packed[group].panels(),
                None => gemm.pack_into(product.weights(io.input(weights)?, group)?, memory)?,
            };
            let bias = (!bias.is_empty()).then(|| product.part(bias, group));
            product.float(
                io.parallel,
                input,
                group,
                &panels,
                &FinishF32 { bias, min, max },
                scratch,
                output,
            )?;
        }
        Ok(())
    }))
}

/// `f32`, a single patch that is the whole input, such as the squeezed image of a squeeze-and-excite block.
fn row(plan: &mut Plan<'_>, layer: &Layer) -> Result<Box<dyn Kernel>> {
    let level = plan.setup.level;
    let convolution::Float { min, max } = convolution::Float::new(layer.activation)?;
    let bias = convolution::bias_of(plan.node, layer);
    let (input, weights) = (layer.input, layer.weights);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, weights, output) = (io.input(input)?, io.input(weights)?, io.output(0)?);
        let parallel = io.parallel;
        single_row::multiply((level, parallel), input, weights, optional(io, bias)?, (min, max), output);
        Ok(())
    }))
}

impl Product {
    /// The results of one group.
    fn float(
        &self,
        parallel: &dyn Parallel,
        input: &[f32],
        group: usize,
        panels: &PanelsF32<'_>,
        finish: &FinishF32<'_>,
        scratch: &mut [f32],
        output: &mut [f32],
    ) -> Result<()> {
        let Geometry { batch, channels, .. } = self.geometry;
        let first = group * self.geometry.depth();
        let Some(lines) = &self.lines else {
            return self.patches.multiply(
                parallel,
                (input, first, 0.0),
                (scratch, self.tile),
                (output, channels),
                |parallel, rows, output| {
                    panels.multiply(parallel, rows, finish, self.results(output, group)?)
                },
            );
        };
        convolution::for_each_image(batch, input, output, |image, output| {
            lines.multiply(parallel, (image, first), scratch, (output, channels), |rows, output| {
                panels.multiply(&Serial, rows, finish, self.results(output, group)?)
            })
        })
    }
}

/// INT8 with constant weights and bias.
pub(super) fn signed(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    if strips::suit(I8Gemm::best(plan.setup.level), &geometry) {
        return strips::integer(plan, layer, geometry);
    }
    integer_of(plan, layer, geometry, |zero_point| zero_point as i8)
}

/// UINT8 with constant weights and bias.
pub(super) fn unsigned(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    integer_of(plan, layer, geometry, |zero_point| zero_point as u8)
}

fn integer_of<T: Byte>(
    plan: &mut Plan<'_>,
    layer: &Layer,
    geometry: Geometry,
    pad: fn(i32) -> T,
) -> Result<Box<dyn Kernel>> {
    let (node, threads) = (plan.node, plan.setup.threads);
    let product = Product::new::<T>(geometry, threads)?;
    let packed = pack(plan, layer, &product)?;
    let scaled = convolution::scaled(node, layer)?;
    let bias = node.optional(layer.bias).map(|bias| bias.constant::<i32>()).transpose()?;
    let scratch = plan.scratch(product.scratch(threads));
    let (input, pad) = (layer.input, pad(scaled.input_zero_point));
    let integer = Integer::new(product, packed, bias, &scaled, pad)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        integer.run(io.parallel, io.input(input)?, io.scratch(scratch)?, io.output(0)?)
    }))
}

/// Packs constant 8-bit weights.
pub(super) fn pack(plan: &mut Plan<'_>, layer: &Layer, product: &Product) -> Result<Arc<Vec<PackedI8>>> {
    let (gemm, node) = (I8Gemm::best(plan.setup.level), plan.node);
    plan.shared(gemm.name(), || {
        let (weights, zero_point) = convolution::signed_weights(node, layer)?;
        product.pack(&weights, |weights| gemm.pack(weights, zero_point))
    })
}

struct Integer<T> {
    product: Product,
    packed: Arc<Vec<PackedI8>>,
    finish: Box<[(Columns, Requantize)]>,
    /// What stands for 0 in the input.
    pad: T,
}

impl<T: Byte> Integer<T> {
    fn new(
        product: Product,
        packed: Arc<Vec<PackedI8>>,
        bias: Option<&[i32]>,
        scaled: &Scaled,
        pad: T,
    ) -> Result<Self> {
        let finish = |(group, packed): (usize, &PackedI8)| {
            let bias = bias.map(|bias| product.part(bias, group));
            Ok((
                packed.panels().columns::<T>(bias, scaled.input_zero_point)?,
                Requantize::new(
                    product.part(&scaled.multipliers, group),
                    scaled.output_zero_point,
                    scaled.range,
                )?,
            ))
        };
        let finish = packed.iter().enumerate().map(finish).collect::<Result<_>>()?;
        Ok(Self { product, packed, finish, pad })
    }

    fn run(&self, parallel: &dyn Parallel, input: &[T], scratch: &mut [T], output: &mut [T]) -> Result<()> {
        let Product { geometry, patches, tile, .. } = &self.product;
        for (group, (packed, (columns, requantize))) in self.packed.iter().zip(&self.finish).enumerate() {
            patches.multiply(
                parallel,
                (input, group * geometry.depth(), self.pad),
                (scratch, *tile),
                (output, geometry.channels),
                |parallel, rows, output| {
                    let results = self.product.results(output, group)?;
                    packed.panels().multiply(parallel, rows, columns, requantize, results)
                },
            )?;
        }
        Ok(())
    }
}

/// `f32` inputs and constant 8-bit weights.
pub(super) fn hybrid(plan: &mut Plan<'_>, layer: &Layer, geometry: Geometry) -> Result<Box<dyn Kernel>> {
    let (node, threads) = (plan.node, plan.setup.threads);
    let product = Product::new::<i8>(Geometry { batch: 1, ..geometry }, threads)?;
    let packed = pack(plan, layer, &product)?;
    let columns: Box<[Columns]> =
        packed.iter().map(|packed| packed.panels().columns::<i8>(None, 0)).collect::<Result<_>>()?;
    let scales = convolution::channel_scales(node, layer)?;
    let float = convolution::Float::new(layer.activation)?;
    let bias = convolution::bias_of(node, layer);
    let (batch, image) = convolution::images(node, layer)?;
    let scratch = plan.scratch(product.scratch(threads));
    let quantized = plan.scratch(image);
    let (layer, level) = (*layer, plan.setup.level);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(layer.input)?, io.output::<f32>(0)?);
        let bias = optional(io, bias)?;
        let (quantized, scratch) = (io.scratch::<i8>(quantized)?, io.scratch::<i8>(scratch)?);
        convolution::for_each_image(batch, input, output, |input, output| {
            let image = hybrid::quantize_row(level, input, layer.asymmetric, quantized);
            for (group, (packed, columns)) in packed.iter().zip(&columns).enumerate() {
                let finish = FinishReal {
                    rows: &[image],
                    scales: product.part(&scales, group),
                    bias: (!bias.is_empty()).then(|| product.part(bias, group)),
                    min: float.min,
                    max: float.max,
                };
                product.patches.multiply(
                    io.parallel,
                    (&*quantized, group * geometry.depth(), image.zero_point as i8),
                    (&mut *scratch, product.tile),
                    (&mut *output, geometry.channels),
                    |parallel, rows, output| {
                        let results = product.results(output, group)?;
                        packed.panels().multiply_real(parallel, rows, columns, &finish, results)
                    },
                )?;
            }
            Ok(())
        })
    }))
}

#[cfg(test)]
pub(super) mod tests {
    use alloc::vec;

    use featherlite_schema::Padding;
    use featherlite_simd::Level;

    use super::*;
    use crate::parts::convolution::tests::{noise, scaled};
    use crate::parts::convolution::{Arithmetic, Float, Loops, Signed, Unsigned};
    use crate::parts::window::Window;

    /// Shapes with and without gathering, groups, padding, dilation.
    pub(crate) fn geometries() -> impl Iterator<Item = Geometry> {
        let images = [
            (1, 7, 5, 8, 12),
            (2, 1, 9, 6, 4),
            (1, 4, 4, 33, 70),
            (3, 1, 1, 5, 2),
            (1, 20, 20, 3, 9),
            (2, 9, 31, 2, 6),
        ];
        let windows = [([1, 1], 1, 1), ([1, 1], 2, 1), ([3, 3], 1, 1), ([3, 2], 2, 1), ([2, 3], 1, 2)];
        images.into_iter().flat_map(move |(batch, height, width, input_channels, channels)| {
            windows.into_iter().flat_map(move |(size, stride, dilation)| {
                [1, 2, 3].into_iter().filter_map(move |groups| {
                    let window =
                        |input, size| Window::new(input, size, stride, dilation, Padding::SAME).unwrap();
                    let (rows, columns) = (window(height, size[0]), window(width, size[1]));
                    let fits = input_channels % groups == 0 && channels % groups == 0;
                    let channels_last = false;
                    fits.then_some(Geometry {
                        batch,
                        rows,
                        columns,
                        input_channels,
                        channels,
                        groups,
                        channels_last,
                    })
                })
            })
        })
    }

    pub(crate) fn sizes(geometry: &Geometry) -> [usize; 3] {
        let Geometry { batch, rows, columns, input_channels, channels, .. } = *geometry;
        [
            batch * rows.input * columns.input * input_channels,
            channels * rows.size * columns.size * geometry.depth(),
            batch * rows.output * columns.output * channels,
        ]
    }

    pub(crate) fn reference<A: Arithmetic>(
        geometry: &Geometry,
        arithmetic: &A,
        input: &[A::Input],
        weights: &[A::Weight],
        bias: &[A::Bias],
    ) -> Vec<A::Output> {
        let mut output = vec![A::Output::default(); sizes(geometry)[2]];
        convolution::for_each_image(geometry.batch, input, &mut output, |input, output| {
            geometry.image(arithmetic, &Serial, input, weights, bias, output);
            Ok(())
        })
        .unwrap();
        output
    }

    #[test]
    fn float_is_the_reference_up_to_rounding() {
        let gemm = F32Gemm::best(Level::detect());
        for geometry in geometries() {
            let [inputs, weights, outputs] = sizes(&geometry);
            let real = |values: Vec<i8>| values.into_iter().map(|x| f32::from(x) / 64.0).collect::<Vec<_>>();
            let (input, weights) = (real(noise(inputs, 1)), real(noise(weights, 2)));
            let bias = real(noise(geometry.channels, 3));
            let expected =
                reference(&geometry, &Float { min: -9.0, max: f32::INFINITY }, &input, &weights, &bias);
            let product = Product::of_lines(geometry, 1).unwrap();
            let packed = product.pack(&weights, |weights| gemm.pack(weights)).unwrap();
            let mut scratch = vec![0.0; product.scratch(1)];
            let mut output = vec![0.0; outputs];
            for (group, packed) in packed.iter().enumerate() {
                let finish =
                    FinishF32 { bias: Some(product.part(&bias, group)), min: -9.0, max: f32::INFINITY };
                product
                    .float(&Serial, &input, group, &packed.panels(), &finish, &mut scratch, &mut output)
                    .unwrap();
            }
            let worst = output.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-3, "{worst} in {geometry:?}");
        }
    }

    #[test]
    fn integers_are_the_reference_to_the_bit() {
        let gemm = I8Gemm::best(Level::detect());
        for (index, geometry) in geometries().enumerate() {
            let [inputs, weights, outputs] = sizes(&geometry);
            let (input, weights) = (noise(inputs, index), noise(weights, index + 1));
            let bias: Vec<i32> = noise(geometry.channels, 3).into_iter().map(|x| i32::from(x) * 50).collect();
            let signed = scaled(-7, geometry.channels, (-100, 127));
            let unsigned = scaled(121, geometry.channels, (3, 255));
            let product = || Product::new::<i8>(geometry, 1).unwrap();
            let packed = |zero_point| {
                Arc::new(product().pack(&weights, |weights| gemm.pack(weights, zero_point)).unwrap())
            };

            let integer = Integer::<i8>::new(product(), packed(0), Some(&bias), &signed, -7).unwrap();
            let mut output = vec![0; outputs];
            let mut scratch = vec![0; product().scratch(1)];
            integer.run(&Serial, &input, &mut scratch, &mut output).unwrap();
            assert_eq!(
                output,
                reference(&geometry, &Signed(signed), &input, &weights, &bias),
                "{geometry:?}"
            );

            let shifted = |values: &[i8]| values.iter().map(|&x| x as u8 ^ 128).collect::<Vec<_>>();
            let (input, bytes) = (shifted(&input), shifted(&weights));
            let integer = Integer::<u8>::new(product(), packed(-3), None, &unsigned, 121).unwrap();
            let mut output = vec![0; outputs];
            let mut scratch = vec![0; product().scratch(1)];
            integer.run(&Serial, &input, &mut scratch, &mut output).unwrap();
            let arithmetic = Unsigned { scaled: unsigned, weights_zero_point: 125 };
            assert_eq!(output, reference(&geometry, &arithmetic, &input, &bytes, &[]), "{geometry:?}");
        }
    }
}
