use featherlite::{Bf16, DType, F16};
use featherlite_testkit::{TensorSpec, tensor_of};

/// A tensor as an oracle sees it: elements widened to where nothing is lost, and what they stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Its element type.
    pub dtype: DType,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Scales and zero points, if it is quantized.
    pub scales: Option<Scales>,
    /// Its elements.
    pub elements: Elements,
}

/// Scales and zero points: one each, or one for each index along an axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Scales {
    /// The axis that they run along when there are several.
    pub axis: usize,
    /// The scales.
    pub scales: Vec<f32>,
    /// As many zero points.
    pub zero_points: Vec<i64>,
}

impl Scales {
    /// One scale for the whole tensor.
    pub fn whole(scale: f32, zero_point: i64) -> Self {
        Self { axis: 0, scales: vec![scale], zero_points: vec![zero_point] }
    }
}

/// The elements of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub enum Elements {
    /// Floating-point numbers of any width.
    Real(Vec<f64>),
    /// Integers of any width (64-bit unsigned ones by their bits), and booleans.
    Whole(Vec<i64>),
    /// Complex numbers.
    Complex(Vec<[f64; 2]>),
    /// Strings.
    Text(Vec<Vec<u8>>),
}

impl Elements {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Real(elements) => elements.len(),
            Self::Whole(elements) => elements.len(),
            Self::Complex(elements) => elements.len(),
            Self::Text(elements) => elements.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The elements at these places.
    #[must_use]
    pub fn at(&self, places: &[usize]) -> Self {
        match self {
            Self::Real(elements) => Self::Real(places.iter().map(|&place| elements[place]).collect()),
            Self::Whole(elements) => Self::Whole(places.iter().map(|&place| elements[place]).collect()),
            Self::Complex(elements) => Self::Complex(places.iter().map(|&place| elements[place]).collect()),
            Self::Text(elements) => Self::Text(places.iter().map(|&place| elements[place].clone()).collect()),
        }
    }
}

impl Value {
    /// A tensor of a float type; elements are rounded to the type.
    ///
    /// # Panics
    /// If the type is none, or the elements are not as many as the shape says.
    pub fn real(dtype: DType, shape: &[usize], elements: Vec<f64>) -> Self {
        let round = |element: f64| match dtype {
            DType::F32 => f64::from(element as f32),
            DType::F16 => f64::from(F16::from_f32(element as f32).to_f32()),
            DType::Bf16 => f64::from(Bf16::from_f32(element as f32).to_f32()),
            DType::F64 => element,
            other => panic!("{other} is not a float type"),
        };
        Self::new(dtype, shape, Elements::Real(elements.into_iter().map(round).collect()))
    }

    /// A tensor of `FLOAT32`.
    pub fn float(shape: &[usize], elements: Vec<f64>) -> Self {
        Self::real(DType::F32, shape, elements)
    }

    /// A tensor of integers or booleans.
    pub fn whole(dtype: DType, shape: &[usize], elements: Vec<i64>) -> Self {
        Self::new(dtype, shape, Elements::Whole(elements))
    }

    /// A tensor of `INT32`.
    pub fn ints(shape: &[usize], elements: &[i64]) -> Self {
        Self::whole(DType::I32, shape, elements.to_vec())
    }

    /// A list of `INT32`.
    pub fn list(elements: &[i64]) -> Self {
        Self::ints(&[elements.len()], elements)
    }

    /// A single number of `INT32`.
    pub fn int(element: i64) -> Self {
        Self::ints(&[], &[element])
    }

    /// A tensor with given elements.
    ///
    /// # Panics
    /// If the elements are not as many as the shape says.
    pub fn new(dtype: DType, shape: &[usize], elements: Elements) -> Self {
        assert_eq!(shape.iter().product::<usize>(), elements.len(), "elements of {shape:?}");
        Self { dtype, shape: shape.to_vec(), scales: None, elements }
    }

    /// With scales.
    #[must_use]
    pub fn scaled(mut self, scales: Scales) -> Self {
        self.scales = Some(scales);
        self
    }

