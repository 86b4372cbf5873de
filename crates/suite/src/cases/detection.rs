//! Boxes: which of those that overlap are kept.

use featherlite::DType;
use featherlite::schema::BuiltinOperator;
use featherlite::schema::flexbuffer::MapBuilder;
use featherlite::schema::owned::{NonMaxSuppressionV4Options, NonMaxSuppressionV5Options};
use featherlite_testkit::{Op, Random};

use super::{Case, Family, Scales, Value};

pub(super) const FAMILY: Family = Family {
    name: "detection",
    rows: &[
        ("NON_MAX_SUPPRESSION_V4", |random| suppression(random, false)),
        ("NON_MAX_SUPPRESSION_V5", |random| suppression(random, true)),
        ("TFLite_Detection_PostProcess", |random| detection(random, DType::F32)),
        ("TFLite_Detection_PostProcess", |random| detection(random, DType::U8)),
    ],
};

/// Two opposite corners, `y, x, y, x`.
type Corners = [f64; 4];

fn overlap(a: Corners, b: Corners) -> f64 {
    let side = |corners: Corners, axis: usize| {
        (corners[axis].min(corners[axis + 2]), corners[axis].max(corners[axis + 2]))
    };
    let area = |corners: Corners| {
        let (y, x) = (side(corners, 0), side(corners, 1));
        (y.1 - y.0) * (x.1 - x.0)
    };
    let common = |axis: usize| {
        let (a, b) = (side(a, axis), side(b, axis));
        (a.1.min(b.1) - a.0.max(b.0)).max(0.0)
    };
    let intersection = common(0) * common(1);
    if area(a) > 0.0 && area(b) > 0.0 { intersection / (area(a) + area(b) - intersection) } else { 0.0 }
}

/// Different scores, far enough from each other and from round numbers that `f32` keeps their order.
fn scores(random: &mut Random, count: usize) -> Vec<f64> {
    let mut scores: Vec<f64> = (0..count).map(|rank| (rank as f64 + 0.37) / count as f64).collect();
    random.shuffle(&mut scores);
    scores
}

/// The best box by what is left of its score, again and again: chosen, or with its score lowered by those it overlaps.
fn suppression(random: &mut Random, soft: bool) -> Case {
    let count = random.below(20);
    let boxes: Vec<Corners> = (0..count)
        .map(|_| {
            let corner = [random.real() * 2.0, random.real() * 2.0];
            let far = [corner[0] + 1.5 + random.real(), corner[1] + 1.5 + random.real()];
            let corners = [corner[0], corner[1], far[0], far[1]];
            // Any two opposite corners will do.
            if random.once_in(3) { [far[0], corner[1], corner[0], far[1]] } else { corners }
        })
        .map(|corners| corners.map(|side| f64::from(side as f32)))
        .collect();
    let scores = scores(random, count);
    let most = random.pick(&[0, 1, 3, 5, 10, 25]);
    let (limit, least) = (0.2 + 0.6 * random.real().abs(), 0.4 * random.real().abs());
    let sigma = if soft && !random.once_in(4) { 0.2 + random.real().abs() } else { 0.0 };
    let [limit, least, sigma] = [limit, least, sigma].map(|number| f64::from(number as f32));
    let mut left: Vec<(usize, f64)> =
        scores.iter().copied().enumerate().filter(|(_, score)| *score > least).collect();
    let mut chosen: Vec<(usize, f64)> = Vec::new();
    while chosen.len() < most && !left.is_empty() {
        let best = (0..left.len()).max_by(|&a, &b| left[a].1.total_cmp(&left[b].1)).expect("not empty");
        let (number, score) = left.swap_remove(best);
        chosen.push((number, score));
        left.retain_mut(|(other, score)| {
            let overlap = overlap(boxes[number], boxes[*other]);
            if sigma > 0.0 {
                *score *= (-0.5 * overlap * overlap / sigma).exp();
            }
            overlap < limit && *score > least
        });
    }
    let numbers = chosen.iter().map(|&(number, _)| number as i64);
    let padded = numbers.chain(std::iter::repeat(0)).take(most).collect::<Vec<_>>();
    let kept = chosen.iter().map(|&(_, score)| score).chain(std::iter::repeat(0.0)).take(most).collect();
    let number = |number: f64| Value::float(&[], vec![number]);
    let op = if soft {
        Op::builtin(BuiltinOperator::NON_MAX_SUPPRESSION_V5).options(NonMaxSuppressionV5Options {})
    } else {
        Op::builtin(BuiltinOperator::NON_MAX_SUPPRESSION_V4).options(NonMaxSuppressionV4Options {})
    };
    let mut case = Case::new(op)
        .input(Value::float(&[count, 4], boxes.concat()))
        .input(Value::float(&[count], scores))
        // If the number is computed, lists are only as long as what is found.
        .constant(Value::int(most as i64))
        .input(number(limit))
        .input(number(least));
    if soft {
        case = case.input(number(sigma));
    }
    case = case.exact(Value::list(&padded));
    if soft {
        case = case.close(Value::float(&[most], kept), 1e-5);
    }
    case.exact(Value::int(chosen.len() as i64))
}

/// What is drawn for a detector.
struct Detector {
    boxes: Vec<Corners>,
    /// For each box those of all classes.
    scores: Vec<Vec<f64>>,
    limit: f64,
    least: f64,
    max_detections: usize,
}

