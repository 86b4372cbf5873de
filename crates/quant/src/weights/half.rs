use featherlite_base::F16;

/// The nearest half-precision values, as stored, and how many became infinite though they were not. Cut to the greatest
/// finite value instead when `clamp` is set.
pub fn halves(values: &[f32], clamp: bool) -> (Vec<u8>, usize) {
    const GREATEST: f32 = 65504.0;
    let mut beyond = 0;
    let half = |&value: &f32| {
        let mut half = F16::from_f32(value);
        if value.is_finite() && half.to_f32().is_infinite() {
            beyond += 1;
            if clamp {
                half = F16::from_f32(GREATEST.copysign(value));
            }
        }
        half.0.to_le_bytes()
    };
    let bytes = values.iter().flat_map(half).collect();
    (bytes, beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_is_counted() {
        let (bytes, beyond) = halves(&[1.0, -1e6, f32::INFINITY], true);
        assert_eq!((bytes, beyond), (vec![0x00, 0x3c, 0xff, 0xfb, 0x00, 0x7c], 1));
    }
}
