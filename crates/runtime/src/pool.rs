//! A small pool of threads that block while there is nothing to do.
//!
//! Work is handed out by index and every index runs exactly once, whichever thread takes it; what an index computes
//! does not depend on the thread, so results are the same at any pool size.
#![allow(unsafe_code)]

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use featherlite_base::arena::{Parallel, Serial};

type Task<'a> = dyn Fn(usize) + Sync + 'a;

/// The threads of a session; none when it runs on the caller's thread alone.
pub(crate) enum Pool {
    Serial(Serial),
    Threads(Threads),
}

impl Pool {
    /// A pool that runs on `threads` threads, the caller's included.
    pub(crate) fn new(threads: usize) -> std::io::Result<Self> {
        if threads <= 1 { Ok(Self::Serial(Serial)) } else { Threads::new(threads).map(Self::Threads) }
    }

    pub(crate) fn parallel(&self) -> &dyn Parallel {
        match self {
            Self::Serial(serial) => serial,
            Self::Threads(threads) => threads,
        }
    }
}

pub(crate) struct Threads {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
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
    panic: Option<Box<dyn Any + Send>>,
    end: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
            if let Err(panic) = outcome {
                state.panic.get_or_insert(panic);
            }
            if state.running == 0 && state.next == state.tasks {
                self.finished.notify_all();
            }
        }
        state
    }
}

impl Threads {
    fn new(threads: usize) -> std::io::Result<Self> {
        let shared =
            Arc::new(Shared { state: Mutex::default(), posted: Condvar::new(), finished: Condvar::new() });
        let mut pool = Self { shared, workers: Vec::new() };
        for index in 1..threads {
            let shared = Arc::clone(&pool.shared);
            let worker =
                std::thread::Builder::new().name(format!("featherlite-{index}")).spawn(move || {
                    let mut state = shared.lock();
                    while !state.end {
                        state = shared.work(state);
                        if !state.end {
                            state = shared.posted.wait(state).unwrap_or_else(PoisonError::into_inner);
                        }
                    }
                })?;
            pool.workers.push(worker);
        }
        Ok(pool)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.shared.lock().end = true;
        self.shared.posted.notify_all();
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
        // SAFETY: only the life time is changed. The job is removed below before `task`'s borrow ends, and no worker
        // is inside it then: `running == 0`. Nothing between here and there can unwind.
        let job = unsafe { std::mem::transmute::<&Task<'_>, &'static Task<'static>>(task) };
        let mut state = self.shared.lock();
        (state.job, state.next, state.tasks) = (Some(job), 0, tasks);
        self.shared.posted.notify_all();
        state = self.shared.work(state);
        while state.running > 0 {
            state = self.shared.finished.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.job = None;
        let panic = state.panic.take();
        drop(state);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn every_index_runs_once_and_panics_reach_the_caller() {
        let pool = Pool::new(3).unwrap();
        for tasks in [0, 1, 2, 3, 17] {
            let counts: Vec<AtomicUsize> = (0..tasks).map(|_| AtomicUsize::new(0)).collect();
            pool.parallel().run(tasks, &|index| {
                counts[index].fetch_add(1, Ordering::Relaxed);
            });
            assert!(counts.iter().all(|count| count.load(Ordering::Relaxed) == 1));
        }
        let panicked =
            catch_unwind(AssertUnwindSafe(|| pool.parallel().run(4, &|index| assert_ne!(index, 2))));
        assert!(panicked.is_err());
        pool.parallel().run(2, &|_| {});
    }
}
