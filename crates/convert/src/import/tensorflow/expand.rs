//! One graph without calls: what is needed for some results, in an order in which it can run.
//!
//! Calls are entered, never copied: a *frame* is one call of one function, and a value is followed from frame to frame
//! until it comes to a node that computes something. What no result needs is never looked at. Control inputs count only
//! where variables change: reads and writes keep their order.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use featherlite_base::ErrorKind;

use super::messages::NodeDef;
use super::program::{Body, DEEPEST, Program, Source, reads, writes};
use crate::{Error, Result};

/// Most nodes that a program may come to when all calls are expanded.
const MOST_NODES: usize = 1 << 20;
/// Most calls.
const MOST_FRAMES: usize = 1 << 18;
/// Most steps from a use of a value to the node that computes it.
const MOST_STEPS: usize = 1 << 16;

/// Operations whose output `i` is their input `i` when a network runs for its results only.
const PASS: &[&str] = &[
    "CheckNumerics",
    "CheckNumericsV2",
    "DebugIdentityV2",
    "EnsureShape",
    "Identity",
    "IdentityN",
    "PlaceholderWithDefault",
    "PlaceholderWithDefaultV2",
    "PreventGradient",
    "Print",
    "PrintV2",
    "Snapshot",
    "StopGradient",
];

/// Nodes in an order in which they can run.
#[derive(Default)]
pub(crate) struct Flat<'a> {
    pub(crate) nodes: Vec<FlatNode<'a>>,
    pub(crate) results: Vec<Endpoint>,
}

/// A node of [`Flat`].
pub(crate) struct FlatNode<'a> {
    /// The node's name after the scopes of its calls.
    pub(crate) name: String,
    pub(crate) def: &'a NodeDef,
    pub(crate) inputs: Vec<Endpoint>,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Endpoint {
    /// An input of the whole.
    Argument(usize),
    /// An output of one of the nodes.
    Output { node: usize, output: usize },
}

/// What [`expand`] starts from.
pub(crate) struct Request<'a, 'r> {
    pub(crate) body: Rc<Body<'a>>,
    /// Values of the body that count as arguments.
    pub(crate) cut: &'r [Source],
    pub(crate) results: &'r [Source],
    /// Nodes of the body that run for their effects.
    pub(crate) effects: &'r [usize],
}

/// Expands what `request` needs.
///
/// # Errors
/// Functions that call themselves, cycles, missing functions and inputs, and programs that grow beyond all measure.
pub(crate) fn expand<'a>(program: &Program<'a>, request: &Request<'a, '_>) -> Result<Flat<'a>> {
    let cut = request.cut.iter().enumerate().map(|(index, &source)| (source, index)).collect();
    let root = Frame { body: Rc::clone(&request.body), call: None, scope: String::new(), depth: 0 };
    let mut expansion = Expansion {
        program,
        cut,
        frames: vec![root],
        entered: HashMap::new(),
        placed: HashMap::new(),
        pending: Vec::new(),
        nodes: Vec::new(),
    };
    let mut targets = Vec::new();
    for &source in request.results {
        let target = expansion.resolve(0, source)?;
        expansion.place(target.key())?;
        targets.push(target);
    }
    let effects = request.effects.iter().map(|&node| (0, node)).collect();
    let effects = expansion.ordered_before(effects, Order::Writes)?;
    expansion.pending.extend(effects);
    while let Some(key) = expansion.pending.pop() {
        expansion.place(Some(key))?;
    }
    let results = targets.into_iter().map(|target| expansion.endpoint(target)).collect::<Result<_>>()?;
    Ok(Flat { nodes: expansion.nodes, results })
}

struct Expansion<'a, 'p> {
    program: &'p Program<'a>,
    cut: HashMap<Source, usize>,
    frames: Vec<Frame<'a>>,
    /// The frame that a call node was entered with.
    entered: HashMap<Key, usize>,
    placed: HashMap<Key, Place>,
    /// Nodes with effects that nothing placed so far needs.
    pending: Vec<Key>,
    nodes: Vec<FlatNode<'a>>,
}

/// One call of a function.
struct Frame<'a> {
    body: Rc<Body<'a>>,
    call: Option<Key>,
    scope: String,
    depth: usize,
}

/// A node: the number of its frame, its number there.
type Key = (usize, usize);

/// A value, followed to where it is made.
#[derive(Clone, Copy)]
enum Target {
    Argument(usize),
    Output { key: Key, output: usize },
}

