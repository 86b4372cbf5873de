// Operators that programs bring along, described by callbacks.
//
// For each node of the operator: init once, with the node's options in the model; prepare whenever shapes change, to give
// outputs their shapes (TfLiteOpaqueContextResizeTensor); invoke in each run; free at the end. Without prepare, outputs have
// the shapes of the file. All of them run while the interpreter works, in its thread.

#ifndef TENSORFLOW_LITE_CORE_C_OPERATOR_H_
#define TENSORFLOW_LITE_CORE_C_OPERATOR_H_

#include <stddef.h>
#include <stdint.h>

#include "tensorflow/lite/builtin_ops.h"
#include "tensorflow/lite/c/c_api_types.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct TfLiteOperator TfLiteOperator;
// Its older name; functions with that name in theirs are in the library too.
typedef TfLiteOperator TfLiteRegistrationExternal;
struct TfLiteAsyncKernel;

// Null if a custom operator (kTfLiteBuiltinCustom) has no name, or another has one. user_data goes to callbacks set with ...WithData.
TFL_CAPI_EXPORT TfLiteOperator *TfLiteOperatorCreate(TfLiteBuiltinOperator builtin_code, const char *custom_name,
                                                     int version, void *user_data);
TFL_CAPI_EXPORT TfLiteOperator *TfLiteOperatorCreateWithData(TfLiteBuiltinOperator builtin_code,
                                                             const char *custom_name, int version, void *user_data);
TFL_CAPI_EXPORT void TfLiteOperatorDelete(TfLiteOperator *registration);
TFL_CAPI_EXPORT TfLiteBuiltinOperator TfLiteOperatorGetBuiltInCode(const TfLiteOperator *registration);
TFL_CAPI_EXPORT const char *TfLiteOperatorGetCustomName(const TfLiteOperator *registration);
TFL_CAPI_EXPORT int TfLiteOperatorGetVersion(const TfLiteOperator *registration);
TFL_CAPI_EXPORT void *TfLiteOperatorGetUserData(const TfLiteOperator *registration);

TFL_CAPI_EXPORT void TfLiteOperatorSetInit(TfLiteOperator *registration,
                                           void *(*init)(TfLiteOpaqueContext *context, const char *buffer,
                                                         size_t length));
TFL_CAPI_EXPORT TfLiteStatus TfLiteOperatorSetInitWithData(
    TfLiteOperator *registration,
    void *(*init)(void *user_data, TfLiteOpaqueContext *context, const char *buffer, size_t length));
TFL_CAPI_EXPORT void TfLiteOperatorSetFree(TfLiteOperator *registration,
                                           void (*free)(TfLiteOpaqueContext *context, void *data));
TFL_CAPI_EXPORT TfLiteStatus TfLiteOperatorSetFreeWithData(
    TfLiteOperator *registration, void (*free)(void *user_data, TfLiteOpaqueContext *context, void *data));
TFL_CAPI_EXPORT void TfLiteOperatorSetPrepare(TfLiteOperator *registration,
                                              TfLiteStatus (*prepare)(TfLiteOpaqueContext *context,
                                                                      TfLiteOpaqueNode *node));
TFL_CAPI_EXPORT TfLiteStatus TfLiteOperatorSetPrepareWithData(
    TfLiteOperator *registration,
    TfLiteStatus (*prepare)(void *user_data, TfLiteOpaqueContext *context, TfLiteOpaqueNode *node));
TFL_CAPI_EXPORT void TfLiteOperatorSetInvoke(TfLiteOperator *registration,
                                             TfLiteStatus (*invoke)(TfLiteOpaqueContext *context,
                                                                    TfLiteOpaqueNode *node));
TFL_CAPI_EXPORT TfLiteStatus TfLiteOperatorSetInvokeWithData(
    TfLiteOperator *registration,
    TfLiteStatus (*invoke)(void *user_data, TfLiteOpaqueContext *context, TfLiteOpaqueNode *node));

// Operators are not run asynchronously, and not in place: these have no effect, and the second says so.
TFL_CAPI_EXPORT void TfLiteOperatorSetAsyncKernel(TfLiteOperator *registration,
                                                  struct TfLiteAsyncKernel *(*async_kernel)(
                                                      TfLiteOpaqueContext *context, TfLiteOpaqueNode *node));
TFL_CAPI_EXPORT TfLiteStatus TfLiteOperatorSetAsyncKernelWithData(
    TfLiteOperator *registration,
    struct TfLiteAsyncKernel *(*async_kernel)(void *user_data, TfLiteOpaqueContext *context, TfLiteOpaqueNode *node));
TFL_CAPI_EXPORT void TfLiteOperatorSetInplaceOperator(TfLiteOperator *registration, uint64_t inplace_operator);

#ifdef __cplusplus
}
#endif

#endif
