//! A small pool of threads. One that has nothing to do looks out for work for a moment, since the next operator of a run
//! follows soon and waking a thread takes longer than many of them, and then blocks.
//!
//! Other programs may hold up a thread in the midst of its work, and then all others wait for it. Where that costs more than working
//! together gains, the caller works alone for a while, the longer the more often it happens: on busy processors one thread is
//! faster than several.
//!
//! Work is handed out by index and every index runs exactly once, whichever thread takes it; what an index computes
//! does not depend on the thread, so results are the same at any pool size.
#![allow(unsafe_code)]

use alloc::boxed::Box;
use alloc::format;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::sync::atomic::{AtomicUsize, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use featherlite_base::arena::{Parallel, Serial};

type Task<'a> = dyn Fn(usize) + Sync + 'a;

pub(crate) struct Threads {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
    alone: Mutex<Alone>,
}

/// By how much waiting must have cost more than working together gained before the caller works alone.
const HELD_UP: i64 = 500_000;

/// How much of what was gained counts, in nanoseconds: a hold-up that is not longer is not worth working alone.
const CREDIT: i64 = 4_000_000;

/// For how many times as long as it was held up the caller works alone, at least and at most.
const ALONE: (u32, u32) = (4, 256);

/// When the caller works alone.
struct Alone {
    until: Option<Instant>,
    factor: u32,
    /// What was gained, less what waiting cost, in nanoseconds.
    credit: i64,
}

impl Default for Alone {
    fn default() -> Self {
        Self { until: None, factor: ALONE.0, credit: 0 }
    }
}

impl Alone {
    /// Takes note of a job on which the caller worked and then waited for the others.
    fn after(&mut self, worked: Duration, waited: Duration) {
        // The others worked as long as the caller did, on what it would have had to do.
        let nanoseconds =
            |time: Duration| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
        self.credit = (self.credit + nanoseconds(worked) - nanoseconds(waited)).min(CREDIT);
        if self.credit < -HELD_UP {
            let now = Instant::now();
            let is_often = self.until.is_some_and(|until| now < until + waited * self.factor);
            self.factor = if is_often { (self.factor * 2).min(ALONE.1) } else { ALONE.0 };
            self.until = Some(now + waited * self.factor);
            self.credit = 0;
        }
    }

    fn is_now(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() < until)
    }
}

/// For how long threads look out before they block.
const PATIENCE: Duration = Duration::from_micros(100);

/// After this they let others run in between: what they wait for may be done by a thread that shares their processor.
const BRIEF: Duration = Duration::from_micros(5);

struct Shared {
    state: Mutex<State>,
    /// How many jobs were posted, the end of the pool counted as one.
    posts: AtomicUsize,
    /// Indices of the job that are not done.
    left: AtomicUsize,
    /// Signalled when a job is posted or the pool ends.
    posted: Condvar,
    /// Signalled when the last index of a job is done.
    finished: Condvar,
}

#[derive(Default)]
struct State {
    job: Option<&'static Task<'static>>,
    next: usize,
    tasks: usize,
    running: usize,
    /// Workers that block.
    asleep: usize,
    /// Whether the caller blocks until the job is done.
    is_awaited: bool,
    panic: Option<Box<dyn Any + Send>>,
    end: bool,
}

