// Operators of the program's own, through the opaque functions.

#include "check.h"
#include "tensorflow/lite/c/c_api_opaque.h"

static int initialised, freed;

// What a node of Scale keeps: its factor, and the number of a tensor that it works with.
struct scale {
    float factor;
    int work;
};

static void *scale_init(void *user_data, TfLiteOpaqueContext *context, const char *buffer, size_t length) {
    CHECK(user_data == &initialised && length == sizeof(float));
    struct scale *scale = malloc(sizeof *scale);
    memcpy(&scale->factor, buffer, length);
    TfLiteOpaqueTensorBuilder *builder = TfLiteOpaqueTensorBuilderCreate();
    CHECK(TfLiteOpaqueContextAddTensor(context, builder, NULL) == kTfLiteError);
    TfLiteQuantizationParams params = {0.5f, 1};
    TfLiteQuantization none = {kTfLiteNoQuantization, NULL};
    TfLiteOpaqueTensorBuilderSetType(builder, kTfLiteFloat32);
    TfLiteOpaqueTensorBuilderSetAllocationType(builder, kTfLiteArenaRw);
    TfLiteOpaqueTensorBuilderSetData(builder, NULL);
    TfLiteOpaqueTensorBuilderSetQuantization(builder, none);
    CHECK(TfLiteOpaqueTensorBuilderSetQuantizationParams(builder, params) == builder);
    CHECK(TfLiteOpaqueContextAddTensor(context, builder, &scale->work) == kTfLiteOk);
    TfLiteOpaqueTensorBuilderDelete(builder);
    initialised++;
    return scale;
}

static void scale_free(void *user_data, TfLiteOpaqueContext *context, void *data) {
    CHECK(user_data == &initialised && context);
    free(data);
    freed++;
}

static TfLiteIntArray *same_dims(const TfLiteOpaqueTensor *tensor) {
    TfLiteIntArray *dims = TfLiteIntArrayCreate(TfLiteOpaqueTensorNumDims(tensor));
    for (int i = 0; i < dims->size; i++) {
        dims->data[i] = TfLiteOpaqueTensorDim(tensor, i);
    }
    return dims;
}

static TfLiteStatus scale_prepare(void *user_data, TfLiteOpaqueContext *context, TfLiteOpaqueNode *node) {
    CHECK(user_data == &initialised);
    TF_LITE_OPAQUE_ENSURE_EQ(context, TfLiteOpaqueNodeNumberOfInputs(node), 1);
    TF_LITE_OPAQUE_ENSURE_EQ(context, TfLiteOpaqueNodeNumberOfOutputs(node), 1);
    const TfLiteOpaqueTensor *x = TfLiteOpaqueNodeGetInput(context, node, 0);
    TfLiteOpaqueTensor *y = TfLiteOpaqueNodeGetOutput(context, node, 0);
    CHECK(!TfLiteOpaqueNodeGetInput(context, node, 1) && !TfLiteOpaqueNodeGetOutput(context, node, -1));
    TF_LITE_OPAQUE_ENSURE_TYPES_EQ(context, TfLiteOpaqueTensorType(x), kTfLiteFloat32);
    if (TfLiteOpaqueTensorDim(x, 0) == 13) {
        TfLiteOpaqueContextReportError(context, "%d of %s is a bad number (%.1f)", 13, TfLiteOpaqueTensorName(x), 2.5);
        return kTfLiteError;
    }
    struct scale *scale = TfLiteOpaqueNodeGetUserData(node);
    CHECK(TfLiteOpaqueNodeSetTemporaries(node, &scale->work, 1) == kTfLiteOk);
    TfLiteOpaqueTensor *work = TfLiteOpaqueContextGetOpaqueTensor(context, scale->work);
    CHECK(TfLiteOpaqueContextResizeTensor(context, work, same_dims(x)) == kTfLiteOk);
    return TfLiteOpaqueContextResizeTensor(context, y, same_dims(x));
}

