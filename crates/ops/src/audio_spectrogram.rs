//! AudioSpectrogram: magnitudes (or their squares) of the spectra of overlapping windows of each audio channel.
//!
//! `[samples, channels]` becomes `[channels, windows, frequencies]`. A periodic Hann window is applied; the transform is as long
//! as the next power of two and done in double precision.

use alloc::boxed::Box;
use alloc::format;
use core::f64::consts::PI;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::fft::{MAX_SIZE, RealFft};

/// AudioSpectrogram.
pub static OP: OpDef = OpDef {
    name: "AudioSpectrogram",
    code: Code::Custom("AudioSpectrogram"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "AudioSpectrogram",
    summary: "Magnitudes of the spectra of overlapping windows of audio.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32)], version: 1 }];

/// Dimensions and attributes.
#[derive(Clone, Copy)]
struct Sizes {
    channels: usize,
    window: usize,
    stride: usize,
    /// Windows that the samples fill.
    count: usize,
    frequencies: usize,
}

impl Sizes {
    fn of(node: &Node<'_>) -> Result<Self> {
        let (shape, options) = (node.input(0)?.shape, CustomOptions::of(node));
        let &[samples, channels] = shape.dims() else {
            return Err(Error::invalid_shape(format!("audio {shape} must have two dimensions")));
        };
        let window = options.size("window_size", 2..=MAX_SIZE)?;
        let stride = options.size("stride", 1..=i32::MAX as usize)?;
        let count = samples.checked_sub(window).map_or(0, |rest| rest / stride + 1);
        Ok(Self { channels, window, stride, count, frequencies: window.next_power_of_two() / 2 + 1 })
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let sizes = Sizes::of(node)?;
    Ok(Outputs::one(Shape::new(&[sizes.channels, sizes.count, sizes.frequencies])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let Sizes { channels, window, stride, count, frequencies } = Sizes::of(plan.node)?;
    let is_squared = CustomOptions::of(plan.node).flag("magnitude_squared")?;
    let hann: Box<[f64]> =
        (0..window).map(|i| 0.5 - 0.5 * libm::cos(2.0 * PI * i as f64 / window as f64)).collect();
    let fft = RealFft::<f64>::new(window.next_power_of_two(), false)?;
    let spectrum_places = 2 * (frequencies + fft.scratch());
    let samples = plan.scratch(window * size_of::<f64>());
    let spectrum = plan.scratch(spectrum_places * size_of::<f64>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (audio, output) = (io.input::<f32>(0)?, io.output::<f32>(0)?);
        let samples = io.scratch::<f64>(samples)?;
        let (places, _) = io.scratch::<f64>(spectrum)?.as_chunks_mut::<2>();
        let (spectrum, scratch) = places.split_at_mut(frequencies);
        for (index, row) in output.chunks_mut(frequencies).enumerate() {
            let (channel, first) = (index / count, index % count * stride);
            for (i, (sample, weight)) in samples.iter_mut().zip(&hann).enumerate() {
                *sample = f64::from(audio[(first + i) * channels + channel]) * weight;
            }
            fft.forward(samples, spectrum, scratch);
            for (out, [re, im]) in row.iter_mut().zip(spectrum.iter()) {
                let energy = (re * re + im * im) as f32;
                *out = if is_squared { energy } else { libm::sqrtf(energy) };
            }
        }
        Ok(())
    }))
}
