//! Audio and other signals.

use std::f64::consts::PI;

use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::flexbuffer::MapBuilder;
use featherlite_testkit::{Op, Random};

use super::{Case, Elements, Family, Tolerance, Value, draw, range};

pub(super) const FAMILY: Family = Family {
    name: "signal",
    rows: &[
        ("RFFT2D", rfft2d),
        ("AudioSpectrogram", audio_spectrogram),
        ("Mfcc", mfcc),
        ("SignalDelay", delay),
        ("SignalEnergy", energy),
        ("SignalFftAutoScale", auto_scale),
        ("SignalFilterBank", filter_bank),
        ("SignalFilterBankLog", filter_bank_log),
        ("SignalFilterBankSpectralSubtraction", spectral_subtraction),
        ("SignalFilterBankSquareRoot", square_root),
        ("SignalFramer", framer),
        ("SignalIrfft", inverse_rfft),
        ("SignalOverlapAdd", overlap_add),
        ("SignalPCAN", pcan),
        ("SignalRfft", rfft),
        ("SignalStacker", stacker),
        ("SignalWindow", window),
    ],
};

fn whole(dtype: DType, shape: &[usize], elements: Vec<i64>) -> Value {
    Value::whole(dtype, shape, elements)
}

fn any16(random: &mut Random, shape: &[usize]) -> Value {
    draw::any(random, DType::I16, shape)
}

/// `outer` with more dimensions.
fn with(outer: &[usize], dims: &[usize]) -> Vec<usize> {
    [outer, dims].concat()
}

/// Up to two dimensions of a few.
fn outer(random: &mut Random) -> Vec<usize> {
    let rank = random.below(3);
    draw::shape(random, rank, 3)
}

/// `sum of x[n] e^(-2 pi i n k / size)` for `k` up to `count`.
fn fourier(samples: &[[f64; 2]], size: usize, count: usize) -> Vec<[f64; 2]> {
    let sum = |k: usize| {
        samples.iter().enumerate().fold([0.0; 2], |[re, im], (n, [a, b])| {
            let angle = -2.0 * PI * (n * k % size) as f64 / size as f64;
            let (sin, cos) = angle.sin_cos();
            [re + a * cos - b * sin, im + a * sin + b * cos]
        })
    };
    (0..count).map(sum).collect()
}

fn real_fourier(samples: &[f64], size: usize) -> Vec<[f64; 2]> {
    let samples: Vec<[f64; 2]> = samples.iter().map(|&x| [x, 0.0]).collect();
    fourier(&samples, size, size / 2 + 1)
}

fn rfft2d(random: &mut Random) -> Case {
    let images = outer(random);
    let (own, powers) = ([random.size(1..=12), random.size(1..=12)], !random.once_in(4));
    let mut size = || if powers { random.pick(&[1, 2, 4, 8, 16, 32]) } else { 2 * random.size(1..=9) };
    let [height, mut width] = [size(), size()];
    if width == 1 && !random.once_in(8) {
        // TensorFlow Lite's library knows nothing of rows of one number.
        width = 2;
    }
    let input = draw::real(random, DType::F32, &with(&images, &own), 1.0);
    let frequencies = width / 2 + 1;
    let mut output = Vec::new();
    for image in input.to_real().chunks(own[0] * own[1]) {
        let rows = image.chunks(own[1]).take(height);
        let rows: Vec<_> = rows.map(|row| real_fourier(&row[..own[1].min(width)], width)).collect();
        let columns: Vec<_> = (0..frequencies)
            .map(|k| fourier(&rows.iter().map(|row| row[k]).collect::<Vec<_>>(), height, height))
            .collect();
        output.extend((0..height).flat_map(|row| columns.iter().map(move |column| column[row])));
    }
    let shape = with(&images, &[height, frequencies]);
    let sizes = whole(DType::I32, &[2], vec![height as i64, width as i64]);
    let output = Value::new(DType::Complex64, &shape, Elements::Complex(output));
    Case::new(Op::builtin(BuiltinOperator::RFFT2D)).input(input).input(sizes).close(output, 2e-5)
}

