//! Sums of products in Einstein's notation, by matrix products.

use featherlite_ir::{Op, ValueId};
use featherlite_schema::{BuiltinOperator, owned};

use super::shape::{self, Extent};
use crate::build::Builder;
use crate::{Error, Result};

/// A product of two tensors, such as `abc,cde->abde`. `...` stands for axes that both keep.
///
/// # Errors
/// If the equation does not fit the tensors, or repeats a letter within one of them.
pub(crate) fn einsum(b: &mut Builder<'_>, equation: &str, x: ValueId, y: ValueId) -> Result<ValueId> {
    einsum_with_bias(b, equation, x, y, None)
}

/// As [`einsum`], plus `bias` if there is one, which is broadcast.
pub(crate) fn einsum_with_bias(
    b: &mut Builder<'_>,
    equation: &str,
    x: ValueId,
    y: ValueId,
    bias: Option<ValueId>,
) -> Result<ValueId> {
    let equation: String = equation.chars().filter(|char| !char.is_whitespace()).collect();
    let bad = || {
        Error::unsupported(format!("the einsum {equation:?}"))
            .hint("write it as products of two tensors, a,b->c")
    };
    let (inputs, output) = equation.split_once("->").ok_or_else(bad)?;
    let (left, right) = inputs.split_once(',').ok_or_else(bad)?;
    let (x, left) = labelled(b, x, left).ok_or_else(bad)?;
    let (y, right) = labelled(b, y, right).ok_or_else(bad)?;
    let longest =
        [&left, &right].into_iter().map(|labels| labels.iter().filter(|label| **label < FIRST).count()).max();
    let output = output.replace("...", &dots(longest.unwrap_or(0)));
    let output: Vec<char> = output.chars().collect();
    let terms = Terms { left, right, output };
    if !terms.are_sound() {
        return Err(bad());
    }
    let terms = terms.without_lonely(b, x, y)?;
    terms.product(b, bias)
}

/// Labels of the axes that `...` stands for come before this one.
const FIRST: char = '0';

/// The labels of `count` axes behind `...`, the last of which is always the same.
fn dots(count: usize) -> String {
    (0..count).rev().map(|index| char::from(b' ' + index.min(15) as u8)).collect()
}

/// The axes of `x` as labels.
fn labelled(b: &Builder<'_>, x: ValueId, labels: &str) -> Option<(ValueId, Vec<char>)> {
    let rank = b.rank(x).ok()?;
    let labels = match labels.contains("...") {
        true => labels.replace("...", &dots(rank.checked_sub(labels.len() - 3)?)),
        false => labels.to_owned(),
    };
    let labels: Vec<char> = labels.chars().collect();
    (labels.len() == rank).then_some((x, labels))
}

struct Terms {
    left: Vec<char>,
    right: Vec<char>,
    output: Vec<char>,
}

/// Two tensors whose axes are all needed for the product.
struct Product {
    x: ValueId,
    y: ValueId,
    terms: Terms,
}

impl Terms {
    fn are_sound(&self) -> bool {
        let distinct =
            |labels: &[char]| (1..labels.len()).all(|index| !labels[..index].contains(&labels[index]));
        let given = |label: &char| self.left.contains(label) || self.right.contains(label);
        [&self.left, &self.right, &self.output].into_iter().all(|labels| distinct(labels))
            && self.output.iter().all(given)
    }

    /// Sums along the axes that only one tensor has and the result has not.
    fn without_lonely(self, b: &mut Builder<'_>, x: ValueId, y: ValueId) -> Result<Product> {
        let Self { left, right, output } = self;
        let (x, new_left) = sum_lonely(b, x, &left, &right, &output)?;
        let (y, new_right) = sum_lonely(b, y, &right, &left, &output)?;
        Ok(Product { x, y, terms: Self { left: new_left, right: new_right, output } })
    }
}

