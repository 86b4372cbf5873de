// @generated from `tflite.fbs` by `cargo xtask gen`; do not edit.
//! Owned tables.

#![allow(unused_imports)]

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::Result;
use crate::generated::tflite as views;
use crate::owned::{each, optional, strings, text, unknown};
use crate::table::Table;
use crate::write::{Field, Record};

/// Quantization beyond one scale and zero point for each index of a dimension.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum QuantizationDetails {
    CustomQuantization(CustomQuantization),
    BlockwiseQuantization(BlockwiseQuantization),
    MultiAxisQuantization(MultiAxisQuantization),
}

impl QuantizationDetails {
    fn from_view(tag: views::QuantizationDetails, table: Option<Table<'_>>) -> Result<Option<Self>> {
        let Some(table) = table else { return Ok(None) };
        Ok(Some(match tag {
            views::QuantizationDetails::NONE => return Ok(None),
            views::QuantizationDetails::CustomQuantization => {
                Self::CustomQuantization(CustomQuantization::from_view(table.into())?)
            }
            views::QuantizationDetails::BlockwiseQuantization => {
                Self::BlockwiseQuantization(BlockwiseQuantization::from_view(table.into())?)
            }
            views::QuantizationDetails::MultiAxisQuantization => {
                Self::MultiAxisQuantization(MultiAxisQuantization::from_view(table.into())?)
            }
            other => return Err(unknown("QuantizationDetails", other.0)),
        }))
    }

    /// The tag that stands for the table.
    pub fn tag(&self) -> views::QuantizationDetails {
        match self {
            Self::CustomQuantization(_) => views::QuantizationDetails::CustomQuantization,
            Self::BlockwiseQuantization(_) => views::QuantizationDetails::BlockwiseQuantization,
            Self::MultiAxisQuantization(_) => views::QuantizationDetails::MultiAxisQuantization,
        }
    }

    fn record(&self) -> &dyn Record {
        match self {
            Self::CustomQuantization(table) => table,
            Self::BlockwiseQuantization(table) => table,
            Self::MultiAxisQuantization(table) => table,
        }
    }
}

impl From<CustomQuantization> for QuantizationDetails {
    fn from(table: CustomQuantization) -> Self {
        Self::CustomQuantization(table)
    }
}

impl From<BlockwiseQuantization> for QuantizationDetails {
    fn from(table: BlockwiseQuantization) -> Self {
        Self::BlockwiseQuantization(table)
    }
}

impl From<MultiAxisQuantization> for QuantizationDetails {
    fn from(table: MultiAxisQuantization) -> Self {
        Self::MultiAxisQuantization(table)
    }
}

/// Indices of a sparse dimension, in the narrowest type that holds them.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum SparseIndexVector {
    Int32Vector(Int32Vector),
    Uint16Vector(Uint16Vector),
    Uint8Vector(Uint8Vector),
}

impl SparseIndexVector {
    fn from_view(tag: views::SparseIndexVector, table: Option<Table<'_>>) -> Result<Option<Self>> {
        let Some(table) = table else { return Ok(None) };
        Ok(Some(match tag {
            views::SparseIndexVector::NONE => return Ok(None),
            views::SparseIndexVector::Int32Vector => Self::Int32Vector(Int32Vector::from_view(table.into())?),
            views::SparseIndexVector::Uint16Vector => {
                Self::Uint16Vector(Uint16Vector::from_view(table.into())?)
            }
            views::SparseIndexVector::Uint8Vector => Self::Uint8Vector(Uint8Vector::from_view(table.into())?),
            other => return Err(unknown("SparseIndexVector", other.0)),
        }))
    }

    /// The tag that stands for the table.
    pub fn tag(&self) -> views::SparseIndexVector {
        match self {
            Self::Int32Vector(_) => views::SparseIndexVector::Int32Vector,
            Self::Uint16Vector(_) => views::SparseIndexVector::Uint16Vector,
            Self::Uint8Vector(_) => views::SparseIndexVector::Uint8Vector,
        }
    }

    fn record(&self) -> &dyn Record {
        match self {
            Self::Int32Vector(table) => table,
            Self::Uint16Vector(table) => table,
            Self::Uint8Vector(table) => table,
        }
    }
}

impl From<Int32Vector> for SparseIndexVector {
    fn from(table: Int32Vector) -> Self {
        Self::Int32Vector(table)
    }
}

impl From<Uint16Vector> for SparseIndexVector {
    fn from(table: Uint16Vector) -> Self {
        Self::Uint16Vector(table)
    }
}

impl From<Uint8Vector> for SparseIndexVector {
    fn from(table: Uint8Vector) -> Self {
        Self::Uint8Vector(table)
    }
}

/// The options of builtin operators.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum BuiltinOptions {
    Conv2DOptions(Conv2DOptions),
    DepthwiseConv2DOptions(DepthwiseConv2DOptions),
    ConcatEmbeddingsOptions(ConcatEmbeddingsOptions),
    LSHProjectionOptions(LSHProjectionOptions),
    Pool2DOptions(Pool2DOptions),
    SVDFOptions(SVDFOptions),
    RNNOptions(RNNOptions),
    FullyConnectedOptions(FullyConnectedOptions),
    SoftmaxOptions(SoftmaxOptions),
    ConcatenationOptions(ConcatenationOptions),
    AddOptions(AddOptions),
    L2NormOptions(L2NormOptions),
    LocalResponseNormalizationOptions(LocalResponseNormalizationOptions),
    LSTMOptions(LSTMOptions),
    ResizeBilinearOptions(ResizeBilinearOptions),
    CallOptions(CallOptions),
    ReshapeOptions(ReshapeOptions),
    SkipGramOptions(SkipGramOptions),
    SpaceToDepthOptions(SpaceToDepthOptions),
    EmbeddingLookupSparseOptions(EmbeddingLookupSparseOptions),
    MulOptions(MulOptions),
    PadOptions(PadOptions),
    GatherOptions(GatherOptions),
    BatchToSpaceNDOptions(BatchToSpaceNDOptions),
    SpaceToBatchNDOptions(SpaceToBatchNDOptions),
    TransposeOptions(TransposeOptions),
    ReducerOptions(ReducerOptions),
    SubOptions(SubOptions),
    DivOptions(DivOptions),
    SqueezeOptions(SqueezeOptions),
    SequenceRNNOptions(SequenceRNNOptions),
    StridedSliceOptions(StridedSliceOptions),
    ExpOptions(ExpOptions),
    TopKV2Options(TopKV2Options),
    SplitOptions(SplitOptions),
    LogSoftmaxOptions(LogSoftmaxOptions),
    CastOptions(CastOptions),
    DequantizeOptions(DequantizeOptions),
    MaximumMinimumOptions(MaximumMinimumOptions),
    ArgMaxOptions(ArgMaxOptions),
    LessOptions(LessOptions),
    NegOptions(NegOptions),
    PadV2Options(PadV2Options),
    GreaterOptions(GreaterOptions),
    GreaterEqualOptions(GreaterEqualOptions),
    LessEqualOptions(LessEqualOptions),
    SelectOptions(SelectOptions),
    SliceOptions(SliceOptions),
    TransposeConvOptions(TransposeConvOptions),
    SparseToDenseOptions(SparseToDenseOptions),
    TileOptions(TileOptions),
    ExpandDimsOptions(ExpandDimsOptions),
    EqualOptions(EqualOptions),
    NotEqualOptions(NotEqualOptions),
    ShapeOptions(ShapeOptions),
    PowOptions(PowOptions),
    ArgMinOptions(ArgMinOptions),
    FakeQuantOptions(FakeQuantOptions),
    PackOptions(PackOptions),
    LogicalOrOptions(LogicalOrOptions),
    OneHotOptions(OneHotOptions),
    LogicalAndOptions(LogicalAndOptions),
    LogicalNotOptions(LogicalNotOptions),
    UnpackOptions(UnpackOptions),
    FloorDivOptions(FloorDivOptions),
    SquareOptions(SquareOptions),
    ZerosLikeOptions(ZerosLikeOptions),
    FillOptions(FillOptions),
    BidirectionalSequenceLSTMOptions(BidirectionalSequenceLSTMOptions),
    BidirectionalSequenceRNNOptions(BidirectionalSequenceRNNOptions),
    UnidirectionalSequenceLSTMOptions(UnidirectionalSequenceLSTMOptions),
    FloorModOptions(FloorModOptions),
    RangeOptions(RangeOptions),
    ResizeNearestNeighborOptions(ResizeNearestNeighborOptions),
    LeakyReluOptions(LeakyReluOptions),
    SquaredDifferenceOptions(SquaredDifferenceOptions),
    MirrorPadOptions(MirrorPadOptions),
    AbsOptions(AbsOptions),
    SplitVOptions(SplitVOptions),
    UniqueOptions(UniqueOptions),
    ReverseV2Options(ReverseV2Options),
    AddNOptions(AddNOptions),
    GatherNdOptions(GatherNdOptions),
    CosOptions(CosOptions),
    WhereOptions(WhereOptions),
    RankOptions(RankOptions),
    ReverseSequenceOptions(ReverseSequenceOptions),
    MatrixDiagOptions(MatrixDiagOptions),
    QuantizeOptions(QuantizeOptions),
    MatrixSetDiagOptions(MatrixSetDiagOptions),
    HardSwishOptions(HardSwishOptions),
    IfOptions(IfOptions),
    WhileOptions(WhileOptions),
    DepthToSpaceOptions(DepthToSpaceOptions),
    NonMaxSuppressionV4Options(NonMaxSuppressionV4Options),
    NonMaxSuppressionV5Options(NonMaxSuppressionV5Options),
    ScatterNdOptions(ScatterNdOptions),
    SelectV2Options(SelectV2Options),
    DensifyOptions(DensifyOptions),
    SegmentSumOptions(SegmentSumOptions),
    BatchMatMulOptions(BatchMatMulOptions),
    CumsumOptions(CumsumOptions),
    CallOnceOptions(CallOnceOptions),
    BroadcastToOptions(BroadcastToOptions),
    Rfft2dOptions(Rfft2dOptions),
    Conv3DOptions(Conv3DOptions),
    HashtableOptions(HashtableOptions),
    HashtableFindOptions(HashtableFindOptions),
    HashtableImportOptions(HashtableImportOptions),
    HashtableSizeOptions(HashtableSizeOptions),
    VarHandleOptions(VarHandleOptions),
    ReadVariableOptions(ReadVariableOptions),
    AssignVariableOptions(AssignVariableOptions),
    RandomOptions(RandomOptions),
    BucketizeOptions(BucketizeOptions),
    GeluOptions(GeluOptions),
    DynamicUpdateSliceOptions(DynamicUpdateSliceOptions),
    UnsortedSegmentProdOptions(UnsortedSegmentProdOptions),
    UnsortedSegmentMaxOptions(UnsortedSegmentMaxOptions),
    UnsortedSegmentMinOptions(UnsortedSegmentMinOptions),
    UnsortedSegmentSumOptions(UnsortedSegmentSumOptions),
    ATan2Options(ATan2Options),
    SignOptions(SignOptions),
    BitcastOptions(BitcastOptions),
    BitwiseXorOptions(BitwiseXorOptions),
    RightShiftOptions(RightShiftOptions),
}

