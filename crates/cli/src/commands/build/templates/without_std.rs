//! What the standard library would have brought: memory, by the C library, and the end after a panic.

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;
use core::ptr::null_mut;

use crate::system;

/// The C library's heap.
struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

/// What `malloc` aligns to on every platform.
const ALIGNED: usize = 2 * size_of::<usize>();

// SAFETY: the C library's blocks have the sizes and alignments that it is asked for, and are its own until they are freed.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let mut block = null_mut();
        // SAFETY: the alignment is a power of two and a multiple of a pointer's size where `malloc` has less.
        unsafe {
            if layout.align() <= ALIGNED {
                block = libc::malloc(layout.size());
            } else if libc::posix_memalign(&mut block, layout.align(), layout.size()) != 0 {
                block = null_mut();
            }
        }
        block.cast()
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: a new block has as many bytes; those of `calloc` are zero already.
        unsafe {
            if layout.align() <= ALIGNED {
                return libc::calloc(1, layout.size()).cast();
            }
            let block = self.alloc(layout);
            if !block.is_null() {
                block.write_bytes(0, layout.size());
            }
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: it came from these functions.
        unsafe { libc::free(block.cast()) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the block came from these functions; a new one has room for what both have.
        unsafe {
            if layout.align() <= ALIGNED {
                return libc::realloc(block.cast(), size).cast();
            }
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    system::complain(format_args!("{info}\n"));
    // SAFETY: it ends the program.
    unsafe { libc::abort() }
}

/// What the tables for unwinding name; nothing unwinds here.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// What follows where unwinding has cleaned up.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Resume() -> ! {
    // SAFETY: it ends the program.
    unsafe { libc::abort() }
}
