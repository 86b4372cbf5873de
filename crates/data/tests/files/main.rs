//! Datasets and loaders through files, as programs see them.

mod arrays;
mod damage;
mod fixtures;
mod folders;
mod idx;
mod loader;
