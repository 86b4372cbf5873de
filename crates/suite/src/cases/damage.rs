use featherlite::schema::{TensorType, owned};
use featherlite::{DType, ErrorKind, Kernels, Model, OpSet, SessionOptions, schema};
use featherlite_testkit::Random;

/// A model with something wrong: an operator with too few, too many, absent or other inputs, an index out of range, a
/// tensor of another type, rank or size, constants and options of wild numbers, or bytes changed at random.
pub fn damaged(file: &[u8], random: &mut Random) -> Vec<u8> {
    let view = schema::Model::read(file);
    let model = view.ok().and_then(|view| owned::Model::read(view).ok());
    let Some(mut model) = model.filter(|_| !random.once_in(4)) else { return flipped(file, random) };
    for _ in 0..random.size(1..=2) {
        damage(&mut model, random);
    }
    model.write_with(owned::Placement::Inside).unwrap_or_else(|_| flipped(file, random))
}

/// Opens, plans and runs a model that may be damaged, with the fast and with the reference kernels.
///
/// # Errors
/// An internal error: all others are as they should be.
pub fn run_damaged(file: &[u8], ops: &OpSet) -> Result<(), String> {
    for kernels in [Kernels::Fast, Kernels::Reference] {
        let limits = SessionOptions { memory_limit: 1 << 20, step_limit: 1000, ..SessionOptions::default() };
        let options = SessionOptions { kernels, ..limits };
        let run = || Model::from_bytes(file.to_vec(), ops)?.session_with(options)?.run();
        match run() {
            Err(error) if error.kind() == ErrorKind::Internal => return Err(error.to_string()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn damage(model: &mut owned::Model<'_>, random: &mut Random) {
    let graph = random.below(model.subgraphs.len());
    let Some(graph) = model.subgraphs.get_mut(graph) else { return };
    let tensors = graph.tensors.len() as i64;
    let (operators, tensor) = (graph.operators.len(), random.below(graph.tensors.len()));
    let operator = random.below(operators);
    match random.below(8) {
        0..=2 => {
            let Some(operator) = graph.operators.get_mut(operator) else { return };
            let list = if random.once_in(3) { &mut operator.outputs } else { &mut operator.inputs };
            let place = random.below(list.len());
            match random.below(4) {
                0 => list.push(random.between(-1..=tensors - 1) as i32),
                1 if !list.is_empty() => _ = list.remove(place),
                2 if !list.is_empty() => list[place] = random.between(-2..=tensors) as i32,
                _ => list.shuffle(random),
            }
        }
        3 | 4 => {
            let Some(tensor) = graph.tensors.get_mut(tensor) else { return };
            let wild = [-1, 0, 1, 2, 3, 7, 64, 4096, 65_536, i32::MAX, i32::MIN];
            let place = random.below(tensor.shape.len());
            match random.below(3) {
                0 => tensor.shape.push(random.pick(&wild)),
                1 if !tensor.shape.is_empty() => _ = tensor.shape.remove(place),
                _ if !tensor.shape.is_empty() => tensor.shape[place] = random.pick(&wild),
                _ => {}
            }
        }
        5 => {
            let Some(tensor) = graph.tensors.get_mut(tensor) else { return };
            match random.below(3) {
                0 => tensor.type_ = TensorType(random.pick(DType::ALL) as i8),
                1 => tensor.quantization = None,
                _ => {
                    if let Some(quantization) = &mut tensor.quantization {
                        quantization.scale =
                            vec![random.pick(&[0.0, -1.0, 1e-30, 1e30, f32::NAN, f32::INFINITY])];
                        quantization.zero_point = vec![random.pick(&[0, 1 << 40, -300, i64::MIN])];
                    }
                }
            }
        }
        _ => {
            let buffer = random.below(model.buffers.len());
            let Some(buffer) = model.buffers.get_mut(buffer) else { return };
            if let Some(data) = &mut buffer.data {
                let bytes = data.to_mut();
                let wild: [i32; 8] = [-1, 0, 1, 2, 1000, -1000, i32::MAX, i32::MIN];
                match random.below(3) {
                    0 => bytes.truncate(random.below(bytes.len())),
                    1 if bytes.len() >= 4 => {
                        let place = random.below(bytes.len() / 4) * 4;
                        bytes[place..place + 4].copy_from_slice(&random.pick(&wild).to_le_bytes());
                    }
                    _ => bytes.iter_mut().for_each(|byte| *byte = random.bits() as u8),
                }
            }
        }
    }
}

fn flipped(file: &[u8], random: &mut Random) -> Vec<u8> {
    let mut file = file.to_vec();
    for _ in 0..random.size(1..=4) {
        let place = random.below(file.len());
        if let Some(byte) = file.get_mut(place) {
            *byte =
                if random.once_in(2) { random.pick(&[0, 1, 0x7f, 0x80, 0xff]) } else { random.bits() as u8 };
        }
    }
    file
}

/// Lists in another order.
trait Shuffle {
    fn shuffle(&mut self, random: &mut Random);
}

impl Shuffle for Vec<i32> {
    fn shuffle(&mut self, random: &mut Random) {
        random.shuffle(self);
    }
}
