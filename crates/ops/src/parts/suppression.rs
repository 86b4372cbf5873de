//! Non-maximum suppression: of boxes that overlap only the one with the highest score is kept (Bodla et al., "Soft-NMS
//! - Improving Object Detection With One Line of Code", for the form that lowers scores instead).

use alloc::boxed::Box;
use alloc::format;
use alloc::vec;

use featherlite_base::{Error, Result, Shape, math};

use crate::core::{Io, Kernel, Node, Outputs, Plan};

/// The shapes of the outputs: a list of `max_output_size` (input 2) indices, with `soft` one of scores, and a number.
///
/// # Errors
/// If the inputs are not lists of boxes and scores, and numbers.
pub fn shapes(node: &Node<'_>, soft: bool) -> Result<Outputs> {
    let (boxes, scores) = (node.input(0)?.shape, node.input(1)?.shape);
    if boxes.dims() != [scores.elements(), 4] || scores.rank() != 1 {
        return Err(Error::invalid_shape(format!("boxes {boxes} with scores {scores}")));
    }
    if let Some(operand) = node.inputs.iter().flatten().skip(2).find(|operand| operand.shape.elements() != 1)
    {
        return Err(Error::invalid_shape(format!("an operand of the shape {} is no number", operand.shape)));
    }
    let most = node.input(2)?;
    match most.integers()? {
        // If the size is computed there are as many as are found.
        Some(size) if most.is_constant => {
            let list = Shape::new(&[check_size(size[0])?])?;
            let mut shapes = vec![list; if soft { 2 } else { 1 }];
            shapes.push(Shape::SCALAR);
            Ok(Outputs::Known(shapes))
        }
        _ => Ok(Outputs::AtRun),
    }
}

fn check_size(size: i64) -> Result<usize> {
    usize::try_from(size).map_err(|_| Error::invalid_value(format!("a list of {size} boxes")))
}

/// The kernel; `soft` says whether there are a sigma (input 5) and scores (output 1).
///
/// # Errors
/// As [`shapes`].
pub fn plan(plan: &mut Plan<'_>, soft: bool) -> Result<Box<dyn Kernel>> {
    let is_known = matches!(shapes(plan.node, soft)?, Outputs::Known(_));
    let boxes = plan.node.input(1)?.shape.elements();
    let scratch =
        [size_of::<u32>(), size_of::<f32>(), size_of::<u32>()].map(|size| plan.scratch(boxes * size));
    Ok(Box::new(move |io: &mut Io<'_>| {
        let number = |index: usize| Ok(io.input::<f32>(index)?[0]);
        let rule =
            Rule { overlap: number(3)?, least_score: number(4)?, sigma: if soft { number(5)? } else { 0.0 } };
        if rule.sigma < 0.0 {
            return Err(Error::invalid_value(format!("a sigma of {}", rule.sigma)));
        }
        let most = check_size(io.input::<i32>(2)?[0].into())?;
        let (boxes, _) = io.input::<f32>(0)?.as_chunks::<4>();
        let scores = io.input::<f32>(1)?;
        let queue = Queue {
            boxes: io.scratch(scratch[0])?,
            scores: io.scratch(scratch[1])?,
            compared: io.scratch(scratch[2])?,
            len: 0,
        };
        if is_known {
            let chosen = io.output::<i32>(0)?;
            let mut no_scores = [];
            let kept: &mut [f32] = if soft { io.output(1)? } else { &mut no_scores };
            let count = rule.select(boxes, scores, queue, chosen, kept);
            chosen[count..].fill(0);
            kept.iter_mut().skip(count).for_each(|score| *score = 0.0);
            io.output::<i32>(if soft { 2 } else { 1 })?[0] = count as i32;
        } else {
            let mut chosen = vec![0; most.min(boxes.len())];
            let mut kept = vec![0.0; chosen.len()];
            let count = rule.select(boxes, scores, queue, &mut chosen, &mut kept);
            let shape = Shape::new(&[count])?;
            io.allocate(0, shape)?.copy_from_slice(&chosen[..count]);
            if soft {
                io.allocate(1, shape)?.copy_from_slice(&kept[..count]);
            }
            io.allocate::<i32>(if soft { 2 } else { 1 }, Shape::SCALAR)?[0] = count as i32;
        }
        Ok(())
    }))
}

struct Rule {
    /// Intersection over union from which on a box is suppressed.
    overlap: f32,
    /// Boxes must score more.
    least_score: f32,
    /// How far overlaps lower scores; 0 = not at all.
    sigma: f32,
}

impl Rule {
    /// Writes the chosen boxes (and scores, as far as there is room) and returns how many there are.
    fn select(
        &self,
        boxes: &[[f32; 4]],
        scores: &[f32],
        mut queue: Queue<'_>,
        chosen: &mut [i32],
        kept: &mut [f32],
    ) -> usize {
        for (number, &score) in scores.iter().enumerate() {
            if score > self.least_score {
                queue.push(number as u32, score, 0);
            }
        }
        let most = chosen.len().min(queue.len);
        let scale = if self.sigma > 0.0 { -0.5 / self.sigma } else { 0.0 };
        let mut count = 0;
        while count < most
            && let Some((number, before, compared)) = queue.pop()
        {
            let mut score = before;
            let mut suppressed = false;
            // The latest chosen overlap most probably; those before `compared` were looked at earlier.
            for &other in chosen[compared as usize..count].iter().rev() {
                let overlap = intersection_over_union(&boxes[number as usize], &boxes[other as usize]);
                suppressed = overlap >= self.overlap;
                if suppressed {
                    break;
                }
                if self.sigma > 0.0 {
                    score *= math::exp(scale * overlap * overlap);
                }
                if score <= self.least_score {
                    break;
                }
            }
            if suppressed {
                continue;
            }
            let compared = count as u32;
            if score == before {
                chosen[count] = number as i32;
                if let Some(kept) = kept.get_mut(count) {
                    *kept = score;
                }
                count += 1;
            }
            if score > self.least_score {
                queue.push(number, score, compared);
            }
        }
        count
    }
}

