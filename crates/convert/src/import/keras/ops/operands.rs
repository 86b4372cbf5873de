//! What functions are called with: tensors, numbers, lists and arrays, by position or by the names of either framework.

use featherlite_base::DType;
use featherlite_ir::ValueId;
use serde_json::Value;

use crate::build::Builder;
use crate::import::keras::config::{self, shortened};
use crate::import::keras::context::{Context, Input};
use crate::import::keras::run;
use crate::{Error, Result};

impl Context<'_, '_> {
    /// The argument at `position` or under one of `names`.
    pub(super) fn any(&self, position: usize, names: &[&str]) -> Option<&Input> {
        let named = || names.iter().find_map(|name| self.argument(usize::MAX, name));
        self.argument(position, "").or_else(named)
    }

    /// An argument or setting that is a constant.
    pub(super) fn any_constant(&self, position: usize, names: &[&str]) -> Option<Value> {
        let argument = self.any(position, names).and_then(Input::constant);
        argument.or_else(|| names.iter().find_map(|name| self.config().get(name).cloned()))
    }

    /// … that is a list of integers, or one integer.
    pub(super) fn any_ints(&self, position: usize, names: &[&str]) -> Result<Option<Vec<i64>>> {
        let Some(value) = self.any_constant(position, names) else { return Ok(None) };
        config::integers(plain(&value)).map(Some).ok_or_else(|| self.unfit(names, &value))
    }

    /// … that is an integer.
    pub(super) fn any_int(&self, position: usize, names: &[&str]) -> Result<Option<i64>> {
        let Some(value) = self.any_constant(position, names) else { return Ok(None) };
        config::integer(plain(&value)).map(Some).ok_or_else(|| self.unfit(names, &value))
    }

    /// … that is a number.
    pub(super) fn any_float(&self, position: usize, names: &[&str]) -> Result<Option<f32>> {
        let Some(value) = self.any_constant(position, names) else { return Ok(None) };
        config::number(plain(&value))
            .map(|number| Some(number as f32))
            .ok_or_else(|| self.unfit(names, &value))
    }

    /// … that is true or false.
    pub(super) fn any_bool(&self, position: usize, names: &[&str], default: bool) -> Result<bool> {
        let Some(value) = self.any_constant(position, names) else { return Ok(default) };
        value.as_bool().ok_or_else(|| self.unfit(names, &value))
    }

    /// … that is text.
    pub(super) fn any_text(&self, position: usize, names: &[&str]) -> Result<Option<String>> {
        let Some(value) = self.any_constant(position, names) else { return Ok(None) };
        value.as_str().map(|text| Some(text.to_lowercase())).ok_or_else(|| self.unfit(names, &value))
    }

    fn unfit(&self, names: &[&str], value: &Value) -> Error {
        Error::invalid(format!("the argument {} is {}", names.first().unwrap_or(&"?"), shortened(value)))
    }

    /// The argument at `position` or under one of `names` as a tensor; constants become tensors, of `dtype` if it is given.
    pub(super) fn operand(
        &mut self,
        position: usize,
        names: &[&str],
        dtype: Option<DType>,
    ) -> Result<ValueId> {
        let found = self.any(position, names).cloned();
        let found = found.ok_or_else(|| Error::invalid(format!("argument {position} is missing")))?;
        tensor_of(self.b, &found, dtype)
    }

    /// The two operands of an operation, in one element type.
    pub(super) fn operands(&mut self, second: &[&str]) -> Result<(ValueId, ValueId)> {
        let first = ["x", "x1", "a", "input", "inputs", "tensor"];
        let dtype = self.tensors().first().map(|tensor| self.b.dtype(tensor.id));
        let x = self.operand(0, &first, dtype)?;
        let y = self.operand(1, second, dtype)?;
        self.unified(x, y)
    }

    /// Both values in the wider of their element types.
    pub(super) fn unified(&mut self, x: ValueId, y: ValueId) -> Result<(ValueId, ValueId)> {
        let (left, right) = (self.b.dtype(x), self.b.dtype(y));
        if left == right {
            return Ok((x, y));
        }
        let wider = if rank(left) >= rank(right) { left } else { right };
        Ok((self.b.cast(x, wider)?, self.b.cast(y, wider)?))
    }
}

/// How wide an element type is, for sums of different ones.
fn rank(dtype: DType) -> u32 {
    match dtype {
        DType::Bool => 0,
        DType::U8 | DType::I8 => 1,
        DType::I16 | DType::U16 => 2,
        DType::I32 | DType::U32 => 3,
        DType::I64 | DType::U64 => 4,
        _ => 5,
    }
}

/// An argument as a tensor.
pub(super) fn tensor_of(b: &mut Builder<'_>, input: &Input, dtype: Option<DType>) -> Result<ValueId> {
    if let Input::Tensor(tensor) = input {
        return Ok(tensor.id);
    }
    if let Input::List(items) = input
        && items.iter().any(|item| item.constant().is_none())
    {
        let items = items.iter().map(|item| tensor_of(b, item, dtype)).collect::<Result<Vec<_>>>()?;
        return crate::import::compose::shape::stack(b, &items, 0);
    }
    let value = input.constant().ok_or_else(|| Error::internal("a constant that is none"))?;
    constant_of(b, &value, dtype)
}

/// The array inside the notation that Keras 3 has for arrays and tensors.
pub(super) fn plain(value: &Value) -> &Value {
    match value["class_name"].as_str() {
        Some("__numpy__" | "__tensor__") => &value["config"]["value"],
        _ => value,
    }
}

/// A number or nested lists of numbers, in `dtype` if that can hold them.
fn constant_of(b: &mut Builder<'_>, value: &Value, dtype: Option<DType>) -> Result<ValueId> {
    let stated = match value["class_name"].as_str() {
        Some("__numpy__" | "__tensor__") => Some(run::dtype(&value["config"]["dtype"])?),
        _ => None,
    };
    let (mut sizes, mut elements, mut is_real) = (Vec::new(), Vec::new(), false);
    let bad = || Error::invalid(format!("the argument {}", shortened(value)));
    if !collect(plain(value), 0, &mut sizes, &mut elements, &mut is_real) {
        return Err(bad());
    }
    let count: usize = sizes.iter().product();
    if count != elements.len() {
        return Err(bad());
    }
    let made = match (is_real, stated.or(dtype)) {
        (true, _) | (false, None | Some(DType::F32)) => {
            let elements: Vec<f32> = elements.iter().map(|&element| element as f32).collect();
            b.constant(&sizes, &elements)?
        }
        (false, Some(dtype)) => {
            let elements: Vec<i64> = elements.iter().map(|&element| element as i64).collect();
            let wide = b.constant(&sizes, &elements)?;
            b.cast(wide, dtype)?
        }
    };
    Ok(made)
}

fn collect(
    value: &Value,
    depth: usize,
    sizes: &mut Vec<usize>,
    elements: &mut Vec<f64>,
    is_real: &mut bool,
) -> bool {
    if let Some(items) = value.as_array() {
        if sizes.len() == depth {
            sizes.push(items.len());
        }
        return sizes[depth] == items.len()
            && items.iter().all(|item| collect(item, depth + 1, sizes, elements, is_real));
    }
    let number = value.as_bool().map(|bool| f64::from(u8::from(bool))).or_else(|| config::number(value));
    *is_real |= value.is_f64() || value.is_string();
    elements.extend(number);
    number.is_some() && sizes.len() == depth
}
