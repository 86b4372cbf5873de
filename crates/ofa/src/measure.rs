//! How long layers and networks take where this runs.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

use featherlite_arch::{Arch, BuildOptions, build, build_tflite};
use featherlite_convert::{export, passes};
use featherlite_data::Random;
use featherlite_ops::core::OpSet;
use featherlite_quant::calibrate::calibrate;
use featherlite_quant::quantize::{Border, Options, quantize};
use featherlite_quant::recipe::{Recipe, Scheme as Quantization};
use featherlite_quant::run::Input;
use featherlite_runtime::{Model, Session, SessionOptions};
use serde::{Deserialize, Serialize};

use crate::{Parts, Result, Space};

static OPERATORS: LazyLock<OpSet> = LazyLock::new(|| OpSet::new(featherlite_ops::ALL));

/// The numbers that a network computes with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// Single precision.
    Float,
    /// Integers of 8 bits.
    #[default]
    Int8,
}

impl Scheme {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Int8 => "int8",
        }
    }
}

/// How times are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stopwatch {
    /// How often all networks take their turns. What disturbs the machine for a while disturbs a few turns of each, and the median of
    /// the turns is not among them.
    pub rounds: usize,
    /// How long a turn lasts, at least.
    pub turn: Duration,
    /// Threads of a run.
    pub threads: usize,
}

/// What was measured in turns with a yardstick, [`Space::yardstick`]. Machines are now quicker and now slower, by a third and more where they
/// are shared or warm: each turn is set against the yardstick's turns before and after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timed<T> {
    /// In microseconds, of a machine on which a run of the yardstick takes as long as in the median of its turns.
    pub times: T,
    /// That median, in microseconds.
    pub yardstick: f64,
}

impl Default for Stopwatch {
    fn default() -> Self {
        Self { rounds: 5, turn: Duration::from_millis(40), threads: 1 }
    }
}

/// Runs of a turn at least.
const LEAST_RUNS: usize = 3;

impl Stopwatch {
    /// The time of a run of each network. `done` is called after each turn.
    ///
    /// # Errors
    /// If a network can not be run.
    pub fn networks(
        self,
        networks: &[Model],
        yardstick: &Model,
        done: &mut dyn FnMut(),
    ) -> Result<Timed<Vec<f64>>> {
        let sessions: Result<Vec<Session>> =
            networks.iter().map(|network| self.session(network, None)).collect();
        let mut sessions = sessions?;
        let mut yardstick = Yardstick::new(self, yardstick)?;
        let mut turns = vec![Vec::new(); sessions.len()];
        for _ in 0..self.rounds.max(1) {
            for (session, turns) in sessions.iter_mut().zip(&mut turns) {
                let time = self.turn(session)?;
                turns.push(time / yardstick.turn()?);
                done();
            }
        }
        let yardstick = yardstick.median();
        Ok(Timed { times: turns.into_iter().map(|turns| median(turns) * yardstick).collect(), yardstick })
    }

    /// The times of all layers of a space for images of a resolution, by key. They are measured where they will be: in networks of
    /// the space, with what comes before and after. `networks` are those of [`Space::probes`].
    ///
    /// # Errors
    /// If a network can not be run.
    pub fn layers(
        self,
        space: &Space,
        resolution: usize,
        networks: &[Model],
        yardstick: &Model,
        done: &mut dyn FnMut(),
    ) -> Result<Timed<BTreeMap<String, f64>>> {
        let mut probes = Vec::new();
        for (arch, model) in space.probes(resolution)?.iter().zip(networks) {
            let session = self.session(model, Some([resolution, resolution, arch.channels]))?;
            let parts = Parts::of(arch)?;
            let nodes = nodes(model, &parts);
            let turns = vec![Vec::new(); parts.layers.len()];
            probes.push(Probe { session, parts, nodes, turns });
        }
        let mut yardstick = Yardstick::new(self, yardstick)?;
        for _ in 0..self.rounds.max(1) {
            for probe in &mut probes {
                probe.turn(self, &mut yardstick)?;
                done();
            }
        }
        let yardstick = yardstick.median();
        let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for Probe { parts, turns, .. } in probes {
            for (layer, turns) in parts.layers.iter().zip(turns) {
                times.entry(layer.to_string()).or_default().push(median(turns) * yardstick);
            }
        }
        Ok(Timed { times: times.into_iter().map(|(key, times)| (key, median(times))).collect(), yardstick })
    }

