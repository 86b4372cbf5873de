//! What a network consists of, for tables of measured times.

use std::collections::BTreeMap;
use std::fmt;

use featherlite_arch::{Activation, Arch, Kind, Network, Section};

use crate::Result;

/// A piece of a network that is measured by itself: whatever networks have it, it takes the same time.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Layer {
    /// `Conv`, `expanded_conv`, `Conv_1`, `AvgPool2D`, `Conv_2`, `Logits`.
    pub kind: &'static str,
    /// Rows, columns, channels.
    pub input: [usize; 3],
    /// Rows, columns, channels.
    pub output: [usize; 3],
    /// What else there is to say of a block.
    pub block: Option<Inner>,
}

/// The inside of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Inner {
    /// Channels of the middle.
    pub expand: usize,
    /// Rows and columns of the depthwise convolution.
    pub kernel: usize,
    /// Its stride.
    pub stride: usize,
    /// Whether the input is added.
    pub has_shortcut: bool,
    /// Whether there is squeeze and excitation.
    pub has_se: bool,
    /// Whether the activation is hard-swish.
    pub is_hard_swish: bool,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [[rows, columns, channels], output] = [self.input, self.output];
        write!(f, "{}-input:{rows}x{columns}x{channels}", self.kind)?;
        write!(f, "-output:{}x{}x{}", output[0], output[1], output[2])?;
        let Some(Inner { expand, kernel, stride, has_shortcut, has_se, is_hard_swish }) = self.block else {
            return Ok(());
        };
        let [shortcut, se, hard_swish] = [has_shortcut, has_se, is_hard_swish].map(u8::from);
        write!(
            f,
            "-expand:{expand}-kernel:{kernel}-stride:{stride}-idskip:{shortcut}-se:{se}-hs:{hard_swish}"
        )
    }
}

/// The layers of a network, and what belongs to each.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// In order.
    pub layers: Vec<Layer>,
    /// The layer that a primitive layer belongs to, by name.
    owners: BTreeMap<String, usize>,
}

impl Parts {
    /// Of an architecture.
    ///
    /// # Errors
    /// If it makes no network.
    pub fn of(arch: &Arch) -> Result<Self> {
        let network = arch.network()?;
        let mut this = Self { layers: Vec::new(), owners: BTreeMap::new() };
        for section in network.sections() {
            if section.name.starts_with("blocks.") {
                this.layers.push(block(&network, &section));
            }
            for index in section.layers {
                if !section.name.starts_with("blocks.") {
                    this.layers.extend(single(&network, index));
                }
                // What is too small for a layer of its own counts to the one before.
                let owner = this.layers.len().saturating_sub(1);
                this.owners.insert(network.layers[index].name.clone(), owner);
            }
        }
        Ok(this)
    }

    /// The layer of which a tensor of a built model is a result.
    pub fn of_tensor(&self, name: &str) -> Option<usize> {
        let last = self.layers.len().checked_sub(1)?;
        let layer = name.split('/').next().unwrap_or(name);
        self.owners.get(layer).copied().or((OUTPUTS.contains(&layer)).then_some(last))
    }
}

/// What built models call their results.
const OUTPUTS: [&str; 2] = ["logits", "probabilities"];

/// The layers of a network, in order.
///
/// # Errors
/// If the architecture makes no network.
pub fn layers(arch: &Arch) -> Result<Vec<Layer>> {
    Ok(Parts::of(arch)?.layers)
}

fn block(network: &Network, section: &Section) -> Layer {
    let inner = &network.layers[section.layers.clone()];
    let depthwise = inner.iter().find_map(|layer| match &layer.kind {
        Kind::Conv(conv) if conv.depthwise => Some((conv, layer.output[2])),
        _ => None,
    });
    let block = depthwise.map(|(conv, expand)| Inner {
        expand,
        kernel: conv.kernel,
        stride: conv.stride,
        has_shortcut: inner.iter().any(|layer| matches!(layer.kind, Kind::Add { .. })),
        has_se: inner.iter().any(|layer| matches!(layer.kind, Kind::Multiply)),
        is_hard_swish: conv.activation == Activation::HardSwish,
    });
    Layer { kind: "expanded_conv", input: section.input, output: section.output, block }
}

/// A layer outside of blocks, if it takes time.
fn single(network: &Network, index: usize) -> Option<Layer> {
    let layer = &network.layers[index];
    let kind = match (layer.name.as_str(), &layer.kind) {
        ("stem.conv", _) => "Conv",
        ("head.conv", _) => "Conv_1",
        (_, Kind::GlobalAveragePool) => "AvgPool2D",
        ("head.hidden", _) => "Conv_2",
        ("classifier", _) => "Logits",
        _ => return None,
    };
    let input = layer.inputs.first().map_or(layer.output, |&input| network.layers[input].output);
    Some(Layer { kind, input, output: layer.output, block: None })
}
