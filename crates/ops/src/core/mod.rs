//! What an operator is made of: its description, the facts a plan knows, and the memory a run hands out.

mod io;
mod node;
mod operator;
mod plan;
mod signature;

pub use io::{Host, Io, Value};
pub use node::{Node, Tensor};
pub use operator::{Called, Code, Custom, Effects, HostDef, Kernel, Memory, OpDef, OpSet, Operator, Outputs};
pub use plan::{Needs, NoStore, Packed, Plan, Setup, SharedStore};
pub use signature::{Arg, Sig, Types, opt, req, rest, sparse};
