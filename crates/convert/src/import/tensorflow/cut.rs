//! Networks that begin or end elsewhere than the source says.

use super::expand::{Endpoint, Flat};
use super::messages::attr_value::Value;
use super::signature::{Entry, Input, unknown};
use crate::Result;
use crate::import::Options;

/// Begins and ends an entry at the nodes that options name.
///
/// # Errors
/// Names that are no node.
pub(crate) fn cut(entry: &mut Entry<'_>, options: &Options) -> Result<()> {
    if !options.outputs.is_empty() {
        let results =
            options.outputs.iter().map(|name| match entry.outputs.iter().position(|output| output == name) {
                Some(index) => Ok(entry.flat.results[index]),
                None => find(&entry.flat, name).ok_or_else(|| missing("the output", name, entry)),
            });
        entry.flat.results = results.collect::<Result<_>>()?;
        entry.outputs.clone_from(&options.outputs);
        prune(&mut entry.flat);
    }
    let known = |name: &String| entry.inputs.iter().any(|input| input.name == *name || input.tensor == *name);
    let new: Vec<&String> = options.inputs.iter().filter(|name| !known(name)).collect();
    for name in new {
        let endpoint = find(&entry.flat, name).ok_or_else(|| missing("the input", name, entry))?;
        let input = input(&entry.flat, endpoint, name)?;
        replace(&mut entry.flat, endpoint, Endpoint::Argument(entry.inputs.len()));
        entry.inputs.push(input);
        prune(&mut entry.flat);
    }
    if !options.inputs.is_empty() {
        keep_used(entry);
    }
    Ok(())
}

fn missing(what: &str, name: &str, entry: &Entry<'_>) -> crate::Error {
    unknown(what, name, entry.flat.nodes.iter().map(|node| node.name.as_str()))
}

/// The output `node` or `node:1`.
fn find(flat: &Flat<'_>, text: &str) -> Option<Endpoint> {
    let (name, output) = match text.rsplit_once(':') {
        Some((name, output)) => (name, output.parse().ok()?),
        None => (text, 0),
    };
    let node = flat.nodes.iter().position(|node| node.name == name)?;
    Some(Endpoint::Output { node, output })
}

/// A node's output as an input of the network. Its sizes are not known: the user must state them.
fn input(flat: &Flat<'_>, endpoint: Endpoint, name: &str) -> Result<Input> {
    let def = match endpoint {
        Endpoint::Output { node, .. } => flat.nodes.get(node).map(|node| node.def),
        Endpoint::Argument(_) => None,
    };
    let attribute = |name: &str| def.and_then(|def| def.attr.get(name)?.value.as_ref());
    let dtype = ["dtype", "T", "DstT", "Tout"].iter().find_map(|name| match attribute(name) {
        Some(Value::Type(code)) => Some(*code),
        _ => None,
    });
    let shape = match attribute("shape") {
        Some(Value::Shape(shape)) => Some(shape),
        _ => None,
    };
    Input::new(name, name, dtype.unwrap_or(1), shape)
}

fn replace(flat: &mut Flat<'_>, old: Endpoint, new: Endpoint) {
    let inputs = flat.nodes.iter_mut().flat_map(|node| &mut node.inputs);
    inputs.chain(&mut flat.results).filter(|endpoint| **endpoint == old).for_each(|endpoint| *endpoint = new);
}

/// Removes the nodes that no result needs.
fn prune(flat: &mut Flat<'_>) {
    let mut is_needed = vec![false; flat.nodes.len()];
    let mark = |is_needed: &mut Vec<bool>, endpoint: &Endpoint| {
        if let Endpoint::Output { node, .. } = *endpoint {
            is_needed[node] = true;
        }
    };
    flat.results.iter().for_each(|endpoint| mark(&mut is_needed, endpoint));
    for index in (0..flat.nodes.len()).rev() {
        if is_needed[index] {
            flat.nodes[index].inputs.iter().for_each(|endpoint| mark(&mut is_needed, endpoint));
        }
    }
    let mut places = Vec::with_capacity(is_needed.len());
    let mut count = 0;
    for &is_needed in &is_needed {
        places.push(count);
        count += usize::from(is_needed);
    }
    let mut index = 0;
    flat.nodes.retain(|_| {
        index += 1;
        is_needed[index - 1]
    });
    let inputs = flat.nodes.iter_mut().flat_map(|node| &mut node.inputs);
    for endpoint in inputs.chain(&mut flat.results) {
        if let Endpoint::Output { node, .. } = endpoint {
            *node = places[*node];
        }
    }
}

/// Keeps the inputs that something reads.
pub(crate) fn keep_used(entry: &mut Entry<'_>) {
    let flat = &entry.flat;
    let all = || flat.nodes.iter().flat_map(|node| &node.inputs).chain(&flat.results);
    let used: Vec<usize> = (0..entry.inputs.len())
        .filter(|&index| all().any(|input| *input == Endpoint::Argument(index)))
        .collect();
    let mut index = 0;
    entry.inputs.retain(|_| {
        index += 1;
        used.contains(&(index - 1))
    });
    let inputs = entry.flat.nodes.iter_mut().flat_map(|node| &mut node.inputs);
    for endpoint in inputs.chain(&mut entry.flat.results) {
        if let Endpoint::Argument(index) = endpoint {
            *index = used.iter().position(|used| used == index).unwrap_or(*index);
        }
    }
}
