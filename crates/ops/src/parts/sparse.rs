//! Sparse constants: the TFLite file stores only blocks that are not all zero, dimension by dimension.
//!
//! Storage has a level for each dimension of the tensor, in *traversal order*, and after these one for each dimension of
//! the blocks, which divides a dimension of the tensor. A dense level has all indices; a sparse one lists, for each
//! element of the level above, the indices that are there (compressed sparse rows).

use alloc::format;
use alloc::vec::Vec;

use featherlite_base::{Element, Error, Result};
use featherlite_schema::{
    DimensionMetadata, DimensionType, Int32Vector, SparseIndexVector, Uint8Vector, Uint16Vector,
};

use crate::core::Tensor;

/// The stored elements of a sparse constant, and where each is in the dense tensor.
///
/// # Errors
/// If it is no sparse constant, or its description contradicts itself.
pub fn entries<'a, T: Element>(tensor: &Tensor<'a>) -> Result<(Vec<usize>, &'a [T])> {
    let (positions, stored) = (positions(tensor)?, tensor.constant::<T>()?);
    match stored.get(..positions.len()) {
        Some(stored) => Ok((positions, stored)),
        None => Err(Error::invalid_model(format!(
            "sparse tensor {:?} holds {} values where its indices name {}",
            tensor.name,
            stored.len(),
            positions.len()
        ))),
    }
}

/// All elements of a sparse constant.
///
/// # Errors
/// As [`entries`].
pub fn dense<T: Element>(tensor: &Tensor<'_>) -> Result<Vec<T>> {
    let (positions, stored) = entries(tensor)?;
    let mut dense = alloc::vec![T::default(); tensor.shape.elements()];
    positions.into_iter().zip(stored).for_each(|(position, value)| dense[position] = *value);
    Ok(dense)
}

/// The position in the dense tensor of each stored element.
///
/// # Errors
/// If the tensor is not sparse, or its description contradicts itself.
fn positions(tensor: &Tensor<'_>) -> Result<Vec<usize>> {
    let wrong = |what| Error::invalid_model(format!("sparse tensor {:?}: {what}", tensor.name));
    let sparsity = tensor.sparsity.ok_or_else(|| wrong(format!("{} has no sparsity", tensor.shape)))?;
    let (order, blocks) = (sparsity.traversal_order(), sparsity.block_map());
    let (rank, strides) = (tensor.shape.rank(), tensor.shape.strides());
    let order: Vec<usize> = order.iter().map(|dim| usize::try_from(dim).unwrap_or(usize::MAX)).collect();
    let blocks: Vec<usize> = blocks.iter().map(|dim| usize::try_from(dim).unwrap_or(usize::MAX)).collect();
    let levels: Vec<DimensionMetadata<'_>> = sparsity.dim_metadata().iter().collect();
    let is_permutation = (0..rank + blocks.len()).all(|dim| order.contains(&dim));
    if order.len() != rank + blocks.len() || levels.len() != order.len() || !is_permutation {
        return Err(wrong(format!(
            "{} levels in the order {order:?}, with {} block dimensions, for {}",
            levels.len(),
            blocks.len(),
            tensor.shape
        )));
    }
    // Sizes and strides of the tensor's dimensions in whole blocks, then those of the blocks' dimensions.
    let mut sizes: Vec<usize> = tensor.shape.dims().to_vec();
    let mut steps: Vec<usize> = strides[..rank].to_vec();
    for (block, &dim) in blocks.iter().enumerate() {
        let level = order.iter().position(|&dim| dim == rank + block).map(|level| levels[level]);
        let size = level.and_then(|level| usize::try_from(level.dense_size()).ok()).unwrap_or(0);
        if dim >= rank || size == 0 || !sizes[dim].is_multiple_of(size) {
            return Err(wrong(format!("blocks of {size} along dimension {dim} of {}", tensor.shape)));
        }
        sizes.push(size);
        steps.push(steps[dim]);
        sizes[dim] /= size;
        steps[dim] *= size;
    }
    // Level by level: the positions of the elements so far. Indices ascend and segments do not overlap, so there
    // are never more than the tensor has elements.
    let mut found = alloc::vec![0];
    for (level, &dim) in levels.iter().zip(&order) {
        let (size, step) = (sizes[dim], steps[dim]);
        found = if level.format() == DimensionType::SPARSE_CSR {
            let segments = numbers(*level, true).ok_or_else(|| wrong("no segments".into()))?;
            let indices = numbers(*level, false).ok_or_else(|| wrong("no indices".into()))?;
            let mut next = Vec::new();
            if segments.len() != found.len() + 1 {
                return Err(wrong(format!("{} segments for {} elements", segments.len(), found.len())));
            }
            for (segment, start) in segments.windows(2).zip(found) {
                let indices = indices.get(segment[0]..segment[1]);
                let indices = indices.ok_or_else(|| wrong(format!("segment {segment:?}")))?;
                if !indices.is_sorted_by(|a, b| a < b) || indices.last().is_some_and(|&last| last >= size) {
                    return Err(wrong(format!("indices {indices:?} in a dimension of {size}")));
                }
                next.extend(indices.iter().map(|index| start + index * step));
            }
            next
        } else if usize::try_from(level.dense_size()) == Ok(size) {
            found.into_iter().flat_map(|start| (0..size).map(move |index| start + index * step)).collect()
        } else {
            return Err(wrong(format!("a dense level of {} for a size of {size}", level.dense_size())));
        };
    }
    Ok(found)
}

