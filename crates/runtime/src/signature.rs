use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use featherlite_base::{Element, ErrorKind};
use featherlite_schema as schema;

use crate::graph::Graph;
use crate::session::Session;
use crate::tensor_view::TensorView;
use crate::{Error, Result};

/// An entry point of a model with named inputs and outputs.
#[derive(Clone, Debug)]
pub struct Signature {
    pub(crate) key: String,
    pub(crate) subgraph: usize,
    pub(crate) inputs: Vec<(String, usize)>,
    pub(crate) outputs: Vec<(String, usize)>,
}

impl Signature {
    /// Its name, such as `serving_default`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The subgraph it runs.
    pub fn subgraph(&self) -> usize {
        self.subgraph
    }

    /// Names of its inputs, each with its tensor's index.
    pub fn inputs(&self) -> &[(String, usize)] {
        &self.inputs
    }

    /// Names of its outputs, each with its tensor's index.
    pub fn outputs(&self) -> &[(String, usize)] {
        &self.outputs
    }
}

pub(crate) fn read_signatures(model: schema::Model<'_>, graphs: &[Graph]) -> Result<Vec<Signature>> {
    let mut signatures = Vec::new();
    for def in model.signature_defs().iter() {
        let key = def.signature_key().unwrap_or_default().to_owned();
        let subgraph = def.subgraph_index() as usize;
        let graph = graphs.get(subgraph).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidModel,
                format!("signature {key:?} names subgraph {subgraph} of {}", graphs.len()),
            )
        })?;
        let names = |maps: schema::Tables<'_, schema::TensorMap<'_>>| {
            maps.iter()
                .map(|map| {
                    let (name, index) =
                        (map.name().unwrap_or_default().to_owned(), map.tensor_index() as usize);
                    if index < graph.tensors.len() {
                        Ok((name, index))
                    } else {
                        Err(Error::new(
                            ErrorKind::InvalidModel,
                            format!(
                                "{name:?} of signature {key:?} names tensor {index} of {}",
                                graph.tensors.len()
                            ),
                        ))
                    }
                })
                .collect::<Result<Vec<_>>>()
        };
        let (inputs, outputs) = (names(def.inputs())?, names(def.outputs())?);
        signatures.push(Signature { key, subgraph, inputs, outputs });
    }
    Ok(signatures)
}

/// A session seen through one of the model's signatures: tensors are found by name.
pub struct SignatureRunner<'s> {
    session: &'s mut Session,
    signature: Signature,
}

impl<'s> SignatureRunner<'s> {
    pub(crate) fn new(session: &'s mut Session, signature: Signature) -> Self {
        Self { session, signature }
    }

    /// The signature.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Gives an input another shape.
    ///
    /// # Errors
    /// If there is no such input, or the shape is not allowed.
    pub fn resize_input(&mut self, name: &str, shape: &[usize]) -> Result<()> {
        let position = self.input_position(name)?;
        self.session.resize_input_of(self.signature.subgraph, position, shape)
    }

    /// The elements of an input, to write to.
    ///
    /// # Errors
    /// If there is no such input, or its type is not `T`.
    pub fn input_mut<T: Element>(&mut self, name: &str) -> Result<&mut [T]> {
        let position = self.input_position(name)?;
        self.session.input_mut_of(self.signature.subgraph, position)
    }

    /// Sets an input from real numbers, quantizing them if the input is quantized.
    ///
    /// # Errors
    /// As [`Session::set_input_real`], and if there is no such input.
    pub fn set_input_real(&mut self, name: &str, values: &[f32]) -> Result<()> {
        let position = self.input_position(name)?;
        self.session.set_input_real_of(self.signature.subgraph, position, values)
    }

    /// Runs the signature's subgraph.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn run(&mut self) -> Result<()> {
        self.session.run_subgraph(self.signature.subgraph)
    }

    /// An output of the last run.
    ///
    /// # Errors
    /// If there is no such output.
    pub fn output(&self, name: &str) -> Result<TensorView<'_>> {
        let found = self.signature.outputs.iter().find(|(output, _)| output == name);
        let (_, tensor) = found.ok_or_else(|| self.missing("output", name, &self.signature.outputs))?;
        self.session.tensor_of(self.signature.subgraph, *tensor)
    }

    fn input_position(&self, name: &str) -> Result<usize> {
        let found = self.signature.inputs.iter().find(|(input, _)| input == name);
        let (_, tensor) = found.ok_or_else(|| self.missing("input", name, &self.signature.inputs))?;
        self.session.input_position(self.signature.subgraph, *tensor)
    }

    fn missing(&self, what: &str, name: &str, names: &[(String, usize)]) -> Error {
        let known: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
        Error::argument(format!(
            "signature {:?} has no {what} {name:?}; it has {known:?}",
            self.signature.key
        ))
    }
}
