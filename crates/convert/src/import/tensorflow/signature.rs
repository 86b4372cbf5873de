//! Each signature of a SavedModel as a graph.

use featherlite_base::DType;
use featherlite_ir::{Graph, Model, Op, Signature, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::expand::{Flat, FlatNode, Request, expand};
use super::messages::{GraphDef, NodeDef, Shape};
use super::operand::Operand;
use super::program::{Program, Source};
use super::rules;
use super::saved_model::{self, Named, Saved};
use super::translate::{self, Translator};
use super::variables::Variables;
use super::{cut, order, tensor};
use crate::build::{Builder, Size};
use crate::import::Options;
use crate::{Error, Result};

/// A way into the program: arguments, results, and the nodes between them.
pub(crate) struct Entry<'a> {
    pub(crate) key: String,
    pub(crate) inputs: Vec<Input>,
    /// Names of the results.
    pub(crate) outputs: Vec<String>,
    pub(crate) flat: Flat<'a>,
}

/// An argument.
#[derive(PartialEq)]
pub(crate) struct Input {
    pub(crate) name: String,
    /// What else it is called.
    pub(crate) tensor: String,
    pub(crate) dtype: DType,
    /// Its sizes as far as the source says; -1 where it does not.
    pub(crate) sizes: Option<Vec<i64>>,
}

impl Input {
    /// An argument as the file describes it.
    ///
    /// # Errors
    /// Types without a TFLite counterpart.
    pub(crate) fn new(name: &str, tensor: &str, dtype: i32, shape: Option<&Shape>) -> Result<Self> {
        let known = shape.filter(|shape| !shape.unknown_rank);
        Ok(Self {
            name: name.to_owned(),
            tensor: tensor.to_owned(),
            dtype: tensor::computed(tensor::dtype(dtype)?),
            sizes: known.map(|shape| shape.dim.iter().map(|dim| dim.size).collect()),
        })
    }

    fn declared(&self) -> Option<Vec<Size>> {
        let size = |(axis, &size): (usize, &i64)| match usize::try_from(size) {
            Ok(size) => Size::Fixed(size),
            Err(_) if axis == 0 => Size::Open("batch".to_owned()),
            Err(_) => Size::Open(format!("{}_{axis}", self.name)),
        };
        Some(self.sizes.as_ref()?.iter().enumerate().map(size).collect())
    }
}

/// The graphs of a SavedModel's signatures.
///
/// # Errors
/// Options that do not fit, damaged graphs, and operations without a TFLite counterpart.
pub(crate) fn import(saved: Saved, options: &Options) -> Result<Model> {
    let Saved { graph, checkpoint } = saved;
    let empty = GraphDef::default();
    let ops = graph.info.as_ref().and_then(|info| info.ops.as_ref());
    let program = Program::new(graph.graph.as_ref().unwrap_or(&empty), ops)?;
    let restore = graph.saver.as_ref().map_or("", |saver| saver.restore_op.as_str());
    let variables = Variables::new(&program, restore, checkpoint)?;
    let mut entries = Vec::new();
    for (key, signature) in saved_model::signatures(&graph, options)? {
        let place = || format!("signature {key:?}");
        let inputs = saved_model::named(&signature.inputs, &program).map_err(|error| error.at(place()))?;
        let outputs = saved_model::named(&signature.outputs, &program).map_err(|error| error.at(place()))?;
        entries.push(entry(&program, key, inputs, outputs).map_err(|error| error.at(place()))?);
    }
    build(&program, variables, entries, options)
}

fn entry<'a>(
    program: &Program<'a>,
    key: &str,
    inputs: Vec<Named<'_>>,
    outputs: Vec<Named<'_>>,
) -> Result<Entry<'a>> {
    let sources = |named: &[Named<'_>]| named.iter().map(|named| named.source).collect::<Vec<Source>>();
    let inputs = reordered(inputs, |inputs| order::of_arguments(program, &sources(inputs)))?;
    let outputs = reordered(outputs, |outputs| order::of_results(program, &sources(outputs)))?;
    let request =
        Request { body: program.main(), cut: &sources(&inputs), results: &sources(&outputs), effects: &[] };
    let flat = expand(program, &request)?;
    let input =
        |named: &Named<'_>| Input::new(named.name, named.tensor, named.info.dtype, named.info.shape.as_ref());
    Ok(Entry {
        key: key.to_owned(),
        inputs: inputs.iter().map(input).collect::<Result<_>>()?,
        outputs: outputs.iter().map(|named| named.name.to_owned()).collect(),
        flat,
    })
}

fn reordered<T>(items: Vec<T>, order: impl FnOnce(&[T]) -> Result<Vec<usize>>) -> Result<Vec<T>> {
    let order = order(&items)?;
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|index| items.get_mut(index)?.take()).collect())
}

