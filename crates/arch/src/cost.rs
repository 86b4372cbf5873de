//! What a network costs: parameters, multiply-adds, memory traffic.

use crate::network::{Kind, Network};

/// What a layer, or all of them, cost for one image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Values that are trained; moving averages are not.
    pub parameters: u64,
    /// Moving averages of batch normalization.
    pub statistics: u64,
    /// Multiplications of convolutions and dense layers; biases, normalization and activations do not count.
    pub macs: u64,
    /// Elements of activations that are read.
    pub read: u64,
    /// Elements of activations that are written.
    pub written: u64,
    /// Weights that are read once batch normalization is folded: kernels, and a bias for each channel.
    pub folded: u64,
    /// The multiplications if depthwise convolutions and the 1×1 convolutions behind them were one standard convolution each.
    pub standard_macs: u64,
}

impl Cost {
    /// Elements that are moved: activations read and written, weights read.
    pub fn traffic(&self) -> u64 {
        self.read.saturating_add(self.written).saturating_add(self.folded)
    }

    fn add(self, other: Self) -> Self {
        Self {
            parameters: self.parameters.saturating_add(other.parameters),
            statistics: self.statistics.saturating_add(other.statistics),
            macs: self.macs.saturating_add(other.macs),
            read: self.read.saturating_add(other.read),
            written: self.written.saturating_add(other.written),
            folded: self.folded.saturating_add(other.folded),
            standard_macs: self.standard_macs.saturating_add(other.standard_macs),
        }
    }
}

impl std::iter::Sum for Cost {
    fn sum<I: Iterator<Item = Self>>(costs: I) -> Self {
        costs.fold(Self::default(), Self::add)
    }
}

impl Network {
    /// Values that are trained.
    pub fn parameters(&self) -> u64 {
        self.cost().parameters
    }

    /// Multiplications of convolutions and dense layers.
    pub fn macs(&self) -> u64 {
        self.cost().macs
    }

    /// What all layers cost.
    pub fn cost(&self) -> Cost {
        (0..self.layers.len()).map(|layer| self.cost_of(layer)).sum()
    }

    /// What a layer costs.
    pub fn cost_of(&self, index: usize) -> Cost {
        let Some(layer) = self.layers.get(index) else { return Cost::default() };
        let elements = |layer: &[usize; 3]| product(layer);
        let (mut parameters, mut statistics, mut kernel) = (0, 0, 0);
        for weight in self.weights_of(index) {
            let len = weight.len() as u64;
            match weight.role.is_trained() {
                true => parameters += len,
                false => statistics += len,
            }
            if weight.role == crate::Role::Kernel {
                kernel = len;
            }
        }
        let [rows, columns, out] = layer.output;
        // A kernel is read once for each place, whatever its groups.
        let macs = kernel.saturating_mul(product(&[rows, columns, 1]));
        let has_bias = parameters > kernel;
        let (read, written) = match layer.kind {
            // Views of memory, or nothing at all.
            Kind::Input | Kind::Dropout { .. } => (0, 0),
            _ => {
                let inputs = layer.inputs.iter().filter_map(|&input| self.layers.get(input));
                (inputs.map(|input| elements(&input.output)).sum(), elements(&layer.output))
            }
        };
        Cost {
            parameters,
            statistics,
            macs,
            read,
            written,
            folded: kernel + if has_bias { out as u64 } else { 0 },
            standard_macs: self.standard_macs(index, macs),
        }
    }

    /// For each layer how many elements of activations are alive while it is computed: what it reads, what it gives, and what later layers
    /// still need. Sums, products and activations overwrite what nobody reads again. The greatest of these numbers bounds the memory that
    /// activations need.
    pub fn alive(&self) -> Vec<u64> {
        let mut last_reader: Vec<usize> = (0..self.layers.len()).collect();
        for (index, layer) in self.layers.iter().enumerate() {
            layer.inputs.iter().for_each(|&input| last_reader[input] = index);
        }
        let size = |index: usize| product(&self.layers[index].output);
        let mut alive = Vec::new();
        for (index, layer) in self.layers.iter().enumerate() {
            let kept = (0..index).filter(|&before| last_reader[before] >= index).map(size).sum::<u64>();
            let is_in_place = match layer.kind {
                Kind::Dropout { .. } => true,
                Kind::Add { .. } | Kind::Multiply | Kind::Activation(_) => {
                    let same = |&&input: &&usize| size(input) == size(index) && last_reader[input] == index;
                    layer.inputs.iter().any(|input| same(&input))
                }
                _ => false,
            };
            alive.push(kept + if is_in_place { 0 } else { size(index) });
        }
        alive
    }

    /// A depthwise convolution and the 1×1 convolution behind it count as one standard convolution, at the former.
    fn standard_macs(&self, index: usize, macs: u64) -> u64 {
        let is_depthwise =
            |index: usize| matches!(self.layers[index].kind, Kind::Conv(conv) if conv.depthwise);
        if let Some(pointwise) = self.pointwise_behind(index).filter(|_| is_depthwise(index)) {
            let out = self.layers[pointwise].output[2] as u64;
            return macs.saturating_mul(out);
        }
        let is_counted_ahead =
            (0..index).any(|ahead| is_depthwise(ahead) && self.pointwise_behind(ahead) == Some(index));
        if is_counted_ahead { 0 } else { macs }
    }

    /// The 1×1 convolution that reads a layer, perhaps through squeeze and excitation.
    fn pointwise_behind(&self, index: usize) -> Option<usize> {
        let reads = |layer: &crate::Layer| layer.inputs.first() == Some(&index);
        let behind = self.layers.iter().enumerate().skip(index + 1).filter(|(_, layer)| reads(layer));
        behind
            .filter_map(|(reader, layer)| match layer.kind {
                Kind::Conv(conv) if conv.kernel == 1 => Some(reader),
                Kind::Multiply => self.pointwise_behind(reader),
                _ => None,
            })
            .next()
    }
}

fn product(sizes: &[usize]) -> u64 {
    sizes.iter().fold(1, |product: u64, &size| product.saturating_mul(size as u64))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_widest_place_of_mobilenet_v2() {
        let network = crate::find("mobilenet_v2").unwrap().network().unwrap();
        let alive = network.alive();
        // The first block with an expansion: 112 x 112 x 96 are read, 56 x 56 x 96 are written.
        assert_eq!(alive.iter().max(), Some(&(112 * 112 * 96 + 56 * 56 * 96)));
        let add = network.find("blocks.2.1.add").unwrap();
        // Both operands, one of which is overwritten.
        assert_eq!(alive[add], 2 * 28 * 28 * 32);
    }
}
