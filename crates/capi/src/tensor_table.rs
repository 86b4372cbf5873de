//! The tensors of a subgraph: structures at fixed addresses that C programs hold.

use std::ffi::{CString, c_int, c_void};
use std::ptr::{NonNull, null, null_mut};

use featherlite::{DType, Quantization, Shape, TensorInfo};

use crate::border;
use crate::int_array;
use crate::types::{
    TfLiteAffineQuantization, TfLiteFloatArray, TfLiteIntArray, TfLiteQuantization, TfLiteQuantizationParams,
    TfLiteTensor, allocation, type_number, type_of_number,
};

/// A tensor that owns what its fields point at.
#[repr(transparent)]
pub(crate) struct OwnedTensor {
    pub(crate) tensor: TfLiteTensor,
}

impl OwnedTensor {
    /// A tensor of this form without contents.
    pub(crate) fn new(name: &str, dtype: DType, dims: &[usize], quantization: &Quantization) -> Self {
        let name = CString::new(name.replace('\0', " ")).unwrap_or_default();
        let affine = quantization.affine();
        let params = match affine {
            Some(affine) if affine.scales.len() == 1 => {
                TfLiteQuantizationParams { scale: affine.scales[0], zero_point: affine.zero_points[0] }
            }
            _ => TfLiteQuantizationParams::default(),
        };
        let quantization = affine.map_or(TfLiteQuantization { kind: 0, params: null_mut() }, |affine| {
            let params = TfLiteAffineQuantization {
                scale: int_array::of::<TfLiteFloatArray>(&affine.scales),
                zero_point: int_array::of::<TfLiteIntArray>(&affine.zero_points),
                quantized_dimension: border::number(affine.axis),
            };
            TfLiteQuantization { kind: 1, params: Box::into_raw(Box::new(params)).cast() }
        });
        let tensor = TfLiteTensor {
            kind: type_number(dtype),
            data: null_mut(),
            dims: null_mut(),
            params,
            allocation_type: if dtype.bits() == 0 { allocation::DYNAMIC } else { allocation::ARENA },
            bytes: 0,
            allocation: null(),
            name: name.into_raw(),
            delegate: null_mut(),
            buffer_handle: -1,
            data_is_stale: false,
            is_variable: false,
            quantization,
            sparsity: null_mut(),
            dims_signature: null(),
        };
        let mut owned = Self { tensor };
        owned.set_dims(dims);
        owned
    }

    /// A tensor of a model's file.
    pub(crate) fn of_file(info: &TensorInfo) -> Self {
        let mut owned = Self::new(info.name(), info.dtype(), info.shape().dims(), info.quantization());
        owned.tensor.is_variable = info.is_variable();
        if let Some(signature) = info.shape_signature() {
            owned.tensor.dims_signature = int_array::of::<TfLiteIntArray>(signature);
        }
        owned
    }

    /// Its element type.
    pub(crate) fn dtype(&self) -> Option<DType> {
        type_of_number(self.tensor.kind)
    }

    /// Its shape.
    pub(crate) fn dims(&self) -> Vec<usize> {
        // SAFETY: `dims` is null or a list of ours, and alive.
        let dims = unsafe { int_array::values(self.tensor.dims) };
        dims.iter().map(|&dim| usize::try_from(dim).unwrap_or_default()).collect()
    }

    /// Gives it a shape, and the number of bytes that goes with it (unless its elements have no fixed size).
    pub(crate) fn set_dims(&mut self, dims: &[usize]) {
        let numbers: Vec<c_int> = dims.iter().map(|&dim| border::number(dim)).collect();
        // SAFETY: `dims` is null or a list of ours, and nobody may keep it over a change of shape.
        unsafe {
            if self.tensor.dims.is_null() || int_array::values(self.tensor.dims) != numbers {
                int_array::release(self.tensor.dims);
                self.tensor.dims = int_array::of::<TfLiteIntArray>(&numbers);
            }
        }
        let elements = Shape::new(dims).map(|shape| shape.elements()).unwrap_or_default();
        if let Some(bytes) = self.dtype().and_then(|dtype| dtype.storage_bytes(elements)) {
            self.tensor.bytes = bytes;
        }
    }

    /// Bytes that its shape takes; 0 if its elements have no fixed size.
    pub(crate) fn bytes_of_shape(&self) -> usize {
        let elements = Shape::new(&self.dims()).map(|shape| shape.elements()).unwrap_or_default();
        self.dtype().and_then(|dtype| dtype.storage_bytes(elements)).unwrap_or_default()
    }

    /// Whether its contents are memory of its own.
    pub(crate) fn is_dynamic(&self) -> bool {
        self.tensor.allocation_type == allocation::DYNAMIC
    }

