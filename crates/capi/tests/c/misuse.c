// What programs do wrong gets an error, never a crash.

#include <pthread.h>

#include "check.h"
#include "tensorflow/lite/c/c_api.h"

static void null_everywhere(void) {
    int dims[] = {1};
    CHECK(!TfLiteModelCreate(NULL, 10) && !TfLiteModelCreate("", 0));
    CHECK(!TfLiteModelCreateWithErrorReporter(NULL, 0, NULL, NULL));
    CHECK(!TfLiteModelCreateFromFile(NULL) && !TfLiteModelCreateFromFile("/no such file"));
    CHECK(!TfLiteModelCreateFromFileWithErrorReporter(NULL, NULL, NULL));
    TfLiteModelDelete(NULL);

    CHECK(!TfLiteInterpreterOptionsCopy(NULL));
    TfLiteInterpreterOptionsDelete(NULL);
    TfLiteInterpreterOptionsSetNumThreads(NULL, 1);
    TfLiteInterpreterOptionsAddDelegate(NULL, NULL);
    TfLiteInterpreterOptionsSetErrorReporter(NULL, NULL, NULL);
    TfLiteInterpreterOptionsAddOperator(NULL, NULL);
    CHECK(TfLiteInterpreterOptionsEnableCancellation(NULL, true) == kTfLiteError);

    CHECK(!TfLiteInterpreterCreate(NULL, NULL));
    TfLiteInterpreterDelete(NULL);
    CHECK(TfLiteInterpreterGetInputTensorCount(NULL) == 0 && TfLiteInterpreterGetOutputTensorCount(NULL) == 0);
    CHECK(!TfLiteInterpreterInputTensorIndices(NULL) && !TfLiteInterpreterOutputTensorIndices(NULL));
    CHECK(!TfLiteInterpreterGetInputTensor(NULL, 0) && !TfLiteInterpreterGetOutputTensor(NULL, 0));
    CHECK(!TfLiteInterpreterGetTensor(NULL, 0));
    CHECK(TfLiteInterpreterResizeInputTensor(NULL, 0, dims, 1) == kTfLiteError);
    CHECK(TfLiteInterpreterAllocateTensors(NULL) == kTfLiteError);
    CHECK(TfLiteInterpreterInvoke(NULL) == kTfLiteError && TfLiteInterpreterCancel(NULL) == kTfLiteError);

    CHECK(TfLiteInterpreterGetSignatureCount(NULL) == 0 && !TfLiteInterpreterGetSignatureKey(NULL, 0));
    CHECK(!TfLiteInterpreterGetSignatureRunner(NULL, "key"));
    CHECK(TfLiteSignatureRunnerGetInputCount(NULL) == 0 && TfLiteSignatureRunnerGetOutputCount(NULL) == 0);
    CHECK(!TfLiteSignatureRunnerGetInputName(NULL, 0) && !TfLiteSignatureRunnerGetOutputName(NULL, 0));
    CHECK(TfLiteSignatureRunnerResizeInputTensor(NULL, "x", dims, 1) == kTfLiteError);
    CHECK(TfLiteSignatureRunnerAllocateTensors(NULL) == kTfLiteError);
    CHECK(!TfLiteSignatureRunnerGetInputTensor(NULL, "x") && !TfLiteSignatureRunnerGetOutputTensor(NULL, "x"));
    CHECK(TfLiteSignatureRunnerInvoke(NULL) == kTfLiteError);
    TfLiteSignatureRunnerDelete(NULL);

    CHECK(TfLiteTensorType(NULL) == kTfLiteNoType && TfLiteTensorNumDims(NULL) == -1);
    CHECK(TfLiteTensorDim(NULL, 0) == 0 && TfLiteTensorByteSize(NULL) == 0);
    CHECK(!TfLiteTensorData(NULL) && !TfLiteTensorName(NULL));
    CHECK(TfLiteTensorQuantizationParams(NULL).scale == 0);
    CHECK(TfLiteTensorCopyFromBuffer(NULL, dims, 4) == kTfLiteError);
    CHECK(TfLiteTensorCopyToBuffer(NULL, dims, 4) == kTfLiteError);
}

