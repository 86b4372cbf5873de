use std::fs::File;

use featherlite_data::npy::{self, Array};
use featherlite_data::{Dataset, Image, Part, Size, Split};

use crate::fixtures::{Folder, bytes, floats, numbers};

fn image(split: &Split, sample: usize) -> Vec<f32> {
    let mut image = Image::default();
    split.read(sample, &mut image).unwrap();
    image.pixels
}

#[test]
fn archives_of_all_parts() {
    let folder = Folder::new("npz");
    let path = folder.npz(
        "data.npz",
        &[
            ("x_train", bytes(&[2, 1, 2], vec![1, 2, 3, 4])),
            ("y_train", numbers(&[2, 1], &[1, 0])),
            ("test_images", floats(&[1, 1, 2, 3], &[0.0, 0.2, 0.4, 0.6, 0.8, 1.0])),
            ("test_labels", bytes(&[1], vec![2])),
            ("x_val", floats(&[1, 3, 1, 2], &[-1.0, 2.0, -3.0, 4.0, -5.0, 6.0])),
            ("y_val", floats(&[1, 3], &[0.1, 0.1, 0.8])),
        ],
    );
    let dataset = Dataset::open(&path).unwrap();
    assert_eq!(dataset.classes.len(), 3);
    let [train, validation, test] = Part::ALL.map(|part| dataset.part(part).unwrap());
    assert_eq!(image(train, 1), [3.0, 4.0]);
    assert_eq!((train.label(0), train.label(1), validation.label(0), test.label(0)), (1, 0, 2, 2));
    // Numbers from 0 to 1 become pixels, others stay; planes become pixels.
    assert_eq!(image(test, 0), [0.0, 51.0, 102.0, 153.0, 204.0, 255.0]);
    assert_eq!(test.size(), Some(Size { height: 1, width: 2, channels: 3 }));
    assert_eq!(image(validation, 0), [-1.0, -3.0, -5.0, 2.0, 4.0, 6.0]);
}

#[test]
fn folders_of_arrays() {
    let folder = Folder::new("npy");
    for (name, array) in [("images", bytes(&[2, 1, 1], vec![8, 9])), ("labels", numbers(&[2], &[0, 1]))] {
        npy::write(File::create(folder.path().join(format!("{name}.npy"))).unwrap(), &array).unwrap();
    }
    let dataset = Dataset::open(folder.path()).unwrap();
    assert_eq!(image(dataset.train().unwrap(), 1), [9.0]);
}

#[test]
fn arrays_without_sense_are_errors() {
    let x = || bytes(&[2, 1, 1], vec![8, 9]);
    let cases: [(&[(&str, Array)], &str); 7] = [
        (&[("x", x())], "images without labels among x"),
        (&[("y", x())], "y: shape [2, 1, 1] is none of labels"),
        (&[("a", x()), ("b", x())], "among a, b"),
        (&[("x", x()), ("y", numbers(&[1], &[0]))], "2 images, but 1 labels"),
        (&[("x", x()), ("y", numbers(&[2], &[0, -1]))], "y: -1 is no class"),
        (
            &[("x", bytes(&[2, 2], vec![0; 4])), ("y", numbers(&[2], &[0, 1]))],
            "x: shape [2, 2] is none of images",
        ),
        (&[("x", bytes(&[2, 0, 1], vec![])), ("y", numbers(&[2], &[0, 1]))], "has no pixels"),
    ];
    let folder = Folder::new("arrays");
    for (arrays, expected) in cases {
        let path = folder.npz("data.npz", arrays);
        let error = Dataset::open(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let path = folder.write("data.npz", b"rubbish");
    assert!(Dataset::open(&path).is_err());
    // An array that claims to be huge.
    let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (9999999999999,), }\n";
    let mut file = b"\x93NUMPY\x01\0".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    folder.write("npy/x.npy", &file);
    let error = Dataset::open(&folder.path().join("npy")).unwrap_err().to_string();
    assert!(error.contains("ends after 0 of 9999999999999 bytes"), "{error}");
}
