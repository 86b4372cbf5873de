//! Neural networks as graphs: values, nodes, and changes to them.
//!
//! A [`Model`] has the form of a `.tflite` file (operators, their options, layouts) without its bytes: nodes and values can be
//! added, redirected and removed, sizes can stay open, and everything prints as text. What an operator means is not known
//! here; `featherlite-convert` builds graphs, infers their shapes, rewrites and exports them.
//!
//! ```
//! use featherlite_base::DType;
//! use featherlite_ir::{Dim, Graph, Node, Op, Value};
//! use featherlite_schema::BuiltinOperator;
//!
//! let mut graph = Graph::new("main");
//! let batch = graph.open_size("batch", true);
//! let shape = vec![batch, Dim::fixed(8)];
//! let x = graph.add_value(Value::new("x", DType::F32).with_shape(shape.clone()));
//! let y = graph.add_value(Value::new("y", DType::F32).with_shape(shape));
//! graph.push(Node::new("negate", Op::builtin(BuiltinOperator::NEG), &[x], &[y]));
//! (graph.inputs, graph.outputs) = (vec![x], vec![y]);
//! graph.check()?;
//! assert_eq!(
//!     graph.to_string(),
//!     "graph main(x: FLOAT32[batch,8]) -> (y)\n  y: FLOAT32[batch,8] = NEG(x)\n"
//! );
//! # Ok::<(), featherlite_base::Error>(())
//! ```

mod check;
mod dim;
mod graph;
mod model;
mod op;
mod text;
mod value;

pub use dim::{Dim, TRIALS};
pub use graph::{Graph, Node, NodeId, ValueId};
pub use model::{Model, Signature};
pub use op::{Code, Op};
pub use text::Names;
pub use value::{Contents, Value, aligned};
