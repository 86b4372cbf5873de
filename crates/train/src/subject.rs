//! What is trained: an architecture, or a network of floats that a file holds.

use std::collections::BTreeSet;
use std::path::Path;

use featherlite_arch::{self as arch, Arch, BuildOptions, Network, Role, Tensor, Weight, Weights};
use featherlite_base::{DType, arena};
use featherlite_convert::{import, passes};
use featherlite_ir::{Graph as Source, Model, NodeId, ValueId, aligned};

use crate::graph::{Exported, Graph, Kind, from_model};
use crate::recipe::Recipe;
use crate::{Error, ErrorKind, Result};

/// A network with the names and sizes of its parameters.
pub(crate) enum Subject {
    /// One that is built anew.
    Arch(Arch, Network),
    /// One of a file.
    Imported(Imported),
}

/// A network of floats whose convolutions and dense layers are trained.
pub(crate) struct Imported {
    model: Model,
    graph: Graph,
    parameters: Vec<(Weight, ValueId)>,
}

impl Subject {
    /// An architecture.
    pub(crate) fn of_arch(arch: Arch) -> Result<Self> {
        let network = arch.network()?;
        Ok(Self::Arch(arch, network))
    }

    /// The network in a file of any format that can be converted.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |error: featherlite_convert::Error| Error::file(path, error);
        let mut model = import::open(path, &import::Options::default()).map_err(failed)?.model;
        passes::run(&mut model, None, |_, _| {}).map_err(failed)?;
        let imported = Imported::new(model).map_err(|error| Error::file(path, error))?;
        Ok(Self::Imported(imported))
    }

    pub(crate) fn arch(&self) -> Option<&Arch> {
        match self {
            Self::Arch(arch, _) => Some(arch),
            Self::Imported(_) => None,
        }
    }

    pub(crate) fn network(&self) -> Option<&Network> {
        match self {
            Self::Arch(_, network) => Some(network),
            Self::Imported(_) => None,
        }
    }

    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Arch(arch, _) => &arch.name,
            Self::Imported(imported) => &imported.graph.name,
        }
    }

    /// Height, width and channels of images.
    pub(crate) fn input(&self) -> [usize; 3] {
        match self {
            Self::Arch(arch, _) => [arch.resolution, arch.resolution, arch.channels],
            Self::Imported(Imported { graph, .. }) => graph.steps.first().map_or([0; 3], |step| step.output),
        }
    }

    pub(crate) fn classes(&self) -> usize {
        match self {
            Self::Arch(arch, _) => arch.classes,
            Self::Imported(Imported { graph, .. }) => {
                graph.steps.last().map_or(0, |step| step.output.iter().product())
            }
        }
    }

    /// The parameters, in the order of layers.
    pub(crate) fn parameters(&self) -> Vec<Weight> {
        match self {
            Self::Arch(_, network) => network.weights(),
            Self::Imported(imported) => {
                imported.parameters.iter().map(|(weight, _)| weight.clone()).collect()
            }
        }
    }

    /// Weights to begin with: drawn, or those of the file.
    pub(crate) fn initialize(&self, recipe: &Recipe) -> Result<Weights> {
        match self {
            Self::Arch(_, network) => {
                let mut weights = network.initialize(recipe.seed);
                if recipe.zero_init_last {
                    network.zero_init_last(&mut weights);
                }
                Ok(weights)
            }
            Self::Imported(imported) => imported.weights(),
        }
    }

    /// What a step of training without quantization computes.
    pub(crate) fn graph(&self) -> Graph {
        match self {
            Self::Arch(_, network) => Graph::from(network),
            Self::Imported(imported) => imported.graph.clone(),
        }
    }

    /// The network as a file of floats would hold it.
    pub(crate) fn float_model(&self, weights: &Weights, options: BuildOptions) -> Result<Model> {
        match self {
            Self::Arch(_, network) => {
                let mut model = arch::build(network, weights, options)?;
                passes::run(&mut model, None, |_, _| {}).map_err(internal)?;
                Ok(model)
            }
            Self::Imported(imported) => imported.with(weights),
        }
    }
}

