use std::collections::HashMap;
use std::fmt::{self, Write};
use std::hash::{DefaultHasher, Hash, Hasher};

use featherlite_base::Quantization;

use crate::dim::{Described, OpenSize};
use crate::{Graph, Model, Node, NodeId, Op, Value, ValueId};

/// What values are called in the text form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As they are.
    Own,
    /// By number, with nodes in the order in which the outputs need them, and with large constants of floats by their
    /// magnitude: graphs that compute the same from differently named sources, whose weights were rounded on different
    /// ways, give the same text.
    Numbers,
}

/// Constants up to this many elements are printed.
const SHOWN: usize = 8;

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Names::Own))
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Names::Own))
    }
}

impl Model {
    /// The text form: signatures, then graphs.
    pub fn text(&self, names: Names) -> String {
        let mut out = String::new();
        for signature in self.signatures.iter().filter(|_| names == Names::Own) {
            let (inputs, outputs) = (signature.inputs.join(", "), signature.outputs.join(", "));
            let graph = self.graphs.get(signature.graph).map_or("?", |graph| &graph.name);
            let _ = writeln!(out, "signature {} = {graph}({inputs}) -> ({outputs})", signature.key);
        }
        for graph in &self.graphs {
            out.push_str(&graph.text(names));
        }
        out
    }
}

impl Graph {
    /// The text form: one line for each node.
    pub fn text(&self, names: Names) -> String {
        Printer::new(self, names).print()
    }

    /// The nodes that the outputs need, each right after all that it needs itself.
    fn needed(&self) -> Vec<NodeId> {
        let mut sorted = Vec::new();
        let mut seen = vec![false; self.value_count()];
        let mut stack: Vec<(ValueId, bool)> =
            self.outputs.iter().rev().map(|&value| (value, false)).collect();
        while let Some((value, is_done)) = stack.pop() {
            let Some(producer) = self.producer(value) else { continue };
            if is_done {
                sorted.push(producer);
                continue;
            }
            let node = self.node(producer);
            if node.outputs.iter().any(|output| seen[output.index()]) {
                continue;
            }
            node.outputs.iter().for_each(|output| seen[output.index()] = true);
            stack.push((value, true));
            stack.extend(node.inputs.iter().rev().flatten().map(|&input| (input, false)));
        }
        sorted
    }
}

struct Printer<'g> {
    graph: &'g Graph,
    names: Names,
    numbers: HashMap<ValueId, usize>,
    open_sizes: Vec<OpenSize>,
}

impl<'g> Printer<'g> {
    fn new(graph: &'g Graph, names: Names) -> Self {
        let mut open_sizes = graph.open_sizes.clone();
        if names == Names::Numbers {
            for (index, open) in open_sizes.iter_mut().enumerate() {
                open.name = format!("size{index}");
            }
        }
        Self { graph, names, numbers: HashMap::new(), open_sizes }
    }

    fn print(mut self) -> String {
        let graph = self.graph;
        let order: Vec<NodeId> = match self.names {
            Names::Own => graph.nodes().map(|(id, _)| id).collect(),
            Names::Numbers => graph.needed(),
        };
        let written = order.iter().flat_map(|&id| &graph.node(id).outputs);
        self.numbers =
            graph.inputs.iter().chain(written).enumerate().map(|(index, &value)| (value, index)).collect();

        let typed = |value: &ValueId| format!("{}: {}", self.name(*value), self.kind(*value));
        let inputs: Vec<String> = graph.inputs.iter().map(typed).collect();
        let outputs: Vec<String> = graph.outputs.iter().map(|&value| self.name(value)).collect();
        let name = if self.names == Names::Own { &graph.name } else { "" };
        let mut out = format!("graph {name}({}) -> ({})\n", inputs.join(", "), outputs.join(", "));
        for id in order {
            let Node { op, inputs, outputs, .. } = graph.node(id);
            let outputs: Vec<String> = outputs.iter().map(typed).collect();
            let inputs: Vec<String> = inputs.iter().map(|input| self.operand(*input)).collect();
            let options = options(op);
            let _ = writeln!(out, "  {} = {}({}){options}", outputs.join(", "), op.name(), inputs.join(", "));
        }
        out
    }

