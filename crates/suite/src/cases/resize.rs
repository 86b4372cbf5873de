//! Images of other sizes, and warped ones.

use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::owned::{ResizeBilinearOptions, ResizeNearestNeighborOptions};
use featherlite_testkit::{Op, Random};

use super::{Case, Family, Value, draw};

pub(super) const FAMILY: Family = Family {
    name: "resize",
    rows: &[
        ("RESIZE_BILINEAR", bilinear),
        ("RESIZE_BILINEAR", bilinear_whole),
        ("RESIZE_NEAREST_NEIGHBOR", nearest),
        ("DenseImageWarp", warp),
    ],
};

/// How positions of the new image are found in the old one.
struct Grid {
    shape: [usize; 4],
    /// Height and width of the new image.
    sizes: [usize; 2],
    align_corners: bool,
    half_pixel_centers: bool,
}

impl Grid {
    fn draw(random: &mut Random) -> Self {
        let channels = random.pick(&[1, 2, 3, 4, 7, 8, 9, 16, 17, 33]);
        let batch = if random.once_in(30) { 0 } else { random.size(1..=2) };
        let shape = [batch, random.size(1..=8), random.size(1..=8), channels];
        let mut size = |from: usize| match random.below(4) {
            0 => from,
            1 => 2 * from,
            _ => random.size(1..=13),
        };
        let sizes = [size(shape[1]), size(shape[2])];
        let align_corners = random.once_in(3);
        Self { shape, sizes, align_corners, half_pixel_centers: !align_corners && random.once_in(2) }
    }

    fn output(&self) -> [usize; 4] {
        let [batch, .., channels] = self.shape;
        [batch, self.sizes[0], self.sizes[1], channels]
    }

    /// Where position `index` of an axis lies in the old image, as a fraction, which is exact.
    fn at(&self, axis: usize, index: usize) -> (i64, i64) {
        let (old, new, index) = (self.shape[axis + 1] as i64, self.sizes[axis] as i64, index as i64);
        if self.align_corners && new > 1 {
            return (index * (old - 1), new - 1);
        }
        if self.half_pixel_centers { ((2 * index + 1) * old - new, 2 * new) } else { (index * old, new) }
    }

    fn case(&self, op: Op, input: Value) -> Case {
        let sizes = self.sizes.map(|size| size as i64);
        Case::new(op).input(input).input(Value::list(&sizes))
    }

    fn place(&self, image: usize, at: [usize; 2], channel: usize) -> usize {
        draw::place_of(&[image, at[0], at[1], channel], &self.shape)
    }

    /// Every element of the new image, as the four nearest of the old one weighted by their distance.
    fn interpolated(&self, input: &[f64]) -> Vec<f64> {
        let axis = |axis: usize, index: usize| {
            let (above, below) = self.at(axis, index);
            let at = (above as f64 / below as f64).max(0.0);
            let last = self.shape[axis + 1] - 1;
            let first = (at.floor() as usize).min(last);
            ([first, (first + 1).min(last)], (at - first as f64).min(1.0))
        };
        let pixel = |index: Vec<usize>| {
            let ((rows, down), (columns, across)) = (axis(0, index[1]), axis(1, index[2]));
            let at = |row: usize, column: usize| {
                input[self.place(index[0], [rows[row], columns[column]], index[3])]
            };
            let line = |row| at(row, 0) * (1.0 - across) + at(row, 1) * across;
            line(0) * (1.0 - down) + line(1) * down
        };
        draw::indices(&self.output()).map(pixel).collect()
    }
}

fn bilinear_op(grid: &Grid) -> Op {
    let Grid { align_corners, half_pixel_centers, .. } = *grid;
    Op::builtin(BuiltinOperator::RESIZE_BILINEAR)
        .options(ResizeBilinearOptions { align_corners, half_pixel_centers })
}

