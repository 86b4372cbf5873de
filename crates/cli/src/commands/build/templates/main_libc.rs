
#[unsafe(no_mangle)]
extern "C" fn main(count: core::ffi::c_int, words: *const *const core::ffi::c_char) -> core::ffi::c_int {
    let word = |index| {
        // SAFETY: the C library passes so many strings.
        let word = unsafe { core::ffi::CStr::from_ptr(*words.add(index)) };
        word.to_string_lossy().into_owned()
    };
    start((1..count as usize).map(word)).into()
}
