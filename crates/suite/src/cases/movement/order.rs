use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{
    BatchToSpaceNDOptions, DepthToSpaceOptions, ReverseSequenceOptions, ReverseV2Options,
    SpaceToBatchNDOptions, SpaceToDepthOptions, TransposeOptions,
};
use featherlite_testkit::{Op, Random};

use super::{TEXT, TEXT_AND_PACKED, any_but, any_shape, either_end, list, moved, moved_or, zero};
use crate::cases::{Case, Value, draw};

fn transposed(random: &mut Random, shape: &[usize]) -> Case {
    let input = any_but(random, &[], shape);
    let mut axes: Vec<usize> = (0..shape.len()).collect();
    random.shuffle(&mut axes);
    let output: Vec<usize> = axes.iter().map(|&axis| shape[axis]).collect();
    let expected = moved(&input, &output, |index| {
        let mut source = vec![0; index.len()];
        axes.iter().zip(index).for_each(|(&axis, &index)| source[axis] = index);
        source
    });
    let asked: Vec<i64> = axes.iter().map(|&axis| either_end(random, axis, shape.len())).collect();
    Case::new(Op::builtin(BuiltinOperator::TRANSPOSE).options(TransposeOptions {}))
        .input(input)
        .input(list(random, &asked))
        .exact(expected)
}

pub(super) fn transpose(random: &mut Random) -> Case {
    let shape = any_shape(random, 0..=6);
    transposed(random, &shape)
}

/// Matrices, and batches of them, with sizes where blocks have their edges.
pub(super) fn transpose_of_edges(random: &mut Random) -> Case {
    let edges = [1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33];
    let mut shape = vec![random.pick(&edges), random.pick(&edges)];
    if random.once_in(2) {
        let size = random.size(1..=3);
        shape.insert(random.below(3), size);
    }
    transposed(random, &shape)
}

pub(super) fn reverse(random: &mut Random) -> Case {
    let shape = any_shape(random, 1..=6);
    let input = any_but(random, &[], &shape);
    let first = random.below(shape.len());
    let count = random.size(1..=shape.len() - first);
    let mut axes: Vec<usize> = (first..first + count).collect();
    if random.once_in(3) {
        axes = (0..shape.len()).filter(|_| random.once_in(2)).collect();
    }
    random.shuffle(&mut axes);
    let expected = moved(&input, &shape, |index| {
        let turn = |(axis, &index): (usize, &usize)| {
            if axes.contains(&axis) { shape[axis] - 1 - index } else { index }
        };
        index.iter().enumerate().map(turn).collect()
    });
    let asked: Vec<i64> = axes.iter().map(|&axis| either_end(random, axis, shape.len())).collect();
    Case::new(Op::builtin(BuiltinOperator::REVERSE_V2).options(ReverseV2Options {}))
        .input(input)
        .input(list(random, &asked))
        .exact(expected)
}

pub(super) fn reverse_sequence(random: &mut Random) -> Case {
    let shape = any_shape(random, 2..=5);
    let input = any_but(random, &[], &shape);
    let mut axes: Vec<usize> = (0..shape.len()).collect();
    random.shuffle(&mut axes);
    let (sequence, batch) = (axes[0], axes[1]);
    let lengths: Vec<usize> = (0..shape[batch]).map(|_| random.below(shape[sequence] + 1)).collect();
    let expected = moved(&input, &shape, |index| {
        let mut source = index.to_vec();
        let length = lengths[index[batch]];
        if index[sequence] < length {
            source[sequence] = length - 1 - index[sequence];
        }
        source
    });
    let [seq_dim, batch_dim] = [sequence, batch].map(|axis| axis as i32);
    let op = Op::builtin(BuiltinOperator::REVERSE_SEQUENCE);
    Case::new(op.options(ReverseSequenceOptions { seq_dim, batch_dim }))
        .input(input)
        .input(list(random, &super::sizes(&lengths)))
        .exact(expected)
}

pub(super) fn roll(random: &mut Random) -> Case {
    let shape = any_shape(random, 1..=4);
    let input = any_but(random, &[], &shape);
    let count = random.size(1..=shape.len() + 1);
    let axes: Vec<usize> = (0..count).map(|_| random.below(shape.len())).collect();
    let amounts: Vec<i64> = (0..count).map(|_| random.between(-100..=100)).collect();
    let expected = moved(&input, &shape, |index| {
        let mut source = index.to_vec();
        for (&axis, amount) in axes.iter().zip(&amounts) {
            source[axis] = (source[axis] as i64 - amount).rem_euclid(shape[axis] as i64) as usize;
        }
        source
    });
    let asked: Vec<i64> = axes.iter().map(|&axis| either_end(random, axis, shape.len())).collect();
    let (mut amounts, mut axes) = (list(random, &amounts), list(random, &asked));
    if count == 1 && random.once_in(2) {
        (amounts.shape, axes.shape) = (Vec::new(), Vec::new());
    }
    Case::new(Op::custom("Roll", &[])).input(input).input(amounts).input(axes).exact(expected)
}

/// Blocks of space: the shape of the tensor that has them in space (batch, space, the rest), their sizes, and what is
/// around.
struct Blocks {
    batch: usize,
    /// Padded, and a multiple of the blocks.
    space: Vec<usize>,
    rest: Vec<usize>,
    sizes: Vec<usize>,
    around: Vec<[usize; 2]>,
}

