use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{GatherNdOptions, GatherOptions, StablehloGatherOptions};
use featherlite_testkit::{Op, Random};

use super::{WIDE_SELDOM, full_shape, indices};
use crate::cases::movement::{TEXT_AND_PACKED, any_but, either_end, moved};
use crate::cases::{Case, Value, draw};

const POSITIONS: &[DType] = &[DType::I32, DType::I32, DType::I64, DType::I16];

pub(super) fn gather(random: &mut Random) -> Case {
    let rank = random.size(1..=4);
    let axis = random.below(rank);
    let mut shape = full_shape(random, rank, 4);
    if random.once_in(3) {
        shape[rank - 1] = random.pick(&[1, 8, 16, 17, 33]);
    }
    let batch = if random.once_in(2) { random.below(axis + 1) } else { 0 };
    let own_rank = random.below(3);
    let own = draw::shape(random, own_rank, 5);
    let positions_shape = [&shape[..batch], &own].concat();
    let count = positions_shape.iter().product::<usize>();
    let positions: Vec<i64> = (0..count).map(|_| random.below(shape[axis]) as i64).collect();
    let input = any_but(random, &[], &shape);
    let output = [&shape[..axis], &own, &shape[axis + 1..]].concat();
    let expected = moved(&input, &output, |index| {
        let own = &index[axis..axis + own.len()];
        let place = draw::place_of(&[&index[..batch], own].concat(), &positions_shape);
        [&index[..axis], &[positions[place] as usize], &index[axis + own.len()..]].concat()
    });
    let mut batch_dims = batch as i32;
    if batch > 0 && random.once_in(4) {
        batch_dims -= positions_shape.len() as i32;
    }
    // -0 would mean none.
    let batch_dims = if batch == 0 || batch_dims == 0 { batch as i32 } else { batch_dims };
    let options = GatherOptions { axis: either_end(random, axis, rank) as i32, batch_dims };
    Case::new(Op::builtin(BuiltinOperator::GATHER).options(options))
        .input(input)
        .input(indices(random, POSITIONS, &positions_shape, positions))
        .exact(expected)
}

pub(super) fn gather_nd(random: &mut Random) -> Case {
    let rank = random.size(1..=4);
    let shape = full_shape(random, rank, 5);
    let (count, rows_rank) = (random.size(1..=rank), random.below(4));
    let rows = draw::shape(random, rows_rank, 4);
    let positions_shape = [&rows[..], &[count]].concat();
    let total = rows.iter().product::<usize>();
    let positions: Vec<i64> =
        (0..total).flat_map(|_| shape[..count].to_vec()).map(|size| random.below(size) as i64).collect();
    let input = any_but(random, &[], &shape);
    let output = [&rows[..], &shape[count..]].concat();
    let expected = moved(&input, &output, |index| {
        let row = draw::place_of(&index[..rows.len()], &rows) * count;
        let start = positions[row..row + count].iter().map(|&position| position as usize);
        start.chain(index[rows.len()..].iter().copied()).collect()
    });
    Case::new(Op::builtin(BuiltinOperator::GATHER_ND).options(GatherNdOptions {}))
        .input(input)
        .input(indices(random, POSITIONS, &positions_shape, positions))
        .exact(expected)
}

/// Vectors of coordinates along one dimension of a tensor.
pub(super) struct Vectors {
    /// Sizes of the dimensions beside that of components.
    pub(super) batch: Vec<usize>,
    /// Which of these the dimension of components is in front of; one behind all may be left out if there is one
    /// component.
    pub(super) dim: usize,
    /// The dimension that each component counts along.
    pub(super) map: Vec<usize>,
    /// The vectors.
    pub(super) value: Value,
}

