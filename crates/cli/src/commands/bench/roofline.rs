//! How far a model is from what the processor can do: the products of its layers at the rate of products in registers, and
//! their bytes at the rate at which as many bytes are read again and again.

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use featherlite::{DType, Level, Model, peak};

use crate::table::Table;
use crate::terminal::Terminal;
use crate::{macs, summary};

use super::Bench;
use super::profile::least_times;

/// Layers that are looked at, the slowest first.
const LAYERS: usize = 3;

/// Products a microsecond, on one thread.
struct Peak {
    f32: f64,
    i8: f64,
}

/// What a layer has to do.
struct Work {
    products: f64,
    /// Of products with 8 bits or 16.
    is_integer: bool,
    bytes: usize,
}

impl Bench {
    /// Prints the share of the processor's peak that a model reaches, and what the slowest layers wait for.
    pub(super) fn roofline(&self, path: &Path, terminal: &mut Terminal) -> Result<ExitCode> {
        let level = match &self.run.isa {
            Some(isa) => Level::named(isa)?,
            None => Level::detect(),
        };
        let peak = Peak::measure(level);
        ensure!(peak.f32 > 0.0 && peak.i8 > 0.0, "the peak of this processor is not known");
        let mut loaded = self.load(path, &self.run, terminal)?;
        let (_, samples) = self.measure(&mut loaded, None)?;
        let times = least_times(&mut loaded, &self.limits)?;
        let model = loaded.session.model();
        let mut layers: Vec<_> = times
            .iter()
            .filter(|((subgraph, _), _)| *subgraph == 0)
            .map(|(&(_, node), &(kernel, time))| (node, kernel, time, Work::of(model, node)))
            .collect();
        let products: f64 = layers.iter().map(|layer| layer.3.products).sum();
        let at_peak: f64 = layers.iter().map(|layer| layer.3.products / peak.of(&layer.3)).sum();
        let (time, threads) = (samples.min_us(), self.run.threads as f64);
        layers.sort_by(|a, b| b.2.total_cmp(&a.2));
        let mut table = Table::new("llrrrrl");
        table.row(["layer", "kernel", "us", "products", "bytes", "the rest", "bound by"]);
        for (node, kernel, time, work) in layers.iter().take(LAYERS) {
            let (products, bytes) = (work.products / peak.of(work), read_us(level, work.bytes));
            let shares = [("products", products / time), ("memory", bytes / time)];
            let rest = (1.0 - products / time - bytes / time).max(0.0);
            let bound = shares.into_iter().fold(("requantization, copies, calls", rest), |most, share| {
                if share.1 > most.1 { share } else { most }
            });
            let name = model.subgraphs().next().map_or("", |graph| graph.nodes()[*node].name());
            let percent = |share: f64| format!("{:.0} %", 100.0 * share);
            table.row([
                format!("{node} {name}"),
                kernel.unwrap_or("").to_owned(),
                format!("{time:.1}"),
                percent(shares[0].1),
                percent(shares[1].1),
                percent(rest),
                bound.0.to_owned(),
            ]);
        }
        table.print(terminal, "")?;
        let units = format!("{:.1} f32 {:.1} int8", peak.f32 / 1e3, peak.i8 / 1e3);
        writeln!(terminal, "peak of a thread in 10^9 products a second: {units}")?;
        writeln!(
            terminal,
            "{} products in {}: products={products:.0} min_us={time:.3} percent_of_peak={:.1}",
            summary::number(products as f32),
            summary::time(time / 1e6),
            100.0 * at_peak / time / threads
        )?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Peak {
    fn measure(level: Level) -> Self {
        Self {
            f32: rate(|| peak::products_f32(level, 20_000)),
            i8: rate(|| peak::products_i8(level, 20_000)),
        }
    }

    fn of(&self, work: &Work) -> f64 {
        if work.is_integer { self.i8 } else { self.f32 }
    }
}

impl Work {
    fn of(model: &Model, node: usize) -> Self {
        let products = macs::of(model, 0, node).unwrap_or(0) as f64;
        let Some(graph) = model.subgraphs().next() else {
            return Self { products, is_integer: false, bytes: 0 };
        };
        let info = &graph.nodes()[node];
        let tensors =
            info.inputs().iter().flatten().chain(info.outputs()).map(|&tensor| &graph.tensors()[tensor]);
        let bytes =
            |tensor: &featherlite::TensorInfo| tensor.dtype().storage_bytes(tensor.shape().elements());
        let is_integer = info.inputs().iter().flatten().nth(1).is_some_and(|&weights| {
            !matches!(graph.tensors()[weights].dtype(), DType::F32 | DType::F16 | DType::F64)
        });
        Self { products, is_integer, bytes: tensors.filter_map(bytes).sum() }
    }
}

/// The best rate of work, a microsecond, over some tries.
fn rate(mut work: impl FnMut() -> u64) -> f64 {
    let once = |work: &mut dyn FnMut() -> u64| {
        let start = Instant::now();
        let done = work();
        done as f64 / (start.elapsed().as_secs_f64() * 1e6)
    };
    (0..50).map(|_| once(&mut work)).fold(0.0, f64::max)
}

/// Microseconds in which so many bytes are read that were read before.
fn read_us(level: Level, bytes: usize) -> f64 {
    let words = vec![1u64; bytes.div_ceil(8).max(1)];
    let repeats = (1 << 20) / words.len() + 1;
    let rate = rate(|| {
        (0..repeats).for_each(|_| {
            black_box(peak::sum(level, black_box(&words)));
        });
        (repeats * words.len() * 8) as u64
    });
    bytes as f64 / rate
}
