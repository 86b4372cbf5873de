//! Several processes that train one network together.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anyhow::{Context, Result, ensure};
use clap::Args;
use featherlite_train::Group;

use crate::terminal;

#[derive(Args)]
pub(crate) struct Processes {
    /// Processes that each take a part of every batch; the others are started here, unless --process says which this is
    #[arg(long, value_name = "N", default_value = "1")]
    processes: usize,
    /// Which of the processes this is, from 0 on, where they are started one by one, as on several machines
    #[arg(long, value_name = "I", requires = "meet")]
    process: Option<usize>,
    /// Where process 0 listens [default: a free port of this machine]
    #[arg(long, value_name = "HOST:PORT")]
    meet: Option<String>,
    #[arg(skip)]
    group: OnceLock<Arc<Group>>,
    #[arg(skip)]
    started: Mutex<Vec<Started>>,
}

/// A process that ends with this one.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        // It has ended on its own by now, unless something went wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Processes {
    /// Whether this process reports, and keeps the files.
    pub(crate) fn leads(&self) -> bool {
        self.process.unwrap_or(0) == 0
    }

    /// Whether there is no other.
    pub(crate) fn are_one(&self) -> bool {
        self.processes == 1
    }

    /// Threads for this process, where the user leaves it open; 0 for all there are.
    pub(crate) fn threads(&self) -> usize {
        let starts_others = self.processes > 1 && self.meet.is_none();
        let is_started = self.process.is_some_and(|process| process > 0);
        if !starts_others && !is_started {
            return 0;
        }
        let all = std::thread::available_parallelism().map_or(1, |count| count.get());
        (all / self.processes).max(1)
    }

    /// Waits for the others. `purpose` is what all are about to do.
    pub(crate) fn meet(&self, purpose: &str) -> Result<()> {
        let count = self.processes;
        ensure!(count > 0, "--processes 0: there must be one");
        ensure!(
            self.process.is_none_or(|process| process < count),
            "--process counts from 0 to {}",
            count - 1
        );
        if !self.leads() {
            terminal::silence();
        }
        if count == 1 {
            return Ok(());
        }
        let group = match (self.process, &self.meet) {
            (Some(process), Some(address)) if process > 0 => Group::join(address, process, count, purpose)?,
            (process, address) => {
                let address = address.as_deref().unwrap_or("127.0.0.1:0");
                let listener = TcpListener::bind(address).with_context(|| format!("--meet {address}"))?;
                if process.is_none() {
                    self.start(&listener.local_addr()?.to_string())?;
                }
                Group::lead(&listener, count, purpose)?
            }
        };
        let _ = self.group.set(group);
        Ok(())
    }

    /// The processes, once they have met.
    pub(crate) fn group(&self) -> Option<Arc<Group>> {
        self.group.get().cloned()
    }

    /// Starts the others, with the same arguments.
    fn start(&self, address: &str) -> Result<()> {
        let program = std::env::current_exe()?;
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        for process in 1..self.processes {
            let child = Command::new(&program)
                .args(std::env::args_os().skip(1))
                .args(["--process", &process.to_string(), "--meet", address])
                .stdin(Stdio::null())
                .spawn()
                .context("another process could not be started")?;
            started.push(Started(child));
        }
        Ok(())
    }
}
