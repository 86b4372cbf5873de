// The experimental part of the C API.

#ifndef TENSORFLOW_LITE_C_C_API_EXPERIMENTAL_H_
#define TENSORFLOW_LITE_C_C_API_EXPERIMENTAL_H_

#include "tensorflow/lite/c/c_api.h"
#include "tensorflow/lite/c/common.h"

#ifdef __cplusplus
extern "C" {
#endif

// ---- Variable tensors: state that is kept from run to run

TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterResetVariableTensors(TfLiteInterpreter *interpreter);
TFL_CAPI_EXPORT int32_t TfLiteInterpreterGetVariableTensorCount(const TfLiteInterpreter *interpreter);
TFL_CAPI_EXPORT TfLiteTensor *TfLiteInterpreterGetVariableTensor(const TfLiteInterpreter *interpreter,
                                                                 int32_t variable_index);

// ---- Operators. Structures are copied, callbacks must stay. Operators for builtin codes come before the library's own, and get
// no builtin_data.

TFL_CAPI_EXPORT void TfLiteInterpreterOptionsAddBuiltinOp(TfLiteInterpreterOptions *options, TfLiteBuiltinOperator op,
                                                          const TfLiteRegistration *registration, int32_t min_version,
                                                          int32_t max_version);
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsAddCustomOp(TfLiteInterpreterOptions *options, const char *name,
                                                         const TfLiteRegistration *registration, int32_t min_version,
                                                         int32_t max_version);
// Only the operators that were added to the options are there.
TFL_CAPI_EXPORT TfLiteInterpreter *TfLiteInterpreterCreateWithSelectedOps(const TfLiteModel *model,
                                                                          const TfLiteInterpreterOptions *options);

// ---- Numbers of tensors; -1 if there is no such input or output

TFL_CAPI_EXPORT int32_t TfLiteInterpreterGetInputTensorIndex(const TfLiteInterpreter *interpreter,
                                                             int32_t input_index);
TFL_CAPI_EXPORT int32_t TfLiteInterpreterGetOutputTensorIndex(const TfLiteInterpreter *interpreter,
                                                              int32_t output_index);

// ---- Memory of the program for an input, output or variable. It must outlive the interpreter; contents are copied from it before,
// and to it after each run. Tensors must be allocated afterwards.

TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterSetCustomAllocationForTensor(TfLiteInterpreter *interpreter,
                                                                           int tensor_index,
                                                                           const TfLiteCustomAllocation *allocation,
                                                                           int64_t flags);

TFL_CAPI_EXPORT TfLiteStatus TfLiteSignatureRunnerCancel(TfLiteSignatureRunner *signature_runner);

// ---- Devices and telemetry, of which there are none: delegates are refused, the rest has no effect

TFL_CAPI_EXPORT void TfLiteInterpreterOptionsSetUseNNAPI(TfLiteInterpreterOptions *options, bool enable);
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsSetEnableDelegateFallback(TfLiteInterpreterOptions *options, bool enable);
// kTfLiteApplicationError; the interpreter stays as it is.
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterModifyGraphWithDelegate(const TfLiteInterpreter *interpreter,
                                                                      TfLiteDelegate *delegate);
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterSetBufferHandle(TfLiteInterpreter *interpreter, TfLiteTensor *tensor,
                                                              TfLiteBufferHandle buffer_handle,
                                                              TfLiteOpaqueDelegate *delegate);
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterGetBufferHandle(TfLiteInterpreter *interpreter, int tensor_index,
                                                              TfLiteBufferHandle *buffer_handle,
                                                              TfLiteOpaqueDelegate **delegate);
TFL_CAPI_EXPORT void TfLiteSetAllowBufferHandleOutput(const TfLiteInterpreter *interpreter,
                                                      bool allow_buffer_handle_output);
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterEnsureTensorDataIsReadable(TfLiteInterpreter *interpreter,
                                                                         int tensor_index);
struct TfLiteTelemetryProfilerStruct;
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsSetTelemetryProfiler(TfLiteInterpreterOptions *options,
                                                                  struct TfLiteTelemetryProfilerStruct *profiler);

#ifdef __cplusplus
}
#endif

#endif