    /// Gives it contents that are somebody else's.
    pub(crate) fn borrow(&mut self, data: *mut c_void, allocation_type: c_int) {
        self.drop_contents();
        (self.tensor.data, self.tensor.allocation_type) = (data, allocation_type);
    }

    /// Makes its contents memory of its own.
    pub(crate) fn make_dynamic(&mut self) {
        if !self.is_dynamic() {
            (self.tensor.data, self.tensor.bytes) = (null_mut(), 0);
            self.tensor.allocation_type = allocation::DYNAMIC;
        }
    }

    /// Gives its own memory another size, keeping what fits. Whether there was memory.
    pub(crate) fn resize_contents(&mut self, bytes: usize) -> bool {
        // SAFETY: the contents of a dynamic tensor come from `malloc`, and only it has them.
        let data = unsafe { int_array::resize(self.tensor.data, bytes) };
        if !data.is_null() {
            (self.tensor.data, self.tensor.bytes) = (data, bytes);
        }
        !data.is_null()
    }

    /// Copies contents to memory of its own. Whether there was memory.
    pub(crate) fn own_contents(&mut self, bytes: &[u8]) -> bool {
        self.make_dynamic();
        if !self.resize_contents(bytes.len()) {
            return false;
        }
        // SAFETY: the memory was just made as large.
        unsafe { self.tensor.data.cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        true
    }

    /// Its contents.
    ///
    /// # Safety
    /// Nobody changes them meanwhile.
    pub(crate) unsafe fn contents(&self) -> &[u8] {
        if self.tensor.data.is_null() {
            return &[];
        }
        // SAFETY: `data` has so many bytes: ours, or as the program says of its own.
        unsafe { std::slice::from_raw_parts(self.tensor.data.cast(), self.tensor.bytes) }
    }

    /// Leaves it without contents.
    pub(crate) fn drop_contents(&mut self) {
        if self.is_dynamic() {
            // SAFETY: the contents of a dynamic tensor are null or come from `malloc`.
            unsafe { int_array::release(self.tensor.data) };
            self.tensor.bytes = 0;
        }
        self.tensor.data = null_mut();
    }
}

impl Drop for OwnedTensor {
    fn drop(&mut self) {
        self.drop_contents();
        // SAFETY: all of these are null or were made by `new` and `of_file`.
        unsafe {
            drop(CString::from_raw(self.tensor.name.cast_mut()));
            int_array::release(self.tensor.dims);
            int_array::release(self.tensor.dims_signature.cast_mut());
            if self.tensor.quantization.kind == 1 {
                let affine =
                    Box::from_raw(self.tensor.quantization.params.cast::<TfLiteAffineQuantization>());
                int_array::release(affine.scale);
                int_array::release(affine.zero_point);
            }
        }
    }
}

/// Tensors at fixed addresses.
///
/// Who changes them is not seen by the borrow checker, as C programs hold their addresses: the functions of the API
/// change them while they hold the interpreter's lock, and a program may use them when it calls no function.
#[derive(Default)]
pub(crate) struct TensorTable {
    tensors: Vec<NonNull<OwnedTensor>>,
}

impl TensorTable {
    /// A table of these tensors.
    pub(crate) fn new(tensors: impl Iterator<Item = OwnedTensor>) -> Self {
        let mut table = Self::default();
        tensors.for_each(|tensor| table.push(tensor));
        table
    }

    /// One more tensor.
    pub(crate) fn push(&mut self, tensor: OwnedTensor) {
        self.tensors.push(NonNull::from(Box::leak(Box::new(tensor))));
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tensors.len()
    }

    /// The address of a tensor; null if there is none.
    pub(crate) fn address(&self, index: usize) -> *mut OwnedTensor {
        self.tensors.get(index).map_or(null_mut(), |tensor| tensor.as_ptr())
    }

    /// A tensor.
    ///
    /// # Safety
    /// There is such a tensor, and nobody else uses it meanwhile: see [`TensorTable`].
    #[allow(clippy::mut_from_ref, reason = "the structures lie outside of the table")]
    pub(crate) unsafe fn get(&self, index: usize) -> &mut OwnedTensor {
        // SAFETY: the caller's promise; the table owns the tensor.
        unsafe { &mut *self.tensors[index].as_ptr() }
    }
}

impl Drop for TensorTable {
    fn drop(&mut self) {
        for tensor in self.tensors.drain(..) {
            // SAFETY: leaked by `push`, and given up with the table.
            drop(unsafe { Box::from_raw(tensor.as_ptr()) });
        }
    }
}
