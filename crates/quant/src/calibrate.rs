//! Statistics of a network's activations over samples.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use featherlite_base::{DType, Quantization};
use featherlite_ir::{Graph, Model, Names, ValueId};

use crate::run::{Runner, Sample};
use crate::statistics::{Statistics, fingerprint};
use crate::{Error, ErrorKind, Result};

/// Runs a network over samples and takes in what all its floating-point activations hold. `done` is called after each
/// sample with how many are through.
///
/// # Errors
/// If the network can not be run, or a sample does not fit it.
pub fn calibrate(
    model: &Model,
    samples: &[Sample],
    threads: usize,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Statistics> {
    let count = AtomicUsize::new(0);
    let share = samples.len().div_ceil(threads.max(1)).max(1);
    let shards = thread::scope(|scope| {
        let work = |samples| {
            let count = &count;
            move || shard(model, samples, &|| done(count.fetch_add(1, Ordering::Relaxed) + 1))
        };
        let handles: Vec<_> = samples.chunks(share).map(|samples| scope.spawn(work(samples))).collect();
        handles.into_iter().map(|handle| handle.join()).collect::<Vec<_>>()
    });
    let mut statistics = Statistics::new(network(model));
    for shard in shards {
        let shard = shard.map_err(|_| Error::new(ErrorKind::Internal, "a calibration thread ended early"))?;
        statistics.merge(&shard?)?;
    }
    Ok(statistics)
}

fn shard(model: &Model, samples: &[Sample], done: &dyn Fn()) -> Result<Statistics> {
    let mut statistics = Statistics::new(network(model));
    let mut runner = Runner::new(model)?;
    let keys = keys(&model.graphs[0]);
    for sample in samples {
        runner.run(sample)?;
        let bytes: Vec<Vec<u8>> = sample
            .iter()
            .map(|input| input.values.iter().flat_map(|value| value.to_le_bytes()).collect())
            .collect();
        statistics.samples.push(fingerprint(bytes.iter().map(Vec::as_slice)));
        for (&id, key) in &keys {
            let Some(view) = runner.value(id) else { continue };
            let Ok(values) = view.values::<f32>() else { continue };
            let channels = view.shape().dims().last().copied().unwrap_or(1);
            statistics.tensors.entry(key.clone()).or_default().add(values, channels);
        }
        done();
    }
    statistics.samples.sort_unstable();
    Ok(statistics)
}

/// What the activations of a graph are called in statistics: by their names, with numbers where several have the same.
pub fn keys(graph: &Graph) -> BTreeMap<ValueId, String> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut keys = BTreeMap::new();
    for (id, value) in graph.values() {
        let is_float = value.dtype == DType::F32 && value.quantization == Quantization::None;
        if !is_float || value.constant.is_some() {
            continue;
        }
        let count = seen.entry(&value.name).or_default();
        let key = if *count == 0 { value.name.clone() } else { format!("{}#{count}", value.name) };
        *count += 1;
        keys.insert(id, key);
    }
    keys
}

/// A name for a network: a number made of what it computes.
pub fn network(model: &Model) -> String {
    format!("{:016x}", fingerprint([model.text(Names::Numbers).as_bytes()]))
}