impl BuiltinOptions {
    fn from_view(tag: views::BuiltinOptions, table: Option<Table<'_>>) -> Result<Option<Self>> {
        let Some(table) = table else { return Ok(None) };
        Ok(Some(match tag {
            views::BuiltinOptions::NONE => return Ok(None),
            views::BuiltinOptions::Conv2DOptions => {
                Self::Conv2DOptions(Conv2DOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::DepthwiseConv2DOptions => {
                Self::DepthwiseConv2DOptions(DepthwiseConv2DOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ConcatEmbeddingsOptions => {
                Self::ConcatEmbeddingsOptions(ConcatEmbeddingsOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::LSHProjectionOptions => {
                Self::LSHProjectionOptions(LSHProjectionOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::Pool2DOptions => {
                Self::Pool2DOptions(Pool2DOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SVDFOptions => Self::SVDFOptions(SVDFOptions::from_view(table.into())?),
            views::BuiltinOptions::RNNOptions => Self::RNNOptions(RNNOptions::from_view(table.into())?),
            views::BuiltinOptions::FullyConnectedOptions => {
                Self::FullyConnectedOptions(FullyConnectedOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SoftmaxOptions => {
                Self::SoftmaxOptions(SoftmaxOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ConcatenationOptions => {
                Self::ConcatenationOptions(ConcatenationOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::AddOptions => Self::AddOptions(AddOptions::from_view(table.into())?),
            views::BuiltinOptions::L2NormOptions => {
                Self::L2NormOptions(L2NormOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::LocalResponseNormalizationOptions => {
                Self::LocalResponseNormalizationOptions(LocalResponseNormalizationOptions::from_view(
                    table.into(),
                )?)
            }
            views::BuiltinOptions::LSTMOptions => Self::LSTMOptions(LSTMOptions::from_view(table.into())?),
            views::BuiltinOptions::ResizeBilinearOptions => {
                Self::ResizeBilinearOptions(ResizeBilinearOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::CallOptions => Self::CallOptions(CallOptions::from_view(table.into())?),
            views::BuiltinOptions::ReshapeOptions => {
                Self::ReshapeOptions(ReshapeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SkipGramOptions => {
                Self::SkipGramOptions(SkipGramOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SpaceToDepthOptions => {
                Self::SpaceToDepthOptions(SpaceToDepthOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::EmbeddingLookupSparseOptions => {
                Self::EmbeddingLookupSparseOptions(EmbeddingLookupSparseOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::MulOptions => Self::MulOptions(MulOptions::from_view(table.into())?),
            views::BuiltinOptions::PadOptions => Self::PadOptions(PadOptions::from_view(table.into())?),
            views::BuiltinOptions::GatherOptions => {
                Self::GatherOptions(GatherOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::BatchToSpaceNDOptions => {
                Self::BatchToSpaceNDOptions(BatchToSpaceNDOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SpaceToBatchNDOptions => {
                Self::SpaceToBatchNDOptions(SpaceToBatchNDOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::TransposeOptions => {
                Self::TransposeOptions(TransposeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ReducerOptions => {
                Self::ReducerOptions(ReducerOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SubOptions => Self::SubOptions(SubOptions::from_view(table.into())?),
            views::BuiltinOptions::DivOptions => Self::DivOptions(DivOptions::from_view(table.into())?),
            views::BuiltinOptions::SqueezeOptions => {
                Self::SqueezeOptions(SqueezeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SequenceRNNOptions => {
                Self::SequenceRNNOptions(SequenceRNNOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::StridedSliceOptions => {
                Self::StridedSliceOptions(StridedSliceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ExpOptions => Self::ExpOptions(ExpOptions::from_view(table.into())?),
            views::BuiltinOptions::TopKV2Options => {
                Self::TopKV2Options(TopKV2Options::from_view(table.into())?)
            }
            views::BuiltinOptions::SplitOptions => Self::SplitOptions(SplitOptions::from_view(table.into())?),
            views::BuiltinOptions::LogSoftmaxOptions => {
                Self::LogSoftmaxOptions(LogSoftmaxOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::CastOptions => Self::CastOptions(CastOptions::from_view(table.into())?),
            views::BuiltinOptions::DequantizeOptions => {
                Self::DequantizeOptions(DequantizeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::MaximumMinimumOptions => {
                Self::MaximumMinimumOptions(MaximumMinimumOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ArgMaxOptions => {
                Self::ArgMaxOptions(ArgMaxOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::LessOptions => Self::LessOptions(LessOptions::from_view(table.into())?),
            views::BuiltinOptions::NegOptions => Self::NegOptions(NegOptions::from_view(table.into())?),
            views::BuiltinOptions::PadV2Options => Self::PadV2Options(PadV2Options::from_view(table.into())?),
            views::BuiltinOptions::GreaterOptions => {
                Self::GreaterOptions(GreaterOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::GreaterEqualOptions => {
                Self::GreaterEqualOptions(GreaterEqualOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::LessEqualOptions => {
                Self::LessEqualOptions(LessEqualOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SelectOptions => {
                Self::SelectOptions(SelectOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SliceOptions => Self::SliceOptions(SliceOptions::from_view(table.into())?),
            views::BuiltinOptions::TransposeConvOptions => {
                Self::TransposeConvOptions(TransposeConvOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SparseToDenseOptions => {
                Self::SparseToDenseOptions(SparseToDenseOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::TileOptions => Self::TileOptions(TileOptions::from_view(table.into())?),
            views::BuiltinOptions::ExpandDimsOptions => {
                Self::ExpandDimsOptions(ExpandDimsOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::EqualOptions => Self::EqualOptions(EqualOptions::from_view(table.into())?),
            views::BuiltinOptions::NotEqualOptions => {
                Self::NotEqualOptions(NotEqualOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ShapeOptions => Self::ShapeOptions(ShapeOptions::from_view(table.into())?),
            views::BuiltinOptions::PowOptions => Self::PowOptions(PowOptions::from_view(table.into())?),
            views::BuiltinOptions::ArgMinOptions => {
                Self::ArgMinOptions(ArgMinOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::FakeQuantOptions => {
                Self::FakeQuantOptions(FakeQuantOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::PackOptions => Self::PackOptions(PackOptions::from_view(table.into())?),
            views::BuiltinOptions::LogicalOrOptions => {
                Self::LogicalOrOptions(LogicalOrOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::OneHotOptions => {
                Self::OneHotOptions(OneHotOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::LogicalAndOptions => {
                Self::LogicalAndOptions(LogicalAndOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::LogicalNotOptions => {
                Self::LogicalNotOptions(LogicalNotOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::UnpackOptions => {
                Self::UnpackOptions(UnpackOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::FloorDivOptions => {
                Self::FloorDivOptions(FloorDivOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SquareOptions => {
                Self::SquareOptions(SquareOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ZerosLikeOptions => {
                Self::ZerosLikeOptions(ZerosLikeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::FillOptions => Self::FillOptions(FillOptions::from_view(table.into())?),
            views::BuiltinOptions::BidirectionalSequenceLSTMOptions => {
                Self::BidirectionalSequenceLSTMOptions(BidirectionalSequenceLSTMOptions::from_view(
                    table.into(),
                )?)
            }
            views::BuiltinOptions::BidirectionalSequenceRNNOptions => Self::BidirectionalSequenceRNNOptions(
                BidirectionalSequenceRNNOptions::from_view(table.into())?,
            ),
            views::BuiltinOptions::UnidirectionalSequenceLSTMOptions => {
                Self::UnidirectionalSequenceLSTMOptions(UnidirectionalSequenceLSTMOptions::from_view(
                    table.into(),
                )?)
            }
            views::BuiltinOptions::FloorModOptions => {
                Self::FloorModOptions(FloorModOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::RangeOptions => Self::RangeOptions(RangeOptions::from_view(table.into())?),
            views::BuiltinOptions::ResizeNearestNeighborOptions => {
                Self::ResizeNearestNeighborOptions(ResizeNearestNeighborOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::LeakyReluOptions => {
                Self::LeakyReluOptions(LeakyReluOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SquaredDifferenceOptions => {
                Self::SquaredDifferenceOptions(SquaredDifferenceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::MirrorPadOptions => {
                Self::MirrorPadOptions(MirrorPadOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::AbsOptions => Self::AbsOptions(AbsOptions::from_view(table.into())?),
            views::BuiltinOptions::SplitVOptions => {
                Self::SplitVOptions(SplitVOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::UniqueOptions => {
                Self::UniqueOptions(UniqueOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ReverseV2Options => {
                Self::ReverseV2Options(ReverseV2Options::from_view(table.into())?)
            }
            views::BuiltinOptions::AddNOptions => Self::AddNOptions(AddNOptions::from_view(table.into())?),
            views::BuiltinOptions::GatherNdOptions => {
                Self::GatherNdOptions(GatherNdOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::CosOptions => Self::CosOptions(CosOptions::from_view(table.into())?),
            views::BuiltinOptions::WhereOptions => Self::WhereOptions(WhereOptions::from_view(table.into())?),
            views::BuiltinOptions::RankOptions => Self::RankOptions(RankOptions::from_view(table.into())?),
            views::BuiltinOptions::ReverseSequenceOptions => {
                Self::ReverseSequenceOptions(ReverseSequenceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::MatrixDiagOptions => {
                Self::MatrixDiagOptions(MatrixDiagOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::QuantizeOptions => {
                Self::QuantizeOptions(QuantizeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::MatrixSetDiagOptions => {
                Self::MatrixSetDiagOptions(MatrixSetDiagOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::HardSwishOptions => {
                Self::HardSwishOptions(HardSwishOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::IfOptions => Self::IfOptions(IfOptions::from_view(table.into())?),
            views::BuiltinOptions::WhileOptions => Self::WhileOptions(WhileOptions::from_view(table.into())?),
            views::BuiltinOptions::DepthToSpaceOptions => {
                Self::DepthToSpaceOptions(DepthToSpaceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::NonMaxSuppressionV4Options => {
                Self::NonMaxSuppressionV4Options(NonMaxSuppressionV4Options::from_view(table.into())?)
            }
            views::BuiltinOptions::NonMaxSuppressionV5Options => {
                Self::NonMaxSuppressionV5Options(NonMaxSuppressionV5Options::from_view(table.into())?)
            }
            views::BuiltinOptions::ScatterNdOptions => {
                Self::ScatterNdOptions(ScatterNdOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SelectV2Options => {
                Self::SelectV2Options(SelectV2Options::from_view(table.into())?)
            }
            views::BuiltinOptions::DensifyOptions => {
                Self::DensifyOptions(DensifyOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::SegmentSumOptions => {
                Self::SegmentSumOptions(SegmentSumOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::BatchMatMulOptions => {
                Self::BatchMatMulOptions(BatchMatMulOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::CumsumOptions => {
                Self::CumsumOptions(CumsumOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::CallOnceOptions => {
                Self::CallOnceOptions(CallOnceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::BroadcastToOptions => {
                Self::BroadcastToOptions(BroadcastToOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::Rfft2dOptions => {
                Self::Rfft2dOptions(Rfft2dOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::Conv3DOptions => {
                Self::Conv3DOptions(Conv3DOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::HashtableOptions => {
                Self::HashtableOptions(HashtableOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::HashtableFindOptions => {
                Self::HashtableFindOptions(HashtableFindOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::HashtableImportOptions => {
                Self::HashtableImportOptions(HashtableImportOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::HashtableSizeOptions => {
                Self::HashtableSizeOptions(HashtableSizeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::VarHandleOptions => {
                Self::VarHandleOptions(VarHandleOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ReadVariableOptions => {
                Self::ReadVariableOptions(ReadVariableOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::AssignVariableOptions => {
                Self::AssignVariableOptions(AssignVariableOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::RandomOptions => {
                Self::RandomOptions(RandomOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::BucketizeOptions => {
                Self::BucketizeOptions(BucketizeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::GeluOptions => Self::GeluOptions(GeluOptions::from_view(table.into())?),
            views::BuiltinOptions::DynamicUpdateSliceOptions => {
                Self::DynamicUpdateSliceOptions(DynamicUpdateSliceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::UnsortedSegmentProdOptions => {
                Self::UnsortedSegmentProdOptions(UnsortedSegmentProdOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::UnsortedSegmentMaxOptions => {
                Self::UnsortedSegmentMaxOptions(UnsortedSegmentMaxOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::UnsortedSegmentMinOptions => {
                Self::UnsortedSegmentMinOptions(UnsortedSegmentMinOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::UnsortedSegmentSumOptions => {
                Self::UnsortedSegmentSumOptions(UnsortedSegmentSumOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::ATan2Options => Self::ATan2Options(ATan2Options::from_view(table.into())?),
            views::BuiltinOptions::SignOptions => Self::SignOptions(SignOptions::from_view(table.into())?),
            views::BuiltinOptions::BitcastOptions => {
                Self::BitcastOptions(BitcastOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::BitwiseXorOptions => {
                Self::BitwiseXorOptions(BitwiseXorOptions::from_view(table.into())?)
            }
            views::BuiltinOptions::RightShiftOptions => {
                Self::RightShiftOptions(RightShiftOptions::from_view(table.into())?)
            }
            other => return Err(unknown("BuiltinOptions", other.0)),
        }))
    }

    /// The tag that stands for the table.
    pub fn tag(&self) -> views::BuiltinOptions {
        match self {
            Self::Conv2DOptions(_) => views::BuiltinOptions::Conv2DOptions,
            Self::DepthwiseConv2DOptions(_) => views::BuiltinOptions::DepthwiseConv2DOptions,
            Self::ConcatEmbeddingsOptions(_) => views::BuiltinOptions::ConcatEmbeddingsOptions,
            Self::LSHProjectionOptions(_) => views::BuiltinOptions::LSHProjectionOptions,
            Self::Pool2DOptions(_) => views::BuiltinOptions::Pool2DOptions,
            Self::SVDFOptions(_) => views::BuiltinOptions::SVDFOptions,
            Self::RNNOptions(_) => views::BuiltinOptions::RNNOptions,
            Self::FullyConnectedOptions(_) => views::BuiltinOptions::FullyConnectedOptions,
            Self::SoftmaxOptions(_) => views::BuiltinOptions::SoftmaxOptions,
            Self::ConcatenationOptions(_) => views::BuiltinOptions::ConcatenationOptions,
            Self::AddOptions(_) => views::BuiltinOptions::AddOptions,
            Self::L2NormOptions(_) => views::BuiltinOptions::L2NormOptions,
            Self::LocalResponseNormalizationOptions(_) => {
                views::BuiltinOptions::LocalResponseNormalizationOptions
            }
            Self::LSTMOptions(_) => views::BuiltinOptions::LSTMOptions,
            Self::ResizeBilinearOptions(_) => views::BuiltinOptions::ResizeBilinearOptions,
            Self::CallOptions(_) => views::BuiltinOptions::CallOptions,
            Self::ReshapeOptions(_) => views::BuiltinOptions::ReshapeOptions,
            Self::SkipGramOptions(_) => views::BuiltinOptions::SkipGramOptions,
            Self::SpaceToDepthOptions(_) => views::BuiltinOptions::SpaceToDepthOptions,
            Self::EmbeddingLookupSparseOptions(_) => views::BuiltinOptions::EmbeddingLookupSparseOptions,
            Self::MulOptions(_) => views::BuiltinOptions::MulOptions,
            Self::PadOptions(_) => views::BuiltinOptions::PadOptions,
            Self::GatherOptions(_) => views::BuiltinOptions::GatherOptions,
            Self::BatchToSpaceNDOptions(_) => views::BuiltinOptions::BatchToSpaceNDOptions,
            Self::SpaceToBatchNDOptions(_) => views::BuiltinOptions::SpaceToBatchNDOptions,
            Self::TransposeOptions(_) => views::BuiltinOptions::TransposeOptions,
            Self::ReducerOptions(_) => views::BuiltinOptions::ReducerOptions,
            Self::SubOptions(_) => views::BuiltinOptions::SubOptions,
            Self::DivOptions(_) => views::BuiltinOptions::DivOptions,
            Self::SqueezeOptions(_) => views::BuiltinOptions::SqueezeOptions,
            Self::SequenceRNNOptions(_) => views::BuiltinOptions::SequenceRNNOptions,
            Self::StridedSliceOptions(_) => views::BuiltinOptions::StridedSliceOptions,
            Self::ExpOptions(_) => views::BuiltinOptions::ExpOptions,
            Self::TopKV2Options(_) => views::BuiltinOptions::TopKV2Options,
            Self::SplitOptions(_) => views::BuiltinOptions::SplitOptions,
            Self::LogSoftmaxOptions(_) => views::BuiltinOptions::LogSoftmaxOptions,
            Self::CastOptions(_) => views::BuiltinOptions::CastOptions,
            Self::DequantizeOptions(_) => views::BuiltinOptions::DequantizeOptions,
            Self::MaximumMinimumOptions(_) => views::BuiltinOptions::MaximumMinimumOptions,
            Self::ArgMaxOptions(_) => views::BuiltinOptions::ArgMaxOptions,
            Self::LessOptions(_) => views::BuiltinOptions::LessOptions,
            Self::NegOptions(_) => views::BuiltinOptions::NegOptions,
            Self::PadV2Options(_) => views::BuiltinOptions::PadV2Options,
            Self::GreaterOptions(_) => views::BuiltinOptions::GreaterOptions,
            Self::GreaterEqualOptions(_) => views::BuiltinOptions::GreaterEqualOptions,
            Self::LessEqualOptions(_) => views::BuiltinOptions::LessEqualOptions,
            Self::SelectOptions(_) => views::BuiltinOptions::SelectOptions,
            Self::SliceOptions(_) => views::BuiltinOptions::SliceOptions,
            Self::TransposeConvOptions(_) => views::BuiltinOptions::TransposeConvOptions,
            Self::SparseToDenseOptions(_) => views::BuiltinOptions::SparseToDenseOptions,
            Self::TileOptions(_) => views::BuiltinOptions::TileOptions,
            Self::ExpandDimsOptions(_) => views::BuiltinOptions::ExpandDimsOptions,
            Self::EqualOptions(_) => views::BuiltinOptions::EqualOptions,
            Self::NotEqualOptions(_) => views::BuiltinOptions::NotEqualOptions,
            Self::ShapeOptions(_) => views::BuiltinOptions::ShapeOptions,
            Self::PowOptions(_) => views::BuiltinOptions::PowOptions,
            Self::ArgMinOptions(_) => views::BuiltinOptions::ArgMinOptions,
            Self::FakeQuantOptions(_) => views::BuiltinOptions::FakeQuantOptions,
            Self::PackOptions(_) => views::BuiltinOptions::PackOptions,
            Self::LogicalOrOptions(_) => views::BuiltinOptions::LogicalOrOptions,
            Self::OneHotOptions(_) => views::BuiltinOptions::OneHotOptions,
            Self::LogicalAndOptions(_) => views::BuiltinOptions::LogicalAndOptions,
            Self::LogicalNotOptions(_) => views::BuiltinOptions::LogicalNotOptions,
            Self::UnpackOptions(_) => views::BuiltinOptions::UnpackOptions,
            Self::FloorDivOptions(_) => views::BuiltinOptions::FloorDivOptions,
            Self::SquareOptions(_) => views::BuiltinOptions::SquareOptions,
            Self::ZerosLikeOptions(_) => views::BuiltinOptions::ZerosLikeOptions,
            Self::FillOptions(_) => views::BuiltinOptions::FillOptions,
            Self::BidirectionalSequenceLSTMOptions(_) => {
                views::BuiltinOptions::BidirectionalSequenceLSTMOptions
            }
            Self::BidirectionalSequenceRNNOptions(_) => {
                views::BuiltinOptions::BidirectionalSequenceRNNOptions
            }
            Self::UnidirectionalSequenceLSTMOptions(_) => {
                views::BuiltinOptions::UnidirectionalSequenceLSTMOptions
            }
            Self::FloorModOptions(_) => views::BuiltinOptions::FloorModOptions,
            Self::RangeOptions(_) => views::BuiltinOptions::RangeOptions,
            Self::ResizeNearestNeighborOptions(_) => views::BuiltinOptions::ResizeNearestNeighborOptions,
            Self::LeakyReluOptions(_) => views::BuiltinOptions::LeakyReluOptions,
            Self::SquaredDifferenceOptions(_) => views::BuiltinOptions::SquaredDifferenceOptions,
            Self::MirrorPadOptions(_) => views::BuiltinOptions::MirrorPadOptions,
            Self::AbsOptions(_) => views::BuiltinOptions::AbsOptions,
            Self::SplitVOptions(_) => views::BuiltinOptions::SplitVOptions,
            Self::UniqueOptions(_) => views::BuiltinOptions::UniqueOptions,
            Self::ReverseV2Options(_) => views::BuiltinOptions::ReverseV2Options,
            Self::AddNOptions(_) => views::BuiltinOptions::AddNOptions,
            Self::GatherNdOptions(_) => views::BuiltinOptions::GatherNdOptions,
            Self::CosOptions(_) => views::BuiltinOptions::CosOptions,
            Self::WhereOptions(_) => views::BuiltinOptions::WhereOptions,
            Self::RankOptions(_) => views::BuiltinOptions::RankOptions,
            Self::ReverseSequenceOptions(_) => views::BuiltinOptions::ReverseSequenceOptions,
            Self::MatrixDiagOptions(_) => views::BuiltinOptions::MatrixDiagOptions,
            Self::QuantizeOptions(_) => views::BuiltinOptions::QuantizeOptions,
            Self::MatrixSetDiagOptions(_) => views::BuiltinOptions::MatrixSetDiagOptions,
            Self::HardSwishOptions(_) => views::BuiltinOptions::HardSwishOptions,
            Self::IfOptions(_) => views::BuiltinOptions::IfOptions,
            Self::WhileOptions(_) => views::BuiltinOptions::WhileOptions,
            Self::DepthToSpaceOptions(_) => views::BuiltinOptions::DepthToSpaceOptions,
            Self::NonMaxSuppressionV4Options(_) => views::BuiltinOptions::NonMaxSuppressionV4Options,
            Self::NonMaxSuppressionV5Options(_) => views::BuiltinOptions::NonMaxSuppressionV5Options,
            Self::ScatterNdOptions(_) => views::BuiltinOptions::ScatterNdOptions,
            Self::SelectV2Options(_) => views::BuiltinOptions::SelectV2Options,
            Self::DensifyOptions(_) => views::BuiltinOptions::DensifyOptions,
            Self::SegmentSumOptions(_) => views::BuiltinOptions::SegmentSumOptions,
            Self::BatchMatMulOptions(_) => views::BuiltinOptions::BatchMatMulOptions,
            Self::CumsumOptions(_) => views::BuiltinOptions::CumsumOptions,
            Self::CallOnceOptions(_) => views::BuiltinOptions::CallOnceOptions,
            Self::BroadcastToOptions(_) => views::BuiltinOptions::BroadcastToOptions,
            Self::Rfft2dOptions(_) => views::BuiltinOptions::Rfft2dOptions,
            Self::Conv3DOptions(_) => views::BuiltinOptions::Conv3DOptions,
            Self::HashtableOptions(_) => views::BuiltinOptions::HashtableOptions,
            Self::HashtableFindOptions(_) => views::BuiltinOptions::HashtableFindOptions,
            Self::HashtableImportOptions(_) => views::BuiltinOptions::HashtableImportOptions,
            Self::HashtableSizeOptions(_) => views::BuiltinOptions::HashtableSizeOptions,
            Self::VarHandleOptions(_) => views::BuiltinOptions::VarHandleOptions,
            Self::ReadVariableOptions(_) => views::BuiltinOptions::ReadVariableOptions,
            Self::AssignVariableOptions(_) => views::BuiltinOptions::AssignVariableOptions,
            Self::RandomOptions(_) => views::BuiltinOptions::RandomOptions,
            Self::BucketizeOptions(_) => views::BuiltinOptions::BucketizeOptions,
            Self::GeluOptions(_) => views::BuiltinOptions::GeluOptions,
            Self::DynamicUpdateSliceOptions(_) => views::BuiltinOptions::DynamicUpdateSliceOptions,
            Self::UnsortedSegmentProdOptions(_) => views::BuiltinOptions::UnsortedSegmentProdOptions,
            Self::UnsortedSegmentMaxOptions(_) => views::BuiltinOptions::UnsortedSegmentMaxOptions,
            Self::UnsortedSegmentMinOptions(_) => views::BuiltinOptions::UnsortedSegmentMinOptions,
            Self::UnsortedSegmentSumOptions(_) => views::BuiltinOptions::UnsortedSegmentSumOptions,
            Self::ATan2Options(_) => views::BuiltinOptions::ATan2Options,
            Self::SignOptions(_) => views::BuiltinOptions::SignOptions,
            Self::BitcastOptions(_) => views::BuiltinOptions::BitcastOptions,
            Self::BitwiseXorOptions(_) => views::BuiltinOptions::BitwiseXorOptions,
            Self::RightShiftOptions(_) => views::BuiltinOptions::RightShiftOptions,
        }
    }

    fn record(&self) -> &dyn Record {
        match self {
            Self::Conv2DOptions(table) => table,
            Self::DepthwiseConv2DOptions(table) => table,
            Self::ConcatEmbeddingsOptions(table) => table,
            Self::LSHProjectionOptions(table) => table,
            Self::Pool2DOptions(table) => table,
            Self::SVDFOptions(table) => table,
            Self::RNNOptions(table) => table,
            Self::FullyConnectedOptions(table) => table,
            Self::SoftmaxOptions(table) => table,
            Self::ConcatenationOptions(table) => table,
            Self::AddOptions(table) => table,
            Self::L2NormOptions(table) => table,
            Self::LocalResponseNormalizationOptions(table) => table,
            Self::LSTMOptions(table) => table,
            Self::ResizeBilinearOptions(table) => table,
            Self::CallOptions(table) => table,
            Self::ReshapeOptions(table) => table,
            Self::SkipGramOptions(table) => table,
            Self::SpaceToDepthOptions(table) => table,
            Self::EmbeddingLookupSparseOptions(table) => table,
            Self::MulOptions(table) => table,
            Self::PadOptions(table) => table,
            Self::GatherOptions(table) => table,
            Self::BatchToSpaceNDOptions(table) => table,
            Self::SpaceToBatchNDOptions(table) => table,
            Self::TransposeOptions(table) => table,
            Self::ReducerOptions(table) => table,
            Self::SubOptions(table) => table,
            Self::DivOptions(table) => table,
            Self::SqueezeOptions(table) => table,
            Self::SequenceRNNOptions(table) => table,
            Self::StridedSliceOptions(table) => table,
            Self::ExpOptions(table) => table,
            Self::TopKV2Options(table) => table,
            Self::SplitOptions(table) => table,
            Self::LogSoftmaxOptions(table) => table,
            Self::CastOptions(table) => table,
            Self::DequantizeOptions(table) => table,
            Self::MaximumMinimumOptions(table) => table,
            Self::ArgMaxOptions(table) => table,
            Self::LessOptions(table) => table,
            Self::NegOptions(table) => table,
            Self::PadV2Options(table) => table,
            Self::GreaterOptions(table) => table,
            Self::GreaterEqualOptions(table) => table,
            Self::LessEqualOptions(table) => table,
            Self::SelectOptions(table) => table,
            Self::SliceOptions(table) => table,
            Self::TransposeConvOptions(table) => table,
            Self::SparseToDenseOptions(table) => table,
            Self::TileOptions(table) => table,
            Self::ExpandDimsOptions(table) => table,
            Self::EqualOptions(table) => table,
            Self::NotEqualOptions(table) => table,
            Self::ShapeOptions(table) => table,
            Self::PowOptions(table) => table,
            Self::ArgMinOptions(table) => table,
            Self::FakeQuantOptions(table) => table,
            Self::PackOptions(table) => table,
            Self::LogicalOrOptions(table) => table,
            Self::OneHotOptions(table) => table,
            Self::LogicalAndOptions(table) => table,
            Self::LogicalNotOptions(table) => table,
            Self::UnpackOptions(table) => table,
            Self::FloorDivOptions(table) => table,
            Self::SquareOptions(table) => table,
            Self::ZerosLikeOptions(table) => table,
            Self::FillOptions(table) => table,
            Self::BidirectionalSequenceLSTMOptions(table) => table,
            Self::BidirectionalSequenceRNNOptions(table) => table,
            Self::UnidirectionalSequenceLSTMOptions(table) => table,
            Self::FloorModOptions(table) => table,
            Self::RangeOptions(table) => table,
            Self::ResizeNearestNeighborOptions(table) => table,
            Self::LeakyReluOptions(table) => table,
            Self::SquaredDifferenceOptions(table) => table,
            Self::MirrorPadOptions(table) => table,
            Self::AbsOptions(table) => table,
            Self::SplitVOptions(table) => table,
            Self::UniqueOptions(table) => table,
            Self::ReverseV2Options(table) => table,
            Self::AddNOptions(table) => table,
            Self::GatherNdOptions(table) => table,
            Self::CosOptions(table) => table,
            Self::WhereOptions(table) => table,
            Self::RankOptions(table) => table,
            Self::ReverseSequenceOptions(table) => table,
            Self::MatrixDiagOptions(table) => table,
            Self::QuantizeOptions(table) => table,
            Self::MatrixSetDiagOptions(table) => table,
            Self::HardSwishOptions(table) => table,
            Self::IfOptions(table) => table,
            Self::WhileOptions(table) => table,
            Self::DepthToSpaceOptions(table) => table,
            Self::NonMaxSuppressionV4Options(table) => table,
            Self::NonMaxSuppressionV5Options(table) => table,
            Self::ScatterNdOptions(table) => table,
            Self::SelectV2Options(table) => table,
            Self::DensifyOptions(table) => table,
            Self::SegmentSumOptions(table) => table,
            Self::BatchMatMulOptions(table) => table,
            Self::CumsumOptions(table) => table,
            Self::CallOnceOptions(table) => table,
            Self::BroadcastToOptions(table) => table,
            Self::Rfft2dOptions(table) => table,
            Self::Conv3DOptions(table) => table,
            Self::HashtableOptions(table) => table,
            Self::HashtableFindOptions(table) => table,
            Self::HashtableImportOptions(table) => table,
            Self::HashtableSizeOptions(table) => table,
            Self::VarHandleOptions(table) => table,
            Self::ReadVariableOptions(table) => table,
            Self::AssignVariableOptions(table) => table,
            Self::RandomOptions(table) => table,
            Self::BucketizeOptions(table) => table,
            Self::GeluOptions(table) => table,
            Self::DynamicUpdateSliceOptions(table) => table,
            Self::UnsortedSegmentProdOptions(table) => table,
            Self::UnsortedSegmentMaxOptions(table) => table,
            Self::UnsortedSegmentMinOptions(table) => table,
            Self::UnsortedSegmentSumOptions(table) => table,
            Self::ATan2Options(table) => table,
            Self::SignOptions(table) => table,
            Self::BitcastOptions(table) => table,
            Self::BitwiseXorOptions(table) => table,
            Self::RightShiftOptions(table) => table,
        }
    }
}

impl From<Conv2DOptions> for BuiltinOptions {
    fn from(table: Conv2DOptions) -> Self {
        Self::Conv2DOptions(table)
    }
}

impl From<DepthwiseConv2DOptions> for BuiltinOptions {
    fn from(table: DepthwiseConv2DOptions) -> Self {
        Self::DepthwiseConv2DOptions(table)
    }
}

impl From<ConcatEmbeddingsOptions> for BuiltinOptions {
    fn from(table: ConcatEmbeddingsOptions) -> Self {
        Self::ConcatEmbeddingsOptions(table)
    }
}

impl From<LSHProjectionOptions> for BuiltinOptions {
    fn from(table: LSHProjectionOptions) -> Self {
        Self::LSHProjectionOptions(table)
    }
}

impl From<Pool2DOptions> for BuiltinOptions {
    fn from(table: Pool2DOptions) -> Self {
        Self::Pool2DOptions(table)
    }
}

impl From<SVDFOptions> for BuiltinOptions {
    fn from(table: SVDFOptions) -> Self {
        Self::SVDFOptions(table)
    }
}

impl From<RNNOptions> for BuiltinOptions {
    fn from(table: RNNOptions) -> Self {
        Self::RNNOptions(table)
    }
}

impl From<FullyConnectedOptions> for BuiltinOptions {
    fn from(table: FullyConnectedOptions) -> Self {
        Self::FullyConnectedOptions(table)
    }
}

impl From<SoftmaxOptions> for BuiltinOptions {
    fn from(table: SoftmaxOptions) -> Self {
        Self::SoftmaxOptions(table)
    }
}

impl From<ConcatenationOptions> for BuiltinOptions {
    fn from(table: ConcatenationOptions) -> Self {
        Self::ConcatenationOptions(table)
    }
}

impl From<AddOptions> for BuiltinOptions {
    fn from(table: AddOptions) -> Self {
        Self::AddOptions(table)
    }
}

impl From<L2NormOptions> for BuiltinOptions {
    fn from(table: L2NormOptions) -> Self {
        Self::L2NormOptions(table)
    }
}

impl From<LocalResponseNormalizationOptions> for BuiltinOptions {
    fn from(table: LocalResponseNormalizationOptions) -> Self {
        Self::LocalResponseNormalizationOptions(table)
    }
}

impl From<LSTMOptions> for BuiltinOptions {
    fn from(table: LSTMOptions) -> Self {
        Self::LSTMOptions(table)
    }
}

impl From<ResizeBilinearOptions> for BuiltinOptions {
    fn from(table: ResizeBilinearOptions) -> Self {
        Self::ResizeBilinearOptions(table)
    }
}

impl From<CallOptions> for BuiltinOptions {
    fn from(table: CallOptions) -> Self {
        Self::CallOptions(table)
    }
}

impl From<ReshapeOptions> for BuiltinOptions {
    fn from(table: ReshapeOptions) -> Self {
        Self::ReshapeOptions(table)
    }
}

impl From<SkipGramOptions> for BuiltinOptions {
    fn from(table: SkipGramOptions) -> Self {
        Self::SkipGramOptions(table)
    }
}

impl From<SpaceToDepthOptions> for BuiltinOptions {
    fn from(table: SpaceToDepthOptions) -> Self {
        Self::SpaceToDepthOptions(table)
    }
}

impl From<EmbeddingLookupSparseOptions> for BuiltinOptions {
    fn from(table: EmbeddingLookupSparseOptions) -> Self {
        Self::EmbeddingLookupSparseOptions(table)
    }
}

impl From<MulOptions> for BuiltinOptions {
    fn from(table: MulOptions) -> Self {
        Self::MulOptions(table)
    }
}

impl From<PadOptions> for BuiltinOptions {
    fn from(table: PadOptions) -> Self {
        Self::PadOptions(table)
    }
}

impl From<GatherOptions> for BuiltinOptions {
    fn from(table: GatherOptions) -> Self {
        Self::GatherOptions(table)
    }
}

impl From<BatchToSpaceNDOptions> for BuiltinOptions {
    fn from(table: BatchToSpaceNDOptions) -> Self {
        Self::BatchToSpaceNDOptions(table)
    }
}

impl From<SpaceToBatchNDOptions> for BuiltinOptions {
    fn from(table: SpaceToBatchNDOptions) -> Self {
        Self::SpaceToBatchNDOptions(table)
    }
}

impl From<TransposeOptions> for BuiltinOptions {
    fn from(table: TransposeOptions) -> Self {
        Self::TransposeOptions(table)
    }
}

impl From<ReducerOptions> for BuiltinOptions {
    fn from(table: ReducerOptions) -> Self {
        Self::ReducerOptions(table)
    }
}

impl From<SubOptions> for BuiltinOptions {
    fn from(table: SubOptions) -> Self {
        Self::SubOptions(table)
    }
}

impl From<DivOptions> for BuiltinOptions {
    fn from(table: DivOptions) -> Self {
        Self::DivOptions(table)
    }
}

impl From<SqueezeOptions> for BuiltinOptions {
    fn from(table: SqueezeOptions) -> Self {
        Self::SqueezeOptions(table)
    }
}

impl From<SequenceRNNOptions> for BuiltinOptions {
    fn from(table: SequenceRNNOptions) -> Self {
        Self::SequenceRNNOptions(table)
    }
}

impl From<StridedSliceOptions> for BuiltinOptions {
    fn from(table: StridedSliceOptions) -> Self {
        Self::StridedSliceOptions(table)
    }
}

impl From<ExpOptions> for BuiltinOptions {
    fn from(table: ExpOptions) -> Self {
        Self::ExpOptions(table)
    }
}

impl From<TopKV2Options> for BuiltinOptions {
    fn from(table: TopKV2Options) -> Self {
        Self::TopKV2Options(table)
    }
}

impl From<SplitOptions> for BuiltinOptions {
    fn from(table: SplitOptions) -> Self {
        Self::SplitOptions(table)
    }
}

impl From<LogSoftmaxOptions> for BuiltinOptions {
    fn from(table: LogSoftmaxOptions) -> Self {
        Self::LogSoftmaxOptions(table)
    }
}

impl From<CastOptions> for BuiltinOptions {
    fn from(table: CastOptions) -> Self {
        Self::CastOptions(table)
    }
}

impl From<DequantizeOptions> for BuiltinOptions {
    fn from(table: DequantizeOptions) -> Self {
        Self::DequantizeOptions(table)
    }
}

impl From<MaximumMinimumOptions> for BuiltinOptions {
    fn from(table: MaximumMinimumOptions) -> Self {
        Self::MaximumMinimumOptions(table)
    }
}

impl From<ArgMaxOptions> for BuiltinOptions {
    fn from(table: ArgMaxOptions) -> Self {
        Self::ArgMaxOptions(table)
    }
}

impl From<LessOptions> for BuiltinOptions {
    fn from(table: LessOptions) -> Self {
        Self::LessOptions(table)
    }
}

impl From<NegOptions> for BuiltinOptions {
    fn from(table: NegOptions) -> Self {
        Self::NegOptions(table)
    }
}

impl From<PadV2Options> for BuiltinOptions {
    fn from(table: PadV2Options) -> Self {
        Self::PadV2Options(table)
    }
}

impl From<GreaterOptions> for BuiltinOptions {
    fn from(table: GreaterOptions) -> Self {
        Self::GreaterOptions(table)
    }
}

impl From<GreaterEqualOptions> for BuiltinOptions {
    fn from(table: GreaterEqualOptions) -> Self {
        Self::GreaterEqualOptions(table)
    }
}

impl From<LessEqualOptions> for BuiltinOptions {
    fn from(table: LessEqualOptions) -> Self {
        Self::LessEqualOptions(table)
    }
}

impl From<SelectOptions> for BuiltinOptions {
    fn from(table: SelectOptions) -> Self {
        Self::SelectOptions(table)
    }
}

impl From<SliceOptions> for BuiltinOptions {
    fn from(table: SliceOptions) -> Self {
        Self::SliceOptions(table)
    }
}

impl From<TransposeConvOptions> for BuiltinOptions {
    fn from(table: TransposeConvOptions) -> Self {
        Self::TransposeConvOptions(table)
    }
}

impl From<SparseToDenseOptions> for BuiltinOptions {
    fn from(table: SparseToDenseOptions) -> Self {
        Self::SparseToDenseOptions(table)
    }
}

impl From<TileOptions> for BuiltinOptions {
    fn from(table: TileOptions) -> Self {
        Self::TileOptions(table)
    }
}

impl From<ExpandDimsOptions> for BuiltinOptions {
    fn from(table: ExpandDimsOptions) -> Self {
        Self::ExpandDimsOptions(table)
    }
}

impl From<EqualOptions> for BuiltinOptions {
    fn from(table: EqualOptions) -> Self {
        Self::EqualOptions(table)
    }
}

impl From<NotEqualOptions> for BuiltinOptions {
    fn from(table: NotEqualOptions) -> Self {
        Self::NotEqualOptions(table)
    }
}

impl From<ShapeOptions> for BuiltinOptions {
    fn from(table: ShapeOptions) -> Self {
        Self::ShapeOptions(table)
    }
}

impl From<PowOptions> for BuiltinOptions {
    fn from(table: PowOptions) -> Self {
        Self::PowOptions(table)
    }
}

impl From<ArgMinOptions> for BuiltinOptions {
    fn from(table: ArgMinOptions) -> Self {
        Self::ArgMinOptions(table)
    }
}

impl From<FakeQuantOptions> for BuiltinOptions {
    fn from(table: FakeQuantOptions) -> Self {
        Self::FakeQuantOptions(table)
    }
}

impl From<PackOptions> for BuiltinOptions {
    fn from(table: PackOptions) -> Self {
        Self::PackOptions(table)
    }
}

impl From<LogicalOrOptions> for BuiltinOptions {
    fn from(table: LogicalOrOptions) -> Self {
        Self::LogicalOrOptions(table)
    }
}

impl From<OneHotOptions> for BuiltinOptions {
    fn from(table: OneHotOptions) -> Self {
        Self::OneHotOptions(table)
    }
}

impl From<LogicalAndOptions> for BuiltinOptions {
    fn from(table: LogicalAndOptions) -> Self {
        Self::LogicalAndOptions(table)
    }
}

impl From<LogicalNotOptions> for BuiltinOptions {
    fn from(table: LogicalNotOptions) -> Self {
        Self::LogicalNotOptions(table)
    }
}

impl From<UnpackOptions> for BuiltinOptions {
    fn from(table: UnpackOptions) -> Self {
        Self::UnpackOptions(table)
    }
}

impl From<FloorDivOptions> for BuiltinOptions {
    fn from(table: FloorDivOptions) -> Self {
        Self::FloorDivOptions(table)
    }
}

impl From<SquareOptions> for BuiltinOptions {
    fn from(table: SquareOptions) -> Self {
        Self::SquareOptions(table)
    }
}

impl From<ZerosLikeOptions> for BuiltinOptions {
    fn from(table: ZerosLikeOptions) -> Self {
        Self::ZerosLikeOptions(table)
    }
}

impl From<FillOptions> for BuiltinOptions {
    fn from(table: FillOptions) -> Self {
        Self::FillOptions(table)
    }
}

impl From<BidirectionalSequenceLSTMOptions> for BuiltinOptions {
    fn from(table: BidirectionalSequenceLSTMOptions) -> Self {
        Self::BidirectionalSequenceLSTMOptions(table)
    }
}

impl From<BidirectionalSequenceRNNOptions> for BuiltinOptions {
    fn from(table: BidirectionalSequenceRNNOptions) -> Self {
        Self::BidirectionalSequenceRNNOptions(table)
    }
}

impl From<UnidirectionalSequenceLSTMOptions> for BuiltinOptions {
    fn from(table: UnidirectionalSequenceLSTMOptions) -> Self {
        Self::UnidirectionalSequenceLSTMOptions(table)
    }
}

impl From<FloorModOptions> for BuiltinOptions {
    fn from(table: FloorModOptions) -> Self {
        Self::FloorModOptions(table)
    }
}

impl From<RangeOptions> for BuiltinOptions {
    fn from(table: RangeOptions) -> Self {
        Self::RangeOptions(table)
    }
}

impl From<ResizeNearestNeighborOptions> for BuiltinOptions {
    fn from(table: ResizeNearestNeighborOptions) -> Self {
        Self::ResizeNearestNeighborOptions(table)
    }
}

impl From<LeakyReluOptions> for BuiltinOptions {
    fn from(table: LeakyReluOptions) -> Self {
        Self::LeakyReluOptions(table)
    }
}

impl From<SquaredDifferenceOptions> for BuiltinOptions {
    fn from(table: SquaredDifferenceOptions) -> Self {
        Self::SquaredDifferenceOptions(table)
    }
}

impl From<MirrorPadOptions> for BuiltinOptions {
    fn from(table: MirrorPadOptions) -> Self {
        Self::MirrorPadOptions(table)
    }
}

impl From<AbsOptions> for BuiltinOptions {
    fn from(table: AbsOptions) -> Self {
        Self::AbsOptions(table)
    }
}

impl From<SplitVOptions> for BuiltinOptions {
    fn from(table: SplitVOptions) -> Self {
        Self::SplitVOptions(table)
    }
}

impl From<UniqueOptions> for BuiltinOptions {
    fn from(table: UniqueOptions) -> Self {
        Self::UniqueOptions(table)
    }
}

impl From<ReverseV2Options> for BuiltinOptions {
    fn from(table: ReverseV2Options) -> Self {
        Self::ReverseV2Options(table)
    }
}

impl From<AddNOptions> for BuiltinOptions {
    fn from(table: AddNOptions) -> Self {
        Self::AddNOptions(table)
    }
}

impl From<GatherNdOptions> for BuiltinOptions {
    fn from(table: GatherNdOptions) -> Self {
        Self::GatherNdOptions(table)
    }
}

impl From<CosOptions> for BuiltinOptions {
    fn from(table: CosOptions) -> Self {
        Self::CosOptions(table)
    }
}

impl From<WhereOptions> for BuiltinOptions {
    fn from(table: WhereOptions) -> Self {
        Self::WhereOptions(table)
    }
}

impl From<RankOptions> for BuiltinOptions {
    fn from(table: RankOptions) -> Self {
        Self::RankOptions(table)
    }
}

impl From<ReverseSequenceOptions> for BuiltinOptions {
    fn from(table: ReverseSequenceOptions) -> Self {
        Self::ReverseSequenceOptions(table)
    }
}

impl From<MatrixDiagOptions> for BuiltinOptions {
    fn from(table: MatrixDiagOptions) -> Self {
        Self::MatrixDiagOptions(table)
    }
}

impl From<QuantizeOptions> for BuiltinOptions {
    fn from(table: QuantizeOptions) -> Self {
        Self::QuantizeOptions(table)
    }
}

impl From<MatrixSetDiagOptions> for BuiltinOptions {
    fn from(table: MatrixSetDiagOptions) -> Self {
        Self::MatrixSetDiagOptions(table)
    }
}

impl From<HardSwishOptions> for BuiltinOptions {
    fn from(table: HardSwishOptions) -> Self {
        Self::HardSwishOptions(table)
    }
}

impl From<IfOptions> for BuiltinOptions {
    fn from(table: IfOptions) -> Self {
        Self::IfOptions(table)
    }
}

impl From<WhileOptions> for BuiltinOptions {
    fn from(table: WhileOptions) -> Self {
        Self::WhileOptions(table)
    }
}

impl From<DepthToSpaceOptions> for BuiltinOptions {
    fn from(table: DepthToSpaceOptions) -> Self {
        Self::DepthToSpaceOptions(table)
    }
}

impl From<NonMaxSuppressionV4Options> for BuiltinOptions {
    fn from(table: NonMaxSuppressionV4Options) -> Self {
        Self::NonMaxSuppressionV4Options(table)
    }
}

impl From<NonMaxSuppressionV5Options> for BuiltinOptions {
    fn from(table: NonMaxSuppressionV5Options) -> Self {
        Self::NonMaxSuppressionV5Options(table)
    }
}

impl From<ScatterNdOptions> for BuiltinOptions {
    fn from(table: ScatterNdOptions) -> Self {
        Self::ScatterNdOptions(table)
    }
}

impl From<SelectV2Options> for BuiltinOptions {
    fn from(table: SelectV2Options) -> Self {
        Self::SelectV2Options(table)
    }
}

impl From<DensifyOptions> for BuiltinOptions {
    fn from(table: DensifyOptions) -> Self {
        Self::DensifyOptions(table)
    }
}

impl From<SegmentSumOptions> for BuiltinOptions {
    fn from(table: SegmentSumOptions) -> Self {
        Self::SegmentSumOptions(table)
    }
}

impl From<BatchMatMulOptions> for BuiltinOptions {
    fn from(table: BatchMatMulOptions) -> Self {
        Self::BatchMatMulOptions(table)
    }
}

impl From<CumsumOptions> for BuiltinOptions {
    fn from(table: CumsumOptions) -> Self {
        Self::CumsumOptions(table)
    }
}

impl From<CallOnceOptions> for BuiltinOptions {
    fn from(table: CallOnceOptions) -> Self {
        Self::CallOnceOptions(table)
    }
}

impl From<BroadcastToOptions> for BuiltinOptions {
    fn from(table: BroadcastToOptions) -> Self {
        Self::BroadcastToOptions(table)
    }
}

impl From<Rfft2dOptions> for BuiltinOptions {
    fn from(table: Rfft2dOptions) -> Self {
        Self::Rfft2dOptions(table)
    }
}

impl From<Conv3DOptions> for BuiltinOptions {
    fn from(table: Conv3DOptions) -> Self {
        Self::Conv3DOptions(table)
    }
}

impl From<HashtableOptions> for BuiltinOptions {
    fn from(table: HashtableOptions) -> Self {
        Self::HashtableOptions(table)
    }
}

impl From<HashtableFindOptions> for BuiltinOptions {
    fn from(table: HashtableFindOptions) -> Self {
        Self::HashtableFindOptions(table)
    }
}

impl From<HashtableImportOptions> for BuiltinOptions {
    fn from(table: HashtableImportOptions) -> Self {
        Self::HashtableImportOptions(table)
    }
}

impl From<HashtableSizeOptions> for BuiltinOptions {
    fn from(table: HashtableSizeOptions) -> Self {
        Self::HashtableSizeOptions(table)
    }
}

impl From<VarHandleOptions> for BuiltinOptions {
    fn from(table: VarHandleOptions) -> Self {
        Self::VarHandleOptions(table)
    }
}

impl From<ReadVariableOptions> for BuiltinOptions {
    fn from(table: ReadVariableOptions) -> Self {
        Self::ReadVariableOptions(table)
    }
}

impl From<AssignVariableOptions> for BuiltinOptions {
    fn from(table: AssignVariableOptions) -> Self {
        Self::AssignVariableOptions(table)
    }
}

impl From<RandomOptions> for BuiltinOptions {
    fn from(table: RandomOptions) -> Self {
        Self::RandomOptions(table)
    }
}

impl From<BucketizeOptions> for BuiltinOptions {
    fn from(table: BucketizeOptions) -> Self {
        Self::BucketizeOptions(table)
    }
}

impl From<GeluOptions> for BuiltinOptions {
    fn from(table: GeluOptions) -> Self {
        Self::GeluOptions(table)
    }
}

impl From<DynamicUpdateSliceOptions> for BuiltinOptions {
    fn from(table: DynamicUpdateSliceOptions) -> Self {
        Self::DynamicUpdateSliceOptions(table)
    }
}

impl From<UnsortedSegmentProdOptions> for BuiltinOptions {
    fn from(table: UnsortedSegmentProdOptions) -> Self {
        Self::UnsortedSegmentProdOptions(table)
    }
}

impl From<UnsortedSegmentMaxOptions> for BuiltinOptions {
    fn from(table: UnsortedSegmentMaxOptions) -> Self {
        Self::UnsortedSegmentMaxOptions(table)
    }
}

impl From<UnsortedSegmentMinOptions> for BuiltinOptions {
    fn from(table: UnsortedSegmentMinOptions) -> Self {
        Self::UnsortedSegmentMinOptions(table)
    }
}

impl From<UnsortedSegmentSumOptions> for BuiltinOptions {
    fn from(table: UnsortedSegmentSumOptions) -> Self {
        Self::UnsortedSegmentSumOptions(table)
    }
}

impl From<ATan2Options> for BuiltinOptions {
    fn from(table: ATan2Options) -> Self {
        Self::ATan2Options(table)
    }
}

impl From<SignOptions> for BuiltinOptions {
    fn from(table: SignOptions) -> Self {
        Self::SignOptions(table)
    }
}

impl From<BitcastOptions> for BuiltinOptions {
    fn from(table: BitcastOptions) -> Self {
        Self::BitcastOptions(table)
    }
}

impl From<BitwiseXorOptions> for BuiltinOptions {
    fn from(table: BitwiseXorOptions) -> Self {
        Self::BitwiseXorOptions(table)
    }
}

impl From<RightShiftOptions> for BuiltinOptions {
    fn from(table: RightShiftOptions) -> Self {
        Self::RightShiftOptions(table)
    }
}

/// The options of builtin operators that came after the first union was full.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, clippy::large_enum_variant)]
pub enum BuiltinOptions2 {
    StablehloConcatenateOptions(StablehloConcatenateOptions),
    StablehloBroadcastInDimOptions(StablehloBroadcastInDimOptions),
    StablehloSliceOptions(StablehloSliceOptions),
    StablehloConvolutionOptions(StablehloConvolutionOptions),
    StablehloCustomCallOptions(StablehloCustomCallOptions),
    StablehloReduceOptions(StablehloReduceOptions),
    StablehloScatterOptions(StablehloScatterOptions),
    StablehloCompareOptions(StablehloCompareOptions),
    StablehloDynamicSliceOptions(StablehloDynamicSliceOptions),
    StablehloPadOptions(StablehloPadOptions),
    StablehloIotaOptions(StablehloIotaOptions),
    StablehloDotGeneralOptions(StablehloDotGeneralOptions),
    StablehloReduceWindowOptions(StablehloReduceWindowOptions),
    StablehloSortOptions(StablehloSortOptions),
    StablehloWhileOptions(StablehloWhileOptions),
    StablehloGatherOptions(StablehloGatherOptions),
    StablehloTransposeOptions(StablehloTransposeOptions),
    DilateOptions(DilateOptions),
    StablehloRngBitGeneratorOptions(StablehloRngBitGeneratorOptions),
    ReduceWindowOptions(ReduceWindowOptions),
    StableHLOCompositeOptions(StableHLOCompositeOptions),
    StablehloShiftLeftOptions(StablehloShiftLeftOptions),
    StablehloCaseOptions(StablehloCaseOptions),
}

impl BuiltinOptions2 {
    fn from_view(tag: views::BuiltinOptions2, table: Option<Table<'_>>) -> Result<Option<Self>> {
        let Some(table) = table else { return Ok(None) };
        Ok(Some(match tag {
            views::BuiltinOptions2::NONE => return Ok(None),
            views::BuiltinOptions2::StablehloConcatenateOptions => {
                Self::StablehloConcatenateOptions(StablehloConcatenateOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloBroadcastInDimOptions => {
                Self::StablehloBroadcastInDimOptions(StablehloBroadcastInDimOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloSliceOptions => {
                Self::StablehloSliceOptions(StablehloSliceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloConvolutionOptions => {
                Self::StablehloConvolutionOptions(StablehloConvolutionOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloCustomCallOptions => {
                Self::StablehloCustomCallOptions(StablehloCustomCallOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloReduceOptions => {
                Self::StablehloReduceOptions(StablehloReduceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloScatterOptions => {
                Self::StablehloScatterOptions(StablehloScatterOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloCompareOptions => {
                Self::StablehloCompareOptions(StablehloCompareOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloDynamicSliceOptions => {
                Self::StablehloDynamicSliceOptions(StablehloDynamicSliceOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloPadOptions => {
                Self::StablehloPadOptions(StablehloPadOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloIotaOptions => {
                Self::StablehloIotaOptions(StablehloIotaOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloDotGeneralOptions => {
                Self::StablehloDotGeneralOptions(StablehloDotGeneralOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloReduceWindowOptions => {
                Self::StablehloReduceWindowOptions(StablehloReduceWindowOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloSortOptions => {
                Self::StablehloSortOptions(StablehloSortOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloWhileOptions => {
                Self::StablehloWhileOptions(StablehloWhileOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloGatherOptions => {
                Self::StablehloGatherOptions(StablehloGatherOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloTransposeOptions => {
                Self::StablehloTransposeOptions(StablehloTransposeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::DilateOptions => {
                Self::DilateOptions(DilateOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloRngBitGeneratorOptions => Self::StablehloRngBitGeneratorOptions(
                StablehloRngBitGeneratorOptions::from_view(table.into())?,
            ),
            views::BuiltinOptions2::ReduceWindowOptions => {
                Self::ReduceWindowOptions(ReduceWindowOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StableHLOCompositeOptions => {
                Self::StableHLOCompositeOptions(StableHLOCompositeOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloShiftLeftOptions => {
                Self::StablehloShiftLeftOptions(StablehloShiftLeftOptions::from_view(table.into())?)
            }
            views::BuiltinOptions2::StablehloCaseOptions => {
                Self::StablehloCaseOptions(StablehloCaseOptions::from_view(table.into())?)
            }
            other => return Err(unknown("BuiltinOptions2", other.0)),
        }))
    }

    /// The tag that stands for the table.
    pub fn tag(&self) -> views::BuiltinOptions2 {
        match self {
            Self::StablehloConcatenateOptions(_) => views::BuiltinOptions2::StablehloConcatenateOptions,
            Self::StablehloBroadcastInDimOptions(_) => views::BuiltinOptions2::StablehloBroadcastInDimOptions,
            Self::StablehloSliceOptions(_) => views::BuiltinOptions2::StablehloSliceOptions,
            Self::StablehloConvolutionOptions(_) => views::BuiltinOptions2::StablehloConvolutionOptions,
            Self::StablehloCustomCallOptions(_) => views::BuiltinOptions2::StablehloCustomCallOptions,
            Self::StablehloReduceOptions(_) => views::BuiltinOptions2::StablehloReduceOptions,
            Self::StablehloScatterOptions(_) => views::BuiltinOptions2::StablehloScatterOptions,
            Self::StablehloCompareOptions(_) => views::BuiltinOptions2::StablehloCompareOptions,
            Self::StablehloDynamicSliceOptions(_) => views::BuiltinOptions2::StablehloDynamicSliceOptions,
            Self::StablehloPadOptions(_) => views::BuiltinOptions2::StablehloPadOptions,
            Self::StablehloIotaOptions(_) => views::BuiltinOptions2::StablehloIotaOptions,
            Self::StablehloDotGeneralOptions(_) => views::BuiltinOptions2::StablehloDotGeneralOptions,
            Self::StablehloReduceWindowOptions(_) => views::BuiltinOptions2::StablehloReduceWindowOptions,
            Self::StablehloSortOptions(_) => views::BuiltinOptions2::StablehloSortOptions,
            Self::StablehloWhileOptions(_) => views::BuiltinOptions2::StablehloWhileOptions,
            Self::StablehloGatherOptions(_) => views::BuiltinOptions2::StablehloGatherOptions,
            Self::StablehloTransposeOptions(_) => views::BuiltinOptions2::StablehloTransposeOptions,
            Self::DilateOptions(_) => views::BuiltinOptions2::DilateOptions,
            Self::StablehloRngBitGeneratorOptions(_) => {
                views::BuiltinOptions2::StablehloRngBitGeneratorOptions
            }
            Self::ReduceWindowOptions(_) => views::BuiltinOptions2::ReduceWindowOptions,
            Self::StableHLOCompositeOptions(_) => views::BuiltinOptions2::StableHLOCompositeOptions,
            Self::StablehloShiftLeftOptions(_) => views::BuiltinOptions2::StablehloShiftLeftOptions,
            Self::StablehloCaseOptions(_) => views::BuiltinOptions2::StablehloCaseOptions,
        }
    }

    fn record(&self) -> &dyn Record {
        match self {
            Self::StablehloConcatenateOptions(table) => table,
            Self::StablehloBroadcastInDimOptions(table) => table,
            Self::StablehloSliceOptions(table) => table,
            Self::StablehloConvolutionOptions(table) => table,
            Self::StablehloCustomCallOptions(table) => table,
            Self::StablehloReduceOptions(table) => table,
            Self::StablehloScatterOptions(table) => table,
            Self::StablehloCompareOptions(table) => table,
            Self::StablehloDynamicSliceOptions(table) => table,
            Self::StablehloPadOptions(table) => table,
            Self::StablehloIotaOptions(table) => table,
            Self::StablehloDotGeneralOptions(table) => table,
            Self::StablehloReduceWindowOptions(table) => table,
            Self::StablehloSortOptions(table) => table,
            Self::StablehloWhileOptions(table) => table,
            Self::StablehloGatherOptions(table) => table,
            Self::StablehloTransposeOptions(table) => table,
            Self::DilateOptions(table) => table,
            Self::StablehloRngBitGeneratorOptions(table) => table,
            Self::ReduceWindowOptions(table) => table,
            Self::StableHLOCompositeOptions(table) => table,
            Self::StablehloShiftLeftOptions(table) => table,
            Self::StablehloCaseOptions(table) => table,
        }
    }
}

impl From<StablehloConcatenateOptions> for BuiltinOptions2 {
    fn from(table: StablehloConcatenateOptions) -> Self {
        Self::StablehloConcatenateOptions(table)
    }
}

impl From<StablehloBroadcastInDimOptions> for BuiltinOptions2 {
    fn from(table: StablehloBroadcastInDimOptions) -> Self {
        Self::StablehloBroadcastInDimOptions(table)
    }
}

impl From<StablehloSliceOptions> for BuiltinOptions2 {
    fn from(table: StablehloSliceOptions) -> Self {
        Self::StablehloSliceOptions(table)
    }
}

impl From<StablehloConvolutionOptions> for BuiltinOptions2 {
    fn from(table: StablehloConvolutionOptions) -> Self {
        Self::StablehloConvolutionOptions(table)
    }
}

impl From<StablehloCustomCallOptions> for BuiltinOptions2 {
    fn from(table: StablehloCustomCallOptions) -> Self {
        Self::StablehloCustomCallOptions(table)
    }
}

impl From<StablehloReduceOptions> for BuiltinOptions2 {
    fn from(table: StablehloReduceOptions) -> Self {
        Self::StablehloReduceOptions(table)
    }
}

impl From<StablehloScatterOptions> for BuiltinOptions2 {
    fn from(table: StablehloScatterOptions) -> Self {
        Self::StablehloScatterOptions(table)
    }
}

impl From<StablehloCompareOptions> for BuiltinOptions2 {
    fn from(table: StablehloCompareOptions) -> Self {
        Self::StablehloCompareOptions(table)
    }
}

impl From<StablehloDynamicSliceOptions> for BuiltinOptions2 {
    fn from(table: StablehloDynamicSliceOptions) -> Self {
        Self::StablehloDynamicSliceOptions(table)
    }
}

impl From<StablehloPadOptions> for BuiltinOptions2 {
    fn from(table: StablehloPadOptions) -> Self {
        Self::StablehloPadOptions(table)
    }
}

impl From<StablehloIotaOptions> for BuiltinOptions2 {
    fn from(table: StablehloIotaOptions) -> Self {
        Self::StablehloIotaOptions(table)
    }
}

impl From<StablehloDotGeneralOptions> for BuiltinOptions2 {
    fn from(table: StablehloDotGeneralOptions) -> Self {
        Self::StablehloDotGeneralOptions(table)
    }
}

impl From<StablehloReduceWindowOptions> for BuiltinOptions2 {
    fn from(table: StablehloReduceWindowOptions) -> Self {
        Self::StablehloReduceWindowOptions(table)
    }
}

impl From<StablehloSortOptions> for BuiltinOptions2 {
    fn from(table: StablehloSortOptions) -> Self {
        Self::StablehloSortOptions(table)
    }
}

impl From<StablehloWhileOptions> for BuiltinOptions2 {
    fn from(table: StablehloWhileOptions) -> Self {
        Self::StablehloWhileOptions(table)
    }
}

impl From<StablehloGatherOptions> for BuiltinOptions2 {
    fn from(table: StablehloGatherOptions) -> Self {
        Self::StablehloGatherOptions(table)
    }
}

impl From<StablehloTransposeOptions> for BuiltinOptions2 {
    fn from(table: StablehloTransposeOptions) -> Self {
        Self::StablehloTransposeOptions(table)
    }
}

impl From<DilateOptions> for BuiltinOptions2 {
    fn from(table: DilateOptions) -> Self {
        Self::DilateOptions(table)
    }
}

impl From<StablehloRngBitGeneratorOptions> for BuiltinOptions2 {
    fn from(table: StablehloRngBitGeneratorOptions) -> Self {
        Self::StablehloRngBitGeneratorOptions(table)
    }
}

impl From<ReduceWindowOptions> for BuiltinOptions2 {
    fn from(table: ReduceWindowOptions) -> Self {
        Self::ReduceWindowOptions(table)
    }
}

impl From<StableHLOCompositeOptions> for BuiltinOptions2 {
    fn from(table: StableHLOCompositeOptions) -> Self {
        Self::StableHLOCompositeOptions(table)
    }
}

impl From<StablehloShiftLeftOptions> for BuiltinOptions2 {
    fn from(table: StablehloShiftLeftOptions) -> Self {
        Self::StablehloShiftLeftOptions(table)
    }
}

impl From<StablehloCaseOptions> for BuiltinOptions2 {
    fn from(table: StablehloCaseOptions) -> Self {
        Self::StablehloCaseOptions(table)
    }
}

/// Quantization parameters in a form that only their writer knows.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CustomQuantization {
    /// The field `custom`.
    pub custom: Vec<u8>,
}

impl CustomQuantization {
    fn from_view(view: views::CustomQuantization<'_>) -> Result<Self> {
        Ok(Self { custom: view.custom().to_vec() })
    }
}

impl Record for CustomQuantization {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.custom, 16, false)]
    }
}

/// Scales for blocks of elements, kept in other tensors of the subgraph.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BlockwiseQuantization {
    /// Index of the tensor of scales.
    pub scales: i32,
    /// Index of the tensor of zero points; -1 if all are 0.
    pub zero_points: i32,
    /// Elements of the innermost dimension that share a scale.
    pub block_size: i32,
    /// The block in each dimension.
    pub block_shape: Vec<i32>,
}

impl BlockwiseQuantization {
    fn from_view(view: views::BlockwiseQuantization<'_>) -> Result<Self> {
        Ok(Self {
            scales: view.scales(),
            zero_points: view.zero_points(),
            block_size: view.block_size(),
            block_shape: view.block_shape().to_vec(),
        })
    }
}

impl Record for BlockwiseQuantization {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.scales, 0),
            Field::scalar(self.zero_points, 0),
            Field::scalar(self.block_size, 0),
            Field::vector(&self.block_shape, 1, false),
        ]
    }
}

/// Scales along several dimensions, kept in other tensors of the subgraph.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MultiAxisQuantization {
    /// Index of the tensor of scales.
    pub scales: i32,
    /// Index of the tensor of zero points; -1 if all are 0.
    pub zero_points: i32,
    /// Elements that share a scale; 0 if there are no blocks.
    pub block_size: i32,
    /// The dimensions that have scales of their own.
    pub quantized_dimensions: Vec<i32>,
}

impl MultiAxisQuantization {
    fn from_view(view: views::MultiAxisQuantization<'_>) -> Result<Self> {
        Ok(Self {
            scales: view.scales(),
            zero_points: view.zero_points(),
            block_size: view.block_size(),
            quantized_dimensions: view.quantized_dimensions().to_vec(),
        })
    }
}

impl Record for MultiAxisQuantization {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.scales, 0),
            Field::scalar(self.zero_points, 0),
            Field::scalar(self.block_size, 0),
            Field::vector(&self.quantized_dimensions, 1, false),
        ]
    }
}

/// How the stored numbers `q` of a tensor stand for real ones: `scale * (q - zero_point)`, unless there are `details`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct QuantizationParameters {
    /// Smallest real values seen, for information.
    pub min: Vec<f32>,
    /// Largest real values seen, for information.
    pub max: Vec<f32>,
    /// One scale, or one for each index of `quantized_dimension`.
    pub scale: Vec<f32>,
    /// As many zero points as scales.
    pub zero_point: Vec<i64>,
    /// What takes the place of the fields above, if anything.
    pub details: Option<QuantizationDetails>,
    /// The dimension that several scales belong to.
    pub quantized_dimension: i32,
}

impl QuantizationParameters {
    fn from_view(view: views::QuantizationParameters<'_>) -> Result<Self> {
        Ok(Self {
            min: view.min().to_vec(),
            max: view.max().to_vec(),
            scale: view.scale().to_vec(),
            zero_point: view.zero_point().to_vec(),
            details: QuantizationDetails::from_view(view.details_type(), view.details_table())
                .map_err(|error| error.within("details", None))?,
            quantized_dimension: view.quantized_dimension(),
        })
    }
}

impl Record for QuantizationParameters {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.min, 1, false),
            Field::vector(&self.max, 1, false),
            Field::vector(&self.scale, 1, false),
            Field::vector(&self.zero_point, 1, false),
            Field::scalar(
                self.details.as_ref().map_or(views::QuantizationDetails::NONE, QuantizationDetails::tag),
                views::QuantizationDetails::NONE,
            ),
            self.details.as_ref().map_or(Field::Absent, |union| Field::Table(union.record())),
            Field::scalar(self.quantized_dimension, 0),
        ]
    }
}

/// The format's table `Int32Vector`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Int32Vector {
    /// The field `values`.
    pub values: Vec<i32>,
}

impl Int32Vector {
    fn from_view(view: views::Int32Vector<'_>) -> Result<Self> {
        Ok(Self { values: view.values().to_vec() })
    }
}

impl Record for Int32Vector {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.values, 1, false)]
    }
}

/// The format's table `Uint16Vector`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Uint16Vector {
    /// The field `values`.
    pub values: Vec<u16>,
}

impl Uint16Vector {
    fn from_view(view: views::Uint16Vector<'_>) -> Result<Self> {
        Ok(Self { values: view.values().to_vec() })
    }
}

impl Record for Uint16Vector {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.values, 4, false)]
    }
}

/// The format's table `Uint8Vector`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Uint8Vector {
    /// The field `values`.
    pub values: Vec<u8>,
}

impl Uint8Vector {
    fn from_view(view: views::Uint8Vector<'_>) -> Result<Self> {
        Ok(Self { values: view.values().to_vec() })
    }
}

impl Record for Uint8Vector {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.values, 4, false)]
    }
}

/// A dimension of a sparse tensor.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DimensionMetadata {
    /// The field `format`.
    pub format: views::DimensionType,
    /// The size of a dense dimension.
    pub dense_size: i32,
    /// For a sparse dimension: where the indices of each element of the dimension before begin and end.
    pub array_segments: Option<SparseIndexVector>,
    /// For a sparse dimension: the indices that are stored.
    pub array_indices: Option<SparseIndexVector>,
}

impl DimensionMetadata {
    fn from_view(view: views::DimensionMetadata<'_>) -> Result<Self> {
        Ok(Self {
            format: view.format(),
            dense_size: view.dense_size(),
            array_segments: SparseIndexVector::from_view(
                view.array_segments_type(),
                view.array_segments_table(),
            )
            .map_err(|error| error.within("array_segments", None))?,
            array_indices: SparseIndexVector::from_view(
                view.array_indices_type(),
                view.array_indices_table(),
            )
            .map_err(|error| error.within("array_indices", None))?,
        })
    }
}

impl Record for DimensionMetadata {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.format, views::DimensionType::DENSE),
            Field::scalar(self.dense_size, 0),
            Field::scalar(
                self.array_segments.as_ref().map_or(views::SparseIndexVector::NONE, SparseIndexVector::tag),
                views::SparseIndexVector::NONE,
            ),
            self.array_segments.as_ref().map_or(Field::Absent, |union| Field::Table(union.record())),
            Field::scalar(
                self.array_indices.as_ref().map_or(views::SparseIndexVector::NONE, SparseIndexVector::tag),
                views::SparseIndexVector::NONE,
            ),
            self.array_indices.as_ref().map_or(Field::Absent, |union| Field::Table(union.record())),
        ]
    }
}

/// How the contents of a sparse tensor are laid out.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SparsityParameters {
    /// The order of the dimensions in storage, those of the blocks last.
    pub traversal_order: Vec<i32>,
    /// The tensor dimension that each block dimension divides.
    pub block_map: Vec<i32>,
    /// One for each entry of `traversal_order`.
    pub dim_metadata: Vec<DimensionMetadata>,
}

impl SparsityParameters {
    fn from_view(view: views::SparsityParameters<'_>) -> Result<Self> {
        Ok(Self {
            traversal_order: view.traversal_order().to_vec(),
            block_map: view.block_map().to_vec(),
            dim_metadata: each("dim_metadata", view.dim_metadata(), DimensionMetadata::from_view)?,
        })
    }
}

impl Record for SparsityParameters {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.traversal_order, 1, false),
            Field::vector(&self.block_map, 1, false),
            Field::tables(&self.dim_metadata, false),
        ]
    }
}

/// The type of what a VARIANT tensor holds.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VariantSubType {
    /// The field `shape`.
    pub shape: Vec<i32>,
    /// The field `type`.
    pub type_: views::TensorType,
    /// The field `has_rank`.
    pub has_rank: bool,
}

impl VariantSubType {
    fn from_view(view: views::VariantSubType<'_>) -> Result<Self> {
        Ok(Self { shape: view.shape().to_vec(), type_: view.type_(), has_rank: view.has_rank() })
    }
}

impl Record for VariantSubType {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.shape, 1, false),
            Field::scalar(self.type_, views::TensorType::FLOAT32),
            Field::scalar(self.has_rank, false),
        ]
    }
}

/// A tensor of a subgraph.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Tensor {
    /// Its size in each dimension.
    pub shape: Vec<i32>,
    /// The field `type`.
    pub type_: views::TensorType,
    /// Index of the buffer with its contents; 0 if it is not a constant.
    pub buffer: u32,
    /// The field `name`.
    pub name: String,
    /// The field `quantization`.
    pub quantization: Option<QuantizationParameters>,
    /// Whether it keeps its contents from run to run.
    pub is_variable: bool,
    /// The field `sparsity`.
    pub sparsity: Option<SparsityParameters>,
    /// The shape with -1 where the size is not fixed.
    pub shape_signature: Option<Vec<i32>>,
    /// Whether an empty shape means a scalar rather than an unknown shape.
    pub has_rank: bool,
    /// What a VARIANT tensor holds.
    pub variant_tensors: Vec<VariantSubType>,
    /// The `id` of the external buffer with its contents; 0 if they are not in another file.
    pub external_buffer: u32,
}

impl Tensor {
    fn from_view(view: views::Tensor<'_>) -> Result<Self> {
        Ok(Self {
            shape: view.shape().to_vec(),
            type_: view.type_(),
            buffer: view.buffer(),
            name: text(view.name()),
            quantization: view
                .quantization()
                .map(QuantizationParameters::from_view)
                .transpose()
                .map_err(|error| error.within("quantization", None))?,
            is_variable: view.is_variable(),
            sparsity: view
                .sparsity()
                .map(SparsityParameters::from_view)
                .transpose()
                .map_err(|error| error.within("sparsity", None))?,
            shape_signature: optional(view.shape_signature(), |vector| vector.to_vec()),
            has_rank: view.has_rank(),
            variant_tensors: each("variant_tensors", view.variant_tensors(), VariantSubType::from_view)?,
            external_buffer: view.external_buffer(),
        })
    }
}

impl Record for Tensor {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.shape, 1, true),
            Field::scalar(self.type_, views::TensorType::FLOAT32),
            Field::scalar(self.buffer, 0),
            Field::string(&self.name),
            Field::table(self.quantization.as_ref()),
            Field::scalar(self.is_variable, false),
            Field::table(self.sparsity.as_ref()),
            Field::optional(self.shape_signature.as_deref(), 1),
            Field::scalar(self.has_rank, false),
            Field::tables(&self.variant_tensors, false),
            Field::scalar(self.external_buffer, 0),
        ]
    }
}

/// The format's table `StablehloGatherOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloGatherOptions {
    /// The field `offset_dims`.
    pub offset_dims: Vec<i64>,
    /// The field `collapsed_slice_dims`.
    pub collapsed_slice_dims: Vec<i64>,
    /// The field `start_index_map`.
    pub start_index_map: Vec<i64>,
    /// The field `index_vector_dim`.
    pub index_vector_dim: i64,
    /// The field `slice_sizes`.
    pub slice_sizes: Vec<i64>,
    /// The field `indices_are_sorted`.
    pub indices_are_sorted: bool,
}

impl StablehloGatherOptions {
    fn from_view(view: views::StablehloGatherOptions<'_>) -> Result<Self> {
        Ok(Self {
            offset_dims: view.offset_dims().to_vec(),
            collapsed_slice_dims: view.collapsed_slice_dims().to_vec(),
            start_index_map: view.start_index_map().to_vec(),
            index_vector_dim: view.index_vector_dim(),
            slice_sizes: view.slice_sizes().to_vec(),
            indices_are_sorted: view.indices_are_sorted(),
        })
    }
}

impl Record for StablehloGatherOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.offset_dims, 1, false),
            Field::vector(&self.collapsed_slice_dims, 1, false),
            Field::vector(&self.start_index_map, 1, false),
            Field::scalar(self.index_vector_dim, 0),
            Field::vector(&self.slice_sizes, 1, false),
            Field::scalar(self.indices_are_sorted, false),
        ]
    }
}

/// The format's table `StablehloTransposeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloTransposeOptions {
    /// The field `permutation`.
    pub permutation: Vec<i64>,
}

impl StablehloTransposeOptions {
    fn from_view(view: views::StablehloTransposeOptions<'_>) -> Result<Self> {
        Ok(Self { permutation: view.permutation().to_vec() })
    }
}

impl Record for StablehloTransposeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.permutation, 1, false)]
    }
}

/// The format's table `StablehloDotGeneralOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloDotGeneralOptions {
    /// The field `lhs_batching_dimensions`.
    pub lhs_batching_dimensions: Vec<i64>,
    /// The field `rhs_batching_dimensions`.
    pub rhs_batching_dimensions: Vec<i64>,
    /// The field `lhs_contracting_dimensions`.
    pub lhs_contracting_dimensions: Vec<i64>,
    /// The field `rhs_contracting_dimensions`.
    pub rhs_contracting_dimensions: Vec<i64>,
    /// The field `precision_config`.
    pub precision_config: Vec<views::StablehloPrecisionConfig>,
}

impl StablehloDotGeneralOptions {
    fn from_view(view: views::StablehloDotGeneralOptions<'_>) -> Result<Self> {
        Ok(Self {
            lhs_batching_dimensions: view.lhs_batching_dimensions().to_vec(),
            rhs_batching_dimensions: view.rhs_batching_dimensions().to_vec(),
            lhs_contracting_dimensions: view.lhs_contracting_dimensions().to_vec(),
            rhs_contracting_dimensions: view.rhs_contracting_dimensions().to_vec(),
            precision_config: view.precision_config().to_vec(),
        })
    }
}

impl Record for StablehloDotGeneralOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.lhs_batching_dimensions, 1, false),
            Field::vector(&self.rhs_batching_dimensions, 1, false),
            Field::vector(&self.lhs_contracting_dimensions, 1, false),
            Field::vector(&self.rhs_contracting_dimensions, 1, false),
            Field::vector(&self.precision_config, 1, false),
        ]
    }
}

/// The format's table `StablehloReduceWindowOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloReduceWindowOptions {
    /// The field `window_dimensions`.
    pub window_dimensions: Vec<i64>,
    /// The field `window_strides`.
    pub window_strides: Vec<i64>,
    /// The field `base_dilations`.
    pub base_dilations: Vec<i64>,
    /// The field `window_dilations`.
    pub window_dilations: Vec<i64>,
    /// The field `padding`.
    pub padding: Vec<i64>,
    /// The field `body_subgraph_index`.
    pub body_subgraph_index: i32,
}

impl StablehloReduceWindowOptions {
    fn from_view(view: views::StablehloReduceWindowOptions<'_>) -> Result<Self> {
        Ok(Self {
            window_dimensions: view.window_dimensions().to_vec(),
            window_strides: view.window_strides().to_vec(),
            base_dilations: view.base_dilations().to_vec(),
            window_dilations: view.window_dilations().to_vec(),
            padding: view.padding().to_vec(),
            body_subgraph_index: view.body_subgraph_index(),
        })
    }
}

impl Record for StablehloReduceWindowOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.window_dimensions, 1, false),
            Field::vector(&self.window_strides, 1, false),
            Field::vector(&self.base_dilations, 1, false),
            Field::vector(&self.window_dilations, 1, false),
            Field::vector(&self.padding, 1, false),
            Field::scalar(self.body_subgraph_index, 0),
        ]
    }
}

/// The format's table `StablehloWhileOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloWhileOptions {
    /// The field `cond_subgraph_index`.
    pub cond_subgraph_index: i32,
    /// The field `body_subgraph_index`.
    pub body_subgraph_index: i32,
}

impl StablehloWhileOptions {
    fn from_view(view: views::StablehloWhileOptions<'_>) -> Result<Self> {
        Ok(Self {
            cond_subgraph_index: view.cond_subgraph_index(),
            body_subgraph_index: view.body_subgraph_index(),
        })
    }
}

impl Record for StablehloWhileOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.cond_subgraph_index, 0), Field::scalar(self.body_subgraph_index, 0)]
    }
}

/// The format's table `StablehloSortOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloSortOptions {
    /// The field `dimension`.
    pub dimension: i64,
    /// The field `is_stable`.
    pub is_stable: bool,
    /// The field `comparator_subgraph_index`.
    pub comparator_subgraph_index: i32,
}

impl StablehloSortOptions {
    fn from_view(view: views::StablehloSortOptions<'_>) -> Result<Self> {
        Ok(Self {
            dimension: view.dimension(),
            is_stable: view.is_stable(),
            comparator_subgraph_index: view.comparator_subgraph_index(),
        })
    }
}

impl Record for StablehloSortOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.dimension, 0),
            Field::scalar(self.is_stable, false),
            Field::scalar(self.comparator_subgraph_index, 0),
        ]
    }
}

/// The format's table `StablehloConcatenateOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloConcatenateOptions {
    /// The field `dimension`.
    pub dimension: i64,
}

impl StablehloConcatenateOptions {
    fn from_view(view: views::StablehloConcatenateOptions<'_>) -> Result<Self> {
        Ok(Self { dimension: view.dimension() })
    }
}

impl Record for StablehloConcatenateOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.dimension, 0)]
    }
}

/// The format's table `StablehloBroadcastInDimOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloBroadcastInDimOptions {
    /// The field `broadcast_dimensions`.
    pub broadcast_dimensions: Vec<i64>,
}

impl StablehloBroadcastInDimOptions {
    fn from_view(view: views::StablehloBroadcastInDimOptions<'_>) -> Result<Self> {
        Ok(Self { broadcast_dimensions: view.broadcast_dimensions().to_vec() })
    }
}

impl Record for StablehloBroadcastInDimOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.broadcast_dimensions, 1, false)]
    }
}

/// The format's table `StablehloCompareOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloCompareOptions {
    /// The field `comparison_direction`.
    pub comparison_direction: views::StablehloComparisonDirection,
    /// The field `compare_type`.
    pub compare_type: views::StablehloComparisonType,
}

impl StablehloCompareOptions {
    fn from_view(view: views::StablehloCompareOptions<'_>) -> Result<Self> {
        Ok(Self { comparison_direction: view.comparison_direction(), compare_type: view.compare_type() })
    }
}

impl Record for StablehloCompareOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(
                self.comparison_direction,
                views::StablehloComparisonDirection::STABLEHLO_COMPARISON_DIRECTION_EQ,
            ),
            Field::scalar(
                self.compare_type,
                views::StablehloComparisonType::STABLEHLO_COMPARISON_TYPE_NOTYPE,
            ),
        ]
    }
}

/// The format's table `StablehloDynamicSliceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloDynamicSliceOptions {
    /// The field `slice_sizes`.
    pub slice_sizes: Vec<i64>,
}

impl StablehloDynamicSliceOptions {
    fn from_view(view: views::StablehloDynamicSliceOptions<'_>) -> Result<Self> {
        Ok(Self { slice_sizes: view.slice_sizes().to_vec() })
    }
}

impl Record for StablehloDynamicSliceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.slice_sizes, 1, false)]
    }
}

/// The format's table `StablehloPadOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloPadOptions {
    /// The field `edge_padding_low`.
    pub edge_padding_low: Vec<i64>,
    /// The field `edge_padding_high`.
    pub edge_padding_high: Vec<i64>,
    /// The field `interior_padding`.
    pub interior_padding: Vec<i64>,
}

impl StablehloPadOptions {
    fn from_view(view: views::StablehloPadOptions<'_>) -> Result<Self> {
        Ok(Self {
            edge_padding_low: view.edge_padding_low().to_vec(),
            edge_padding_high: view.edge_padding_high().to_vec(),
            interior_padding: view.interior_padding().to_vec(),
        })
    }
}

impl Record for StablehloPadOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.edge_padding_low, 1, false),
            Field::vector(&self.edge_padding_high, 1, false),
            Field::vector(&self.interior_padding, 1, false),
        ]
    }
}

/// The format's table `StablehloIotaOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloIotaOptions {
    /// The field `iota_dimension`.
    pub iota_dimension: i64,
}

impl StablehloIotaOptions {
    fn from_view(view: views::StablehloIotaOptions<'_>) -> Result<Self> {
        Ok(Self { iota_dimension: view.iota_dimension() })
    }
}

impl Record for StablehloIotaOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.iota_dimension, 0)]
    }
}

/// The format's table `StablehloCustomCallOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloCustomCallOptions {
    /// The field `call_target_name`.
    pub call_target_name: String,
    /// The field `has_side_effect`.
    pub has_side_effect: bool,
    /// The field `backend_config`.
    pub backend_config: String,
    /// The field `api_version`.
    pub api_version: i32,
    /// The field `called_computations`.
    pub called_computations: Vec<i32>,
    /// The field `custom_attributes`.
    pub custom_attributes: Vec<u8>,
}

impl StablehloCustomCallOptions {
    fn from_view(view: views::StablehloCustomCallOptions<'_>) -> Result<Self> {
        Ok(Self {
            call_target_name: text(view.call_target_name()),
            has_side_effect: view.has_side_effect(),
            backend_config: text(view.backend_config()),
            api_version: view.api_version(),
            called_computations: view.called_computations().to_vec(),
            custom_attributes: view.custom_attributes().to_vec(),
        })
    }
}

impl Record for StablehloCustomCallOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::string(&self.call_target_name),
            Field::scalar(self.has_side_effect, false),
            Field::string(&self.backend_config),
            Field::scalar(self.api_version, 0),
            Field::vector(&self.called_computations, 1, false),
            Field::vector(&self.custom_attributes, 1, false),
        ]
    }
}

/// The format's table `StablehloReduceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloReduceOptions {
    /// The field `dimensions`.
    pub dimensions: Vec<i64>,
    /// The field `body_subgraph_index`.
    pub body_subgraph_index: i32,
}

impl StablehloReduceOptions {
    fn from_view(view: views::StablehloReduceOptions<'_>) -> Result<Self> {
        Ok(Self { dimensions: view.dimensions().to_vec(), body_subgraph_index: view.body_subgraph_index() })
    }
}

impl Record for StablehloReduceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.dimensions, 1, false), Field::scalar(self.body_subgraph_index, 0)]
    }
}

/// The format's table `StablehloSliceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloSliceOptions {
    /// The field `start_indices`.
    pub start_indices: Vec<i64>,
    /// The field `limit_indices`.
    pub limit_indices: Vec<i64>,
    /// The field `strides`.
    pub strides: Vec<i64>,
}

impl StablehloSliceOptions {
    fn from_view(view: views::StablehloSliceOptions<'_>) -> Result<Self> {
        Ok(Self {
            start_indices: view.start_indices().to_vec(),
            limit_indices: view.limit_indices().to_vec(),
            strides: view.strides().to_vec(),
        })
    }
}

impl Record for StablehloSliceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.start_indices, 1, false),
            Field::vector(&self.limit_indices, 1, false),
            Field::vector(&self.strides, 1, false),
        ]
    }
}

/// The format's table `StablehloConvolutionOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloConvolutionOptions {
    /// The field `window_strides`.
    pub window_strides: Vec<i64>,
    /// The field `padding`.
    pub padding: Vec<i64>,
    /// The field `lhs_dilation`.
    pub lhs_dilation: Vec<i64>,
    /// The field `rhs_dilation`.
    pub rhs_dilation: Vec<i64>,
    /// The field `window_reversal`.
    pub window_reversal: Vec<bool>,
    /// The field `input_batch_dimension`.
    pub input_batch_dimension: i64,
    /// The field `input_feature_dimension`.
    pub input_feature_dimension: i64,
    /// The field `input_spatial_dimensions`.
    pub input_spatial_dimensions: Vec<i64>,
    /// The field `kernel_input_feature_dimension`.
    pub kernel_input_feature_dimension: i64,
    /// The field `kernel_output_feature_dimension`.
    pub kernel_output_feature_dimension: i64,
    /// The field `kernel_spatial_dimensions`.
    pub kernel_spatial_dimensions: Vec<i64>,
    /// The field `output_batch_dimension`.
    pub output_batch_dimension: i64,
    /// The field `output_feature_dimension`.
    pub output_feature_dimension: i64,
    /// The field `output_spatial_dimensions`.
    pub output_spatial_dimensions: Vec<i64>,
    /// The field `feature_group_count`.
    pub feature_group_count: i64,
    /// The field `batch_group_count`.
    pub batch_group_count: i64,
    /// The field `precision_config`.
    pub precision_config: Vec<views::StablehloPrecisionConfig>,
}

impl StablehloConvolutionOptions {
    fn from_view(view: views::StablehloConvolutionOptions<'_>) -> Result<Self> {
        Ok(Self {
            window_strides: view.window_strides().to_vec(),
            padding: view.padding().to_vec(),
            lhs_dilation: view.lhs_dilation().to_vec(),
            rhs_dilation: view.rhs_dilation().to_vec(),
            window_reversal: view.window_reversal().to_vec(),
            input_batch_dimension: view.input_batch_dimension(),
            input_feature_dimension: view.input_feature_dimension(),
            input_spatial_dimensions: view.input_spatial_dimensions().to_vec(),
            kernel_input_feature_dimension: view.kernel_input_feature_dimension(),
            kernel_output_feature_dimension: view.kernel_output_feature_dimension(),
            kernel_spatial_dimensions: view.kernel_spatial_dimensions().to_vec(),
            output_batch_dimension: view.output_batch_dimension(),
            output_feature_dimension: view.output_feature_dimension(),
            output_spatial_dimensions: view.output_spatial_dimensions().to_vec(),
            feature_group_count: view.feature_group_count(),
            batch_group_count: view.batch_group_count(),
            precision_config: view.precision_config().to_vec(),
        })
    }
}

impl Record for StablehloConvolutionOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::vector(&self.window_strides, 1, false),
            Field::vector(&self.padding, 1, false),
            Field::vector(&self.lhs_dilation, 1, false),
            Field::vector(&self.rhs_dilation, 1, false),
            Field::vector(&self.window_reversal, 1, false),
            Field::scalar(self.input_batch_dimension, 0),
            Field::scalar(self.input_feature_dimension, 0),
            Field::vector(&self.input_spatial_dimensions, 1, false),
            Field::scalar(self.kernel_input_feature_dimension, 0),
            Field::scalar(self.kernel_output_feature_dimension, 0),
            Field::vector(&self.kernel_spatial_dimensions, 1, false),
            Field::scalar(self.output_batch_dimension, 0),
            Field::scalar(self.output_feature_dimension, 0),
            Field::vector(&self.output_spatial_dimensions, 1, false),
            Field::scalar(self.feature_group_count, 0),
            Field::scalar(self.batch_group_count, 0),
            Field::vector(&self.precision_config, 1, false),
        ]
    }
}

/// The format's table `StablehloScatterOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloScatterOptions {
    /// The field `indices_are_sorted`.
    pub indices_are_sorted: bool,
    /// The field `update_window_dims`.
    pub update_window_dims: Vec<i64>,
    /// The field `inserted_window_dims`.
    pub inserted_window_dims: Vec<i64>,
    /// The field `scatter_dims_to_operand_dims`.
    pub scatter_dims_to_operand_dims: Vec<i64>,
    /// The field `index_vector_dim`.
    pub index_vector_dim: i64,
    /// The field `unique_indices`.
    pub unique_indices: bool,
    /// The field `update_computation_subgraph_index`.
    pub update_computation_subgraph_index: i32,
}

impl StablehloScatterOptions {
    fn from_view(view: views::StablehloScatterOptions<'_>) -> Result<Self> {
        Ok(Self {
            indices_are_sorted: view.indices_are_sorted(),
            update_window_dims: view.update_window_dims().to_vec(),
            inserted_window_dims: view.inserted_window_dims().to_vec(),
            scatter_dims_to_operand_dims: view.scatter_dims_to_operand_dims().to_vec(),
            index_vector_dim: view.index_vector_dim(),
            unique_indices: view.unique_indices(),
            update_computation_subgraph_index: view.update_computation_subgraph_index(),
        })
    }
}

impl Record for StablehloScatterOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.indices_are_sorted, false),
            Field::vector(&self.update_window_dims, 1, false),
            Field::vector(&self.inserted_window_dims, 1, false),
            Field::vector(&self.scatter_dims_to_operand_dims, 1, false),
            Field::scalar(self.index_vector_dim, 0),
            Field::scalar(self.unique_indices, false),
            Field::scalar(self.update_computation_subgraph_index, 0),
        ]
    }
}

/// The format's table `StablehloCaseOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloCaseOptions {
    /// The field `branch_subgraph_indices`.
    pub branch_subgraph_indices: Vec<i32>,
}

impl StablehloCaseOptions {
    fn from_view(view: views::StablehloCaseOptions<'_>) -> Result<Self> {
        Ok(Self { branch_subgraph_indices: view.branch_subgraph_indices().to_vec() })
    }
}

impl Record for StablehloCaseOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.branch_subgraph_indices, 1, false)]
    }
}

/// The format's table `StablehloRngBitGeneratorOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloRngBitGeneratorOptions {
    /// The field `algorithm`.
    pub algorithm: views::RngAlgorithm,
}

impl StablehloRngBitGeneratorOptions {
    fn from_view(view: views::StablehloRngBitGeneratorOptions<'_>) -> Result<Self> {
        Ok(Self { algorithm: view.algorithm() })
    }
}

impl Record for StablehloRngBitGeneratorOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.algorithm, views::RngAlgorithm::DEFAULT)]
    }
}

/// The format's table `Conv2DOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Conv2DOptions {
    /// The field `padding`.
    pub padding: views::Padding,
    /// The field `stride_w`.
    pub stride_w: i32,
    /// The field `stride_h`.
    pub stride_h: i32,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `dilation_w_factor`.
    pub dilation_w_factor: i32,
    /// The field `dilation_h_factor`.
    pub dilation_h_factor: i32,
    /// The field `quantized_bias_type`.
    pub quantized_bias_type: views::TensorType,
}

impl Default for Conv2DOptions {
    fn default() -> Self {
        Self {
            padding: Default::default(),
            stride_w: Default::default(),
            stride_h: Default::default(),
            fused_activation_function: Default::default(),
            dilation_w_factor: 1,
            dilation_h_factor: 1,
            quantized_bias_type: Default::default(),
        }
    }
}

impl Conv2DOptions {
    fn from_view(view: views::Conv2DOptions<'_>) -> Result<Self> {
        Ok(Self {
            padding: view.padding(),
            stride_w: view.stride_w(),
            stride_h: view.stride_h(),
            fused_activation_function: view.fused_activation_function(),
            dilation_w_factor: view.dilation_w_factor(),
            dilation_h_factor: view.dilation_h_factor(),
            quantized_bias_type: view.quantized_bias_type(),
        })
    }
}

impl Record for Conv2DOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.padding, views::Padding::SAME),
            Field::scalar(self.stride_w, 0),
            Field::scalar(self.stride_h, 0),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.dilation_w_factor, 1),
            Field::scalar(self.dilation_h_factor, 1),
            Field::scalar(self.quantized_bias_type, views::TensorType::FLOAT32),
        ]
    }
}

/// The format's table `Conv3DOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct Conv3DOptions {
    /// The field `padding`.
    pub padding: views::Padding,
    /// The field `stride_d`.
    pub stride_d: i32,
    /// The field `stride_w`.
    pub stride_w: i32,
    /// The field `stride_h`.
    pub stride_h: i32,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `dilation_d_factor`.
    pub dilation_d_factor: i32,
    /// The field `dilation_w_factor`.
    pub dilation_w_factor: i32,
    /// The field `dilation_h_factor`.
    pub dilation_h_factor: i32,
}

impl Default for Conv3DOptions {
    fn default() -> Self {
        Self {
            padding: Default::default(),
            stride_d: Default::default(),
            stride_w: Default::default(),
            stride_h: Default::default(),
            fused_activation_function: Default::default(),
            dilation_d_factor: 1,
            dilation_w_factor: 1,
            dilation_h_factor: 1,
        }
    }
}

impl Conv3DOptions {
    fn from_view(view: views::Conv3DOptions<'_>) -> Result<Self> {
        Ok(Self {
            padding: view.padding(),
            stride_d: view.stride_d(),
            stride_w: view.stride_w(),
            stride_h: view.stride_h(),
            fused_activation_function: view.fused_activation_function(),
            dilation_d_factor: view.dilation_d_factor(),
            dilation_w_factor: view.dilation_w_factor(),
            dilation_h_factor: view.dilation_h_factor(),
        })
    }
}

impl Record for Conv3DOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.padding, views::Padding::SAME),
            Field::scalar(self.stride_d, 0),
            Field::scalar(self.stride_w, 0),
            Field::scalar(self.stride_h, 0),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.dilation_d_factor, 1),
            Field::scalar(self.dilation_w_factor, 1),
            Field::scalar(self.dilation_h_factor, 1),
        ]
    }
}

/// The format's table `Pool2DOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Pool2DOptions {
    /// The field `padding`.
    pub padding: views::Padding,
    /// The field `stride_w`.
    pub stride_w: i32,
    /// The field `stride_h`.
    pub stride_h: i32,
    /// The field `filter_width`.
    pub filter_width: i32,
    /// The field `filter_height`.
    pub filter_height: i32,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
}

impl Pool2DOptions {
    fn from_view(view: views::Pool2DOptions<'_>) -> Result<Self> {
        Ok(Self {
            padding: view.padding(),
            stride_w: view.stride_w(),
            stride_h: view.stride_h(),
            filter_width: view.filter_width(),
            filter_height: view.filter_height(),
            fused_activation_function: view.fused_activation_function(),
        })
    }
}

impl Record for Pool2DOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.padding, views::Padding::SAME),
            Field::scalar(self.stride_w, 0),
            Field::scalar(self.stride_h, 0),
            Field::scalar(self.filter_width, 0),
            Field::scalar(self.filter_height, 0),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
        ]
    }
}

/// The format's table `DepthwiseConv2DOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct DepthwiseConv2DOptions {
    /// The field `padding`.
    pub padding: views::Padding,
    /// The field `stride_w`.
    pub stride_w: i32,
    /// The field `stride_h`.
    pub stride_h: i32,
    /// The field `depth_multiplier`.
    pub depth_multiplier: i32,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `dilation_w_factor`.
    pub dilation_w_factor: i32,
    /// The field `dilation_h_factor`.
    pub dilation_h_factor: i32,
}

impl Default for DepthwiseConv2DOptions {
    fn default() -> Self {
        Self {
            padding: Default::default(),
            stride_w: Default::default(),
            stride_h: Default::default(),
            depth_multiplier: Default::default(),
            fused_activation_function: Default::default(),
            dilation_w_factor: 1,
            dilation_h_factor: 1,
        }
    }
}

impl DepthwiseConv2DOptions {
    fn from_view(view: views::DepthwiseConv2DOptions<'_>) -> Result<Self> {
        Ok(Self {
            padding: view.padding(),
            stride_w: view.stride_w(),
            stride_h: view.stride_h(),
            depth_multiplier: view.depth_multiplier(),
            fused_activation_function: view.fused_activation_function(),
            dilation_w_factor: view.dilation_w_factor(),
            dilation_h_factor: view.dilation_h_factor(),
        })
    }
}

impl Record for DepthwiseConv2DOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.padding, views::Padding::SAME),
            Field::scalar(self.stride_w, 0),
            Field::scalar(self.stride_h, 0),
            Field::scalar(self.depth_multiplier, 0),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.dilation_w_factor, 1),
            Field::scalar(self.dilation_h_factor, 1),
        ]
    }
}

/// The format's table `ConcatEmbeddingsOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConcatEmbeddingsOptions {
    /// The field `num_channels`.
    pub num_channels: i32,
    /// The field `num_columns_per_channel`.
    pub num_columns_per_channel: Vec<i32>,
    /// The field `embedding_dim_per_channel`.
    pub embedding_dim_per_channel: Vec<i32>,
}

impl ConcatEmbeddingsOptions {
    fn from_view(view: views::ConcatEmbeddingsOptions<'_>) -> Result<Self> {
        Ok(Self {
            num_channels: view.num_channels(),
            num_columns_per_channel: view.num_columns_per_channel().to_vec(),
            embedding_dim_per_channel: view.embedding_dim_per_channel().to_vec(),
        })
    }
}

impl Record for ConcatEmbeddingsOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.num_channels, 0),
            Field::vector(&self.num_columns_per_channel, 1, false),
            Field::vector(&self.embedding_dim_per_channel, 1, false),
        ]
    }
}

/// The format's table `LSHProjectionOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LSHProjectionOptions {
    /// The field `type`.
    pub type_: views::LSHProjectionType,
}

impl LSHProjectionOptions {
    fn from_view(view: views::LSHProjectionOptions<'_>) -> Result<Self> {
        Ok(Self { type_: view.type_() })
    }
}

impl Record for LSHProjectionOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.type_, views::LSHProjectionType::UNKNOWN)]
    }
}

/// The format's table `SVDFOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SVDFOptions {
    /// The field `rank`.
    pub rank: i32,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
}

impl SVDFOptions {
    fn from_view(view: views::SVDFOptions<'_>) -> Result<Self> {
        Ok(Self {
            rank: view.rank(),
            fused_activation_function: view.fused_activation_function(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
        })
    }
}

impl Record for SVDFOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.rank, 0),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.asymmetric_quantize_inputs, false),
        ]
    }
}

/// The format's table `RNNOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RNNOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
}

impl RNNOptions {
    fn from_view(view: views::RNNOptions<'_>) -> Result<Self> {
        Ok(Self {
            fused_activation_function: view.fused_activation_function(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
        })
    }
}

impl Record for RNNOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.asymmetric_quantize_inputs, false),
        ]
    }
}

/// The format's table `SequenceRNNOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SequenceRNNOptions {
    /// The field `time_major`.
    pub time_major: bool,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
}

impl SequenceRNNOptions {
    fn from_view(view: views::SequenceRNNOptions<'_>) -> Result<Self> {
        Ok(Self {
            time_major: view.time_major(),
            fused_activation_function: view.fused_activation_function(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
        })
    }
}

impl Record for SequenceRNNOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.time_major, false),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.asymmetric_quantize_inputs, false),
        ]
    }
}

/// The format's table `BidirectionalSequenceRNNOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BidirectionalSequenceRNNOptions {
    /// The field `time_major`.
    pub time_major: bool,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `merge_outputs`.
    pub merge_outputs: bool,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
}

impl BidirectionalSequenceRNNOptions {
    fn from_view(view: views::BidirectionalSequenceRNNOptions<'_>) -> Result<Self> {
        Ok(Self {
            time_major: view.time_major(),
            fused_activation_function: view.fused_activation_function(),
            merge_outputs: view.merge_outputs(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
        })
    }
}

impl Record for BidirectionalSequenceRNNOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.time_major, false),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.merge_outputs, false),
            Field::scalar(self.asymmetric_quantize_inputs, false),
        ]
    }
}

/// The format's table `FullyConnectedOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FullyConnectedOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `weights_format`.
    pub weights_format: views::FullyConnectedOptionsWeightsFormat,
    /// The field `keep_num_dims`.
    pub keep_num_dims: bool,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
    /// The field `quantized_bias_type`.
    pub quantized_bias_type: views::TensorType,
    /// The field `quant_spec`.
    pub quant_spec: Vec<u8>,
}

impl FullyConnectedOptions {
    fn from_view(view: views::FullyConnectedOptions<'_>) -> Result<Self> {
        Ok(Self {
            fused_activation_function: view.fused_activation_function(),
            weights_format: view.weights_format(),
            keep_num_dims: view.keep_num_dims(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
            quantized_bias_type: view.quantized_bias_type(),
            quant_spec: view.quant_spec().to_vec(),
        })
    }
}

impl Record for FullyConnectedOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.weights_format, views::FullyConnectedOptionsWeightsFormat::DEFAULT),
            Field::scalar(self.keep_num_dims, false),
            Field::scalar(self.asymmetric_quantize_inputs, false),
            Field::scalar(self.quantized_bias_type, views::TensorType::FLOAT32),
            Field::vector(&self.quant_spec, 1, false),
        ]
    }
}

/// The format's table `SoftmaxOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SoftmaxOptions {
    /// The field `beta`.
    pub beta: f32,
}

impl SoftmaxOptions {
    fn from_view(view: views::SoftmaxOptions<'_>) -> Result<Self> {
        Ok(Self { beta: view.beta() })
    }
}

impl Record for SoftmaxOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.beta, 0.0)]
    }
}

/// The format's table `ConcatenationOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ConcatenationOptions {
    /// The field `axis`.
    pub axis: i32,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
}

impl ConcatenationOptions {
    fn from_view(view: views::ConcatenationOptions<'_>) -> Result<Self> {
        Ok(Self { axis: view.axis(), fused_activation_function: view.fused_activation_function() })
    }
}

impl Record for ConcatenationOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.axis, 0),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
        ]
    }
}

/// The format's table `AddOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct AddOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `pot_scale_int16`.
    pub pot_scale_int16: bool,
}

impl Default for AddOptions {
    fn default() -> Self {
        Self { fused_activation_function: Default::default(), pot_scale_int16: true }
    }
}

impl AddOptions {
    fn from_view(view: views::AddOptions<'_>) -> Result<Self> {
        Ok(Self {
            fused_activation_function: view.fused_activation_function(),
            pot_scale_int16: view.pot_scale_int16(),
        })
    }
}

impl Record for AddOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.pot_scale_int16, true),
        ]
    }
}

