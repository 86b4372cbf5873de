use featherlite_data::{Dataset, ErrorKind, Image, Part, Size};

use crate::fixtures::{Folder, gzip, idx};

fn mnist(name: &str) -> Folder {
    let folder = Folder::new(name);
    let images: Vec<u8> = (0..3 * 2 * 4).collect();
    folder.write("train-images-idx3-ubyte", &idx(&[3, 2, 4], &images));
    folder.write("train-labels-idx1-ubyte", &idx(&[3], &[2, 0, 1]));
    folder.write("t10k-images-idx3-ubyte.gz", &gzip(&idx(&[1, 2, 4], &images[..8])));
    folder.write("t10k-labels-idx1-ubyte.gz", &gzip(&idx(&[1], &[3])));
    folder
}

#[test]
fn plain_and_compressed_files_are_read() {
    let folder = mnist("mnist");
    let dataset = Dataset::open(folder.path()).unwrap();
    assert_eq!(dataset.classes, ["0", "1", "2", "3"]);
    let (train, test) = (dataset.part(Part::Train).unwrap(), dataset.part(Part::Test).unwrap());
    assert_eq!((train.len(), test.len()), (3, 1));
    assert_eq!(train.size(), Some(Size { height: 2, width: 4, channels: 1 }));
    let mut image = Image::default();
    train.read(2, &mut image).unwrap();
    assert_eq!(image.pixels, [16.0, 17.0, 18.0, 19.0, 20.0, 21.0, 22.0, 23.0]);
    assert_eq!((train.label(2), test.label(0)), (1, 3));
    // One file on its own, and names of classes.
    folder.write("labels.txt", b"zero\none\ntwo\nthree\nfour\n");
    let dataset = Dataset::open(&folder.path().join("t10k-images-idx3-ubyte.gz")).unwrap();
    assert_eq!((dataset.classes[3].as_str(), dataset.classes.len()), ("three", 5));
    assert!(dataset.part(Part::Train).is_none() && dataset.part(Part::Test).is_some());
    folder.write("labels.txt", b"zero\n");
    assert!(Dataset::open(folder.path()).unwrap_err().to_string().contains("1 names for 4 classes"));
}

#[test]
fn damaged_files_are_errors() {
    let good = idx(&[3, 2, 4], &[0; 24]);
    let cases: [(&[u8], &str); 6] = [
        (&good[..20], "ends after"),
        (&good[..7], "failed to fill"),
        (b"\0\0\x0d\x03", "elements of kind 0xd"),
        (b"PK\x03\x04rubbish", "not a file of the MNIST family"),
        (&idx(&[u32::MAX, u32::MAX, u32::MAX], &[]), "too large"),
        (&idx(&[3, 0, 4], &[]), "0 x 4"),
    ];
    for (bytes, expected) in cases {
        let folder = mnist("damaged");
        folder.write("train-images-idx3-ubyte", bytes);
        let error = Dataset::open(folder.path()).unwrap_err();
        assert!(
            error.to_string().contains(expected) && error.to_string().contains("train-images"),
            "{error}"
        );
    }
    let folder = mnist("short");
    folder.write("train-labels-idx1-ubyte", &idx(&[2], &[0, 1]));
    assert!(Dataset::open(folder.path()).unwrap_err().to_string().contains("3 images, but 2 labels"));
    std::fs::remove_file(folder.path().join("train-labels-idx1-ubyte")).unwrap();
    assert_eq!(Dataset::open(folder.path()).unwrap_err().kind(), ErrorKind::Invalid);
    folder.write("t10k-images-idx3-ubyte.gz", &gzip(&good)[..20]);
    assert!(Dataset::open(folder.path()).is_err());
}
