//! Flags of `benchmark_model`: those that say what the inputs are, and those that mean nothing here.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};
use featherlite::{DType, Session};

use crate::entry::Entry;
use crate::exit::usage;
use crate::random::Random;

/// Inputs in `benchmark_model`'s words.
#[derive(Args, Clone, Debug, Default)]
#[command(rename_all = "snake_case", next_help_heading = "Inputs as benchmark_model has them")]
pub(super) struct LayerOptions {
    /// Names for all inputs, in their order
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    input_layer: Vec<String>,
    /// Shapes of all inputs, such as 1,224,224,3:1,20
    #[arg(long, value_name = "SHAPE:…", value_delimiter = ':')]
    input_layer_shape: Vec<String>,
    /// Least and greatest of an input's random numbers, such as ids,0,99
    #[arg(long, value_name = "NAME,LOW,HIGH:…", value_delimiter = ':')]
    input_layer_value_range: Vec<String>,
    /// Files with an input's bytes, or its strings separated by NUL; a : in a name is written ::
    #[arg(long, value_name = "NAME:FILE,…", value_delimiter = ',')]
    input_layer_value_files: Vec<String>,
}

impl LayerOptions {
    pub(super) fn set(&self, session: &mut Session, entry: &Entry) -> Result<()> {
        for (input, text) in self.input_layer_shape.iter().enumerate() {
            let dims = text.split(',').map(|dim| dim.trim().parse().ok()).collect::<Option<Vec<usize>>>();
            let dims = dims.ok_or_else(|| usage(format!("--input_layer_shape: {text:?} is not a shape")))?;
            session.resize_input_of(entry.subgraph, input, &dims)?;
        }
        if !self.input_layer_shape.is_empty() {
            let model = session.model().clone();
            let mut random = Random::new(0);
            for input in 0..entry.inputs.len() {
                let Some(info) = entry.input_info(&model, input).filter(|info| !info.is_constant()) else {
                    continue;
                };
                let elements = session.input_shape_of(entry.subgraph, input)?.elements();
                let bytes = random.bytes(info.dtype(), elements);
                session.set_input_bytes(entry.subgraph, input, &bytes)?;
            }
        }
        for text in &self.input_layer_value_range {
            let range = || -> Option<(&str, i64, i64)> {
                let mut fields = text.rsplitn(3, ',');
                let (high, low) = (fields.next()?.trim().parse().ok()?, fields.next()?.trim().parse().ok()?);
                Some((fields.next()?, low, high)).filter(|_| low <= high)
            };
            let wrong = || usage(format!("--input_layer_value_range: {text:?} is not NAME,LOW,HIGH"));
            let (name, low, high) = range().ok_or_else(wrong)?;
            self.fill(session, entry, self.position(entry, name)?, low, high)?;
        }
        for text in &self.input_layer_value_files {
            let wrong = || usage(format!("--input_layer_value_files: {text:?} is not NAME:FILE"));
            let (name, path) = split_name(text).ok_or_else(wrong)?;
            let input = self.position(entry, &name)?;
            let bytes = std::fs::read(&path).with_context(|| path.display().to_string())?;
            let dtype = entry.input_info(session.model(), input).map(|info| info.dtype());
            let bytes = if dtype == Some(DType::String) { pack_strings(&bytes) } else { bytes };
            session
                .set_input_bytes(entry.subgraph, input, &bytes)
                .with_context(|| path.display().to_string())?;
        }
        Ok(())
    }

    /// Names in `--input_layer` stand for the inputs in order; without it they are the model's own.
    fn position(&self, entry: &Entry, name: &str) -> Result<usize> {
        match self.input_layer.iter().position(|layer| layer == name) {
            Some(position) if position < entry.inputs.len() => Ok(position),
            _ => entry.input(name),
        }
    }

    fn fill(&self, session: &mut Session, entry: &Entry, input: usize, low: i64, high: i64) -> Result<()> {
        let elements = session.input_shape_of(entry.subgraph, input)?.elements();
        let dtype = entry.input_info(session.model(), input).map_or(DType::F32, |info| info.dtype());
        let mut random = Random::new(0);
        let mut bytes = Vec::new();
        for _ in 0..elements {
            let value = random.between(low, high);
            match dtype {
                DType::F32 => bytes.extend((value as f32).to_le_bytes()),
                _ => {
                    let size = dtype.bits() / 8;
                    ensure!(
                        (1..=8).contains(&size),
                        "--input_layer_value_range: {dtype} inputs have no range"
                    );
                    bytes.extend(&value.to_le_bytes()[..size]);
                }
            }
        }
        Ok(session.set_input_bytes(entry.subgraph, input, &bytes)?)
    }
}