/// The format's table `MulOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MulOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
}

impl MulOptions {
    fn from_view(view: views::MulOptions<'_>) -> Result<Self> {
        Ok(Self { fused_activation_function: view.fused_activation_function() })
    }
}

impl Record for MulOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE)]
    }
}

/// The format's table `L2NormOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct L2NormOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
}

impl L2NormOptions {
    fn from_view(view: views::L2NormOptions<'_>) -> Result<Self> {
        Ok(Self { fused_activation_function: view.fused_activation_function() })
    }
}

impl Record for L2NormOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE)]
    }
}

/// The format's table `LocalResponseNormalizationOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LocalResponseNormalizationOptions {
    /// The field `radius`.
    pub radius: i32,
    /// The field `bias`.
    pub bias: f32,
    /// The field `alpha`.
    pub alpha: f32,
    /// The field `beta`.
    pub beta: f32,
}

impl LocalResponseNormalizationOptions {
    fn from_view(view: views::LocalResponseNormalizationOptions<'_>) -> Result<Self> {
        Ok(Self { radius: view.radius(), bias: view.bias(), alpha: view.alpha(), beta: view.beta() })
    }
}

impl Record for LocalResponseNormalizationOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.radius, 0),
            Field::scalar(self.bias, 0.0),
            Field::scalar(self.alpha, 0.0),
            Field::scalar(self.beta, 0.0),
        ]
    }
}

