//! Tensor memory: aligned blocks, and typed views into them that may be held side by side.
//!
//! A run hands every kernel its inputs, outputs and scratch as slices into a few blocks. The borrow checker cannot
//! follow that, so this module is where it is argued: a [`Slot`] says where a tensor is, whoever makes one
//! promises how long the memory lives and which slots overlap (see [`Views::new`]), and [`Views`] gives out
//! slices so that no mutable one can exist twice or beside a shared one.
#![allow(unsafe_code)]

use alloc::alloc::{Layout, alloc_zeroed, dealloc};
use alloc::format;
use core::cell::Cell;
use core::ptr::NonNull;

use crate::{Element, Error, ErrorKind, Result};

/// The alignment of blocks in bytes: a cache line, and the widest vector register.
pub const ALIGN: usize = 64;

/// A zeroed, aligned block of memory that never moves while it lives.
pub struct Block {
    memory: NonNull<u8>,
    bytes: usize,
    /// Bytes from the start of the allocation to `memory`.
    padding: usize,
}

/// What allocations ask for. Allocators have zeroed pages of such alignment at hand, which they need not write to;
/// [`ALIGN`] is reached by padding.
const ALLOCATION_ALIGN: usize = 16;

// SAFETY: a block owns plain bytes; sharing it gives out `&[u8]` only.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Block {
    /// A block of zeros.
    ///
    /// # Errors
    /// If the system has no such memory.
    pub fn zeroed(bytes: usize) -> Result<Self> {
        if bytes == 0 {
            return Ok(Self { memory: NonNull::<Aligned>::dangling().cast(), bytes, padding: 0 });
        }
        let failed = || Error::new(ErrorKind::OutOfMemory, format!("cannot allocate {bytes} bytes"));
        let size = bytes.checked_add(ALIGN).ok_or_else(failed)?;
        let layout = Layout::from_size_align(size, ALLOCATION_ALIGN).map_err(|_| failed())?;
        // SAFETY: the layout has a size above zero.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) }).ok_or_else(failed)?;
        let padding = start.as_ptr().addr().next_multiple_of(ALIGN) - start.as_ptr().addr();
        // SAFETY: `padding` is below `ALIGN`, by which the allocation is longer than `bytes`.
        let memory = unsafe { start.add(padding) };
        Ok(Self { memory, bytes, padding })
    }

    /// A copy of `bytes`.
    ///
    /// # Errors
    /// As [`Block::zeroed`].
    pub fn copy_of(bytes: &[u8]) -> Result<Self> {
        let mut block = Self::zeroed(bytes.len())?;
        block.as_mut_slice().copy_from_slice(bytes);
        Ok(block)
    }

    /// Its size in bytes.
    pub fn len(&self) -> usize {
        self.bytes
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Its bytes.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `memory` is valid for `bytes` initialised (zeroed) bytes and borrowed with `self`.
        unsafe { core::slice::from_raw_parts(self.memory.as_ptr(), self.bytes) }
    }

    /// Its bytes, to write to.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        // SAFETY: as `as_slice`, and `self` is borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.memory.as_ptr(), self.bytes) }
    }

    /// A slot for `bytes` bytes at `offset`.
    ///
    /// # Errors
    /// If the range lies outside the block.
    pub fn slot(&mut self, offset: usize, bytes: usize) -> Result<Slot> {
        if offset.checked_add(bytes).is_none_or(|end| end > self.bytes) {
            return Err(Error::internal(format!(
                "{bytes} bytes at {offset} lie outside a block of {}",
                self.bytes
            )));
        }
        // SAFETY: `offset` lies inside the block or one past its end.
        let start = unsafe { self.memory.add(offset) };
        Ok(Slot { start, bytes, writable: true })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.bytes != 0 {
            // SAFETY: allocated by `zeroed`, `padding` bytes before `memory`, with this very layout.
            unsafe {
                let layout = Layout::from_size_align_unchecked(self.bytes + ALIGN, ALLOCATION_ALIGN);
                dealloc(self.memory.sub(self.padding).as_ptr(), layout);
            }
        }
    }
}

