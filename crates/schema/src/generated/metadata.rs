// @generated from `metadata.fbs` by `cargo xtask gen`; do not edit.
//! Views of the tables, enums, and the layouts that verification walks.

#![allow(dead_code, non_upper_case_globals, unused_imports)]

use core::fmt;

use crate::table::{Scalar, Strings, Table, Tables, Variant, Vector};
use crate::verify::{Kind, Layout, field};

/// What a file of the format has in its bytes 4 to 7.
pub(crate) const IDENTIFIER: [u8; 4] = *b"M001";

/// The layout of the root table.
pub(crate) static ROOT: &Layout = &LAYOUT_OF_MODEL_METADATA;

/// What an associated file is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct AssociatedFileType(pub i8);

impl AssociatedFileType {
    /// `UNKNOWN`.
    pub const UNKNOWN: Self = Self(0);
    /// Text for people.
    pub const DESCRIPTIONS: Self = Self(1);
    /// A label a line for each index of the tensor's last axis.
    pub const TENSOR_AXIS_LABELS: Self = Self(2);
    /// A label a line for each value that an element can have.
    pub const TENSOR_VALUE_LABELS: Self = Self(3);
    /// Lines of scale, slope, offset and perhaps least score, for each index of the tensor's last axis.
    pub const TENSOR_AXIS_SCORE_CALIBRATION: Self = Self(4);
    /// A word a line.
    pub const VOCABULARY: Self = Self(5);
    /// `SCANN_INDEX_FILE`.
    pub const SCANN_INDEX_FILE: Self = Self(6);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::UNKNOWN, "UNKNOWN"),
        (Self::DESCRIPTIONS, "DESCRIPTIONS"),
        (Self::TENSOR_AXIS_LABELS, "TENSOR_AXIS_LABELS"),
        (Self::TENSOR_VALUE_LABELS, "TENSOR_VALUE_LABELS"),
        (Self::TENSOR_AXIS_SCORE_CALIBRATION, "TENSOR_AXIS_SCORE_CALIBRATION"),
        (Self::VOCABULARY, "VOCABULARY"),
        (Self::SCANN_INDEX_FILE, "SCANN_INDEX_FILE"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for AssociatedFileType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "AssociatedFileType({})", self.0),
        }
    }
}

impl Scalar for AssociatedFileType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Values of the format's `ColorSpaceType`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ColorSpaceType(pub i8);

impl ColorSpaceType {
    /// `UNKNOWN`.
    pub const UNKNOWN: Self = Self(0);
    /// `RGB`.
    pub const RGB: Self = Self(1);
    /// `GRAYSCALE`.
    pub const GRAYSCALE: Self = Self(2);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::UNKNOWN, "UNKNOWN"), (Self::RGB, "RGB"), (Self::GRAYSCALE, "GRAYSCALE")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for ColorSpaceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "ColorSpaceType({})", self.0),
        }
    }
}

impl Scalar for ColorSpaceType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// What the four numbers of a bounding box are, in this order unless an index says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct BoundingBoxType(pub i8);

impl BoundingBoxType {
    /// `UNKNOWN`.
    pub const UNKNOWN: Self = Self(0);
    /// Left, top, right, bottom.
    pub const BOUNDARIES: Self = Self(1);
    /// Left, top, width, height.
    pub const UPPER_LEFT: Self = Self(2);
    /// Centre x, centre y, width, height.
    pub const CENTER: Self = Self(3);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::UNKNOWN, "UNKNOWN"),
        (Self::BOUNDARIES, "BOUNDARIES"),
        (Self::UPPER_LEFT, "UPPER_LEFT"),
        (Self::CENTER, "CENTER"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for BoundingBoxType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "BoundingBoxType({})", self.0),
        }
    }
}

impl Scalar for BoundingBoxType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Values of the format's `CoordinateType`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CoordinateType(pub i8);

impl CoordinateType {
    /// From 0 to 1.
    pub const RATIO: Self = Self(0);
    /// `PIXEL`.
    pub const PIXEL: Self = Self(1);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[(Self::RATIO, "RATIO"), (Self::PIXEL, "PIXEL")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for CoordinateType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "CoordinateType({})", self.0),
        }
    }
}

