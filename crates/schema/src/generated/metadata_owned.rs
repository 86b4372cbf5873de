// @generated from `metadata.fbs` by `cargo xtask gen`; do not edit.
//! Owned tables.

#![allow(unused_imports)]

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::Result;
use crate::generated::metadata as views;
use crate::owned::{each, optional, strings, text, unknown};
use crate::table::Table;
use crate::write::{Field, Record};

/// The format's union `ContentProperties`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum ContentProperties {
    FeatureProperties(FeatureProperties),
    ImageProperties(ImageProperties),
    BoundingBoxProperties(BoundingBoxProperties),
    AudioProperties(AudioProperties),
}

impl ContentProperties {
    fn from_view(tag: views::ContentProperties, table: Option<Table<'_>>) -> Result<Option<Self>> {
        let Some(table) = table else { return Ok(None) };
        Ok(Some(match tag {
            views::ContentProperties::NONE => return Ok(None),
            views::ContentProperties::FeatureProperties => {
                Self::FeatureProperties(FeatureProperties::from_view(table.into())?)
            }
            views::ContentProperties::ImageProperties => {
                Self::ImageProperties(ImageProperties::from_view(table.into())?)
            }
            views::ContentProperties::BoundingBoxProperties => {
                Self::BoundingBoxProperties(BoundingBoxProperties::from_view(table.into())?)
            }
            views::ContentProperties::AudioProperties => {
                Self::AudioProperties(AudioProperties::from_view(table.into())?)
            }
            other => return Err(unknown("ContentProperties", other.0)),
        }))
    }

    /// The tag that stands for the table.
    pub fn tag(&self) -> views::ContentProperties {
        match self {
            Self::FeatureProperties(_) => views::ContentProperties::FeatureProperties,
            Self::ImageProperties(_) => views::ContentProperties::ImageProperties,
            Self::BoundingBoxProperties(_) => views::ContentProperties::BoundingBoxProperties,
            Self::AudioProperties(_) => views::ContentProperties::AudioProperties,
        }
    }

    fn record(&self) -> &dyn Record {
        match self {
            Self::FeatureProperties(table) => table,
            Self::ImageProperties(table) => table,
            Self::BoundingBoxProperties(table) => table,
            Self::AudioProperties(table) => table,
        }
    }
}

impl From<FeatureProperties> for ContentProperties {
    fn from(table: FeatureProperties) -> Self {
        Self::FeatureProperties(table)
    }
}

impl From<ImageProperties> for ContentProperties {
    fn from(table: ImageProperties) -> Self {
        Self::ImageProperties(table)
    }
}

impl From<BoundingBoxProperties> for ContentProperties {
    fn from(table: BoundingBoxProperties) -> Self {
        Self::BoundingBoxProperties(table)
    }
}

impl From<AudioProperties> for ContentProperties {
    fn from(table: AudioProperties) -> Self {
        Self::AudioProperties(table)
    }
}

/// The format's union `ProcessUnitOptions`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum ProcessUnitOptions {
    NormalizationOptions(NormalizationOptions),
    ScoreCalibrationOptions(ScoreCalibrationOptions),
    ScoreThresholdingOptions(ScoreThresholdingOptions),
    BertTokenizerOptions(BertTokenizerOptions),
    SentencePieceTokenizerOptions(SentencePieceTokenizerOptions),
    RegexTokenizerOptions(RegexTokenizerOptions),
}

