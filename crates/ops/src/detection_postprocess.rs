//! TFLite_Detection_PostProcess: boxes, classes and scores of the objects that a single-shot detector found.
//!
//! Boxes are decoded relative to their anchors (Liu et al., "SSD", ECCV 2016, the encoding of Faster R-CNN), and those that overlap
//! a better one too much are dropped: for each class by itself ("regular"), or all classes at once with the best class of each
//! box ("fast"). Boxes are `[ymin, xmin, ymax, xmax]`; places that are left over are 0.

use alloc::boxed::Box;
use alloc::format;

use featherlite_base::{DType, Error, Result, Shape};

use crate::core::{Code, Effects, HostDef, Io, Kernel, Memory, Node, OpDef, Outputs, Plan, Sig, Types, req};
use crate::parts::custom_options::CustomOptions;
use crate::parts::requantize::first_scale;
use crate::parts::sort::sort_indices;

/// TFLite_Detection_PostProcess.
pub static OP: OpDef = OpDef {
    name: "TFLite_Detection_PostProcess",
    code: Code::Custom("TFLite_Detection_PostProcess"),
    version: 1,
    sigs: SIGS,
    kernels: &[],
    memory: Memory::Apart,
    effects: Effects::None,
    shapes,
    plan,
};

/// Facts for documentation and tools.
pub static HOST: HostDef = HostDef {
    name: "TFLite_Detection_PostProcess",
    summary: "Decodes the boxes of a detector and drops those that overlap better ones.",
    macs: None,
};

const F32: Types = Types::of(&[DType::F32]);
const U8: Types = Types::of(&[DType::U8]);
const FOUND: &[crate::core::Arg] = &[req(F32), req(F32), req(F32), req(F32)];

const SIGS: &[Sig] = &[
    Sig { name: "float32", inputs: &[req(F32), req(F32.or(U8)), req(F32)], outputs: FOUND, version: 1 },
    Sig { name: "uint8", inputs: &[req(U8), req(F32.or(U8)), req(U8)], outputs: FOUND, version: 1 },
];

const ENCODINGS: usize = 0;
const SCORES: usize = 1;
const ANCHORS: usize = 2;

/// The most detections that a file may ask for.
const MAX_DETECTIONS: usize = 1 << 20;

/// `[ymin, xmin, ymax, xmax]`, or before decoding `[y, x, height, width]`.
type Corners = [f32; 4];

/// Dimensions and attributes.
#[derive(Clone, Copy)]
struct Detector {
    boxes: usize,
    /// Numbers that encode a box; those after the first four are key points.
    encoding: usize,
    classes: usize,
    /// Classes in the scores: there may be one for the background in front.
    columns: usize,
    /// Of the encodings `[y, x, height, width]`.
    scales: Corners,
    max_detections: usize,
    /// Classes told of each box ("fast").
    classes_per_detection: usize,
    /// Boxes kept of each class ("regular"); `None` for "fast".
    per_class: Option<usize>,
    least_score: f32,
    /// Intersection over union above which the worse box is dropped.
    most_overlap: f32,
}