impl Scalar for CoordinateType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// A function of scores before they are calibrated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ScoreTransformationType(pub i8);

impl ScoreTransformationType {
    /// `IDENTITY`.
    pub const IDENTITY: Self = Self(0);
    /// `LOG`.
    pub const LOG: Self = Self(1);
    /// `INVERSE_LOGISTIC`.
    pub const INVERSE_LOGISTIC: Self = Self(2);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] =
        &[(Self::IDENTITY, "IDENTITY"), (Self::LOG, "LOG"), (Self::INVERSE_LOGISTIC, "INVERSE_LOGISTIC")];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for ScoreTransformationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "ScoreTransformationType({})", self.0),
        }
    }
}

impl Scalar for ScoreTransformationType {
    const SIZE: usize = i8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(i8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Members of the format's union `ContentProperties`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ContentProperties(pub u8);

impl ContentProperties {
    /// No table.
    pub const NONE: Self = Self(0);
    /// [`FeatureProperties`](struct@FeatureProperties).
    pub const FeatureProperties: Self = Self(1);
    /// [`ImageProperties`](struct@ImageProperties).
    pub const ImageProperties: Self = Self(2);
    /// [`BoundingBoxProperties`](struct@BoundingBoxProperties).
    pub const BoundingBoxProperties: Self = Self(3);
    /// [`AudioProperties`](struct@AudioProperties).
    pub const AudioProperties: Self = Self(4);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::NONE, "NONE"),
        (Self::FeatureProperties, "FeatureProperties"),
        (Self::ImageProperties, "ImageProperties"),
        (Self::BoundingBoxProperties, "BoundingBoxProperties"),
        (Self::AudioProperties, "AudioProperties"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for ContentProperties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "ContentProperties({})", self.0),
        }
    }
}

impl Scalar for ContentProperties {
    const SIZE: usize = u8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// Members of the format's union `ProcessUnitOptions`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ProcessUnitOptions(pub u8);

impl ProcessUnitOptions {
    /// No table.
    pub const NONE: Self = Self(0);
    /// [`NormalizationOptions`](struct@NormalizationOptions).
    pub const NormalizationOptions: Self = Self(1);
    /// [`ScoreCalibrationOptions`](struct@ScoreCalibrationOptions).
    pub const ScoreCalibrationOptions: Self = Self(2);
    /// [`ScoreThresholdingOptions`](struct@ScoreThresholdingOptions).
    pub const ScoreThresholdingOptions: Self = Self(3);
    /// [`BertTokenizerOptions`](struct@BertTokenizerOptions).
    pub const BertTokenizerOptions: Self = Self(4);
    /// [`SentencePieceTokenizerOptions`](struct@SentencePieceTokenizerOptions).
    pub const SentencePieceTokenizerOptions: Self = Self(5);
    /// [`RegexTokenizerOptions`](struct@RegexTokenizerOptions).
    pub const RegexTokenizerOptions: Self = Self(6);

    /// All that are known, with their names.
    pub const KNOWN: &'static [(Self, &'static str)] = &[
        (Self::NONE, "NONE"),
        (Self::NormalizationOptions, "NormalizationOptions"),
        (Self::ScoreCalibrationOptions, "ScoreCalibrationOptions"),
        (Self::ScoreThresholdingOptions, "ScoreThresholdingOptions"),
        (Self::BertTokenizerOptions, "BertTokenizerOptions"),
        (Self::SentencePieceTokenizerOptions, "SentencePieceTokenizerOptions"),
        (Self::RegexTokenizerOptions, "RegexTokenizerOptions"),
    ];

    /// Its name, if it is known.
    pub fn name(self) -> Option<&'static str> {
        Self::KNOWN.iter().find(|(value, _)| *value == self).map(|(_, name)| *name)
    }

    /// What has this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::KNOWN.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

impl fmt::Debug for ProcessUnitOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "ProcessUnitOptions({})", self.0),
        }
    }
}

impl Scalar for ProcessUnitOptions {
    const SIZE: usize = u8::SIZE;

    fn read(bytes: &[u8]) -> Self {
        Self(u8::read(bytes))
    }

    fn bytes(self) -> [u8; 8] {
        self.0.bytes()
    }
}

