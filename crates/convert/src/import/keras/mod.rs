//! Keras networks: `.keras` archives, and `.h5` files with a whole model.
#![allow(dead_code)]
mod archive;
mod calls;
mod config;
mod network;
mod order;
mod rules;
mod slots;
mod source;
mod variables;
mod weight_file;
