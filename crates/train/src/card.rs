//! What a trained network's file says about itself: how pixels become its input, and what its scores are called (TensorFlow Lite metadata).

use std::io::{Cursor, Write};

use featherlite_data::Step;
use featherlite_schema::metadata::owned::{
    AssociatedFile, Content, ContentProperties, ImageProperties, ModelMetadata, NormalizationOptions,
    ProcessUnit, ProcessUnitOptions, SubGraphMetadata, TensorMetadata,
};
use featherlite_schema::metadata::{AssociatedFileType, ColorSpaceType};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::{Error, ErrorKind, Result};

/// The file with the names of the classes.
const LABELS: &str = "labels.txt";

/// The metadata of a classifier of images of so many channels, which are prepared by `steps`.
pub(crate) fn metadata(name: &str, channels: usize, steps: &[Step]) -> Result<Vec<u8>> {
    let color_space = if channels == 1 { ColorSpaceType::GRAYSCALE } else { ColorSpaceType::RGB };
    let image = ImageProperties { color_space, default_size: None };
    let content_properties = Some(ContentProperties::from(image));
    let unit = |(mean, std)| {
        let options = NormalizationOptions { mean, std };
        ProcessUnit { options: Some(ProcessUnitOptions::from(options)) }
    };
    let input = TensorMetadata {
        name: "image".to_owned(),
        content: Some(Content { content_properties, range: None }),
        process_units: normalization(steps).map(unit).into_iter().collect(),
        ..TensorMetadata::default()
    };
    let labels = AssociatedFile {
        name: LABELS.to_owned(),
        type_: AssociatedFileType::TENSOR_AXIS_LABELS,
        ..AssociatedFile::default()
    };
    let output = TensorMetadata {
        name: "score".to_owned(),
        associated_files: vec![labels],
        ..TensorMetadata::default()
    };
    let graph = SubGraphMetadata {
        input_tensor_metadata: vec![input],
        output_tensor_metadata: vec![output],
        ..SubGraphMetadata::default()
    };
    let table =
        ModelMetadata { name: name.to_owned(), subgraph_metadata: vec![graph], ..ModelMetadata::default() };
    table.write().map_err(internal)
}

/// A model file with the names of its classes in an archive at the end.
pub(crate) fn with_labels(model: Vec<u8>, classes: &[String]) -> Result<Vec<u8>> {
    let end = model.len() as u64;
    let mut file = Cursor::new(model);
    file.set_position(end);
    let mut archive = ZipWriter::new(file);
    // A fixed date: the same weights make the same file.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    archive.start_file(LABELS, options).map_err(internal)?;
    classes.iter().try_for_each(|class| writeln!(archive, "{class}")).map_err(internal)?;
    Ok(archive.finish().map_err(internal)?.into_inner())
}

/// Mean and deviation in units of 0 to 255, if the steps end with a normalization.
fn normalization(steps: &[Step]) -> Option<(Vec<f32>, Vec<f32>)> {
    match steps.last()? {
        Step::Normalize { mean, std } => Some((mean.clone(), std.clone())),
        Step::Scale { low, high } => {
            let std = 255.0 / (high - low);
            Some((vec![-low * std], vec![std]))
        }
        _ => None,
    }
}

fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Internal, error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use featherlite_schema::metadata::{ModelMetadata, NormalizationOptions as View};

    use super::*;

    #[test]
    fn cards_say_how_pixels_are_scaled_and_name_the_classes() {
        let card = metadata("net", 1, &[Step::SwapRedBlue, Step::Scale { low: -1.0, high: 1.0 }]).unwrap();
        let card = ModelMetadata::read(&card).unwrap();
        let graph = card.subgraph_metadata().get(0).unwrap();
        let unit = graph.input_tensor_metadata().get(0).unwrap().process_units().get(0).unwrap();
        let options = unit.options::<View<'_>>().unwrap();
        assert_eq!((options.mean().to_vec(), options.std().to_vec()), (vec![127.5], vec![127.5]));

        let classes = ["coat".to_owned(), "bag".to_owned()];
        let file = with_labels(vec![7; 100], &classes).unwrap();
        assert_eq!(file, with_labels(vec![7; 100], &classes).unwrap());
        let mut archive = zip::ZipArchive::new(Cursor::new(&file)).unwrap();
        let name = graph.output_tensor_metadata().get(0).unwrap().associated_files().get(0).unwrap().name();
        let mut text = String::new();
        archive.by_name(name.unwrap()).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "coat\nbag\n");
    }
}
