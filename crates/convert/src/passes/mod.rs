//! Passes: small, named rewrites of a graph, in two stages. *Tidy* works towards few simple nodes, *lower* towards the
//! operators and layouts that run fast.
//!
//! Most passes are a rule: a function that looks at one node and, where it matches, builds the nodes that replace it. A
//! rule is tried on every node until nothing matches any more; what nothing reads afterwards goes. After each pass the graph
//! is checked, and errors name the pass.

use featherlite_ir::{Model, NodeId};

use crate::{Error, Result};

mod activation;
mod affine;
mod affine_ahead;
mod bias;
mod bounds;
mod canonical;
mod channel_shuffle;
mod dead_code;
mod dilation;
mod duplicates;
mod erf;
mod factor;
mod fold_constants;
mod gather;
mod gelu;
mod hard_swish;
mod identity;
mod l2_normalization;
mod layer_norm;
mod layout;
mod loops;
mod lstm;
mod matmul;
mod mean;
mod padding;
mod prelu;
mod product;
mod quantized;
mod reshape;
mod rewriter;
mod softmax;
mod squared_difference;
mod transpose;

pub(crate) use rewriter::Rewriter;
use transpose::chain as transpose_chain;

/// What a pass is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Fewer, simpler nodes.
    Tidy,
    /// Operators and layouts that run fast.
    Lower,
}

/// Looks at a node; whether it changed the graph.
type Rule = fn(&mut Rewriter<'_>, NodeId) -> Result<bool>;

enum Run {
    /// Tried on every node.
    Rules(&'static [Rule]),
    /// Works on a whole graph; whether it changed it.
    Graph(fn(&mut Model, usize) -> Result<bool>),
}

/// A named rewrite.
pub struct Pass {
    /// Its name, for `--passes` and `--dump-ir`.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// Its stage.
    pub stage: Stage,
    run: Run,
}

/// All passes in the order in which they run. *Lower* repeats until nothing changes.
pub static PASSES: &[Pass] = &[
    dead_code::PASS,
    fold_constants::PASS,
    identity::PASS,
    reshape::PASS,
    canonical::PASS,
    duplicates::PASS,
    dilation::PASS,
    squared_difference::PASS,
    bounds::PASS,
    hard_swish::PASS,
    gelu::PASS,
    prelu::PASS,
    softmax::PASS,
    l2_normalization::PASS,
    layer_norm::PASS,
    gather::PASS,
    matmul::PASS,
    loops::PASS,
    lstm::PASS,
    layout::PASS,
    transpose::PASS,
    channel_shuffle::PASS,
    mean::PASS,
    factor::PASS,
    affine::PASS,
    affine_ahead::PASS,
    padding::PASS,
    activation::PASS,
    bias::PASS,
    erf::PASS,
    quantized::PASS,
];

/// How often a stage repeats at most: rules that undo each other are a defect, not a reason to run for ever.
const ROUNDS: usize = 32;

/// Runs passes over a model. `after` is called with the name of each pass that changed something.
///
/// # Errors
/// If `only` names a pass that does not exist, or a pass fails.
pub fn run(model: &mut Model, only: Option<&[String]>, mut after: impl FnMut(&str, &Model)) -> Result<()> {
    if let Some(unknown) =
        only.unwrap_or_default().iter().find(|name| PASSES.iter().all(|pass| pass.name != **name))
    {
        let names: Vec<&str> = PASSES.iter().map(|pass| pass.name).collect();
        return Err(Error::argument(format!("there is no pass {unknown:?}"))
            .hint(format!("the passes are {}", names.join(", "))));
    }
    let is_wanted = |pass: &&Pass| only.is_none_or(|only| only.iter().any(|name| name == pass.name));
    for stage in [Stage::Tidy, Stage::Lower] {
        for _ in 0..ROUNDS {
            let mut is_changed = false;
            for pass in
                PASSES.iter().filter(is_wanted).filter(|pass| pass.stage == stage || stage == Stage::Lower)
            {
                if pass.run(model).map_err(|error| error.at(format!("pass {}", pass.name)))? {
                    is_changed = true;
                    after(pass.name, model);
                }
            }
            if !is_changed {
                break;
            }
        }
    }
    Ok(())
}

impl Pass {
    const fn rules(name: &'static str, stage: Stage, summary: &'static str, rules: &'static [Rule]) -> Self {
        Self { name, summary, stage, run: Run::Rules(rules) }
    }

    fn run(&self, model: &mut Model) -> Result<bool> {
        let mut is_changed = false;
        let mut graph = 0;
        // A pass may remove graphs.
        while graph < model.graphs.len() {
            is_changed |= match &self.run {
                Run::Graph(run) => run(model, graph)?,
                Run::Rules(rules) => apply(model, graph, rules)?,
            };
            graph += 1;
        }
        if is_changed {
            model.check()?;
        }
        Ok(is_changed)
    }
}

/// Tries rules on every node of a graph until none matches.
fn apply(model: &mut Model, graph: usize, rules: &[Rule]) -> Result<bool> {
    let mut is_changed = false;
    for _ in 0..ROUNDS {
        let nodes: Vec<NodeId> = model.graphs[graph].nodes().map(|(id, _)| id).collect();
        let mut matched = false;
        for id in nodes {
            for rule in rules {
                let Some(node) = model.graphs[graph].find(id) else { break };
                let place = format!("node {:?} ({})", node.name, node.op.name());
                let mut rewriter = Rewriter::new(model, graph);
                matched |= rule(&mut rewriter, id).map_err(|error| error.at(place))?;
            }
        }
        if !matched {
            break;
        }
        is_changed = true;
        dead_code::remove(&mut model.graphs[graph]);
    }
    Ok(is_changed)
}