/// One graph for each entry. Entries that come to the same nodes share one.
///
/// # Errors
/// Operations without a TFLite counterpart.
pub(crate) fn build<'a>(
    program: &'a Program<'a>,
    variables: Variables,
    mut entries: Vec<Entry<'a>>,
    options: &'a Options,
) -> Result<Model> {
    let mut translator = Translator::new(program, variables, options);
    for entry in &mut entries {
        cut::cut(entry, options)?;
        translator.note_changes(&entry.flat);
    }
    let mut model = Model::default();
    let mut built: Vec<(&Entry<'a>, usize)> = Vec::new();
    for entry in &entries {
        let graph = match built.iter().find(|(other, _)| is_same(other, entry)) {
            Some((_, graph)) => *graph,
            None => {
                let graph = translate(&translator, &mut model, entry);
                graph.map_err(|error| error.at(format!("signature {:?}", entry.key)))?
            }
        };
        built.push((entry, graph));
        model.signatures.push(Signature {
            key: entry.key.clone(),
            graph,
            inputs: entry.inputs.iter().map(|input| input.name.clone()).collect(),
            outputs: entry.outputs.clone(),
        });
    }
    let mut graphs: Vec<usize> = built.iter().map(|(_, graph)| *graph).collect();
    graphs.dedup();
    let states =
        entries.iter().flat_map(|entry| &entry.flat.nodes).filter(|node| translator.is_state(node.def));
    initialize(&translator, &mut model, states, &graphs)?;
    model.check()?;
    Ok(model)
}

/// Whether two entries are the same network, argument by argument and result by result.
fn is_same(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    let node = |(a, b): (&FlatNode<'_>, &FlatNode<'_>)| std::ptr::eq(a.def, b.def) && a.inputs == b.inputs;
    let argument = |(a, b): (&Input, &Input)| a.name == b.name && a.dtype == b.dtype && a.sizes == b.sizes;
    a.flat.results == b.flat.results
        && a.flat.nodes.len() == b.flat.nodes.len()
        && a.inputs.len() == b.inputs.len()
        && a.flat.nodes.iter().zip(&b.flat.nodes).all(node)
        && a.inputs.iter().zip(&b.inputs).all(argument)
}

fn translate<'a>(translator: &Translator<'a>, model: &mut Model, entry: &Entry<'a>) -> Result<usize> {
    let index = model.graphs.len();
    model.graphs.push(Graph::new(&entry.key));
    let mut builder = Builder::new(model, index);
    let mut arguments = Vec::new();
    for input in &entry.inputs {
        let names = [input.name.as_str(), &input.tensor, input.tensor.split(':').next().unwrap_or_default()];
        let sizes = translator.options.sizes(&names, input.declared().as_deref(), false)?;
        arguments.push(Operand::Tensor(builder.input(&input.name, input.dtype, &sizes)));
    }
    let results = translator.translate(&mut builder, &entry.flat, &arguments)?;
    for (name, operand) in entry.outputs.iter().zip(&results) {
        let value = operand.tensor().map_err(|error| error.at(format!("the result {name:?}")))?;
        result(&mut builder, value, name)?;
    }
    Ok(index)
}

/// Makes a value an output of this name. A value that has a name of its own (an input, another output, a constant) is
/// passed on by a node.
fn result(builder: &mut Builder<'_>, value: ValueId, name: &str) -> Result<()> {
    let graph = builder.graph();
    let is_taken = graph.producer(value).is_none() || graph.is_output(value);
    let value = match is_taken {
        true => {
            builder.set_scope(name);
            let shape = crate::import::compose::shape::extents(builder, value)?;
            crate::import::compose::shape::reshape(builder, value, &shape)?
        }
        false => value,
    };
    builder.rename(value, name);
    builder.output(value);
    Ok(())
}

/// Has each graph call one that gives the variables their first values, once.
fn initialize<'a: 'n, 'n>(
    translator: &Translator<'a>,
    model: &mut Model,
    states: impl Iterator<Item = &'n FlatNode<'a>>,
    graphs: &[usize],
) -> Result<()> {
    let mut variables: Vec<&'a NodeDef> = Vec::new();
    for node in states {
        if !variables.iter().any(|known| known.name == node.def.name) {
            variables.push(node.def);
        }
    }
    if variables.is_empty() {
        return Ok(());
    }
    let index = model.graphs.len();
    model.graphs.push(Graph::new("initialize"));
    let mut builder = Builder::new(model, index);
    for variable in variables {
        builder.set_scope(&variable.name);
        let value = translate::constant(&mut builder, &translator.initial(variable)?)?;
        rules::store(&mut builder, variable, value)?;
    }
    for &graph in graphs {
        let Some(first) = model.graphs[graph].nodes().next().map(|(id, _)| id) else { continue };
        let options = owned::CallOnceOptions { init_subgraph_index: index as i32 };
        let mut builder = Builder::before(model, graph, first);
        builder.set_scope("initialize");
        builder.add_as(Op::with(B::CALL_ONCE, options), &[], &[])?;
    }
    Ok(())
}

/// An error for a name that is nothing in the graph, with names that are like it.
pub(crate) fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Error {
    let last = name.rsplit('/').next().unwrap_or(name);
    let near: Vec<_> = known.filter(|known| known.contains(last)).take(5).collect();
    let error = Error::argument(format!("{what} {name:?} does not exist"));
    if near.is_empty() { error } else { error.hint(format!("there are {near:?}")) }
}
