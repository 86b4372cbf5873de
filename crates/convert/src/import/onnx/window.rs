//! The windows of convolutions and pooling: strides, dilations, and the pads that four kinds of attributes describe.

use super::attributes::Attributes;
use super::call::Call;
use crate::{Error, Result};
use featherlite_ir::ValueId;
use featherlite_schema::BuiltinOperator as Tflite;

/// A window over the spatial dimensions, outermost first.
#[derive(Clone, Debug)]
pub(super) struct Window {
    pub kernel: Vec<usize>,
    pub strides: Vec<usize>,
    pub dilations: Vec<usize>,
    /// What is added before and after each dimension.
    pub pads: Vec<[usize; 2]>,
    /// Whether the pads are the very ones of TensorFlow's SAME.
    pub is_same: bool,
}

/// The attribute, one entry for each of `count` dimensions.
pub(super) fn sizes(attributes: Attributes<'_>, name: &str, count: usize) -> Result<Vec<usize>> {
    let Some(values) = attributes.ints(name)? else { return Ok(vec![1; count]) };
    let sizes: Option<Vec<usize>> = values
        .iter()
        .map(|&value| usize::try_from(value).ok().filter(|&size| size > 0 && size < 1 << 31))
        .collect();
    sizes
        .filter(|sizes| sizes.len() == count)
        .ok_or_else(|| Error::invalid(format!("{name} = {values:?} for {count} spatial dimensions")))
}

/// The attribute `pads`: all that is added before, then all that is added after.
pub(super) fn explicit_pads(attributes: Attributes<'_>, count: usize) -> Result<Vec<[usize; 2]>> {
    let Some(values) = attributes.ints("pads")? else { return Ok(vec![[0, 0]; count]) };
    let wrong = || Error::invalid(format!("pads = {values:?} for {count} spatial dimensions"));
    let pads: Option<Vec<usize>> =
        values.iter().map(|&value| usize::try_from(value).ok().filter(|&pad| pad < 1 << 31)).collect();
    let pads = pads.filter(|pads| pads.len() == 2 * count).ok_or_else(wrong)?;
    Ok((0..count).map(|axis| [pads[axis], pads[count + axis]]).collect())
}

impl Window {
    /// Reads the attributes of a node whose data have the layout `[n, c, …]`.
    ///
    /// # Errors
    /// If they contradict each other, or pads depend on a size that is open.
    pub(super) fn read(c: &Call<'_, '_>, x: ValueId, kernel: &[usize]) -> Result<Self> {
        let count = kernel.len();
        let spatial: Vec<i64> = c.sizes(x)?.split_off(2);
        let strides = sizes(c.attributes, "strides", count)?;
        let dilations = sizes(c.attributes, "dilations", count)?;
        let mut window =
            Self { kernel: kernel.to_vec(), strides, dilations, pads: Vec::new(), is_same: true };
        let auto_pad = c.attributes.string_or("auto_pad", "NOTSET")?;
        match auto_pad {
            "NOTSET" | "VALID" => {
                window.pads = match auto_pad {
                    "VALID" => vec![[0, 0]; count],
                    _ => explicit_pads(c.attributes, count)?,
                };
                window.is_same =
                    (0..count).all(|axis| window.same(axis, spatial[axis]) == Some(window.pads[axis]));
            }
            "SAME_UPPER" | "SAME_LOWER" => {
                for (axis, &size) in spatial.iter().enumerate() {
                    let Some([before, after]) = window.same(axis, size) else {
                        if auto_pad == "SAME_UPPER" {
                            // The runtime computes them.
                            window.pads.push([0, 0]);
                            continue;
                        }
                        let hint = "state the shape of the inputs: --shape NAME=1,3,224,224";
                        return Err(Error::unsupported("auto_pad SAME_LOWER of an open size").hint(hint));
                    };
                    window.is_same &= auto_pad == "SAME_UPPER" || before == after;
                    window.pads.push(if auto_pad == "SAME_UPPER" {
                        [before, after]
                    } else {
                        [after, before]
                    });
                }
            }
            other => return Err(Error::invalid(format!("auto_pad is {other:?}"))),
        }
        if window.pads.iter().all(|&pads| pads == [0, 0]) && auto_pad != "SAME_UPPER" {
            window.is_same = false;
        }
        Ok(window)
    }

    /// The pads of TensorFlow's SAME along an axis of `size`, -1 if it is open; `None` if they depend on an open size.
    fn same(&self, axis: usize, size: i64) -> Option<[usize; 2]> {
        let (extent, stride) = (self.extent(axis), self.strides[axis]);
        let total = match usize::try_from(size) {
            Ok(size) => (size.div_ceil(stride).saturating_sub(1) * stride + extent).saturating_sub(size),
            Err(_) if stride == 1 => extent - 1,
            Err(_) => return None,
        };
        Some([total / 2, total - total / 2])
    }

    /// Elements from the first tap to the last.
    pub(super) fn extent(&self, axis: usize) -> usize {
        (self.kernel[axis] - 1).saturating_mul(self.dilations[axis]).saturating_add(1)
    }

    /// `x`, of the layout `[n, …, c]`, padded with 0 so that the window needs no pads. Those of SAME are left to the operator.
    pub(super) fn pad(&mut self, c: &mut Call<'_, '_>, x: ValueId) -> Result<ValueId> {
        if self.is_same || self.pads.iter().all(|&pads| pads == [0, 0]) {
            return Ok(x);
        }
        let pads = self.all_pads();
        self.pads.iter_mut().for_each(|pads| *pads = [0, 0]);
        c.b.pad(x, &pads)
    }

    /// As [`Self::pad`], with another value than 0.
    pub(super) fn pad_with(&mut self, c: &mut Call<'_, '_>, x: ValueId, value: f64) -> Result<ValueId> {
        if self.is_same || self.pads.iter().all(|&pads| pads == [0, 0]) {
            return Ok(x);
        }
        let pads: Vec<i32> = self.all_pads().iter().flatten().map(|&size| size as i32).collect();
        self.pads.iter_mut().for_each(|pads| *pads = [0, 0]);
        let value = c.scalar_like(x, value)?;
        let amounts = c.b.constant(&[pads.len() / 2, 2], &pads)?;
        c.b.add(Tflite::PADV2, &[x, amounts, value])
    }

    /// The pads of all dimensions of `[n, …, c]`.
    fn all_pads(&self) -> Vec<[usize; 2]> {
        let mut pads = vec![[0, 0]];
        pads.extend(&self.pads);
        pads.push([0, 0]);
        pads
    }

    /// The window with another dimension of size 1 in front, as if a line were an image.
    pub(super) fn with_height(&self) -> Self {
        let with = |list: &[usize]| [&[1], list].concat();
        Self {
            kernel: with(&self.kernel),
            strides: with(&self.strides),
            dilations: with(&self.dilations),
            pads: [&[[0, 0]], &self.pads[..]].concat(),
            is_same: self.is_same,
        }
    }

    /// As operators on images have it.
    pub(super) fn image(&self) -> crate::build::Window {
        crate::build::Window {
            strides: [self.strides[0], self.strides[1]],
            dilations: [self.dilations[0], self.dilations[1]],
            is_same: self.is_same,
        }
    }
}
