//! Which output of a model stands for which class of a dataset.

use anyhow::Result;

use crate::exit::usage;

/// The outputs of a dataset's classes.
pub(super) struct Classes {
    /// The output of each class.
    pub(super) outputs: Vec<usize>,
    /// What a user should know.
    pub(super) note: Option<String>,
}

impl Classes {
    /// Finds classes among a model's labels by name, or as numbers, or by their order.
    pub(super) fn find(
        classes: &[String],
        labels: &[String],
        outputs: usize,
        offset: Option<usize>,
    ) -> Result<Self> {
        let (found, note) = match (by_name(classes, labels), by_number(classes)) {
            (Some(found), _) if offset.is_none() => (found, None),
            (_, numbers) => {
                let is_one_more = outputs == classes.len() + 1 && classes.len() > 1;
                let first = offset.unwrap_or(usize::from(is_one_more));
                let numbers = match numbers {
                    Some(numbers) => numbers,
                    None if outputs == classes.len() + first || offset.is_some() => {
                        (0..classes.len()).collect()
                    }
                    None => return Err(no_order(classes, labels, outputs)),
                };
                let note = (offset.is_none() && is_one_more).then(|| {
                    format!(
                        "{outputs} outputs for {} classes: output 1 is taken for the first class",
                        classes.len()
                    )
                });
                (numbers.into_iter().map(|number| number.saturating_add(first)).collect::<Vec<_>>(), note)
            }
        };
        match found.iter().position(|&output| output >= outputs) {
            None => Ok(Self { outputs: found, note }),
            Some(class) => Err(usage(format!(
                "class {:?} would be output {}, but the model has {outputs} outputs",
                classes[class], found[class]
            ))),
        }
    }
}

fn no_order(classes: &[String], labels: &[String], outputs: usize) -> anyhow::Error {
    let missing = classes.iter().find(|class| !labels.iter().any(|label| is_same(class, label)));
    let why = match (labels.is_empty(), missing) {
        (false, Some(class)) => format!("class {class:?} is not among its labels"),
        _ => "it has no labels to find them by".to_owned(),
    };
    usage(format!(
        "the model has {outputs} outputs, the dataset {} classes, and {why}; --labels FILE names the outputs, --label-offset N \
         says that classes follow each other from output N on",
        classes.len()
    ))
}

/// The labels of the same names, if all classes have one.
fn by_name(classes: &[String], labels: &[String]) -> Option<Vec<usize>> {
    classes.iter().map(|class| labels.iter().position(|label| is_same(class, label))).collect()
}

fn by_number(classes: &[String]) -> Option<Vec<usize>> {
    classes.iter().map(|class| class.parse().ok()).collect()
}

/// Folders can not be called all that labels can: only letters and digits count.
fn is_same(class: &str, label: &str) -> bool {
    let letters = |text: &str| -> Vec<char> {
        text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    class == label || (!letters(class).is_empty() && letters(class) == letters(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn find(
        classes: &str,
        labels: &str,
        outputs: usize,
        offset: Option<usize>,
    ) -> Result<Vec<usize>, String> {
        let found = Classes::find(&names(classes), &names(labels), outputs, offset);
        found.map(|classes| classes.outputs).map_err(|error| error.to_string())
    }

    #[test]
    fn classes_are_found_by_name_number_or_order() {
        assert_eq!(find("cat T-shirt_Top", "dog t-shirt/top cat", 3, None), Ok(vec![2, 1]));
        assert_eq!(find("0 1 10 2", "", 11, None), Ok(vec![0, 1, 10, 2]));
        assert_eq!(find("0 1 2", "", 4, None), Ok(vec![1, 2, 3]));
        assert_eq!(find("0 1 2", "", 10, None), Ok(vec![0, 1, 2]));
        assert_eq!(find("a b", "", 2, None), Ok(vec![0, 1]));
        assert_eq!(find("a b", "", 3, None), Ok(vec![1, 2]));
        assert_eq!(find("a b", "", 9, Some(4)), Ok(vec![4, 5]));
        assert!(
            find("a b", "", 9, None)
                .unwrap_err()
                .contains("9 outputs, the dataset 2 classes, and it has no labels")
        );
        assert!(find("a b", "a c", 9, None).unwrap_err().contains("class \"b\" is not among its labels"));
        assert!(find("0 7", "", 5, None).unwrap_err().contains("class \"7\" would be output 7"));
    }
}