static void wrong_arguments(TfLiteModel *model) {
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    float values[4] = {0};
    const int nowhere[] = {-1, 40, 2147483647};
    for (int i = 0; i < 3; i++) {
        int index = nowhere[i];
        CHECK(!TfLiteInterpreterGetInputTensor(interpreter, index));
        CHECK(!TfLiteInterpreterGetOutputTensor(interpreter, index));
        CHECK(!TfLiteInterpreterGetTensor(interpreter, index));
        CHECK(!TfLiteInterpreterGetSignatureKey(interpreter, index));
        int dims[] = {1, 2};
        CHECK(TfLiteInterpreterResizeInputTensor(interpreter, index, dims, 2) == kTfLiteError);
    }
    CHECK(!TfLiteInterpreterGetSignatureRunner(interpreter, NULL));

    // Before tensors have memory.
    TfLiteTensor *x = TfLiteInterpreterGetInputTensor(interpreter, 0);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    CHECK(TfLiteTensorCopyFromBuffer(x, values, 8) == kTfLiteError);
    CHECK(TfLiteTensorCopyToBuffer(x, values, 8) == kTfLiteError);

    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorCopyFromBuffer(x, values, 4) == kTfLiteError);
    CHECK(TfLiteTensorCopyFromBuffer(x, values, 12) == kTfLiteError);
    CHECK(TfLiteTensorCopyFromBuffer(x, NULL, 8) == kTfLiteError);
    CHECK(TfLiteTensorCopyToBuffer(x, values, 4) == kTfLiteError);
    CHECK(TfLiteTensorCopyToBuffer(x, NULL, 8) == kTfLiteError);
    CHECK(TfLiteTensorDim(x, -1) == 0 && TfLiteTensorDim(x, 2) == 0);

    // Shapes that nothing can have, or the model can not have.
    int negative[] = {-1, 2}, huge[] = {2147483647, 2147483647}, many[20] = {0}, three[] = {1, 3};
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, negative, 2) == kTfLiteError);
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, huge, 2) == kTfLiteError);
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, many, 20) == kTfLiteError);
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, many, -1) == kTfLiteError);
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, NULL, 2) == kTfLiteError);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, three, 2) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    CHECK(TfLiteTensorCopyFromBuffer(x, values, 12) == kTfLiteError);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError);
    CHECK(!TfLiteTensorData(x) && TfLiteInterpreterInvoke(interpreter) == kTfLiteError);

    // And back.
    int dims[] = {1, 2};
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, dims, 2) == kTfLiteOk);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorCopyFromBuffer(x, values, 8) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);

    // A constant of the model can be read only.
    TfLiteTensor *constant = TfLiteInterpreterGetTensor(interpreter, 1);
    CHECK(TfLiteTensorCopyToBuffer(constant, values, 8) == kTfLiteOk && values[1] == 2);
    CHECK(TfLiteTensorCopyFromBuffer(constant, values, 8) == kTfLiteError);
    TfLiteInterpreterDelete(interpreter);
}

static void ignore_message(void *user_data, const char *format, va_list arguments) {
    (void)user_data, (void)format, (void)arguments;
}

static void *invoke_often(void *interpreter) {
    for (int i = 0; i < 100; i++) {
        TfLiteStatus status = TfLiteInterpreterInvoke(interpreter);
        CHECK(status == kTfLiteOk || status == kTfLiteError);
    }
    return NULL;
}

static void two_threads(TfLiteModel *model) {
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteInterpreterOptionsSetErrorReporter(options, ignore_message, NULL);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, options);
    TfLiteInterpreterOptionsDelete(options);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, invoke_often, interpreter) == 0);
    invoke_often(interpreter);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    TfLiteInterpreterDelete(interpreter);
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    null_everywhere();
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(arguments[1], "add"));
    wrong_arguments(model);
    two_threads(model);
    TfLiteModelDelete(model);

    // A custom operator that nobody registered: found when tensors are allocated.
    model = TfLiteModelCreateFromFile(model_path(arguments[1], "custom"));
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    CHECK(interpreter && TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteUnresolvedOps);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    TfLiteInterpreterDelete(interpreter);
    TfLiteModelDelete(model);

    // A builtin operator of a version that there is not: no interpreter.
    model = TfLiteModelCreateFromFile(model_path(arguments[1], "version"));
    CHECK(model && !TfLiteInterpreterCreate(model, NULL));
    TfLiteModelDelete(model);
    return 0;
}