/// The format's table `LSTMOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LSTMOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `cell_clip`.
    pub cell_clip: f32,
    /// The field `proj_clip`.
    pub proj_clip: f32,
    /// The field `kernel_type`.
    pub kernel_type: views::LSTMKernelType,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
}

impl LSTMOptions {
    fn from_view(view: views::LSTMOptions<'_>) -> Result<Self> {
        Ok(Self {
            fused_activation_function: view.fused_activation_function(),
            cell_clip: view.cell_clip(),
            proj_clip: view.proj_clip(),
            kernel_type: view.kernel_type(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
        })
    }
}

impl Record for LSTMOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.cell_clip, 0.0),
            Field::scalar(self.proj_clip, 0.0),
            Field::scalar(self.kernel_type, views::LSTMKernelType::FULL),
            Field::scalar(self.asymmetric_quantize_inputs, false),
        ]
    }
}

/// The format's table `UnidirectionalSequenceLSTMOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UnidirectionalSequenceLSTMOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `cell_clip`.
    pub cell_clip: f32,
    /// The field `proj_clip`.
    pub proj_clip: f32,
    /// The field `time_major`.
    pub time_major: bool,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
    /// The field `diagonal_recurrent_tensors`.
    pub diagonal_recurrent_tensors: bool,
}

