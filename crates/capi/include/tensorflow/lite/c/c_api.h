// The C API of TensorFlow Lite, as Featherlite implements it.
//
//     TfLiteModel *model = TfLiteModelCreateFromFile("model.tflite");
//     TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
//     TfLiteInterpreterAllocateTensors(interpreter);
//     TfLiteTensor *input = TfLiteInterpreterGetInputTensor(interpreter, 0);
//     TfLiteTensorCopyFromBuffer(input, values, sizeof values);
//     TfLiteInterpreterInvoke(interpreter);
//     const TfLiteTensor *output = TfLiteInterpreterGetOutputTensor(interpreter, 0);
//     TfLiteTensorCopyToBuffer(output, scores, sizeof scores);
//     TfLiteInterpreterDelete(interpreter);
//     TfLiteModelDelete(model);
//
// Null in place of an object is answered with kTfLiteError, null or 0.
//
// Threads: models may be used by several threads. An interpreter may be used by one thread at a time (a second one gets
// kTfLiteError), but for TfLiteInterpreterCancel, which any thread may call. Interpreters are independent of each other.

#ifndef TENSORFLOW_LITE_C_C_API_H_
#define TENSORFLOW_LITE_C_C_API_H_

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tensorflow/lite/builtin_ops.h"
#include "tensorflow/lite/c/c_api_types.h"
#include "tensorflow/lite/core/c/operator.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct TfLiteModel TfLiteModel;
typedef struct TfLiteInterpreterOptions TfLiteInterpreterOptions;
typedef struct TfLiteInterpreter TfLiteInterpreter;
typedef struct TfLiteSignatureRunner TfLiteSignatureRunner;
typedef struct TfLiteTensor TfLiteTensor;

// ---- Versions

// The version of TensorFlow Lite whose API this is, with ours behind a "+".
TFL_CAPI_EXPORT const char *TfLiteVersion(void);
TFL_CAPI_EXPORT const char *TfLiteExtensionApisVersion(void);
// The version of the file format: 3.
TFL_CAPI_EXPORT int TfLiteSchemaVersion(void);

// ---- Models

// A model over a buffer that stays the caller's: it must outlive the model and all of its interpreters, and not be changed.
// Null if it is not a valid model.
TFL_CAPI_EXPORT TfLiteModel *TfLiteModelCreate(const void *model_data, size_t model_size);
// As above; errors go to the reporter, which gets user_data, and a format and arguments as vprintf does.
TFL_CAPI_EXPORT TfLiteModel *TfLiteModelCreateWithErrorReporter(
    const void *model_data, size_t model_size, void (*reporter)(void *user_data, const char *format, va_list args),
    void *user_data);
// A model from a file, which is mapped into memory and must not be changed. Null if it can not be read.
TFL_CAPI_EXPORT TfLiteModel *TfLiteModelCreateFromFile(const char *model_path);
TFL_CAPI_EXPORT TfLiteModel *TfLiteModelCreateFromFileWithErrorReporter(
    const char *model_path, void (*reporter)(void *user_data, const char *format, va_list args), void *user_data);
// Interpreters of the model live on.
TFL_CAPI_EXPORT void TfLiteModelDelete(TfLiteModel *model);

// ---- Options

TFL_CAPI_EXPORT TfLiteInterpreterOptions *TfLiteInterpreterOptionsCreate(void);
TFL_CAPI_EXPORT TfLiteInterpreterOptions *TfLiteInterpreterOptionsCopy(const TfLiteInterpreterOptions *from);
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsDelete(TfLiteInterpreterOptions *options);
// Threads that a run may use; below 1 the library decides.
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsSetNumThreads(TfLiteInterpreterOptions *options, int32_t num_threads);
// There are no delegates here: making an interpreter with one fails and says so.
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsAddDelegate(TfLiteInterpreterOptions *options,
                                                         TfLiteOpaqueDelegate *delegate);
// Errors of the interpreter go to the reporter; without one they go to standard error.
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsSetErrorReporter(
    TfLiteInterpreterOptions *options, void (*reporter)(void *user_data, const char *format, va_list args),
    void *user_data);
// Adds a custom operator. It stays the caller's and must outlive the interpreters.
TFL_CAPI_EXPORT void TfLiteInterpreterOptionsAddOperator(TfLiteInterpreterOptions *options,
                                                         TfLiteOperator *registration);
// Lets TfLiteInterpreterCancel work.
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterOptionsEnableCancellation(TfLiteInterpreterOptions *options,
                                                                        bool enable);

// ---- Interpreters

// Null on failure. Options may be null. Model and options may be deleted right afterwards.
TFL_CAPI_EXPORT TfLiteInterpreter *TfLiteInterpreterCreate(const TfLiteModel *model,
                                                           const TfLiteInterpreterOptions *optional_options);
TFL_CAPI_EXPORT void TfLiteInterpreterDelete(TfLiteInterpreter *interpreter);

TFL_CAPI_EXPORT int32_t TfLiteInterpreterGetInputTensorCount(const TfLiteInterpreter *interpreter);
// As many numbers of tensors as there are inputs; they live as long as the interpreter.
TFL_CAPI_EXPORT const int *TfLiteInterpreterInputTensorIndices(const TfLiteInterpreter *interpreter);
// Tensors live at their addresses as long as the interpreter.
TFL_CAPI_EXPORT TfLiteTensor *TfLiteInterpreterGetInputTensor(const TfLiteInterpreter *interpreter,
                                                              int32_t input_index);
