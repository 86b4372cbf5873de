//! What networks of a space cost, as sums over their blocks, or as the most of them: known at once for any of them.

use featherlite_arch::{Arch, Section};

use crate::{BlockChoice, Choice, Error, Result, Space, Table, layers};

/// Costs of the parts of all networks of a space.
#[derive(Clone, Debug, PartialEq)]
pub struct Costs {
    space: Space,
    joined: Joined,
    /// For each resolution what all networks have.
    fixed: Vec<f64>,
    /// For each resolution, block, kernel and expansion.
    blocks: Vec<f64>,
}

/// How costs of parts become that of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Joined {
    Sum,
    Most,
}

impl Joined {
    fn join(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Sum => a + b,
            Self::Most => a.max(b),
        }
    }
}

/// What all networks have, and what each block costs.
type Parts = (f64, Vec<f64>);

impl Costs {
    /// Multiply-adds.
    ///
    /// # Errors
    /// If the space makes no networks.
    pub fn macs(space: &Space) -> Result<Self> {
        let macs = |section: &Section| section.cost.macs as f64;
        Self::new(space, Joined::Sum, &|arch| by_section(arch, Joined::Sum, &macs))
    }

    /// Parameters.
    ///
    /// # Errors
    /// If the space makes no networks.
    pub fn parameters(space: &Space) -> Result<Self> {
        let parameters = |section: &Section| section.cost.parameters as f64;
        Self::new(space, Joined::Sum, &|arch| by_section(arch, Joined::Sum, &parameters))
    }

    /// Bytes of activations at once, of which each takes `bytes` (1 in 8-bit networks). A bound: kernels that need no whole
    /// tensor between two convolutions make do with less.
    ///
    /// # Errors
    /// If the space makes no networks.
    pub fn memory(space: &Space, bytes: usize) -> Result<Self> {
        Self::new(space, Joined::Most, &|arch| {
            let alive = arch.network()?.alive();
            let most = |section: &Section| {
                alive[section.layers.clone()].iter().max().map_or(0.0, |&most| most as f64)
            };
            by_section(arch, Joined::Most, &|section| bytes as f64 * most(section))
        })
    }

    /// What a table holds: microseconds, or what else it is of.
    ///
    /// # Errors
    /// If the table was made for another space.
    pub fn latency(space: &Space, table: &Table) -> Result<Self> {
        let first = 1 + space.full.stages.first().map_or(0, Vec::len);
        Self::new(space, Joined::Sum, &|arch| {
            table.predict(arch)?;
            let times: Vec<f64> =
                layers(arch)?.iter().map(|layer| table.layers[&layer.to_string()]).collect();
            let blocks = times[first..first + space.slots()].to_vec();
            let fixed = times.iter().sum::<f64>() - blocks.iter().sum::<f64>();
            Ok((fixed, blocks))
        })
    }

    /// `of` gives for a network of greatest depth what is fixed, and the costs of its blocks. A block costs the same in all networks that have it.
    fn new(space: &Space, joined: Joined, of: &dyn Fn(&Arch) -> Result<Parts>) -> Result<Self> {
        let depth = space.depths.last().copied().unwrap_or(1);
        let (kernels, expands) = (space.kernels.len(), space.expands.len());
        let slots = space.slots();
        let mut fixed = Vec::new();
        let mut blocks = vec![0.0; space.resolutions.len() * slots * kernels * expands];
        for (place, &resolution) in space.resolutions.iter().enumerate() {
            for (kernel_place, &kernel) in space.kernels.iter().enumerate() {
                for (expand_place, &expand) in space.expands.iter().enumerate() {
                    let arch = space.arch(&space.even(resolution, kernel, expand, depth))?;
                    let (base, all) = of(&arch)?;
                    if kernel_place == 0 && expand_place == 0 {
                        fixed.push(base);
                    }
                    for (slot, cost) in all.into_iter().enumerate() {
                        blocks[((place * slots + slot) * kernels + kernel_place) * expands + expand_place] =
                            cost;
                    }
                }
            }
        }
        Ok(Self { space: space.clone(), joined, fixed, blocks })
    }