static TfLiteStatus scale_invoke(void *user_data, TfLiteOpaqueContext *context, TfLiteOpaqueNode *node) {
    CHECK(user_data == &initialised);
    struct scale *scale = TfLiteOpaqueNodeGetUserData(node);
    const TfLiteOpaqueTensor *x = TfLiteOpaqueNodeGetInput(context, node, 0);
    TfLiteOpaqueTensor *y = TfLiteOpaqueNodeGetOutput(context, node, 0);
    const int *temporaries;
    int count;
    CHECK(TfLiteOpaqueNodeTemporaries(node, &temporaries, &count) == kTfLiteOk && count == 1);
    float *work = TfLiteOpaqueTensorData(TfLiteOpaqueContextGetOpaqueTensor(context, temporaries[0]));
    size_t bytes = TfLiteOpaqueTensorByteSize(x);
    CHECK(TfLiteOpaqueTensorByteSize(y) == bytes);
    CHECK(TfLiteOpaqueTensorCopyToBuffer(x, work, bytes) == kTfLiteOk);
    for (size_t i = 0; i < bytes / sizeof(float); i++) {
        work[i] *= scale->factor;
    }
    return TfLiteOpaqueTensorCopyFromBuffer(y, work, bytes);
}

static TfLiteOperator *scale_operator(void) {
    CHECK(!TfLiteOperatorCreate(kTfLiteBuiltinCustom, NULL, 1, NULL));
    TfLiteOperator *scale = TfLiteOperatorCreate(kTfLiteBuiltinCustom, "Scale", 1, &initialised);
    CHECK(TfLiteOperatorGetBuiltInCode(scale) == kTfLiteBuiltinCustom && TfLiteOperatorGetVersion(scale) == 1);
    CHECK(strcmp(TfLiteOperatorGetCustomName(scale), "Scale") == 0);
    CHECK(TfLiteOperatorGetUserData(scale) == &initialised);
    CHECK(TfLiteOperatorSetInitWithData(scale, scale_init) == kTfLiteOk);
    CHECK(TfLiteOperatorSetFreeWithData(scale, scale_free) == kTfLiteOk);
    CHECK(TfLiteOperatorSetPrepareWithData(scale, scale_prepare) == kTfLiteOk);
    CHECK(TfLiteOperatorSetInvokeWithData(scale, scale_invoke) == kTfLiteOk);
    CHECK(TfLiteOperatorSetInitWithData(NULL, scale_init) == kTfLiteError);
    TfLiteOperatorSetInplaceOperator(scale, 0);
    TfLiteOperatorSetAsyncKernel(scale, NULL);
    CHECK(TfLiteOperatorSetAsyncKernelWithData(scale, NULL) == kTfLiteError);
    return scale;
}

static void scale_by_ten(TfLiteInterpreter *interpreter, int n) {
    float values[8], scaled[8];
    for (int i = 0; i < n; i++) {
        values[i] = (float)i - 1;
    }
    size_t bytes = (size_t)n * sizeof(float);
    CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 0), values, bytes) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter, 0), scaled, bytes) == kTfLiteOk);
    for (int i = 0; i < n; i++) {
        CHECK(scaled[i] == 10 * values[i]);
    }
}

static void known_shapes(const char *folder) {
    struct messages messages = {0, ""};
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "custom"));
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteOperator *scale = scale_operator();
    TfLiteInterpreterOptionsAddOperator(options, scale);
    TfLiteInterpreterOptionsSetErrorReporter(options, keep_message, &messages);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, options);
    TfLiteInterpreter *other = TfLiteInterpreterCreate(model, options);
    TfLiteInterpreterOptionsDelete(options);
    TfLiteModelDelete(model);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(initialised == 2);
    scale_by_ten(interpreter, 3);
    int dims[] = {7};
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, dims, 1) == kTfLiteOk);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    scale_by_ten(interpreter, 7);
    CHECK(initialised == 2 && freed == 0);
    CHECK(TfLiteInterpreterAllocateTensors(other) == kTfLiteOk);
    scale_by_ten(other, 3);
    CHECK(initialised == 4);

    // What the operator reports comes out.
    dims[0] = 13;
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, dims, 1) == kTfLiteOk);
    messages.count = 0;
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteError);
    CHECK(messages.count == 2);
    dims[0] = 2;
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, dims, 1) == kTfLiteOk);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    scale_by_ten(interpreter, 2);
    TfLiteInterpreterDelete(interpreter);
    TfLiteInterpreterDelete(other);
    TfLiteOperatorDelete(scale);
    CHECK(freed == 4);
}

// Repeats a string as often as a number says: the output is made in the run.
static TfLiteStatus repeat_prepare(TfLiteOpaqueContext *context, TfLiteOpaqueNode *node) {
    TfLiteOpaqueTensorSetAllocationTypeToDynamic(TfLiteOpaqueNodeGetOutput(context, node, 0));
    TfLiteOpaqueTensorSetAllocationTypeToDynamic(TfLiteOpaqueNodeGetOutput(context, node, 1));
    return kTfLiteOk;
}