impl Detector {
    fn of(node: &Node<'_>) -> Result<Self> {
        let shape = |index| node.input(index).map(|tensor| tensor.shape);
        let (encodings, scores, anchors) = (shape(ENCODINGS)?, shape(SCORES)?, shape(ANCHORS)?);
        let options = CustomOptions::of(node);
        let classes = options.size("num_classes", 1..=MAX_DETECTIONS)?;
        let (&[1, boxes, encoding], &[1, scored, columns], &[anchored, 4]) =
            (encodings.dims(), scores.dims(), anchors.dims())
        else {
            return Err(Error::invalid_shape(format!(
                "encodings {encodings}, scores {scores}, anchors {anchors} of boxes"
            )));
        };
        if encoding < 4
            || scored != boxes
            || anchored < boxes
            || !(0..=1).contains(&(columns as i64 - classes as i64))
        {
            return Err(Error::invalid_shape(format!(
                "encodings {encodings}, scores {scores}, anchors {anchors} of {classes} classes do not fit"
            )));
        }
        let most_overlap = options.float("nms_iou_threshold")?;
        if !(most_overlap > 0.0 && most_overlap <= 1.0) {
            return Err(Error::invalid_model(format!(
                "an overlap of {most_overlap} is not above 0 and up to 1"
            )));
        }
        let is_regular = options.flag("use_regular_nms")?;
        let per_class = match options.optional_integer("detections_per_class")? {
            Some(_) if is_regular => options.size("detections_per_class", 1..=i32::MAX as usize)?,
            _ => 100,
        };
        let mut scales = [0.0; 4];
        for (scale, name) in scales.iter_mut().zip(["y_scale", "x_scale", "h_scale", "w_scale"]) {
            *scale = options.float(name)?;
        }
        let max_detections = options.size("max_detections", usize::from(is_regular)..=MAX_DETECTIONS)?;
        Ok(Self {
            boxes,
            encoding,
            classes,
            columns,
            scales,
            max_detections,
            classes_per_detection: options.size("max_classes_per_detection", 1..=MAX_DETECTIONS)?,
            per_class: is_regular.then_some(per_class),
            least_score: options.optional_float("nms_score_threshold")?.unwrap_or(0.0),
            most_overlap,
        })
    }
}

fn shapes(node: &Node<'_>) -> Result<Outputs> {
    let detector = Detector::of(node)?;
    let places = detector.max_detections * detector.classes_per_detection;
    let list = Shape::new(&[1, places])?;
    Ok(Outputs::Known([Shape::new(&[1, places, 4])?, list, list, Shape::new(&[1])?].into()))
}

/// How to read the numbers of an input.
#[derive(Clone, Copy)]
enum Format {
    Float,
    /// Scale and zero point.
    Bytes(f32, f32),
}

impl Format {
    fn of(node: &Node<'_>, input: usize) -> Result<Self> {
        let tensor = node.input(input)?;
        Ok(match tensor.dtype {
            DType::U8 => first_scale(tensor).map(|(scale, zero)| Self::Bytes(scale, zero as f32))?,
            _ => Self::Float,
        })
    }

    fn reals<'a>(self, io: &Io<'a>, input: usize) -> Result<Reals<'a>> {
        Ok(match self {
            Self::Float => Reals::Floats(io.input(input)?),
            Self::Bytes(scale, zero) => Reals::Bytes(io.input(input)?, scale, zero),
        })
    }
}

/// The numbers of an input.
#[derive(Clone, Copy)]
enum Reals<'a> {
    Floats(&'a [f32]),
    Bytes(&'a [u8], f32, f32),
}

impl Reals<'_> {
    fn at(&self, index: usize) -> f32 {
        match *self {
            Self::Floats(values) => values[index],
            Self::Bytes(values, scale, zero) => (f32::from(values[index]) - zero) * scale,
        }
    }

    fn four(&self, start: usize) -> Corners {
        core::array::from_fn(|index| self.at(start + index))
    }
}

