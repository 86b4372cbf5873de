//! EMBEDDING_LOOKUP: rows of a table, by number. Quantized tables may give real rows.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use featherlite_base::arena::bytes_of;
use featherlite_base::{DType, Element, Error, F16, Quantization, Result, Shape};
use featherlite_schema::BuiltinOperator;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::blockwise::BlockScales;
use crate::parts::gather::position;
use crate::parts::requantize::check_symmetric;
use crate::parts::subbyte;

/// EMBEDDING_LOOKUP.
pub static OP: OpDef = OpDef {
    name: "EMBEDDING_LOOKUP",
    code: Code::Builtin(BuiltinOperator::EMBEDDING_LOOKUP),
    version: 5,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "EMBEDDING_LOOKUP",
    summary: "Rows of a table, by number; rows of a quantized table may come out real.",
    macs: None,
};

const I32: Types = Types::of(&[DType::I32]);
const FLOAT: Types = Types::of(&[DType::F32, DType::F16]);
const QUANTIZED: Types = Types::of(&[DType::I8, DType::U8, DType::I4, DType::I2]);

const SIGS: &[Sig] = &[
    Sig { name: "hybrid", inputs: &[req(I32), req(QUANTIZED)], outputs: &[req(FLOAT)], version: 3 },
    Sig {
        name: "same type",
        inputs: &[req(I32), req(Types::SIZED)],
        outputs: &[req(Types::SIZED)],
        version: 1,
    },
];

const NUMBERS: usize = 0;
const TABLE: usize = 1;

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let (numbers, table) = (node.input(NUMBERS)?.shape, node.input(TABLE)?.shape);
    if numbers.rank() != 1 || table.rank() < 2 {
        return Err(Error::invalid_shape(format!("numbers {numbers} of rows of {table}")));
    }
    Ok(Outputs::one(table.with_dim(0, numbers.dim(0))?))
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let (table, output) = (node.input(TABLE)?, node.output(0)?);
    let (rows, width) = (table.shape.dim(0), table.shape.dims()[1..].iter().product::<usize>());
    if table.dtype == output.dtype {
        let bytes = Shape::new(&[width])?.bytes(table.dtype)?;
        return Ok(Box::new(move |io: &mut Io<'_>| {
            let (table, output) = (io.input::<u8>(TABLE)?, io.output::<u8>(0)?);
            for (&number, output) in io.input::<i32>(NUMBERS)?.iter().zip(output.chunks_mut(bytes.max(1))) {
                output.copy_from_slice(&table[position(number, rows)? * bytes..][..bytes]);
            }
            Ok(())
        }));
    }
    let scales = Scales::of(node, width)?;
    match (table.dtype, output.dtype) {
        (DType::I8 | DType::U8 | DType::I4 | DType::I2, DType::F32) => real(plan, scales, rows, width, |x| x),
        (DType::I8 | DType::U8 | DType::I4 | DType::I2, DType::F16) => {
            real(plan, scales, rows, width, F16::from_f32)
        }
        (from, to) => Err(Error::unsupported(format!("rows of {from} as {to}"))),
    }
}

/// The scales of a table.
struct Scales {
    scales: Vec<f32>,
    /// Neighbours in memory with the same scale.
    run: usize,
}

impl Scales {
    fn of(node: &Node<'_>, width: usize) -> Result<Self> {
        let table = node.input(TABLE)?;
        if let Quantization::Blockwise(_) = table.quantization {
            let BlockScales { block, scales } = BlockScales::of(node, table)?;
            return Ok(Self { scales, run: block });
        }
        check_symmetric(table)?;
        let scales = table.quantization.affine().map_or(Vec::new(), |affine| affine.scales.clone());
        match scales.len() {
            1 => Ok(Self { scales, run: usize::MAX }),
            count if count == table.shape.dim(0) => Ok(Self { scales, run: width.max(1) }),
            count => Err(Error::invalid_model(format!("{count} scales of rows of {}", table.shape))),
        }
    }
}

/// A kernel for real rows of a quantized table, each number brought to the output's type by `narrow`.
fn real<T: Element>(
    plan: &mut Plan<'_>,
    scales: Scales,
    rows: usize,
    width: usize,
    narrow: fn(f32) -> T,
) -> Result<Box<dyn Kernel>> {
    let dtype = plan.node.input(TABLE)?.dtype;
    // Rows of sub-byte elements need not begin at a byte.
    let per_byte = (8 / dtype.bits()).max(1);
    let unpacked = plan.scratch(width + per_byte);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (table, unpacked) = (io.input::<i8>(TABLE)?, io.scratch::<i8>(unpacked)?);
        let output = io.output::<T>(0)?;
        for (&number, output) in io.input::<i32>(NUMBERS)?.iter().zip(output.chunks_mut(width.max(1))) {
            let first = position(number, rows)? * width;
            let row = match per_byte {
                // Tables of UINT8 hold signed numbers too.
                1 => &table[first..][..width],
                _ => {
                    let unpacked = &mut unpacked[..first % per_byte + width];
                    subbyte::unpack(dtype, bytes_of(&table[first / per_byte..]), unpacked)?;
                    &unpacked[first % per_byte..]
                }
            };
            for ((index, output), q) in output.iter_mut().enumerate().zip(row) {
                *output = narrow(f32::from(*q) * scales.scales[(first + index) / scales.run]);
            }
        }
        Ok(())
    }))
}
