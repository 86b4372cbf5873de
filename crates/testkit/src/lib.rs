//! What tests across crates share: a short way to build models in memory, and numbers that look random.
//!
//! ```
//! use featherlite_schema::{ActivationFunctionType, BuiltinOperator, owned};
//! use featherlite_testkit::{ModelBuilder, Op, constant, tensor};
//!
//! let mut model = ModelBuilder::new();
//! let mut graph = model.subgraph("main");
//! let x = graph.input(tensor::<f32>(&[1, 2]).named("x"));
//! let bias = graph.tensor(constant(&[2], &[0.5f32, -4.0]));
//! let relu = ActivationFunctionType::RELU;
//! let add = Op::builtin(BuiltinOperator::ADD)
//!     .options(owned::AddOptions { fused_activation_function: relu, ..Default::default() });
//! let y = graph.add(add, &[x, bias], tensor::<f32>(&[1, 2]));
//! graph.output(y);
//! let file = model.build();
//! assert_eq!(&file[4..8], b"TFL3");
//! ```

mod model;
mod random;

pub use model::{ModelBuilder, Op, Subgraph, TensorSpec, constant, tensor, tensor_of};
pub use random::Random;