#[repr(align(64))]
struct Aligned;

/// Where a tensor's bytes are at present. Making one is harmless; reading through it is what
/// [`Views::new`] and [`Slot::bytes`] are `unsafe` for.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    start: NonNull<u8>,
    bytes: usize,
    writable: bool,
}

// SAFETY: a slot is an address; dereferencing it is guarded by the contracts of the unsafe functions below.
unsafe impl Send for Slot {}
// SAFETY: as above.
unsafe impl Sync for Slot {}

impl Slot {
    /// A slot of no bytes, for tensors that are absent or not yet placed.
    pub const EMPTY: Slot = Slot { start: NonNull::<Aligned>::dangling().cast(), bytes: 0, writable: true };

    /// A slot over constant bytes, which can not be written through.
    pub fn constant(bytes: &[u8]) -> Self {
        Self { start: NonNull::from(bytes).cast(), bytes: bytes.len(), writable: false }
    }

    /// The same place, not to be written through.
    #[must_use]
    pub fn read_only(self) -> Self {
        Self { writable: false, ..self }
    }

    /// Its size in bytes.
    pub fn len(self) -> usize {
        self.bytes
    }

    /// Whether it has no bytes.
    pub fn is_empty(self) -> bool {
        self.bytes == 0
    }

    /// Its address, for code that no lifetime can follow (a C program that holds a tensor).
    pub fn address(self) -> *mut u8 {
        self.start.as_ptr()
    }

    /// Whether it may be written through.
    pub fn is_writable(self) -> bool {
        self.writable
    }

    /// Whether it starts at the same address as `other` and neither is empty.
    pub fn same_start(self, other: Slot) -> bool {
        self.bytes != 0 && other.bytes != 0 && self.start == other.start
    }

    /// Its bytes.
    ///
    /// # Safety
    /// The memory must be alive and not written to for `'a`.
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        // SAFETY: the caller's promise; slots are only made over initialised memory.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.bytes) }
    }

    /// Its bytes, to write to; empty for a constant.
    ///
    /// # Safety
    /// The memory must be alive and not otherwise accessed for `'a`.
    pub unsafe fn bytes_mut<'a>(self) -> &'a mut [u8] {
        let bytes = if self.writable { self.bytes } else { 0 };
        // SAFETY: the caller's promise; constants are excluded by the line above.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), bytes) }
    }
}

/// Views bytes as elements.
///
/// # Errors
/// If the address is not aligned for `T` or the size is no multiple of its size.
pub fn cast<T: Element>(bytes: &[u8]) -> Result<&[T]> {
    check_cast::<T>(bytes.as_ptr(), bytes.len())?;
    // SAFETY: alignment and size were checked; every bit pattern is a valid `T` (contract of the sealed `Element`).
    Ok(unsafe { core::slice::from_raw_parts(bytes.as_ptr().cast(), bytes.len() / size_of::<T>()) })
}

/// Views bytes as elements to write to.
///
/// # Errors
/// As [`cast`].
pub fn cast_mut<T: Element>(bytes: &mut [u8]) -> Result<&mut [T]> {
    check_cast::<T>(bytes.as_ptr(), bytes.len())?;
    // SAFETY: as `cast`, and the borrow is exclusive.
    Ok(unsafe { core::slice::from_raw_parts_mut(bytes.as_mut_ptr().cast(), bytes.len() / size_of::<T>()) })
}

/// The bytes of elements.
pub fn bytes_of<T: Element>(elements: &[T]) -> &[u8] {
    // SAFETY: elements are plain data without padding (contract of the sealed `Element`).
    unsafe { core::slice::from_raw_parts(elements.as_ptr().cast(), size_of_val(elements)) }
}

