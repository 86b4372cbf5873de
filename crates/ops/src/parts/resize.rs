//! What the operators that resize images share.

use alloc::format;

use featherlite_base::{Error, Result, Shape};

use crate::core::{Node, Outputs};

/// The shape of input 0 (NHWC) with the height and width that input 1 holds.
///
/// # Errors
/// If the input is not NHWC, or there are not two positive sizes.
pub fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let [batch, _, _, channels] = node.input(0)?.shape.nhwc()?;
    let Some(size) = node.input(1)?.integers()? else { return Ok(Outputs::AtRun) };
    let positive =
        |size: i64| usize::try_from(size).ok().filter(|&size| size > 0 && size <= i32::MAX as usize);
    match *size {
        [height, width] if positive(height).is_some() && positive(width).is_some() => {
            Ok(Outputs::one(Shape::new(&[batch, height as usize, width as usize, channels])?))
        }
        _ => Err(Error::invalid_value(format!("an image can not be resized to {size:?}"))),
    }
}

/// How positions of the new image are found in the old one.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// The centres of the corner pixels coincide.
    pub align_corners: bool,
    /// Pixels are squares, positions their centres.
    pub half_pixel_centers: bool,
}

impl Grid {
    /// Checks the combination; `input` and `output` are the images' shapes.
    ///
    /// # Errors
    /// If the flags exclude each other, or there is no pixel to take values from.
    pub fn check(self, input: &Shape, output: &Shape) -> Result<()> {
        if self.align_corners && self.half_pixel_centers {
            return Err(Error::invalid_model("align_corners and half_pixel_centers exclude each other"));
        }
        if output.elements() > 0 && input.elements() == 0 {
            return Err(Error::invalid_shape(format!(
                "an image of the shape {input} has no pixels to resize"
            )));
        }
        Ok(())
    }
}