fn bilinear(random: &mut Random) -> Case {
    let grid = Grid::draw(random);
    let input = draw::real(random, DType::F32, &grid.shape, 8.0);
    let output = grid.interpolated(&input.to_real());
    grid.case(bilinear_op(&grid), input).close(Value::float(&grid.output(), output), 1e-4)
}

fn bilinear_whole(random: &mut Random) -> Case {
    let grid = Grid::draw(random);
    let dtype = random.pick(&[DType::I8, DType::U8, DType::I16, DType::U16]);
    let mut input = draw::any(random, dtype, &grid.shape);
    let real = grid.interpolated(&input.to_real());
    let whole = real.iter().map(|real| real.round() as i64).collect();
    let mut output = Value::whole(dtype, &grid.output(), whole);
    if random.once_in(2) {
        let scales = draw::scales(random, dtype);
        (input, output) = (input.scaled(scales.clone()), output.scaled(scales));
    }
    // Weights have 10 bits: off by up to a thousandth of the distance of neighbours, for every pixel that the rounded
    // scale was added up for.
    let steps = if matches!(dtype, DType::I8 | DType::U8) { 6 } else { 1200 };
    grid.case(bilinear_op(&grid), input).steps(output, steps)
}

fn nearest(random: &mut Random) -> Case {
    let grid = Grid::draw(random);
    let dtype = random.pick(&[DType::F32, DType::I8, DType::U8, DType::I16, DType::I32, DType::I64]);
    let input = draw::any(random, dtype, &grid.shape);
    let Grid { align_corners, half_pixel_centers, .. } = grid;
    let axis = |axis: usize, index: usize| {
        let (above, below) = grid.at(axis, index);
        // Half pixels are those of the old image too: a position lies in the pixel that it is the nearest centre of.
        let nearest = match (align_corners, half_pixel_centers) {
            (true, _) => (2 * above + below) / (2 * below),
            (_, true) => (2 * above + below).div_euclid(2 * below),
            _ => above / below,
        };
        nearest.clamp(0, grid.shape[axis + 1] as i64 - 1) as usize
    };
    let places: Vec<usize> = draw::indices(&grid.output())
        .map(|index| grid.place(index[0], [axis(0, index[1]), axis(1, index[2])], index[3]))
        .collect();
    let op = Op::builtin(BuiltinOperator::RESIZE_NEAREST_NEIGHBOR)
        .options(ResizeNearestNeighborOptions { align_corners, half_pixel_centers });
    let output = Value::new(dtype, &grid.output(), input.elements.at(&places));
    grid.case(op, input).exact(output)
}

/// Pixels from where a flow says; outside is the edge.
fn warp(random: &mut Random) -> Case {
    let (batch, channels) = (random.size(1..=2), random.pick(&[1, 2, 3, 8, 17]));
    let shape = [batch, random.size(2..=6), random.size(2..=6), channels];
    let input = draw::real(random, DType::F32, &shape, 8.0);
    let flow = draw::real(random, DType::F32, &[shape[0], shape[1], shape[2], 2], 4.0);
    let (elements, flows) = (input.to_real(), flow.to_real());
    let pixel = |index: Vec<usize>| {
        let axis = |axis: usize| {
            let flow = flows[((index[0] * shape[1] + index[1]) * shape[2] + index[2]) * 2 + axis];
            let at = (index[axis + 1] as f64 - flow).clamp(0.0, (shape[axis + 1] - 1) as f64);
            let first = (at.floor() as usize).min(shape[axis + 1] - 2);
            (first, at - first as f64)
        };
        let ((y, down), (x, across)) = (axis(0), axis(1));
        let at = |y, x| elements[draw::place_of(&[index[0], y, x, index[3]], &shape)];
        let line = |y| at(y, x) * (1.0 - across) + at(y, x + 1) * across;
        line(y) * (1.0 - down) + line(y + 1) * down
    };
    let output = draw::indices(&shape).map(pixel).collect();
    Case::new(Op::custom("DenseImageWarp", &[]))
        .input(input)
        .input(flow)
        .close(Value::float(&shape, output), 1e-4)
}
