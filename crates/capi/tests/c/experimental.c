// Uses every experimental function.

#include "check.h"
#include "tensorflow/lite/c/c_api_experimental.h"

static void variables(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "sum"));
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    CHECK(TfLiteInterpreterGetVariableTensorCount(interpreter) == 1);
    TfLiteTensor *variable = TfLiteInterpreterGetVariableTensor(interpreter, 0);
    CHECK(variable && variable->is_variable && !TfLiteInterpreterGetVariableTensor(interpreter, 1));
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(variable->allocation_type == kTfLiteArenaRwPersistent);
    variable->data.f[0] = 7;
    CHECK(TfLiteInterpreterResetVariableTensors(interpreter) == kTfLiteOk && variable->data.f[0] == 0);
    CHECK(TfLiteInterpreterResetVariableTensors(NULL) == kTfLiteError);
    TfLiteInterpreterDelete(interpreter);
    TfLiteModelDelete(model);
}

static void lent_memory(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "add"));
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    int x = TfLiteInterpreterGetInputTensorIndex(interpreter, 0);
    int y = TfLiteInterpreterGetOutputTensorIndex(interpreter, 0);
    CHECK(x == 0 && y == 2);
    CHECK(TfLiteInterpreterGetInputTensorIndex(interpreter, 1) == -1);
    CHECK(TfLiteInterpreterGetOutputTensorIndex(interpreter, -1) == -1);

    char memory[512];
    char *aligned = memory + (64 - (size_t)memory % 64) % 64;
    TfLiteCustomAllocation in = {aligned, 8}, out = {aligned + 129, 8}, small = {aligned + 64, 4};
    CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, x, NULL, 0) == kTfLiteError);
    CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, x, &small, 0) == kTfLiteError);
    CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, 1, &in, 0) == kTfLiteError);
    CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, 40, &in, 0) == kTfLiteError);
    CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, x, &in, 0) == kTfLiteOk);
    CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, y, &out, 0) == kTfLiteError);
    out.data = aligned + 68;
    CHECK(TfLiteInterpreterSetCustomAllocationForTensor(interpreter, y, &out,
                                                        kTfLiteCustomAllocationFlagsSkipAlignCheck) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorData(TfLiteInterpreterGetInputTensor(interpreter, 0)) == in.data);
    float values[] = {1, 2};
    memcpy(in.data, values, 8);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    memcpy(values, out.data, 8);
    CHECK(values[0] == 2 && values[1] == 4);

    int dims[] = {2, 2};
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, dims, 2) == kTfLiteOk);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError);

    CHECK(TfLiteInterpreterEnsureTensorDataIsReadable(interpreter, y) == kTfLiteOk);
    CHECK(TfLiteInterpreterEnsureTensorDataIsReadable(interpreter, 40) == kTfLiteError);
    TfLiteInterpreterDelete(interpreter);
    TfLiteModelDelete(model);
}

static void devices(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "signatures"));
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteInterpreterOptionsSetUseNNAPI(options, true);
    TfLiteInterpreterOptionsSetEnableDelegateFallback(options, true);
    TfLiteInterpreterOptionsSetTelemetryProfiler(options, NULL);
    TfLiteInterpreterOptionsEnableCancellation(options, true);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, options);
    CHECK(interpreter);
    TfLiteDelegate delegate = TfLiteDelegateCreate();
    CHECK(TfLiteInterpreterModifyGraphWithDelegate(interpreter, &delegate) == kTfLiteApplicationError);
    CHECK(TfLiteInterpreterModifyGraphWithDelegate(interpreter, NULL) == kTfLiteError);
    TfLiteSetAllowBufferHandleOutput(interpreter, true);
    TfLiteTensor *x = TfLiteInterpreterGetInputTensor(interpreter, 0);
    CHECK(TfLiteInterpreterSetBufferHandle(interpreter, x, 1, &delegate) == kTfLiteError);
    TfLiteBufferHandle handle = 3;
    TfLiteOpaqueDelegate *owner = &delegate;
    CHECK(TfLiteInterpreterGetBufferHandle(interpreter, 0, &handle, &owner) == kTfLiteOk);
    CHECK(handle == kTfLiteNullBufferHandle && !owner);
    CHECK(TfLiteInterpreterGetBufferHandle(interpreter, 40, &handle, &owner) == kTfLiteError);
    TfLiteSignatureRunner *runner = TfLiteInterpreterGetSignatureRunner(interpreter, "negate");
    CHECK(TfLiteSignatureRunnerCancel(runner) == kTfLiteOk && TfLiteSignatureRunnerCancel(NULL) == kTfLiteError);
    TfLiteSignatureRunnerDelete(runner);
    TfLiteInterpreterDelete(interpreter);

    // Made, looked at, given back; no interpreter takes one.
    TfLiteOpaqueDelegateBuilder builder = {0};
    builder.data = &builder;
    TfLiteOpaqueDelegate *opaque = TfLiteOpaqueDelegateCreate(&builder);
    CHECK(TfLiteOpaqueDelegateGetData(opaque) == &builder && !TfLiteOpaqueDelegateGetData(NULL));
    TfLiteInterpreterOptionsAddDelegate(options, opaque);
    CHECK(!TfLiteInterpreterCreate(model, options));
    TfLiteOpaqueDelegateDelete(opaque);
    CHECK(!TfLiteOpaqueDelegateCreate(NULL));
    TfLiteInterpreterOptionsDelete(options);
    TfLiteModelDelete(model);
}