impl UnidirectionalSequenceLSTMOptions {
    fn from_view(view: views::UnidirectionalSequenceLSTMOptions<'_>) -> Result<Self> {
        Ok(Self {
            fused_activation_function: view.fused_activation_function(),
            cell_clip: view.cell_clip(),
            proj_clip: view.proj_clip(),
            time_major: view.time_major(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
            diagonal_recurrent_tensors: view.diagonal_recurrent_tensors(),
        })
    }
}

impl Record for UnidirectionalSequenceLSTMOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.cell_clip, 0.0),
            Field::scalar(self.proj_clip, 0.0),
            Field::scalar(self.time_major, false),
            Field::scalar(self.asymmetric_quantize_inputs, false),
            Field::scalar(self.diagonal_recurrent_tensors, false),
        ]
    }
}

/// The format's table `BidirectionalSequenceLSTMOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct BidirectionalSequenceLSTMOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `cell_clip`.
    pub cell_clip: f32,
    /// The field `proj_clip`.
    pub proj_clip: f32,
    /// The field `merge_outputs`.
    pub merge_outputs: bool,
    /// The field `time_major`.
    pub time_major: bool,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
}

impl Default for BidirectionalSequenceLSTMOptions {
    fn default() -> Self {
        Self {
            fused_activation_function: Default::default(),
            cell_clip: Default::default(),
            proj_clip: Default::default(),
            merge_outputs: Default::default(),
            time_major: true,
            asymmetric_quantize_inputs: Default::default(),
        }
    }
}

