//! Convolutions that follow each other directly, which the processor computes as one operation.

use super::{Graph, Kind};
use featherlite_train_kernels::Activation;

/// Convolutions with batch normalization, each the only reader of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// The convolutions.
    pub(crate) steps: Vec<usize>,
    /// The sum of the last of them and what the first reads.
    pub(crate) sum: Option<usize>,
}

/// What becomes of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is computed on its own.
    Single,
    /// It is part of a chain that ends later.
    Inner,
    /// It ends a chain.
    End(Chain),
}

impl Chain {
    /// The step that has its result.
    fn end(&self) -> usize {
        self.sum.or(self.steps.last().copied()).unwrap_or_default()
    }
}

/// The role of every step.
pub(crate) fn chains(graph: &Graph) -> Vec<Role> {
    let mut readers = vec![0; graph.steps.len()];
    graph.steps.iter().flat_map(|step| &step.inputs).for_each(|&input| readers[input] += 1);
    let mut open: Vec<Chain> = Vec::new();
    for (index, step) in graph.steps.iter().enumerate() {
        let follows = |chain: &Chain, value: usize| chain.end() == value && readers[value] == 1;
        match (&step.kind, &step.inputs[..]) {
            (Kind::Convolve(convolve), &[input])
                if convolve.norm.is_some() && !convolve.has_bias && convolve.shift.is_empty() =>
            {
                match open.iter_mut().find(|chain| chain.sum.is_none() && follows(chain, input)) {
                    Some(chain) => chain.steps.push(index),
                    None => open.push(Chain { steps: vec![index], sum: None }),
                }
            }
            (&Kind::Add { drop_rate: 0.0, activation: Activation::None }, &[shortcut, branch]) => {
                let begins = |chain: &Chain| graph.steps[chain.steps[0]].inputs == [shortcut];
                let chain = open.iter_mut().find(|chain| follows(chain, branch) && begins(chain));
                if let Some(chain) = chain {
                    chain.sum = Some(index);
                }
            }
            _ => {}
        }
    }
    let mut roles = vec![Role::Single; graph.steps.len()];
    for chain in open {
        chain.steps.iter().for_each(|&step| roles[step] = Role::Inner);
        let end = chain.end();
        roles[end] = Role::End(chain);
    }
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(name: &str) -> Vec<(String, Role)> {
        let network = featherlite_arch::find(name).unwrap().with_resolution(64).network().unwrap();
        let graph = Graph::from(&network);
        let names = graph.steps.iter().map(|step| step.name.clone());
        names.zip(chains(&graph)).collect()
    }

    fn chain(name: &str, end: &str) -> (usize, bool) {
        match roles(name).into_iter().find(|(name, _)| name == end) {
            Some((_, Role::End(chain))) => (chain.steps.len(), chain.sum.is_some()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn blocks_without_branches_are_chains() {
        assert_eq!(chain("mobilenet_v2_1.0", "blocks.1.1.add"), (3, true));
        assert_eq!(chain("mobilenet_v2_1.0", "blocks.1.0.project"), (6, false));
    }

    #[test]
    fn gates_and_second_readers_end_chains() {
        assert_eq!(chain("mobilenet_v3_small", "blocks.0.0.depthwise").0, 2);
        assert_eq!(chain("shufflenet_v2_1.0", "blocks.0.0.project").0, 3);
        let single = roles("shufflenet_v2_1.0").into_iter().find(|(name, _)| name == "blocks.0.0.concat");
        assert_eq!(single.unwrap().1, Role::Single);
    }
}