fn sum_lonely(
    b: &mut Builder<'_>,
    x: ValueId,
    own: &[char],
    other: &[char],
    output: &[char],
) -> Result<(ValueId, Vec<char>)> {
    let is_lonely = |label: &char| !other.contains(label) && !output.contains(label);
    let axes: Vec<i32> =
        (0..own.len()).filter(|&axis| is_lonely(&own[axis])).map(|axis| axis as i32).collect();
    let x = if axes.is_empty() { x } else { b.reduce(BuiltinOperator::SUM, x, &axes, false)? };
    Ok((x, own.iter().copied().filter(|label| !is_lonely(label)).collect()))
}

impl Product {
    fn product(self, b: &mut Builder<'_>, bias: Option<ValueId>) -> Result<ValueId> {
        let Self { x, y, terms: Terms { left, right, output } } = self;
        let shared = |label: &&char| left.contains(label) && right.contains(label);
        let batch: Vec<char> = output.iter().filter(shared).copied().collect();
        let inner: Vec<char> =
            right.iter().filter(shared).filter(|label| !output.contains(label)).copied().collect();
        let own = |labels: &[char], other: &[char]| -> Vec<char> {
            output.iter().filter(|label| labels.contains(label) && !other.contains(label)).copied().collect()
        };
        let (rows, columns) = (own(&left, &right), own(&right, &left));
        if batch.is_empty() && b.is_constant(y) {
            let order = [&rows[..], &columns].concat();
            let inside = bias
                .filter(|_| order == output)
                .map(|bias| whole(b, bias, (y, &right), &columns))
                .transpose()?;
            let inside = inside.flatten();
            let made = weighted(b, (x, &left), (y, &right), inside, [&rows, &inner, &columns])?;
            let made = arranged(b, made, &order, &output)?;
            return added(b, made, bias.filter(|_| inside.is_none()));
        }
        // The factor whose axes come first in the result is on the left, so that nothing needs to be transposed behind.
        let is_swapped =
            output == [&batch[..], &columns, &rows].concat() && !rows.is_empty() && !columns.is_empty();
        let (made, order) = if is_swapped {
            let made = multiplied(b, (y, &right), (x, &left), &batch, [&columns, &inner, &rows])?;
            (made, [batch, columns, rows].concat())
        } else {
            let made = multiplied(b, (x, &left), (y, &right), &batch, [&rows, &inner, &columns])?;
            (made, [batch, rows, columns].concat())
        };
        let made = arranged(b, made, &order, &output)?;
        added(b, made, bias)
    }
}

fn added(b: &mut Builder<'_>, x: ValueId, bias: Option<ValueId>) -> Result<ValueId> {
    bias.map_or(Ok(x), |bias| b.binary(BuiltinOperator::ADD, x, bias))
}

/// A bias with a number for each column of the weights as a vector; nothing if it is broadcast.
fn whole(
    b: &mut Builder<'_>,
    bias: ValueId,
    weights: Labelled<'_>,
    columns: &[char],
) -> Result<Option<ValueId>> {
    let columns = merged(&sizes(b, weights, columns)?)?;
    let count: usize = b.fixed_dims(bias)?.iter().product();
    if columns != Extent::Fixed(count) {
        return Ok(None);
    }
    b.reshape(bias, &[count as i64]).map(Some)
}

/// A tensor and the labels of its axes.
type Labelled<'a> = (ValueId, &'a [char]);

/// A product with constant weights, by FULLY_CONNECTED. The result has the axes `rows` and `columns`.
fn weighted(
    b: &mut Builder<'_>,
    x: Labelled<'_>,
    weights: Labelled<'_>,
    bias: Option<ValueId>,
    [rows, inner, columns]: [&[char]; 3],
) -> Result<ValueId> {
    let (row_sizes, column_sizes) = (sizes(b, x, rows)?, sizes(b, weights, columns)?);
    let depth = merged(&sizes(b, weights, inner)?)?;
    let x = arranged(b, x.0, x.1, &[rows, inner].concat())?;
    let x = shape::reshape(b, x, &[&row_sizes[..], &[depth]].concat())?;
    let weights = arranged(b, weights.0, weights.1, &[columns, inner].concat())?;
    let weights = shape::reshape(b, weights, &[merged(&column_sizes)?, depth])?;
    let made = b.fully_connected(x, weights, bias)?;
    match columns.len() {
        1 => Ok(made),
        _ => shape::reshape(b, made, &[row_sizes, column_sizes].concat()),
    }
}

