//! From a network to the graph in which quantization is simulated, and from that to the integer network.

use featherlite_arch::{self as arch, BuildOptions, Network, Weights};
use featherlite_base::DType;
use featherlite_data::Loader;
use featherlite_ir::{Graph as Source, Model, NodeId, ValueId};
use featherlite_quant::calibrate::calibrate;
use featherlite_quant::params::Levels;
use featherlite_quant::quantize::{Border, Options, quantize};
use featherlite_quant::recipe::{Grain, Recipe, Scheme};
use featherlite_quant::run::Input;
use featherlite_quant::weights::{Granularity, Integers, integers, nearest_integers};
use featherlite_schema::BuiltinOperator;

use super::{Qat, Simulation};
use crate::graph::{Exported, Graph, Kind, from_model};
use crate::subject::{Subject, floats};
use crate::{Error, ErrorKind, Result};

/// The graph of a network as it is exported, with batch normalization in its place, and the simulation of its quantization.
///
/// # Errors
/// If there is an operator that can not be trained.
pub(crate) fn simulated(subject: &Subject, weights: &Weights, qat: &Qat) -> Result<(Graph, Simulation)> {
    let model = subject.float_model(weights, BuildOptions::default())?;
    let mut exported = from_model(&model)?;
    if let Some(network) = subject.network() {
        restore_norms(&mut exported.graph, network)?;
        find_shifts(&mut exported, &model, weights)?;
    }
    let graph = exported.graph.clone();
    let simulation = Simulation::new(model.clone(), exported, qat)?;
    // What can not be all integers is refused before it is trained.
    integer_model(&model, &simulation.supposing((-1.0, 1.0)))?;
    Ok((graph, simulation))
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

/// Batch normalization comes back out of the convolutions that the export folded it into.
fn restore_norms(graph: &mut Graph, network: &Network) -> Result<()> {
    for step in &mut graph.steps {
        let Kind::Convolve(convolve) = &mut step.kind else { continue };
        let layer = network.layers.iter().find(|layer| layer.name == step.layer);
        match layer.map(|layer| &layer.kind) {
            Some(arch::Kind::Conv(conv)) => {
                convolve.norm = conv.norm.map(|norm| (norm.epsilon, norm.momentum));
                convolve.has_bias = conv.bias;
            }
            Some(arch::Kind::Dense(dense)) => convolve.has_bias = dense.bias,
            _ => return Err(internal(format!("{} has no layer {:?}", network.name, step.layer))),
        }
    }
    Ok(())
}

/// What the export added to the biases of layers without batch normalization: the summand of a hard sigmoid behind them.
fn find_shifts(exported: &mut Exported, model: &Model, weights: &Weights) -> Result<()> {
    let source = model.graphs.first().ok_or_else(|| internal("no graph"))?;
    for (&index, &node) in &exported.nodes {
        let step = &mut exported.graph.steps[index];
        let (name, parameter) = (step.layer.clone(), |role: &str| step.parameter(role));
        let Kind::Convolve(convolve) = &step.kind else { continue };
        let Some(value) = source.node(node).input(2).filter(|_| convolve.norm.is_none()) else { continue };
        let stored = floats(source, value)?;
        let learned = match convolve.has_bias {
            true => weights.get(&parameter("bias"))?.values.clone(),
            false => vec![0.0; stored.len()],
        };
        let shift: Vec<f32> = stored.iter().zip(&learned).map(|(stored, learned)| stored - learned).collect();
        let kernel = source.node(node).input(1).ok_or_else(|| internal("no weights"))?;
        if floats(source, kernel)? != weights.get(&parameter("kernel"))?.values {
            return Err(Error::unsupported(format!(
                "{name}: what follows is part of its weights when it is exported; quantization of that can not be simulated"
            )));
        }
        if let Kind::Convolve(convolve) = &mut step.kind {
            convolve.shift = if shift.iter().all(|&shift| shift == 0.0) { Vec::new() } else { shift };
        }
    }
    Ok(())
}

/// The integer network that `model`, one of floats, becomes: what was simulated, with the scales that were learned.
///
/// # Errors
/// If it can not be built.
pub(crate) fn integer_model(model: &Model, simulation: &Simulation) -> Result<Model> {
    let Exported { nodes, .. } = from_model(model)?;
    let source = model.graphs.first().ok_or_else(|| internal("no graph"))?;
    let mut options = Options { integers_only: true, ..borders(simulation.scheme()) };
    for (&step, &node) in &nodes {
        let (value, integers) = rounded(source, node, simulation, step)?;
        options.rounding.insert(value, integers);
    }
    options.observer = featherlite_quant::observer::Observer::MinMax;
    let statistics = simulation.statistics(model);
    let quantized = quantize(model, simulation.recipe(), Some(&statistics), &options);
    Ok(quantized.map_err(|error| Error::unsupported(error.to_string()))?.model)
}

/// The integer network that `model`, one of floats, becomes without training.
///
/// # Errors
/// If there is no such scheme, images can not be read, or it can not be built.
pub(crate) fn quantized_afterwards(model: &Model, scheme: &str, images: &Loader) -> Result<Model> {
    let mut samples = Vec::new();
    for batch in images.epoch(0) {
        let batch = batch.map_err(|error| Error::new(ErrorKind::File, error.to_string()))?;
        let [_, height, width, channels] = batch.shape();
        let shape = vec![1, height, width, channels];
        let image = |values: &[f32]| vec![Input { shape: shape.clone(), values: values.to_vec() }];
        samples.extend(batch.images.chunks_exact((height * width * channels).max(1)).map(image));
    }
    let scheme = Scheme::named(scheme).map_err(|error| Error::recipe(error.to_string()))?;
    let recipe = Recipe::all(scheme).map_err(|error| Error::recipe(error.to_string()))?;
    let statistics = calibrate(model, &samples, 1, &|_| {}).map_err(internal)?;
    let options = Options { integers_only: true, ..borders(scheme) };
    Ok(quantize(model, &recipe, Some(&statistics), &options).map_err(internal)?.model)
}

/// Inputs and outputs are integers, those that a scheme computes with.
fn borders(scheme: Scheme) -> Options {
    let border = Border::Integer(if scheme.activation_bits == 16 { DType::I16 } else { DType::I8 });
    Options { inputs: border, outputs: border, ..Options::default() }
}

/// The weights of a node as the integers that training saw.
fn rounded(
    source: &Source,
    node: NodeId,
    simulation: &Simulation,
    step: usize,
) -> Result<(ValueId, Integers)> {
    let node = source.node(node);
    let value = node.input(1).ok_or_else(|| internal("a convolution without weights"))?;
    let weights = source.value(value);
    let dims = weights.fixed_shape().ok_or_else(|| internal("weights without a shape"))?;
    let values = floats(source, value)?;
    let scheme = simulation.scheme();
    let levels = Levels::weights(scheme.weight_bits).ok_or_else(|| internal("weights of odd bits"))?;
    let axis = if node.op.is(BuiltinOperator::DEPTHWISE_CONV_2D) { 3 } else { 0 };
    let granularity = match scheme.grain {
        Grain::Tensor => Granularity::Tensor,
        _ => Granularity::Channel { axis },
    };
    let mut whole = integers(values, &dims, granularity, levels, false);
    if let Some(shares) = simulation.shares(step) {
        whole.scales.iter_mut().zip(shares).for_each(|(scale, share)| *scale *= share);
        whole.values = nearest_integers(values, &dims, granularity, &whole.scales, levels);
    }
    Ok((value, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of every family, small.
    const NAMES: &[&str] = &[
        "mobilenet_v1_0.25",
        "mobilenet_v2_0.35",
        "mobilenet_v3_small",
        "shufflenet_v1_0.5_g3",
        "shufflenet_v2_0.5",
        "efficientnet_b0",
        "efficientnet_lite0",
    ];

    fn qat() -> Qat {
        toml::from_str("epochs = 1\nlearning_rate = 0.01").unwrap()
    }

    #[test]
    fn every_family_has_its_exported_graph_with_norms() {
        for name in NAMES {
            let arch = arch::find(name).unwrap().with_resolution(32).with_classes(10);
            let subject = Subject::of_arch(arch).unwrap();
            let network = subject.network().unwrap();
            let (graph, _) = simulated(&subject, &network.initialize(1), &qat()).unwrap();
            let norms = |kind: &Kind| matches!(kind, Kind::Convolve(convolve) if convolve.norm.is_some());
            let expected = network
                .layers
                .iter()
                .filter(|layer| matches!(&layer.kind, arch::Kind::Conv(conv) if conv.norm.is_some()));
            assert_eq!(
                graph.steps.iter().filter(|step| norms(&step.kind)).count(),
                expected.count(),
                "{name}"
            );
        }
    }
}
