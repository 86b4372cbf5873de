//! `MaxPoolWithArgmax`: the greatest element under a window, and where in its image that is.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};
use featherlite_schema::Padding;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::window::Window;

/// `MaxPoolWithArgmax`.
pub static OP: OpDef = OpDef {
    name: "MaxPoolWithArgmax",
    code: Code::Custom("MaxPoolWithArgmax"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "MaxPoolWithArgmax",
    summary: "The greatest element under a window, and where it is (perception operators).",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const I32: Types = Types::of(&[DType::I32]);

const SIGS: &[Sig] =
    &[Sig { name: "float32", inputs: &[req(F32)], outputs: &[req(F32), req(I32)], version: 1 }];

struct Geometry {
    batch: usize,
    rows: Window,
    columns: Window,
    channels: usize,
}

impl Geometry {
    fn of(node: &Node<'_>) -> Result<Self> {
        let [batch, height, width, channels] = node.input(0)?.shape.nhwc()?;
        let options = CustomOptions::of(node);
        if options.flag("include_batch_in_index")? {
            return Err(Error::unsupported("places counted through the whole batch"));
        }
        let padding = match options.text("padding")? {
            "SAME" => Padding::SAME,
            "VALID" => Padding::VALID,
            other => return Err(Error::invalid_model(format!("padding {other:?}"))),
        };
        // One number for each dimension; batch and channels are not pooled.
        let across = |name| match options.integers(name)?[..] {
            [1, rows, columns, 1] if i32::try_from(rows).is_ok() && i32::try_from(columns).is_ok() => {
                Ok([rows as i32, columns as i32])
            }
            ref other => Err(Error::unsupported(format!("the option {name:?} is {other:?}"))),
        };
        let (sizes, strides) = (across("ksize")?, across("strides")?);
        let window = |input, axis: usize| {
            Window::new(input, usize::try_from(sizes[axis]).unwrap_or(0), strides[axis], 1, padding)
        };
        Ok(Self { batch, rows: window(height, 0)?, columns: window(width, 1)?, channels })
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Geometry { batch, rows, columns, channels } = Geometry::of(node)?;
    let shape = Shape::new(&[batch, rows.output, columns.output, channels])?;
    Ok(Outputs::Known([shape, shape].into()))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let Geometry { rows, columns, channels, .. } = Geometry::of(plan.node)?;
    if plan.node.output(0)?.shape.elements() == 0 {
        return Ok(Box::new(|_: &mut Io<'_>| Ok(())));
    }
    let (down, across) = (rows.spans()?, columns.spans()?);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let image = rows.input * columns.input * channels;
        let pixels = io.output::<f32>(0)?.chunks_exact_mut(channels.max(1));
        let pixels = pixels.zip(io.output::<i32>(1)?.chunks_exact_mut(channels.max(1)));
        for (index, (greatest, places)) in pixels.enumerate() {
            let (row, column) = (index / across.len(), index % across.len());
            let input = &io.input::<f32>(0)?[row / down.len() * image..][..image];
            let (row, column) = (&down[row % down.len()], &across[column]);
            // Where nothing is greater than the least number, the place is that of the first pixel.
            greatest.fill(f32::MIN);
            places.iter_mut().zip(0..).for_each(|(place, channel)| *place = channel);
            for y in row.first..row.first + row.taps.len() {
                for x in column.first..column.first + column.taps.len() {
                    let first = (y * columns.input + x) * channels;
                    for (channel, &element) in input[first..][..channels].iter().enumerate() {
                        if element > greatest[channel] {
                            (greatest[channel], places[channel]) = (element, (first + channel) as i32);
                        }
                    }
                }
            }
        }
        Ok(())
    }))
}