impl Target {
    fn key(self) -> Option<Key> {
        match self {
            Self::Argument(_) => None,
            Self::Output { key, .. } => Some(key),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// What the node needs is being placed.
    Open,
    At(usize),
}

/// Which nodes must come before another.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Writes,
    ReadsAndWrites,
}

/// Steps of the walk: before and after what a node needs.
enum Step {
    Enter(Key),
    Leave(Key),
}

impl<'a> Expansion<'a, '_> {
    fn def(&self, (frame, node): Key) -> Result<&'a NodeDef> {
        let node = self.frames.get(frame).and_then(|frame| frame.body.nodes.get(node));
        node.map(|node| node.def).ok_or_else(|| Error::internal("a node that does not exist"))
    }

    /// Follows a value through calls, arguments and identities.
    fn resolve(&mut self, mut frame: usize, mut source: Source) -> Result<Target> {
        for _ in 0..MOST_STEPS {
            if frame == 0
                && let Some(&index) = self.cut.get(&source)
            {
                return Ok(Target::Argument(index));
            }
            match source {
                Source::Argument(index) => match self.frames[frame].call {
                    None => return Ok(Target::Argument(index)),
                    Some((caller, node)) => {
                        source = self.input(caller, node, index)?;
                        frame = caller;
                    }
                },
                Source::Output { node, output } => {
                    let def = self.def((frame, node))?;
                    if let Some(name) = self.program.called(def) {
                        let callee = self.enter((frame, node), name)?;
                        let results = &self.frames[callee].body.results;
                        source = *results.get(output).ok_or_else(|| {
                            Error::invalid(format!("{name} has {} results; {output} is used", results.len()))
                        })?;
                        frame = callee;
                    } else if PASS.contains(&def.op.as_str()) {
                        source = self.input(frame, node, output)?;
                    } else {
                        return Ok(Target::Output { key: (frame, node), output });
                    }
                }
            }
        }
        Err(Error::invalid("a value that depends on itself"))
    }

    fn input(&self, frame: usize, node: usize, index: usize) -> Result<Source> {
        let node = &self.frames[frame].body.nodes[node];
        node.inputs.get(index).copied().ok_or_else(|| {
            let (def, count) = (node.def, node.inputs.len());
            Error::invalid(format!("node {} ({}) has {count} inputs; {index} is used", def.name, def.op))
        })
    }

    /// The frame of a call.
    fn enter(&mut self, call: Key, name: &str) -> Result<usize> {
        if let Some(&frame) = self.entered.get(&call) {
            return Ok(frame);
        }
        self.refuse_recursion(call.0, name)?;
        let body = self.program.function(name)?;
        let caller = &self.frames[call.0];
        let scope = scope(&caller.scope, &self.def(call)?.name);
        let frame = Frame { body: Rc::clone(&body), call: Some(call), scope, depth: caller.depth + 1 };
        let index = self.frames.len();
        if index >= MOST_FRAMES {
            return Err(Error::new(
                ErrorKind::LimitReached,
                format!("more than {MOST_FRAMES} function calls"),
            ));
        }
        self.frames.push(frame);
        self.entered.insert(call, index);
        if body.writes {
            let effects = body.effects.iter().map(|&node| (index, node)).collect();
            let effects = self.ordered_before(effects, Order::Writes)?;
            self.pending.extend(effects);
        }
        Ok(index)
    }

    fn refuse_recursion(&self, frame: usize, name: &str) -> Result<()> {
        let mut frame = &self.frames[frame];
        if frame.depth >= DEEPEST {
            return Err(Error::new(
                ErrorKind::LimitReached,
                format!("calls of functions deeper than {DEEPEST}"),
            ));
        }
        loop {
            if frame.body.name == name {
                return Err(Error::unsupported(format!("the function {name} calls itself"))
                    .hint("TFLite has no recursion: write it as a loop"));
            }
            match frame.call {
                Some((caller, _)) => frame = &self.frames[caller],
                None => return Ok(()),
            }
        }
    }

    /// Places a node after all that it needs.
    fn place(&mut self, key: Option<Key>) -> Result<()> {
        let mut steps: Vec<Step> = key.into_iter().map(Step::Enter).collect();
        while let Some(step) = steps.pop() {
            match step {
                Step::Enter(key) => match self.placed.get(&key) {
                    Some(Place::At(_)) => {}
                    Some(Place::Open) => return Err(self.cycle(key)),
                    None => {
                        self.placed.insert(key, Place::Open);
                        let needed = self.needed(key)?;
                        steps.push(Step::Leave(key));
                        steps.extend(needed.into_iter().rev().map(Step::Enter));
                    }
                },
                Step::Leave(key) => self.append(key)?,
            }
        }
        Ok(())
    }

    fn cycle(&self, key: Key) -> Error {
        let node = self.def(key).map(|def| format!("node {} ({})", def.name, def.op)).unwrap_or_default();
        Error::unsupported(format!("{node} depends on itself")).hint(
            "loops of TensorFlow 1 (Enter, NextIteration, Exit) are not converted: export the model with \
             tf.compat.v1.enable_control_flow_v2() or from a tf.function",
        )
    }

    fn append(&mut self, key: Key) -> Result<()> {
        let def = self.def(key)?;
        let inputs =
            self.data(key)?.into_iter().map(|target| self.endpoint(target)).collect::<Result<_>>()?;
        let name = scope(&self.frames[key.0].scope, &def.name);
        self.placed.insert(key, Place::At(self.nodes.len()));
        self.nodes.push(FlatNode { name, def, inputs });
        if self.nodes.len() > MOST_NODES {
            return Err(Error::new(ErrorKind::LimitReached, format!("more than {MOST_NODES} nodes")));
        }
        Ok(())
    }

    fn endpoint(&self, target: Target) -> Result<Endpoint> {
        match target {
            Target::Argument(index) => Ok(Endpoint::Argument(index)),
            Target::Output { key, output } => match self.placed.get(&key) {
                Some(&Place::At(node)) => Ok(Endpoint::Output { node, output }),
                _ => Err(self.cycle(key)),
            },
        }
    }

    fn data(&mut self, (frame, node): Key) -> Result<Vec<Target>> {
        let sources = self.frames[frame].body.nodes[node].inputs.clone();
        sources.into_iter().map(|source| self.resolve(frame, source)).collect()
    }

    /// Nodes that must come before this one: its inputs, and what it finds or leaves in variables.
    fn needed(&mut self, key: Key) -> Result<Vec<Key>> {
        let mut needed: Vec<Key> = self.data(key)?.into_iter().filter_map(Target::key).collect();
        let def = self.def(key)?;
        let order = if self.program.node_writes(def) {
            Order::ReadsAndWrites
        } else if reads(&def.op) {
            Order::Writes
        } else {
            return Ok(needed);
        };
        let mut at = Some(key);
        while let Some((frame, node)) = at {
            let body = Rc::clone(&self.frames[frame].body);
            if body.writes {
                let before = body.nodes[node].controls.iter().map(|&node| (frame, node)).collect();
                needed.extend(self.ordered_before(before, order)?);
            }
            at = self.frames[frame].call;
        }
        Ok(needed)
    }

    /// Which nodes touch variables among `keys` and those that control inputs put before them.
    fn ordered_before(&mut self, mut keys: Vec<Key>, order: Order) -> Result<Vec<Key>> {
        let mut seen: HashSet<Key> = keys.iter().copied().collect();
        let mut found = Vec::new();
        while let Some(key) = keys.pop() {
            let def = self.def(key)?;
            let before: Vec<Key> = if let Some(name) = self.program.called(def) {
                if !self.program.node_writes(def) && order == Order::Writes {
                    continue;
                }
                let callee = self.enter(key, name)?;
                self.frames[callee].body.effects.iter().map(|&node| (callee, node)).collect()
            } else if writes(&def.op)
                || self.program.node_writes(def)
                || order == Order::ReadsAndWrites && reads(&def.op)
            {
                found.push(key);
                continue;
            } else {
                self.frames[key.0].body.nodes[key.1].controls.iter().map(|&node| (key.0, node)).collect()
            };
            keys.extend(before.into_iter().filter(|key| seen.insert(*key)));
        }
        Ok(found)
    }
}

/// `name` in `scope`. Calls that TensorFlow named itself say nothing and are left out.
fn scope(scope: &str, name: &str) -> String {
    let is_generic = name
        .strip_prefix("StatefulPartitionedCall")
        .or_else(|| name.strip_prefix("PartitionedCall"))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    match (scope, is_generic) {
        (_, true) => scope.to_owned(),
        ("", false) => name.to_owned(),
        _ => format!("{scope}/{name}"),
    }
}