/// A file in the archive that follows the model in its file.
#[derive(Clone, Copy, Debug, Default)]
pub struct AssociatedFile<'a>(Table<'a>);

impl<'a> From<Table<'a>> for AssociatedFile<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> AssociatedFile<'a> {
    /// Its name in the archive.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `description`.
    pub fn description(self) -> Option<&'a str> {
        self.0.string(1)
    }

    /// The field `type`.
    pub fn type_(self) -> AssociatedFileType {
        self.0.scalar(2, AssociatedFileType::UNKNOWN)
    }

    /// Its language, such as `en` or `en-US`.
    pub fn locale(self) -> Option<&'a str> {
        self.0.string(3)
    }

    /// The field `version`.
    pub fn version(self) -> Option<&'a str> {
        self.0.string(4)
    }
}

/// A tensor of plain features.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeatureProperties<'a>(Table<'a>);

impl<'a> From<Table<'a>> for FeatureProperties<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for FeatureProperties<'a> {
    type Union = ContentProperties;
    const TAG: ContentProperties = ContentProperties::FeatureProperties;
}

/// The format's table `ImageSize`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImageSize<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ImageSize<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> ImageSize<'a> {
    /// The field `width`.
    pub fn width(self) -> u32 {
        self.0.scalar(0, 0)
    }

    /// The field `height`.
    pub fn height(self) -> u32 {
        self.0.scalar(1, 0)
    }
}

/// A tensor of images.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImageProperties<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ImageProperties<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ImageProperties<'a> {
    type Union = ContentProperties;
    const TAG: ContentProperties = ContentProperties::ImageProperties;
}

impl<'a> ImageProperties<'a> {
    /// The field `color_space`.
    pub fn color_space(self) -> ColorSpaceType {
        self.0.scalar(0, ColorSpaceType::UNKNOWN)
    }

    /// The size to use where the tensor's is not fixed.
    pub fn default_size(self) -> Option<ImageSize<'a>> {
        self.0.table(1)
    }
}

/// A tensor of sound.
#[derive(Clone, Copy, Debug, Default)]
pub struct AudioProperties<'a>(Table<'a>);

impl<'a> From<Table<'a>> for AudioProperties<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for AudioProperties<'a> {
    type Union = ContentProperties;
    const TAG: ContentProperties = ContentProperties::AudioProperties;
}

impl<'a> AudioProperties<'a> {
    /// Samples in a second.
    pub fn sample_rate(self) -> u32 {
        self.0.scalar(0, 0)
    }

    /// The field `channels`.
    pub fn channels(self) -> u32 {
        self.0.scalar(1, 0)
    }
}

/// A tensor of bounding boxes.
#[derive(Clone, Copy, Debug, Default)]
pub struct BoundingBoxProperties<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BoundingBoxProperties<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BoundingBoxProperties<'a> {
    type Union = ContentProperties;
    const TAG: ContentProperties = ContentProperties::BoundingBoxProperties;
}

impl<'a> BoundingBoxProperties<'a> {
    /// The place of each of the four numbers of the type; empty if they are in order.
    pub fn index(self) -> Vector<'a, u32> {
        self.0.vector(0)
    }

    /// The field `type`.
    pub fn type_(self) -> BoundingBoxType {
        self.0.scalar(1, BoundingBoxType::UNKNOWN)
    }

    /// The field `coordinate_type`.
    pub fn coordinate_type(self) -> CoordinateType {
        self.0.scalar(2, CoordinateType::RATIO)
    }
}

/// A range of dimensions.
#[derive(Clone, Copy, Debug, Default)]
pub struct ValueRange<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ValueRange<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> ValueRange<'a> {
    /// The field `min`.
    pub fn min(self) -> i32 {
        self.0.scalar(0, 0)
    }

    /// The field `max`.
    pub fn max(self) -> i32 {
        self.0.scalar(1, 0)
    }
}

/// What a tensor holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Content<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Content<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Content<'a> {
    /// Which table `content_properties` is.
    pub fn content_properties_type(self) -> ContentProperties {
        self.0.scalar(0, ContentProperties::NONE)
    }

    pub(crate) fn content_properties_table(self) -> Option<Table<'a>> {
        self.0.table(1)
    }

    /// The field `content_properties`.
    /// `None` also if it is another table of the union.
    pub fn content_properties<V: Variant<'a, Union = ContentProperties>>(self) -> Option<V> {
        self.0.variant(self.content_properties_type(), 1)
    }

    /// The dimensions of one such thing; all but the first if absent.
    pub fn range(self) -> Option<ValueRange<'a>> {
        self.0.table(2)
    }
}

