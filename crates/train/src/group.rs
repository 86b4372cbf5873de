//! Several processes that train one network, each on its part of every batch.
//!
//! They meet over TCP: one is at the centre, and gives everybody what all have sent. What is gathered is taken in the same order
//! everywhere, so that all processes go through the same numbers, and end with the same weights.

use std::io::{self, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use burn::tensor::Tensor;
use featherlite_train_kernels::Peers;

use crate::forward::constant;
use crate::parameters::numbers;
use crate::{Error, ErrorKind, Result};

/// What a process says first: it belongs here.
const GREETING: &[u8; 8] = b"flgroup1";

/// How long processes wait for each other to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a message may be.
const LONGEST: u64 = 1 << 32;

/// Processes that know each other.
#[derive(Debug)]
pub struct Group {
    index: usize,
    count: usize,
    /// To the centre, or from the centre to all others in order.
    streams: Mutex<Vec<Stream>>,
    /// Why they lost each other.
    failure: Mutex<Option<String>>,
}

#[derive(Debug)]
struct Stream {
    from: BufReader<TcpStream>,
    to: TcpStream,
}

impl Group {
    /// The centre, with index 0, once all others have come. All must name the same `purpose`: what they are about to do.
    ///
    /// # Errors
    /// If they do not come, or come for something else.
    pub fn lead(listener: &TcpListener, count: usize, purpose: &str) -> Result<Arc<Self>> {
        let failed = |error: io::Error| lost(format!("waiting for {} other processes: {error}", count - 1));
        listener.set_nonblocking(true).map_err(failed)?;
        let mut streams: Vec<Option<Stream>> = (1..count).map(|_| None).collect();
        let started = Instant::now();
        while streams.iter().any(Option::is_none) {
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false).map_err(failed)?;
                    let (index, stream) = welcome(stream, count, purpose)?;
                    streams[index - 1] = Some(stream);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if started.elapsed() > PATIENCE {
                        return Err(failed(io::ErrorKind::TimedOut.into()));
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(Arc::new(Self::new(0, count, streams.into_iter().flatten().collect())))
    }

    /// Another process than the centre, which listens at `address`.
    ///
    /// # Errors
    /// If it does not, or is about something else.
    pub fn join(address: &str, index: usize, count: usize, purpose: &str) -> Result<Arc<Self>> {
        let failed = |error: io::Error| lost(format!("{address}: {error}"));
        let started = Instant::now();
        let stream = loop {
            match TcpStream::connect(address) {
                Ok(stream) => break stream,
                Err(error) if started.elapsed() > PATIENCE => return Err(failed(error)),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        };
        let mut stream = Stream::new(stream).map_err(failed)?;
        let mut greeting = GREETING.to_vec();
        greeting.extend([index as u64, count as u64].iter().flat_map(|number| number.to_le_bytes()));
        stream.send(&greeting).and_then(|()| stream.send(purpose.as_bytes())).map_err(failed)?;
        let answer = stream.receive().map_err(failed)?;
        if answer != purpose.as_bytes() {
            return Err(lost(String::from_utf8_lossy(&answer).into_owned()));
        }
        Ok(Arc::new(Self::new(index, count, vec![stream])))
    }

    fn new(index: usize, count: usize, streams: Vec<Stream>) -> Self {
        Self { index, count, streams: Mutex::new(streams), failure: Mutex::new(None) }
    }

    /// Which process this is, from 0 on.
    pub fn index(&self) -> usize {
        self.index
    }

    /// How many there are.
    pub fn size(&self) -> usize {
        self.count
    }

    /// Fails if processes have lost each other.
    ///
    /// # Errors
    /// Then.
    pub fn check(&self) -> Result<()> {
        match &*self.failure.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(failure) => Err(lost(failure)),
            None => Ok(()),
        }
    }

    /// The mean of what all have.
    pub(crate) fn average(&self, values: &mut [f32]) {
        let own: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let all = self.exchange(own);
        let parts: Vec<&[[u8; 4]]> = all.iter().map(|part| part.as_chunks().0).collect();
        for (at, value) in values.iter_mut().enumerate() {
            let part =
                |part: &&[[u8; 4]]| part.get(at).map_or(0.0, |&bytes| f64::from(f32::from_le_bytes(bytes)));
            *value = (parts.iter().map(part).sum::<f64>() / self.count as f64) as f32;
        }
    }

    /// What all have sent, in order; everybody the own message, if they have lost each other.
    fn exchange(&self, own: Vec<u8>) -> Vec<Vec<u8>> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let is_lost = self.check().is_err();
        let all = match is_lost {
            true => Err(io::ErrorKind::NotConnected.into()),
            false if self.index == 0 => collect(&mut streams, own.clone()),
            false => ask(&mut streams, &own, self.count),
        };
        let is_even = |all: &Vec<Vec<u8>>| all.iter().all(|part| part.len() == own.len());
        match all {
            Ok(all) if is_even(&all) => all,
            failed => {
                if !is_lost {
                    let why =
                        failed.err().map_or("they do different things".to_owned(), |error| error.to_string());
                    *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                }
                vec![own; self.count]
            }
        }
    }
}

/// The processes that have the other parts of a batch, if there are any.
#[derive(Clone, Debug, Default)]
pub(crate) struct Among(pub(crate) Option<Arc<Group>>);

impl Among {
    /// Which part of the batch is here, of how many.
    pub(crate) fn part(&self) -> (usize, usize) {
        self.0.as_ref().map_or((0, 1), |group| (group.index, group.count))
    }

    /// Whether any of the processes wants something.
    pub(crate) fn agreed(&self, wants: bool) -> Result<bool> {
        let Some(group) = &self.0 else { return Ok(wants) };
        let all = group.gather(&[f64::from(u8::from(wants))]);
        group.check()?;
        Ok(all.iter().flatten().any(|&wants| wants > 0.0))
    }

    /// Mean loss, images that are right, and images of the whole batch.
    pub(crate) fn joint(&self, loss: f64, right: usize, images: usize) -> Result<(f64, usize, usize)> {
        let Some(group) = &self.0 else { return Ok((loss, right, images)) };
        let all = group.gather(&[loss, right as f64, images as f64]);
        group.check()?;
        let sum = |at: usize| all.iter().map(|part| part[at]).sum::<f64>();
        Ok((sum(0) / all.len() as f64, sum(1) as usize, sum(2) as usize))
    }

    /// The range of all elements of the batch.
    pub(crate) fn range(&self, (low, high): (f32, f32)) -> (f32, f32) {
        let Some(group) = &self.0 else { return (low, high) };
        let all = group.gather(&[f64::from(low), f64::from(high)]);
        all.iter().fold((low, high), |(low, high), part| (low.min(part[0] as f32), high.max(part[1] as f32)))
    }

    /// The means of numbers over all parts of the batch.
    pub(crate) fn average(&self, values: &mut [f32]) {
        if let Some(group) = &self.0 {
            group.average(values);
        }
    }

    /// Gradients of the whole batch: name, whether it decays, value, gradient.
    pub(crate) fn average_gradients(
        &self,
        gradients: &mut [(String, bool, Tensor<1>, Tensor<1>)],
    ) -> Result<()> {
        let Some(group) = &self.0 else { return Ok(()) };
        let own: Result<Vec<Vec<f32>>> =
            gradients.iter().map(|(.., gradient)| numbers(gradient.clone())).collect();
        let mut all = own?.concat();
        group.average(&mut all);
        group.check()?;
        let mut rest = &all[..];
        for (.., gradient) in gradients {
            let (values, behind) = rest.split_at(gradient.dims()[0]);
            *gradient = constant(values.to_vec(), [values.len()], &gradient.device());
            rest = behind;
        }
        Ok(())
    }
}

impl Peers for Group {
    fn count(&self) -> usize {
        self.count
    }

    fn gather(&self, own: &[f64]) -> Vec<Vec<f64>> {
        let bytes = own.iter().flat_map(|number| number.to_le_bytes()).collect();
        let numbers =
            |part: Vec<u8>| part.as_chunks().0.iter().map(|&bytes| f64::from_le_bytes(bytes)).collect();
        self.exchange(bytes).into_iter().map(numbers).collect()
    }
}

/// At the centre.
fn collect(streams: &mut [Stream], own: Vec<u8>) -> io::Result<Vec<Vec<u8>>> {
    let mut all = vec![own];
    for stream in &mut *streams {
        all.push(stream.receive()?);
    }
    let joined = all.concat();
    streams.iter_mut().try_for_each(|stream| stream.send(&joined))?;
    Ok(all)
}

/// Elsewhere.
fn ask(streams: &mut [Stream], own: &[u8], count: usize) -> io::Result<Vec<Vec<u8>>> {
    let centre = streams.first_mut().ok_or(io::ErrorKind::NotConnected)?;
    centre.send(own)?;
    let joined = centre.receive()?;
    if own.is_empty() || joined.len() != own.len() * count {
        return Ok(vec![Vec::new(); count]);
    }
    Ok(joined.chunks(own.len()).map(<[u8]>::to_vec).collect())
}

/// Finds out which process has come.
fn welcome(stream: TcpStream, count: usize, purpose: &str) -> Result<(usize, Stream)> {
    let failed = |error: io::Error| lost(format!("a process that came: {error}"));
    let mut stream = Stream::new(stream).map_err(failed)?;
    let greeting = stream.receive().map_err(failed)?;
    let theirs = stream.receive().map_err(failed)?;
    let numbers: Vec<u64> = greeting
        .get(8..)
        .unwrap_or_default()
        .as_chunks()
        .0
        .iter()
        .map(|&bytes| u64::from_le_bytes(bytes))
        .collect();
    let refusal = match numbers[..] {
        _ if !greeting.starts_with(GREETING) => "it is none of this group".to_owned(),
        [_, theirs] if theirs != count as u64 => {
            format!("it takes {theirs} processes to be there, not {count}")
        }
        [index, _] if index == 0 || index >= count as u64 => format!("process {index} is none of {count}"),
        _ if theirs != purpose.as_bytes() => {
            "it is about another run: recipe, data and state must be the same everywhere".to_owned()
        }
        [index, _] => {
            stream.send(purpose.as_bytes()).map_err(failed)?;
            return Ok((index as usize, stream));
        }
        _ => "it is none of this group".to_owned(),
    };
    let _ = stream.send(refusal.as_bytes());
    Err(lost(format!("a process that came: {refusal}")))
}

impl Stream {
    fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { from: BufReader::new(stream.try_clone()?), to: stream })
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.to.write_all(&(message.len() as u64).to_le_bytes())?;
        self.to.write_all(message)
    }

    fn receive(&mut self) -> io::Result<Vec<u8>> {
        let mut len = [0; 8];
        self.from.read_exact(&mut len)?;
        let len = u64::from_le_bytes(len);
        if len > LONGEST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut message = Vec::new();
        (&mut self.from).take(len).read_to_end(&mut message)?;
        match message.len() as u64 == len {
            true => Ok(message),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

fn lost(why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Group, format!("the processes that train together: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meet(purposes: [&'static str; 2]) -> [Result<Arc<Group>>; 2] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let other = std::thread::spawn(move || Group::join(&address, 1, 2, purposes[1]));
        let centre = Group::lead(&listener, 2, purposes[0]);
        [centre, other.join().unwrap()]
    }

    #[test]
    fn all_get_what_all_have_in_order() {
        let [centre, other] = meet(["run", "run"]).map(Result::unwrap);
        let away = std::thread::spawn(move || {
            let gathered = other.gather(&[3.0, 4.0]);
            let mut values = [3.0];
            other.average(&mut values);
            (gathered, values)
        });
        let gathered = centre.gather(&[1.0, 2.0]);
        let mut values = [1.0];
        centre.average(&mut values);
        assert_eq!(gathered, vec![vec![1.0, 2.0], vec![3.0, 4.0]]);
        assert_eq!(away.join().unwrap(), (gathered, values));
        assert_eq!(values, [2.0]);
        // The other one is gone.
        centre.gather(&[1.0]);
        let error = centre.check().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Group);
    }

    #[test]
    fn processes_of_other_runs_are_refused() {
        let [centre, other] = meet(["run", "another"]);
        assert!(centre.unwrap_err().to_string().contains("another run"));
        assert!(other.unwrap_err().to_string().contains("another run"));
    }
}