fn audio_spectrogram(random: &mut Random) -> Case {
    let (window, stride) = (random.size(2..=40), random.size(1..=25));
    let [samples, channels] = [random.size(1..=120), random.size(1..=3)];
    let squared = random.once_in(2);
    let options = MapBuilder::new()
        .int("window_size", window as i64)
        .int("stride", stride as i64)
        .bool("magnitude_squared", squared);
    let audio = draw::real(random, DType::F32, &[samples, channels], 1.0);
    let size = window.next_power_of_two();
    let count = if samples < window { 0 } else { (samples - window) / stride + 1 };
    let real = audio.to_real();
    let mut output = Vec::new();
    for channel in 0..channels {
        for start in (0..count).map(|index| index * stride) {
            let hann = |i: usize| 0.5 - 0.5 * (2.0 * PI * i as f64 / window as f64).cos();
            let windowed: Vec<f64> =
                (0..window).map(|i| real[(start + i) * channels + channel] * hann(i)).collect();
            let energies = real_fourier(&windowed, size).into_iter().map(|[re, im]| re * re + im * im);
            output.extend(energies.map(|energy| if squared { energy } else { energy.sqrt() }));
        }
    }
    let shape = [channels, count, size / 2 + 1];
    // Where nearly everything cancels out, a root has half the digits.
    let tolerance = Tolerance::Real { absolute: 1e-5, relative: 1e-5 };
    Case::new(Op::custom("AudioSpectrogram", &options.build()))
        .input(audio)
        .output(Value::real(DType::F32, &shape, output), tolerance)
}

fn mfcc(random: &mut Random) -> Case {
    let (channels, bins) = (random.size(1..=30), random.size(2..=65));
    let coefficients = random.size(1..=channels);
    let rate = random.pick(&[8000, 16_000, 22_050, 44_100]);
    let lowest = random.between(0..=400);
    // Once in a while beyond what the spectrum has.
    let beyond = if random.once_in(10) { rate } else { 0 };
    let highest = random.between(lowest + 100..=rate / 2) + beyond;
    let options = MapBuilder::new()
        .int("upper_frequency_limit", highest)
        .int("lower_frequency_limit", lowest)
        .int("filterbank_channel_count", channels as i64)
        .int("dct_coefficient_count", coefficients as i64);
    let shape = [random.size(1..=2), random.size(1..=3)];
    let spectra = draw::real(random, DType::F32, &with(&shape, &[bins]), 10.0);
    let spectra = spectra.to_real().into_iter().map(f64::abs).collect();
    let spectra = Value::real(DType::F32, &with(&shape, &[bins]), spectra);
    let mel = |hertz: f64| 1127.0 * (hertz / 700.0).ln_1p();
    let (from, to) = (mel(lowest as f64), mel(highest as f64));
    let width = rate as f64 / 2.0 / (bins - 1) as f64;
    let first = (lowest as f64 / width + 1.5) as usize;
    let last = (highest as f64 / width) as usize;
    let cepstrum = |spectrum: &[f64]| {
        if last >= bins {
            return vec![0.0; coefficients];
        }
        // Channel `c` is a triangle that rises from peak `c` to `c + 1` and falls to `c + 2`.
        let peak = |index: usize| from + (to - from) / (channels + 1) as f64 * index as f64;
        let energy = |channel: usize| {
            let share = |bin: usize| {
                let place = mel(bin as f64 * width);
                let rise = (place - peak(channel)) / (peak(channel + 1) - peak(channel));
                let fall = (peak(channel + 2) - place) / (peak(channel + 2) - peak(channel + 1));
                rise.min(fall).max(0.0) * spectrum[bin].sqrt()
            };
            (first..=last).map(share).sum::<f64>().max(1e-12).ln()
        };
        let energies: Vec<f64> = (0..channels).map(energy).collect();
        let coefficient = |i: usize| {
            let cosine = |j: usize| (PI * i as f64 * (j as f64 + 0.5) / channels as f64).cos();
            let sum: f64 = energies.iter().enumerate().map(|(j, energy)| energy * cosine(j)).sum();
            sum * (2.0 / channels as f64).sqrt()
        };
        (0..coefficients).map(coefficient).collect()
    };
    let output = spectra.to_real().chunks(bins).flat_map(cepstrum).collect();
    Case::new(Op::custom("Mfcc", &options.build()))
        .input(spectra)
        .input(whole(DType::I32, &[1], vec![rate]))
        .close(Value::real(DType::F32, &with(&shape, &[coefficients]), output), 1e-4)
}

/// The runs of an operator with state and one input: each draws an input and computes what comes out.
fn runs(
    random: &mut Random,
    op: Op,
    tolerance: Tolerance,
    mut run: impl FnMut(&mut Random) -> (Value, Vec<Value>),
) -> Case {
    let (input, outputs) = run(random);
    let mut case = Case::new(op).fed(input);
    for output in outputs {
        case = case.output(output, tolerance);
    }
    for _ in 0..random.below(4) {
        let (input, outputs) = run(random);
        case = case.then(vec![input], outputs);
    }
    case
}