/// The bytes of elements, to write to.
pub fn bytes_of_mut<T: Element>(elements: &mut [T]) -> &mut [u8] {
    // SAFETY: as `bytes_of`; every byte pattern is a valid element.
    unsafe { core::slice::from_raw_parts_mut(elements.as_mut_ptr().cast(), size_of_val(elements)) }
}

fn check_cast<T: Element>(start: *const u8, bytes: usize) -> Result<()> {
    if (start as usize).is_multiple_of(align_of::<T>()) && bytes.is_multiple_of(size_of::<T>()) {
        Ok(())
    } else {
        Err(Error::internal(format!("{bytes} bytes at {start:p} can not be viewed as {}", T::DTYPE)))
    }
}

/// The memory of one operator for the time of one run.
///
/// Slots come in four runs: inputs, outputs, scratch, state. Shared slices of inputs may be taken freely; a writable
/// one (an output, a scratch or state area, a variable input) only once.
pub struct Views<'a> {
    slots: &'a [Slot],
    inputs: usize,
    outputs: usize,
    scratch: usize,
    /// Bit per slot below 64: already given out mutably.
    taken: Cell<u64>,
    /// Slots from 64 on must be taken in ascending order; this is the next free one.
    next: Cell<usize>,
}

/// Input and output of an operator that may run in place.
pub enum Pair<'a, T, U> {
    /// Both are the same memory.
    InPlace(&'a mut [T]),
    /// Input and output are apart.
    Apart(&'a [T], &'a mut [U]),
}

impl<'a> Views<'a> {
    /// Views over `slots`: first `inputs` inputs, then `outputs` outputs, `scratch` scratch areas and the areas of
    /// the operator's state.
    ///
    /// # Safety
    /// For `'a` the memory of every slot is alive and initialised and nobody else writes it (or, for writable ones
    /// among outputs, scratch, state and variable inputs, accesses it). Writable slots do not overlap any other slot
    /// of the list, with one exception: an output may be exactly the slot of an input that is not a variable.
    pub unsafe fn new(slots: &'a [Slot], inputs: usize, outputs: usize, scratch: usize) -> Self {
        debug_assert!(inputs + outputs + scratch <= slots.len());
        Self { slots, inputs, outputs, scratch, taken: Cell::new(0), next: Cell::new(64) }
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Input `index`; empty if it is absent.
    ///
    /// # Errors
    /// If the input shares its memory with an output (use [`Views::pair`]), was taken by
    /// [`Views::variable`], is not there, or does not fit `T`.
    pub fn input<T: Element>(&self, index: usize) -> Result<&'a [T]> {
        let slot = self.input_slot(index)?;
        if self.is_taken(index) || self.output_slots().iter().any(|output| output.same_start(slot)) {
            return Err(Error::internal(format!("input {index} is already borrowed for writing")));
        }
        // SAFETY: by `new`'s contract nothing writes this memory but an output equal to it, excluded above, and a
        // variable borrow, excluded by `is_taken`, which `variable` sets for good.
        cast(unsafe { slot.bytes() })
    }

