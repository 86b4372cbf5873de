use std::collections::BTreeMap;

use burn::tensor::Tensor;
use featherlite_arch::{Kind, Network, Role, Weight};
use featherlite_ofa::{Choice, Space, matrix};

use crate::graph::Graph;
use crate::parameters::Source;
use crate::{Error, Result};

/// The parameters of one network of a space, as parts of those of the full one; gradients go to these.
pub(crate) struct Part<'a> {
    full: &'a dyn Source,
    /// Sizes of the full network's parameters, by name.
    sizes: &'a BTreeMap<String, Vec<usize>>,
    kernels: &'a [usize],
    network: Network,
    wanted: BTreeMap<String, Weight>,
}

impl<'a> Part<'a> {
    /// Of the network that is chosen.
    ///
    /// # Errors
    /// If it is none of the space.
    pub(crate) fn new(
        space: &'a Space,
        full: (&'a dyn Source, &'a BTreeMap<String, Vec<usize>>),
        choice: &Choice,
    ) -> Result<Self> {
        let network = space.arch(choice)?.network()?;
        let wanted = network.weights().into_iter().map(|weight| (weight.name.clone(), weight)).collect();
        Ok(Self { full: full.0, sizes: full.1, kernels: &space.kernels, network, wanted })
    }

    /// What the network computes.
    pub(crate) fn graph(&self) -> Graph {
        Graph::from(&self.network)
    }

    /// The kernel of a depthwise convolution: the middle of the full one, as the matrices change it.
    fn depthwise(
        &self,
        layer: &str,
        full: Tensor<1>,
        sizes: &[usize],
        wanted: &[usize],
    ) -> Result<Tensor<1>> {
        let (&[all, _, most], &[size, _, channels]) = (sizes, wanted) else {
            return Err(Error::mismatch(format!("{layer}: a depthwise kernel of {sizes:?}")));
        };
        let mut kernel: Tensor<3> = full.reshape([all, all, most]).narrow(2, 0, channels);
        for pair in self.kernels.windows(2).rev() {
            let (from, to) = (pair[1], pair[0]);
            if size < from && kernel.dims()[0] == from {
                let border = (from - to) / 2;
                let middle = kernel.narrow(0, border, to).narrow(1, border, to);
                let factors: Tensor<2> =
                    self.full.tensor(&matrix(layer, from, to))?.reshape([to * to, to * to]);
                kernel = factors.matmul(middle.reshape([to * to, channels])).reshape([to, to, channels]);
            }
        }
        Ok(kernel.reshape([size * size * channels]))
    }
}

impl Source for Part<'_> {
    fn tensor(&self, name: &str) -> Result<Tensor<1>> {
        let full = self.full.tensor(name)?;
        let (Some(sizes), Some(Weight { layer, role, shape, .. })) =
            (self.sizes.get(name), self.wanted.get(name))
        else {
            return Err(Error::mismatch(format!("the network has no parameter {name:?}")));
        };
        if sizes == shape {
            return Ok(full);
        }
        let layer = &self.network.layers[*layer];
        let is_depthwise = matches!(&layer.kind, Kind::Conv(conv) if conv.depthwise);
        if is_depthwise && *role == Role::Kernel {
            return self.depthwise(&layer.name, full, sizes, shape);
        }
        let fits = sizes.len() == shape.len()
            && sizes.len() <= 4
            && sizes.iter().zip(shape).all(|(all, part)| part <= all);
        if !fits {
            return Err(Error::mismatch(format!("{name} is {sizes:?}; there is no part {shape:?} of it")));
        }
        let four = |sizes: &[usize]| -> [usize; 4] {
            std::array::from_fn(|axis| sizes.get(axis).copied().unwrap_or(1))
        };
        let (all, part) = (four(sizes), four(shape));
        let mut tensor: Tensor<4> = full.reshape(all);
        for axis in (0..4).filter(|&axis| part[axis] < all[axis]) {
            tensor = tensor.narrow(axis, 0, part[axis]);
        }
        Ok(tensor.reshape([part.iter().product::<usize>()]))
    }
}

#[cfg(test)]
mod tests {
    use featherlite_arch::Weights;
    use featherlite_data::Random;
    use featherlite_ofa::spaces;

    use super::*;
    use crate::forward::{Mode, Pass, constant};
    use crate::parameters::{Fixed, Parameters, numbers};

