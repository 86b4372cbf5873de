//! Models that are built in memory, from file to result.

use featherlite::operator::{Custom, Error, Io, Kernel, Node, Outputs, Plan};
use featherlite::schema::metadata::{self, owned as described};
use featherlite::schema::owned::Placement;
use featherlite::{ErrorKind, Kernels, Model, Session, SessionOptions};
use featherlite_suite::models;
use featherlite_testkit::{ModelBuilder, Random};

type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

fn session(model: &ModelBuilder) -> Result<Session> {
    Ok(featherlite::from_bytes(model.build())?.session()?)
}

/// The convolution of [`models::conv_relu`], as it is defined.
fn convolve(image: &[f32]) -> Vec<f32> {
    let (filter, bias) = models::filter();
    let mut out = Vec::new();
    for (y, x) in (0..9).map(|place| (place / 3, place % 3)) {
        for channel in 0..4 {
            let mut sum = f64::from(bias[channel]);
            for (ky, kx, depth) in (0..18).map(|tap| (tap / 6, tap / 2 % 3, tap % 2)) {
                // Padding is 1 on every side.
                let (row, column) = (2 * y + ky, 2 * x + kx);
                if (1..6).contains(&row) && (1..6).contains(&column) {
                    let pixel = image[((row - 1) * 5 + column - 1) * 2 + depth];
                    sum += f64::from(pixel) * f64::from(filter[channel * 18 + (ky * 3 + kx) * 2 + depth]);
                }
            }
            out.push(sum.max(0.0) as f32);
        }
    }
    out
}

#[test]
fn a_convolution_gives_what_its_definition_says() -> Result {
    let image = Random::new(7).reals(50);
    let expected = convolve(&image);
    let file = models::conv_relu().build();
    for kernels in [Kernels::Fast, Kernels::Reference] {
        let model = featherlite::from_bytes(file.clone())?;
        let mut session = model.session_with(SessionOptions { kernels, threads: 2, ..Default::default() })?;
        let mut run = session.signature("serving_default")?;
        run.input_mut::<f32>("image")?.copy_from_slice(&image);
        run.run()?;
        let found: &[f32] = run.output("features")?.values()?;
        assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5), "{found:?} {expected:?}");
    }
    Ok(())
}

#[test]
fn an_int8_convolution_is_close_to_the_real_one() -> Result {
    let image = Random::new(7).reals(50);
    let expected = convolve(&image);
    let mut session = session(&models::conv_relu_int8())?;
    session.set_input_real(0, &image)?;
    session.run()?;
    let found = session.output(0)?.to_real()?;
    // Half a step of the output, and what rounding of 18 inputs and weights adds.
    assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 0.1), "{found:?} {expected:?}");
    Ok(())
}

#[test]
fn shapes_may_follow_inputs() -> Result {
    let mut session = session(&models::dynamic())?;
    for rows in [1usize, 4, 2] {
        session.resize_input(0, &[rows, 3])?;
        let numbers: Vec<f32> = (0..3 * rows).map(|number| number as f32).collect();
        session.input_mut::<f32>(0)?.copy_from_slice(&numbers);
        session.input_mut::<i32>(1)?[0] = 5 - rows as i32;
        session.run()?;
        assert_eq!(session.output(0)?.values::<f32>()?, numbers);
        assert_eq!(session.output(0)?.shape().dims(), [3 * rows]);
        assert_eq!(session.output(1)?.values::<i32>()?, (0..5 - rows as i32).collect::<Vec<_>>());
    }
    assert_eq!(
        session.resize_input(0, &[2, 2, 2, 2, 2, 2, 2, 2, 2]).unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    Ok(())
}

#[test]
fn variables_last_until_a_reset() -> Result {
    let mut session = session(&models::sum())?;
    for _ in 0..2 {
        for (number, expected) in [(1.0, 101.0), (2.5, 103.5), (-3.5, 100.0)] {
            session.input_mut::<f32>(0)?[0] = number;
            session.run()?;
            assert_eq!(session.output(0)?.values::<f32>()?, [expected]);
        }
        session.reset();
    }
    Ok(())
}

#[test]
fn loops_run_until_their_condition_fails() -> Result {
    let mut session = session(&models::climb())?;
    for (start, end) in [(1.0, 1201.0), (999.0, 1299.0), (1000.0, 1000.0)] {
        session.input_mut::<f32>(0)?[0] = start;
        session.run()?;
        assert_eq!(session.output(0)?.values::<f32>()?, [end]);
    }
    let model = featherlite::from_bytes(models::climb().build())?;
    let mut session = model.session_with(SessionOptions { step_limit: 100, ..Default::default() })?;
    session.input_mut::<f32>(0)?[0] = -1e9;
    assert_eq!(session.run().unwrap_err().kind(), ErrorKind::LimitReached);
    Ok(())
}

/// `y = factor * x`, with the factor in the operator's options.
struct Scale;

impl Custom for Scale {
    fn shapes(&self, node: &Node<'_>) -> Result<Outputs, Error> {
        Ok(Outputs::one(node.input(0)?.shape))
    }

    fn plan(&self, plan: &mut Plan<'_>) -> Result<Box<dyn Kernel>, Error> {
        let options = plan.node.custom_options.try_into().map(f32::from_le_bytes);
        let factor = options.map_err(|_| Error::invalid_model("Scale has no factor"))?;
        Ok(Box::new(move |io: &mut Io<'_>| {
            let (x, y) = (io.input::<f32>(0)?, io.output::<f32>(0)?);
            y.iter_mut().zip(x).for_each(|(y, x)| *y = factor * x);
            Ok(())
        }))
    }
}