    fn session(self, model: &Model, shape: Option<[usize; 3]>) -> Result<Session> {
        let options = SessionOptions { threads: self.threads, ..SessionOptions::default() };
        let mut session = model.session_with(options)?;
        if let Some([rows, columns, channels]) = shape {
            session.resize_input(0, &[1, rows, columns, channels])?;
        }
        let values = noise(session.input_shape(0)?.elements());
        session.set_input_real(0, &values)?;
        session.run()?;
        Ok(session)
    }

    /// The median of the runs of a turn, in microseconds.
    fn turn(self, session: &mut Session) -> Result<f64> {
        let (begin, mut times) = (Instant::now(), Vec::new());
        let mut start = begin;
        while times.len() < LEAST_RUNS || start - begin < self.turn {
            session.run()?;
            let end = Instant::now();
            times.push(micros(end - start));
            start = end;
        }
        Ok(median(times))
    }
}

/// A network that takes a turn after each of the others.
struct Yardstick {
    session: Session,
    stopwatch: Stopwatch,
    /// What a run took, turn by turn.
    turns: Vec<f64>,
}

impl Yardstick {
    /// Begins with a turn.
    fn new(stopwatch: Stopwatch, network: &Model) -> Result<Self> {
        let stopwatch = Stopwatch { turn: stopwatch.turn / 4, ..stopwatch };
        let mut session = stopwatch.session(network, None)?;
        let turns = vec![stopwatch.turn(&mut session)?];
        Ok(Self { session, stopwatch, turns })
    }

    /// Takes a turn. What a run took of late, in microseconds: the mean of this turn and the one before.
    fn turn(&mut self) -> Result<f64> {
        let before = self.turns.last().copied();
        let time = self.stopwatch.turn(&mut self.session)?;
        self.turns.push(time);
        Ok(f64::midpoint(before.unwrap_or(time), time).max(f64::MIN_POSITIVE))
    }

    fn median(self) -> f64 {
        median(self.turns)
    }
}

/// A network whose layers are measured.
struct Probe {
    session: Session,
    parts: Parts,
    /// Which layer each node of the model belongs to.
    nodes: Vec<Option<usize>>,
    /// What each layer took, turn by turn, in runs of the yardstick.
    turns: Vec<Vec<f64>>,
}

impl Probe {
    /// Runs it with and without a clock at each operator: from one come the shares of layers, from the other how much there is to share.
    fn turn(&mut self, stopwatch: Stopwatch, yardstick: &mut Yardstick) -> Result<()> {
        let whole = stopwatch.turn(&mut self.session)? / yardstick.turn()?;
        let seen = Arc::new(Mutex::new(vec![Vec::new(); self.nodes.len()]));
        let writer = Arc::clone(&seen);
        self.session.set_observer(Some(Box::new(move |event| {
            let mut seen = writer.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(times) = seen.get_mut(event.node) {
                times.push(micros(event.duration));
            }
        })));
        let observed = stopwatch.turn(&mut self.session);
        self.session.set_observer(None);
        observed?;
        yardstick.turn()?;
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        let mut layers = vec![0.0; self.parts.layers.len()];
        for (layer, times) in self.nodes.iter().zip(seen) {
            if let Some(layer) = layer {
                layers[*layer] += median(times);
            }
        }
        let sum: f64 = layers.iter().sum();
        for (turns, layer) in self.turns.iter_mut().zip(layers) {
            turns.push(layer * whole / sum.max(f64::MIN_POSITIVE));
        }
        Ok(())
    }
}

/// Which layer each node of a model belongs to, by the names of its outputs.
fn nodes(model: &Model, parts: &Parts) -> Vec<Option<usize>> {
    let Some(graph) = model.subgraphs().next() else { return Vec::new() };
    let owner = |outputs: &[usize]| {
        let names = outputs.iter().filter_map(|&output| graph.tensors().get(output));
        names.filter_map(|tensor| parts.of_tensor(tensor.name())).next()
    };
    graph.nodes().iter().map(|node| owner(node.outputs())).collect()
}

