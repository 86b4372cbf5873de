use featherlite_data::{Dataset, ErrorKind, Holdout, Image, Part};

use crate::fixtures::Folder;

fn message(folder: &Folder) -> String {
    Dataset::open(folder.path()).unwrap_err().to_string()
}

#[test]
fn each_class_has_a_folder() {
    let folder = Folder::new("classes");
    folder.picture("dog/b.PNG", 2, 3, 20);
    folder.picture("dog/a.png", 2, 3, 10);
    folder.picture("cat/deep/er/c.png", 2, 3, 30);
    folder.picture("cat/.hidden.png", 2, 3, 0);
    folder.write("cat/readme.txt", b"");
    folder.write("bird/readme.txt", b"");
    let dataset = Dataset::open(folder.path()).unwrap();
    assert_eq!(dataset.classes, ["bird", "cat", "dog"]);
    let train = dataset.train().unwrap();
    assert_eq!((0..train.len()).map(|sample| train.label(sample)).collect::<Vec<_>>(), [1, 2, 2]);
    let mut image = Image::default();
    for (sample, grey) in [30.0, 10.0, 20.0].into_iter().enumerate() {
        train.read(sample, &mut image).unwrap();
        assert_eq!((image.size.height, image.size.width, image.size.channels), (2, 3, 1));
        assert_eq!(image.pixels, [grey; 6]);
    }
    assert!(train.name(1).ends_with("a.png"));
    assert!(dataset.notes.iter().any(|note| note.contains("2 files are no pictures")), "{:?}", dataset.notes);
    assert!(dataset.notes.iter().any(|note| note.contains("no images of class \"bird\" in the train part")));
    assert!(dataset.part(Part::Test).is_none());
}

#[test]
fn parts_have_folders_of_classes() {
    let folder = Folder::new("parts");
    for name in
        ["train/a/1.png", "train/b/1.png", "train/b/2.png", "val/b/3.png", "test/a/4.png", "test/b/5.png"]
    {
        folder.picture(name, 1, 1, 0);
    }
    let dataset = Dataset::open(folder.path()).unwrap();
    let counts = Part::ALL.map(|part| dataset.part(part).unwrap().class_counts(2));
    assert_eq!(counts, [vec![1, 2], vec![0, 1], vec![1, 1]]);
    assert_eq!(dataset.notes, ["no images of class \"a\" in the validation part"]);
}

#[test]
fn samples_are_held_out() {
    let folder = Folder::new("holdout");
    for index in 0..10 {
        folder.picture(&format!("{}/{index}.png", index % 2), 1, 1, index);
    }
    let whole = Dataset::open(folder.path()).unwrap();
    let names = |dataset: &Dataset, part: Part| {
        let split = dataset.part(part).unwrap();
        (0..split.len()).map(|sample| split.name(sample).into_owned()).collect::<Vec<_>>()
    };
    let all = names(&whole, Part::Train);
    let mut last = whole.clone();
    last.hold_out(Holdout::Last(3)).unwrap();
    assert_eq!(names(&last, Part::Train), all[..7]);
    assert_eq!(names(&last, Part::Validation), all[7..]);
    let mut drawn = whole.clone();
    drawn.hold_out(Holdout::Random(4, 1)).unwrap();
    let mut both = [names(&drawn, Part::Train), names(&drawn, Part::Validation)].concat();
    assert_ne!(names(&drawn, Part::Validation), all[6..]);
    both.sort();
    let mut sorted = all.clone();
    sorted.sort();
    assert_eq!(both, sorted);
    let mut again = whole.clone();
    again.hold_out(Holdout::Random(4, 1)).unwrap();
    assert_eq!(names(&again, Part::Validation), names(&drawn, Part::Validation));
    assert!(again.hold_out(Holdout::Last(1)).unwrap_err().to_string().contains("already"));
    assert!(whole.clone().hold_out(Holdout::Last(10)).unwrap_err().to_string().contains("10 of 10"));
    let split = whole.part(Part::Train).unwrap();
    assert_eq!((split.limit(3).len(), split.limit(30).len()), (3, 10));
}

#[test]
fn what_is_no_dataset_is_said() {
    let folder = Folder::new("nothing");
    assert!(message(&folder).contains("there are no images"));
    folder.picture("a.png", 1, 1, 0);
    assert!(message(&folder).contains("1 pictures without classes"));
    folder.write("class/readme.txt", b"");
    assert!(message(&folder).contains("there are no pictures in the folders"));
    folder.picture("class/a.png", 1, 1, 0);
    let dataset = Dataset::open(folder.path()).unwrap();
    assert!(dataset.train().unwrap_err().to_string().contains("a single class, \"class\""));
    assert_eq!(Dataset::open(&folder.path().join("absent")).unwrap_err().kind(), ErrorKind::Read);
    assert_eq!(Dataset::open(&folder.path().join("a.png")).unwrap_err().kind(), ErrorKind::Unsupported);
    let folder = Folder::new("twice");
    folder.picture("val/a/1.png", 1, 1, 0);
    folder.picture("validation/a/1.png", 1, 1, 0);
    assert!(message(&folder).contains("two folders for the validation part"));
}