    /// Real numbers in quantized form: rounded to the nearest step (halves away from zero), clipped to the type.
    ///
    /// # Panics
    /// If the type is not an integer.
    pub fn quantize(dtype: DType, shape: &[usize], scales: Scales, real: &[f64]) -> Self {
        let (least, greatest) = range(dtype);
        let quantize = |(index, &real): (usize, &f64)| {
            let (scale, zero_point) = scale_at(&scales, shape, index);
            ((real / scale).round() as i64).saturating_add(zero_point).clamp(least, greatest)
        };
        let elements = real.iter().enumerate().map(quantize).collect();
        Self::whole(dtype, shape, elements).scaled(scales)
    }

    /// The real numbers that the elements stand for.
    ///
    /// # Panics
    /// If they stand for none.
    pub fn to_real(&self) -> Vec<f64> {
        match (&self.elements, &self.scales) {
            (Elements::Real(elements), _) => elements.clone(),
            (Elements::Whole(elements), None) => elements.iter().map(|&element| element as f64).collect(),
            (Elements::Whole(elements), Some(scales)) => {
                let real = |(index, &element): (usize, &i64)| {
                    let (scale, zero_point) = scale_at(scales, &self.shape, index);
                    (element - zero_point) as f64 * scale
                };
                elements.iter().enumerate().map(real).collect()
            }
            _ => panic!("{} does not stand for real numbers", self.dtype),
        }
    }

    /// The elements as integers.
    ///
    /// # Panics
    /// If they are something else.
    pub fn to_whole(&self) -> &[i64] {
        match &self.elements {
            Elements::Whole(elements) => elements,
            _ => panic!("{} is not an integer type", self.dtype),
        }
    }

    /// The declaration of the tensor in a model.
    pub fn spec(&self) -> TensorSpec {
        let shape: Vec<i32> = self.shape.iter().map(|&size| size as i32).collect();
        let spec = tensor_of(self.dtype, &shape);
        match &self.scales {
            None => spec,
            Some(Scales { axis, scales, zero_points }) => {
                spec.quantized_along(*axis as i32, scales, zero_points)
            }
        }
    }

    /// The contents as they are in files and memory.
    pub fn bytes(&self) -> Vec<u8> {
        match &self.elements {
            Elements::Real(elements) => elements.iter().flat_map(|&x| real_bytes(self.dtype, x)).collect(),
            Elements::Complex(elements) => {
                let part = if self.dtype == DType::Complex64 { DType::F32 } else { DType::F64 };
                elements.iter().flatten().flat_map(|&x| real_bytes(part, x)).collect()
            }
            Elements::Text(elements) => text_bytes(elements),
            Elements::Whole(elements) => match self.dtype.bits() {
                bits if bits >= 8 => {
                    elements.iter().flat_map(|x| x.to_le_bytes()[..bits / 8].to_vec()).collect()
                }
                bits => {
                    let mask = (1 << bits) - 1;
                    let pack =
                        |part: &[i64]| part.iter().rev().fold(0, |byte, &x| byte << bits | (x as u8 & mask));
                    elements.chunks(8 / bits).map(pack).collect()
                }
            },
        }
    }

