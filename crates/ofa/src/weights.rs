//! The weights that all networks of a space share.

use featherlite_arch::{Kind, Network, Role, Tensor, Weight, Weights};

use crate::{Choice, Error, Result, Space};

/// The matrix that makes the smaller kernel of a depthwise convolution of the middle of the next larger one, `[k * k, k * k]`; it is
/// learned like a weight.
pub fn matrix(layer: &str, from: usize, to: usize) -> String {
    format!("{layer}.matrix_{from}_{to}")
}

impl Space {
    /// What the full network needs beyond its own weights: the matrices of kernels, by name, with the smaller kernel.
    ///
    /// # Errors
    /// If the full network makes none.
    pub fn matrices(&self) -> Result<Vec<(String, usize)>> {
        let network = self.full.network()?;
        let mut matrices = Vec::new();
        for layer in &network.layers {
            let Kind::Conv(conv) = &layer.kind else { continue };
            if conv.depthwise && is_elastic(&layer.name) {
                let pairs = self.kernels.windows(2).rev();
                matrices.extend(pairs.map(|pair| (matrix(&layer.name, pair[1], pair[0]), pair[0])));
            }
        }
        Ok(matrices)
    }

    /// Weights of the full network as they are drawn before training, with matrices that leave kernels as they are, and
    /// [`Network::zero_init_last`].
    ///
    /// # Errors
    /// If the full network makes none.
    pub fn initialize(&self, seed: u64) -> Result<Weights> {
        let network = self.full.network()?;
        let mut weights = network.initialize(seed);
        network.zero_init_last(&mut weights);
        for (name, kernel) in self.matrices()? {
            weights.insert(name, identity(kernel * kernel));
        }
        Ok(weights)
    }

    /// The weights of a network of the space on its own: parts of those of the full network.
    ///
    /// Running statistics of batch normalization are parts, too, and of little use until they are taken anew.
    ///
    /// # Errors
    /// If the network is none of the space, or weights are missing.
    pub fn extract(&self, full: &Weights, choice: &Choice) -> Result<Weights> {
        let network = self.arch(choice)?.network()?;
        let mut weights = Weights::default();
        for weight in network.weights() {
            let tensor = self.part(full, &network, &weight)?;
            weights.insert(weight.name, tensor);
        }
        Ok(weights)
    }

    fn part(&self, full: &Weights, network: &Network, wanted: &Weight) -> Result<Tensor> {
        let tensor = full.get(&wanted.name)?;
        let layer = &network.layers[wanted.layer];
        let is_depthwise = matches!(&layer.kind, Kind::Conv(conv) if conv.depthwise);
        if !is_depthwise || wanted.role != Role::Kernel || !is_elastic(&layer.name) {
            return prefix(tensor, &wanted.shape, &wanted.name);
        }
        let mut kernel = tensor.clone();
        for pair in self.kernels.windows(2).rev() {
            let (from, to) = (pair[1], pair[0]);
            if wanted.shape[0] >= from || kernel.shape[0] != from {
                continue;
            }
            kernel = transformed(full.get(&matrix(&layer.name, from, to))?, &middle(&kernel, to));
        }
        prefix(&kernel, &wanted.shape, &wanted.name)
    }
}

/// Whether a layer is part of a block that is chosen.
fn is_elastic(layer: &str) -> bool {
    layer.starts_with("blocks.") && !layer.starts_with("blocks.0.")
}

fn identity(size: usize) -> Tensor {
    let mut values = vec![0.0; size * size];
    values.iter_mut().step_by(size + 1).for_each(|value| *value = 1.0);
    Tensor { shape: vec![size, size], values }
}

/// The first elements along every dimension.
fn prefix(tensor: &Tensor, shape: &[usize], name: &str) -> Result<Tensor> {
    let fits =
        tensor.shape.len() == shape.len() && tensor.shape.iter().zip(shape).all(|(all, part)| part <= all);
    if !fits {
        return Err(Error::new(format!("{name} is {:?}; there is no part {shape:?} of it", tensor.shape)));
    }
    let mut values = Vec::with_capacity(shape.iter().product());
    add_prefix(&tensor.values, &tensor.shape, shape, &mut values);
    Ok(Tensor { shape: shape.to_vec(), values })
}

fn add_prefix(values: &[f32], all: &[usize], part: &[usize], to: &mut Vec<f32>) {
    let ([_, rest @ ..], [count, parts @ ..]) = (all, part) else { return to.extend(&values[..1]) };
    let each: usize = rest.iter().product();
    if rest == parts {
        return to.extend(&values[..count * each]);
    }
    values.chunks(each.max(1)).take(*count).for_each(|values| add_prefix(values, rest, parts, to));
}

/// The middle `[size, size, c]` of `[k, k, c]`.
fn middle(kernel: &Tensor, size: usize) -> Tensor {
    let (all, channels) = (kernel.shape[0], kernel.shape[2]);
    let border = (all - size) / 2;
    let rows = (border..border + size).map(|row| {
        let start = (row * all + border) * channels;
        &kernel.values[start..start + size * channels]
    });
    Tensor { shape: vec![size, size, channels], values: rows.flatten().copied().collect() }
}

/// Every channel of a kernel, as a vector, times a matrix.
fn transformed(matrix: &Tensor, kernel: &Tensor) -> Tensor {
    let (size, channels) = (matrix.shape[0], kernel.shape[2]);
    let mut values = vec![0.0; kernel.values.len()];
    for (row, to) in values.chunks_mut(channels).enumerate() {
        for (factor, from) in matrix.values[row * size..][..size].iter().zip(kernel.values.chunks(channels)) {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
        }
    }
    Tensor { shape: kernel.shape.clone(), values }
}
