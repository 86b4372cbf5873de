use featherlite::DType;
use featherlite::schema::owned::{
    DensifyOptions, DimensionMetadata, Int32Vector, SparseIndexVector, SparsityParameters, Uint8Vector,
    Uint16Vector,
};
use featherlite::schema::{BuiltinOperator, DimensionType};
use featherlite_testkit::{ModelBuilder, Op, Random};

use super::full_shape;
use crate::cases::{Case, Elements, Value, draw};

fn vector(random: &mut Random, values: &[usize]) -> SparseIndexVector {
    match random.below(3) {
        0 => {
            SparseIndexVector::Int32Vector(Int32Vector { values: values.iter().map(|&v| v as i32).collect() })
        }
        1 => SparseIndexVector::Uint16Vector(Uint16Vector {
            values: values.iter().map(|&v| v as u16).collect(),
        }),
        _ => {
            SparseIndexVector::Uint8Vector(Uint8Vector { values: values.iter().map(|&v| v as u8).collect() })
        }
    }
}

/// How a tensor is stored: its dimensions (those of blocks last) in some order, each dense or with indices of what is not
/// zero; and the places of the elements that are stored, in order.
fn stored(
    random: &mut Random,
    shape: &[usize],
    blocks: &[usize],
    block_map: &[usize],
    is_zero: &[bool],
) -> (SparsityParameters, Vec<usize>) {
    let rank = shape.len();
    let mut sizes = shape.to_vec();
    block_map.iter().zip(blocks).for_each(|(&dim, &block)| sizes[dim] /= block);
    sizes.extend(blocks);
    let mut order: Vec<usize> = (0..rank).collect();
    random.shuffle(&mut order);
    order.extend(rank..rank + blocks.len());
    // The place of the element with given indices along the dimensions in order.
    let place = |path: &[usize]| {
        let mut index = vec![0; rank];
        let mut inner = vec![0; blocks.len()];
        for (&dim, &at) in order.iter().zip(path) {
            if dim < rank { index[dim] = at } else { inner[dim - rank] = at }
        }
        for (block, &dim) in block_map.iter().enumerate() {
            index[dim] = index[dim] * blocks[block] + inner[block];
        }
        draw::place_of(&index, shape)
    };
    let total: usize = sizes.iter().product();
    let ordered: Vec<usize> = order.iter().map(|&dim| sizes[dim]).collect();
    let full: Vec<Vec<usize>> = (0..total)
        .map(|number| draw::index_of(number, &ordered))
        .filter(|path| !is_zero[place(path)])
        .collect();
    let mut nodes: Vec<Vec<usize>> = vec![Vec::new()];
    let mut dim_metadata = Vec::new();
    for (level, &dim) in order.iter().enumerate() {
        let is_sparse = dim < rank && random.once_in(2);
        let (mut segments, mut found, mut next) = (vec![0], Vec::new(), Vec::new());
        for node in &nodes {
            for at in 0..sizes[dim] {
                let path = [&node[..], &[at]].concat();
                if !is_sparse || full.iter().any(|full| full[..=level] == path) {
                    found.push(at);
                    next.push(path);
                }
            }
            segments.push(found.len());
        }
        nodes = next;
        dim_metadata.push(if is_sparse {
            DimensionMetadata {
                format: DimensionType::SPARSE_CSR,
                dense_size: 0,
                array_segments: Some(vector(random, &segments)),
                array_indices: Some(vector(random, &found)),
            }
        } else {
            DimensionMetadata {
                format: DimensionType::DENSE,
                dense_size: sizes[dim] as i32,
                array_segments: None,
                array_indices: None,
            }
        });
    }
    let sparsity = SparsityParameters {
        traversal_order: order.iter().map(|&dim| dim as i32).collect(),
        block_map: block_map.iter().map(|&dim| dim as i32).collect(),
        dim_metadata,
    };
    (sparsity, nodes.iter().map(|path| place(path)).collect())
}

pub(super) fn densify(random: &mut Random) -> Case {
    let dtype = random.pick(&[DType::F32, DType::F16, DType::I8]);
    let rank = random.size(1..=3);
    let mut shape = full_shape(random, rank, 4);
    let block_map: Vec<usize> = (0..rank).filter(|_| random.once_in(3)).collect();
    let blocks: Vec<usize> = block_map.iter().map(|_| random.size(1..=3)).collect();
    block_map.iter().zip(&blocks).for_each(|(&dim, &block)| shape[dim] *= block);
    let mut dense = draw::any(random, dtype, &shape);
    // A tensor of nothing but zeros would have no contents, and look like one that is computed.
    let is_zero: Vec<bool> = (0..dense.elements.len()).map(|at| at > 0 && !random.once_in(3)).collect();
    for (place, _) in is_zero.iter().enumerate().filter(|(_, is_zero)| **is_zero) {
        match &mut dense.elements {
            Elements::Real(elements) => elements[place] = 0.0,
            Elements::Whole(elements) => elements[place] = 0,
            _ => unreachable!("numbers are drawn"),
        }
    }
    let (sparsity, places) = stored(random, &shape, &blocks, &block_map, &is_zero);
    let values = Value::new(dtype, &[places.len()], dense.elements.at(&places));
    let mut model = ModelBuilder::new();
    let mut graph = model.subgraph("main");
    let input = graph.tensor(dense.spec().named("sparse").containing(values.bytes()));
    let output = graph.add(
        Op::builtin(BuiltinOperator::DENSIFY).options(DensifyOptions {}),
        &[input],
        dense.spec().named("dense"),
    );
    graph.output(output);
    model.model_mut().subgraphs[0].tensors[input as usize].sparsity = Some(sparsity);
    Case::of_model(model).exact(dense)
}