    /// The tensor of this kind, with another shape and contents.
    ///
    /// # Panics
    /// If the contents are not what type and shape say.
    #[must_use]
    pub fn with_bytes(&self, shape: &[usize], bytes: &[u8]) -> Self {
        let count = shape.iter().product::<usize>();
        let width = self.dtype.bits() / 8;
        let whole = |bytes: &[u8]| {
            let mut wide = [0; 8];
            wide[..bytes.len()].copy_from_slice(bytes);
            let unused = 64 - 8 * bytes.len() as u32;
            let wide = u64::from_le_bytes(wide);
            if is_signed(self.dtype) { (wide << unused) as i64 >> unused } else { wide as i64 }
        };
        let elements = match &self.elements {
            Elements::Text(_) => Elements::Text(text_from(bytes)),
            Elements::Complex(_) => {
                let part = if self.dtype == DType::Complex64 { DType::F32 } else { DType::F64 };
                let parts = |bytes: &[u8]| {
                    let (re, im) = bytes.split_at(width / 2);
                    [real_from(part, re), real_from(part, im)]
                };
                Elements::Complex(bytes.chunks(width).map(parts).collect())
            }
            Elements::Real(_) => {
                Elements::Real(bytes.chunks(width).map(|bytes| real_from(self.dtype, bytes)).collect())
            }
            Elements::Whole(_) if width == 0 => {
                let bits = self.dtype.bits();
                let element = |index: usize| {
                    let byte = bytes[index * bits / 8] >> (index * bits % 8);
                    let unused = 64 - bits as u32;
                    let wide = u64::from(byte) << unused;
                    if is_signed(self.dtype) { wide as i64 >> unused } else { (wide >> unused) as i64 }
                };
                Elements::Whole((0..count).map(element).collect())
            }
            Elements::Whole(_) => Elements::Whole(bytes.chunks(width).map(whole).collect()),
        };
        Self { scales: self.scales.clone(), ..Self::new(self.dtype, shape, elements) }
    }
}

/// The least and greatest number of an integer type.
///
/// # Panics
/// If it is none.
pub fn range(dtype: DType) -> (i64, i64) {
    match dtype {
        DType::Bool => (0, 1),
        DType::U64 => (0, i64::MAX),
        _ if dtype.bits() == 0 => panic!("{dtype} has no range"),
        _ if is_signed(dtype) => (i64::MIN >> (64 - dtype.bits()), i64::MAX >> (64 - dtype.bits())),
        _ => (0, (1 << dtype.bits()) - 1),
    }
}

fn is_signed(dtype: DType) -> bool {
    use DType::{I2, I4, I8, I16, I32, I64};
    matches!(dtype, I2 | I4 | I8 | I16 | I32 | I64)
}

fn scale_at(scales: &Scales, shape: &[usize], index: usize) -> (f64, i64) {
    if scales.scales.len() == 1 {
        return (f64::from(scales.scales[0]), scales.zero_points[0]);
    }
    let inner: usize = shape[scales.axis + 1..].iter().product();
    let channel = index / inner % shape[scales.axis];
    (f64::from(scales.scales[channel]), scales.zero_points[channel])
}

fn real_bytes(dtype: DType, real: f64) -> Vec<u8> {
    match dtype {
        DType::F64 => real.to_le_bytes().to_vec(),
        DType::F32 => (real as f32).to_le_bytes().to_vec(),
        DType::F16 => F16::from_f32(real as f32).0.to_le_bytes().to_vec(),
        DType::Bf16 => Bf16::from_f32(real as f32).0.to_le_bytes().to_vec(),
        other => panic!("{other} is not a float type"),
    }
}

fn real_from(dtype: DType, bytes: &[u8]) -> f64 {
    let bits = bytes.iter().rev().fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
    match dtype {
        DType::F64 => f64::from_bits(bits),
        DType::F32 => f64::from(f32::from_bits(bits as u32)),
        DType::F16 => f64::from(F16(bits as u16).to_f32()),
        DType::Bf16 => f64::from(Bf16(bits as u16).to_f32()),
        other => panic!("{other} is not a float type"),
    }
}

/// Strings as TensorFlow Lite packs them: how many, where each begins and the last ends, the characters.
fn text_bytes(strings: &[Vec<u8>]) -> Vec<u8> {
    let mut offset = 4 * (strings.len() as i32 + 2);
    let mut bytes = (strings.len() as i32).to_le_bytes().to_vec();
    for string in strings {
        bytes.extend(offset.to_le_bytes());
        offset += string.len() as i32;
    }
    bytes.extend(offset.to_le_bytes());
    strings.iter().for_each(|string| bytes.extend(string));
    bytes
}

fn text_from(bytes: &[u8]) -> Vec<Vec<u8>> {
    let number = |index: usize| {
        let bytes = bytes[4 * index..4 * index + 4].try_into().expect("four bytes");
        i32::from_le_bytes(bytes) as usize
    };
    (1..=number(0)).map(|index| bytes[number(index)..number(index + 1)].to_vec()).collect()
}