/// The segments or indices of a sparse level.
fn numbers(level: DimensionMetadata<'_>, segments: bool) -> Option<Vec<usize>> {
    let kind = if segments { level.array_segments_type() } else { level.array_indices_type() };
    match kind {
        SparseIndexVector::Int32Vector => {
            let table: Option<Int32Vector<'_>> =
                if segments { level.array_segments() } else { level.array_indices() };
            table?.values().iter().map(|x| usize::try_from(x).ok()).collect()
        }
        SparseIndexVector::Uint16Vector => {
            let table: Option<Uint16Vector<'_>> =
                if segments { level.array_segments() } else { level.array_indices() };
            Some(table?.values().iter().map(usize::from).collect())
        }
        SparseIndexVector::Uint8Vector => {
            let table: Option<Uint8Vector<'_>> =
                if segments { level.array_segments() } else { level.array_indices() };
            Some(table?.values().iter().map(usize::from).collect())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use featherlite_base::{DType, Quantization, Shape};
    use featherlite_schema::{Model, owned};

    use super::*;

    fn dense(size: i32) -> owned::DimensionMetadata {
        owned::DimensionMetadata { dense_size: size, ..Default::default() }
    }

    fn compressed(segments: &[i32], indices: &[u8]) -> owned::DimensionMetadata {
        let segments = owned::Int32Vector { values: segments.to_vec() };
        let indices = owned::Uint8Vector { values: indices.to_vec() };
        owned::DimensionMetadata {
            format: DimensionType::SPARSE_CSR,
            array_segments: Some(owned::SparseIndexVector::Int32Vector(segments)),
            array_indices: Some(owned::SparseIndexVector::Uint8Vector(indices)),
            ..Default::default()
        }
    }

    fn positions_of(
        shape: &[usize],
        order: &[i32],
        block_map: &[i32],
        levels: &[owned::DimensionMetadata],
    ) -> Result<Vec<usize>> {
        let sparsity = owned::SparsityParameters {
            traversal_order: order.to_vec(),
            block_map: block_map.to_vec(),
            dim_metadata: levels.to_vec(),
        };
        let tensor = owned::Tensor { sparsity: Some(sparsity), ..Default::default() };
        let graph = owned::SubGraph { tensors: [tensor].into(), ..Default::default() };
        let file = owned::Model { subgraphs: [graph].into(), ..Default::default() }.write().unwrap();
        let model = Model::read(&file).unwrap();
        let sparsity = model.subgraphs().get(0).unwrap().tensors().get(0).unwrap().sparsity();
        positions(&Tensor {
            name: "t",
            dtype: DType::I8,
            shape: Shape::new(shape).unwrap(),
            shape_known: true,
            is_open: false,
            quantization: &Quantization::None,
            data: None,
            is_constant: true,
            is_variable: false,
            sparsity,
        })
    }

    #[test]
    fn levels_give_positions() {
        let rows = [dense(3), compressed(&[0, 2, 2, 3], &[0, 3, 1])];
        assert_eq!(positions_of(&[3, 4], &[0, 1], &[], &rows).unwrap(), [0, 3, 9]);
        // The same elements, columns first.
        let columns = [dense(4), compressed(&[0, 1, 2, 2, 3], &[0, 2, 0])];
        assert_eq!(positions_of(&[3, 4], &[1, 0], &[], &columns).unwrap(), [0, 9, 3]);
        // Blocks of 2 x 2 of a 4 x 4 matrix: the upper right and the lower left one.
        let blocks = [dense(2), compressed(&[0, 1, 2], &[1, 0]), dense(2), dense(2)];
        assert_eq!(
            positions_of(&[4, 4], &[0, 1, 2, 3], &[0, 1], &blocks).unwrap(),
            [2, 3, 6, 7, 8, 9, 12, 13]
        );
        // The columns of each block first.
        assert_eq!(
            positions_of(&[4, 4], &[0, 1, 3, 2], &[0, 1], &blocks).unwrap(),
            [2, 6, 3, 7, 8, 12, 9, 13]
        );
    }

    #[test]
    fn contradictions_are_errors() {
        let good = [dense(3), compressed(&[0, 2, 2, 3], &[0, 3, 1])];
        for (order, levels) in [
            (&[0, 1][..], &good[..1]),
            (&[0], &good),
            (&[0, 0], &good),
            (&[0, -1], &good),
            (&[1, 0], &good),
            (&[0, 1], &[dense(2), good[1].clone()]),
            (&[0, 1], &[dense(3), compressed(&[0, 2, 3], &[0, 3, 1])]),
            (&[0, 1], &[dense(3), compressed(&[0, 2, 2, 4], &[0, 3, 1])]),
            (&[0, 1], &[dense(3), compressed(&[0, 2, 1, 3], &[0, 3, 1])]),
            (&[0, 1], &[dense(3), compressed(&[0, 2, 2, 3], &[0, 4, 1])]),
            (&[0, 1], &[dense(3), compressed(&[0, 2, 2, 3], &[3, 3, 1])]),
            (&[0, 1], &[dense(3), owned::DimensionMetadata { array_indices: None, ..good[1].clone() }]),
        ] {
            assert!(positions_of(&[3, 4], order, &[], levels).is_err(), "{order:?} {levels:?}");
        }
        let blocks = [dense(2), compressed(&[0, 1, 2], &[1, 0]), dense(0), dense(2)];
        assert!(positions_of(&[4, 4], &[0, 1, 2, 3], &[0, 1], &blocks).is_err());
    }
}
