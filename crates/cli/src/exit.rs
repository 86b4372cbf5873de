//! Exit codes, and the one line that says what went wrong.

use std::fmt;
use std::io::ErrorKind as IoErrorKind;
use std::process::ExitCode;

use featherlite::ErrorKind;

use crate::terminal::Terminal;

/// The end of every `--help`.
pub(crate) const HELP: &str = "\
Exit codes: 0 done; 1 an error (or, for compare, a difference); 2 wrong usage; 3 the model needs an operator, version
or element type that is not supported. Colours appear on terminals only and never when NO_COLOR is set.";

/// Something went wrong, or two things that should agree do not.
pub(crate) const FAILED: u8 = 1;
const USAGE: u8 = 2;
/// Something is not supported.
pub(crate) const UNSUPPORTED: u8 = 3;

/// What a command's help ends with.
pub(crate) fn after(examples: &str) -> String {
    format!("{examples}\n\n{HELP}")
}

/// The caller asked for something that does not exist: exit code 2.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// An error of kind [`Usage`].
pub(crate) fn usage(message: impl Into<String>) -> anyhow::Error {
    Usage(message.into()).into()
}

/// Reports an error on one line and gives the exit code for it.
pub(crate) fn code(result: anyhow::Result<ExitCode>, terminal: &Terminal) -> ExitCode {
    let error = match result {
        Ok(code) => return code,
        Err(error) => error,
    };
    if is_broken_pipe(&error) {
        return ExitCode::SUCCESS;
    }
    terminal.error(describe(&error));
    ExitCode::from(code_of(&error))
}

/// Nobody reads the output any more: not worth a word.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == IoErrorKind::BrokenPipe)
}

fn code_of(error: &anyhow::Error) -> u8 {
    if error.downcast_ref::<Usage>().is_some() {
        return USAGE;
    }
    let of_run = error.downcast_ref::<featherlite::Error>().map(featherlite::Error::kind);
    let of_conversion =
        error.downcast_ref::<featherlite::convert::Error>().map(featherlite::convert::Error::kind);
    let of_quantization =
        error.downcast_ref::<featherlite::quant::Error>().map(featherlite::quant::Error::kind);
    let of_architecture =
        error.downcast_ref::<featherlite::arch::Error>().map(featherlite::arch::Error::kind);
    if of_quantization == Some(featherlite::quant::ErrorKind::Unsupported) {
        return UNSUPPORTED;
    }
    match of_run.or(of_conversion).or(of_architecture) {
        Some(ErrorKind::Unsupported) => UNSUPPORTED,
        Some(ErrorKind::InvalidArgument) if of_run.is_none() => USAGE,
        _ => FAILED,
    }
}

/// The error on one line, with what to do next.
fn describe(error: &anyhow::Error) -> String {
    let mut line = format!("{error:#}").replace(['\n', '\r'], " ");
    let Some(error) = error.downcast_ref::<featherlite::Error>() else { return line };
    let model = error.file().unwrap_or("MODEL");
    let advice = match error.kind() {
        ErrorKind::Unsupported => format!("`featherlite ops {model}` lists what the model needs"),
        ErrorKind::InvalidModel => "is it a complete .tflite file?".to_owned(),
        ErrorKind::InvalidShape => format!("`featherlite inspect {model}` shows the shapes"),
        ErrorKind::InvalidValue => "check the values of the inputs".to_owned(),
        ErrorKind::OutOfMemory => "smaller input shapes need less memory".to_owned(),
        ErrorKind::Io => "check the path".to_owned(),
        ErrorKind::Internal => "this is a defect of featherlite: please report it with the model".to_owned(),
        _ => return line,
    };
    line.push_str("; ");
    line.push_str(&advice);
    line
}