impl ProcessUnitOptions {
    fn from_view(tag: views::ProcessUnitOptions, table: Option<Table<'_>>) -> Result<Option<Self>> {
        let Some(table) = table else { return Ok(None) };
        Ok(Some(match tag {
            views::ProcessUnitOptions::NONE => return Ok(None),
            views::ProcessUnitOptions::NormalizationOptions => {
                Self::NormalizationOptions(NormalizationOptions::from_view(table.into())?)
            }
            views::ProcessUnitOptions::ScoreCalibrationOptions => {
                Self::ScoreCalibrationOptions(ScoreCalibrationOptions::from_view(table.into())?)
            }
            views::ProcessUnitOptions::ScoreThresholdingOptions => {
                Self::ScoreThresholdingOptions(ScoreThresholdingOptions::from_view(table.into())?)
            }
            views::ProcessUnitOptions::BertTokenizerOptions => {
                Self::BertTokenizerOptions(BertTokenizerOptions::from_view(table.into())?)
            }
            views::ProcessUnitOptions::SentencePieceTokenizerOptions => {
                Self::SentencePieceTokenizerOptions(SentencePieceTokenizerOptions::from_view(table.into())?)
            }
            views::ProcessUnitOptions::RegexTokenizerOptions => {
                Self::RegexTokenizerOptions(RegexTokenizerOptions::from_view(table.into())?)
            }
            other => return Err(unknown("ProcessUnitOptions", other.0)),
        }))
    }

    /// The tag that stands for the table.
    pub fn tag(&self) -> views::ProcessUnitOptions {
        match self {
            Self::NormalizationOptions(_) => views::ProcessUnitOptions::NormalizationOptions,
            Self::ScoreCalibrationOptions(_) => views::ProcessUnitOptions::ScoreCalibrationOptions,
            Self::ScoreThresholdingOptions(_) => views::ProcessUnitOptions::ScoreThresholdingOptions,
            Self::BertTokenizerOptions(_) => views::ProcessUnitOptions::BertTokenizerOptions,
            Self::SentencePieceTokenizerOptions(_) => {
                views::ProcessUnitOptions::SentencePieceTokenizerOptions
            }
            Self::RegexTokenizerOptions(_) => views::ProcessUnitOptions::RegexTokenizerOptions,
        }
    }

    fn record(&self) -> &dyn Record {
        match self {
            Self::NormalizationOptions(table) => table,
            Self::ScoreCalibrationOptions(table) => table,
            Self::ScoreThresholdingOptions(table) => table,
            Self::BertTokenizerOptions(table) => table,
            Self::SentencePieceTokenizerOptions(table) => table,
            Self::RegexTokenizerOptions(table) => table,
        }
    }
}

impl From<NormalizationOptions> for ProcessUnitOptions {
    fn from(table: NormalizationOptions) -> Self {
        Self::NormalizationOptions(table)
    }
}

impl From<ScoreCalibrationOptions> for ProcessUnitOptions {
    fn from(table: ScoreCalibrationOptions) -> Self {
        Self::ScoreCalibrationOptions(table)
    }
}

impl From<ScoreThresholdingOptions> for ProcessUnitOptions {
    fn from(table: ScoreThresholdingOptions) -> Self {
        Self::ScoreThresholdingOptions(table)
    }
}

impl From<BertTokenizerOptions> for ProcessUnitOptions {
    fn from(table: BertTokenizerOptions) -> Self {
        Self::BertTokenizerOptions(table)
    }
}

impl From<SentencePieceTokenizerOptions> for ProcessUnitOptions {
    fn from(table: SentencePieceTokenizerOptions) -> Self {
        Self::SentencePieceTokenizerOptions(table)
    }
}

impl From<RegexTokenizerOptions> for ProcessUnitOptions {
    fn from(table: RegexTokenizerOptions) -> Self {
        Self::RegexTokenizerOptions(table)
    }
}

/// A file in the archive that follows the model in its file.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AssociatedFile {
    /// Its name in the archive.
    pub name: String,
    /// The field `description`.
    pub description: String,
    /// The field `type`.
    pub type_: views::AssociatedFileType,
    /// Its language, such as `en` or `en-US`.
    pub locale: String,
    /// The field `version`.
    pub version: String,
}

impl AssociatedFile {
    fn from_view(view: views::AssociatedFile<'_>) -> Result<Self> {
        Ok(Self {
            name: text(view.name()),
            description: text(view.description()),
            type_: view.type_(),
            locale: text(view.locale()),
            version: text(view.version()),
        })
    }
}