    /// Weights with which every block adds something.
    fn weights(space: &Space) -> Weights {
        let mut weights = space.initialize(3).unwrap();
        let mut random = Random::of(&[5]);
        let gammas: Vec<String> = weights.iter().map(|(name, _)| name.to_owned()).collect();
        for name in gammas.iter().filter(|name| name.ends_with(".gamma")) {
            weights.get_mut(name).unwrap().values.fill_with(|| random.between(0.5, 1.5));
        }
        weights
    }

    /// A part computes what the network computes that was taken out of the whole.
    #[test]
    fn parts_compute_what_networks_of_their_own_compute() {
        let space = spaces::find("ofa-small").unwrap();
        let space = Space { full: space.full.clone().with_classes(5), ..space };
        let mut weights = weights(&space);
        let mut random = Random::of(&[4]);
        for (name, kernel) in space.matrices().unwrap() {
            assert_eq!(weights.get(&name).unwrap().values.len(), kernel.pow(4));
            weights
                .get_mut(&name)
                .unwrap()
                .values
                .iter_mut()
                .for_each(|value| *value += 0.1 * random.normal());
        }
        let device = crate::processor();
        let parameters = Parameters::of_all(&weights, &device);
        let sizes: BTreeMap<String, Vec<usize>> =
            weights.iter().map(|(name, tensor)| (name.to_owned(), tensor.shape.clone())).collect();
        for _ in 0..8 {
            let choice = space.draw(&mut random);
            let side = choice.resolution;
            let pixels: Vec<f32> = (0..2 * side * side * 3).map(|_| random.between(-1.0, 1.0)).collect();
            let images = || constant(pixels.clone(), [2, side, side, 3], &device);
            let fixed = Fixed(&parameters);
            let part = Part::new(&space, (&fixed, &sizes), &choice).unwrap();
            let shared =
                numbers(Pass::new(&part, Mode::Evaluate).run(&part.graph(), images()).unwrap()).unwrap();

            let network = space.arch(&choice).unwrap().network().unwrap();
            let own = space.extract(&weights, &choice).unwrap();
            let own = Parameters::new(network.weights(), &own, &device).unwrap();
            let own = Fixed(&own);
            let alone =
                numbers(Pass::new(&own, Mode::Evaluate).run(&Graph::from(&network), images()).unwrap())
                    .unwrap();
            let largest = alone.iter().fold(1e-6f32, |largest, a| largest.max(a.abs()));
            for (shared, alone) in shared.iter().zip(&alone) {
                assert!((shared - alone).abs() <= 1e-5 * largest, "{choice:?}: {shared} {alone}");
            }
        }
    }

    /// Gradients of a part are zero where it has no part of a weight, and reach the matrices of its kernels.
    #[test]
    fn gradients_go_to_what_is_used() {
        let space = spaces::find("ofa-small").unwrap();
        let space = Space { full: space.full.clone().with_classes(5), ..space };
        let weights = weights(&space);
        let device = crate::processor();
        let parameters = Parameters::of_all(&weights, &device);
        let sizes: BTreeMap<String, Vec<usize>> =
            weights.iter().map(|(name, tensor)| (name.to_owned(), tensor.shape.clone())).collect();
        let choice = space.even(20, 5, 4.0, 2);
        let part = Part::new(&space, (&parameters, &sizes), &choice).unwrap();
        let mut random = Random::of(&[4]);
        let pixels: Vec<f32> = (0..4 * 20 * 20 * 3).map(|_| random.between(-1.0, 1.0)).collect();
        let images = constant(pixels, [4, 20, 20, 3], parameters.device());
        let scores = Pass::new(&part, Mode::Train { seed: 1 }).run(&part.graph(), images).unwrap();
        let gradients = parameters.gradients((scores.clone() * scores).mean().backward());
        let of = |name: &str| {
            gradients.iter().find(|(known, ..)| known == name).map(|(.., gradient)| gradient.clone())
        };
        let kernel = numbers(of("blocks.2.1.project.kernel").unwrap()).unwrap();
        let columns = sizes["blocks.2.1.project.kernel"][3];
        let used = space.middle(24, 4.0);
        assert!(kernel.chunks(columns).all(|row| row[used..].iter().all(|&x| x == 0.0)));
        assert!(kernel.chunks(columns).any(|row| row[..used].iter().any(|&x| x != 0.0)));
        assert!(of(&matrix("blocks.2.1.depthwise", 7, 5)).is_some());
        assert!(of(&matrix("blocks.2.1.depthwise", 5, 3)).is_none(), "kernels of 3 are not used");
        assert!(of("blocks.2.2.project.kernel").is_none(), "the third block is not used");
    }
}