static TfLiteStatus repeat_invoke(TfLiteOpaqueContext *context, TfLiteOpaqueNode *node) {
    const TfLiteOpaqueTensor *text = TfLiteOpaqueNodeGetInput(context, node, 0);
    int count = *(int32_t *)TfLiteOpaqueTensorData(TfLiteOpaqueNodeGetInput(context, node, 1));
    TF_LITE_OPAQUE_ENSURE(context, count >= 0 && count <= 8);
    const char *strings[8];
    int lengths[8];
    CHECK(TfLiteOpaqueTensorGetStringCount(text) == 1);
    for (int i = 0; i < count; i++) {
        CHECK(TfLiteOpaqueTensorGetString(text, 0, &strings[i], &lengths[i]) == kTfLiteOk);
    }
    TfLiteOpaqueTensor *repeated = TfLiteOpaqueNodeGetOutput(context, node, 0);
    TfLiteIntArray *dims = TfLiteIntArrayCreate(1);
    dims->data[0] = count;
    CHECK(TfLiteOpaqueContextResizeTensor(context, repeated, TfLiteIntArrayCopy(dims)) == kTfLiteOk);
    CHECK(TfLiteOpaqueTensorWriteStrings(repeated, strings, count, lengths) == kTfLiteOk);
    TfLiteOpaqueTensor *numbers = TfLiteOpaqueNodeGetOutput(context, node, 1);
    CHECK(TfLiteOpaqueContextResizeTensor(context, numbers, dims) == kTfLiteOk);
    for (int i = 0; i < count; i++) {
        ((int32_t *)TfLiteOpaqueTensorData(numbers))[i] = i;
    }
    return kTfLiteOk;
}

static void shapes_of_values(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "repeat"));
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteOperator *repeat = TfLiteOperatorCreateWithData(kTfLiteBuiltinCustom, "Repeat", 1, NULL);
    TfLiteOperatorSetInit(repeat, NULL);
    TfLiteOperatorSetFree(repeat, NULL);
    TfLiteOperatorSetPrepare(repeat, repeat_prepare);
    TfLiteOperatorSetInvoke(repeat, repeat_invoke);
    TfLiteInterpreterOptionsAddOperator(options, repeat);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, options);
    TfLiteInterpreterOptionsDelete(options);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    TfLiteOpaqueTensor *text = (TfLiteOpaqueTensor *)TfLiteInterpreterGetInputTensor(interpreter, 0);
    const TfLiteTensor *output = TfLiteInterpreterGetOutputTensor(interpreter, 0);
    const TfLiteOpaqueTensor *repeated = (const TfLiteOpaqueTensor *)output;
    CHECK(TfLiteOpaqueTensorGetStringCount(text) == -1 && TfLiteOpaqueTensorGetStringCount(repeated) == -1);
    for (int32_t count = 3; count >= 0; count--) {
        CHECK(TfLiteOpaqueTensorWriteString(text, "ha!", 2) == kTfLiteOk);
        CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 1), &count, 4) == kTfLiteOk);
        CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
        CHECK(TfLiteOpaqueTensorGetStringCount(repeated) == count && TfLiteTensorDim(output, 0) == count);
        const char *string;
        int length;
        for (int i = 0; i < count; i++) {
            CHECK(TfLiteOpaqueTensorGetString(repeated, i, &string, &length) == kTfLiteOk);
            CHECK(length == 2 && memcmp(string, "ha", 2) == 0);
        }
        CHECK(TfLiteOpaqueTensorGetString(repeated, count, &string, &length) == kTfLiteError);
        const TfLiteTensor *numbers = TfLiteInterpreterGetOutputTensor(interpreter, 1);
        CHECK(TfLiteTensorByteSize(numbers) == (size_t)count * 4);
        CHECK(count == 0 || ((int32_t *)TfLiteTensorData(numbers))[count - 1] == count - 1);
    }
    int32_t many = 9;
    CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 1), &many, 4) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    TfLiteInterpreterDelete(interpreter);
    TfLiteOperatorDelete(repeat);
    TfLiteModelDelete(model);
}

