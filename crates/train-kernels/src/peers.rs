use std::fmt;

use featherlite_simd::Level;

/// Processes that train on parts of the same batches, and normalize them by common statistics.
pub trait Peers: fmt::Debug + Send + Sync {
    /// How many there are, this one included.
    fn count(&self) -> usize;

    /// What each of them, in order, has called this with. All call it at the same points, with as many numbers.
    fn gather(&self, own: &[f64]) -> Vec<Vec<f64>>;
}

/// Where an operation runs: on a processor of some level, alone or among others that have their parts of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The instructions there are.
    pub level: Level,
    /// The other processes, if there are any.
    pub peers: Option<&'a dyn Peers>,
}

impl From<Level> for Place<'_> {
    fn from(level: Level) -> Self {
        Self { level, peers: None }
    }
}

impl Place<'_> {
    /// How many parts a batch has.
    pub(crate) fn parts(&self) -> usize {
        self.peers.map_or(1, Peers::count)
    }

    /// What each process has, in order.
    pub(crate) fn gather(&self, own: Vec<f64>) -> Vec<Vec<f64>> {
        match self.peers {
            Some(peers) => peers.gather(&own),
            None => vec![own],
        }
    }
}
