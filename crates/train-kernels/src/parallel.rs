//! Work cut into parts by sizes alone, so that results do not depend on the number of threads.

use std::cell::Cell;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// Runs `task` on every item, spread over the threads of rayon's current pool.
pub(crate) fn for_each<T: Send>(items: Vec<T>, task: impl Fn(T) + Sync + Send) {
    map(items, task);
}

thread_local! {
    static IS_BACK: Cell<bool> = const { Cell::new(false) };
}

/// The results of `task` for every item, in order.
///
/// Items are taken forth and back in turn: a pass over a batch begins where the one before it ended, with what that left in
/// the cache.
pub(crate) fn map<T: Send, R: Send>(mut items: Vec<T>, task: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    let is_back = IS_BACK.replace(!IS_BACK.get());
    if is_back {
        items.reverse();
    }
    let mut results: Vec<R> = if items.len() == 1 || rayon::current_num_threads() == 1 {
        items.into_iter().map(task).collect()
    } else {
        items.into_par_iter().map(task).collect()
    };
    if is_back {
        results.reverse();
    }
    results
}

/// Adds up `parts`, of which each is as long as `sum`, in order.
pub(crate) fn add_up(sum: &mut [f32], parts: &[f32]) {
    sum.fill(0.0);
    for part in parts.chunks(sum.len().max(1)) {
        for (sum, part) in sum.iter_mut().zip(part) {
            *sum += part;
        }
    }
}
