//! Where a network comes from, and how it is read.

use std::path::Path;

use anyhow::Result;
use clap::Args;
use featherlite::convert::build::Size;
use featherlite::convert::import::{self, Opened, Options};
use featherlite::convert::inputs;
use featherlite::ir::Model;

use crate::exit::usage;
use crate::terminal::Terminal;

/// What is read of a source, and in which layout.
#[derive(Args)]
#[command(next_help_heading = "What to convert")]
pub(super) struct SourceOptions {
    /// The shape of an input; a size that is no number stays open under that name
    #[arg(long, value_name = "INPUT=N,N,…")]
    shape: Vec<String>,
    /// A size to leave open: batch, height, width, or INPUT:AXIS
    #[arg(long, value_name = "SIZE", value_delimiter = ',')]
    dynamic: Vec<String>,
    /// The signatures to convert [default: all]
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    signature: Vec<String>,
    /// The tag of the SavedModel's graph [default: serve]
    #[arg(long)]
    tag: Option<String>,
    /// Where the graph begins, in place of the source's own inputs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    inputs: Vec<String>,
    /// Where the graph ends, in place of the source's own outputs
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    outputs: Vec<String>,
    /// Operators of the source that become custom operators if there is no rule for them
    #[arg(long, value_name = "OP", value_delimiter = ',')]
    allow_custom: Vec<String>,
    /// Channels-first inputs that become channels-last ones
    #[arg(long, value_name = "INPUT", value_delimiter = ',')]
    nhwc: Vec<String>,
    /// Channels-first inputs that stay so [default: all]
    #[arg(long, value_name = "INPUT", value_delimiter = ',')]
    keep_nchw: Vec<String>,
}

impl SourceOptions {
    /// Reads a network of any format, and notes what was decided that the user may want otherwise.
    pub(super) fn open(&self, path: &Path, terminal: &Terminal) -> Result<Model> {
        let Opened { mut model, notes } = import::open(path, &self.options()?)?;
        notes.iter().for_each(|note| terminal.note(note));
        for input in &self.keep_nchw {
            inputs::find(&model, input)?;
            if self.nhwc.contains(input) {
                return Err(usage(format!("--nhwc and --keep-nchw both name {input}")));
            }
        }
        for input in &self.nhwc {
            inputs::to_nhwc(&mut model, input)?;
        }
        Ok(model)
    }

    fn options(&self) -> Result<Options> {
        Ok(Options {
            shapes: self.shape.iter().map(shape).collect::<Result<_>>()?,
            dynamic: self.dynamic.iter().map(|size| size.parse()).collect::<Result<_, _>>()?,
            tag: self.tag.clone(),
            signatures: self.signature.clone(),
            inputs: self.inputs.clone(),
            outputs: self.outputs.clone(),
            custom: self.allow_custom.clone(),
            ..Options::default()
        })
    }
}

/// `NAME=1,224,224,3`.
fn shape(text: &String) -> Result<(String, Vec<Size>)> {
    let wrong = || usage(format!("--shape {text}: it must be INPUT=N,N,…, such as input=1,224,224,3"));
    let (name, sizes) = text.rsplit_once('=').ok_or_else(wrong)?;
    let size = |size: &str| match size.trim() {
        "" => Err(wrong()),
        "-1" | "?" => Ok(Size::Open(format!("{name}_size"))),
        size => Ok(size.parse().map_or_else(|_| Size::Open(size.to_owned()), Size::Fixed)),
    };
    let sizes: Result<Vec<Size>> = match sizes {
        "" | "[]" => Ok(Vec::new()),
        sizes => sizes.trim_matches(['[', ']']).split(',').map(size).collect(),
    };
    Ok((name.to_owned(), sizes?))
}