// Looks at all there is to look at, once.
static TfLiteStatus look_prepare(TfLiteOpaqueContext *context, TfLiteOpaqueNode *node) {
    const int *numbers;
    int count;
    CHECK(TfLiteOpaqueContextGetNumTensors(context) == 3 && TfLiteOpaqueContextGetNumNodes(context) == 2);
    CHECK(strcmp(TfLiteOpaqueContextGetName(context), "main") == 0);
    CHECK(TfLiteOpaqueContextGetInputs(context, &numbers, &count) == kTfLiteOk && count == 1 && numbers[0] == 0);
    CHECK(TfLiteOpaqueContextGetOutputs(context, &numbers, &count) == kTfLiteOk && count == 1 && numbers[0] == 2);
    CHECK(TfLiteOpaqueContextGetVariables(context, &numbers, &count) == kTfLiteOk && count == 0);
    CHECK(TfLiteOpaqueNodeInputs(node, &numbers, &count) == kTfLiteOk && count == 1);
    CHECK(numbers[0] == TfLiteOpaqueNodeGetInputTensorIndex(node, 0));
    CHECK(TfLiteOpaqueNodeOutputs(node, &numbers, &count) == kTfLiteOk && count == 1);
    CHECK(numbers[0] == TfLiteOpaqueNodeGetOutputTensorIndex(node, 0));
    CHECK(TfLiteOpaqueNodeGetOutputTensorIndex(node, 1) == -1 && !TfLiteOpaqueNodeGetBuiltinData(node));
    const void *options;
    CHECK(TfLiteOpaqueNodeGetCustomInitialData(node, &options, &count) == kTfLiteOk && count == 4 && options);
    TfLiteIntArray *plan;
    CHECK(TfLiteOpaqueContextGetExecutionPlan(context, &plan) == kTfLiteOk && plan->size == 2);
    TfLiteOpaqueNode *found;
    TfLiteOperator *operator_;
    int own = numbers[0] - 1;
    CHECK(TfLiteOpaqueContextGetNodeAndRegistration(context, own, &found, &operator_) == kTfLiteOk && found == node);
    CHECK(TfLiteOpaqueContextGetNodeAndRegistration(context, 9, &found, &operator_) == kTfLiteError);
    size_t bytes;
    CHECK(TfLiteOpaqueContextGetSizeOfType(context, kTfLiteInt16, &bytes) == kTfLiteOk && bytes == 2);
    CHECK(TfLiteOpaqueContextGetSizeOfType(context, kTfLiteString, &bytes) == kTfLiteError);
    const char *text;
    CHECK(TfLiteOpaqueContextGetMetadata(context, "nobody", &text, &bytes) == kTfLiteError);
    CHECK(TfLiteOpaqueContextGetMetadata(context, "note", &text, &bytes) == kTfLiteOk);
    CHECK(bytes == 5 && memcmp(text, "hello", 5) == 0);

    const TfLiteOpaqueTensor *x = TfLiteOpaqueNodeGetInput(context, node, 0);
    int32_t size;
    CHECK(TfLiteOpaqueTensorGetNumDimsSignature(x, &size) == kTfLiteOk && size == -1);
    CHECK(TfLiteOpaqueTensorGetDimSignature(x, 0, &size) == kTfLiteError);
    CHECK(!TfLiteOpaqueTensorIsVariable(x) && TfLiteOpaqueTensorGetAllocationType(x) == kTfLiteArenaRw);
    CHECK(TfLiteOpaqueTensorGetAllocationStrategy(x) == kTfLiteAllocationStrategyArena);
    CHECK(TfLiteOpaqueTensorGetBufferAddressStability(x) == kTfLiteRunStabilityAcrossRuns);
    CHECK(TfLiteOpaqueTensorGetDataStability(x) == kTfLiteRunStabilitySingleRun);
    CHECK(TfLiteOpaqueTensorGetDataKnownStep(x) == kTfLiteRunStepEval);
    CHECK(TfLiteOpaqueTensorGetShapeKnownStep(x) == kTfLiteRunStepPrepare);
    CHECK(TfLiteOpaqueTensorGetQuantization(x).type == kTfLiteNoQuantization);
    CHECK(TfLiteOpaqueTensorGetQuantizationParams(x).scale == 0);

    void *external;
    TfLiteOpaqueContext *other;
    int descriptor;
    int64_t offset, length;
    CHECK(TfLiteOpaqueContextGetExternalContext(context, &external, kTfLiteCpuBackendContext) == kTfLiteError);
    CHECK(TfLiteOpaqueContextAcquireSubgraphContext(context, 0, &other) == kTfLiteError);
    CHECK(TfLiteOpaqueContextReleaseSubgraphContext(context, 0) == kTfLiteError);
    CHECK(TfLiteOpaqueContextMarkSubgraphAsDelegationSkippable(context, 0) == kTfLiteError);
    CHECK(TfLiteOpaqueContextReplaceNodeSubsetsWithDelegateKernels(context, NULL, NULL, NULL) != kTfLiteOk);
    CHECK(TfLiteOpaqueContextGetNodeInitDataMmapInfo(context, node, &descriptor, &offset, &length) == kTfLiteError);
    return kTfLiteOk;
}

