//! Pools, and reductions of windows.

use featherlite::DType;
use featherlite::schema::flexbuffer::MapBuilder;
use featherlite::schema::owned::{Pool2DOptions, ReduceWindowOptions, StablehloReduceWindowOptions};
use featherlite::schema::{ActivationFunctionType, BuiltinOperator, Padding, ReduceWindowFunction};
use featherlite_testkit::{ModelBuilder, Op, Random};

use super::windows::Windows;
use super::{Case, Elements, Family, Value, draw};

pub(super) const FAMILY: Family = Family {
    name: "pooling",
    rows: &[
        ("AVERAGE_POOL_2D", |random| float(random, BuiltinOperator::AVERAGE_POOL_2D)),
        ("AVERAGE_POOL_2D", |random| quantized(random, BuiltinOperator::AVERAGE_POOL_2D)),
        ("MAX_POOL_2D", |random| float(random, BuiltinOperator::MAX_POOL_2D)),
        ("MAX_POOL_2D", |random| quantized(random, BuiltinOperator::MAX_POOL_2D)),
        ("L2_POOL_2D", |random| float(random, BuiltinOperator::L2_POOL_2D)),
        ("MaxPoolWithArgmax", max_pool_with_argmax),
        ("MaxUnpooling2D", max_unpooling),
        ("REDUCE_WINDOW", reduce_window),
        ("STABLEHLO_REDUCE_WINDOW", stablehlo_reduce_window),
    ],
};

/// A pool over images, and the places of the elements under each window and channel, in the order of the output.
struct Pool {
    windows: Windows,
    input: Vec<usize>,
    output: Vec<usize>,
    places: Vec<Vec<usize>>,
}

fn pool(random: &mut Random) -> Pool {
    let windows = Windows::draw(random, 2, false);
    let batch = if random.once_in(30) { 0 } else { random.size(1..=2) };
    let channels = random.pick(&[1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 80]);
    let pixels: usize = windows.space.iter().product();
    let mut places = Vec::new();
    for image in 0..batch {
        for window in draw::indices(&windows.count) {
            let taps = windows.taps(&window);
            let of =
                |channel| taps.iter().map(|&(_, at)| (image * pixels + at) * channels + channel).collect();
            places.extend((0..channels).map(of));
        }
    }
    let shape = |space: &[usize]| [&[batch], space, &[channels]].concat();
    Pool { input: shape(&windows.space), output: shape(&windows.count), places, windows }
}

impl Pool {
    fn op(&self, operator: BuiltinOperator, activation: ActivationFunctionType) -> Op {
        let Windows { size, stride, padding, .. } = &self.windows;
        Op::builtin(operator).options(Pool2DOptions {
            padding: *padding,
            stride_w: stride[1] as i32,
            stride_h: stride[0] as i32,
            filter_width: size[1] as i32,
            filter_height: size[0] as i32,
            fused_activation_function: activation,
        })
    }

    fn map<T: Copy>(&self, input: &[T], function: impl Fn(&[T]) -> T) -> Vec<T> {
        let window = |places: &Vec<usize>| places.iter().map(|&place| input[place]).collect::<Vec<T>>();
        self.places.iter().map(|places| function(&window(places))).collect()
    }
}

fn float(random: &mut Random, operator: BuiltinOperator) -> Case {
    let (pool, activation) = (pool(random), draw::activation(random));
    let input = draw::real(random, DType::F32, &pool.input, 8.0);
    let real = pool.map(&input.to_real(), |window| {
        let mean =
            |function: fn(f64) -> f64| window.iter().map(|&x| function(x)).sum::<f64>() / window.len() as f64;
        let pooled = match operator {
            BuiltinOperator::MAX_POOL_2D => window.iter().copied().fold(f64::MIN, f64::max),
            BuiltinOperator::L2_POOL_2D => mean(|x| x * x).sqrt(),
            _ => mean(|x| x),
        };
        draw::activate(activation, pooled)
    });
    Case::new(pool.op(operator, activation)).input(input).close(Value::float(&pool.output, real), 1e-5)
}

