//! TensorFlow: SavedModel folders and frozen GraphDefs.