/// `(x - mean) / std`, with a value each for every channel or for all.
#[derive(Clone, Copy, Debug, Default)]
pub struct NormalizationOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for NormalizationOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for NormalizationOptions<'a> {
    type Union = ProcessUnitOptions;
    const TAG: ProcessUnitOptions = ProcessUnitOptions::NormalizationOptions;
}

impl<'a> NormalizationOptions<'a> {
    /// The field `mean`.
    pub fn mean(self) -> Vector<'a, f32> {
        self.0.vector(0)
    }

    /// The field `std`.
    pub fn std(self) -> Vector<'a, f32> {
        self.0.vector(1)
    }
}

/// Calibration of scores by sigmoids, the parameters of which are in an associated file.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScoreCalibrationOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ScoreCalibrationOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ScoreCalibrationOptions<'a> {
    type Union = ProcessUnitOptions;
    const TAG: ProcessUnitOptions = ProcessUnitOptions::ScoreCalibrationOptions;
}

impl<'a> ScoreCalibrationOptions<'a> {
    /// The field `score_transformation`.
    pub fn score_transformation(self) -> ScoreTransformationType {
        self.0.scalar(0, ScoreTransformationType::IDENTITY)
    }

    /// The score where there are no parameters or the raw one is too low.
    pub fn default_score(self) -> f32 {
        self.0.scalar(1, 0.0)
    }
}

/// A threshold for scores.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScoreThresholdingOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ScoreThresholdingOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for ScoreThresholdingOptions<'a> {
    type Union = ProcessUnitOptions;
    const TAG: ProcessUnitOptions = ProcessUnitOptions::ScoreThresholdingOptions;
}

impl<'a> ScoreThresholdingOptions<'a> {
    /// The field `global_score_threshold`.
    pub fn global_score_threshold(self) -> f32 {
        self.0.scalar(0, 0.0)
    }
}

/// The format's table `BertTokenizerOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct BertTokenizerOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for BertTokenizerOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for BertTokenizerOptions<'a> {
    type Union = ProcessUnitOptions;
    const TAG: ProcessUnitOptions = ProcessUnitOptions::BertTokenizerOptions;
}

impl<'a> BertTokenizerOptions<'a> {
    /// The field `vocab_file`.
    pub fn vocab_file(self) -> Tables<'a, AssociatedFile<'a>> {
        self.0.tables(0)
    }
}

/// The format's table `SentencePieceTokenizerOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct SentencePieceTokenizerOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SentencePieceTokenizerOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for SentencePieceTokenizerOptions<'a> {
    type Union = ProcessUnitOptions;
    const TAG: ProcessUnitOptions = ProcessUnitOptions::SentencePieceTokenizerOptions;
}

impl<'a> SentencePieceTokenizerOptions<'a> {
    /// The field `sentence_piece_model`.
    pub fn sentence_piece_model(self) -> Tables<'a, AssociatedFile<'a>> {
        self.0.tables(0)
    }

    /// The field `vocab_file`.
    pub fn vocab_file(self) -> Tables<'a, AssociatedFile<'a>> {
        self.0.tables(1)
    }
}

/// The format's table `RegexTokenizerOptions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RegexTokenizerOptions<'a>(Table<'a>);

impl<'a> From<Table<'a>> for RegexTokenizerOptions<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Variant<'a> for RegexTokenizerOptions<'a> {
    type Union = ProcessUnitOptions;
    const TAG: ProcessUnitOptions = ProcessUnitOptions::RegexTokenizerOptions;
}

impl<'a> RegexTokenizerOptions<'a> {
    /// The field `delim_regex_pattern`.
    pub fn delim_regex_pattern(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `vocab_file`.
    pub fn vocab_file(self) -> Tables<'a, AssociatedFile<'a>> {
        self.0.tables(1)
    }
}

/// A step before or after the model.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProcessUnit<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ProcessUnit<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> ProcessUnit<'a> {
    /// Which table `options` is.
    pub fn options_type(self) -> ProcessUnitOptions {
        self.0.scalar(0, ProcessUnitOptions::NONE)
    }