/// `NAME:FILE`, where `::` in the name is a colon.
fn split_name(text: &str) -> Option<(String, PathBuf)> {
    let mut name = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once(':')?;
        name.push_str(before);
        match after.strip_prefix(':') {
            Some(after) => {
                name.push(':');
                rest = after;
            }
            None => return Some((name, after.into())),
        }
    }
}

/// TensorFlow Lite's form of a string tensor.
fn pack_strings(bytes: &[u8]) -> Vec<u8> {
    let text = bytes.strip_suffix(&[0]).unwrap_or(bytes);
    let strings: Vec<&[u8]> = text.split(|&byte| byte == 0).collect();
    let mut packed = (strings.len() as i32).to_le_bytes().to_vec();
    let mut offset = 4 * (strings.len() + 2);
    for string in &strings {
        packed.extend((offset as i32).to_le_bytes());
        offset += string.len();
    }
    packed.extend((offset as i32).to_le_bytes());
    packed.extend(strings.concat());
    packed
}

/// Flags that `benchmark_model` has for its own backends and internals.
const IGNORED: &[&str] = &[
    "use_xnnpack",
    "xnnpack_force_fp16",
    "xnnpack_weight_cache_file_path",
    "xnnpack_runtime_flags",
    "use_gpu",
    "gpu_precision_loss_allowed",
    "gpu_experimental_enable_quant",
    "gpu_inference_for_sustained_speed",
    "gpu_backend",
    "gpu_wait_type",
    "gpu_invoke_loop_times",
    "use_nnapi",
    "nnapi_execution_preference",
    "nnapi_execution_priority",
    "nnapi_accelerator_name",
    "disable_nnapi_cpu",
    "nnapi_allow_fp16",
    "nnapi_allow_dynamic_dimensions",
    "nnapi_use_burst_mode",
    "use_hexagon",
    "hexagon_profiling",
    "hexagon_lib_path",
    "use_coreml",
    "coreml_version",
    "external_delegate_path",
    "external_delegate_options",
    "stable_delegate_loader_settings",
    "stable_delegate_settings_file",
    "max_delegated_partitions",
    "min_nodes_per_partition",
    "delegate_serialize_dir",
    "delegate_serialize_token",
    "require_full_delegation",
    "allow_fp16",
    "use_caching",
    "benchmark_name",
    "output_prefix",
    "print_preinvoke_state",
    "print_postinvoke_state",
    "release_dynamic_tensors",
    "optimize_memory_for_large_tensors",
    "disable_delegate_clustering",
    "enable_builtin_cast_constant_cache",
    "max_profiling_buffer_entries",
    "allow_dynamic_profiling_buffer_increase",
    "memory_footprint_check_interval_ms",
    "enable_platform_tracing",
    "list_signatures",
    "tensor_name_display_length",
    "tensor_type_display_length",
    "alloc_type_display_length",
];

/// Which of the ignored flags were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Ignored {
    given: Vec<&'static str>,
}

impl Ignored {
    pub(super) fn given(&self) -> &[&'static str] {
        &self.given
    }
}

impl FromArgMatches for Ignored {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |name: &&&'static str| matches.get_many::<String>(name).is_some();
        Ok(Self { given: IGNORED.iter().filter(given).copied().collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Ignored {
    fn augment_args(command: Command) -> Command {
        let flag = |name: &&'static str| {
            let flag = Arg::new(*name).long(*name).hide(true).action(ArgAction::Append);
            flag.num_args(0..=1).require_equals(true).default_missing_value("true")
        };
        command.args(IGNORED.iter().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colon_in_a_name_is_doubled() {
        assert_eq!(split_name("x:in.bin"), Some(("x".to_owned(), "in.bin".into())));
        assert_eq!(split_name("a::0:dir/in.bin"), Some(("a:0".to_owned(), "dir/in.bin".into())));
        assert_eq!(split_name("x"), None);
    }
}
