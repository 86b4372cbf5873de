//! WHILE: carries values through a loop. As long as one subgraph finds them to be true, another makes the next ones.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Error, Result};
use featherlite_schema::{BuiltinOperator, WhileOptions};

use crate::core::{
    Called, Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, rest,
};
use crate::parts::subgraph::{self, Arguments};

/// WHILE.
pub static OP: OpDef = OpDef {
    name: "WHILE",
    code: Code::Builtin(BuiltinOperator::WHILE),
    version: 1,
    sigs: &[Sig { name: "any", inputs: &[rest(Types::ANY)], outputs: &[rest(Types::ANY)], version: 1 }],
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::Some,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "WHILE", summary: "Carries values through a loop over a subgraph.", macs: None };

fn subgraphs(node: &Node<'_>) -> Result<(usize, usize)> {
    let options: WhileOptions<'_> = node.options();
    let condition = subgraph::index(options.cond_subgraph_index())?;
    let body = subgraph::index(options.body_subgraph_index())?;
    if condition == body {
        return Err(Error::unsupported(format!("a loop with subgraph {body} as condition and body")));
    }
    Ok((condition, body))
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (_, body) = subgraphs(node)?;
    Ok(Outputs::Called(Called { subgraphs: [body].into(), first_input: 0, is_loop: true }))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let (condition, body) = subgraphs(plan.node)?;
    let arguments = Arguments::new(plan, 0)?;
    Ok(Box::new(move |io: &mut Io<'_>| {
        let values = arguments.values(io)?;
        io.host.repeat(condition, body, &values)?;
        arguments.is_placed().try_for_each(|(output, is_placed)| {
            io.take_from_host(output, is_placed, |host| host.carried(body, output))
        })
    }))
}
