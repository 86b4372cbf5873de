//! Changes to a model's inputs that the user asks for.

use featherlite_ir::{Dim, Model, Value};

use crate::build::Builder;
use crate::{Error, Result};

/// The graph and position of the input of this name (in a signature, or its own).
///
/// # Errors
/// If there is none.
pub fn find(model: &Model, name: &str) -> Result<(usize, usize)> {
    let found = model.graphs.iter().enumerate().find_map(|(index, graph)| {
        let by_signature = model.signatures.iter().filter(|signature| signature.graph == index);
        let mut names =
            by_signature.filter_map(|signature| signature.inputs.iter().position(|input| input == name));
        let by_value = || graph.inputs.iter().position(|&input| graph.value(input).name == name);
        names.next().or_else(by_value).map(|position| (index, position))
    });
    found.ok_or_else(|| {
        let names =
            model.graphs.iter().flat_map(|graph| graph.inputs.iter().map(|&input| &graph.value(input).name));
        Error::argument(format!("there is no input {name:?}; there are {:?}", names.collect::<Vec<_>>()))
    })
}

/// Has an input that is channels first, `[n, c, h, w]`, be channels last, `[n, h, w, c]`.
///
/// # Errors
/// If there is no such input, or it has not 4 dimensions.
pub fn to_nhwc(model: &mut Model, name: &str) -> Result<()> {
    let (index, position) = find(model, name)?;
    let graph = &mut model.graphs[index];
    let old = graph.inputs[position];
    let value = graph.value(old).clone();
    let Some(&[n, c, h, w]) = value.shape.as_deref() else {
        return Err(Error::argument(format!("the input {name:?} has not the 4 dimensions of images")));
    };
    let shape: Vec<Dim> = vec![n, h, w, c];
    let new = graph.add_value(Value { shape: Some(shape), ..value });
    graph.inputs[position] = new;
    let first = graph.nodes().next().map(|(id, _)| id);
    let mut builder = match first {
        Some(first) => Builder::before(model, index, first),
        None => Builder::new(model, index),
    };
    builder.set_scope(name);
    let moved = builder.transpose(new, &[0, 3, 1, 2])?;
    builder.graph_mut().replace(old, moved);
    Ok(())
}