impl BidirectionalSequenceLSTMOptions {
    fn from_view(view: views::BidirectionalSequenceLSTMOptions<'_>) -> Result<Self> {
        Ok(Self {
            fused_activation_function: view.fused_activation_function(),
            cell_clip: view.cell_clip(),
            proj_clip: view.proj_clip(),
            merge_outputs: view.merge_outputs(),
            time_major: view.time_major(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
        })
    }
}

impl Record for BidirectionalSequenceLSTMOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.cell_clip, 0.0),
            Field::scalar(self.proj_clip, 0.0),
            Field::scalar(self.merge_outputs, false),
            Field::scalar(self.time_major, true),
            Field::scalar(self.asymmetric_quantize_inputs, false),
        ]
    }
}

/// The format's table `ResizeBilinearOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ResizeBilinearOptions {
    /// The field `align_corners`.
    pub align_corners: bool,
    /// The field `half_pixel_centers`.
    pub half_pixel_centers: bool,
}

impl ResizeBilinearOptions {
    fn from_view(view: views::ResizeBilinearOptions<'_>) -> Result<Self> {
        Ok(Self { align_corners: view.align_corners(), half_pixel_centers: view.half_pixel_centers() })
    }
}

impl Record for ResizeBilinearOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::Absent,
            Field::Absent,
            Field::scalar(self.align_corners, false),
            Field::scalar(self.half_pixel_centers, false),
        ]
    }
}

/// The format's table `ResizeNearestNeighborOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ResizeNearestNeighborOptions {
    /// The field `align_corners`.
    pub align_corners: bool,
    /// The field `half_pixel_centers`.
    pub half_pixel_centers: bool,
}

impl ResizeNearestNeighborOptions {
    fn from_view(view: views::ResizeNearestNeighborOptions<'_>) -> Result<Self> {
        Ok(Self { align_corners: view.align_corners(), half_pixel_centers: view.half_pixel_centers() })
    }
}

impl Record for ResizeNearestNeighborOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.align_corners, false), Field::scalar(self.half_pixel_centers, false)]
    }
}

/// The format's table `CallOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CallOptions {
    /// The field `subgraph`.
    pub subgraph: u32,
}

impl CallOptions {
    fn from_view(view: views::CallOptions<'_>) -> Result<Self> {
        Ok(Self { subgraph: view.subgraph() })
    }
}

impl Record for CallOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.subgraph, 0)]
    }
}

/// The format's table `PadOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PadOptions {}

impl PadOptions {
    fn from_view(_: views::PadOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for PadOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `PadV2Options`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PadV2Options {}

impl PadV2Options {
    fn from_view(_: views::PadV2Options<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for PadV2Options {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ReshapeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReshapeOptions {
    /// The field `new_shape`.
    pub new_shape: Vec<i32>,
}

impl ReshapeOptions {
    fn from_view(view: views::ReshapeOptions<'_>) -> Result<Self> {
        Ok(Self { new_shape: view.new_shape().to_vec() })
    }
}

impl Record for ReshapeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.new_shape, 1, false)]
    }
}

/// The format's table `SpaceToBatchNDOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SpaceToBatchNDOptions {}

impl SpaceToBatchNDOptions {
    fn from_view(_: views::SpaceToBatchNDOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SpaceToBatchNDOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `BatchToSpaceNDOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BatchToSpaceNDOptions {}

impl BatchToSpaceNDOptions {
    fn from_view(_: views::BatchToSpaceNDOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for BatchToSpaceNDOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SkipGramOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SkipGramOptions {
    /// The field `ngram_size`.
    pub ngram_size: i32,
    /// The field `max_skip_size`.
    pub max_skip_size: i32,
    /// The field `include_all_ngrams`.
    pub include_all_ngrams: bool,
}

impl SkipGramOptions {
    fn from_view(view: views::SkipGramOptions<'_>) -> Result<Self> {
        Ok(Self {
            ngram_size: view.ngram_size(),
            max_skip_size: view.max_skip_size(),
            include_all_ngrams: view.include_all_ngrams(),
        })
    }
}

impl Record for SkipGramOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.ngram_size, 0),
            Field::scalar(self.max_skip_size, 0),
            Field::scalar(self.include_all_ngrams, false),
        ]
    }
}

/// The format's table `SpaceToDepthOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SpaceToDepthOptions {
    /// The field `block_size`.
    pub block_size: i32,
}

impl SpaceToDepthOptions {
    fn from_view(view: views::SpaceToDepthOptions<'_>) -> Result<Self> {
        Ok(Self { block_size: view.block_size() })
    }
}

impl Record for SpaceToDepthOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.block_size, 0)]
    }
}