    pub(crate) fn options_table(self) -> Option<Table<'a>> {
        self.0.table(1)
    }

    /// The field `options`.
    /// `None` also if it is another table of the union.
    pub fn options<V: Variant<'a, Union = ProcessUnitOptions>>(self) -> Option<V> {
        self.0.variant(self.options_type(), 1)
    }
}

/// Bounds of the values of a tensor, for every channel or for all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats<'a>(Table<'a>);

impl<'a> From<Table<'a>> for Stats<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> Stats<'a> {
    /// The field `max`.
    pub fn max(self) -> Vector<'a, f32> {
        self.0.vector(0)
    }

    /// The field `min`.
    pub fn min(self) -> Vector<'a, f32> {
        self.0.vector(1)
    }
}

/// Tensors that belong together.
#[derive(Clone, Copy, Debug, Default)]
pub struct TensorGroup<'a>(Table<'a>);

impl<'a> From<Table<'a>> for TensorGroup<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> TensorGroup<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `tensor_names`.
    pub fn tensor_names(self) -> Strings<'a> {
        self.0.strings(1)
    }
}

/// Description of an input or output.
#[derive(Clone, Copy, Debug, Default)]
pub struct TensorMetadata<'a>(Table<'a>);

impl<'a> From<Table<'a>> for TensorMetadata<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> TensorMetadata<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `description`.
    pub fn description(self) -> Option<&'a str> {
        self.0.string(1)
    }

    /// A name for every dimension.
    pub fn dimension_names(self) -> Strings<'a> {
        self.0.strings(2)
    }

    /// The field `content`.
    pub fn content(self) -> Option<Content<'a>> {
        self.0.table(3)
    }

    /// The steps before (for an input) or after (for an output) the model.
    pub fn process_units(self) -> Tables<'a, ProcessUnit<'a>> {
        self.0.tables(4)
    }

    /// The field `stats`.
    pub fn stats(self) -> Option<Stats<'a>> {
        self.0.table(5)
    }

    /// The field `associated_files`.
    pub fn associated_files(self) -> Tables<'a, AssociatedFile<'a>> {
        self.0.tables(6)
    }
}

/// Data of a kind that only its name tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct CustomMetadata<'a>(Table<'a>);

impl<'a> From<Table<'a>> for CustomMetadata<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> CustomMetadata<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `data`.
    pub fn data(self) -> Vector<'a, u8> {
        self.0.vector(1)
    }
}

/// Description of a subgraph.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubGraphMetadata<'a>(Table<'a>);

impl<'a> From<Table<'a>> for SubGraphMetadata<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> SubGraphMetadata<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `description`.
    pub fn description(self) -> Option<&'a str> {
        self.0.string(1)
    }

    /// As many as the subgraph has inputs, in their order.
    pub fn input_tensor_metadata(self) -> Tables<'a, TensorMetadata<'a>> {
        self.0.tables(2)
    }

    /// As many as the subgraph has outputs, in their order.
    pub fn output_tensor_metadata(self) -> Tables<'a, TensorMetadata<'a>> {
        self.0.tables(3)
    }

    /// The field `associated_files`.
    pub fn associated_files(self) -> Tables<'a, AssociatedFile<'a>> {
        self.0.tables(4)
    }

    /// Steps before the model that need several inputs at once.
    pub fn input_process_units(self) -> Tables<'a, ProcessUnit<'a>> {
        self.0.tables(5)
    }

    /// Steps after the model that need several outputs at once.
    pub fn output_process_units(self) -> Tables<'a, ProcessUnit<'a>> {
        self.0.tables(6)
    }

    /// The field `input_tensor_groups`.
    pub fn input_tensor_groups(self) -> Tables<'a, TensorGroup<'a>> {
        self.0.tables(7)
    }

    /// The field `output_tensor_groups`.
    pub fn output_tensor_groups(self) -> Tables<'a, TensorGroup<'a>> {
        self.0.tables(8)
    }

    /// The field `custom_metadata`.
    pub fn custom_metadata(self) -> Tables<'a, CustomMetadata<'a>> {
        self.0.tables(9)
    }
}