fn delay(random: &mut Random) -> Case {
    let (outer, samples, delay) = (outer(random), random.size(1..=20), random.below(30));
    let rows: usize = outer.iter().product();
    let mut streams = vec![vec![0; delay]; rows];
    let op = Op::custom("SignalDelay", &MapBuilder::new().int("delay_length", delay as i64).build());
    let shape = with(&outer, &[samples]);
    runs(random, op, Tolerance::Exact, |random| {
        let input = any16(random, &shape);
        let mut output = Vec::new();
        for (stream, row) in streams.iter_mut().zip(input.to_whole().chunks(samples)) {
            stream.extend(row);
            output.extend(stream.drain(..samples));
        }
        (input, vec![whole(DType::I16, &shape, output)])
    })
}

fn energy(random: &mut Random) -> Case {
    let bins = random.size(1..=40);
    let end = random.below(bins + 1);
    let start = random.below(end + 1);
    let options = MapBuilder::new().int("start_index", start as i64).int("end_index", end as i64);
    let spectrum = any16(random, &[2 * bins]);
    let squares = spectrum.to_whole().chunks(2).map(|part| part[0] * part[0] + part[1] * part[1]);
    let cut = |(index, square)| if (start..end).contains(&index) { square } else { 0 };
    let output = squares.enumerate().map(cut).collect();
    Case::new(Op::custom("SignalEnergy", &options.build())).input(spectrum).exact(whole(
        DType::U32,
        &[bins],
        output,
    ))
}

fn auto_scale(random: &mut Random) -> Case {
    let count = random.size(1..=40);
    let limit = random.pick(&[0, 1, 2, 3, 100, 127, 128, 5000, 16_383, 16_384, 32_767]);
    let samples = draw::whole(random, DType::I16, &[count], -limit, limit);
    let greatest = samples.to_whole().iter().map(|sample| sample.abs()).max().unwrap_or(0);
    let scale = (0..15).rev().find(|scale| greatest << scale < 1 << 15).filter(|_| greatest > 0).unwrap_or(0);
    let output = samples.to_whole().iter().map(|sample| sample << scale).collect();
    Case::new(Op::custom("SignalFftAutoScale", &[]))
        .input(samples)
        .exact(whole(DType::I16, &[count], output))
        .exact(whole(DType::I32, &[], vec![scale]))
}

fn filter_bank(random: &mut Random) -> Case {
    let (bins, channels) = (random.size(1..=40), random.below(12));
    let energies = draw::any(random, DType::U32, &[bins]);
    let entries = random.size(1..=60);
    let [weights, unweights] = [(); 2].map(|()| draw::whole(random, DType::I16, &[entries], 0, 4096));
    // One channel more than there are outputs, in front.
    let (mut starts, mut places, mut widths) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..=channels {
        let width = random.below(bins.min(entries).min(9) + 1);
        starts.push(random.below(bins - width + 1) as i64);
        places.push(random.below(entries - width + 1) as i64);
        widths.push(width as i64);
    }
    let sum = |channel: usize, weights: &Value| -> i64 {
        let [start, place] = [starts[channel] as usize, places[channel] as usize];
        let product = |i: usize| energies.to_whole()[start + i] * weights.to_whole()[place + i];
        (0..widths[channel] as usize).map(product).sum()
    };
    let output = (0..channels).map(|c| sum(c + 1, &weights) + sum(c, &unweights)).collect();
    let table = |entries: &[i64]| whole(DType::I16, &[entries.len()], entries.to_vec());
    let options = MapBuilder::new().int("num_channels", channels as i64);
    Case::new(Op::custom("SignalFilterBank", &options.build()))
        .input(energies.clone())
        .input(weights.clone())
        .input(unweights.clone())
        .input(table(&starts))
        .input(table(&places))
        .input(table(&widths))
        .exact(whole(DType::U64, &[channels], output))
}