fn quantized(random: &mut Random, operator: BuiltinOperator) -> Case {
    let dtype = random.pick(&[DType::I8, DType::U8, DType::I16]);
    let (pool, activation) = (pool(random), draw::activation(random));
    let scales = draw::scales(random, dtype);
    let input = draw::quantized(random, dtype, &pool.input, scales.clone());
    let whole = pool.map(input.to_whole(), |window| match operator {
        BuiltinOperator::MAX_POOL_2D => window.iter().copied().max().expect("windows are not empty"),
        // The numbers as they are stored, whatever stands for 0; halves away from zero.
        _ => (window.iter().sum::<i64>() as f64 / window.len() as f64).round() as i64,
    });
    let pooled = Value::whole(dtype, &pool.output, whole).scaled(scales.clone());
    let case = Case::new(pool.op(operator, activation)).input(input);
    if activation == ActivationFunctionType::NONE {
        return case.exact(pooled);
    }
    let real: Vec<f64> = pooled.to_real().iter().map(|&real| draw::activate(activation, real)).collect();
    case.steps(Value::quantize(dtype, &pool.output, scales, &real), 1)
}

fn max_pool_with_argmax(random: &mut Random) -> Case {
    let pool = pool(random);
    let image: usize = pool.input[1..].iter().product();
    // Few different numbers, so that some are equal: the first counts.
    let input = draw::whole(random, DType::I32, &pool.input, -20, 20);
    let input = Value::float(&pool.input, input.to_real());
    let elements = input.to_real();
    let first = |places: &Vec<usize>| {
        places.iter().copied().reduce(|best, at| if elements[at] > elements[best] { at } else { best })
    };
    let places: Vec<usize> = pool.places.iter().filter_map(first).collect();
    let greatest = places.iter().map(|&place| elements[place]).collect();
    let within: Vec<i64> = places.iter().map(|place| (place % image) as i64).collect();
    let Windows { size, stride, padding, .. } = &pool.windows;
    let [sizes, strides] = [size, stride].map(|list| [1, list[0] as i64, list[1] as i64, 1]);
    let options = MapBuilder::new()
        .ints("ksize", &sizes)
        .ints("strides", &strides)
        .string("padding", if *padding == Padding::SAME { "SAME" } else { "VALID" })
        .bool("include_batch_in_index", false)
        .build();
    Case::new(Op::custom("MaxPoolWithArgmax", &options))
        .input(input)
        .exact(Value::float(&pool.output, greatest))
        .exact(Value::ints(&pool.output, &within))
}

/// Its options are the numbers of a C structure, most of which it does not use.
fn max_unpooling(random: &mut Random) -> Case {
    let shape = [random.size(1..=2), random.size(1..=4), random.size(1..=4), random.size(1..=9)];
    let (windows, strides) =
        ([random.size(1..=3), random.size(1..=3)], [random.size(1..=3), random.size(1..=3)]);
    let padding = random.pick(&[Padding::SAME, Padding::VALID]);
    let size = |axis: usize| match padding {
        Padding::SAME => shape[axis + 1] * strides[axis],
        _ => (shape[axis + 1] - 1) * strides[axis] + windows[axis],
    };
    let output = [shape[0], size(0), size(1), shape[3]];
    let [pooled, image] = [&shape, &output].map(|shape| shape[1..].iter().product::<usize>());
    let input = draw::real(random, DType::F32, &shape, 8.0);
    let places = draw::whole(random, DType::I32, &shape, 0, image as i64 - 1);
    let mut elements = vec![0.0; shape[0] * image];
    for (index, (element, place)) in input.to_real().into_iter().zip(places.to_whole()).enumerate() {
        elements[index / pooled * image + *place as usize] = element;
    }
    let number = if padding == Padding::SAME { 1 } else { 2 };
    let sizes = [strides[1], strides[0], windows[1], windows[0]].map(|size| size as i32);
    let options = [&[number][..], &sizes, &[0; 5]].concat();
    let options: Vec<u8> = options.into_iter().flat_map(i32::to_le_bytes).collect();
    Case::new(Op::custom("MaxUnpooling2D", &options))
        .input(input)
        .input(places)
        .exact(Value::float(&output, elements))
}

/// One dimension of windows over a padded tensor.
#[derive(Clone, Copy)]
struct Axis {
    size: usize,
    stride: usize,
    dilation: usize,
    /// Padding before, behind, and distance between neighbours.
    low: i64,
    high: i64,
    base: usize,
}