/// The format's table `DepthToSpaceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DepthToSpaceOptions {
    /// The field `block_size`.
    pub block_size: i32,
}

impl DepthToSpaceOptions {
    fn from_view(view: views::DepthToSpaceOptions<'_>) -> Result<Self> {
        Ok(Self { block_size: view.block_size() })
    }
}

impl Record for DepthToSpaceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.block_size, 0)]
    }
}

/// The format's table `SubOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct SubOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `pot_scale_int16`.
    pub pot_scale_int16: bool,
}

impl Default for SubOptions {
    fn default() -> Self {
        Self { fused_activation_function: Default::default(), pot_scale_int16: true }
    }
}

impl SubOptions {
    fn from_view(view: views::SubOptions<'_>) -> Result<Self> {
        Ok(Self {
            fused_activation_function: view.fused_activation_function(),
            pot_scale_int16: view.pot_scale_int16(),
        })
    }
}

impl Record for SubOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.pot_scale_int16, true),
        ]
    }
}

/// The format's table `DivOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DivOptions {
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
}

impl DivOptions {
    fn from_view(view: views::DivOptions<'_>) -> Result<Self> {
        Ok(Self { fused_activation_function: view.fused_activation_function() })
    }
}

impl Record for DivOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE)]
    }
}

/// The format's table `TopKV2Options`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TopKV2Options {}

impl TopKV2Options {
    fn from_view(_: views::TopKV2Options<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for TopKV2Options {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `EmbeddingLookupSparseOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EmbeddingLookupSparseOptions {
    /// The field `combiner`.
    pub combiner: views::CombinerType,
}

impl EmbeddingLookupSparseOptions {
    fn from_view(view: views::EmbeddingLookupSparseOptions<'_>) -> Result<Self> {
        Ok(Self { combiner: view.combiner() })
    }
}

impl Record for EmbeddingLookupSparseOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.combiner, views::CombinerType::SUM)]
    }
}

/// The format's table `GatherOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GatherOptions {
    /// The field `axis`.
    pub axis: i32,
    /// The field `batch_dims`.
    pub batch_dims: i32,
}

impl GatherOptions {
    fn from_view(view: views::GatherOptions<'_>) -> Result<Self> {
        Ok(Self { axis: view.axis(), batch_dims: view.batch_dims() })
    }
}

impl Record for GatherOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.axis, 0), Field::scalar(self.batch_dims, 0)]
    }
}

/// The format's table `TransposeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TransposeOptions {}

impl TransposeOptions {
    fn from_view(_: views::TransposeOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for TransposeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ExpOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ExpOptions {}

impl ExpOptions {
    fn from_view(_: views::ExpOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for ExpOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `CosOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CosOptions {}

impl CosOptions {
    fn from_view(_: views::CosOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for CosOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ReducerOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReducerOptions {
    /// The field `keep_dims`.
    pub keep_dims: bool,
}

impl ReducerOptions {
    fn from_view(view: views::ReducerOptions<'_>) -> Result<Self> {
        Ok(Self { keep_dims: view.keep_dims() })
    }
}

impl Record for ReducerOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.keep_dims, false)]
    }
}

/// The format's table `SqueezeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SqueezeOptions {
    /// The field `squeeze_dims`.
    pub squeeze_dims: Vec<i32>,
}

impl SqueezeOptions {
    fn from_view(view: views::SqueezeOptions<'_>) -> Result<Self> {
        Ok(Self { squeeze_dims: view.squeeze_dims().to_vec() })
    }
}

impl Record for SqueezeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.squeeze_dims, 1, false)]
    }
}

/// The format's table `SplitOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SplitOptions {
    /// The field `num_splits`.
    pub num_splits: i32,
}

impl SplitOptions {
    fn from_view(view: views::SplitOptions<'_>) -> Result<Self> {
        Ok(Self { num_splits: view.num_splits() })
    }
}

impl Record for SplitOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.num_splits, 0)]
    }
}

/// The format's table `SplitVOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SplitVOptions {
    /// The field `num_splits`.
    pub num_splits: i32,
}

impl SplitVOptions {
    fn from_view(view: views::SplitVOptions<'_>) -> Result<Self> {
        Ok(Self { num_splits: view.num_splits() })
    }
}

impl Record for SplitVOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.num_splits, 0)]
    }
}

/// The format's table `StridedSliceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StridedSliceOptions {
    /// The field `begin_mask`.
    pub begin_mask: i32,
    /// The field `end_mask`.
    pub end_mask: i32,
    /// The field `ellipsis_mask`.
    pub ellipsis_mask: i32,
    /// The field `new_axis_mask`.
    pub new_axis_mask: i32,
    /// The field `shrink_axis_mask`.
    pub shrink_axis_mask: i32,
    /// The field `offset`.
    pub offset: bool,
}

impl StridedSliceOptions {
    fn from_view(view: views::StridedSliceOptions<'_>) -> Result<Self> {
        Ok(Self {
            begin_mask: view.begin_mask(),
            end_mask: view.end_mask(),
            ellipsis_mask: view.ellipsis_mask(),
            new_axis_mask: view.new_axis_mask(),
            shrink_axis_mask: view.shrink_axis_mask(),
            offset: view.offset(),
        })
    }
}

impl Record for StridedSliceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.begin_mask, 0),
            Field::scalar(self.end_mask, 0),
            Field::scalar(self.ellipsis_mask, 0),
            Field::scalar(self.new_axis_mask, 0),
            Field::scalar(self.shrink_axis_mask, 0),
            Field::scalar(self.offset, false),
        ]
    }
}

/// The format's table `LogSoftmaxOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LogSoftmaxOptions {}

impl LogSoftmaxOptions {
    fn from_view(_: views::LogSoftmaxOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for LogSoftmaxOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `CastOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CastOptions {
    /// The field `in_data_type`.
    pub in_data_type: views::TensorType,
    /// The field `out_data_type`.
    pub out_data_type: views::TensorType,
}

impl CastOptions {
    fn from_view(view: views::CastOptions<'_>) -> Result<Self> {
        Ok(Self { in_data_type: view.in_data_type(), out_data_type: view.out_data_type() })
    }
}

impl Record for CastOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.in_data_type, views::TensorType::FLOAT32),
            Field::scalar(self.out_data_type, views::TensorType::FLOAT32),
        ]
    }
}

/// The format's table `DequantizeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DequantizeOptions {}

impl DequantizeOptions {
    fn from_view(_: views::DequantizeOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for DequantizeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `MaximumMinimumOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MaximumMinimumOptions {}

impl MaximumMinimumOptions {
    fn from_view(_: views::MaximumMinimumOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for MaximumMinimumOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `TileOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TileOptions {}

impl TileOptions {
    fn from_view(_: views::TileOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for TileOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ArgMaxOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ArgMaxOptions {
    /// The field `output_type`.
    pub output_type: views::TensorType,
}

impl ArgMaxOptions {
    fn from_view(view: views::ArgMaxOptions<'_>) -> Result<Self> {
        Ok(Self { output_type: view.output_type() })
    }
}

impl Record for ArgMaxOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.output_type, views::TensorType::FLOAT32)]
    }
}

/// The format's table `ArgMinOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ArgMinOptions {
    /// The field `output_type`.
    pub output_type: views::TensorType,
}

impl ArgMinOptions {
    fn from_view(view: views::ArgMinOptions<'_>) -> Result<Self> {
        Ok(Self { output_type: view.output_type() })
    }
}

impl Record for ArgMinOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.output_type, views::TensorType::FLOAT32)]
    }
}

/// The format's table `GreaterOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GreaterOptions {}