fn filter_bank_log(random: &mut Random) -> Case {
    let (count, shift, scale) =
        (random.size(1..=40), random.between(0..=8), random.pick(&[1i64, 100, 1600, 2900]));
    let bits = random.between(1..=32 - shift);
    let input = draw::whole(random, DType::U32, &[count], 0, (1 << bits) - 1);
    let log = |&x: &i64| {
        let scaled = x << shift;
        let log = if scaled > 1 { (scaled as f64).ln() * scale as f64 } else { 0.0 };
        (log.round() as i64).min(32_767)
    };
    let output = input.to_whole().iter().map(log).collect();
    let options = MapBuilder::new().int("input_correction_bits", shift).int("output_scale", scale);
    // Logarithms come from a table of 128 segments.
    Case::new(Op::custom("SignalFilterBankLog", &options.build()))
        .input(input)
        .steps(whole(DType::I16, &[count], output), 1 + scale / 200)
}

fn spectral_subtraction(random: &mut Random) -> Case {
    let (channels, bits) = (random.size(1..=20), random.between(8..=16));
    let one = 1 << bits;
    let [smoothing, alternate] = [(); 2].map(|()| random.between(0..=one));
    let (remaining, smoothing_bits) = (random.between(0..=one), random.between(0..=10));
    let clamping = random.once_in(2);
    let options = MapBuilder::new()
        .int("num_channels", channels as i64)
        .int("smoothing", smoothing)
        .int("one_minus_smoothing", one - smoothing)
        .int("alternate_smoothing", alternate)
        .int("alternate_one_minus_smoothing", one - alternate)
        .int("smoothing_bits", smoothing_bits)
        .int("spectral_subtraction_bits", bits)
        .int("min_signal_remaining", remaining)
        .bool("clamping", clamping);
    let op = Op::custom("SignalFilterBankSpectralSubtraction", &options.build());
    let mut estimates = vec![0i64; channels];
    runs(random, op, Tolerance::Exact, |random| {
        let input = draw::whole(random, DType::U32, &[channels], 0, (1 << (32 - smoothing_bits)) - 1);
        let mut output = Vec::new();
        for (channel, (&signal, estimate)) in input.to_whole().iter().zip(&mut estimates).enumerate() {
            let factor = if channel % 2 == 0 { smoothing } else { alternate };
            let fine = signal << smoothing_bits;
            *estimate = (fine * factor + *estimate * (one - factor)) >> bits;
            let noise = fine.min(*estimate);
            if clamping {
                *estimate = noise;
            }
            output.push(((fine - noise) >> smoothing_bits).max((signal * remaining) >> bits));
        }
        let output = [output, estimates.clone()].map(|values| whole(DType::U32, &[channels], values));
        (input, output.to_vec())
    })
}

fn square_root(random: &mut Random) -> Case {
    let (count, shift, bits) = (random.size(1..=40), random.between(0..=31), random.between(1..=60));
    let input = draw::whole(random, DType::U64, &[count], 0, (1 << bits) - 1);
    let root = |&x: &i64| {
        let floor = (0..32).rev().map(|bit| 1i64 << bit).fold(0, |root, bit| {
            let larger = root + bit;
            if i128::from(larger) * i128::from(larger) <= i128::from(x) { larger } else { root }
        });
        // As near as integers get, within half the bits.
        let nearest = if x > floor * floor + floor { floor + 1 } else { floor };
        let limit = if x < 1 << 32 { 0xffff } else { 0xffff_ffff };
        nearest.min(limit) >> shift
    };
    let output = input.to_whole().iter().map(root).collect();
    Case::new(Op::custom("SignalFilterBankSquareRoot", &[]))
        .input(input)
        .input(whole(DType::I32, &[], vec![shift]))
        .exact(whole(DType::U32, &[count], output))
}

fn framer(random: &mut Random) -> Case {
    let (outer, step, count) = (outer(random), random.size(1..=9), random.size(1..=4));
    let prefill = random.once_in(2);
    let size = if prefill { step + random.below(20) } else { random.size(1..=25) };
    let options = MapBuilder::new()
        .int("frame_size", size as i64)
        .int("frame_step", step as i64)
        .bool("prefill", prefill);
    // Steps before the first frame that is whole.
    let missing = if prefill { 0 } else { size.div_ceil(step) - 1 };
    let zeros = if prefill { size - step } else { 0 };
    let rows: usize = outer.iter().product();
    let (mut streams, mut seen) = (vec![vec![0; zeros]; rows], 0);
    let op = Op::custom("SignalFramer", &options.build());
    runs(random, op, Tolerance::Exact, |random| {
        let input = any16(random, &with(&outer, &[count * step]));
        let mut output = Vec::new();
        for (stream, row) in streams.iter_mut().zip(input.to_whole().chunks(count * step)) {
            stream.extend(row);
            for number in seen..seen + count {
                match number.checked_sub(missing) {
                    Some(number) => output.extend(&stream[number * step..][..size]),
                    None => output.extend(vec![0; size]),
                }
            }
        }
        let is_valid = i64::from(seen >= missing);
        seen += count;
        let frames = whole(DType::I16, &with(&outer, &[count, size]), output);
        (input, vec![frames, whole(DType::Bool, &[], vec![is_valid])])
    })
}