impl Axis {
    fn draw(random: &mut Random) -> Self {
        let mut up_to = |limit| random.size(1..=limit);
        Self { size: up_to(3), stride: up_to(2), dilation: up_to(2), low: 0, high: 0, base: 1 }
    }

    fn padded(&self, input: usize) -> i64 {
        (if input == 0 { 0 } else { (input - 1) * self.base + 1 }) as i64 + self.low + self.high
    }

    fn count(&self, input: usize) -> usize {
        let rest = self.padded(input) - ((self.size - 1) * self.dilation + 1) as i64;
        if rest < 0 { 0 } else { rest as usize / self.stride + 1 }
    }

    /// The element under a tap, if it is not padding.
    fn at(&self, input: usize, window: usize, tap: usize) -> Option<usize> {
        let at = (window * self.stride + tap * self.dilation) as i64 - self.low;
        let at = usize::try_from(at).ok().filter(|at| at.is_multiple_of(self.base))? / self.base;
        Some(at).filter(|&at| at < input)
    }
}

fn reduce<T: Copy>(
    axes: &[Axis],
    (shape, input): (&[usize], &[T]),
    start: T,
    function: impl Fn(T, T) -> T,
) -> (Vec<usize>, Vec<T>) {
    let output: Vec<usize> = axes.iter().zip(shape).map(|(axis, &size)| axis.count(size)).collect();
    let sizes: Vec<usize> = axes.iter().map(|axis| axis.size).collect();
    let window = |window: Vec<usize>| {
        draw::indices(&sizes).fold(start, |result, tap| {
            let at: Option<Vec<usize>> =
                (0..axes.len()).map(|axis| axes[axis].at(shape[axis], window[axis], tap[axis])).collect();
            function(result, at.map_or(start, |at| input[draw::place_of(&at, shape)]))
        })
    };
    let elements = draw::indices(&output).map(window).collect();
    (output, elements)
}

#[derive(Clone, Copy, PartialEq)]
enum Function {
    Add,
    Multiply,
    Minimum,
    Maximum,
    All,
    Any,
}

impl Function {
    fn draw(random: &mut Random, dtype: DType) -> Self {
        match dtype {
            DType::Bool => random.pick(&[Self::All, Self::Any]),
            _ => random.pick(&[Self::Add, Self::Multiply, Self::Minimum, Self::Maximum]),
        }
    }

    /// Input and start, and what the windows reduce to.
    fn apply(self, random: &mut Random, dtype: DType, shape: &[usize], axes: &[Axis]) -> [Value; 3] {
        let mut any = |shape: &[usize]| match dtype {
            DType::F32 | DType::F64 => draw::real(random, dtype, shape, 2.0),
            _ => draw::any(random, dtype, shape),
        };
        let (input, start) = (any(shape), any(&[]));
        let real = |a: f64, b: f64| match self {
            Self::Add => a + b,
            Self::Multiply => a * b,
            Self::Minimum => a.min(b),
            _ => a.max(b),
        };
        let whole = |a: i64, b: i64| match self {
            Self::Add => draw::wrap(dtype, a.wrapping_add(b)),
            Self::Multiply => draw::wrap(dtype, a.wrapping_mul(b)),
            Self::Minimum | Self::All => a.min(b),
            Self::Maximum | Self::Any => a.max(b),
        };
        let output = match (&input.elements, &start.elements) {
            (Elements::Real(elements), Elements::Real(start)) => {
                let (output, elements) = reduce(axes, (shape, elements), start[0], real);
                Value::real(dtype, &output, elements)
            }
            _ => {
                let start = start.to_whole()[0];
                let (output, elements) = reduce(axes, (shape, input.to_whole()), start, whole);
                Value::whole(dtype, &output, elements)
            }
        };
        [input, start, output]
    }
}

const NUMBERS: &[DType] = &[
    DType::F32,
    DType::F32,
    DType::F64,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::I32,
    DType::I64,
    DType::Bool,
];

