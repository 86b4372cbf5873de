//! One module per command; the list of commands.

mod arch;
mod bench;
mod build;
mod classify;
mod compare;
mod conformance;
mod convert;
mod evaluate;
mod inspect;
mod ofa;
mod ops;
mod quantize;
mod run;
mod source;
mod train;

use std::process::ExitCode;

use clap::Subcommand;

use crate::exit::after;
use crate::terminal::Terminal;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    #[command(after_help = after(classify::EXAMPLES))]
    Classify(classify::Classify),
    #[command(after_help = after(run::EXAMPLES))]
    Run(run::Run),
    #[command(after_help = after(evaluate::EXAMPLES))]
    Evaluate(Box<evaluate::Evaluate>),
    #[command(after_help = after(bench::EXAMPLES))]
    Bench(Box<bench::Bench>),
    #[command(after_help = after(inspect::EXAMPLES))]
    Inspect(inspect::Inspect),
    #[command(after_help = after(compare::EXAMPLES))]
    Compare(compare::Compare),
    #[command(after_help = after(ops::EXAMPLES))]
    Ops(ops::Ops),
    #[command(after_help = after(convert::EXAMPLES))]
    Convert(Box<convert::Convert>),
    #[command(after_help = after(build::EXAMPLES))]
    Build(build::Build),
    #[command(after_help = after(quantize::EXAMPLES))]
    Quantize(Box<quantize::Quantize>),
    #[command(after_help = after(arch::EXAMPLES))]
    Arch(Box<arch::ArchCommand>),
    /// Train a network by a recipe, on a dataset
    Train(train::Handed),
    /// Train a network on with quantization simulated
    Qat(train::Handed),
    /// Search how depth, width and resolution should grow together
    Compound(train::Handed),
    /// Train one network of which others are parts (once-for-all), and look at the parts
    Ofa(train::Handed),
    #[command(after_help = after(conformance::EXAMPLES))]
    Conformance(conformance::Conformance),
}

impl Command {
    /// Runs the command; the result is the program's exit code.
    pub(crate) fn run(&self, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
        match self {
            Self::Classify(command) => command.run(terminal),
            Self::Run(command) => command.run(terminal),
            Self::Evaluate(command) => command.run(terminal),
            Self::Bench(command) => command.run(terminal),
            Self::Inspect(command) => command.run(terminal),
            Self::Compare(command) => command.run(terminal),
            Self::Ops(command) => command.run(terminal),
            Self::Convert(command) => command.run(terminal),
            Self::Build(command) => command.run(terminal),
            Self::Quantize(command) => command.run(terminal),
            Self::Arch(command) => command.run(terminal),
            Self::Train(command) => command.run("train"),
            Self::Qat(command) => command.run("qat"),
            Self::Compound(command) => command.run("compound"),
            Self::Ofa(command) => ofa::run(command, terminal),
            Self::Conformance(command) => command.run(terminal),
        }
    }
}