static void looking(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "custom"));
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteOperator *look = TfLiteOperatorCreate(kTfLiteBuiltinCustom, "Scale", 1, NULL);
    TfLiteOperatorSetPrepare(look, look_prepare);
    TfLiteInterpreterOptionsAddOperator(options, look);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, options);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    // An operator without invoke can not run.
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    TfLiteInterpreterDelete(interpreter);
    TfLiteInterpreterOptionsDelete(options);
    TfLiteOperatorDelete(look);
    TfLiteModelDelete(model);
}

// Uses its own interpreter while it runs: it may be cancelled, and nothing else.
static TfLiteInterpreter *running;

static TfLiteStatus meddle_invoke(TfLiteOpaqueContext *context, TfLiteOpaqueNode *node) {
    (void)context, (void)node;
    int dims[] = {1};
    CHECK(TfLiteInterpreterInvoke(running) == kTfLiteError);
    CHECK(TfLiteInterpreterAllocateTensors(running) == kTfLiteError);
    CHECK(TfLiteInterpreterResizeInputTensor(running, 0, dims, 1) == kTfLiteError);
    CHECK(TfLiteInterpreterCancel(running) == kTfLiteOk);
    return kTfLiteOk;
}

static void cancelling(const char *folder) {
    struct messages messages = {0, ""};
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "custom"));
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteOperator *meddle = TfLiteOperatorCreate(kTfLiteBuiltinCustom, "Scale", 1, NULL);
    TfLiteOperatorSetInvoke(meddle, meddle_invoke);
    TfLiteInterpreterOptionsAddOperator(options, meddle);
    TfLiteInterpreterOptionsEnableCancellation(options, true);
    TfLiteInterpreterOptionsSetErrorReporter(options, keep_message, &messages);
    running = TfLiteInterpreterCreate(model, options);
    CHECK(TfLiteInterpreterAllocateTensors(running) == kTfLiteOk);
    for (int i = 0; i < 2; i++) {
        CHECK(TfLiteInterpreterInvoke(running) == kTfLiteCancelled);
    }
    CHECK(messages.count == 6);
    TfLiteInterpreterDelete(running);
    TfLiteInterpreterOptionsDelete(options);
    TfLiteOperatorDelete(meddle);
    TfLiteModelDelete(model);
}

static void arrays(void) {
    int values[] = {3, 1, 4};
    TfLiteIntArray *a = TfLiteIntArrayCreate(3);
    memcpy(a->data, values, sizeof values);
    TfLiteIntArray *b = TfLiteIntArrayCopy(a);
    CHECK(TfLiteIntArrayEqual(a, b) && TfLiteIntArrayEqualsArray(b, 3, values) && !TfLiteIntArrayEqual(a, NULL));
    b->data[2]++;
    CHECK(!TfLiteIntArrayEqual(a, b) && !TfLiteIntArrayEqualsArray(b, 3, values));
    CHECK(TfLiteIntArrayGetSizeInBytes(3) == 16 && TfLiteFloatArrayGetSizeInBytes(1) == 8);
    CHECK(!TfLiteIntArrayCreate(-1) && !TfLiteIntArrayCopy(NULL) && !TfLiteFloatArrayCopy(NULL));
    TfLiteFloatArray *floats = TfLiteFloatArrayCreate(2);
    floats->data[1] = 2;
    TfLiteFloatArray *copy = TfLiteFloatArrayCopy(floats);
    CHECK(copy->size == 2 && copy->data[1] == 2);
    TfLiteFloatArrayFree(copy);
    TfLiteFloatArrayFree(floats);
    TfLiteIntArrayFree(a);
    TfLiteIntArrayFree(b);
    TfLiteIntArrayFree(NULL);
    CHECK(strcmp(TfLiteTypeGetName(kTfLiteInt8), "INT8") == 0 && TfLiteTypeGetName((TfLiteType)77));
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    known_shapes(arguments[1]);
    shapes_of_values(arguments[1]);
    looking(arguments[1]);
    cancelling(arguments[1]);
    arrays();
    return 0;
}
