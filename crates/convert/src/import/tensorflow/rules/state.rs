//! Variables. Those that nothing changes are constants; the others are resources of TFLite.

use bytes::Bytes;
use featherlite_base::DType;
use featherlite_ir::{Dim, Op, Value, ValueId};
use featherlite_schema::{BuiltinOperator as B, owned};

use super::super::call::Call;
use super::super::messages::NodeDef;
use super::super::operand::Operand;
use super::super::refusal::refuse;
use super::super::tensor;
use super::super::variables::shared_name;
use super::{Rule, any, one};
use crate::build::Builder;
use crate::import::compose::shape::axis;
use crate::{Error, Result};

pub(super) const RULES: &[Rule] = &[
    any(&["VarHandleOp"], &[B::VAR_HANDLE], handle),
    any(&["VariableV2", "Variable"], &[], reference),
    one(&["ReadVariableOp"], &[B::READ_VARIABLE], |call| read(call, 0)),
    any(&["AssignVariableOp"], &[B::ASSIGN_VARIABLE], |call| assign(call, None)),
    any(&["AssignAddVariableOp"], &[B::READ_VARIABLE, B::ADD, B::ASSIGN_VARIABLE], |call| {
        assign(call, Some(B::ADD))
    }),
    any(&["AssignSubVariableOp"], &[B::READ_VARIABLE, B::SUB, B::ASSIGN_VARIABLE], |call| {
        assign(call, Some(B::SUB))
    }),
    one(&["ResourceGather"], &[B::GATHER], gather),
    one(&["ResourceGatherNd"], &[B::GATHER_ND], |call| {
        let (table, indices) = (read(call, 0)?, call.input(1)?);
        call.builder.add(B::GATHER_ND, &[table, indices])
    }),
    one(&["VarIsInitializedOp", "IsVariableInitialized"], &[], |call| {
        call.builder.constant_bytes(DType::Bool, &[], Bytes::from_static(&[1]))
    }),
    any(&["DisableCopyOnRead"], &[], |_| Ok(Vec::new())),
];

fn handle<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    Ok(vec![Operand::Variable(call.node.def)])
}

/// A variable of TensorFlow 1 is read wherever it is used.
fn reference<'a>(call: &mut Call<'_, '_, 'a>) -> Result<Vec<Operand<'a>>> {
    if call.translator.is_state(call.node.def) {
        return refuse(
            "a reference variable that the network changes",
            "build the model with resource variables: tf.compat.v1.enable_resource_variables()",
        );
    }
    Ok(vec![call.translator.frozen(call.builder, call.node.def)?.into()])
}

fn variable<'a>(call: &Call<'_, '_, 'a>, index: usize) -> Result<&'a NodeDef> {
    match call.operand(index)? {
        Operand::Variable(variable) => Ok(variable),
        _ => refuse(
            "a variable that is chosen while the network runs",
            "use one variable and choose among its slices",
        ),
    }
}

fn read(call: &mut Call<'_, '_, '_>, index: usize) -> Result<ValueId> {
    let variable = variable(call, index)?;
    if !call.translator.is_state(variable) {
        return call.translator.frozen(call.builder, variable);
    }
    let initial = call.translator.initial(variable)?;
    let value = Value::new(&variable.name, tensor::computed(initial.dtype));
    let value = value.with_shape(initial.dims.iter().copied().map(Dim::fixed).collect());
    let handle = resource(call.builder, variable)?;
    let read = call.builder.add_values(B::READ_VARIABLE, &[Some(handle)], vec![value])?;
    read.first().copied().ok_or_else(|| Error::internal("a reading without a result"))
}

/// Stores the second operand, or what `op` makes of the present value and it.
fn assign<'a>(call: &mut Call<'_, '_, 'a>, op: Option<B>) -> Result<Vec<Operand<'a>>> {
    let (variable, mut value) = (variable(call, 0)?, call.input(1)?);
    if let Some(op) = op {
        let present = read(call, 0)?;
        value = call.builder.binary(op, present, value)?;
    }
    store(call.builder, variable, value)?;
    Ok(Vec::new())
}

/// Stores a value in a variable.
///
/// # Errors
/// If the operators do not take it.
pub(crate) fn store(builder: &mut Builder<'_>, variable: &NodeDef, value: ValueId) -> Result<()> {
    let handle = resource(builder, variable)?;
    builder.add_as(B::ASSIGN_VARIABLE, &[Some(handle), Some(value)], &[])?;
    Ok(())
}

/// The handle of a variable that is state.
fn resource(builder: &mut Builder<'_>, variable: &NodeDef) -> Result<ValueId> {
    let shared_name = shared_name(variable).unwrap_or_else(|| variable.name.clone());
    let options = owned::VarHandleOptions { container: String::new(), shared_name };
    builder.add_typed(Op::with(B::VAR_HANDLE, options), &[], DType::Resource)
}

fn gather(call: &mut Call<'_, '_, '_>) -> Result<ValueId> {
    let (table, indices) = (read(call, 0)?, call.input(1)?);
    let batch_dims = call.int_or("batch_dims", 0)?;
    let rank = call.builder.rank(table)?;
    let options =
        owned::GatherOptions { axis: axis(batch_dims, rank)? as i32, batch_dims: batch_dims as i32 };
    call.builder.add(Op::with(B::GATHER, options), &[table, indices])
}