fn plan(plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>> {
    let node = plan.node;
    let detector = Detector::of(node)?;
    let formats = [ENCODINGS, SCORES, ANCHORS].map(|input| Format::of(node, input));
    let [encodings, scores, anchors] = formats;
    let (encodings, scores, anchors) = (encodings?, scores?, anchors?);
    let boxes = plan.scratch(detector.boxes * size_of::<Corners>());
    let box_scores = plan.scratch(detector.boxes * size_of::<f32>());
    let order = plan.scratch(detector.boxes.max(detector.classes) * 2 * size_of::<u32>());
    Ok(Box::new(move |io: &mut Io<'_>| {
        let (encodings, anchors) = (encodings.reals(io, ENCODINGS)?, anchors.reals(io, ANCHORS)?);
        let (boxes, _) = io.scratch::<f32>(boxes)?.as_chunks_mut::<4>();
        for (index, corners) in boxes.iter_mut().enumerate() {
            let encoding = encodings.four(index * detector.encoding);
            *corners = decode(encoding, anchors.four(4 * index), detector.scales);
            if corners[0] > corners[2] || corners[1] > corners[3] {
                return Err(Error::invalid_value(format!("box {index} has corners {corners:?}")));
            }
        }
        let mut found = Found::new(io)?;
        let (box_scores, order) = (io.scratch::<f32>(box_scores)?, io.scratch::<u32>(order)?);
        let scores = scores.reals(io, SCORES)?;
        let count = match detector.per_class {
            Some(_) => detector.regular(boxes, scores, box_scores, order, &mut found),
            None => detector.fast(boxes, scores, box_scores, order, &mut found),
        };
        io.output::<f32>(3)?.fill(count as f32);
        Ok(())
    }))
}

/// The corners of a box.
fn decode(encoding: Corners, anchor: Corners, scales: Corners) -> Corners {
    let [y, x, height, width] = core::array::from_fn(|i| f64::from(encoding[i]) / f64::from(scales[i]));
    let [anchor_y, anchor_x, anchor_height, anchor_width] = anchor.map(f64::from);
    let centre_y = (y * anchor_height + anchor_y) as f32;
    let centre_x = (x * anchor_width + anchor_x) as f32;
    let half_height = (0.5 * libm::exp(height) * anchor_height) as f32;
    let half_width = (0.5 * libm::exp(width) * anchor_width) as f32;
    [centre_y - half_height, centre_x - half_width, centre_y + half_height, centre_x + half_width]
}

/// Intersection over union; 0 for boxes without area.
fn overlap(a: &Corners, b: &Corners) -> f32 {
    let area = |corners: &Corners| (corners[2] - corners[0]) * (corners[3] - corners[1]);
    let (area_a, area_b) = (area(a), area(b));
    if area_a <= 0.0 || area_b <= 0.0 {
        return 0.0;
    }
    let height = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let width = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    let intersection = height * width;
    intersection / (area_a + area_b - intersection)
}

/// Better scores first, of equal ones the lower index.
fn sort_by_score(indices: &mut [u32], score: &dyn Fn(u32) -> f32) {
    sort_indices(indices, &|a, b| {
        // Adding 0 makes -0 equal to 0.
        let (score_a, score_b) = (score(a) + 0.0, score(b) + 0.0);
        score_b.total_cmp(&score_a).then(a.cmp(&b))
    });
}

impl Detector {
    /// Calls `take` for the boxes that remain, best first, at most `limit` of them. `order` has room for all boxes.
    fn suppress(
        &self,
        boxes: &[Corners],
        scores: &[f32],
        limit: usize,
        order: &mut [u32],
        mut take: impl FnMut(usize),
    ) {
        const DROPPED: u32 = u32::MAX;
        let mut kept = 0;
        for (index, &score) in scores.iter().enumerate() {
            if score >= self.least_score {
                order[kept] = index as u32;
                kept += 1;
            }
        }
        let order = &mut order[..kept];
        sort_by_score(order, &|index| scores[index as usize]);
        let mut taken = 0;
        for position in 0..order.len() {
            let best = order[position];
            if taken == limit {
                break;
            }
            if best == DROPPED {
                continue;
            }
            take(best as usize);
            taken += 1;
            for other in order[position + 1..].iter_mut().filter(|other| **other != DROPPED) {
                if overlap(&boxes[best as usize], &boxes[*other as usize]) > self.most_overlap {
                    *other = DROPPED;
                }
            }
        }
    }

