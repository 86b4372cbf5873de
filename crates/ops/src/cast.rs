//! CAST: numbers as another type.
//!
//! Integers wrap; real numbers lose their fraction on the way to integers and are cut to what the type holds, and what is not a
//! number becomes the greatest. Complex numbers lose their imaginary part on the way to others.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::arena::{cast, cast_mut, for_each_chunk};
use featherlite_base::{Bf16, Complex64, DType, Element, Error, F16, Result};
use featherlite_schema::BuiltinOperator;
use featherlite_simd::Copied;

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, OpDef, Plan, Sig, Types, req};
use crate::parts::elementwise::{self, same_shape, unary};
use crate::parts::subbyte;

/// CAST.
pub static OP: OpDef = OpDef {
    name: "CAST",
    code: Code::Builtin(BuiltinOperator::CAST),
    version: 9,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes: same_shape,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef { name: "CAST", summary: "The same numbers as another type.", macs: None };

const F32: Types = Types::of(&[DType::F32]);
const PACKED: Types = Types::of(&[DType::I4, DType::U4, DType::I2]);
const NUMBER: Types = Types::of(&[
    DType::F32,
    DType::F16,
    DType::Bf16,
    DType::F64,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U16,
    DType::I32,
    DType::U32,
    DType::I64,
    DType::Bool,
    DType::Complex64,
]);

const SIGS: &[Sig] = &[
    Sig { name: "number", inputs: &[req(NUMBER)], outputs: &[req(NUMBER)], version: 1 },
    Sig { name: "from sub-byte", inputs: &[req(PACKED)], outputs: &[req(F32)], version: 6 },
    Sig { name: "to sub-byte", inputs: &[req(F32)], outputs: &[req(PACKED)], version: 6 },
];

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let input = plan.node.input(0)?;
    Ok(match (input.dtype, plan.node.output(0)?.dtype) {
        (from, to) if from == to => Box::new(|io: &mut Io<'_>| io.copy(0, 0)),
        // The usual pairs have loops of their own.
        (DType::I32, DType::F32) => unary(plan, |x: i32| x as f32),
        (DType::U8, DType::F32) => unary(plan, |x: u8| f32::from(x)),
        (DType::I8, DType::F32) => unary(plan, |x: i8| f32::from(x)),
        (DType::Bool, DType::F32) => unary(plan, |x: u8| if x != 0 { 1.0f32 } else { 0.0 }),
        (DType::F32, DType::I32) => unary(plan, |x: f32| if x.is_nan() { i32::MAX } else { x as i32 }),
        (DType::F32, DType::U8) => unary(plan, |x: f32| if x.is_nan() { u8::MAX } else { x as u8 }),
        (DType::I32, DType::I64) => unary(plan, |x: i32| i64::from(x)),
        (DType::I64, DType::I32) => unary(plan, |x: i64| x as i32),
        (DType::F32, DType::F16) => unary(plan, F16::from_f32),
        (DType::F16, DType::F32) => unary(plan, F16::to_f32),
        (from @ (DType::I4 | DType::U4 | DType::I2), _) => {
            let unpacked = plan.scratch(input.shape.elements());
            Box::new(move |io: &mut Io<'_>| {
                let unpacked = io.scratch::<i8>(unpacked)?;
                subbyte::unpack(from, io.input(0)?, unpacked)?;
                let output = io.output::<f32>(0)?;
                output.iter_mut().zip(unpacked).for_each(|(to, from)| *to = f32::from(*from));
                Ok(())
            })
        }
        (_, to @ (DType::I4 | DType::U4 | DType::I2)) => {
            let (least, greatest) = match to {
                DType::I4 => (-8.0, 7.0),
                DType::U4 => (0.0, 15.0),
                _ => (-2.0, 1.0),
            };
            let whole = plan.scratch(input.shape.elements());
            Box::new(move |io: &mut Io<'_>| {
                let (whole, input) = (io.scratch::<i8>(whole)?, io.input::<f32>(0)?);
                whole.iter_mut().zip(input).for_each(|(to, x)| *to = x.max(least).min(greatest) as i8);
                subbyte::pack(to, whole, io.output(0)?)
            })
        }
        (from, to) => through(plan, from, to)?,
    })
}

/// Elements that are converted at a time.
const BLOCK: usize = 256;

/// Numbers between two types: wide enough for both.
enum Wide {
    Whole([i64; BLOCK]),
    Real([f64; BLOCK]),
}

/// Brings the elements in `bytes` to the wide form.
type Read = fn(bytes: &[u8], wide: &mut Wide) -> Result<()>;

/// Brings numbers in the wide form to elements in `bytes`, as many as these hold.
type Write = fn(wide: &Wide, bytes: &mut [u8]) -> Result<()>;