impl Detector {
    /// The boxes that remain, best first.
    fn kept(&self, scores: &[f64], most: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..scores.len()).filter(|&index| scores[index] >= self.least).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        let mut kept: Vec<usize> = Vec::new();
        for index in order {
            let is_free = |&other: &usize| overlap(self.boxes[index], self.boxes[other]) <= self.limit;
            if kept.len() < most && kept.iter().all(is_free) {
                kept.push(index);
            }
        }
        kept
    }

    /// Each class by itself, the best of all: boxes with class and score.
    fn regular(&self, per_class: usize) -> Vec<(usize, usize, f64)> {
        let mut found: Vec<(usize, usize, f64)> = Vec::new();
        for class in 0..self.scores.first().map_or(0, Vec::len) {
            let scores: Vec<f64> = self.scores.iter().map(|scores| scores[class]).collect();
            let kept = self.kept(&scores, per_class);
            found.extend(kept.into_iter().map(|index| (index, class, scores[index])));
        }
        found.sort_by(|a, b| b.2.total_cmp(&a.2));
        found.truncate(self.max_detections);
        found
    }

    /// All classes at once: for each box its best classes.
    fn fast(&self, classes: usize) -> Vec<(usize, usize, f64)> {
        let best = |scores: &Vec<f64>| scores.iter().copied().fold(f64::MIN, f64::max);
        let kept = self.kept(&self.scores.iter().map(best).collect::<Vec<_>>(), self.max_detections);
        let told = kept.into_iter().flat_map(|index| {
            let mut order: Vec<usize> = (0..self.scores[index].len()).collect();
            order.sort_by(|&a, &b| self.scores[index][b].total_cmp(&self.scores[index][a]));
            order.truncate(classes);
            order.into_iter().map(move |class| (index, class, self.scores[index][class]))
        });
        told.collect()
    }
}

fn detection(random: &mut Random, dtype: DType) -> Case {
    let (count, classes, background) = (random.size(1..=12), random.size(1..=4), random.below(2));
    let encoding_size = random.pick(&[4, 4, 4, 6]);
    let scale = |random: &mut Random| random.pick(&[1.0, 5.0, 10.0]);
    let [y_scale, x_scale, h_scale, w_scale] = [(); 4].map(|()| scale(random));
    let numbers = |random: &mut Random, shape: &[usize], limit: f64, least: f64| {
        let count = shape.iter().product();
        let reals: Vec<f64> =
            (0..count).map(|_| least + (random.real() + 1.0) / 2.0 * (limit - least)).collect();
        if dtype == DType::F32 {
            return Value::float(shape, reals);
        }
        let scales =
            Scales::whole((limit - least) as f32 / 250.0, (-least * 250.0 / (limit - least)).round() as i64);
        Value::quantize(dtype, shape, scales, &reals)
    };
    let encodings = numbers(random, &[1, count, encoding_size], 3.0, -3.0);
    let anchors = numbers(random, &[count, 4], 2.0, 0.2);
    let columns = classes + background;
    let scores = scores(random, count * columns);
    let scores = Value::float(&[1, count, columns], scores);
    let (encoded, anchored) = (encodings.to_real(), anchors.to_real());
    let boxes: Vec<Corners> = (0..count)
        .map(|index| {
            let (encoding, anchor) = (&encoded[index * encoding_size..], &anchored[index * 4..]);
            let (y, x) = (
                encoding[0] / y_scale * anchor[2] + anchor[0],
                encoding[1] / x_scale * anchor[3] + anchor[1],
            );
            let height = (encoding[2] / h_scale).exp() * anchor[2] / 2.0;
            let width = (encoding[3] / w_scale).exp() * anchor[3] / 2.0;
            [y - height, x - width, y + height, x + width]
        })
        .collect();
    let (limit, least) = (0.2 + 0.6 * random.real().abs(), 0.5 * random.real().abs());
    let max_detections = random.size(1..=6);
    let told = random.size(1..=classes);
    let detector = Detector {
        boxes,
        scores: scores.to_real().chunks(columns).map(|scores| scores[background..].to_vec()).collect(),
        limit: f64::from(limit as f32),
        least: f64::from(least as f32),
        max_detections,
    };
    let per_class = random.size(1..=5);
    let is_regular = random.once_in(2);
    let found = if is_regular { detector.regular(per_class) } else { detector.fast(told) };
    let places = max_detections * told;
    let shown = found.len().min(places);
    let padded = |mut numbers: Vec<f64>, size: usize| {
        numbers.resize(places * size, 0.0);
        numbers
    };
    let corners = found.iter().flat_map(|&(index, ..)| detector.boxes[index]).collect();
    let class_numbers = found.iter().map(|&(_, class, _)| class as f64).collect();
    let kept_scores = found.iter().map(|&(_, _, score)| score).collect();
    let number = if is_regular { shown } else { found.len() / told };
    let options = MapBuilder::new()
        .int("max_detections", max_detections as i64)
        .int("max_classes_per_detection", told as i64)
        .int("detections_per_class", per_class as i64)
        .int("num_classes", classes as i64)
        .bool("use_regular_nms", is_regular)
        .float("nms_score_threshold", least)
        .float("nms_iou_threshold", limit)
        .float("y_scale", y_scale)
        .float("x_scale", x_scale)
        .float("h_scale", h_scale)
        .float("w_scale", w_scale)
        .build();
    let close = |case: Case, shape: &[usize], numbers| case.close(Value::float(shape, numbers), 1e-4);
    let case = Case::new(Op::custom("TFLite_Detection_PostProcess", &options))
        .input(encodings)
        .input(scores)
        .input(anchors);
    let case = close(case, &[1, places, 4], padded(corners, 4));
    let case = close(case, &[1, places], padded(class_numbers, 1));
    let case = close(case, &[1, places], padded(kept_scores, 1));
    close(case, &[1], vec![number as f64])
}
