use crate::batch_norm::Observer;

/// Where the gradients of a convolution's inputs and weights go, if they are asked for.
pub(crate) struct Gradients<'a> {
    pub(crate) dx: Option<&'a mut [f32]>,
    pub(crate) dw: Option<&'a mut [f32]>,
    /// Looks at gradients of inputs while they are in the cache.
    pub(crate) observer: Option<&'a Observer<'a>>,
}

impl<'a> Gradients<'a> {
    /// Nobody looks.
    pub(crate) fn new(dx: Option<&'a mut [f32]>, dw: Option<&'a mut [f32]>) -> Self {
        Self { dx, dw, observer: None }
    }

    /// Nothing depends on inputs or weights.
    pub(crate) fn clear(&mut self) {
        for gradient in [&mut self.dx, &mut self.dw].into_iter().flatten() {
            gradient.fill(0.0);
        }
    }
}