    /// Each class by itself; the best of all remain.
    fn regular(
        &self,
        boxes: &[Corners],
        scores: Reals<'_>,
        class_scores: &mut [f32],
        order: &mut [u32],
        found: &mut Found<'_>,
    ) -> usize {
        let background = self.columns - self.classes;
        let limit = self.per_class.unwrap_or(0).min(self.max_detections);
        let mut count = 0;
        for class in 0..self.classes {
            for (index, score) in class_scores.iter_mut().enumerate() {
                *score = scores.at(index * self.columns + background + class);
            }
            self.suppress(boxes, class_scores, limit, order, |index| {
                let score = class_scores[index];
                let place = found.scores[..count].partition_point(|&other| other >= score);
                if place < self.max_detections {
                    count = (count + 1).min(self.max_detections);
                    found.insert(place, count, boxes[index], class, score);
                }
            });
        }
        count
    }

    /// All classes at once, each box with the score of its best class.
    fn fast(
        &self,
        boxes: &[Corners],
        scores: Reals<'_>,
        best_scores: &mut [f32],
        order: &mut [u32],
        found: &mut Found<'_>,
    ) -> usize {
        let background = self.columns - self.classes;
        let score = |index: usize, class: u32| scores.at(index * self.columns + background + class as usize);
        for (index, best) in best_scores.iter_mut().enumerate() {
            *best = (1..self.classes as u32)
                .map(|class| score(index, class))
                .fold(score(index, 0), |best, score| if score > best { score } else { best });
        }
        let (order, classes) = order.split_at_mut(self.boxes.max(self.classes));
        let classes = &mut classes[..self.classes];
        let mut count = 0;
        self.suppress(boxes, best_scores, self.max_detections, order, |index| {
            classes.iter_mut().zip(0..).for_each(|(class, number)| *class = number);
            sort_by_score(classes, &|class| score(index, class));
            let first = count * self.classes_per_detection;
            for (place, &class) in (first..first + self.classes_per_detection).zip(&*classes) {
                found.insert(place, place + 1, boxes[index], class as usize, score(index, class));
            }
            count += 1;
        });
        count
    }
}

/// The outputs.
struct Found<'a> {
    boxes: &'a mut [Corners],
    classes: &'a mut [f32],
    scores: &'a mut [f32],
}

impl<'a> Found<'a> {
    /// All zero.
    fn new(io: &Io<'a>) -> Result<Self> {
        let (boxes, _) = io.output::<f32>(0)?.as_chunks_mut::<4>();
        let (classes, scores) = (io.output::<f32>(1)?, io.output::<f32>(2)?);
        boxes.fill([0.0; 4]);
        classes.fill(0.0);
        scores.fill(0.0);
        Ok(Self { boxes, classes, scores })
    }

    /// Puts a detection at `place`; those from there on move on, as far as `count` in all.
    fn insert(&mut self, place: usize, count: usize, corners: Corners, class: usize, score: f32) {
        let moved = place..count - 1;
        self.boxes.copy_within(moved.clone(), place + 1);
        self.classes.copy_within(moved.clone(), place + 1);
        self.scores.copy_within(moved, place + 1);
        self.boxes[place] = corners;
        self.classes[place] = class as f32;
        self.scores[place] = score;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_overlap_by_their_common_area() {
        let unit = [0.0, 0.0, 1.0, 1.0];
        assert_eq!(overlap(&unit, &unit), 1.0);
        assert_eq!(overlap(&unit, &[0.0, 0.5, 1.0, 1.5]), 0.5 / 1.5);
        assert_eq!(overlap(&unit, &[2.0, 0.0, 3.0, 1.0]), 0.0);
        assert_eq!(overlap(&unit, &[0.5, 0.5, 0.5, 0.7]), 0.0);
    }

    #[test]
    fn an_encoding_of_zeros_is_the_anchor() {
        assert_eq!(decode([0.0; 4], [0.5, 0.5, 1.0, 0.5], [10.0, 10.0, 5.0, 5.0]), [0.0, 0.25, 1.0, 0.75]);
    }
}
