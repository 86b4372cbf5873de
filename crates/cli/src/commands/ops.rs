//! `featherlite ops`: the operators that there are, or those that a model needs.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use featherlite::{Code, Model, NodeInfo, OpDef, SubgraphInfo, all_ops};
use serde_json::{Value, json};

use crate::exit::UNSUPPORTED;
use crate::operators;
use crate::session::open;
use crate::table::Table;
use crate::terminal::Terminal;

pub(super) const EXAMPLES: &str = "\
Examples:
  featherlite ops                    every operator of this build: highest version, element types
  featherlite ops model.tflite       what the model needs, and the operator set for a small program
  featherlite ops model.tflite --json
With a model the exit code is 3 if something that it needs is not supported.";

/// List operators, or those that a model needs
#[derive(Args)]
pub(crate) struct Ops {
    /// The .tflite file
    model: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Ops {
    pub(crate) fn run(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        match &self.model {
            None => self.list(terminal),
            Some(path) => self.needs(&open(path)?, terminal),
        }
    }

    fn list(&self, terminal: &mut Terminal) -> Result<ExitCode> {
        let ops = all_ops();
        let mut defs: Vec<&OpDef> = ops.defs().collect();
        defs.sort_by_key(|def| def.name);
        if self.json {
            let value: Vec<Value> = defs.iter().map(|def| describe(def)).collect();
            terminal.json(&Value::Array(value))?;
            return Ok(ExitCode::SUCCESS);
        }
        for def in &defs {
            let custom = if matches!(def.code, Code::Custom(_)) { "  custom" } else { "" };
            writeln!(terminal, "{} up to version {}{custom}", terminal.bold(def.name), def.version)?;
            for sig in def.sigs {
                writeln!(terminal, "  {sig}")?;
            }
        }
        writeln!(terminal, "{} operators", defs.len())?;
        Ok(ExitCode::SUCCESS)
    }

    fn needs(&self, model: &Model, terminal: &mut Terminal) -> Result<ExitCode> {
        let uses = Uses::of(model);
        let set = operators::set_expression(&operators::needed(model));
        let supported = uses.faults.is_empty();
        if self.json {
            let rows: Vec<Value> = uses
                .rows
                .iter()
                .map(|((name, version, dtypes), usage)| {
                    json!({
                        "operator": name,
                        "version": version,
                        "element_types": dtypes,
                        "count": usage.count,
                        "supported": usage.fault.is_none(),
                        "reason": usage.fault.map(|fault| uses.faults[fault].as_str()),
                    })
                })
                .collect();
            let value = json!({"supported": supported, "operators": rows, "op_set": set});
            terminal.json(&value)?;
        } else {
            let mut table = Table::new("lrlll");
            for ((name, version, dtypes), usage) in &uses.rows {
                let verdict = if usage.fault.is_none() { terminal.good("yes") } else { terminal.bad("no") };
                table.row([name, &format!("{} x", usage.count), &format!("v{version}"), dtypes, &verdict]);
            }
            table.print(terminal, "")?;
            for fault in uses.rows.values().filter_map(|usage| usage.fault) {
                writeln!(terminal, "{}", terminal.bad(&uses.faults[fault]))?;
            }
            writeln!(terminal, "\n{}\n{set}", terminal.dim("For a program with these operators only:"))?;
        }
        Ok(if supported { ExitCode::SUCCESS } else { ExitCode::from(UNSUPPORTED) })
    }
}

fn describe(def: &OpDef) -> Value {
    let kernels: Vec<Value> = def
        .kernels
        .iter()
        .map(|family| {
            let rows = (0..).map_while(|index| family.row(index));
            let rows: Vec<Value> = rows.map(|(name, isa)| json!({"name": name, "isa": isa.name()})).collect();
            json!({"family": family.name(), "kernels": rows})
        })
        .collect();
    json!({
        "operator": def.name,
        "version": def.version,
        "element_types": def.sigs.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "kernels": kernels,
    })
}

/// How often an operator occurs with a version and element types.
#[derive(Default)]
struct Usage {
    count: usize,
    /// Why it is not supported: an index into the list of reasons.
    fault: Option<usize>,
}

/// The operators of a model by name, version and element types.
struct Uses {
    rows: BTreeMap<(String, i32, String), Usage>,
    faults: Vec<String>,
}

impl Uses {
    fn of(model: &Model) -> Self {
        let errors = model.unsupported();
        let mut uses =
            Self { rows: BTreeMap::new(), faults: errors.iter().map(ToString::to_string).collect() };
        for (index, graph) in model.subgraphs().enumerate() {
            for (number, node) in graph.nodes().iter().enumerate() {
                let key = (node.name().to_owned(), node.version(), element_types(graph, node));
                let usage = uses.rows.entry(key).or_default();
                usage.count += 1;
                let is_here = |error: &featherlite::Error| {
                    error.subgraph().unwrap_or(0) == index
                        && error.node().is_some_and(|(node, _)| node == number)
                };
                usage.fault = usage.fault.or_else(|| errors.iter().position(is_here));
            }
        }
        uses
    }
}

fn element_types(graph: SubgraphInfo<'_>, node: &NodeInfo) -> String {
    let name = |tensor: usize| graph.tensors()[tensor].dtype().name();
    let inputs: Vec<&str> = node.inputs().iter().map(|input| input.map_or("absent", name)).collect();
    let outputs: Vec<&str> = node.outputs().iter().map(|&output| name(output)).collect();
    format!("({}) -> ({})", inputs.join(", "), outputs.join(", "))
}
