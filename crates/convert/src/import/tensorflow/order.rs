//! The order of a signature's arguments and results.
//!
//! A SavedModel holds them as a map. TensorFlow wraps each signature in a function whose arguments are sorted by name, and
//! that function calls the user's own: so calls are followed inwards as long as all values go through one call, and the
//! last one tells the order.

use std::rc::Rc;

use super::program::{Body, Program, Source};
use crate::Result;

/// Deepest call that is followed.
const DEEPEST: usize = 16;

/// The order of values that enter the graph: a permutation of their indices.
///
/// # Errors
/// Functions that can not be read.
pub(crate) fn of_arguments(program: &Program<'_>, sources: &[Source]) -> Result<Vec<usize>> {
    let mut keys: Vec<usize> = sources.iter().map(|&source| position(source)).collect();
    let mut body = program.main();
    let mut sources = sources.to_vec();
    for _ in 0..DEEPEST {
        let Some((call, places)) = only_call(program, &body, &sources) else { break };
        body = program.function(call)?;
        sources = places.iter().map(|&place| Source::Argument(place)).collect();
        keys = places;
    }
    Ok(sorted(&keys))
}

/// The order of values that leave the graph: a permutation of their indices.
///
/// # Errors
/// Functions that can not be read.
pub(crate) fn of_results(program: &Program<'_>, sources: &[Source]) -> Result<Vec<usize>> {
    let mut keys: Vec<usize> = (0..sources.len()).collect();
    let mut body = program.main();
    let mut sources = sources.to_vec();
    for _ in 0..DEEPEST {
        let outputs: Vec<_> = sources.iter().map(|&source| through_identities(&body, source)).collect();
        let Some(places) = outputs_of_one(&outputs) else { break };
        let Some(Source::Output { node, .. }) = outputs.first() else { break };
        let Some(name) = program.called(body.nodes[*node].def) else { break };
        let callee = program.function(name)?;
        let Some(inner) = places.iter().map(|&place| callee.results.get(place).copied()).collect() else {
            break;
        };
        (body, sources, keys) = (callee, inner, places);
    }
    Ok(sorted(&keys))
}

fn position(source: Source) -> usize {
    match source {
        Source::Argument(index) => index,
        Source::Output { node, .. } => node,
    }
}

fn sorted(keys: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order.sort_by_key(|&index| keys[index]);
    order
}

/// The function of the only node that reads these values, if it is a call and reads all, and the place of each.
fn only_call<'a>(
    program: &Program<'a>,
    body: &Rc<Body<'a>>,
    sources: &[Source],
) -> Option<(&'a str, Vec<usize>)> {
    let reads = |node: &&super::program::Node<'_>| node.inputs.iter().any(|input| sources.contains(input));
    let mut readers = body.nodes.iter().filter(reads);
    let (reader, None) = (readers.next()?, readers.next()) else { return None };
    let place = |source: &Source| reader.inputs.iter().position(|input| input == source);
    Some((program.called(reader.def)?, sources.iter().map(place).collect::<Option<_>>()?))
}

/// The output numbers, if all are outputs of one node.
fn outputs_of_one(sources: &[Source]) -> Option<Vec<usize>> {
    let number = |source: &Source| match (source, sources.first()?) {
        (Source::Output { node, output }, Source::Output { node: first, .. }) if node == first => {
            Some(*output)
        }
        _ => None,
    };
    sources.iter().map(number).collect()
}

fn through_identities(body: &Body<'_>, mut source: Source) -> Source {
    for _ in 0..DEEPEST {
        match source {
            Source::Output { node, output: 0 } if body.nodes[node].def.op == "Identity" => {
                match body.nodes[node].inputs.first() {
                    Some(&input) => source = input,
                    None => break,
                }
            }
            _ => break,
        }
    }
    source
}
