//! Results of a kernel at every level and several numbers of threads against those of a reference.

use featherlite_simd::Level;

fn levels() -> Vec<Level> {
    Level::detect().isas().map(|isa| Level::named(isa.name()).unwrap()).collect()
}

pub(crate) fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&x| f64::from(x)).collect()
}

#[track_caller]
fn assert_close(what: &str, case: &dyn std::fmt::Debug, found: &[f32], expected: &[f64]) {
    let scale = expected.iter().fold(1.0f64, |scale, x| scale.max(x.abs()));
    for (index, (&found, &expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(found) - expected).abs();
        assert!(error <= 1e-5 * scale, "{what}[{index}]: {found} for {expected}; {case:?}");
    }
}

/// Runs `kernel` at every level with one and three threads; it fills slices of the lengths of `expected`.
#[track_caller]
pub(crate) fn compare(
    names: &[&str],
    case: &(dyn std::fmt::Debug + Sync),
    expected: &[Vec<f64>],
    kernel: impl Fn(Level, &mut [Vec<f32>]) + Sync,
) {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let (one, three) = (pool(1), pool(3));
    for level in levels() {
        let run = |pool: &rayon::ThreadPool| {
            let mut found: Vec<Vec<f32>> = expected.iter().map(|x| vec![f32::NAN; x.len()]).collect();
            pool.install(|| kernel(level, &mut found));
            found
        };
        let found = run(&one);
        for ((name, found), expected) in names.iter().zip(&found).zip(expected) {
            assert_close(name, &(level.best(), case), found, expected);
        }
        assert_eq!(found, run(&three), "numbers of threads differ: {case:?}");
    }
}