impl Record for AssociatedFile {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::string(&self.name),
            Field::string(&self.description),
            Field::scalar(self.type_, views::AssociatedFileType::UNKNOWN),
            Field::string(&self.locale),
            Field::string(&self.version),
        ]
    }
}

/// A tensor of plain features.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FeatureProperties {}

impl FeatureProperties {
    fn from_view(_: views::FeatureProperties<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for FeatureProperties {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ImageSize`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ImageSize {
    /// The field `width`.
    pub width: u32,
    /// The field `height`.
    pub height: u32,
}

impl ImageSize {
    fn from_view(view: views::ImageSize<'_>) -> Result<Self> {
        Ok(Self { width: view.width(), height: view.height() })
    }
}

impl Record for ImageSize {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.width, 0), Field::scalar(self.height, 0)]
    }
}

/// A tensor of images.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ImageProperties {
    /// The field `color_space`.
    pub color_space: views::ColorSpaceType,
    /// The size to use where the tensor's is not fixed.
    pub default_size: Option<ImageSize>,
}

impl ImageProperties {
    fn from_view(view: views::ImageProperties<'_>) -> Result<Self> {
        Ok(Self {
            color_space: view.color_space(),
            default_size: view
                .default_size()
                .map(ImageSize::from_view)
                .transpose()
                .map_err(|error| error.within("default_size", None))?,
        })
    }
}

impl Record for ImageProperties {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.color_space, views::ColorSpaceType::UNKNOWN),
            Field::table(self.default_size.as_ref()),
        ]
    }
}

/// A tensor of sound.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AudioProperties {
    /// Samples in a second.
    pub sample_rate: u32,
    /// The field `channels`.
    pub channels: u32,
}

impl AudioProperties {
    fn from_view(view: views::AudioProperties<'_>) -> Result<Self> {
        Ok(Self { sample_rate: view.sample_rate(), channels: view.channels() })
    }
}

impl Record for AudioProperties {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.sample_rate, 0), Field::scalar(self.channels, 0)]
    }
}

/// A tensor of bounding boxes.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BoundingBoxProperties {
    /// The place of each of the four numbers of the type; empty if they are in order.
    pub index: Vec<u32>,
    /// The field `type`.
    pub type_: views::BoundingBoxType,
    /// The field `coordinate_type`.
    pub coordinate_type: views::CoordinateType,
}

impl BoundingBoxProperties {
    fn from_view(view: views::BoundingBoxProperties<'_>) -> Result<Self> {
        Ok(Self {
            index: view.index().to_vec(),
            type_: view.type_(),
            coordinate_type: view.coordinate_type(),
        })
    }
}

impl Record for BoundingBoxProperties {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.index, 1, false),
            Field::scalar(self.type_, views::BoundingBoxType::UNKNOWN),
            Field::scalar(self.coordinate_type, views::CoordinateType::RATIO),
        ]
    }
}

/// A range of dimensions.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ValueRange {
    /// The field `min`.
    pub min: i32,
    /// The field `max`.
    pub max: i32,
}

impl ValueRange {
    fn from_view(view: views::ValueRange<'_>) -> Result<Self> {
        Ok(Self { min: view.min(), max: view.max() })
    }
}

impl Record for ValueRange {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.min, 0), Field::scalar(self.max, 0)]
    }
}

/// What a tensor holds.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Content {
    /// The field `content_properties`.
    pub content_properties: Option<ContentProperties>,
    /// The dimensions of one such thing; all but the first if absent.
    pub range: Option<ValueRange>,
}

impl Content {
    fn from_view(view: views::Content<'_>) -> Result<Self> {
        Ok(Self {
            content_properties: ContentProperties::from_view(
                view.content_properties_type(),
                view.content_properties_table(),
            )
            .map_err(|error| error.within("content_properties", None))?,
            range: view
                .range()
                .map(ValueRange::from_view)
                .transpose()
                .map_err(|error| error.within("range", None))?,
        })
    }
}

impl Record for Content {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(
                self.content_properties
                    .as_ref()
                    .map_or(views::ContentProperties::NONE, ContentProperties::tag),
                views::ContentProperties::NONE,
            ),
            self.content_properties.as_ref().map_or(Field::Absent, |union| Field::Table(union.record())),
            Field::table(self.range.as_ref()),
        ]
    }
}

/// `(x - mean) / std`, with a value each for every channel or for all.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NormalizationOptions {
    /// The field `mean`.
    pub mean: Vec<f32>,
    /// The field `std`.
    pub std: Vec<f32>,
}

impl NormalizationOptions {
    fn from_view(view: views::NormalizationOptions<'_>) -> Result<Self> {
        Ok(Self { mean: view.mean().to_vec(), std: view.std().to_vec() })
    }
}

impl Record for NormalizationOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.mean, 1, false), Field::vector(&self.std, 1, false)]
    }
}

/// Calibration of scores by sigmoids, the parameters of which are in an associated file.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ScoreCalibrationOptions {
    /// The field `score_transformation`.
    pub score_transformation: views::ScoreTransformationType,
    /// The score where there are no parameters or the raw one is too low.
    pub default_score: f32,
}

impl ScoreCalibrationOptions {
    fn from_view(view: views::ScoreCalibrationOptions<'_>) -> Result<Self> {
        Ok(Self { score_transformation: view.score_transformation(), default_score: view.default_score() })
    }
}

impl Record for ScoreCalibrationOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.score_transformation, views::ScoreTransformationType::IDENTITY),
            Field::scalar(self.default_score, 0.0),
        ]
    }
}

/// A threshold for scores.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ScoreThresholdingOptions {
    /// The field `global_score_threshold`.
    pub global_score_threshold: f32,
}

impl ScoreThresholdingOptions {
    fn from_view(view: views::ScoreThresholdingOptions<'_>) -> Result<Self> {
        Ok(Self { global_score_threshold: view.global_score_threshold() })
    }
}

impl Record for ScoreThresholdingOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.global_score_threshold, 0.0)]
    }
}

/// The format's table `BertTokenizerOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BertTokenizerOptions {
    /// The field `vocab_file`.
    pub vocab_file: Vec<AssociatedFile>,
}

impl BertTokenizerOptions {
    fn from_view(view: views::BertTokenizerOptions<'_>) -> Result<Self> {
        Ok(Self { vocab_file: each("vocab_file", view.vocab_file(), AssociatedFile::from_view)? })
    }
}

impl Record for BertTokenizerOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::tables(&self.vocab_file, false)]
    }
}

