//! How other programs call the weights of the families: tables.
//!
//! A pattern is the other program's name of a layer, with these in it:
//! `{s}` the stage and `{i}` the block in it, from 0; `{letter}` the latter as a letter; `{b}` the block in the network, from 0 (behind
//! the blocks: how many there are); `{k}` which part of its block the layer is, from 0, where squeeze and excitation is one part; `{n}`
//! which normalization of its block it has, from 1. `{s1}`, `{s2}`, `{b1}`, `{k1}` are 1 or 2 more. `{conv}`, `{depthwise}`, `{norm}`: which
//! of all convolutions (dense layers included), depthwise convolutions, normalizations of the network it is, as Keras numbers them:
//! nothing, `_1`, `_2`.

mod keras;
mod other;
mod timm;
mod torchvision;

use crate::arch::Padding;
use crate::network::{Kind, Layer, Network, Role};

/// Which program's conventions names and layouts follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// Ours: `blocks.0.0.expand.kernel`.
    Own,
    /// `block_1_expand/kernel` `[kh, kw, in, out]`.
    Keras,
    /// `features.0.0.weight` `[out, in, kh, kw]`.
    Torch,
}

/// How a program calls the layers of a family.
pub(super) struct Convention {
    /// The program and the family.
    pub(super) name: &'static str,
    pub(super) style: Style,
    /// How it pads images.
    pub(super) padding: Padding,
    /// The epsilon of its batch normalization, where files do not say it.
    pub(super) epsilon: f32,
    pub(super) rules: &'static [Rule],
}

/// How a layer is called: that of ours (within its block), its weights, its normalization. Where a layer has several rules the first
/// one holds whose weights are there.
pub(super) struct Rule(pub(super) &'static str, pub(super) &'static str, pub(super) &'static str);

/// All tables.
pub(super) fn conventions() -> impl Iterator<Item = &'static Convention> {
    [keras::CONVENTIONS, torchvision::CONVENTIONS, timm::CONVENTIONS, other::CONVENTIONS]
        .into_iter()
        .flatten()
}

/// Where a layer stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// Its name, without that of its block.
    part: &'a str,
    stage: usize,
    index: usize,
    block: usize,
    component: usize,
    norm: usize,
    counts: Counts,
}

/// How many layers with kernels there are ahead, by class.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    convolutions: usize,
    depthwise: usize,
    norms: usize,
}

impl Counts {
    fn count(&mut self, layer: &Layer) {
        match layer.kind {
            Kind::Conv(conv) => {
                self.depthwise += usize::from(conv.depthwise);
                self.convolutions += usize::from(!conv.depthwise);
                self.norms += usize::from(conv.norm.is_some());
            }
            Kind::Dense(_) => self.convolutions += 1,
            _ => {}
        }
    }
}

/// The places of all layers.
pub(super) fn places(network: &Network) -> Vec<Place<'_>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    let stages = network.layers.iter().filter_map(|layer| block_of(&layer.name)).map(|(stage, ..)| stage + 1);
    let stages = stages.max().unwrap_or(0);
    let (mut blocks, mut last) = (0, None);
    let (mut component, mut norm) = (0, 0);
    let mut next = Counts::default();
    for layer in &network.layers {
        let counts = next;
        next.count(layer);
        let Some((stage, index, part)) = block_of(&layer.name) else {
            let (part, stage, block) = (layer.name.as_str(), stages, blocks);
            places.push(Place { part, stage, index: 0, block, component: 0, norm: 0, counts });
            continue;
        };
        if last != Some((stage, index)) {
            (blocks, component, norm) = (blocks + 1, 0, 0);
            last = Some((stage, index));
        }
        norm += usize::from(has_norm(layer));
        places.push(Place { part, stage, index, block: blocks - 1, component, norm, counts });
        component += usize::from(ends_component(part));
    }
    places
}

/// Stage, block, and the rest of a layer's name.
fn block_of(name: &str) -> Option<(usize, usize, &str)> {
    let mut parts = name.strip_prefix("blocks.")?.splitn(3, '.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?))
}

fn has_norm(layer: &Layer) -> bool {
    matches!(layer.kind, Kind::Conv(conv) if conv.norm.is_some())
}

/// Whether another part of the block begins behind the layer.
fn ends_component(part: &str) -> bool {
    matches!(part, "expand" | "depthwise" | "se.scale" | "project")
}

impl Place<'_> {
    /// Whether a rule is about the layer.
    pub(super) fn is(&self, rule: &Rule) -> bool {
        self.part == rule.0
    }

    /// A pattern with the layer's numbers.
    pub(super) fn name(&self, pattern: &str) -> String {
        let letter = char::from(b'a' + u8::try_from(self.index % 26).unwrap_or(0)).to_string();
        let numbers = [
            ("{s}", self.stage),
            ("{s1}", self.stage + 1),
            ("{s2}", self.stage + 2),
            ("{i}", self.index),
            ("{b}", self.block),
            ("{b1}", self.block + 1),
            ("{k}", self.component),
            ("{k1}", self.component + 1),
            ("{n}", self.norm),
        ];
        let counts = self.counts;
        let numbered = |count: usize| if count == 0 { String::new() } else { format!("_{count}") };
        let pattern = pattern
            .replace("{letter}", &letter)
            .replace("{conv}", &numbered(counts.convolutions))
            .replace("{depthwise}", &numbered(counts.depthwise))
            .replace("{norm}", &numbered(counts.norms));
        numbers.iter().fold(pattern, |name, (key, value)| name.replace(key, &value.to_string()))
    }
}

impl Style {
    /// The name of a weight of the layer `layer`, and of the normalization `norm`.
    pub(super) fn weight(self, layer: &str, norm: &str, role: Role) -> String {
        let (place, keras, torch) = match role {
            Role::Kernel => (layer, "kernel", "weight"),
            Role::Bias => (layer, "bias", "bias"),
            Role::Gamma => (norm, "gamma", "weight"),
            Role::Beta => (norm, "beta", "bias"),
            Role::Mean => (norm, "moving_mean", "running_mean"),
            Role::Variance => (norm, "moving_variance", "running_var"),
        };
        match self {
            Self::Own => format!("{layer}.{}", role.name()),
            Self::Keras => format!("{place}/{keras}"),
            Self::Torch => format!("{place}.{torch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted() {
        let network = crate::find("mobilenet_v3_large").unwrap().network().unwrap();
        let places = places(&network);
        let name = |layer: &str, pattern: &str| places[network.find(layer).unwrap()].name(pattern);
        assert_eq!(name("blocks.2.1.se.expand", "{s}.{i}.{b}.{k}.{n}.{letter}"), "2.1.4.2.2.b");
        assert_eq!(name("blocks.2.1.project", "{k}.{k1}.{n}"), "3.4.3");
        assert_eq!(name("blocks.0.0.depthwise", "{b}.{b1}.{k}.{n}"), "0.1.0.1");
        assert_eq!(name("head.conv", "{s}.{s1}.{b1}"), "6.7.16");
    }
}
