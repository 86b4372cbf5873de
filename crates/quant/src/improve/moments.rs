//! Means and products of what weights are multiplied by, over samples.

use std::collections::BTreeMap;

use featherlite_ir::{Model, NodeId};

use super::patches::Linear;
use crate::Result;
use crate::run::{Runner, Sample};

/// Deeper operators have no products: these would take more time and memory than they are worth.
const DEEPEST: usize = 2400;
/// Rows of a sample.
const ROWS: usize = 48;

/// Moments of the rows of one operator, group by group.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    pub(super) linear: Linear,
    pub(super) rows: usize,
    /// `[groups, depth]`: sums.
    pub(super) sums: Vec<f64>,
    /// `[groups, depth, depth]`: sums of products, only the lower half; empty if too deep.
    pub(super) products: Vec<f32>,
}

impl Moments {
    fn new(linear: Linear, with_products: bool) -> Self {
        let size = linear.groups * linear.depth;
        let has_products = with_products && linear.depth <= DEEPEST;
        let products = if has_products { vec![0.0; size * linear.depth] } else { Vec::new() };
        Self { linear, rows: 0, sums: vec![0.0; size], products }
    }

    fn add(&mut self, rows: &[f32]) {
        let (groups, depth) = (self.linear.groups, self.linear.depth);
        for row in rows.chunks_exact(groups * depth) {
            self.rows += 1;
            self.sums.iter_mut().zip(row).for_each(|(sum, &value)| *sum += f64::from(value));
            if self.products.is_empty() {
                continue;
            }
            for (values, products) in
                row.chunks_exact(depth).zip(self.products.chunks_exact_mut(depth * depth))
            {
                for (index, &value) in values.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                    let own = &mut products[index * depth..][..=index];
                    own.iter_mut().zip(values).for_each(|(product, &other)| *product += value * other);
                }
            }
        }
    }

    /// The mean of each element of a group's rows.
    pub(super) fn mean(&self, group: usize) -> impl Iterator<Item = f64> + '_ {
        let (rows, depth) = (self.rows.max(1) as f64, self.linear.depth);
        self.sums[group * depth..][..depth].iter().map(move |sum| sum / rows)
    }
}

/// Runs the network over samples and gathers the moments of all its operators with weights.
pub(super) fn gather(
    model: &Model,
    samples: &[Sample],
    with_products: bool,
) -> Result<BTreeMap<NodeId, Moments>> {
    let graph = &model.graphs[0];
    let mut moments: BTreeMap<NodeId, Moments> = graph
        .nodes()
        .filter_map(|(id, node)| Some((id, Moments::new(Linear::of(graph, node)?, with_products))))
        .collect();
    let mut runner = Runner::new(model)?;
    for (index, sample) in samples.iter().enumerate() {
        runner.run(sample)?;
        for own in moments.values_mut() {
            let Some(view) = runner.value(own.linear.data) else { continue };
            let Ok(values) = view.values::<f32>() else { continue };
            let rows = own.linear.rows(values, view.shape().dims(), ROWS, index);
            own.add(&rows);
        }
    }
    Ok(moments)
}
