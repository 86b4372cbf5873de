//! Mfcc: mel-frequency cepstral coefficients of power spectra.
//!
//! Magnitudes are summed up to channels of overlapping triangles, equally wide on the mel scale; their logarithms go through a
//! cosine transform, of which the lowest coefficients are kept. All in double precision.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::f64::consts::PI;

use featherlite_base::{DType, Error, Result};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::fft::MAX_SIZE;
use crate::parts::signal::with_last;

/// Mfcc.
pub static OP: OpDef = OpDef {
    name: "Mfcc",
    code: Code::Custom("Mfcc"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "Mfcc", summary: "Mel-frequency cepstral coefficients of power spectra.", macs: None };

const F32: Types = Types::of(&[DType::F32]);

const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(F32), req(Types::of(&[DType::I32]))],
    outputs: &[req(F32)],
    version: 1,
}];

/// The most channels that a file may ask for.
const MAX_CHANNELS: usize = 1 << 16;

/// The least that a logarithm is taken of.
const FLOOR: f64 = 1e-12;

/// The attributes.
#[derive(Clone, Copy)]
struct Options {
    /// In Hz.
    lowest: f64,
    highest: f64,
    channels: usize,
    coefficients: usize,
}

impl Options {
    fn of(node: &Node<'_>) -> Result<Self> {
        let options = CustomOptions::of(node);
        // Whole numbers of Hz: fractions are cut off.
        let limit = |name| options.optional_integer(name).map(|hertz| f64::from(hertz.unwrap_or(0)));
        let (lowest, highest) = (limit("lower_frequency_limit")?, limit("upper_frequency_limit")?);
        if lowest < 0.0 || highest <= lowest {
            return Err(Error::invalid_model(format!("frequencies from {lowest} to {highest} Hz")));
        }
        let channels = options.size("filterbank_channel_count", 1..=MAX_CHANNELS)?;
        Ok(Self {
            lowest,
            highest,
            channels,
            coefficients: options.size("dct_coefficient_count", 1..=channels)?,
        })
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (spectra, rate) = (node.input(0)?.shape, node.input(1)?.shape);
    if spectra.rank() != 3 || spectra.elements() == 0 || spectra.last() < 2 || rate.elements() != 1 {
        return Err(Error::invalid_shape(format!("spectra {spectra} with {rate} sampling rates")));
    }
    if spectra.last() > MAX_SIZE / 2 + 1 {
        return Err(Error::unsupported(format!("spectra {spectra} of transforms above {MAX_SIZE} samples")));
    }
    Ok(Outputs::one(with_last(spectra, &[Options::of(node)?.coefficients])?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (options, bins) = (Options::of(plan.node)?, plan.node.input(0)?.shape.last());
    let Options { channels, coefficients, .. } = options;
    let bank = match plan.node.input(1)?.values::<i32>()? {
        Some(&[rate]) => Some(mel_bank(options, bins, rate)?),
        _ => None,
    };
    // The cosines of the transform repeat every `4 * channels` quarter steps.
    let norm = libm::sqrt(2.0 / channels as f64);
    let period = 4 * channels;
    let cosines: Box<[f64]> =
        (0..period).map(|k| norm * libm::cos(2.0 * PI * k as f64 / period as f64)).collect();
    let energies = plan.scratch(channels * size_of::<f64>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        // The only case that allocates in a run: a sampling rate that is not a constant.
        let bank = match &bank {
            Some(bank) => Cow::Borrowed(bank),
            None => Cow::Owned(mel_bank(options, bins, io.input::<i32>(1)?[0])?),
        };
        let energies = io.scratch::<f64>(energies)?;
        let spectra = io.input::<f32>(0)?.chunks(bins);
        for (spectrum, out) in spectra.zip(io.output::<f32>(0)?.chunks_mut(coefficients)) {
            let Some(bank) = &*bank else {
                out.fill(0.0);
                continue;
            };
            energies.fill(0.0);
            for bin in bank {
                let magnitude = libm::sqrt(f64::from(spectrum[bin.index]));
                let falling = magnitude * bin.weight;
                if let Some(channel) = bin.channel.checked_sub(1) {
                    energies[channel] += falling;
                }
                if let Some(next) = energies.get_mut(bin.channel) {
                    *next += magnitude - falling;
                }
            }
            energies.iter_mut().for_each(|energy| *energy = libm::log(energy.max(FLOOR)));
            for (i, out) in out.iter_mut().enumerate() {
                let cosine = |j: usize| cosines[i * (2 * j + 1) % period];
                *out = energies.iter().enumerate().map(|(j, energy)| cosine(j) * energy).sum::<f64>() as f32;
            }
        }
        Ok(())
    }))
}

/// What a frequency of the spectrum belongs to.
#[derive(Clone, Copy)]
struct Bin {
    index: usize,
    /// The channel on whose rising side it lies, which may be one too many; it lies on the falling side of the one
    /// before.
    channel: usize,
    /// Share that goes to the channel before.
    weight: f64,
}

/// The frequencies within the limits; `None` if the limits reach beyond the spectrum: all coefficients are 0 then.
fn mel_bank(options: Options, bins: usize, rate: i32) -> Result<Option<Vec<Bin>>> {
    if rate <= 0 {
        return Err(Error::invalid_value(format!("a sampling rate of {rate} Hz")));
    }
    let mel = |hertz: f64| 1127.0 * libm::log1p(hertz / 700.0);
    let lowest = mel(options.lowest);
    let spacing = (mel(options.highest) - lowest) / (options.channels + 1) as f64;
    // Where channel `k - 1` has its peak; channel 0 rises from 0 on.
    let peak = |k: usize| lowest + spacing * k as f64;
    let width = 0.5 * f64::from(rate) / (bins - 1) as f64;
    let (first, last) = ((1.5 + options.lowest / width) as usize, (options.highest / width) as usize);
    if last >= bins {
        return Ok(None);
    }
    let mut channel = 0;
    let bin = |index: usize| {
        let place = mel(index as f64 * width);
        while channel < options.channels && peak(channel + 1) < place {
            channel += 1;
        }
        let weight = (peak(channel + 1) - place) / (peak(channel + 1) - peak(channel));
        Bin { index, channel, weight }
    };
    Ok(Some((first..=last).map(bin).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triangles_cover_the_limits() {
        let options = Options { lowest: 20.0, highest: 4000.0, channels: 10, coefficients: 10 };
        let bank = mel_bank(options, 129, 16000).unwrap().unwrap();
        assert_eq!((bank[0].index, bank[bank.len() - 1].index), (1, 64));
        assert!(bank.iter().all(|bin| (0.0..=1.0).contains(&bin.weight) && bin.channel <= 10));
        assert!(bank.windows(2).all(|pair| pair[0].channel <= pair[1].channel));
        // Half of the rate lies below the limit.
        assert!(mel_bank(options, 129, 7000).unwrap().is_none());
        assert!(mel_bank(options, 129, 0).is_err());
    }
}