impl Blocks {
    fn draw(random: &mut Random) -> Self {
        let dims = random.pick(&[1, 2, 2, 2, 3]);
        let sizes: Vec<usize> = (0..dims).map(|_| random.size(1..=3)).collect();
        let space: Vec<usize> = sizes.iter().map(|&size| size * random.size(1..=4)).collect();
        let around = space
            .iter()
            .map(|&size| {
                let before = random.below(size.min(4));
                [before, random.below((size - before).min(4))]
            })
            .collect();
        let rank = if dims < 3 && !random.once_in(6) { 1 } else { random.below(3) };
        let rest = (0..rank).map(|_| random.pick(&[1, 2, 3, 8, 17])).collect();
        Self { batch: random.size(1..=3), space, rest, sizes, around }
    }

    /// The shape without what is around.
    fn inner(&self) -> Vec<usize> {
        let space =
            self.space.iter().zip(&self.around).map(|(size, [before, behind])| size - before - behind);
        [self.batch].into_iter().chain(space).chain(self.rest.iter().copied()).collect()
    }

    /// The shape with blocks in the batch.
    fn batched(&self) -> Vec<usize> {
        let places: usize = self.sizes.iter().product();
        let space = self.space.iter().zip(&self.sizes).map(|(space, size)| space / size);
        [self.batch * places].into_iter().chain(space).chain(self.rest.iter().copied()).collect()
    }

    /// Where an element of the batched tensor is in that of space; `None` if it is around.
    fn source(&self, index: &[usize]) -> Option<Vec<usize>> {
        let mut source = index.to_vec();
        // The batch counts places in a block first, then batches.
        let mut place = index[0] / self.batch;
        source[0] = index[0] % self.batch;
        for dim in (0..self.sizes.len()).rev() {
            let at = index[dim + 1] * self.sizes[dim] + place % self.sizes[dim];
            place /= self.sizes[dim];
            let [before, behind] = self.around[dim];
            source[dim + 1] = at.checked_sub(before).filter(|at| *at + before + behind < self.space[dim])?;
        }
        Some(source)
    }

    fn operands(&self, random: &mut Random) -> (Value, Value) {
        let flat: Vec<usize> = self.around.iter().flatten().copied().collect();
        let sizes = list(random, &super::sizes(&self.sizes));
        let mut around = list(random, &super::sizes(&flat));
        around.shape = vec![self.sizes.len(), 2];
        (sizes, around)
    }
}

pub(super) fn space_to_batch(random: &mut Random) -> Case {
    let blocks = Blocks::draw(random);
    let input = any_but(random, TEXT_AND_PACKED, &blocks.inner());
    let expected =
        moved_or(&input, &zero(input.dtype, Some(&input)), &blocks.batched(), |index| blocks.source(index));
    let (sizes, around) = blocks.operands(random);
    Case::new(Op::builtin(BuiltinOperator::SPACE_TO_BATCH_ND).options(SpaceToBatchNDOptions {}))
        .input(input)
        .input(sizes)
        .input(around)
        .exact(expected)
}

pub(super) fn batch_to_space(random: &mut Random) -> Case {
    let blocks = Blocks::draw(random);
    let input = any_but(random, TEXT_AND_PACKED, &blocks.batched());
    let mut places = vec![0; blocks.inner().iter().product()];
    for (number, index) in draw::indices(&blocks.batched()).enumerate() {
        if let Some(target) = blocks.source(&index) {
            places[draw::place_of(&target, &blocks.inner())] = number;
        }
    }
    let expected = super::like(&input, &blocks.inner(), input.elements.at(&places));
    let (sizes, around) = blocks.operands(random);
    Case::new(Op::builtin(BuiltinOperator::BATCH_TO_SPACE_ND).options(BatchToSpaceNDOptions {}))
        .input(input)
        .input(sizes)
        .input(around)
        .exact(expected)
}

/// A shape of pixels in blocks, `[batch, height, width, depth]` for blocks of one pixel, and the size of blocks.
fn pixels(random: &mut Random) -> ([usize; 4], usize) {
    let shape =
        [random.size(1..=2), random.size(1..=4), random.size(1..=5), random.pick(&[1, 2, 3, 5, 8, 16])];
    (shape, random.size(1..=3))
}

pub(super) fn space_to_depth(random: &mut Random) -> Case {
    let ([batch, height, width, depth], block) = pixels(random);
    let input = any_but(random, TEXT, &[batch, height * block, width * block, depth]);
    let expected = moved(&input, &[batch, height, width, depth * block * block], |index| {
        let (place, channel) = (index[3] / depth, index[3] % depth);
        vec![index[0], index[1] * block + place / block, index[2] * block + place % block, channel]
    });
    let options = SpaceToDepthOptions { block_size: block as i32 };
    Case::new(Op::builtin(BuiltinOperator::SPACE_TO_DEPTH).options(options)).input(input).exact(expected)
}

pub(super) fn depth_to_space(random: &mut Random) -> Case {
    let ([batch, height, width, depth], block) = pixels(random);
    let input = any_but(random, TEXT, &[batch, height, width, depth * block * block]);
    let expected = moved(&input, &[batch, height * block, width * block, depth], |index| {
        let place = index[1] % block * block + index[2] % block;
        vec![index[0], index[1] / block, index[2] / block, place * depth + index[3]]
    });
    let options = DepthToSpaceOptions { block_size: block as i32 };
    Case::new(Op::builtin(BuiltinOperator::DEPTH_TO_SPACE).options(options)).input(input).exact(expected)
}