impl Vectors {
    /// Coordinates in a tensor of a shape, some of them outside.
    pub(super) fn draw(random: &mut Random, shape: &[usize]) -> Self {
        let mut map: Vec<usize> = (0..shape.len()).collect();
        random.shuffle(&mut map);
        map.truncate(random.size(1..=shape.len()));
        let batch_rank = random.below(3);
        let batch = draw::shape(random, batch_rank, 4);
        let dim = random.below(batch.len() + 1);
        let mut own = batch.clone();
        if map.len() > 1 || dim < batch.len() || random.once_in(2) {
            own.insert(dim, map.len());
        }
        let count = own.iter().product::<usize>();
        let mut elements = vec![0; count];
        for (place, element) in elements.iter_mut().enumerate() {
            let index = draw::index_of(place, &own);
            let component = if own.len() > batch.len() { index[dim] } else { 0 };
            let size = shape[map[component]] as i64;
            *element =
                if random.once_in(6) { random.between(-2..=size + 2) } else { random.between(0..=size - 1) };
        }
        let value = indices(random, WIDE_SELDOM, &own, elements);
        Self { batch, dim, map, value }
    }

    /// The coordinates at an index of the batch, in a tensor of a rank; 0 where there is no component.
    pub(super) fn at(&self, batch: &[usize], rank: usize) -> Vec<i64> {
        let mut start = vec![0; rank];
        for (component, &axis) in self.map.iter().enumerate() {
            let mut index = batch.to_vec();
            if self.value.shape.len() > self.batch.len() {
                index.insert(self.dim, component);
            }
            start[axis] = self.value.to_whole()[draw::place_of(&index, &self.value.shape)];
        }
        start
    }
}

/// Where among `total` dimensions `count` of them go, in ascending order.
pub(super) fn places_among(random: &mut Random, count: usize, total: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..total).collect();
    random.shuffle(&mut places);
    places.truncate(count);
    places.sort_unstable();
    places
}

pub(super) fn numbers(list: &[usize]) -> Vec<i64> {
    crate::cases::movement::sizes(list)
}

pub(super) fn gather_slices(random: &mut Random) -> Case {
    let rank = random.size(1..=4);
    let shape = full_shape(random, rank, 5);
    let vectors = Vectors::draw(random, &shape);
    let slice: Vec<usize> =
        shape.iter().map(|&size| if random.once_in(2) { 1 } else { random.size(1..=size) }).collect();
    let collapsed: Vec<usize> = (0..rank).filter(|&dim| slice[dim] == 1 && random.once_in(2)).collect();
    let kept: Vec<usize> = (0..rank).filter(|dim| !collapsed.contains(dim)).collect();
    let total = vectors.batch.len() + kept.len();
    let offset_dims = places_among(random, kept.len(), total);
    let (mut batch, mut sizes) = (vectors.batch.iter(), kept.iter().map(|&dim| slice[dim]));
    let output: Vec<usize> = (0..total)
        .map(|dim| if offset_dims.contains(&dim) { sizes.next() } else { batch.next().copied() })
        .map(|size| size.expect("as many dimensions as there are"))
        .collect();
    let input = any_but(random, TEXT_AND_PACKED, &shape);
    let expected = moved(&input, &output, |index| {
        let batch: Vec<usize> =
            (0..total).filter(|dim| !offset_dims.contains(dim)).map(|dim| index[dim]).collect();
        let start = vectors.at(&batch, rank);
        // A slice that would reach beyond an end is moved inside.
        let mut source: Vec<usize> =
            (0..rank).map(|dim| start[dim].clamp(0, (shape[dim] - slice[dim]) as i64) as usize).collect();
        kept.iter().zip(&offset_dims).for_each(|(&dim, &offset)| source[dim] += index[offset]);
        source
    });
    let options = StablehloGatherOptions {
        offset_dims: numbers(&offset_dims),
        collapsed_slice_dims: numbers(&collapsed),
        start_index_map: numbers(&vectors.map),
        index_vector_dim: vectors.dim as i64,
        slice_sizes: numbers(&slice),
        indices_are_sorted: false,
    };
    Case::new(Op::builtin(BuiltinOperator::STABLEHLO_GATHER).options_2(options))
        .input(input)
        .input(vectors.value)
        .exact(expected)
}
