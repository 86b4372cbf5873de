//! RFFT2D: the frequencies of images of real numbers.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{Complex64, DType, Error, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::fft::{self, Fft, RealFft};
use crate::parts::rearrange;

/// RFFT2D.
pub static OP: OpDef = OpDef {
    name: "RFFT2D",
    code: Code::Builtin(BuiltinOperator::RFFT2D),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef =
    HostDef { name: "RFFT2D", summary: "The frequencies of images of real numbers.", macs: None };

const SIGS: &[Sig] = &[Sig {
    name: "float32",
    inputs: &[req(Types::of(&[DType::F32])), req(Types::of(&[DType::I32]))],
    outputs: &[req(Types::of(&[DType::Complex64]))],
    version: 1,
}];

/// Height and width of the transform; `None` if they are not known yet.
fn sizes(node: &Node<'_>) -> Result<Option<[usize; 2]>> {
    let input = node.input(0)?.shape;
    let Some(sizes) = node.input(1)?.integers()? else { return Ok(None) };
    let size = |size: i64| usize::try_from(size).ok().filter(|&size| size > 0 && size <= fft::MAX_SIZE);
    match *sizes {
        [height, width] if input.rank() >= 2 => match (size(height), size(width)) {
            (Some(height), Some(width)) => Ok(Some([height, width])),
            _ => Err(Error::invalid_value(format!("a transform of {height}x{width} numbers"))),
        },
        _ => Err(Error::invalid_shape(format!("{} sizes of a transform of {input}", sizes.len()))),
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let Some([height, width]) = sizes(node)? else { return Ok(Outputs::AtRun) };
    let input = node.input(0)?.shape;
    let images = &input.dims()[..input.rank() - 2];
    Ok(Outputs::one(Shape::new(&[images, &[height, width / 2 + 1]].concat())?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    rearrange::known(shapes(plan.node)?)?;
    let input = plan.node.input(0)?.shape;
    let [height, width] = sizes(plan.node)?.unwrap_or([1, 1]);
    // A row of one number is its own frequency.
    let rows = (width > 1).then(|| RealFft::<f64>::new(width, false)).transpose()?;
    let columns = Fft::<f64>::new(height, false)?;
    let (own_height, own_width) = (input.dim_from_end(1), input.last());
    let frequencies = width / 2 + 1;
    let values = size_of::<[f64; 2]>();
    let spectrum = plan.scratch(height * frequencies * values);
    let row = plan.scratch(width * size_of::<f64>());
    let column = plan.scratch(height * values);
    let work = plan.scratch(rows.as_ref().map_or(0, RealFft::scratch).max(columns.scratch()) * values);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (input, output) = (io.input::<f32>(0)?, io.output::<Complex64>(0)?);
        let row = io.scratch::<f64>(row)?;
        let spectrum = io.scratch::<f64>(spectrum)?.as_chunks_mut::<2>().0;
        let (column, work) = (io.scratch::<f64>(column)?, io.scratch::<f64>(work)?);
        let (column, work) = (column.as_chunks_mut::<2>().0, work.as_chunks_mut::<2>().0);
        for (image, output) in output.chunks_exact_mut(height * frequencies).enumerate() {
            for (number, spectrum) in spectrum.chunks_exact_mut(frequencies).enumerate() {
                row.fill(0.0);
                // Cut, or followed by zeros.
                if number < own_height {
                    let start = (image * own_height + number) * own_width;
                    let own = &input[start..start + own_width];
                    row.iter_mut().zip(own).for_each(|(to, &from)| *to = f64::from(from));
                }
                match &rows {
                    Some(rows) => rows.forward(row, spectrum, work),
                    None => spectrum[0] = [row[0], 0.0],
                }
            }
            for frequency in 0..frequencies {
                columns.run(|number| spectrum[number * frequencies + frequency], column, work);
                for (number, &[re, im]) in column.iter().enumerate() {
                    output[number * frequencies + frequency] = Complex64 { re: re as f32, im: im as f32 };
                }
            }
        }
        Ok(())
    }))
}