    /// A variable input (the state of a recurrent operator), to read and write.
    ///
    /// # Errors
    /// If it was taken before, is constant, or does not fit `T`.
    pub fn variable<T: Element>(&self, index: usize) -> Result<&'a mut [T]> {
        let slot = self.input_slot(index)?;
        if !slot.is_writable() {
            return Err(Error::invalid_model(format!(
                "input {index} is the operator's state: a variable that no other input is"
            )));
        }
        self.take(index, slot)
    }

    /// Output `index`.
    ///
    /// # Errors
    /// If it was taken before, is not there, or does not fit `T`.
    pub fn output<T: Element>(&self, index: usize) -> Result<&'a mut [T]> {
        let position = self.output_position(index)?;
        self.take(position, self.slots[position])
    }

    /// Scratch area `index`, in the order in which the plan asked for them.
    ///
    /// # Errors
    /// As [`Views::output`].
    pub fn scratch<T: Element>(&self, index: usize) -> Result<&'a mut [T]> {
        if index >= self.scratch {
            return Err(Error::internal(format!("no scratch area {index}")));
        }
        let position = self.inputs + self.outputs + index;
        self.take(position, self.slots[position])
    }

    /// State area `index`, in the order in which the plan asked for them: zero before the first run of a session and
    /// after a reset, otherwise as the last run left it.
    ///
    /// # Errors
    /// As [`Views::output`].
    pub fn state<T: Element>(&self, index: usize) -> Result<&'a mut [T]> {
        let position = self.inputs + self.outputs + self.scratch + index;
        let slot =
            *self.slots.get(position).ok_or_else(|| Error::internal(format!("no state area {index}")))?;
        self.take(position, slot)
    }

    /// Input and output of an operator that declared that it may run in place.
    ///
    /// # Errors
    /// As [`Views::input`] and [`Views::output`].
    pub fn pair<T: Element, U: Element>(&self, input: usize, output: usize) -> Result<Pair<'a, T, U>> {
        let position = self.output_position(output)?;
        let (source, target) = (self.input_slot(input)?, self.slots[position]);
        if source.same_start(target) {
            // The output is taken for good, so `input` can not hand out a shared slice of it any more.
            Ok(Pair::InPlace(self.take(position, target)?))
        } else {
            Ok(Pair::Apart(self.input(input)?, self.output(output)?))
        }
    }

    /// Whether output `output` is the very memory of input `input`.
    pub fn is_in_place(&self, input: usize, output: usize) -> bool {
        matches!((self.input_slot(input), self.output_position(output)),
            (Ok(source), Ok(position)) if source.same_start(self.slots[position]))
    }

    fn output_slots(&self) -> &'a [Slot] {
        &self.slots[self.inputs..self.inputs + self.outputs]
    }

    fn input_slot(&self, index: usize) -> Result<Slot> {
        match self.slots[..self.inputs].get(index) {
            Some(&slot) => Ok(slot),
            None => Err(Error::internal(format!("the operator has no input {index}"))),
        }
    }

    fn output_position(&self, index: usize) -> Result<usize> {
        if index < self.outputs {
            Ok(self.inputs + index)
        } else {
            Err(Error::internal(format!("the operator has no output {index}")))
        }
    }

    fn is_taken(&self, position: usize) -> bool {
        if position < 64 { self.taken.get() >> position & 1 == 1 } else { position < self.next.get() }
    }

    fn take<T: Element>(&self, position: usize, slot: Slot) -> Result<&'a mut [T]> {
        if self.is_taken(position) || !slot.is_writable() {
            return Err(Error::internal(format!("slot {position} can not be borrowed for writing")));
        }
        if position < 64 {
            self.taken.set(self.taken.get() | 1 << position);
        } else {
            self.next.set(position + 1);
        }
        // SAFETY: by `new`'s contract no other slot overlaps but an input equal to an output, which `input` refuses
        // to hand out; this slot is given out once.
        cast_mut(unsafe { slot.bytes_mut() })
    }
}

/// Something that runs `task(0..tasks)`, perhaps side by side, and returns when all are done.
///
/// # Safety
/// `run` must call the task exactly once for each index and not return before every call has: kernels hand out
/// disjoint mutable parts by index.
pub unsafe trait Parallel: Sync {
    /// How many tasks can run at the same time.
    fn width(&self) -> usize;
    /// Runs every task once.
    fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync));
}

/// Runs tasks one after the other.
pub struct Serial;

// SAFETY: a plain loop over the indices.
unsafe impl Parallel for Serial {
    fn width(&self) -> usize {
        1
    }

    fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
        (0..tasks).for_each(task);
    }
}

/// Tasks that much work is cut into for each thread: when other programs hold up one thread, those that run on have the rest
/// of its share to take.
pub const TASKS_PER_THREAD: usize = 4;

/// Bytes of results that a task of [`for_each_chunk`] has at least before there are more tasks than threads.
const TASK_BYTES: usize = 64 * 1024;