    /// What a network costs.
    ///
    /// # Errors
    /// If it is none of the space.
    pub fn of(&self, choice: &Choice) -> Result<f64> {
        let Space { kernels, expands, resolutions, .. } = &self.space;
        let unknown = || Error::new(format!("no network of the space {:?}", self.space.name));
        let place = resolutions.iter().position(|&known| known == choice.resolution).ok_or_else(unknown)?;
        let slots = self.space.slots();
        let (mut total, mut start) = (self.fixed[place], 0);
        for ((_, all), (_, blocks)) in self.space.stages().zip(choice.stages(&self.space)) {
            for (slot, BlockChoice { kernel, expand }) in (start..).zip(blocks) {
                let kernel = kernels.iter().position(|known| known == kernel).ok_or_else(unknown)?;
                let expand = expands.iter().position(|known| known == expand).ok_or_else(unknown)?;
                let cost =
                    self.blocks[((place * slots + slot) * kernels.len() + kernel) * expands.len() + expand];
                total = self.joined.join(total, cost);
            }
            start += all.len();
        }
        Ok(total)
    }
}

/// By the sections of a network: those that are fixed, and each block that is chosen.
fn by_section(arch: &Arch, joined: Joined, cost: &dyn Fn(&Section) -> f64) -> Result<Parts> {
    let network = arch.network()?;
    let (mut fixed, mut blocks) = (0.0, Vec::new());
    for section in network.sections() {
        match section.name.starts_with("blocks.") && !section.name.starts_with("blocks.0.") {
            true => blocks.push(cost(&section)),
            false => fixed = joined.join(fixed, cost(&section)),
        }
    }
    Ok((fixed, blocks))
}

#[cfg(test)]
mod tests {
    use featherlite_data::Random;

    use super::*;
    use crate::measure::Scheme;
    use crate::spaces;

    #[test]
    fn sums_over_blocks_are_what_networks_cost() {
        let space = spaces::find("ofa-small").unwrap();
        let (macs, parameters) = (Costs::macs(&space).unwrap(), Costs::parameters(&space).unwrap());
        let memory = Costs::memory(&space, 1).unwrap();
        let mut random = Random::of(&[2]);
        for _ in 0..50 {
            let choice = space.draw(&mut random);
            let network = space.arch(&choice).unwrap().network().unwrap();
            assert_eq!(macs.of(&choice).unwrap(), network.macs() as f64);
            assert_eq!(parameters.of(&choice).unwrap(), network.parameters() as f64);
            let most = network.alive().into_iter().max().unwrap();
            assert_eq!(memory.of(&choice).unwrap(), most as f64);
        }
    }

    #[test]
    fn times_are_those_of_the_table() {
        let space = spaces::find("ofa-small").unwrap();
        let mut table = Table::new("a test", &space, Scheme::Float, 1);
        for &resolution in &space.resolutions {
            for (&kernel, &expand) in
                space.kernels.iter().flat_map(|k| space.expands.iter().map(move |e| (k, e)))
            {
                for layer in layers(&space.arch(&space.even(resolution, kernel, expand, 4)).unwrap()).unwrap()
                {
                    let time = 1.0 + table.layers.len() as f64;
                    table.layers.entry(layer.to_string()).or_insert(time);
                }
            }
        }
        let costs = Costs::latency(&space, &table).unwrap();
        let mut random = Random::of(&[2]);
        for _ in 0..20 {
            let choice = space.draw(&mut random);
            let expected = table.predict(&space.arch(&choice).unwrap()).unwrap();
            assert!((costs.of(&choice).unwrap() - expected).abs() < 1e-9 * expected);
        }
    }
}
