//! Keras: `.keras` archives and `.h5` files.