/// Boxes are two opposite corners, `y, x, y, x`.
fn intersection_over_union(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let sides = |corners: &[f32; 4], side: usize| {
        let (first, second) = (corners[side], corners[side + 2]);
        (first.min(second), first.max(second))
    };
    let area = |corners: &[f32; 4]| {
        let ((top, bottom), (left, right)) = (sides(corners, 0), sides(corners, 1));
        (bottom - top) * (right - left)
    };
    let common = |side: usize| {
        let (a, b) = (sides(a, side), sides(b, side));
        (a.1.min(b.1) - a.0.max(b.0)).max(0.0)
    };
    let (area_a, area_b) = (area(a), area(b));
    if area_a <= 0.0 || area_b <= 0.0 {
        return 0.0;
    }
    let intersection = common(0) * common(1);
    intersection / (area_a + area_b - intersection)
}

/// Boxes by score, highest first. A binary heap that among equal scores gives the order of C++'s standard library, on
/// which TensorFlow Lite's results depend: the hole that the first leaves sinks to the bottom along the better
/// children, then the last rises from there.
struct Queue<'a> {
    boxes: &'a mut [u32],
    scores: &'a mut [f32],
    /// Chosen boxes that each was compared with.
    compared: &'a mut [u32],
    len: usize,
}

impl Queue<'_> {
    fn set(&mut self, place: usize, (number, score, compared): (u32, f32, u32)) {
        (self.boxes[place], self.scores[place], self.compared[place]) = (number, score, compared);
    }

    fn get(&self, place: usize) -> (u32, f32, u32) {
        (self.boxes[place], self.scores[place], self.compared[place])
    }

    fn push(&mut self, number: u32, score: f32, compared: u32) {
        self.len += 1;
        self.rise(self.len - 1, (number, score, compared));
    }

    fn rise(&mut self, mut hole: usize, value: (u32, f32, u32)) {
        while hole > 0 && self.scores[(hole - 1) / 2] < value.1 {
            self.set(hole, self.get((hole - 1) / 2));
            hole = (hole - 1) / 2;
        }
        self.set(hole, value);
    }

    fn pop(&mut self) -> Option<(u32, f32, u32)> {
        let last = self.len.checked_sub(1)?;
        let (top, value) = (self.get(0), self.get(last));
        self.len = last;
        let mut hole = 0;
        loop {
            let (left, right) = (2 * hole + 1, 2 * hole + 2);
            let child = match () {
                () if right < last && self.scores[right] >= self.scores[left] => right,
                () if left < last => left,
                () => break,
            };
            self.set(hole, self.get(child));
            hole = child;
        }
        if last > 0 {
            self.rise(hole, value);
        }
        Some(top)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn select(rule: &Rule, boxes: &[[f32; 4]], scores: &[f32], most: usize) -> (Vec<i32>, Vec<f32>) {
        let size = scores.len();
        let (mut numbers, mut copies, mut compared) = (vec![0; size], vec![0.0; size], vec![0; size]);
        let queue = Queue { boxes: &mut numbers, scores: &mut copies, compared: &mut compared, len: 0 };
        let (mut chosen, mut kept) = (vec![0; most], vec![0.0; most]);
        let count = rule.select(boxes, scores, queue, &mut chosen, &mut kept);
        chosen.truncate(count);
        kept.truncate(count);
        (chosen, kept)
    }

    const BOXES: [[f32; 4]; 4] =
        [[0.0, 0.0, 1.0, 1.0], [1.1, 1.0, 0.1, 0.0], [0.0, 2.0, 1.0, 3.0], [0.0, 0.0, 1.0, 0.95]];

    #[test]
    fn overlapping_boxes_are_suppressed() {
        let rule = Rule { overlap: 0.5, least_score: 0.1, sigma: 0.0 };
        assert_eq!(select(&rule, &BOXES, &[0.5, 0.9, 0.3, 0.8], 4).0, [1, 2]);
        assert_eq!(select(&rule, &BOXES, &[0.5, 0.9, 0.05, 0.8], 4).0, [1]);
        assert_eq!(select(&rule, &BOXES, &[0.5, 0.9, 0.3, 0.8], 1).0, [1]);
    }

    #[test]
    fn scores_are_lowered() {
        let rule = Rule { overlap: 1.0, least_score: 0.0, sigma: 0.5 };
        let (chosen, kept) = select(&rule, &BOXES[..3], &[0.5, 0.9, 0.4], 3);
        assert_eq!(chosen, [1, 2, 0]);
        assert_eq!(kept[..2], [0.9, 0.4]);
        assert!(kept[2] < 0.4 && kept[2] > 0.2);
    }

    #[test]
    fn the_queue_sorts() {
        let size = 50;
        let (mut numbers, mut scores, mut compared) = (vec![0; size], vec![0.0; size], vec![0; size]);
        let mut queue = Queue { boxes: &mut numbers, scores: &mut scores, compared: &mut compared, len: 0 };
        for number in 0..size as u32 {
            queue.push(number, (number * 37 % 50) as f32, 0);
        }
        let mut order = Vec::new();
        while let Some((_, score, _)) = queue.pop() {
            order.push(score as i32);
        }
        assert_eq!(order, (0..50).rev().collect::<Vec<_>>());
    }
}