const SAMPLES: [DType; 3] = [DType::F32, DType::I16, DType::I32];

/// Sizes of transforms: even numbers, not powers of two alone.
fn fft_size(random: &mut Random) -> usize {
    random.pick(&[2, 4, 6, 8, 10, 12, 16, 18, 20, 24, 30, 32, 64, 128])
}

/// Samples of a type that leave room for rounding.
fn samples(random: &mut Random, dtype: DType, shape: &[usize]) -> Value {
    match dtype {
        DType::F32 => draw::real(random, dtype, shape, 1.0),
        _ => {
            let limit = range(dtype).1 / 4;
            draw::whole(random, dtype, shape, -limit, limit)
        }
    }
}

/// A case of a transform; fixed-point numbers may be off by a few of the last bits.
fn transform(op: &str, size: usize, input: Value, shape: &[usize], output: Vec<f64>) -> Case {
    let case = Case::new(Op::custom(op, &MapBuilder::new().int("fft_length", size as i64).build()));
    match input.dtype {
        DType::F32 => case.input(input).close(Value::real(DType::F32, shape, output), 2e-5),
        dtype => {
            let output = output.into_iter().map(|x| x.round() as i64).collect();
            case.input(input).steps(whole(dtype, shape, output), 10)
        }
    }
}

fn rfft(random: &mut Random) -> Case {
    let (outer, size, dtype) = (outer(random), fft_size(random), random.pick(&SAMPLES));
    let length = random.size(1..=size);
    let input = samples(random, dtype, &with(&outer, &[length]));
    // In fixed point the spectrum is divided by the size.
    let factor = if dtype == DType::F32 { 1.0 } else { 1.0 / size as f64 };
    let rows = input.to_real();
    let spectra = rows.chunks(length).flat_map(|row| real_fourier(row, size));
    let output = spectra.flatten().map(|part| part * factor).collect();
    transform("SignalRfft", size, input, &with(&outer, &[2 * (size / 2 + 1)]), output)
}

fn inverse_rfft(random: &mut Random) -> Case {
    let (outer, size, dtype) = (outer(random), fft_size(random), random.pick(&SAMPLES));
    let parts = 2 * (size / 2 + 1);
    let input = samples(random, dtype, &with(&outer, &[parts]));
    let mut output = Vec::new();
    for spectrum in input.to_real().chunks(parts) {
        for n in 0..size {
            let term = |k: usize| {
                let angle = 2.0 * PI * (n * k % size) as f64 / size as f64;
                let part = spectrum[2 * k] * angle.cos() - spectrum[2 * k + 1] * angle.sin();
                // All but the first and the last stand for their mirror images, too.
                if k == 0 || 2 * k == size { spectrum[2 * k] * angle.cos() } else { 2.0 * part }
            };
            output.push((0..=size / 2).map(term).sum::<f64>() / size as f64);
        }
    }
    transform("SignalIrfft", size, input, &with(&outer, &[size]), output)
}

fn overlap_add(random: &mut Random) -> Case {
    let (outer, size, count) = (outer(random), random.size(1..=20), random.size(1..=4));
    let (step, dtype) = (random.size(1..=size), random.pick(&[DType::F32, DType::I16]));
    let op = Op::custom("SignalOverlapAdd", &MapBuilder::new().int("frame_step", step as i64).build());
    let rows: usize = outer.iter().product();
    let mut sums = vec![vec![0.0; size]; rows];
    let tolerance = Tolerance::Real { absolute: 1e-5, relative: 1e-5 };
    runs(random, op, tolerance, |random| {
        let input = draw::any(random, dtype, &with(&outer, &[count, size]));
        let mut output = Vec::new();
        for (sum, frames) in sums.iter_mut().zip(input.to_real().chunks(count * size)) {
            for frame in frames.chunks(size) {
                for (sum, x) in sum.iter_mut().zip(frame) {
                    *sum += x;
                    if dtype == DType::I16 {
                        *sum = sum.clamp(-32_768.0, 32_767.0);
                    }
                }
                output.extend(sum.drain(..step));
                sum.resize(size, 0.0);
            }
        }
        let shape = with(&outer, &[count * step]);
        let output = match dtype {
            DType::F32 => Value::real(dtype, &shape, output),
            _ => whole(dtype, &shape, output.into_iter().map(|x| x as i64).collect()),
        };
        (input, vec![output])
    })
}