impl GreaterOptions {
    fn from_view(_: views::GreaterOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for GreaterOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `GreaterEqualOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GreaterEqualOptions {}

impl GreaterEqualOptions {
    fn from_view(_: views::GreaterEqualOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for GreaterEqualOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `LessOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LessOptions {}

impl LessOptions {
    fn from_view(_: views::LessOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for LessOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `LessEqualOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LessEqualOptions {}

impl LessEqualOptions {
    fn from_view(_: views::LessEqualOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for LessEqualOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `NegOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NegOptions {}

impl NegOptions {
    fn from_view(_: views::NegOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for NegOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SelectOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SelectOptions {}

impl SelectOptions {
    fn from_view(_: views::SelectOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SelectOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SliceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SliceOptions {}

impl SliceOptions {
    fn from_view(_: views::SliceOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SliceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `TransposeConvOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TransposeConvOptions {
    /// The field `padding`.
    pub padding: views::Padding,
    /// The field `stride_w`.
    pub stride_w: i32,
    /// The field `stride_h`.
    pub stride_h: i32,
    /// The field `fused_activation_function`.
    pub fused_activation_function: views::ActivationFunctionType,
    /// The field `quantized_bias_type`.
    pub quantized_bias_type: views::TensorType,
}

impl TransposeConvOptions {
    fn from_view(view: views::TransposeConvOptions<'_>) -> Result<Self> {
        Ok(Self {
            padding: view.padding(),
            stride_w: view.stride_w(),
            stride_h: view.stride_h(),
            fused_activation_function: view.fused_activation_function(),
            quantized_bias_type: view.quantized_bias_type(),
        })
    }
}

impl Record for TransposeConvOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.padding, views::Padding::SAME),
            Field::scalar(self.stride_w, 0),
            Field::scalar(self.stride_h, 0),
            Field::scalar(self.fused_activation_function, views::ActivationFunctionType::NONE),
            Field::scalar(self.quantized_bias_type, views::TensorType::FLOAT32),
        ]
    }
}

/// The format's table `ExpandDimsOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ExpandDimsOptions {}

impl ExpandDimsOptions {
    fn from_view(_: views::ExpandDimsOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for ExpandDimsOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SparseToDenseOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SparseToDenseOptions {
    /// The field `validate_indices`.
    pub validate_indices: bool,
}

impl SparseToDenseOptions {
    fn from_view(view: views::SparseToDenseOptions<'_>) -> Result<Self> {
        Ok(Self { validate_indices: view.validate_indices() })
    }
}

impl Record for SparseToDenseOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.validate_indices, false)]
    }
}

/// The format's table `EqualOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EqualOptions {}

impl EqualOptions {
    fn from_view(_: views::EqualOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for EqualOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `NotEqualOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NotEqualOptions {}

impl NotEqualOptions {
    fn from_view(_: views::NotEqualOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for NotEqualOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ShapeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ShapeOptions {
    /// The field `out_type`.
    pub out_type: views::TensorType,
}

impl ShapeOptions {
    fn from_view(view: views::ShapeOptions<'_>) -> Result<Self> {
        Ok(Self { out_type: view.out_type() })
    }
}

impl Record for ShapeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.out_type, views::TensorType::FLOAT32)]
    }
}

/// The format's table `RankOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RankOptions {}

impl RankOptions {
    fn from_view(_: views::RankOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for RankOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `PowOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PowOptions {}

impl PowOptions {
    fn from_view(_: views::PowOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for PowOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `FakeQuantOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FakeQuantOptions {
    /// The field `min`.
    pub min: f32,
    /// The field `max`.
    pub max: f32,
    /// The field `num_bits`.
    pub num_bits: i32,
    /// The field `narrow_range`.
    pub narrow_range: bool,
}

impl FakeQuantOptions {
    fn from_view(view: views::FakeQuantOptions<'_>) -> Result<Self> {
        Ok(Self {
            min: view.min(),
            max: view.max(),
            num_bits: view.num_bits(),
            narrow_range: view.narrow_range(),
        })
    }
}

impl Record for FakeQuantOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.min, 0.0),
            Field::scalar(self.max, 0.0),
            Field::scalar(self.num_bits, 0),
            Field::scalar(self.narrow_range, false),
        ]
    }
}

/// The format's table `PackOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct PackOptions {
    /// The field `values_count`.
    pub values_count: i32,
    /// The field `axis`.
    pub axis: i32,
}

impl PackOptions {
    fn from_view(view: views::PackOptions<'_>) -> Result<Self> {
        Ok(Self { values_count: view.values_count(), axis: view.axis() })
    }
}

impl Record for PackOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.values_count, 0), Field::scalar(self.axis, 0)]
    }
}

/// The format's table `LogicalOrOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LogicalOrOptions {}

impl LogicalOrOptions {
    fn from_view(_: views::LogicalOrOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for LogicalOrOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `OneHotOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OneHotOptions {
    /// The field `axis`.
    pub axis: i32,
}

impl OneHotOptions {
    fn from_view(view: views::OneHotOptions<'_>) -> Result<Self> {
        Ok(Self { axis: view.axis() })
    }
}

impl Record for OneHotOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.axis, 0)]
    }
}

/// The format's table `AbsOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AbsOptions {}

impl AbsOptions {
    fn from_view(_: views::AbsOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for AbsOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `HardSwishOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HardSwishOptions {}

impl HardSwishOptions {
    fn from_view(_: views::HardSwishOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for HardSwishOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `LogicalAndOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LogicalAndOptions {}

impl LogicalAndOptions {
    fn from_view(_: views::LogicalAndOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for LogicalAndOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `LogicalNotOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LogicalNotOptions {}

impl LogicalNotOptions {
    fn from_view(_: views::LogicalNotOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for LogicalNotOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `UnpackOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UnpackOptions {
    /// The field `num`.
    pub num: i32,
    /// The field `axis`.
    pub axis: i32,
}

impl UnpackOptions {
    fn from_view(view: views::UnpackOptions<'_>) -> Result<Self> {
        Ok(Self { num: view.num(), axis: view.axis() })
    }
}

impl Record for UnpackOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.num, 0), Field::scalar(self.axis, 0)]
    }
}

/// The format's table `FloorDivOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FloorDivOptions {}

impl FloorDivOptions {
    fn from_view(_: views::FloorDivOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for FloorDivOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SquareOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SquareOptions {}

impl SquareOptions {
    fn from_view(_: views::SquareOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SquareOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ZerosLikeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ZerosLikeOptions {}

impl ZerosLikeOptions {
    fn from_view(_: views::ZerosLikeOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for ZerosLikeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `FillOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FillOptions {}

impl FillOptions {
    fn from_view(_: views::FillOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for FillOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `FloorModOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FloorModOptions {}

impl FloorModOptions {
    fn from_view(_: views::FloorModOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for FloorModOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `RangeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RangeOptions {}

impl RangeOptions {
    fn from_view(_: views::RangeOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for RangeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `LeakyReluOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct LeakyReluOptions {
    /// The field `alpha`.
    pub alpha: f32,
}

impl LeakyReluOptions {
    fn from_view(view: views::LeakyReluOptions<'_>) -> Result<Self> {
        Ok(Self { alpha: view.alpha() })
    }
}

impl Record for LeakyReluOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.alpha, 0.0)]
    }
}

/// The format's table `SquaredDifferenceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SquaredDifferenceOptions {}

impl SquaredDifferenceOptions {
    fn from_view(_: views::SquaredDifferenceOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SquaredDifferenceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `MirrorPadOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MirrorPadOptions {
    /// The field `mode`.
    pub mode: views::MirrorPadMode,
}

impl MirrorPadOptions {
    fn from_view(view: views::MirrorPadOptions<'_>) -> Result<Self> {
        Ok(Self { mode: view.mode() })
    }
}

impl Record for MirrorPadOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.mode, views::MirrorPadMode::REFLECT)]
    }
}

/// The format's table `UniqueOptions`.
#[derive(Clone, Debug, PartialEq)]
pub struct UniqueOptions {
    /// The field `idx_out_type`.
    pub idx_out_type: views::TensorType,
}

impl Default for UniqueOptions {
    fn default() -> Self {
        Self { idx_out_type: views::TensorType::INT32 }
    }
}

impl UniqueOptions {
    fn from_view(view: views::UniqueOptions<'_>) -> Result<Self> {
        Ok(Self { idx_out_type: view.idx_out_type() })
    }
}

impl Record for UniqueOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.idx_out_type, views::TensorType::INT32)]
    }
}

/// The format's table `ReverseV2Options`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReverseV2Options {}

impl ReverseV2Options {
    fn from_view(_: views::ReverseV2Options<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for ReverseV2Options {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `AddNOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AddNOptions {}

impl AddNOptions {
    fn from_view(_: views::AddNOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for AddNOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `GatherNdOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GatherNdOptions {}

impl GatherNdOptions {
    fn from_view(_: views::GatherNdOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for GatherNdOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `WhereOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct WhereOptions {}

impl WhereOptions {
    fn from_view(_: views::WhereOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for WhereOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ReverseSequenceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReverseSequenceOptions {
    /// The field `seq_dim`.
    pub seq_dim: i32,
    /// The field `batch_dim`.
    pub batch_dim: i32,
}

impl ReverseSequenceOptions {
    fn from_view(view: views::ReverseSequenceOptions<'_>) -> Result<Self> {
        Ok(Self { seq_dim: view.seq_dim(), batch_dim: view.batch_dim() })
    }
}

impl Record for ReverseSequenceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.seq_dim, 0), Field::scalar(self.batch_dim, 0)]
    }
}

/// The format's table `MatrixDiagOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MatrixDiagOptions {}

impl MatrixDiagOptions {
    fn from_view(_: views::MatrixDiagOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for MatrixDiagOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `QuantizeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct QuantizeOptions {}

impl QuantizeOptions {
    fn from_view(_: views::QuantizeOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for QuantizeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `MatrixSetDiagOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct MatrixSetDiagOptions {}

impl MatrixSetDiagOptions {
    fn from_view(_: views::MatrixSetDiagOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for MatrixSetDiagOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `IfOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct IfOptions {
    /// The field `then_subgraph_index`.
    pub then_subgraph_index: i32,
    /// The field `else_subgraph_index`.
    pub else_subgraph_index: i32,
}

impl IfOptions {
    fn from_view(view: views::IfOptions<'_>) -> Result<Self> {
        Ok(Self {
            then_subgraph_index: view.then_subgraph_index(),
            else_subgraph_index: view.else_subgraph_index(),
        })
    }
}

impl Record for IfOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.then_subgraph_index, 0), Field::scalar(self.else_subgraph_index, 0)]
    }
}

/// The format's table `CallOnceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CallOnceOptions {
    /// The field `init_subgraph_index`.
    pub init_subgraph_index: i32,
}

impl CallOnceOptions {
    fn from_view(view: views::CallOnceOptions<'_>) -> Result<Self> {
        Ok(Self { init_subgraph_index: view.init_subgraph_index() })
    }
}

impl Record for CallOnceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.init_subgraph_index, 0)]
    }
}

/// The format's table `WhileOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct WhileOptions {
    /// The field `cond_subgraph_index`.
    pub cond_subgraph_index: i32,
    /// The field `body_subgraph_index`.
    pub body_subgraph_index: i32,
}

impl WhileOptions {
    fn from_view(view: views::WhileOptions<'_>) -> Result<Self> {
        Ok(Self {
            cond_subgraph_index: view.cond_subgraph_index(),
            body_subgraph_index: view.body_subgraph_index(),
        })
    }
}

impl Record for WhileOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.cond_subgraph_index, 0), Field::scalar(self.body_subgraph_index, 0)]
    }
}

/// The format's table `NonMaxSuppressionV4Options`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NonMaxSuppressionV4Options {}

impl NonMaxSuppressionV4Options {
    fn from_view(_: views::NonMaxSuppressionV4Options<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for NonMaxSuppressionV4Options {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `NonMaxSuppressionV5Options`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct NonMaxSuppressionV5Options {}

impl NonMaxSuppressionV5Options {
    fn from_view(_: views::NonMaxSuppressionV5Options<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for NonMaxSuppressionV5Options {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ScatterNdOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ScatterNdOptions {}

impl ScatterNdOptions {
    fn from_view(_: views::ScatterNdOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for ScatterNdOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SelectV2Options`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SelectV2Options {}

impl SelectV2Options {
    fn from_view(_: views::SelectV2Options<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SelectV2Options {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `DensifyOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DensifyOptions {}

impl DensifyOptions {
    fn from_view(_: views::DensifyOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for DensifyOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SegmentSumOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SegmentSumOptions {}

impl SegmentSumOptions {
    fn from_view(_: views::SegmentSumOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SegmentSumOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `BatchMatMulOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BatchMatMulOptions {
    /// The field `adj_x`.
    pub adj_x: bool,
    /// The field `adj_y`.
    pub adj_y: bool,
    /// The field `asymmetric_quantize_inputs`.
    pub asymmetric_quantize_inputs: bool,
}

impl BatchMatMulOptions {
    fn from_view(view: views::BatchMatMulOptions<'_>) -> Result<Self> {
        Ok(Self {
            adj_x: view.adj_x(),
            adj_y: view.adj_y(),
            asymmetric_quantize_inputs: view.asymmetric_quantize_inputs(),
        })
    }
}

impl Record for BatchMatMulOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.adj_x, false),
            Field::scalar(self.adj_y, false),
            Field::scalar(self.asymmetric_quantize_inputs, false),
        ]
    }
}

/// The format's table `CumsumOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CumsumOptions {
    /// The field `exclusive`.
    pub exclusive: bool,
    /// The field `reverse`.
    pub reverse: bool,
}

impl CumsumOptions {
    fn from_view(view: views::CumsumOptions<'_>) -> Result<Self> {
        Ok(Self { exclusive: view.exclusive(), reverse: view.reverse() })
    }
}

impl Record for CumsumOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.exclusive, false), Field::scalar(self.reverse, false)]
    }
}

/// The format's table `BroadcastToOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BroadcastToOptions {}

impl BroadcastToOptions {
    fn from_view(_: views::BroadcastToOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for BroadcastToOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `Rfft2dOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Rfft2dOptions {}

impl Rfft2dOptions {
    fn from_view(_: views::Rfft2dOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for Rfft2dOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `HashtableOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HashtableOptions {
    /// The field `table_id`.
    pub table_id: i32,
    /// The field `key_dtype`.
    pub key_dtype: views::TensorType,
    /// The field `value_dtype`.
    pub value_dtype: views::TensorType,
}

impl HashtableOptions {
    fn from_view(view: views::HashtableOptions<'_>) -> Result<Self> {
        Ok(Self { table_id: view.table_id(), key_dtype: view.key_dtype(), value_dtype: view.value_dtype() })
    }
}

impl Record for HashtableOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.table_id, 0),
            Field::scalar(self.key_dtype, views::TensorType::FLOAT32),
            Field::scalar(self.value_dtype, views::TensorType::FLOAT32),
        ]
    }
}

/// The format's table `HashtableFindOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HashtableFindOptions {}

impl HashtableFindOptions {
    fn from_view(_: views::HashtableFindOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for HashtableFindOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `HashtableImportOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HashtableImportOptions {}

impl HashtableImportOptions {
    fn from_view(_: views::HashtableImportOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for HashtableImportOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `HashtableSizeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HashtableSizeOptions {}

impl HashtableSizeOptions {
    fn from_view(_: views::HashtableSizeOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for HashtableSizeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `VarHandleOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct VarHandleOptions {
    /// The field `container`.
    pub container: String,
    /// The field `shared_name`.
    pub shared_name: String,
}

impl VarHandleOptions {
    fn from_view(view: views::VarHandleOptions<'_>) -> Result<Self> {
        Ok(Self { container: text(view.container()), shared_name: text(view.shared_name()) })
    }
}

impl Record for VarHandleOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::string(&self.container), Field::string(&self.shared_name)]
    }
}

/// The format's table `ReadVariableOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReadVariableOptions {}

impl ReadVariableOptions {
    fn from_view(_: views::ReadVariableOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for ReadVariableOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `AssignVariableOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AssignVariableOptions {}

impl AssignVariableOptions {
    fn from_view(_: views::AssignVariableOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for AssignVariableOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `RandomOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RandomOptions {
    /// The field `seed`.
    pub seed: i64,
    /// The field `seed2`.
    pub seed2: i64,
}

impl RandomOptions {
    fn from_view(view: views::RandomOptions<'_>) -> Result<Self> {
        Ok(Self { seed: view.seed(), seed2: view.seed2() })
    }
}

impl Record for RandomOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.seed, 0), Field::scalar(self.seed2, 0)]
    }
}

/// The format's table `BucketizeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BucketizeOptions {
    /// The field `boundaries`.
    pub boundaries: Vec<f32>,
}

impl BucketizeOptions {
    fn from_view(view: views::BucketizeOptions<'_>) -> Result<Self> {
        Ok(Self { boundaries: view.boundaries().to_vec() })
    }
}

impl Record for BucketizeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::vector(&self.boundaries, 1, false)]
    }
}

/// The format's table `GeluOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct GeluOptions {
    /// The field `approximate`.
    pub approximate: bool,
}

impl GeluOptions {
    fn from_view(view: views::GeluOptions<'_>) -> Result<Self> {
        Ok(Self { approximate: view.approximate() })
    }
}

impl Record for GeluOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.approximate, false)]
    }
}

/// The format's table `DynamicUpdateSliceOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DynamicUpdateSliceOptions {}

impl DynamicUpdateSliceOptions {
    fn from_view(_: views::DynamicUpdateSliceOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for DynamicUpdateSliceOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `UnsortedSegmentProdOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UnsortedSegmentProdOptions {}

impl UnsortedSegmentProdOptions {
    fn from_view(_: views::UnsortedSegmentProdOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for UnsortedSegmentProdOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `UnsortedSegmentMaxOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UnsortedSegmentMaxOptions {}

impl UnsortedSegmentMaxOptions {
    fn from_view(_: views::UnsortedSegmentMaxOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for UnsortedSegmentMaxOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `UnsortedSegmentSumOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UnsortedSegmentSumOptions {}

impl UnsortedSegmentSumOptions {
    fn from_view(_: views::UnsortedSegmentSumOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for UnsortedSegmentSumOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ATan2Options`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ATan2Options {}

impl ATan2Options {
    fn from_view(_: views::ATan2Options<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for ATan2Options {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `UnsortedSegmentMinOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct UnsortedSegmentMinOptions {}

impl UnsortedSegmentMinOptions {
    fn from_view(_: views::UnsortedSegmentMinOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for UnsortedSegmentMinOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `SignOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SignOptions {}

impl SignOptions {
    fn from_view(_: views::SignOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for SignOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `BitcastOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BitcastOptions {}

impl BitcastOptions {
    fn from_view(_: views::BitcastOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for BitcastOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `BitwiseXorOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct BitwiseXorOptions {}

impl BitwiseXorOptions {
    fn from_view(_: views::BitwiseXorOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for BitwiseXorOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `RightShiftOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct RightShiftOptions {}

impl RightShiftOptions {
    fn from_view(_: views::RightShiftOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for RightShiftOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `DilateOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct DilateOptions {}

impl DilateOptions {
    fn from_view(_: views::DilateOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for DilateOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// The format's table `ReduceWindowOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ReduceWindowOptions {
    /// The field `reduce_function`.
    pub reduce_function: views::ReduceWindowFunction,
}

impl ReduceWindowOptions {
    fn from_view(view: views::ReduceWindowOptions<'_>) -> Result<Self> {
        Ok(Self { reduce_function: view.reduce_function() })
    }
}

impl Record for ReduceWindowOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::scalar(self.reduce_function, views::ReduceWindowFunction::UNSUPPORTED)]
    }
}

/// An operator and its version, referred to by the nodes of all subgraphs.
#[derive(Clone, Debug, PartialEq)]
pub struct OperatorCode {
    /// The builtin operator as older readers know it: at most 127.
    pub deprecated_builtin_code: i8,
    /// The name of a custom operator.
    pub custom_code: String,
    /// The version of the operator that is needed.
    pub version: i32,
    /// The builtin operator; files older than this field have 0, and the code above.
    pub builtin_code: views::BuiltinOperator,
}

impl Default for OperatorCode {
    fn default() -> Self {
        Self {
            deprecated_builtin_code: Default::default(),
            custom_code: Default::default(),
            version: 1,
            builtin_code: Default::default(),
        }
    }
}

impl OperatorCode {
    fn from_view(view: views::OperatorCode<'_>) -> Result<Self> {
        Ok(Self {
            deprecated_builtin_code: view.deprecated_builtin_code(),
            custom_code: text(view.custom_code()),
            version: view.version(),
            builtin_code: view.builtin_code(),
        })
    }
}

impl Record for OperatorCode {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.deprecated_builtin_code, 0),
            Field::string(&self.custom_code),
            Field::scalar(self.version, 1),
            Field::scalar(self.builtin_code, views::BuiltinOperator::ADD),
        ]
    }
}

/// The format's table `StableHLOCompositeOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StableHLOCompositeOptions {
    /// The field `name`.
    pub name: String,
    /// The field `decomposition_subgraph_index`.
    pub decomposition_subgraph_index: i32,
    /// The field `composite_attributes`.
    pub composite_attributes: Vec<u8>,
    /// The field `composite_attributes_format`.
    pub composite_attributes_format: views::CustomOptionsFormat,
    /// The field `version`.
    pub version: i32,
}

impl StableHLOCompositeOptions {
    fn from_view(view: views::StableHLOCompositeOptions<'_>) -> Result<Self> {
        Ok(Self {
            name: text(view.name()),
            decomposition_subgraph_index: view.decomposition_subgraph_index(),
            composite_attributes: view.composite_attributes().to_vec(),
            composite_attributes_format: view.composite_attributes_format(),
            version: view.version(),
        })
    }
}

impl Record for StableHLOCompositeOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::string(&self.name),
            Field::scalar(self.decomposition_subgraph_index, 0),
            Field::vector(&self.composite_attributes, 1, false),
            Field::scalar(self.composite_attributes_format, views::CustomOptionsFormat::FLEXBUFFERS),
            Field::scalar(self.version, 0),
        ]
    }
}

/// The format's table `StablehloShiftLeftOptions`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct StablehloShiftLeftOptions {}

impl StablehloShiftLeftOptions {
    fn from_view(_: views::StablehloShiftLeftOptions<'_>) -> Result<Self> {
        Ok(Self {})
    }
}

impl Record for StablehloShiftLeftOptions {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![]
    }
}

/// A node of a subgraph.
#[derive(Clone, Debug, PartialEq)]
pub struct Operator {
    /// Index into the operator codes of the model.
    pub opcode_index: u32,
    /// Indices of its input tensors; -1 for an optional one that is absent.
    pub inputs: Vec<i32>,
    /// Indices of its output tensors.
    pub outputs: Vec<i32>,
    /// Options of most builtin operators.
    pub builtin_options: Option<BuiltinOptions>,
    /// Options of a custom operator, as a FlexBuffer or in a form of its own.
    pub custom_options: Vec<u8>,
    /// The field `custom_options_format`.
    pub custom_options_format: views::CustomOptionsFormat,
    /// Which inputs it changes; empty or as many as inputs.
    pub mutating_variable_inputs: Vec<bool>,
    /// Tensors that stand for values inside of the operator: their quantization is used.
    pub intermediates: Vec<i32>,
    /// Options of the newer builtin operators.
    pub builtin_options_2: Option<BuiltinOptions2>,
    /// Index into the debug metadata of operators; -1 if there are none.
    pub debug_metadata_index: i32,
}

impl Default for Operator {
    fn default() -> Self {
        Self {
            opcode_index: Default::default(),
            inputs: Default::default(),
            outputs: Default::default(),
            builtin_options: Default::default(),
            custom_options: Default::default(),
            custom_options_format: Default::default(),
            mutating_variable_inputs: Default::default(),
            intermediates: Default::default(),
            builtin_options_2: Default::default(),
            debug_metadata_index: -1,
        }
    }
}

impl Operator {
    fn from_view(view: views::Operator<'_>) -> Result<Self> {
        Ok(Self {
            opcode_index: view.opcode_index(),
            inputs: view.inputs().to_vec(),
            outputs: view.outputs().to_vec(),
            builtin_options: BuiltinOptions::from_view(
                view.builtin_options_type(),
                view.builtin_options_table(),
            )
            .map_err(|error| error.within("builtin_options", None))?,
            custom_options: view.custom_options().to_vec(),
            custom_options_format: view.custom_options_format(),
            mutating_variable_inputs: view.mutating_variable_inputs().to_vec(),
            intermediates: view.intermediates().to_vec(),
            builtin_options_2: BuiltinOptions2::from_view(
                view.builtin_options_2_type(),
                view.builtin_options_2_table(),
            )
            .map_err(|error| error.within("builtin_options_2", None))?,
            debug_metadata_index: view.debug_metadata_index(),
        })
    }
}

impl Record for Operator {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.opcode_index, 0),
            Field::vector(&self.inputs, 1, true),
            Field::vector(&self.outputs, 1, true),
            Field::scalar(
                self.builtin_options.as_ref().map_or(views::BuiltinOptions::NONE, BuiltinOptions::tag),
                views::BuiltinOptions::NONE,
            ),
            self.builtin_options.as_ref().map_or(Field::Absent, |union| Field::Table(union.record())),
            Field::vector(&self.custom_options, 1, false),
            Field::scalar(self.custom_options_format, views::CustomOptionsFormat::FLEXBUFFERS),
            Field::vector(&self.mutating_variable_inputs, 1, false),
            Field::vector(&self.intermediates, 1, false),
            Field::Place,
            Field::Place,
            Field::scalar(
                self.builtin_options_2.as_ref().map_or(views::BuiltinOptions2::NONE, BuiltinOptions2::tag),
                views::BuiltinOptions2::NONE,
            ),
            self.builtin_options_2.as_ref().map_or(Field::Absent, |union| Field::Table(union.record())),
            Field::scalar(self.debug_metadata_index, -1),
        ]
    }
}

/// A function: tensors, and the operators that compute them.
#[derive(Clone, Debug, PartialEq)]
pub struct SubGraph {
    /// The field `tensors`.
    pub tensors: Vec<Tensor>,
    /// Indices of the input tensors.
    pub inputs: Vec<i32>,
    /// Indices of the output tensors.
    pub outputs: Vec<i32>,
    /// The nodes in the order in which they run.
    pub operators: Vec<Operator>,
    /// The field `name`.
    pub name: String,
    /// Index into the debug metadata of subgraphs; -1 if there are none.
    pub debug_metadata_index: i32,
}

impl Default for SubGraph {
    fn default() -> Self {
        Self {
            tensors: Default::default(),
            inputs: Default::default(),
            outputs: Default::default(),
            operators: Default::default(),
            name: Default::default(),
            debug_metadata_index: -1,
        }
    }
}

impl SubGraph {
    fn from_view(view: views::SubGraph<'_>) -> Result<Self> {
        Ok(Self {
            tensors: each("tensors", view.tensors(), Tensor::from_view)?,
            inputs: view.inputs().to_vec(),
            outputs: view.outputs().to_vec(),
            operators: each("operators", view.operators(), Operator::from_view)?,
            name: text(view.name()),
            debug_metadata_index: view.debug_metadata_index(),
        })
    }
}

impl Record for SubGraph {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::tables(&self.tensors, true),
            Field::vector(&self.inputs, 1, true),
            Field::vector(&self.outputs, 1, true),
            Field::tables(&self.operators, true),
            Field::string(&self.name),
            Field::scalar(self.debug_metadata_index, -1),
        ]
    }
}

/// Contents of a constant tensor, or other data.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Buffer<'a> {
    /// The contents, if they are in the FlatBuffer.
    pub data: Option<Cow<'a, [u8]>>,
}

impl<'a> Buffer<'a> {
    fn from_view(view: views::Buffer<'a>) -> Result<Self> {
        Ok(Self { data: optional(view.data(), |data| Cow::Borrowed(data.bytes())) })
    }
}

impl Record for Buffer<'_> {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::data(self.data.as_deref(), 16), Field::Place, Field::Place]
    }
}

/// A file with contents of buffers.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ExternalBufferGroup {
    /// The field `name`.
    pub name: String,
}

impl ExternalBufferGroup {
    fn from_view(view: views::ExternalBufferGroup<'_>) -> Result<Self> {
        Ok(Self { name: text(view.name()) })
    }
}

impl Record for ExternalBufferGroup {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::string(&self.name)]
    }
}

/// Contents of a constant in another file.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ExternalBuffer {
    /// The field `id`.
    pub id: u32,
    /// Index of the file.
    pub group: u32,
    /// Where in the file it begins.
    pub offset: u64,
    /// Its size in bytes.
    pub length: u64,
    /// How the contents are packed.
    pub packing: String,
}

impl ExternalBuffer {
    fn from_view(view: views::ExternalBuffer<'_>) -> Result<Self> {
        Ok(Self {
            id: view.id(),
            group: view.group(),
            offset: view.offset(),
            length: view.length(),
            packing: text(view.packing()),
        })
    }
}

impl Record for ExternalBuffer {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.id, 0),
            Field::scalar(self.group, 0),
            Field::scalar(self.offset, 0),
            Field::scalar(self.length, 0),
            Field::string(&self.packing),
        ]
    }
}

/// Data about the model, by name.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Metadata {
    /// The field `name`.
    pub name: String,
    /// Index of the buffer that holds it.
    pub buffer: u32,
}

impl Metadata {
    fn from_view(view: views::Metadata<'_>) -> Result<Self> {
        Ok(Self { name: text(view.name()), buffer: view.buffer() })
    }
}

impl Record for Metadata {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::string(&self.name), Field::scalar(self.buffer, 0)]
    }
}

/// A name for a tensor.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct TensorMap {
    /// The field `name`.
    pub name: String,
    /// Index of the tensor in the subgraph of the signature.
    pub tensor_index: u32,
}

impl TensorMap {
    fn from_view(view: views::TensorMap<'_>) -> Result<Self> {
        Ok(Self { name: text(view.name()), tensor_index: view.tensor_index() })
    }
}

impl Record for TensorMap {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![Field::string(&self.name), Field::scalar(self.tensor_index, 0)]
    }
}

/// A named entry point with named inputs and outputs.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct SignatureDef {
    /// The field `inputs`.
    pub inputs: Vec<TensorMap>,
    /// The field `outputs`.
    pub outputs: Vec<TensorMap>,
    /// The name.
    pub signature_key: String,
    /// The subgraph that it runs.
    pub subgraph_index: u32,
}

impl SignatureDef {
    fn from_view(view: views::SignatureDef<'_>) -> Result<Self> {
        Ok(Self {
            inputs: each("inputs", view.inputs(), TensorMap::from_view)?,
            outputs: each("outputs", view.outputs(), TensorMap::from_view)?,
            signature_key: text(view.signature_key()),
            subgraph_index: view.subgraph_index(),
        })
    }
}

impl Record for SignatureDef {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::tables(&self.inputs, false),
            Field::tables(&self.outputs, false),
            Field::string(&self.signature_key),
            Field::Absent,
            Field::scalar(self.subgraph_index, 0),
        ]
    }
}

/// The root of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Model<'a> {
    /// The version of the schema: 3.
    pub version: u32,
    /// The operators that nodes refer to.
    pub operator_codes: Vec<OperatorCode>,
    /// The functions; the first is the main one.
    pub subgraphs: Vec<SubGraph>,
    /// The field `description`.
    pub description: String,
    /// Contents of tensors; the first is empty and stands for none.
    pub buffers: Vec<Buffer<'a>>,
    /// Indices of buffers with metadata, as it was before `metadata`.
    pub metadata_buffer: Vec<i32>,
    /// Data about the model, by name.
    pub metadata: Vec<Metadata>,
    /// The entry points.
    pub signature_defs: Vec<SignatureDef>,
    /// Other files with contents of tensors.
    pub external_buffer_groups: Vec<ExternalBufferGroup>,
    /// Contents of tensors in other files.
    pub external_buffers: Vec<ExternalBuffer>,
}

impl<'a> Model<'a> {
    pub(crate) fn from_view(view: views::Model<'a>) -> Result<Self> {
        Ok(Self {
            version: view.version(),
            operator_codes: each("operator_codes", view.operator_codes(), OperatorCode::from_view)?,
            subgraphs: each("subgraphs", view.subgraphs(), SubGraph::from_view)?,
            description: text(view.description()),
            buffers: each("buffers", view.buffers(), Buffer::from_view)?,
            metadata_buffer: view.metadata_buffer().to_vec(),
            metadata: each("metadata", view.metadata(), Metadata::from_view)?,
            signature_defs: each("signature_defs", view.signature_defs(), SignatureDef::from_view)?,
            external_buffer_groups: each(
                "external_buffer_groups",
                view.external_buffer_groups(),
                ExternalBufferGroup::from_view,
            )?,
            external_buffers: each("external_buffers", view.external_buffers(), ExternalBuffer::from_view)?,
        })
    }
}

impl Record for Model<'_> {
    fn fields(&self) -> Vec<Field<'_>> {
        vec![
            Field::scalar(self.version, 0),
            Field::tables(&self.operator_codes, true),
            Field::tables(&self.subgraphs, true),
            Field::string(&self.description),
            Field::tables(&self.buffers, true),
            Field::vector(&self.metadata_buffer, 1, false),
            Field::tables(&self.metadata, false),
            Field::tables(&self.signature_defs, false),
            Field::tables(&self.external_buffer_groups, false),
            Field::tables(&self.external_buffers, false),
        ]
    }
}