/// Operations (multiply-accumulates, or what takes as long) that are done before threads have been woken and met again.
const WORTH_THREADS: usize = 256 * 1024;

/// The threads to spread so many operations over: those of `parallel`, or none where it would take longer than the work.
pub fn worth(parallel: &dyn Parallel, operations: usize) -> &dyn Parallel {
    if operations < WORTH_THREADS { &Serial } else { parallel }
}

/// Splits `data` into chunks of `chunk` elements (the last may be shorter) and gives each, with its number, to
/// `task`, spread over `parallel`. Contiguous runs of chunks go to one task, and how they are split never
/// changes what is computed.
pub fn for_each_chunk<T: Send>(
    parallel: &dyn Parallel,
    data: &mut [T],
    chunk: usize,
    task: impl Fn(usize, &mut [T]) + Sync,
) {
    for_each_chunk_with(parallel, data, chunk, &mut [0u8; 0], 0, |number, part, _| task(number, part));
}

/// As [`for_each_chunk`], with `part` elements of `scratch` for each task that runs at the same time; their contents
/// are what the task's last chunk left there. `scratch` should be `parallel.width() * part` long; where it is
/// shorter, fewer tasks run side by side (and where it is shorter than `part`, tasks get all there is).
pub fn for_each_chunk_with<T: Send, S: Send>(
    parallel: &dyn Parallel,
    data: &mut [T],
    chunk: usize,
    scratch: &mut [S],
    part: usize,
    task: impl Fn(usize, &mut [T], &mut [S]) + Sync,
) {
    let chunk = chunk.max(1);
    let chunks = data.len().div_ceil(chunk);
    let tasks = match (parallel.width(), scratch.len().checked_div(part)) {
        (0 | 1, _) => 1,
        (width, Some(parts)) => width.min(chunks).min(parts).max(1),
        (width, None) => {
            (size_of_val(&*data) / TASK_BYTES).clamp(width, width * TASKS_PER_THREAD).min(chunks).max(1)
        }
    };
    let part = part.min(scratch.len());
    struct Base<T>(*mut T);
    // SAFETY: the pointer is only used to make disjoint slices, and `T: Send`.
    unsafe impl<T: Send> Sync for Base<T> {}
    impl<T> Base<T> {
        /// # Safety
        /// `range` lies inside the data, which outlives the slice, and overlaps no other slice in use.
        unsafe fn part<'a>(&self, start: usize, len: usize) -> &'a mut [T] {
            // SAFETY: the caller's promise.
            unsafe { core::slice::from_raw_parts_mut(self.0.add(start), len) }
        }
    }
    let (base, len, scratch) = (Base(data.as_mut_ptr()), data.len(), Base(scratch.as_mut_ptr()));
    spread(parallel, tasks, chunks, &|index: usize, number: usize| {
        let start = number * chunk;
        // SAFETY: `start` lies inside the data; the ranges of different numbers are disjoint. `spread` returns before the
        // borrow of `data` ends, and gives each number once. Likewise `tasks * part` elements of scratch are there,
        // `part` for each index, used by one number at a time.
        let (data, scratch) =
            unsafe { (base.part(start, chunk.min(len - start)), scratch.part(index * part, part)) };
        task(number, data, scratch);
    });
}

/// What [`spread`] calls, with the index of the task that does it and the number of a chunk. `dyn Fn` would have another
/// copy of each closure, for `FnOnce`, in every program.
trait Chunk: Sync {
    fn run(&self, index: usize, number: usize);
}

impl<F: Fn(usize, usize) + Sync> Chunk for F {
    fn run(&self, index: usize, number: usize) {
        self(index, number);
    }
}