/// Description of a model.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelMetadata<'a>(Table<'a>);

impl<'a> From<Table<'a>> for ModelMetadata<'a> {
    fn from(table: Table<'a>) -> Self {
        Self(table)
    }
}

impl<'a> From<ModelMetadata<'a>> for Table<'a> {
    fn from(root: ModelMetadata<'a>) -> Self {
        root.0
    }
}

impl<'a> ModelMetadata<'a> {
    /// The field `name`.
    pub fn name(self) -> Option<&'a str> {
        self.0.string(0)
    }

    /// The field `description`.
    pub fn description(self) -> Option<&'a str> {
        self.0.string(1)
    }

    /// The field `version`.
    pub fn version(self) -> Option<&'a str> {
        self.0.string(2)
    }

    /// The field `subgraph_metadata`.
    pub fn subgraph_metadata(self) -> Tables<'a, SubGraphMetadata<'a>> {
        self.0.tables(3)
    }

    /// The field `author`.
    pub fn author(self) -> Option<&'a str> {
        self.0.string(4)
    }

    /// The field `license`.
    pub fn license(self) -> Option<&'a str> {
        self.0.string(5)
    }

    /// The field `associated_files`.
    pub fn associated_files(self) -> Tables<'a, AssociatedFile<'a>> {
        self.0.tables(6)
    }

    /// The lowest version of this format that has all that is used.
    pub fn min_parser_version(self) -> Option<&'a str> {
        self.0.string(7)
    }
}

static LAYOUT_OF_ASSOCIATED_FILE: Layout = Layout {
    fields: &[
        field("name", Kind::String),
        field("description", Kind::String),
        field("type", Kind::Scalar(1)),
        field("locale", Kind::String),
        field("version", Kind::String),
    ],
};

static LAYOUT_OF_FEATURE_PROPERTIES: Layout = Layout { fields: &[] };

static LAYOUT_OF_IMAGE_SIZE: Layout =
    Layout { fields: &[field("width", Kind::Scalar(4)), field("height", Kind::Scalar(4))] };

static LAYOUT_OF_IMAGE_PROPERTIES: Layout = Layout {
    fields: &[
        field("color_space", Kind::Scalar(1)),
        field("default_size", Kind::Table(&LAYOUT_OF_IMAGE_SIZE)),
    ],
};

static LAYOUT_OF_AUDIO_PROPERTIES: Layout =
    Layout { fields: &[field("sample_rate", Kind::Scalar(4)), field("channels", Kind::Scalar(4))] };

static LAYOUT_OF_BOUNDING_BOX_PROPERTIES: Layout = Layout {
    fields: &[
        field("index", Kind::Vector(4)),
        field("type", Kind::Scalar(1)),
        field("coordinate_type", Kind::Scalar(1)),
    ],
};

static LAYOUT_OF_VALUE_RANGE: Layout =
    Layout { fields: &[field("min", Kind::Scalar(4)), field("max", Kind::Scalar(4))] };

static LAYOUT_OF_CONTENT: Layout = Layout {
    fields: &[
        field("content_properties_type", Kind::Scalar(1)),
        field(
            "content_properties",
            Kind::Union(&[
                &LAYOUT_OF_FEATURE_PROPERTIES,
                &LAYOUT_OF_IMAGE_PROPERTIES,
                &LAYOUT_OF_BOUNDING_BOX_PROPERTIES,
                &LAYOUT_OF_AUDIO_PROPERTIES,
            ]),
        ),
        field("range", Kind::Table(&LAYOUT_OF_VALUE_RANGE)),
    ],
};

static LAYOUT_OF_NORMALIZATION_OPTIONS: Layout =
    Layout { fields: &[field("mean", Kind::Vector(4)), field("std", Kind::Vector(4))] };

static LAYOUT_OF_SCORE_CALIBRATION_OPTIONS: Layout = Layout {
    fields: &[field("score_transformation", Kind::Scalar(1)), field("default_score", Kind::Scalar(4))],
};

static LAYOUT_OF_SCORE_THRESHOLDING_OPTIONS: Layout =
    Layout { fields: &[field("global_score_threshold", Kind::Scalar(4))] };

