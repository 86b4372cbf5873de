//! Packed matrix products shared by convolution, fully-connected and recurrent operators
