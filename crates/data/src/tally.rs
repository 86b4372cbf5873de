//! How often a classifier is right, and what it takes things for.

/// Counts of what the images of each class were taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    classes: usize,
    /// Row by row: a class, what it was taken for, and in the last column, for something that is none of the classes.
    counts: Vec<u64>,
    among_five: u64,
}

/// How many scores come before that of a class, the greatest first; of equal ones, the first first. Scores that are no numbers come
/// last.
pub fn rank(scores: &[f32], class: usize) -> usize {
    let own = scores.get(class).copied().filter(|score| !score.is_nan());
    let is_before = |(index, &score): (usize, &f32)| match own {
        Some(own) => score > own || (score == own && index < class),
        None => !score.is_nan() || index < class,
    };
    scores.iter().enumerate().filter(|&pair| is_before(pair)).count()
}

impl Tally {
    /// An empty one for so many classes.
    pub fn new(classes: usize) -> Self {
        Self { classes, counts: vec![0; classes * (classes + 1)], among_five: 0 }
    }

    /// Counts an image of a class by the scores of all classes.
    pub fn add_scores(&mut self, class: usize, scores: &[f32]) {
        let best = (0..scores.len()).find(|&class| rank(scores, class) == 0);
        self.add(class, best, rank(scores, class));
    }

    /// Counts an image of a class by what it was taken for (`None`: something else than a class), and by how many things it would
    /// rather have been taken for than for its class.
    pub fn add(&mut self, class: usize, taken_for: Option<usize>, rank: usize) {
        let column = taken_for.filter(|&class| class < self.classes).unwrap_or(self.classes);
        if let Some(count) = self.counts.get_mut(class * (self.classes + 1) + column) {
            *count += 1;
            self.among_five += u64::from(rank < 5);
        }
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// How many images were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// How many images of a class were taken for another, or its own.
    pub fn count(&self, class: usize, taken_for: usize) -> u64 {
        self.row(class).get(taken_for).copied().unwrap_or(0)
    }

    /// What the images of a class were taken for: a count for each class, and one for everything else.
    pub fn row(&self, class: usize) -> &[u64] {
        let width = self.classes + 1;
        self.counts.get(class * width..(class + 1) * width).unwrap_or_default()
    }

    fn right(&self) -> u64 {
        (0..self.classes).map(|class| self.count(class, class)).sum()
    }

    /// Share of images that were taken for their class; 0 if there are none.
    pub fn accuracy(&self) -> f64 {
        share(self.right(), self.total())
    }

    /// Share of images whose class was among the first five.
    pub fn top_five(&self) -> f64 {
        share(self.among_five, self.total())
    }

    /// Share of a class's images that were taken for it; `None` without images.
    pub fn recall(&self, class: usize) -> Option<f64> {
        let total: u64 = self.row(class).iter().sum();
        (total > 0).then(|| share(self.count(class, class), total))
    }

    /// Share of the images taken for a class that are of it; `None` if none was taken for it.
    pub fn precision(&self, class: usize) -> Option<f64> {
        let total: u64 = (0..self.classes).map(|row| self.count(row, class)).sum();
        (total > 0).then(|| share(self.count(class, class), total))
    }

    /// The harmonic mean of precision and recall; `None` for a class without images.
    pub fn f1(&self, class: usize) -> Option<f64> {
        let recall = self.recall(class)?;
        let precision = self.precision(class).unwrap_or(0.0);
        Some(if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 })
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_equal_scores_and_of_none() {
        let scores = [0.5, f32::NAN, 0.5, 0.9];
        assert_eq!([0, 1, 2, 3, 4].map(|class| rank(&scores, class)), [1, 3, 2, 0, 4]);
    }

    #[test]
    fn shares_are_those_of_the_counts() {
        let mut tally = Tally::new(3);
        // Class 0: twice right, once taken for 1; class 1: once right, once something else; class 2: none.
        for (class, taken_for, rank) in
            [(0, Some(0), 0), (0, Some(0), 0), (0, Some(1), 3), (1, Some(1), 0), (1, Some(7), 6)]
        {
            tally.add(class, taken_for, rank);
        }
        assert_eq!((tally.total(), tally.accuracy(), tally.top_five()), (5, 0.6, 0.8));
        assert_eq!([0, 1, 2].map(|class| tally.recall(class)), [Some(2.0 / 3.0), Some(0.5), None]);
        assert_eq!([0, 1, 2].map(|class| tally.precision(class)), [Some(1.0), Some(0.5), None]);
        assert_eq!((tally.f1(1), tally.f1(2)), (Some(0.5), None));
        assert_eq!(tally.row(1), [0, 1, 0, 1]);
        tally.add_scores(2, &[0.1, 0.2, 0.7]);
        assert_eq!((tally.count(2, 2), tally.accuracy()), (1, 4.0 / 6.0));
    }
}
