//! What the tests of convolutions share.

use alloc::vec;
use core::fmt::Debug;

use featherlite_base::arena::Serial;
use featherlite_base::fixed_point::Multiplier;

use super::*;

/// Numbers without a pattern, from -128 to 127.
pub(crate) fn noise(len: usize, seed: usize) -> Vec<i8> {
    let number = |index: usize| index as u64 * 2_654_435_761 + seed as u64 * 40_503;
    (0..len).map(|index| (number(index) >> 7) as i8).collect()
}

/// Parameters for noise.
pub(crate) fn scaled(zero_point: i32, channels: usize, range: (i32, i32)) -> Scaled {
    let multiplier = |channel| Multiplier::from_real(0.000_3 * (1.0 + channel as f64));
    Scaled::new(zero_point, (0..channels).map(multiplier).collect(), zero_point + 5, range)
}

/// Checks that two implementations of an operator give the same results in every arithmetic, for images, weights and
/// results of so many elements.
pub(crate) fn assert_same(
    fast: &impl Loops,
    reference: &impl Loops,
    [inputs, weights, outputs]: [usize; 3],
    channels: usize,
    what: &dyn Debug,
) {
    let (input, weights, bias) = (noise(inputs, 1), noise(weights, 2), noise(channels, 3));
    let to_u8 = |values: &[i8]| values.iter().map(|&x| x as u8 ^ 128).collect::<Vec<_>>();
    let to_i16 = |values: &[i8]| values.iter().map(|&x| i16::from(x) * 255).collect::<Vec<_>>();
    let to_f32 = |values: &[i8]| values.iter().map(|&x| f32::from(x) / 64.0).collect::<Vec<_>>();
    let bias_i32: Vec<i32> = bias.iter().map(|&x| i32::from(x) * 99).collect();
    let bias_i64: Vec<i64> = bias.iter().map(|&x| i64::from(x) * 9999).collect();

    let signed = Signed(scaled(-3, channels, (-100, 127)));
    assert_exact(fast, reference, &signed, &input, &weights, &bias_i32, outputs, what);
    let unsigned = Unsigned { scaled: scaled(120, channels, (9, 255)), weights_zero_point: 130 };
    assert_exact(fast, reference, &unsigned, &to_u8(&input), &to_u8(&weights), &[], outputs, what);
    let wide = Wide(scaled(0, channels, (-30000, 32767)));
    assert_exact(fast, reference, &wide, &to_i16(&input), &weights, &bias_i64, outputs, what);
    if fast.are_sums_short() {
        let to_i16 = to_i16(&input);
        let short = Short(scaled(0, channels, (-30000, 32767)));
        let expected = run(reference, &wide, &to_i16, &weights, &bias_i64, outputs);
        let results = run(fast, &short, &to_i16, &weights, &bias_i64, outputs);
        assert!(results == expected, "{what:?}: {results:?} instead of {expected:?}");
    }
    let narrow = Narrow(scaled(0, channels, (-30000, 32767)));
    assert_exact(fast, reference, &narrow, &to_i16(&input), &weights, &bias_i32, outputs, what);

    let float = Float { min: -9.0, max: f32::INFINITY };
    let (input_f32, weights_f32, bias) = (to_f32(&input), to_f32(&weights), to_f32(&bias));
    assert_close(fast, reference, &float, &input_f32, &weights_f32, &bias, outputs, what);
    let image = hybrid::RowScale { scale: 0.01, zero_point: 7 };
    let scales: Vec<f32> = (0..channels).map(|channel| 0.01 + channel as f32 / 1000.0).collect();
    let hybrid = Hybrid { image, scales: &scales, float: &float };
    assert_close(fast, reference, &hybrid, &input, &weights, &bias, outputs, what);
}

fn run<A: Arithmetic>(
    loops: &impl Loops,
    arithmetic: &A,
    input: &[A::Input],
    weights: &[A::Weight],
    bias: &[A::Bias],
    outputs: usize,
) -> Vec<A::Output> {
    let mut output = vec![A::Output::default(); outputs];
    loops.image(arithmetic, &Serial, input, weights, bias, &mut output);
    output
}

fn assert_exact<A: Arithmetic>(
    fast: &impl Loops,
    reference: &impl Loops,
    arithmetic: &A,
    input: &[A::Input],
    weights: &[A::Weight],
    bias: &[A::Bias],
    outputs: usize,
    what: &dyn Debug,
) {
    let expected = run(reference, arithmetic, input, weights, bias, outputs);
    let results = run(fast, arithmetic, input, weights, bias, outputs);
    assert!(results == expected, "{what:?}: {results:?} instead of {expected:?}");
}

fn assert_close<A: Arithmetic<Output = f32>>(
    fast: &impl Loops,
    reference: &impl Loops,
    arithmetic: &A,
    input: &[A::Input],
    weights: &[A::Weight],
    bias: &[A::Bias],
    outputs: usize,
    what: &dyn Debug,
) {
    let expected = run(reference, arithmetic, input, weights, bias, outputs);
    let results = run(fast, arithmetic, input, weights, bias, outputs);
    let worst = results.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-3, "{what:?}: {results:?} instead of {expected:?}");
}