/// A kernel for any pair of types.
fn through(plan: &Plan<'_>, from: DType, to: DType) -> Result<Box<dyn Kernel>> {
    let (read, write, level) = (reader(from)?, writer(to)?, elementwise::level(plan));
    let (from_size, to_size) = (from.bits() / 8, to.bits() / 8);
    Ok(Box::new(move |io: &mut Io<'_>| {
        let input = io.input::<u8>(0)?;
        for_each_chunk(io.parallel, io.output::<u8>(0)?, BLOCK * to_size, |index, output| {
            let input = &input[index * BLOCK * from_size..][..output.len() / to_size * from_size];
            let mut wide = if is_real(from) { Wide::Real([0.0; BLOCK]) } else { Wide::Whole([0; BLOCK]) };
            // Tensors are aligned for their type, and blocks are whole numbers of elements.
            level
                .vectorize(
                    #[inline(always)]
                    || read(input, &mut wide).and_then(|()| write(&wide, output)),
                )
                .unwrap_or(());
        });
        Ok(())
    }))
}

fn is_real(dtype: DType) -> bool {
    matches!(dtype, DType::F32 | DType::F16 | DType::Bf16 | DType::F64 | DType::Complex64)
}

fn reader(dtype: DType) -> Result<Read> {
    Ok(match dtype {
        DType::F32 => |bytes, wide| real(bytes, wide, |x: f32| x.into()),
        DType::F16 => |bytes, wide| real(bytes, wide, |x: F16| x.to_f32().into()),
        DType::Bf16 => |bytes, wide| real(bytes, wide, |x: Bf16| x.to_f32().into()),
        DType::F64 => |bytes, wide| real(bytes, wide, |x: f64| x),
        DType::Complex64 => |bytes, wide| real(bytes, wide, |x: Complex64| x.re.into()),
        DType::I8 => |bytes, wide| whole(bytes, wide, |x: i8| x.into()),
        DType::U8 => |bytes, wide| whole(bytes, wide, |x: u8| x.into()),
        DType::Bool => |bytes, wide| whole(bytes, wide, |x: u8| (x != 0).into()),
        DType::I16 => |bytes, wide| whole(bytes, wide, |x: i16| x.into()),
        DType::U16 => |bytes, wide| whole(bytes, wide, |x: u16| x.into()),
        DType::I32 => |bytes, wide| whole(bytes, wide, |x: i32| x.into()),
        DType::U32 => |bytes, wide| whole(bytes, wide, |x: u32| x.into()),
        DType::I64 => |bytes, wide| whole(bytes, wide, |x: i64| x),
        other => return Err(Error::unsupported(format!("CAST from {other}"))),
    })
}

fn real<T: Element>(bytes: &[u8], wide: &mut Wide, convert: impl Fn(T) -> f64) -> Result<()> {
    if let Wide::Real(wide) = wide {
        for (wide, x) in wide.iter_mut().zip(cast::<T>(bytes)?) {
            Copied::SMALL.round();
            *wide = convert(*x);
        }
    }
    Ok(())
}

fn whole<T: Element>(bytes: &[u8], wide: &mut Wide, convert: impl Fn(T) -> i64) -> Result<()> {
    if let Wide::Whole(wide) = wide {
        for (wide, x) in wide.iter_mut().zip(cast::<T>(bytes)?) {
            Copied::SMALL.round();
            *wide = convert(*x);
        }
    }
    Ok(())
}

fn writer(dtype: DType) -> Result<Write> {
    /// An integer type, of a real number that is one.
    macro_rules! integer {
        ($ty:ty) => {
            |wide, bytes| {
                let of_real = |x: f64| if x.is_nan() { <$ty>::MAX } else { x as $ty };
                write(wide, bytes, |x| x as $ty, of_real)
            }
        };
    }
    Ok(match dtype {
        DType::F32 => |wide, bytes| write(wide, bytes, |x| x as f32, |x| x as f32),
        DType::F16 => {
            |wide, bytes| write(wide, bytes, |x| F16::from_f32(x as f32), |x| F16::from_f32(x as f32))
        }
        DType::Bf16 => {
            |wide, bytes| write(wide, bytes, |x| Bf16::from_f32(x as f32), |x| Bf16::from_f32(x as f32))
        }
        DType::F64 => |wide, bytes| write(wide, bytes, |x| x as f64, |x| x),
        DType::Complex64 => |wide, bytes| {
            let complex = |re| Complex64 { re, im: 0.0 };
            write(wide, bytes, |x| complex(x as f32), |x| complex(x as f32))
        },
        DType::Bool => |wide, bytes| write(wide, bytes, |x| u8::from(x != 0), |x| u8::from(x != 0.0)),
        DType::I8 => integer!(i8),
        DType::U8 => integer!(u8),
        DType::I16 => integer!(i16),
        DType::U16 => integer!(u16),
        DType::I32 => integer!(i32),
        DType::U32 => integer!(u32),
        DType::I64 => integer!(i64),
        other => return Err(Error::unsupported(format!("CAST to {other}"))),
    })
}

fn write<T: Element>(
    wide: &Wide,
    bytes: &mut [u8],
    of_whole: impl Fn(i64) -> T,
    of_real: impl Fn(f64) -> T,
) -> Result<()> {
    let to = cast_mut::<T>(bytes)?.iter_mut();
    match wide {
        Wide::Whole(wide) => {
            for (to, x) in to.zip(wide) {
                Copied::SMALL.round();
                *to = of_whole(*x);
            }
        }
        Wide::Real(wide) => {
            for (to, x) in to.zip(wide) {
                Copied::SMALL.round();
                *to = of_real(*x);
            }
        }
    }
    Ok(())
}