fn pcan(random: &mut Random) -> Case {
    let (channels, shift) = (random.size(1..=20), random.between(8..=14));
    // Three numbers of a parabola for each number of bits from 2 on, in groups of four.
    let mut table = vec![random.between(100..=20_000), random.between(100..=20_000)];
    for _ in 0..31 {
        let square = random.between(0..=500);
        table.extend([random.between(4000..=20_000), random.between(-3000..=500), square, 0]);
    }
    table.truncate(125);
    let bits = random.between(1..=31);
    let estimates = draw::whole(random, DType::U32, &[channels], 0, (1 << bits) - 1);
    let signals = draw::whole(random, DType::U32, &[channels], 0, 1 << 18);
    let gain = |estimate: i64| {
        if estimate <= 2 {
            return table[estimate as usize] as f64;
        }
        let bits = estimate.ilog2();
        let place = (estimate as f64 / 2f64.powi(bits as i32) - 1.0) * 1024.0;
        let x = place.floor() / 1024.0;
        let at = 4 * bits as usize - 2;
        table[at] as f64 + table[at + 1] as f64 * x + table[at + 2] as f64 * x * x
    };
    let normalized = |(&signal, &estimate): (&i64, &i64)| {
        // In units of 2^-12; results have 6 fraction bits.
        let ratio = signal as f64 * gain(estimate) / 2f64.powi(shift as i32 + 12);
        let shrunk = if ratio < 2.0 { ratio * ratio / 4.0 } else { ratio - 1.0 };
        (shrunk * 64.0) as i64
    };
    let output = signals.to_whole().iter().zip(estimates.to_whole()).map(normalized).collect();
    // A gain that is off by two.
    let greatest = signals.to_whole().iter().max().copied().unwrap_or(0);
    let steps = ((2 * greatest) >> (shift + 6)) + 1;
    let table = whole(DType::I16, &[125], table.clone());
    Case::new(Op::custom("SignalPCAN", &MapBuilder::new().int("snr_shift", shift).build()))
        .input(signals.clone())
        .input(estimates.clone())
        .input(table)
        .steps(whole(DType::U32, &[channels], output), steps)
}

fn stacker(random: &mut Random) -> Case {
    let (channels, left, right) = (random.size(1..=9), random.below(4), random.below(4));
    let frames = left + 1 + right;
    let step = random.size(1..=frames);
    let options = MapBuilder::new()
        .int("num_channels", channels as i64)
        .int("stacker_left_context", left as i64)
        .int("stacker_right_context", right as i64)
        .int("stacker_step", step as i64);
    let mut seen: Vec<Vec<i64>> = Vec::new();
    let op = Op::custom("SignalStacker", &options.build());
    runs(random, op, Tolerance::Exact, |random| {
        let input = any16(random, &[channels]);
        // The first frame stands for those before it.
        let times = if seen.is_empty() { left + 1 } else { 1 };
        seen.extend(vec![input.to_whole().to_vec(); times]);
        let is_full = seen.len() >= frames && (seen.len() - frames).is_multiple_of(step);
        let output = if is_full { seen[seen.len() - frames..].concat() } else { vec![0; channels * frames] };
        let output = whole(DType::I16, &[channels * frames], output);
        (input, vec![output, whole(DType::Bool, &[], vec![i64::from(is_full)])])
    })
}

fn window(random: &mut Random) -> Case {
    let (outer, size, shift) = (outer(random), random.size(1..=40), random.between(0..=15));
    let shape = with(&outer, &[size]);
    let (input, weights) = (any16(random, &shape), any16(random, &[size]));
    let weighted =
        |(index, &x): (usize, &i64)| ((x * weights.to_whole()[index % size]) >> shift).clamp(-32_768, 32_767);
    let output = input.to_whole().iter().enumerate().map(weighted).collect();
    Case::new(Op::custom("SignalWindow", &MapBuilder::new().int("shift", shift).build()))
        .input(input)
        .input(weights.clone())
        .exact(whole(DType::I16, &shape, output))
}
