//! Functions of two numbers that operators apply over and over: the bodies of windowed reductions and of scatters.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::{cast, cast_mut};
use featherlite_base::{Bf16, Element, Error, F16, Result};
use featherlite_schema::BuiltinOperator;

use super::strided::Axis;
use crate::core::Node;

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The second.
    Replace,
    /// The sum.
    Add,
    /// The product.
    Multiply,
    /// The smaller one.
    Minimum,
    /// The greater one.
    Maximum,
    /// Whether both are not 0.
    All,
    /// Whether one is not 0.
    Any,
}

/// What a body's only operator stands for.
const BODIES: &[(BuiltinOperator, Function)] = &[
    (BuiltinOperator::ADD, Function::Add),
    (BuiltinOperator::STABLEHLO_ADD, Function::Add),
    (BuiltinOperator::MUL, Function::Multiply),
    (BuiltinOperator::STABLEHLO_MULTIPLY, Function::Multiply),
    (BuiltinOperator::MINIMUM, Function::Minimum),
    (BuiltinOperator::STABLEHLO_MINIMUM, Function::Minimum),
    (BuiltinOperator::MAXIMUM, Function::Maximum),
    (BuiltinOperator::STABLEHLO_MAXIMUM, Function::Maximum),
    (BuiltinOperator::LOGICAL_AND, Function::All),
    (BuiltinOperator::STABLEHLO_AND, Function::All),
    (BuiltinOperator::LOGICAL_OR, Function::Any),
    (BuiltinOperator::STABLEHLO_OR, Function::Any),
];

impl Function {
    /// The function that a subgraph computes; one without operators returns its second argument.
    ///
    /// # Errors
    /// If there is no such subgraph, or it is anything but one known operator.
    pub fn of_subgraph(node: &Node<'_>, index: i32) -> Result<Self> {
        let graph = usize::try_from(index).ok().and_then(|index| node.model.subgraphs().get(index));
        let graph = graph.ok_or_else(|| Error::invalid_model(format!("subgraph {index} does not exist")))?;
        let operators = graph.operators();
        let Some(operator) = operators.get(0) else { return Ok(Self::Replace) };
        let code =
            node.model.operator_codes().get(operator.opcode_index() as usize).map(|code| code.builtin());
        BODIES
            .iter()
            .find(|(known, _)| operators.len() == 1 && Some(*known) == code)
            .map(|&(_, function)| function)
            .ok_or_else(|| {
                Error::unsupported(format!("subgraph {index} is no single operator that can be a body"))
            })
    }
}

/// Numbers that can be combined.
pub trait Combine: Element {
    /// The function for these numbers; integers wrap.
    fn function(function: Function) -> fn(Self, Self) -> Self;
}

macro_rules! integers {
    ($($ty:ty)*) => {$(
        impl Combine for $ty {
            fn function(function: Function) -> fn(Self, Self) -> Self {
                match function {
                    Function::Replace => |_, b| b,
                    Function::Add => <$ty>::wrapping_add,
                    Function::Multiply => <$ty>::wrapping_mul,
                    Function::Minimum => |a, b| if a <= b { a } else { b },
                    Function::Maximum => |a, b| if a >= b { a } else { b },
                    Function::All => |a, b| <$ty>::from(a != 0 && b != 0),
                    Function::Any => |a, b| <$ty>::from(a != 0 || b != 0),
                }
            }
        }
    )*};
}

/// `$to` and `$from` lead to a type that computes, and back.
macro_rules! floats {
    ($($ty:ty, $to:expr, $from:expr;)*) => {$(
        impl Combine for $ty {
            fn function(function: Function) -> fn(Self, Self) -> Self {
                match function {
                    Function::Replace => |_, b| b,
                    Function::Add => |a, b| $from($to(a) + $to(b)),
                    Function::Multiply => |a, b| $from($to(a) * $to(b)),
                    Function::Minimum => |a, b| if $to(a) <= $to(b) { a } else { b },
                    Function::Maximum => |a, b| if $to(a) >= $to(b) { a } else { b },
                    Function::All => |a, b| $from(if $to(a) != 0.0 && $to(b) != 0.0 { 1.0 } else { 0.0 }),
                    Function::Any => |a, b| $from(if $to(a) != 0.0 || $to(b) != 0.0 { 1.0 } else { 0.0 }),
                }
            }
        }
    )*};
}

integers! { i8 u8 i16 u16 i32 u32 i64 u64 }

floats! {
    f32, f32::from, f32::from;
    f64, f64::from, f64::from;
    F16, F16::to_f32, F16::from_f32;
    Bf16, Bf16::to_f32, Bf16::from_f32;
}

/// Applies `function` to each place of the target and its place in the source: `to = function(to, from)`. The axes'
/// steps are in elements and not negative.
pub fn apply<T: Element>(axes: &[Axis], from: &[T], to: &mut [T], function: fn(T, T) -> T) {
    match axes {
        [] => to[0] = function(to[0], from[0]),
        [axis] => {
            for index in 0..axis.size {
                let to = &mut to[index * axis.to];
                *to = function(*to, from[index * axis.from as usize]);
            }
        }
        [axis, inner @ ..] => {
            for index in 0..axis.size {
                apply(inner, &from[index * axis.from as usize..], &mut to[index * axis.to..], function);
            }
        }
    }
}

/// [`apply`] on the bytes of elements.
pub type Bytewise = dyn Fn(&[Axis], &[u8], &mut [u8]) + Send + Sync;

/// [`apply`] for a function of elements `T`, for callers that need not be compiled for each type.
pub fn bytewise<T: Combine>(function: Function) -> Box<Bytewise> {
    let function = T::function(function);
    Box::new(move |axes, from, to| {
        apply::<T>(axes, cast(from).unwrap_or_default(), cast_mut(to).unwrap_or_default(), function);
    })
}