// An operator that reads fields: y = 10 * x, for any builtin or custom code.
static TfLiteStatus ten_prepare(TfLiteContext *context, TfLiteNode *node) {
    TfLiteTensor *x = &context->tensors[node->inputs->data[0]];
    TfLiteTensor *y = context->GetTensor(context, node->outputs->data[0]);
    if (x->type != kTfLiteFloat32) {
        context->ReportError(context, "%s is of type %d", x->name, x->type);
        return kTfLiteError;
    }
    return context->ResizeTensor(context, y, TfLiteIntArrayCopy(x->dims));
}

static TfLiteStatus ten_invoke(TfLiteContext *context, TfLiteNode *node) {
    const TfLiteTensor *x = &context->tensors[node->inputs->data[0]];
    TfLiteTensor *y = &context->tensors[node->outputs->data[0]];
    for (size_t i = 0; i < x->bytes / sizeof(float); i++) {
        y->data.f[i] = 10 * x->data.f[i];
    }
    return kTfLiteOk;
}

static float first_output(TfLiteInterpreter *interpreter, float value) {
    float values[3] = {value, value, value};
    TfLiteTensor *x = TfLiteInterpreterGetInputTensor(interpreter, 0);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorCopyFromBuffer(x, values, TfLiteTensorByteSize(x)) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    return *(float *)TfLiteTensorData(TfLiteInterpreterGetOutputTensor(interpreter, 0));
}

static void operators(const char *folder) {
    TfLiteRegistration ten = {0};
    ten.prepare = ten_prepare;
    ten.invoke = ten_invoke;
    struct messages messages = {0, ""};
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteInterpreterOptionsSetErrorReporter(options, keep_message, &messages);
    TfLiteModel *custom = TfLiteModelCreateFromFile(model_path(folder, "custom"));
    TfLiteModel *add = TfLiteModelCreateFromFile(model_path(folder, "add"));
    TfLiteModel *quantized = TfLiteModelCreateFromFile(model_path(folder, "quantized"));

    TfLiteInterpreterOptionsAddCustomOp(options, "Scale", &ten, 1, 1);
    TfLiteInterpreterOptionsAddCustomOp(options, NULL, NULL, 1, 1);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(custom, options);
    CHECK(first_output(interpreter, 2) == 200);
    TfLiteInterpreterDelete(interpreter);
    interpreter = TfLiteInterpreterCreateWithSelectedOps(custom, options);
    CHECK(first_output(interpreter, 3) == 300);
    TfLiteInterpreterDelete(interpreter);

    // Only what was selected is there; what was added for a builtin comes before ours.
    CHECK(!TfLiteInterpreterCreateWithSelectedOps(add, options) && messages.count == 1);
    TfLiteInterpreterOptionsAddBuiltinOp(options, kTfLiteBuiltinAdd, &ten, 1, 9);
    TfLiteInterpreterOptionsAddBuiltinOp(options, kTfLiteBuiltinDequantize, &ten, 1, 9);
    interpreter = TfLiteInterpreterCreateWithSelectedOps(add, options);
    CHECK(first_output(interpreter, 4) == 40);
    TfLiteInterpreterDelete(interpreter);
    interpreter = TfLiteInterpreterCreate(quantized, options);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError);
    CHECK(messages.count == 3);
    TfLiteInterpreterDelete(interpreter);

    CHECK(!TfLiteInterpreterCreateWithSelectedOps(NULL, NULL));
    TfLiteInterpreterOptionsDelete(options);
    TfLiteModelDelete(custom);
    TfLiteModelDelete(add);
    TfLiteModelDelete(quantized);
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    variables(arguments[1]);
    lent_memory(arguments[1]);
    devices(arguments[1]);
    operators(arguments[1]);
    return 0;
}