#[test]
fn custom_operators_get_their_options() -> Result {
    let ops = featherlite::all_ops().with_custom("Scale", Scale);
    for placement in [Placement::Inside, Placement::Outside] {
        let mut session = Model::from_bytes(models::custom(-1.5).build_with(placement), &ops)?.session()?;
        session.input_mut::<f32>(0)?.copy_from_slice(&[2.0, 4.0]);
        session.run()?;
        assert_eq!(session.output(0)?.values::<f32>()?, [-3.0, -6.0]);
    }
    let error = session(&models::custom(1.0)).err().ok_or("a session without the operator")?.to_string();
    assert!(error.contains("Scale"), "{error}");
    Ok(())
}

#[test]
fn constants_may_follow_the_flatbuffer() -> Result {
    let image = Random::new(3).reals(50);
    let outputs = [Placement::Inside, Placement::Outside].map(|placement| -> Result<Vec<f32>> {
        let file = models::conv_relu().build_with(placement);
        let mut session = featherlite::from_bytes(file)?.session()?;
        session.input_mut::<f32>(0)?.copy_from_slice(&image);
        session.run()?;
        Ok(session.output(0)?.values::<f32>()?.to_vec())
    });
    let [inside, outside] = outputs;
    assert_eq!(inside?, outside?);
    Ok(())
}

#[test]
fn metadata_and_labels_are_found() -> Result {
    let tensor = described::TensorMetadata {
        name: "features".to_owned(),
        associated_files: vec![described::AssociatedFile {
            name: "labels.txt".to_owned(),
            type_: metadata::AssociatedFileType::TENSOR_AXIS_LABELS,
            ..Default::default()
        }],
        ..Default::default()
    };
    let normalization = described::NormalizationOptions { mean: vec![127.5], std: vec![127.5] };
    let image = described::TensorMetadata {
        process_units: vec![described::ProcessUnit { options: Some(normalization.into()) }],
        dimension_names: vec!["batch".to_owned(), "row".to_owned()],
        ..Default::default()
    };
    let graph = described::SubGraphMetadata {
        input_tensor_metadata: vec![image],
        output_tensor_metadata: vec![tensor],
        ..Default::default()
    };
    let described = described::ModelMetadata {
        name: "Edges".to_owned(),
        subgraph_metadata: vec![graph],
        ..Default::default()
    };
    let mut model = models::conv_relu();
    models::add_metadata(&mut model, metadata::NAME, &described.write()?);
    models::add_metadata(&mut model, "min_runtime_version", b"2.3.0\0");
    let mut file = model.build();
    append_archive(&mut file, "labels.txt", b"edge\r\ncorner\n");

    let model = featherlite::from_bytes(file)?;
    assert_eq!(model.schema().min_runtime_version(), Some("2.3.0"));
    let metadata = featherlite::metadata::Metadata::of(&model)?.ok_or("no metadata")?;
    assert_eq!(metadata.table().name(), Some("Edges"));
    let image = metadata.input(0).ok_or("no input")?;
    assert_eq!(image.dimension_names().iter().collect::<Vec<_>>(), ["batch", "row"]);
    let normalization = featherlite::metadata::Normalization::of(image).ok_or("no normalization")?;
    assert_eq!((normalization.mean, normalization.std), (vec![127.5], vec![127.5]));
    let labels = metadata.labels(metadata.output(0).ok_or("no output")?)?;
    assert_eq!(labels.as_deref(), Some(&["edge".to_owned(), "corner".to_owned()][..]));
    Ok(())
}

/// Appends a ZIP archive of one file, stored as it is.
fn append_archive(out: &mut Vec<u8>, name: &str, contents: &[u8]) {
    let start = out.len() as u32;
    let (size, name_size) = ((contents.len() as u32).to_le_bytes(), (name.len() as u16).to_le_bytes());
    let entry =
        [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &size, &size, &name_size, &[0; 2]].concat();
    out.extend([b"PK\x03\x04", &entry[..], name.as_bytes(), contents].concat());
    let directory = out.len() as u32;
    let record =
        [b"PK\x01\x02\x14\x00", &entry[..], &[0; 10], &start.to_le_bytes(), name.as_bytes()].concat();
    out.extend(&record);
    let (record, directory) = ((record.len() as u32).to_le_bytes(), directory.to_le_bytes());
    out.extend([b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &record[..], &directory, &[0; 2]].concat());
}