    fn name(&self, value: ValueId) -> String {
        match self.names {
            Names::Own => self.graph.value(value).name.clone(),
            Names::Numbers => match self.numbers.get(&value) {
                Some(number) => format!("%{number}"),
                None => "constant".to_owned(),
            },
        }
    }

    fn operand(&self, value: Option<ValueId>) -> String {
        let Some(id) = value else { return "-".to_owned() };
        let value = self.graph.value(id);
        match (&value.constant, self.names) {
            (Some(_), Names::Own) => {
                format!("{} {}{}", value.name, self.kind(id), contents(value, self.names))
            }
            (Some(_), Names::Numbers) => format!("{}{}", self.kind(id), contents(value, self.names)),
            (None, _) if value.is_variable => format!("variable {}", self.kind(id)),
            (None, _) => self.name(id),
        }
    }

    /// Element type, shape and quantization.
    fn kind(&self, value: ValueId) -> String {
        let value = self.graph.value(value);
        let shape = match &value.shape {
            None => "?".to_owned(),
            Some(shape) => {
                let sizes = shape.iter().map(|&dim| Described(dim, &self.open_sizes).to_string());
                sizes.collect::<Vec<_>>().join(",")
            }
        };
        format!("{}[{shape}]{}", value.dtype, quantization(&value.quantization))
    }
}

fn quantization(quantization: &Quantization) -> String {
    match quantization {
        Quantization::None => String::new(),
        Quantization::Affine(affine) if affine.scales.len() == 1 => {
            format!("{{{}, {}}}", affine.scales[0], affine.zero_points[0])
        }
        Quantization::Affine(affine) => format!("{{{} along {}}}", affine.scales.len(), affine.axis),
        Quantization::Blockwise(blockwise) => format!("{{blocks of {}}}", blockwise.block_size),
    }
}

/// The elements of a small constant, and a fingerprint of a large one.
fn contents(value: &Value, names: Names) -> String {
    let Some(bytes) = &value.constant else { return String::new() };
    let elements = |size: usize| bytes.chunks_exact(size);
    let list = |texts: Vec<String>| format!(" {{{}}}", texts.join(", "));
    let is_exact = names == Names::Own || value.dtype != featherlite_base::DType::F32 || bytes.len() <= 4;
    if bytes.len() * 8 <= SHOWN * value.dtype.bits() && is_exact {
        use featherlite_base::DType::{Bool, F32, I8, I32, I64, U8};
        match value.dtype {
            F32 => return list(elements(4).map(|x| format!("{:?}", f32::from_le_bytes(array(x)))).collect()),
            I32 => return list(elements(4).map(|x| i32::from_le_bytes(array(x)).to_string()).collect()),
            I64 => return list(elements(8).map(|x| i64::from_le_bytes(array(x)).to_string()).collect()),
            I8 => return list(bytes.iter().map(|&x| (x as i8).to_string()).collect()),
            U8 | Bool => return list(bytes.iter().map(u8::to_string).collect()),
            _ => {}
        }
    }
    if names == Names::Numbers && value.dtype == featherlite_base::DType::F32 {
        return magnitude(bytes);
    }
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!(" #{:08x}", hasher.finish() as u32)
}

/// The norm of a constant's elements, and one that depends on their order, with four digits.
fn magnitude(bytes: &[u8]) -> String {
    let (mut norm, mut weighted) = (0f64, 0f64);
    for (index, element) in bytes.chunks_exact(4).enumerate() {
        let square = f64::from(f32::from_le_bytes(array(element))).powi(2);
        norm += square;
        weighted += square * (index % 97) as f64;
    }
    format!(" ~{:.3e}, {:.3e}", norm.sqrt(), weighted.sqrt())
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(bytes);
    array
}

/// Options as the generated tables print, without the names of the tables.
fn options(op: &Op) -> String {
    let text = match (&op.options, &op.options_2) {
        (Some(options), _) => format!("{options:?}"),
        (None, Some(options)) => format!("{options:?}"),
        (None, None) if !op.custom_options.is_empty() => {
            return format!(" <{} bytes>", op.custom_options.len());
        }
        (None, None) => return String::new(),
    };
    match (text.find('{'), text.rfind('}')) {
        (Some(start), Some(end)) => format!(" {}", &text[start..=end]),
        _ => String::new(),
    }
}