/// Calls `chunk` once for each number below `chunks`, from `tasks` tasks that may run side by side. This is compiled once,
/// and what a chunk does only once for each kind, whether or not there are several tasks.
#[inline(never)]
fn spread(parallel: &dyn Parallel, tasks: usize, chunks: usize, chunk: &dyn Chunk) {
    let task = |index: usize| {
        if index < tasks {
            let numbers = chunks * index / tasks..chunks * (index + 1) / tasks;
            numbers.for_each(|number| chunk.run(index, number));
        }
    };
    if tasks == 1 { task(0) } else { parallel.run(tasks, &task) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn a_writable_slice_is_given_out_once() {
        let mut block = Block::zeroed(256).unwrap();
        let slots = [(0, 16), (64, 16), (128, 32), (192, 8)].map(|(at, len)| block.slot(at, len).unwrap());
        // SAFETY: the block outlives the views and the slots do not overlap.
        let views = unsafe { Views::new(&slots, 1, 1, 1) };
        assert_eq!(views.input::<f32>(0).unwrap().len(), 4);
        views.output::<f32>(0).unwrap()[3] = 1.0;
        assert!(views.output::<f32>(0).is_err());
        assert_eq!(views.scratch::<u8>(0).unwrap().len(), 32);
        assert!(views.scratch::<u8>(1).is_err());
        views.state::<i64>(0).unwrap()[0] = 3;
        assert!(views.state::<i64>(0).is_err());
        assert!(views.state::<i64>(1).is_err());
        assert!(views.input::<f32>(1).is_err());
        views.variable::<f32>(0).unwrap()[0] = 2.0;
        assert!(views.input::<f32>(0).is_err());
    }

    #[test]
    fn in_place_pairs_are_one_slice() {
        let mut block = Block::zeroed(64).unwrap();
        let slot = block.slot(0, 16).unwrap();
        let slots = [slot, slot];
        // SAFETY: the output is exactly the slot of the input.
        let views = unsafe { Views::new(&slots, 1, 1, 0) };
        assert!(views.input::<f32>(0).is_err());
        assert!(matches!(views.pair::<f32, f32>(0, 0), Ok(Pair::InPlace(_))));
    }

    #[test]
    fn constants_and_misaligned_bytes_are_refused() {
        let bytes = [0u8; 16];
        let slots = [Slot::constant(&bytes)];
        // SAFETY: `bytes` outlives the views.
        let views = unsafe { Views::new(&slots, 1, 0, 0) };
        assert!(views.variable::<u8>(0).is_err());
        let block = Block::copy_of(&bytes).unwrap();
        assert!(cast::<f32>(&block.as_slice()[1..5]).is_err());
        assert!(cast::<f32>(&block.as_slice()[..6]).is_err());
        assert_eq!(cast::<f32>(&block.as_slice()[4..12]).unwrap().len(), 2);
    }

    #[test]
    fn chunks_cover_everything_once() {
        struct Backwards;
        // SAFETY: a plain loop over the indices.
        unsafe impl Parallel for Backwards {
            fn width(&self) -> usize {
                3
            }
            fn run(&self, tasks: usize, task: &(dyn Fn(usize) + Sync)) {
                (0..tasks).rev().for_each(task);
            }
        }
        for len in [0, 1, 2, 7, 12, 100] {
            let mut data = vec![0u32; len];
            for_each_chunk(&Backwards, &mut data, 3, |index, part| {
                part.iter_mut().for_each(|x| *x += 1 + index as u32);
            });
            assert!(data.iter().enumerate().all(|(i, &x)| x == 1 + (i / 3) as u32));
            for room in [0, 3, 5, 9] {
                let mut scratch = vec![0usize; room];
                for_each_chunk_with(&Backwards, &mut data, 3, &mut scratch, 3, |index, part, scratch| {
                    scratch.iter_mut().for_each(|x| *x += part.len());
                    part.iter_mut().for_each(|x| *x += 1 + index as u32);
                });
                // Whatever runs side by side, each element of scratch that is used belongs to one task.
                assert_eq!(
                    scratch.iter().sum::<usize>(),
                    len * room.min(3),
                    "{len} elements, {room} scratch"
                );
            }
            assert!(data.iter().enumerate().all(|(i, &x)| x == 5 * (1 + (i / 3) as u32)));
        }
    }
}