/// The model of an architecture, with random weights: it takes as long as a trained one.
///
/// # Errors
/// If the architecture makes no network.
pub fn model(arch: &Arch, scheme: Scheme) -> Result<Model> {
    let network = arch.network()?;
    let weights = network.initialize(0);
    let bytes = match scheme {
        Scheme::Float => build_tflite(&network, &weights, BuildOptions::default())?,
        Scheme::Int8 => {
            let mut model = build(&network, &weights, BuildOptions::default())?;
            passes::run(&mut model, None, |_, _| {})?;
            let shape = vec![1, arch.resolution, arch.resolution, arch.channels];
            let values = noise(shape.iter().product());
            let samples = [vec![Input { shape, values }]];
            let statistics = calibrate(&model, &samples, 1, &|_| {})?;
            let border = Border::Integer(featherlite_base::DType::I8);
            let options = Options { inputs: border, outputs: border, ..Options::default() };
            let recipe = Recipe::all(Quantization::named(scheme.name())?)?;
            export::to_bytes(&quantize(&model, &recipe, Some(&statistics), &options)?.model)?
        }
    };
    open(bytes)
}

/// A model that can be measured.
///
/// # Errors
/// If it is damaged.
pub fn open(file: Vec<u8>) -> Result<Model> {
    Ok(Model::from_bytes(file, &OPERATORS)?)
}

impl Space {
    /// Networks that have all layers of all networks for images of a resolution: one for each kernel and expansion, with all blocks.
    ///
    /// # Errors
    /// If the resolution is none of the space.
    pub fn probes(&self, resolution: usize) -> Result<Vec<Arch>> {
        let depth = self.depths.last().copied().unwrap_or(1);
        let pairs =
            self.kernels.iter().flat_map(|&kernel| self.expands.iter().map(move |&expand| (kernel, expand)));
        pairs.map(|(kernel, expand)| self.arch(&self.even(resolution, kernel, expand, depth))).collect()
    }

    /// The network that others are set against where times are taken: one of the middle, for the smallest images.
    ///
    /// # Errors
    /// If the space has no networks.
    pub fn yardstick(&self) -> Result<Arch> {
        fn middle<T: Copy + Default>(list: &[T]) -> T {
            list.get(list.len() / 2).copied().unwrap_or_default()
        }
        let resolution = self.resolutions.first().copied().unwrap_or_default();
        let (kernel, expand, depth) = (middle(&self.kernels), middle(&self.expands), middle(&self.depths));
        self.arch(&self.even(resolution, kernel, expand, depth))
    }
}

fn noise(count: usize) -> Vec<f32> {
    let mut random = Random::of(&[count as u64]);
    (0..count).map(|_| random.between(-1.0, 1.0)).collect()
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{layers, spaces};

    #[test]
    fn every_operator_belongs_to_a_layer() {
        let space = spaces::find("ofa-small").unwrap();
        for arch in &space.probes(20).unwrap()[3..5] {
            for scheme in [Scheme::Float, Scheme::Int8] {
                let model = model(arch, scheme).unwrap();
                let parts = Parts::of(arch).unwrap();
                let nodes = nodes(&model, &parts);
                assert!(nodes.iter().all(Option::is_some), "{scheme:?} {nodes:?}");
                assert!(nodes.is_sorted(), "{scheme:?} {nodes:?}");
            }
        }
    }

    #[test]
    fn times_of_layers_add_up_to_those_of_networks() {
        let space = spaces::find("ofa-small").unwrap();
        let stopwatch = Stopwatch { rounds: 1, turn: Duration::from_millis(1), threads: 1 };
        let models: Result<Vec<Model>> =
            space.probes(32).unwrap().iter().map(|arch| model(arch, Scheme::Int8)).collect();
        let mut turns = 0;
        let yardstick = model(&space.yardstick().unwrap(), Scheme::Int8).unwrap();
        let timed = stopwatch.layers(&space, 20, &models.unwrap(), &yardstick, &mut || turns += 1).unwrap();
        let times = timed.times;
        assert_eq!(turns, 9);
        let timed =
            stopwatch.networks(&[yardstick.clone(), yardstick.clone()], &yardstick, &mut || ()).unwrap();
        assert_eq!(timed.times.len(), 2);
        assert!(timed.times.iter().all(|&time| time > 0.0) && timed.yardstick > 0.0, "{timed:?}");
        assert!(times.values().all(|&time| time > 0.0 && time < 1e6), "{times:?}");
        let mut random = Random::of(&[3]);
        for _ in 0..20 {
            let arch = space.arch(&space.draw_at(20, &mut random)).unwrap();
            for layer in layers(&arch).unwrap() {
                assert!(times.contains_key(&layer.to_string()), "{layer}");
            }
        }
    }
}