/// The format's table `SentencePieceTokenizerOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SentencePieceTokenizerOptions {
    /// The field `sentence_piece_model`.
    pub sentence_piece_model: Vec<AssociatedFile>,
    /// The field `vocab_file`.
    pub vocab_file: Vec<AssociatedFile>,
}

impl SentencePieceTokenizerOptions {
    fn from_view(view: views::SentencePieceTokenizerOptions<'_>) -> Result<Self> {
        Ok(Self {
            sentence_piece_model: each(
                "sentence_piece_model",
                view.sentence_piece_model(),
                AssociatedFile::from_view,
            )?,
            vocab_file: each("vocab_file", view.vocab_file(), AssociatedFile::from_view)?,
        })
    }
}

impl Record for SentencePieceTokenizerOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::tables(&self.sentence_piece_model, false), Field::tables(&self.vocab_file, false)]
    }
}

/// The format's table `RegexTokenizerOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RegexTokenizerOptions {
    /// The field `delim_regex_pattern`.
    pub delim_regex_pattern: String,
    /// The field `vocab_file`.
    pub vocab_file: Vec<AssociatedFile>,
}

impl RegexTokenizerOptions {
    fn from_view(view: views::RegexTokenizerOptions<'_>) -> Result<Self> {
        Ok(Self {
            delim_regex_pattern: text(view.delim_regex_pattern()),
            vocab_file: each("vocab_file", view.vocab_file(), AssociatedFile::from_view)?,
        })
    }
}

impl Record for RegexTokenizerOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::string(&self.delim_regex_pattern), Field::tables(&self.vocab_file, false)]
    }
}

