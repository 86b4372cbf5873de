//! In which order the calls of a network can be carried out.

use super::network::{Argument, Network, Reference};
use crate::{Error, Result};

/// A call of a layer: their numbers.
pub(super) type CallId = (usize, usize);

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}

/// The calls that the outputs need, each behind those it needs itself, otherwise in the order of the file.
///
/// # Errors
/// If calls need each other.
pub(super) fn order(network: &Network) -> Result<Vec<CallId>> {
    let outputs: Vec<CallId> = network.outputs.iter().map(|output| (output.layer, output.call)).collect();
    let mut needed = visit(network, outputs)?;
    needed.sort_unstable();
    visit(network, needed)
}

/// The calls that `roots` need and themselves, depth first.
fn visit(network: &Network, roots: Vec<CallId>) -> Result<Vec<CallId>> {
    let mut states: Vec<Vec<State>> =
        network.layers.iter().map(|layer| vec![State::New; layer.calls.len()]).collect();
    let mut order = Vec::new();
    for root in roots {
        let mut stack = vec![root];
        while let Some(&(layer, call)) = stack.last() {
            match states[layer][call] {
                State::New => {
                    states[layer][call] = State::Open;
                    for needed in needs(network, (layer, call)).into_iter().rev() {
                        match states[needed.layer][needed.call] {
                            State::New => stack.push((needed.layer, needed.call)),
                            State::Open => {
                                let name = &network.layers[needed.layer].name;
                                return Err(Error::invalid(format!("layer {name:?} needs its own result")));
                            }
                            State::Done => {}
                        }
                    }
                }
                State::Open => {
                    states[layer][call] = State::Done;
                    order.push((layer, call));
                    stack.pop();
                }
                State::Done => {
                    stack.pop();
                }
            }
        }
    }
    Ok(order)
}

/// The tensors that a call needs. An input of the network needs nothing.
pub(super) fn needs(network: &Network, (layer, call): CallId) -> Vec<Reference> {
    let mut found = Vec::new();
    let call = &network.layers[layer].calls[call];
    let arguments = call.args.iter().chain(call.kwargs.values());
    arguments.for_each(|argument: &Argument| argument.references(&mut found));
    found
}
