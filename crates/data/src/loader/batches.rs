//! The stream of batches, from the caller's thread or from others.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use super::batch::Batch;
use super::job::{Job, Scratch};
use crate::error::{Error, ErrorKind, Result};

/// Batches in order. After an error there are none. Threads that make them end when it is dropped.
pub struct Batches {
    plan: Plan,
    next: usize,
    maker: Maker,
}

/// Which batches there are.
#[derive(Clone)]
struct Plan {
    job: Arc<Job>,
    epoch: u64,
    first: usize,
    count: Option<usize>,
}

enum Maker {
    Caller(Box<Scratch>),
    /// Of so many workers, each makes one batch after the other, and so in turn they make all.
    Workers(Vec<Receiver<Result<Batch>>>, Vec<JoinHandle<()>>),
    Failed(Option<Error>),
}

impl Plan {
    /// The epoch and number of a batch of the stream.
    fn position(&self, number: usize) -> Option<(u64, usize)> {
        if self.count.is_some_and(|count| number >= count) {
            return None;
        }
        let number = self.first + number;
        let per_epoch = self.job.batches_per_epoch();
        Some((self.epoch + (number / per_epoch) as u64, number % per_epoch))
    }

    /// Makes every `step`th batch from one on, until nobody wants them or one fails.
    fn work(&self, (first, step): (usize, usize), batches: &SyncSender<Result<Batch>>) {
        let mut scratch = Scratch::default();
        for number in (first..).step_by(step) {
            let Some(position) = self.position(number) else { return };
            let batch = self.job.batch(position, &mut scratch);
            let is_last = batch.is_err();
            if batches.send(batch).is_err() || is_last {
                return;
            }
        }
    }
}

impl Batches {
    pub(super) fn new(job: Arc<Job>, (epoch, first): (u64, usize), count: Option<usize>) -> Self {
        let plan = Plan { job, epoch, first, count };
        let workers = plan.job.options.workers;
        let maker = match workers {
            0 => Maker::Caller(Box::default()),
            _ => start(&plan, workers).unwrap_or_else(|error| Maker::Failed(Some(error))),
        };
        Self { plan, next: 0, maker }
    }
}

fn start(plan: &Plan, workers: usize) -> Result<Maker> {
    let ahead = plan.job.options.ahead.div_ceil(workers).max(1);
    let (mut receivers, mut threads) = (Vec::new(), Vec::new());
    for worker in 0..workers {
        let (sender, receiver) = sync_channel(ahead);
        let plan = plan.clone();
        let builder = Builder::new().name(format!("data {worker}"));
        let thread = builder.spawn(move || plan.work((worker, workers), &sender));
        threads.push(thread.map_err(|error| Error::read(&error).of("a thread for batches"))?);
        receivers.push(receiver);
    }
    Ok(Maker::Workers(receivers, threads))
}

impl Iterator for Batches {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Result<Batch>> {
        let position = self.plan.position(self.next)?;
        let batch = match &mut self.maker {
            Maker::Caller(scratch) => self.plan.job.batch(position, scratch),
            Maker::Workers(receivers, _) => {
                let received = receivers[self.next % receivers.len()].recv();
                received.unwrap_or_else(|_| {
                    Err(Error::new(ErrorKind::Internal, "a thread that makes batches broke down"))
                })
            }
            Maker::Failed(error) => Err(error.take()?),
        };
        if batch.is_err() {
            self.maker = Maker::Failed(None);
        }
        self.next += 1;
        Some(batch)
    }
}

impl Drop for Maker {
    fn drop(&mut self) {
        if let Self::Workers(receivers, threads) = self {
            receivers.clear();
            // A thread that panicked has said so.
            threads.drain(..).for_each(|thread| drop(thread.join()));
        }
    }
}