impl Imported {
    fn new(model: Model) -> Result<Self> {
        let Exported { graph, nodes, .. } = from_model(&model)?;
        let source = main(&model)?;
        let (mut parameters, mut seen) = (Vec::new(), BTreeSet::new());
        for (&index, &node) in &nodes {
            let step = &graph.steps[index];
            let Kind::Convolve(convolve) = &step.kind else { continue };
            let roles = [(Role::Kernel, 1, true), (Role::Bias, 2, convolve.has_bias)];
            for (role, place, _) in roles.into_iter().filter(|(_, _, is_there)| *is_there) {
                let value = operand(source, node, place)?;
                if !seen.insert(value) {
                    let name = &step.layer;
                    return Err(Error::unsupported(format!("{name} shares weights with another layer")));
                }
                let shape = source.value(value).fixed_shape().unwrap_or_default();
                parameters
                    .push((Weight { name: step.parameter(role.name()), layer: index, role, shape }, value));
            }
        }
        let this = Self { graph, parameters, model };
        this.weights()?;
        Ok(this)
    }

    fn weights(&self) -> Result<Weights> {
        let source = main(&self.model)?;
        let mut weights = Weights::default();
        for (Weight { name, shape, .. }, value) in &self.parameters {
            let dtype = source.value(*value).dtype;
            if dtype != DType::F32 {
                return Err(Error::unsupported(format!(
                    "{name} is of {dtype}: only networks of float32 can be trained"
                )));
            }
            let values = floats(source, *value)?.to_vec();
            weights.insert(name.clone(), Tensor { shape: shape.clone(), values });
        }
        Ok(weights)
    }

    /// The network with other weights.
    fn with(&self, weights: &Weights) -> Result<Model> {
        let mut model = self.model.clone();
        let graph = model.graphs.first_mut().ok_or_else(|| internal("no graph"))?;
        for (Weight { name, .. }, value) in &self.parameters {
            let values = &weights.get(name)?.values;
            let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
            graph.value_mut(*value).constant = Some(aligned(bytes.into()).map_err(internal)?);
        }
        Ok(model)
    }
}

fn main(model: &Model) -> Result<&Source> {
    model.graphs.first().ok_or_else(|| internal("no graph"))
}

/// The value that a node reads.
fn operand(source: &Source, node: NodeId, index: usize) -> Result<ValueId> {
    source.node(node).input(index).ok_or_else(|| internal("a layer without weights"))
}

/// A constant of floats.
pub(crate) fn floats(source: &Source, value: ValueId) -> Result<&[f32]> {
    let contents = source.value(value).constant.as_ref().ok_or_else(|| internal("weights that vary"))?;
    arena::cast::<f32>(contents).map_err(|error| internal(error.message()))
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_begin_with_nothing_where_that_is_asked_for() {
        let recipe = |line: &str| {
            Recipe::from_toml(&format!("arch = \"mobilenet_v2\"\nepochs = 1\nlearning_rate = 0.1\n{line}"))
                .unwrap()
        };
        let subject = Subject::of_arch(arch::find("mobilenet_v2").unwrap()).unwrap();
        let plain = subject.initialize(&recipe("")).unwrap();
        let zeroed = subject.initialize(&recipe("zero_init_last = true")).unwrap();
        let changed: Vec<&str> = plain
            .iter()
            .filter(|(name, tensor)| zeroed.get(name).unwrap() != *tensor)
            .map(|(name, _)| name)
            .collect();
        // The ten blocks of Table 2 of arXiv 1801.04381 whose stride is 1 and whose input has as many channels.
        assert_eq!(changed.len(), 10, "{changed:?}");
        assert!(changed.iter().all(|name| name.ends_with(".project.gamma")), "{changed:?}");
        assert!(
            changed.iter().all(|name| zeroed.get(name).unwrap().values.iter().all(|&gamma| gamma == 0.0))
        );
    }
}