/// Waits for a moment until `is_done`.
fn look_out(is_done: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_done() {
        let waited = start.elapsed();
        if waited >= PATIENCE {
            return;
        }
        if waited >= BRIEF {
            std::thread::yield_now();
        }
        for _ in 0..4 {
            std::hint::spin_loop();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that there is something new; the lock is held.
    fn post(&self, state: &State) {
        self.posts.fetch_add(1, Ordering::Release);
        if state.asleep > 0 {
            self.posted.notify_all();
        }
    }

    /// Works until the pool ends.
    fn serve(&self) {
        let mut state = self.lock();
        loop {
            state = self.work(state);
            if state.end {
                return;
            }
            let posts = self.posts.load(Ordering::Acquire);
            drop(state);
            look_out(|| self.posts.load(Ordering::Acquire) != posts);
            state = self.lock();
            // Posts are counted under the lock: none can be missed between here and the wait.
            while self.posts.load(Ordering::Acquire) == posts {
                state.asleep += 1;
                state = self.posted.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.asleep -= 1;
            }
        }
    }

    /// Runs indices of the posted job until none is left.
    fn work<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        while let Some(job) = state.job.filter(|_| state.next < state.tasks) {
            let index = state.next;
            state.next += 1;
            state.running += 1;
            drop(state);
            let outcome = catch_unwind(AssertUnwindSafe(|| job(index)));
            state = self.lock();
            state.running -= 1;
            self.left.fetch_sub(1, Ordering::Release);
            if let Err(panic) = outcome {
                state.panic.get_or_insert(panic);
            }
            if state.is_awaited && state.running == 0 && state.next == state.tasks {
                self.finished.notify_all();
            }
        }
        state
    }
}

impl Threads {
    /// A pool of `threads` threads, the caller's included.
    pub(crate) fn new(threads: usize) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            posts: AtomicUsize::new(0),
            left: AtomicUsize::new(0),
            posted: Condvar::new(),
            finished: Condvar::new(),
        });
        let alone = Mutex::new(Alone::default());
        let mut pool = Self { shared, workers: Vec::new(), alone };
        for index in 1..threads {
            let shared = Arc::clone(&pool.shared);
            let worker = std::thread::Builder::new().name(format!("featherlite-{index}"));
            let worker = worker.spawn(move || shared.serve())?;
            pool.workers.push(worker);
        }
        Ok(pool)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.end = true;
        self.shared.post(&state);
        drop(state);
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

// SAFETY: `next` is advanced under the lock, so each index runs once; `run` waits until all have been taken
// (`next == tasks`) and none is running.
unsafe impl Parallel for Threads {
    fn width(&self) -> usize {
        self.workers.len() + 1
    }

    fn run(&self, tasks: usize, task: &Task<'_>) {
        let mut alone = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        if alone.is_now() {
            return Serial.run(tasks, task);
        }
        let start = Instant::now();
        // SAFETY: only the life time is changed. The job is removed below before `task`'s borrow ends, and no worker
        // is inside it then: `running == 0`. Nothing between here and there can unwind.
        let job = unsafe { std::mem::transmute::<&Task<'_>, &'static Task<'static>>(task) };
        let mut state = self.shared.lock();
        (state.job, state.next, state.tasks) = (Some(job), 0, tasks);
        self.shared.left.store(tasks, Ordering::Release);
        self.shared.post(&state);
        state = self.shared.work(state);
        let done = Instant::now();
        if state.running > 0 {
            drop(state);
            look_out(|| self.shared.left.load(Ordering::Acquire) == 0);
            state = self.shared.lock();
        }
        state.is_awaited = true;
        while state.running > 0 {
            state = self.shared.finished.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        (state.job, state.is_awaited) = (None, false);
        let panic = state.panic.take();
        drop(state);
        alone.after(done - start, done.elapsed());
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_works_alone_where_waiting_costs_more_than_is_gained() {
        let of = Duration::from_micros;
        let mut alone = Alone::default();
        // Held up at once, and seldom after much that went well.
        alone.after(of(100), of(3000));
        assert!(alone.until.is_some());
        let mut alone = Alone::default();
        for _ in 0..100 {
            (0..50).for_each(|_| alone.after(of(100), of(10)));
            alone.after(of(100), of(4000));
            assert!(alone.until.is_none());
        }
        // Often.
        (0..3).for_each(|_| alone.after(of(100), of(3000)));
        assert!(alone.until.is_some());
    }

    #[test]
    fn every_index_runs_once_and_panics_reach_the_caller() {
        let pool = Threads::new(3).unwrap();
        for tasks in [0, 1, 2, 3, 17] {
            let counts: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
            pool.run(tasks, &|index| {
                counts[index].fetch_add(1, Ordering::Relaxed);
            });
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
        let panicked = catch_unwind(AssertUnwindSafe(|| pool.run(4, &|index| assert_ne!(index, 2))));
        assert!(panicked.is_err());
        pool.run(2, &|_| {});
    }
}