/// A product by BATCH_MATMUL. The result has the axes `batch`, `rows` and `columns`.
fn multiplied(
    b: &mut Builder<'_>,
    x: Labelled<'_>,
    y: Labelled<'_>,
    batch: &[char],
    [rows, inner, columns]: [&[char]; 3],
) -> Result<ValueId> {
    let [batch_sizes, row_sizes] = [batch, rows].map(|labels| sizes(b, x, labels));
    let [inner_sizes, column_sizes] = [inner, columns].map(|labels| sizes(b, y, labels));
    let (batch_sizes, row_sizes, column_sizes) = (batch_sizes?, row_sizes?, column_sizes?);
    let (height, depth, width) = (merged(&row_sizes)?, merged(&inner_sizes?)?, merged(&column_sizes)?);
    let x = arranged(b, x.0, x.1, &[batch, rows, inner].concat())?;
    let x = if rows.len() == 1 && inner.len() == 1 {
        x
    } else {
        shape::reshape(b, x, &[&batch_sizes[..], &[height, depth]].concat())?
    };
    // The second factor may have the summed axis first or last; transposing is cheaper when rows stay whole.
    let adj_y = y.1 != [batch, inner, columns].concat();
    let (order, last) = if adj_y {
        ([batch, columns, inner].concat(), [width, depth])
    } else {
        ([batch, inner, columns].concat(), [depth, width])
    };
    let y = arranged(b, y.0, y.1, &order)?;
    let y = if columns.len() == 1 && inner.len() == 1 {
        y
    } else {
        shape::reshape(b, y, &[&batch_sizes[..], &last].concat())?
    };
    let options = owned::BatchMatMulOptions { adj_x: false, adj_y, asymmetric_quantize_inputs: false };
    let made = b.add(Op::with(BuiltinOperator::BATCH_MATMUL, options), &[x, y])?;
    if rows.len() == 1 && columns.len() == 1 {
        return Ok(made);
    }
    shape::reshape(b, made, &[batch_sizes, row_sizes, column_sizes].concat())
}

fn sizes(b: &Builder<'_>, (x, labels): Labelled<'_>, wanted: &[char]) -> Result<Vec<Extent>> {
    let extents = shape::extents(b, x)?;
    let find = |wanted: &char| labels.iter().position(|label| label == wanted).map(|axis| extents[axis]);
    wanted.iter().map(|label| find(label).ok_or_else(|| Error::internal("a label of no axis"))).collect()
}

/// The product of sizes, of which an open one must be alone.
fn merged(sizes: &[Extent]) -> Result<Extent> {
    if let [size] = sizes {
        return Ok(*size);
    }
    let sizes = sizes.iter().map(|size| match size {
        Extent::Fixed(size) => Ok(*size),
        _ => Err(Error::unsupported("an einsum that joins axes of which one is open")
            .hint("state the shape of the inputs: --shape NAME=1,224,224,3")),
    });
    Ok(Extent::Fixed(sizes.collect::<Result<Vec<_>>>()?.iter().product()))
}

/// `x` with its axes, labelled `labels`, in the order `wanted`.
fn arranged(b: &mut Builder<'_>, x: ValueId, labels: &[char], wanted: &[char]) -> Result<ValueId> {
    if labels == wanted {
        return Ok(x);
    }
    let axes =
        wanted.iter().map(|label| labels.iter().position(|other| other == label)).collect::<Option<Vec<_>>>();
    let axes = axes.ok_or_else(|| Error::internal("a label of no axis"))?;
    b.transpose(x, &axes)
}
