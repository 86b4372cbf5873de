//! SavedModel folders: which graph, which signatures, where the values of variables lie.

use std::path::Path;

use bytes::Bytes;

use super::checkpoint::Checkpoint;
use super::messages::{self, MetaGraph, SavedModel, Signature, TensorInfo, tensor_info};
use super::program::{Program, Source};
use crate::import::{Options, file};
use crate::{Error, Result};

/// The tag of graphs for inference.
const SERVE: &str = "serve";

/// The signature that restores tables when a model is loaded.
const INIT: &str = "__saved_model_init_op";

/// One graph of a SavedModel with the checkpoint of its variables.
pub(crate) struct Saved {
    pub(crate) graph: MetaGraph,
    pub(crate) checkpoint: Option<Checkpoint>,
}

/// Reads a folder with `saved_model.pb` and `variables/`.
///
/// # Errors
/// Missing and damaged files, and tags that no graph has.
pub(crate) fn read(folder: &Path, options: &Options) -> Result<Saved> {
    let path = folder.join("saved_model.pb");
    if !path.exists() {
        let hint = match folder.join("saved_model.pbtxt").exists() {
            true => {
                "it holds a SavedModel as text: save it again, or rewrite it with TensorFlow as saved_model.pb"
            }
            false => "a SavedModel is a folder with saved_model.pb and variables/",
        };
        let message = format!("{}: there is no saved_model.pb in it", folder.display());
        return Err(Error::argument(message).hint(hint));
    }
    let graph =
        select(file::map(&path)?, options.tag.as_deref()).map_err(|error| error.at(path.display()))?;
    let prefix = folder.join("variables").join("variables");
    let has_checkpoint = prefix.with_extension("index").exists();
    let checkpoint = if has_checkpoint { Some(Checkpoint::open(&prefix)?) } else { None };
    Ok(Saved { graph, checkpoint })
}

/// The graph with this tag; the only one, or that for serving, if none is asked for.
pub(crate) fn select(contents: Bytes, tag: Option<&str>) -> Result<MetaGraph> {
    let saved: SavedModel = messages::decode(contents, "the SavedModel")?;
    let tags = |graph: &MetaGraph| graph.info.as_ref().map(|info| info.tags.clone()).unwrap_or_default();
    let all: Vec<_> = saved.meta_graphs.iter().map(tags).collect();
    let mut graphs = saved.meta_graphs;
    let index = match tag {
        None if graphs.len() == 1 => Some(0),
        tag => all.iter().position(|tags| tags.iter().any(|own| own == tag.unwrap_or(SERVE))),
    };
    match index {
        Some(index) => Ok(graphs.swap_remove(index)),
        None => Err(Error::argument(format!(
            "no graph has the tag {:?}; there are {all:?}",
            tag.unwrap_or(SERVE)
        ))
        .hint("choose one with --tag TAG")),
    }
}

/// An argument or result of a signature.
pub(crate) struct Named<'a> {
    pub(crate) name: &'a str,
    /// The tensor of the graph behind it.
    pub(crate) tensor: &'a str,
    pub(crate) source: Source,
    pub(crate) info: &'a TensorInfo,
}

/// The signatures to convert, sorted by name.
///
/// # Errors
/// Names that are no signature.
pub(crate) fn signatures<'a>(
    graph: &'a MetaGraph,
    options: &Options,
) -> Result<Vec<(&'a str, &'a Signature)>> {
    let all = || graph.signatures.iter().filter(|(key, _)| *key != INIT);
    let mut names: Vec<_> = all().map(|(key, _)| key.as_str()).collect();
    names.sort_unstable();
    for wanted in &options.signatures {
        if !names.contains(&wanted.as_str()) {
            return Err(Error::argument(format!("there is no signature {wanted:?}; there are {names:?}")));
        }
    }
    let is_wanted = |key: &String| options.signatures.is_empty() || options.signatures.contains(key);
    let mut chosen: Vec<_> =
        all().filter(|(key, signature)| is_wanted(key) && !signature.outputs.is_empty()).collect();
    if chosen.is_empty() {
        return Err(Error::unsupported("the SavedModel has no signature to convert").hint(
            "save it with one: tf.saved_model.save(model, path, signatures=model.f.get_concrete_function(…)), or \
             model.export(path) in Keras",
        ));
    }
    chosen.sort_unstable_by_key(|(key, _)| rank(key));
    Ok(chosen.into_iter().map(|(key, signature)| (key.as_str(), signature)).collect())
}

/// Signatures come in alphabetical order, the one that callers take by default first.
fn rank(key: &str) -> (bool, &str) {
    (key != "serving_default", key)
}

/// Arguments (or results) of a signature, in the order in which the graph's functions have them.
///
/// # Errors
/// Sparse and ragged tensors, and tensors that the graph does not have.
pub(crate) fn named<'a>(
    infos: impl IntoIterator<Item = (&'a String, &'a TensorInfo)>,
    program: &Program<'_>,
) -> Result<Vec<Named<'a>>> {
    let body = program.main();
    let mut named = Vec::new();
    for (name, info) in infos {
        let Some(tensor_info::Encoding::Name(tensor)) = &info.encoding else {
            return Err(Error::unsupported(format!("{name:?} is a sparse or ragged tensor"))
                .hint("give the signature dense arguments and results"));
        };
        let source = body.find(tensor);
        let source =
            source.ok_or_else(|| Error::invalid(format!("{name:?} is {tensor:?}, which does not exist")))?;
        named.push(Named { name, tensor, source, info });
    }
    named.sort_by(|a, b| a.name.cmp(b.name));
    Ok(named)
}
