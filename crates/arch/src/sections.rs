//! Layers grouped as people think of them: stem, blocks, head.

use std::ops::Range;

use crate::Activation;
use crate::cost::Cost;
use crate::network::{Kind, Layer, Network};

/// Layers that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// `input`, `stem`, `blocks.2.0`, `head`.
    pub name: String,
    /// Which layers.
    pub layers: Range<usize>,
    /// What the first of them reads: rows, columns, channels.
    pub input: [usize; 3],
    /// What the last of them gives.
    pub output: [usize; 3],
    /// What they cost together.
    pub cost: Cost,
}

impl Network {
    /// Stem, blocks and head, in order.
    pub fn sections(&self) -> Vec<Section> {
        let mut sections: Vec<Section> = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            let name = section_of(&layer.name);
            let cost = self.cost_of(index);
            match sections.last_mut().filter(|section| section.name == name) {
                Some(section) => {
                    section.layers.end = index + 1;
                    section.output = layer.output;
                    section.cost = [section.cost, cost].into_iter().sum();
                }
                None => {
                    let input = layer.inputs.first().and_then(|&input| self.layers.get(input));
                    sections.push(Section {
                        name: name.to_owned(),
                        layers: index..index + 1,
                        input: input.unwrap_or(layer).output,
                        output: layer.output,
                        cost,
                    });
                }
            }
        }
        sections
    }
}

/// The section of a layer, by its name.
fn section_of(layer: &str) -> &str {
    match layer.split('.').next() {
        Some("blocks") => {
            let end = layer.match_indices('.').nth(2).map_or(layer.len(), |(end, _)| end);
            &layer[..end]
        }
        Some("stem") => "stem",
        Some("head" | "classifier") => "head",
        _ => "input",
    }
}

impl Layer {
    /// The layer in a few characters: `3×3 dw /2 relu6`, `1×1 96 g3`, `+`. Empty if it computes nothing.
    pub fn label(&self) -> String {
        let out = self.output[2];
        let with = |text: String, activation: Activation| match activation {
            Activation::Linear => text,
            activation => format!("{text} {}", activation.name()),
        };
        match &self.kind {
            Kind::Input | Kind::Dropout { .. } => String::new(),
            Kind::Rescale(_) => "rescale".to_owned(),
            Kind::Conv(conv) => {
                let k = conv.kernel;
                let mut text =
                    if conv.depthwise { format!("{k}×{k} dw") } else { format!("{k}×{k} {out}") };
                if conv.groups > 1 && !conv.depthwise {
                    text += &format!(" g{}", conv.groups);
                }
                if conv.stride > 1 {
                    text += &format!(" /{}", conv.stride);
                }
                with(text, conv.activation)
            }
            Kind::MaxPool(pool) => format!("max {0}×{0} /{1}", pool.kernel, pool.stride),
            Kind::AveragePool(pool) => format!("mean {0}×{0} /{1}", pool.kernel, pool.stride),
            Kind::GlobalAveragePool => "mean".to_owned(),
            Kind::Dense(dense) => with(format!("dense {out}"), dense.activation),
            Kind::Add { activation, .. } => with("+".to_owned(), *activation),
            Kind::Multiply => "×".to_owned(),
            Kind::Concat => "concat".to_owned(),
            Kind::Slice { start: 0 } => "first half".to_owned(),
            Kind::Slice { .. } => "second half".to_owned(),
            Kind::ChannelShuffle { .. } => "shuffle".to_owned(),
            Kind::Activation(activation) => activation.name().to_owned(),
        }
    }
}

impl Section {
    /// Its layers in a line; squeeze and excitation as `se 24`.
    pub fn describe(&self, network: &Network) -> String {
        let layers = network.layers.get(self.layers.clone()).unwrap_or_default();
        let labels = layers.iter().filter_map(|layer| match layer.name.rsplit_once("se.") {
            Some((_, "reduce")) => Some(format!("se {}", layer.output[2])),
            Some(_) => None,
            None => Some(layer.label()).filter(|label| !label.is_empty()),
        });
        labels.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use crate::find;

    #[test]
    fn sections_are_whole() {
        for name in ["mobilenet_v3_large", "shufflenet_v2_0.5", "shufflenet_v1_g3", "mobilenet_v1"] {
            let network = find(name).unwrap().network().unwrap();
            let sections = network.sections();
            assert!(sections.windows(2).all(|pair| pair[0].layers.end == pair[1].layers.start), "{name}");
            let macs: u64 = sections.iter().map(|section| section.cost.macs).sum();
            assert_eq!(macs, network.macs(), "{name}");
        }
    }

    #[test]
    fn blocks_are_described() {
        let describe = |name: &str, section: &str| {
            let network = find(name).unwrap().network().unwrap();
            let sections = network.sections();
            sections.iter().find(|other| other.name == section).unwrap().describe(&network)
        };
        assert_eq!(
            describe("mobilenet_v3_large", "blocks.2.1"),
            "1×1 120 relu, 5×5 dw relu, se 32, 1×1 40, +"
        );
        assert_eq!(
            describe("shufflenet_v1_g3", "blocks.1.0"),
            "1×1 120 g3 relu, shuffle, 3×3 dw /2, 1×1 240 g3 relu, mean 3×3 /2, concat"
        );
        assert_eq!(describe("efficientnet_lite0", "stem"), "3×3 32 /2 relu6");
    }

    #[test]
    fn separable_convolutions_save_what_the_paper_says() {
        let cost = find("mobilenet_v1").unwrap().network().unwrap().cost();
        // arXiv 1704.04861, table 4: 4,866 million multiply-adds with standard convolutions, 569 million with separable ones.
        assert!(cost.standard_macs.abs_diff(4_866_000_000) < 2_000_000, "{}", cost.standard_macs);
        assert!(cost.macs.abs_diff(569_000_000) < 2_000_000, "{}", cost.macs);
    }
}