fn reduce_window(random: &mut Random) -> Case {
    let dtype = random.pick(NUMBERS);
    let function = Function::draw(random, dtype);
    let rank = random.size(1..=5);
    let shape = draw::shape(random, rank, 6);
    let axes: Vec<Axis> = (0..rank).map(|_| Axis::draw(random)).collect();
    let [input, start, output] = function.apply(random, dtype, &shape, &axes);
    let reduce_function = match function {
        Function::Add => ReduceWindowFunction::ADD,
        Function::Multiply => ReduceWindowFunction::MUL,
        Function::Minimum => ReduceWindowFunction::MINIMUM,
        Function::Maximum => ReduceWindowFunction::MAXIMUM,
        Function::All => ReduceWindowFunction::ALL,
        Function::Any => ReduceWindowFunction::ANY,
    };
    let list = |of: fn(&Axis) -> usize| {
        let elements = axes.iter().map(|axis| of(axis) as i64).collect();
        Value::whole(DType::I64, &[rank], elements)
    };
    let op = Op::builtin(BuiltinOperator::REDUCE_WINDOW).options_2(ReduceWindowOptions { reduce_function });
    let lists = [list(|axis| axis.size), list(|axis| axis.stride), list(|axis| axis.dilation)];
    // LiteRT wants them constant.
    let add = if random.once_in(4) { Case::input } else { Case::constant };
    lists.into_iter().fold(Case::new(op).input(input).input(start), add).close(output, 1e-5)
}

/// The function is that of a subgraph with one operator.
fn stablehlo_reduce_window(random: &mut Random) -> Case {
    use BuiltinOperator as Operator;
    let dtype = random.pick(NUMBERS);
    let function = Function::draw(random, dtype);
    let rank = random.size(1..=5);
    let shape: Vec<usize> = (0..rank).map(|_| random.size(1..=5)).collect();
    let axis = |random: &mut Random| {
        let (low, high, base) = (random.between(-1..=2), random.between(-1..=2), random.size(1..=2));
        let (low, high) = if random.once_in(2) { (0, 0) } else { (low, high) };
        Axis { low, high, base: if random.once_in(3) { base } else { 1 }, ..Axis::draw(random) }
    };
    let axes: Vec<Axis> = (0..rank).map(|_| axis(random)).collect();
    let axes: Vec<Axis> = axes
        .iter()
        .zip(&shape)
        // Nothing is cut off that is not there.
        .map(|(axis, &size)| if axis.padded(size) < 0 { Axis { low: 0, high: 0, ..*axis } } else { *axis })
        .collect();
    let [input, start, output] = function.apply(random, dtype, &shape, &axes);
    let operator = match function {
        Function::Add => Operator::STABLEHLO_ADD,
        Function::Multiply => Operator::STABLEHLO_MULTIPLY,
        Function::Minimum => Operator::STABLEHLO_MINIMUM,
        Function::Maximum => Operator::STABLEHLO_MAXIMUM,
        Function::All => Operator::LOGICAL_AND,
        Function::Any => Operator::LOGICAL_OR,
    };
    let list = |of: fn(&Axis) -> usize| axes.iter().map(|axis| of(axis) as i64).collect::<Vec<i64>>();
    let options = StablehloReduceWindowOptions {
        window_dimensions: list(|axis| axis.size),
        window_strides: list(|axis| axis.stride),
        base_dilations: list(|axis| axis.base),
        window_dilations: list(|axis| axis.dilation),
        padding: axes.iter().flat_map(|axis| [axis.low, axis.high]).collect(),
        body_subgraph_index: 1,
    };
    let mut model = ModelBuilder::new();
    let mut main = model.subgraph("main");
    let inputs = [main.input(input.spec().named("input")), main.input(start.spec().named("start"))];
    let reduced = main.tensor(output.spec().named("output"));
    main.operator(Op::builtin(Operator::STABLEHLO_REDUCE_WINDOW).options_2(options), &inputs, &[reduced]);
    main.output(reduced);
    let mut body = model.subgraph("body");
    let inputs = [body.input(start.spec().named("a")), body.input(start.spec().named("b"))];
    let result = body.tensor(start.spec().named("result"));
    body.operator(Op::builtin(operator), &inputs, &[result]);
    body.output(result);
    Case::of_model(model).fed(input).fed(start).close(output, 1e-5)
}