// The input has no contents, and the model does not run, until tensors are allocated again.
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterResizeInputTensor(TfLiteInterpreter *interpreter, int32_t input_index,
                                                                const int *input_dims, int32_t input_dims_size);
// Plans the model for the shapes that its inputs have. Contents of tensors may be elsewhere afterwards, and variables start
// anew; where nothing was resized, nothing happens. kTfLiteUnresolvedOps if a custom operator is missing.
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterAllocateTensors(TfLiteInterpreter *interpreter);
// kTfLiteError before tensors are allocated.
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterInvoke(TfLiteInterpreter *interpreter);

TFL_CAPI_EXPORT int32_t TfLiteInterpreterGetOutputTensorCount(const TfLiteInterpreter *interpreter);
TFL_CAPI_EXPORT const int *TfLiteInterpreterOutputTensorIndices(const TfLiteInterpreter *interpreter);
// Where a shape depends on values, the output has shape and contents after a run, and the contents move with each run.
TFL_CAPI_EXPORT const TfLiteTensor *TfLiteInterpreterGetOutputTensor(const TfLiteInterpreter *interpreter,
                                                                     int32_t output_index);
// Any tensor of the main subgraph, by its number in the file. The memory of intermediate ones is used again during a run.
TFL_CAPI_EXPORT TfLiteTensor *TfLiteInterpreterGetTensor(const TfLiteInterpreter *interpreter, int index);
// Ends a run in another thread, which then gives kTfLiteCancelled; later runs are not affected.
TFL_CAPI_EXPORT TfLiteStatus TfLiteInterpreterCancel(const TfLiteInterpreter *interpreter);

// ---- Signatures: entry points with named tensors

TFL_CAPI_EXPORT int32_t TfLiteInterpreterGetSignatureCount(const TfLiteInterpreter *interpreter);
TFL_CAPI_EXPORT const char *TfLiteInterpreterGetSignatureKey(const TfLiteInterpreter *interpreter,
                                                             int32_t signature_index);
// To be deleted before the interpreter. Signatures of one subgraph share its tensors, the main one's with the interpreter.
TFL_CAPI_EXPORT TfLiteSignatureRunner *TfLiteInterpreterGetSignatureRunner(const TfLiteInterpreter *interpreter,
                                                                           const char *signature_key);
TFL_CAPI_EXPORT size_t TfLiteSignatureRunnerGetInputCount(const TfLiteSignatureRunner *signature_runner);
// Names are in the order of the alphabet.
TFL_CAPI_EXPORT const char *TfLiteSignatureRunnerGetInputName(const TfLiteSignatureRunner *signature_runner,
                                                              int32_t input_index);
// Only sizes that the model leaves open (-1 in its shape signature) may change.
TFL_CAPI_EXPORT TfLiteStatus TfLiteSignatureRunnerResizeInputTensor(TfLiteSignatureRunner *signature_runner,
                                                                    const char *input_name, const int *input_dims,
                                                                    int32_t input_dims_size);
TFL_CAPI_EXPORT TfLiteStatus TfLiteSignatureRunnerAllocateTensors(TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT TfLiteTensor *TfLiteSignatureRunnerGetInputTensor(TfLiteSignatureRunner *signature_runner,
                                                                  const char *input_name);
TFL_CAPI_EXPORT TfLiteStatus TfLiteSignatureRunnerInvoke(TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT size_t TfLiteSignatureRunnerGetOutputCount(const TfLiteSignatureRunner *signature_runner);
TFL_CAPI_EXPORT const char *TfLiteSignatureRunnerGetOutputName(const TfLiteSignatureRunner *signature_runner,
                                                               int32_t output_index);
TFL_CAPI_EXPORT const TfLiteTensor *TfLiteSignatureRunnerGetOutputTensor(
    const TfLiteSignatureRunner *signature_runner, const char *output_name);
TFL_CAPI_EXPORT void TfLiteSignatureRunnerDelete(TfLiteSignatureRunner *signature_runner);

// ---- Tensors

TFL_CAPI_EXPORT TfLiteType TfLiteTensorType(const TfLiteTensor *tensor);
TFL_CAPI_EXPORT int32_t TfLiteTensorNumDims(const TfLiteTensor *tensor);
TFL_CAPI_EXPORT int32_t TfLiteTensorDim(const TfLiteTensor *tensor, int32_t dim_index);
TFL_CAPI_EXPORT size_t TfLiteTensorByteSize(const TfLiteTensor *tensor);
// Null before tensors are allocated, and after the tensor was resized.
TFL_CAPI_EXPORT void *TfLiteTensorData(const TfLiteTensor *tensor);
TFL_CAPI_EXPORT const char *TfLiteTensorName(const TfLiteTensor *tensor);
TFL_CAPI_EXPORT TfLiteQuantizationParams TfLiteTensorQuantizationParams(const TfLiteTensor *tensor);
// The size must be the tensor's. Constants of the model can not be written.
TFL_CAPI_EXPORT TfLiteStatus TfLiteTensorCopyFromBuffer(TfLiteTensor *tensor, const void *input_data,
                                                        size_t input_data_size);
TFL_CAPI_EXPORT TfLiteStatus TfLiteTensorCopyToBuffer(const TfLiteTensor *output_tensor, void *output_data,
                                                      size_t output_data_size);

#ifdef __cplusplus
}
#endif

#endif
