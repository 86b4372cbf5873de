//! Numbers and tensors in few words.

use featherlite::{DType, Quantization, TensorInfo, TensorView};

use crate::arrays;

/// Bytes in the unit that fits.
pub(crate) fn bytes(count: usize) -> String {
    const UNITS: [&str; 4] = ["B", "KB", "MB", "GB"];
    let (mut size, mut unit) = (count as f64, 0);
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    match unit {
        0 => format!("{count} B"),
        _ if size < 10.0 => format!("{size:.2} {}", UNITS[unit]),
        _ if size < 100.0 => format!("{size:.1} {}", UNITS[unit]),
        _ => format!("{size:.0} {}", UNITS[unit]),
    }
}

/// A time in the unit that fits.
pub(crate) fn time(seconds: f64) -> String {
    match seconds {
        _ if seconds < 1e-3 => format!("{:.1} us", seconds * 1e6),
        _ if seconds < 1.0 => format!("{:.2} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

/// A number with about five significant digits.
pub(crate) fn number(value: f32) -> String {
    let magnitude = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-3..1e6).contains(&magnitude) {
        let digits = 4 - (magnitude.log10().floor() as i32).clamp(-3, 4);
        let text = format!("{value:.*}", digits as usize);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    } else {
        format!("{value:.3e}")
    }
}

/// How a tensor is quantized; empty if it is not.
pub(crate) fn quantization(info: &TensorInfo) -> String {
    match info.quantization() {
        Quantization::None => String::new(),
        Quantization::Affine(affine) if affine.scales.len() == 1 => {
            format!("scale {} zero {}", number(affine.scales[0]), affine.zero_points[0])
        }
        Quantization::Affine(affine) => {
            let range = affine
                .scales
                .iter()
                .fold((f32::MAX, f32::MIN), |(low, high), &scale| (low.min(scale), high.max(scale)));
            format!(
                "{} scales {}..{} on axis {}",
                affine.scales.len(),
                number(range.0),
                number(range.1),
                affine.axis
            )
        }
        Quantization::Blockwise(blockwise) => {
            format!("scales of blocks of {} in tensor {}", blockwise.block_size, blockwise.scales)
        }
    }
}

/// The shape that the file declares, with ? for dimensions that it leaves open.
pub(crate) fn declared_shape(info: &TensorInfo) -> String {
    let shape = info.shape();
    let open = info.shape_signature().unwrap_or_default();
    let dim = |(index, dim): (usize, &usize)| match open.get(index) {
        Some(-1) => "?".to_owned(),
        _ => dim.to_string(),
    };
    let dims: Vec<String> = shape.dims().iter().enumerate().map(dim).collect();
    format!("[{}]", dims.join(","))
}

/// Least, greatest and mean of a tensor's real numbers, and where the largest are.
pub(crate) fn contents(view: &TensorView<'_>, top: usize) -> Vec<String> {
    if view.dtype() == DType::String {
        let strings = arrays::strings(view.bytes());
        let shown: Vec<_> = strings.iter().take(top).map(|string| String::from_utf8_lossy(string)).collect();
        return vec![format!("{} strings, first {shown:?}", strings.len())];
    }
    let Ok(values) = view.to_real() else { return Vec::new() };
    if values.is_empty() {
        return vec!["empty".to_owned()];
    }
    let (mut least, mut greatest, mut sum, mut not_numbers) =
        (f32::INFINITY, f32::NEG_INFINITY, 0f64, 0usize);
    for &value in &values {
        if value.is_nan() {
            not_numbers += 1;
        } else {
            (least, greatest) = (least.min(value), greatest.max(value));
            sum += f64::from(value);
        }
    }
    let mean = sum / (values.len() - not_numbers).max(1) as f64;
    let mut line = format!("min {}  max {}  mean {}", number(least), number(greatest), number(mean as f32));
    if not_numbers > 0 {
        line += &format!("  {not_numbers} not a number");
    }
    let largest: Vec<String> = largest(&values, top)
        .into_iter()
        .map(|index| format!("[{}] {}", position(index, view.shape().dims()), number(values[index])))
        .collect();
    vec![line, format!("top {}", largest.join("  "))]
}

/// The positions of the largest values, largest first; of equal ones, the first first.
pub(crate) fn largest(values: &[f32], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).filter(|&index| !values[index].is_nan()).collect();
    let by_value = |a: &usize, b: &usize| values[*b].total_cmp(&values[*a]).then(a.cmp(b));
    if count < order.len() {
        order.select_nth_unstable_by(count, by_value);
        order.truncate(count);
    }
    order.sort_unstable_by(by_value);
    order
}

fn position(mut index: usize, dims: &[usize]) -> String {
    let mut coordinates = Vec::new();
    for &dim in dims.iter().rev() {
        coordinates.push((index % dim.max(1)).to_string());
        index /= dim.max(1);
    }
    coordinates.reverse();
    coordinates.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_five_digits_and_units_fit() {
        assert_eq!([0.0, 1.0, -0.25, 123.456, 65504.0].map(number), ["0", "1", "-0.25", "123.46", "65504"]);
        assert_eq!([1e-7, 3e9].map(number), ["1.000e-7", "3.000e9"]);
        assert_eq!([999, 1000, 12_345, 123_456_789].map(bytes), ["999 B", "1.00 KB", "12.3 KB", "123 MB"]);
        assert_eq!([2e-6, 0.0123, 2.0].map(time), ["2.0 us", "12.30 ms", "2.00 s"]);
    }

    #[test]
    fn the_largest_come_first() {
        assert_eq!(largest(&[1.0, 5.0, f32::NAN, 5.0, 2.0], 3), [1, 3, 4]);
        assert_eq!(position(5, &[2, 3]), "1,2");
    }
}