/// A step before or after the model.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ProcessUnit {
    /// The field `options`.
    pub options: Option<ProcessUnitOptions>,
}

impl ProcessUnit {
    fn from_view(view: views::ProcessUnit<'_>) -> Result<Self> {
        Ok(Self {
            options: ProcessUnitOptions::from_view(view.options_type(), view.options_table())
                .map_err(|error| error.within("options", None))?,
        })
    }
}

impl Record for ProcessUnit {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(
                self.options.as_ref().map_or(views::ProcessUnitOptions::NONE, ProcessUnitOptions::tag),
                views::ProcessUnitOptions::NONE,
            ),
            self.options.as_ref().map_or(Field::Absent, |union| Field::Table(union.record())),
        ]
    }
}

/// Bounds of the values of a tensor, for every channel or for all.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Stats {
    /// The field `max`.
    pub max: Vec<f32>,
    /// The field `min`.
    pub min: Vec<f32>,
}

impl Stats {
    fn from_view(view: views::Stats<'_>) -> Result<Self> {
        Ok(Self { max: view.max().to_vec(), min: view.min().to_vec() })
    }
}

impl Record for Stats {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.max, 1, false), Field::vector(&self.min, 1, false)]
    }
}

/// Tensors that belong together.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TensorGroup {
    /// The field `name`.
    pub name: String,
    /// The field `tensor_names`.
    pub tensor_names: Vec<String>,
}

impl TensorGroup {
    fn from_view(view: views::TensorGroup<'_>) -> Result<Self> {
        Ok(Self { name: text(view.name()), tensor_names: strings(view.tensor_names()) })
    }
}

impl Record for TensorGroup {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::string(&self.name), Field::strings(&self.tensor_names)]
    }
}

/// Description of an input or output.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TensorMetadata {
    /// The field `name`.
    pub name: String,
    /// The field `description`.
    pub description: String,
    /// A name for every dimension.
    pub dimension_names: Vec<String>,
    /// The field `content`.
    pub content: Option<Content>,
    /// The steps before (for an input) or after (for an output) the model.
    pub process_units: Vec<ProcessUnit>,
    /// The field `stats`.
    pub stats: Option<Stats>,
    /// The field `associated_files`.
    pub associated_files: Vec<AssociatedFile>,
}

impl TensorMetadata {
    fn from_view(view: views::TensorMetadata<'_>) -> Result<Self> {
        Ok(Self {
            name: text(view.name()),
            description: text(view.description()),
            dimension_names: strings(view.dimension_names()),
            content: view
                .content()
                .map(Content::from_view)
                .transpose()
                .map_err(|error| error.within("content", None))?,
            process_units: each("process_units", view.process_units(), ProcessUnit::from_view)?,
            stats: view
                .stats()
                .map(Stats::from_view)
                .transpose()
                .map_err(|error| error.within("stats", None))?,
            associated_files: each("associated_files", view.associated_files(), AssociatedFile::from_view)?,
        })
    }
}

impl Record for TensorMetadata {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::string(&self.name),
            Field::string(&self.description),
            Field::strings(&self.dimension_names),
            Field::table(self.content.as_ref()),
            Field::tables(&self.process_units, false),
            Field::table(self.stats.as_ref()),
            Field::tables(&self.associated_files, false),
        ]
    }
}

/// Data of a kind that only its name tells.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CustomMetadata {
    /// The field `name`.
    pub name: String,
    /// The field `data`.
    pub data: Vec<u8>,
}

impl CustomMetadata {
    fn from_view(view: views::CustomMetadata<'_>) -> Result<Self> {
        Ok(Self { name: text(view.name()), data: view.data().to_vec() })
    }
}

impl Record for CustomMetadata {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::string(&self.name), Field::vector(&self.data, 16, false)]
    }
}

