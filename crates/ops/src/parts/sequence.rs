//! Sequences of rows: what recurrent operators read and write step by step.

use alloc::format;
use core::ops::Range;

use featherlite_base::{Error, Result, Shape};

use crate::core::{Node, Outputs};

/// The order of the rows of a tensor that has one for each step and entry of the batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// Steps in time.
    pub steps: usize,
    /// Independent entries.
    pub batch: usize,
    /// Whether steps are the outermost dimension, not the batch.
    pub time_major: bool,
}

impl Sequence {
    /// The sequence of a tensor `[time, batch, width]`, `[batch, time, width]` or, for a single step, `[batch, width]`.
    ///
    /// # Errors
    /// If the shape has another rank.
    pub fn of(shape: Shape, time_major: bool) -> Result<Self> {
        match *shape.dims() {
            [batch, _] => Ok(Self { steps: 1, batch, time_major: true }),
            [steps, batch, _] if time_major => Ok(Self { steps, batch, time_major }),
            [batch, steps, _] => Ok(Self { steps, batch, time_major }),
            _ => Err(Error::invalid_shape(format!("{shape} is no sequence: it must have 2 or 3 dimensions"))),
        }
    }

    /// The row of a step for an entry.
    #[inline]
    pub fn row(self, step: usize, entry: usize) -> usize {
        if self.time_major { step * self.batch + entry } else { entry * self.steps + step }
    }

    /// Runs of consecutive steps, of `length` or less, in the order in which they are to be worked on.
    pub fn parts(self, length: usize, backward: bool) -> impl Iterator<Item = Range<usize>> {
        let (steps, length) = (self.steps, length.max(1));
        (0..steps.div_ceil(length)).map(move |part| {
            let (start, end) = (part * length, (part * length + length).min(steps));
            if backward { steps - end..steps - start } else { start..end }
        })
    }

    /// A sequence of `steps` steps in the same order, such as one of [`Sequence::parts`].
    #[must_use]
    pub fn with_steps(self, steps: usize) -> Self {
        Self { steps, ..self }
    }

    /// Calls `task` with runs of rows that lie side by side both here, in `part`, and in a tensor of that part alone:
    /// the first row here, the first row there, and their number.
    ///
    /// # Errors
    /// The first of `task`.
    pub fn for_each_run(
        self,
        part: Range<usize>,
        mut task: impl FnMut(usize, usize, usize) -> Result<()>,
    ) -> Result<()> {
        if self.time_major || self.batch == 1 {
            return task(self.row(part.start, 0), 0, part.len() * self.batch);
        }
        (0..self.batch)
            .try_for_each(|entry| task(self.row(part.start, entry), entry * part.len(), part.len()))
    }
}

/// The steps of a part in the order in which they are to be worked on.
pub fn steps(part: Range<usize>, backward: bool) -> impl Iterator<Item = usize> {
    let (start, end) = (part.start, part.end);
    part.map(move |step| if backward { end - 1 - (step - start) } else { step })
}

/// Steps whose rows of `width` values are worked on together: as many as fit a few hundred kilobytes.
pub fn part_length(sequence: Sequence, width: usize) -> usize {
    let row = sequence.batch.saturating_mul(width).max(1);
    (64 * 1024 / row).clamp(1, sequence.steps.max(1))
}

/// What the optional second sequence of a bidirectional operator is for.
pub struct Aux {
    /// The input that takes part in both directions, with weights of its own.
    pub weighted: Option<usize>,
    /// The input that takes the place of the first sequence in the backward direction: its weights are absent.
    pub backward_input: Option<usize>,
}

/// The role of input `aux`, the second sequence of a bidirectional operator; `weights` are those that must be there all
/// or none.
///
/// # Errors
/// If some weights are absent, or the sequences have different lengths.
pub fn aux_role(node: &Node<'_>, aux: usize, weights: &[usize]) -> Result<Aux> {
    let given = weights.iter().filter(|&&index| node.optional(index).is_some()).count();
    if given != 0 && given != weights.len() {
        let message = format!("{given} of {} weights of the second sequence", weights.len());
        return Err(Error::invalid_model(message));
    }
    let Some(tensor) = node.optional(aux) else {
        return match given {
            0 => Ok(Aux { weighted: None, backward_input: None }),
            _ => Err(Error::invalid_model("weights of a second sequence that is absent")),
        };
    };
    let input = node.input(0)?.shape;
    let (same, found) = (input.dims(), tensor.shape.dims());
    if found.len() != same.len() || found.iter().zip(same).take(2).any(|(a, b)| a != b) {
        return Err(Error::invalid_shape(format!("the second sequence {} beside {input}", tensor.shape)));
    }
    Ok(match given {
        0 => Aux { weighted: None, backward_input: Some(aux) },
        _ => Aux { weighted: Some(aux), backward_input: None },
    })
}

/// The outputs of a bidirectional operator: rows of both directions side by side, or apart.
///
/// # Errors
/// If the rows are too long.
pub fn two_directions(input: Shape, [forward, backward]: [usize; 2], merge: bool) -> Result<Outputs> {
    Ok(if merge {
        Outputs::one(input.with_dim(2, forward.saturating_add(backward))?)
    } else {
        Outputs::Known([input.with_dim(2, forward)?, input.with_dim(2, backward)?].into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn parts_cover_every_step_once_and_in_order() {
        for steps in [0, 1, 4, 7] {
            for time_major in [false, true] {
                let sequence = Sequence { steps, batch: 3, time_major };
                for backward in [false, true] {
                    let mut expected: Vec<usize> = (0..steps).collect();
                    if backward {
                        expected.reverse();
                    }
                    let found: Vec<usize> =
                        sequence.parts(3, backward).flat_map(|part| super::steps(part, backward)).collect();
                    assert_eq!(found, expected);
                }
                for part in sequence.parts(3, false) {
                    let inner = sequence.with_steps(part.len());
                    let mut found = Vec::new();
                    sequence
                        .for_each_run(part.clone(), |outer_row, inner_row, rows| {
                            found.extend((0..rows).map(|row| (outer_row + row, inner_row + row)));
                            Ok(())
                        })
                        .unwrap();
                    found.sort_unstable();
                    let mut expected: Vec<_> = part
                        .clone()
                        .flat_map(|step| (0..3).map(move |entry| (step, entry)))
                        .map(|(step, entry)| (sequence.row(step, entry), inner.row(step - part.start, entry)))
                        .collect();
                    expected.sort_unstable();
                    assert_eq!(found, expected);
                }
            }
        }
    }
}
