//! Channels in the order of their importance, so that those that narrow networks keep are the best.

use featherlite_arch::{Tensor, Weights, make_divisible};

use crate::{Result, Space};

impl Space {
    /// Sorts the middle channels of every block that is chosen: the more the last convolution of the block reads of a channel (by the sum of
    /// absolute weights), the farther in front it comes. The full network computes what it did before. `trained` are the expansions,
    /// but the greatest, with which networks were trained already: their channels stay in front of the others.
    ///
    /// # Errors
    /// If weights are missing.
    pub fn sort_channels(&self, weights: &mut Weights, trained: &[f64]) -> Result<()> {
        let network = self.full.network()?;
        let sections = network.sections();
        for section in sections.iter().filter(|section| is_chosen(&section.name)) {
            let layer = |name: &str| format!("{}.{name}", section.name);
            let project = weights.get(&layer("project.kernel"))?;
            let middle = project.shape.last().copied().unwrap_or(0);
            let importance = column_sums(project);
            let mut bounds: Vec<usize> =
                trained.iter().map(|&expand| self.middle(section.input[2], expand).min(middle)).collect();
            bounds.extend([0, middle]);
            bounds.sort_unstable();
            let order = order_within(&importance, &bounds);
            self.permute(weights, &section.name, &order)?;
        }
        Ok(())
    }

    /// Channels of a block's middle.
    pub fn middle(&self, input: usize, expand: f64) -> usize {
        make_divisible((input as f64 * expand).round(), self.full.scaling.divisor)
    }

    fn permute(&self, weights: &mut Weights, block: &str, order: &[usize]) -> Result<()> {
        let layer = |name: &str| format!("{block}.{name}");
        for role in ["gamma", "beta", "mean", "variance"] {
            for name in [layer(&format!("expand.{role}")), layer(&format!("depthwise.{role}"))] {
                rows(weights, &name, order);
            }
        }
        rows(weights, &layer("expand.kernel"), order);
        columns(weights, &layer("depthwise.kernel"), order);
        columns(weights, &layer("project.kernel"), order);
        if weights.get(&layer("se.expand.kernel")).is_err() {
            return Ok(());
        }
        rows(weights, &layer("se.expand.kernel"), order);
        rows(weights, &layer("se.expand.bias"), order);
        columns(weights, &layer("se.reduce.kernel"), order);
        let importance = column_sums(weights.get(&layer("se.expand.kernel"))?);
        let order = order_within(&importance, &[0, importance.len()]);
        columns(weights, &layer("se.expand.kernel"), &order);
        rows(weights, &layer("se.reduce.kernel"), &order);
        rows(weights, &layer("se.reduce.bias"), &order);
        Ok(())
    }
}

fn is_chosen(section: &str) -> bool {
    section.starts_with("blocks.") && !section.starts_with("blocks.0.")
}

/// The sum of absolute values of each column of the last dimension.
fn column_sums(tensor: &Tensor) -> Vec<f64> {
    let columns = tensor.shape.last().copied().unwrap_or(0);
    let mut sums = vec![0.0; columns];
    for row in tensor.values.chunks_exact(columns.max(1)) {
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(value.abs()));
    }
    sums
}

/// Indices, the most important first, within each of the ranges between bounds.
fn order_within(importance: &[f64], bounds: &[usize]) -> Vec<usize> {
    let mut order = Vec::new();
    for pair in bounds.windows(2) {
        let mut part: Vec<usize> = (pair[0]..pair[1]).collect();
        part.sort_by(|&a, &b| importance[b].total_cmp(&importance[a]));
        order.extend(part);
    }
    order
}

/// Puts rows of the first dimension into another order.
fn rows(weights: &mut Weights, name: &str, order: &[usize]) {
    let Some(tensor) = weights.get_mut(name) else { return };
    let each = tensor.values.len() / order.len().max(1);
    tensor.values =
        order.iter().flat_map(|&row| tensor.values[row * each..(row + 1) * each].to_vec()).collect();
}

/// Puts columns of the last dimension into another order.
fn columns(weights: &mut Weights, name: &str, order: &[usize]) {
    let Some(tensor) = weights.get_mut(name) else { return };
    let rows = tensor.values.chunks_exact(order.len().max(1));
    tensor.values = rows.flat_map(|row| order.iter().map(|&column| row[column])).collect();
}