/// Description of a subgraph.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SubGraphMetadata {
    /// The field `name`.
    pub name: String,
    /// The field `description`.
    pub description: String,
    /// As many as the subgraph has inputs, in their order.
    pub input_tensor_metadata: Vec<TensorMetadata>,
    /// As many as the subgraph has outputs, in their order.
    pub output_tensor_metadata: Vec<TensorMetadata>,
    /// The field `associated_files`.
    pub associated_files: Vec<AssociatedFile>,
    /// Steps before the model that need several inputs at once.
    pub input_process_units: Vec<ProcessUnit>,
    /// Steps after the model that need several outputs at once.
    pub output_process_units: Vec<ProcessUnit>,
    /// The field `input_tensor_groups`.
    pub input_tensor_groups: Vec<TensorGroup>,
    /// The field `output_tensor_groups`.
    pub output_tensor_groups: Vec<TensorGroup>,
    /// The field `custom_metadata`.
    pub custom_metadata: Vec<CustomMetadata>,
}

impl SubGraphMetadata {
    fn from_view(view: views::SubGraphMetadata<'_>) -> Result<Self> {
        Ok(Self {
            name: text(view.name()),
            description: text(view.description()),
            input_tensor_metadata: each(
                "input_tensor_metadata",
                view.input_tensor_metadata(),
                TensorMetadata::from_view,
            )?,
            output_tensor_metadata: each(
                "output_tensor_metadata",
                view.output_tensor_metadata(),
                TensorMetadata::from_view,
            )?,
            associated_files: each("associated_files", view.associated_files(), AssociatedFile::from_view)?,
            input_process_units: each(
                "input_process_units",
                view.input_process_units(),
                ProcessUnit::from_view,
            )?,
            output_process_units: each(
                "output_process_units",
                view.output_process_units(),
                ProcessUnit::from_view,
            )?,
            input_tensor_groups: each(
                "input_tensor_groups",
                view.input_tensor_groups(),
                TensorGroup::from_view,
            )?,
            output_tensor_groups: each(
                "output_tensor_groups",
                view.output_tensor_groups(),
                TensorGroup::from_view,
            )?,
            custom_metadata: each("custom_metadata", view.custom_metadata(), CustomMetadata::from_view)?,
        })
    }
}

impl Record for SubGraphMetadata {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::string(&self.name),
            Field::string(&self.description),
            Field::tables(&self.input_tensor_metadata, false),
            Field::tables(&self.output_tensor_metadata, false),
            Field::tables(&self.associated_files, false),
            Field::tables(&self.input_process_units, false),
            Field::tables(&self.output_process_units, false),
            Field::tables(&self.input_tensor_groups, false),
            Field::tables(&self.output_tensor_groups, false),
            Field::tables(&self.custom_metadata, false),
        ]
    }
}

/// Description of a model.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ModelMetadata {
    /// The field `name`.
    pub name: String,
    /// The field `description`.
    pub description: String,
    /// The field `version`.
    pub version: String,
    /// The field `subgraph_metadata`.
    pub subgraph_metadata: Vec<SubGraphMetadata>,
    /// The field `author`.
    pub author: String,
    /// The field `license`.
    pub license: String,
    /// The field `associated_files`.
    pub associated_files: Vec<AssociatedFile>,
    /// The lowest version of this format that has all that is used.
    pub min_parser_version: String,
}

impl ModelMetadata {
    pub(crate) fn from_view(view: views::ModelMetadata<'_>) -> Result<Self> {
        Ok(Self {
            name: text(view.name()),
            description: text(view.description()),
            version: text(view.version()),
            subgraph_metadata: each(
                "subgraph_metadata",
                view.subgraph_metadata(),
                SubGraphMetadata::from_view,
            )?,
            author: text(view.author()),
            license: text(view.license()),
            associated_files: each("associated_files", view.associated_files(), AssociatedFile::from_view)?,
            min_parser_version: text(view.min_parser_version()),
        })
    }
}

impl Record for ModelMetadata {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::string(&self.name),
            Field::string(&self.description),
            Field::string(&self.version),
            Field::tables(&self.subgraph_metadata, false),
            Field::string(&self.author),
            Field::string(&self.license),
            Field::tables(&self.associated_files, false),
            Field::string(&self.min_parser_version),
        ]
    }
}