static LAYOUT_OF_BERT_TOKENIZER_OPTIONS: Layout =
    Layout { fields: &[field("vocab_file", Kind::Tables(&LAYOUT_OF_ASSOCIATED_FILE))] };

static LAYOUT_OF_SENTENCE_PIECE_TOKENIZER_OPTIONS: Layout = Layout {
    fields: &[
        field("sentence_piece_model", Kind::Tables(&LAYOUT_OF_ASSOCIATED_FILE)),
        field("vocab_file", Kind::Tables(&LAYOUT_OF_ASSOCIATED_FILE)),
    ],
};

static LAYOUT_OF_REGEX_TOKENIZER_OPTIONS: Layout = Layout {
    fields: &[
        field("delim_regex_pattern", Kind::String),
        field("vocab_file", Kind::Tables(&LAYOUT_OF_ASSOCIATED_FILE)),
    ],
};

static LAYOUT_OF_PROCESS_UNIT: Layout = Layout {
    fields: &[
        field("options_type", Kind::Scalar(1)),
        field(
            "options",
            Kind::Union(&[
                &LAYOUT_OF_NORMALIZATION_OPTIONS,
                &LAYOUT_OF_SCORE_CALIBRATION_OPTIONS,
                &LAYOUT_OF_SCORE_THRESHOLDING_OPTIONS,
                &LAYOUT_OF_BERT_TOKENIZER_OPTIONS,
                &LAYOUT_OF_SENTENCE_PIECE_TOKENIZER_OPTIONS,
                &LAYOUT_OF_REGEX_TOKENIZER_OPTIONS,
            ]),
        ),
    ],
};

static LAYOUT_OF_STATS: Layout =
    Layout { fields: &[field("max", Kind::Vector(4)), field("min", Kind::Vector(4))] };

static LAYOUT_OF_TENSOR_GROUP: Layout =
    Layout { fields: &[field("name", Kind::String), field("tensor_names", Kind::Strings)] };

static LAYOUT_OF_TENSOR_METADATA: Layout = Layout {
    fields: &[
        field("name", Kind::String),
        field("description", Kind::String),
        field("dimension_names", Kind::Strings),
        field("content", Kind::Table(&LAYOUT_OF_CONTENT)),
        field("process_units", Kind::Tables(&LAYOUT_OF_PROCESS_UNIT)),
        field("stats", Kind::Table(&LAYOUT_OF_STATS)),
        field("associated_files", Kind::Tables(&LAYOUT_OF_ASSOCIATED_FILE)),
    ],
};

static LAYOUT_OF_CUSTOM_METADATA: Layout =
    Layout { fields: &[field("name", Kind::String), field("data", Kind::Vector(1))] };

static LAYOUT_OF_SUB_GRAPH_METADATA: Layout = Layout {
    fields: &[
        field("name", Kind::String),
        field("description", Kind::String),
        field("input_tensor_metadata", Kind::Tables(&LAYOUT_OF_TENSOR_METADATA)),
        field("output_tensor_metadata", Kind::Tables(&LAYOUT_OF_TENSOR_METADATA)),
        field("associated_files", Kind::Tables(&LAYOUT_OF_ASSOCIATED_FILE)),
        field("input_process_units", Kind::Tables(&LAYOUT_OF_PROCESS_UNIT)),
        field("output_process_units", Kind::Tables(&LAYOUT_OF_PROCESS_UNIT)),
        field("input_tensor_groups", Kind::Tables(&LAYOUT_OF_TENSOR_GROUP)),
        field("output_tensor_groups", Kind::Tables(&LAYOUT_OF_TENSOR_GROUP)),
        field("custom_metadata", Kind::Tables(&LAYOUT_OF_CUSTOM_METADATA)),
    ],
};

static LAYOUT_OF_MODEL_METADATA: Layout = Layout {
    fields: &[
        field("name", Kind::String),
        field("description", Kind::String),
        field("version", Kind::String),
        field("subgraph_metadata", Kind::Tables(&LAYOUT_OF_SUB_GRAPH_METADATA)),
        field("author", Kind::String),
        field("license", Kind::String),
        field("associated_files", Kind::Tables(&LAYOUT_OF_ASSOCIATED_FILE)),
        field("min_parser_version", Kind::String),
    ],
};
