// Uses every function of the stable API as programs do.

#include "check.h"
#include "tensorflow/lite/c/c_api.h"

static void versions(void) {
    CHECK(strncmp(TfLiteVersion(), "2.", 2) == 0);
    CHECK(strncmp(TfLiteExtensionApisVersion(), "2.", 2) == 0);
    CHECK(TfLiteSchemaVersion() == 3);
}

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    CHECK(file);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size);
    CHECK(fread(bytes, 1, *size, file) == *size);
    fclose(file);
    return bytes;
}

// y = x + [1, 2], of shape [n, 2].
static void add(TfLiteInterpreter *interpreter, int n) {
    TfLiteTensor *x = TfLiteInterpreterGetInputTensor(interpreter, 0);
    const TfLiteTensor *y = TfLiteInterpreterGetOutputTensor(interpreter, 0);
    size_t size = (size_t)n * 2 * sizeof(float);
    CHECK(TfLiteTensorByteSize(x) == size && TfLiteTensorByteSize(y) == size);
    float values[64], sums[64];
    for (int i = 0; i < 2 * n; i++) {
        values[i] = (float)i;
    }
    CHECK(TfLiteTensorCopyFromBuffer(x, values, size) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorCopyToBuffer(y, sums, size) == kTfLiteOk);
    const float *data = TfLiteTensorData(y);
    for (int i = 0; i < 2 * n; i++) {
        CHECK(sums[i] == (float)(i + 1 + i % 2) && data[i] == sums[i]);
    }
}

static void float_model(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "add"));
    CHECK(model);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    CHECK(interpreter);
    TfLiteModelDelete(model);

    CHECK(TfLiteInterpreterGetInputTensorCount(interpreter) == 1);
    CHECK(TfLiteInterpreterGetOutputTensorCount(interpreter) == 1);
    TfLiteTensor *x = TfLiteInterpreterGetInputTensor(interpreter, 0);
    CHECK(x == TfLiteInterpreterGetTensor(interpreter, TfLiteInterpreterInputTensorIndices(interpreter)[0]));
    const TfLiteTensor *y = TfLiteInterpreterGetOutputTensor(interpreter, 0);
    CHECK(y == TfLiteInterpreterGetTensor(interpreter, TfLiteInterpreterOutputTensorIndices(interpreter)[0]));
    CHECK(TfLiteTensorType(x) == kTfLiteFloat32);
    CHECK(TfLiteTensorNumDims(x) == 2 && TfLiteTensorDim(x, 0) == 1 && TfLiteTensorDim(x, 1) == 2);
    CHECK(strcmp(TfLiteTensorName(x), "x") == 0 && strcmp(TfLiteTensorName(y), "y") == 0);
    CHECK(TfLiteTensorQuantizationParams(x).scale == 0 && TfLiteTensorQuantizationParams(x).zero_point == 0);
    CHECK(TfLiteTensorByteSize(x) == 8 && TfLiteTensorData(x) == NULL);

    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorData(x) != NULL && TfLiteTensorData(y) != NULL);
    add(interpreter, 1);
    void *before = TfLiteTensorData(x);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorData(x) == before && ((float *)before)[1] == 1);

    // Only the resized tensor loses its contents; the others keep theirs until tensors are allocated.
    int dims[] = {5, 2};
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, dims, 2) == kTfLiteOk);
    CHECK(TfLiteTensorData(x) == NULL && TfLiteTensorByteSize(x) == 40 && TfLiteTensorDim(x, 0) == 5);
    CHECK(TfLiteTensorDim(y, 0) == 1 && ((float *)TfLiteTensorData(y))[1] == 3);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    CHECK(TfLiteTensorDim(y, 0) == 5);
    add(interpreter, 5);

    // The same shape again is no change.
    CHECK(TfLiteInterpreterResizeInputTensor(interpreter, 0, dims, 2) == kTfLiteOk);
    add(interpreter, 5);
    TfLiteInterpreterDelete(interpreter);
}

static void quantized_model(const char *folder) {
    size_t size;
    char *bytes = read_file(model_path(folder, "quantized"), &size);
    TfLiteModel *model = TfLiteModelCreate(bytes, size);
    CHECK(model);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    TfLiteTensor *x = TfLiteInterpreterGetInputTensor(interpreter, 0);
    CHECK(TfLiteTensorType(x) == kTfLiteInt8);
    TfLiteQuantizationParams params = TfLiteTensorQuantizationParams(x);
    CHECK(params.scale == 0.5f && params.zero_point == -3);
    int8_t values[3] = {-3, 1, 7};
    CHECK(TfLiteTensorCopyFromBuffer(x, values, 3) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
    float reals[3];
    CHECK(TfLiteTensorCopyToBuffer(TfLiteInterpreterGetOutputTensor(interpreter, 0), reals, 12) == kTfLiteOk);
    CHECK(reals[0] == 0 && reals[1] == 2 && reals[2] == 5);
    TfLiteInterpreterDelete(interpreter);
    TfLiteModelDelete(model);
    free(bytes);
}

static void options(const char *folder) {
    struct messages messages = {0, ""};
    TfLiteModel *model =
        TfLiteModelCreateFromFileWithErrorReporter(model_path(folder, "add"), keep_message, &messages);
    TfLiteInterpreterOptions *options = TfLiteInterpreterOptionsCreate();
    TfLiteInterpreterOptionsSetNumThreads(options, 2);
    TfLiteInterpreterOptionsSetErrorReporter(options, keep_message, &messages);
    CHECK(TfLiteInterpreterOptionsEnableCancellation(options, true) == kTfLiteOk);
    TfLiteInterpreterOptions *copy = TfLiteInterpreterOptionsCopy(options);
    TfLiteInterpreterOptionsDelete(options);
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, copy);
    CHECK(interpreter && messages.count == 0);

    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    CHECK(messages.count == 1 && strlen(messages.last) > 0);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    // What does not run can not be cancelled, and later runs are not.
    CHECK(TfLiteInterpreterCancel(interpreter) == kTfLiteOk);
    add(interpreter, 1);

    TfLiteInterpreterOptionsAddDelegate(copy, NULL);
    CHECK(TfLiteInterpreterCreate(model, copy) == NULL);
    CHECK(messages.count == 2 && strstr(messages.last, "delegate"));
    TfLiteInterpreterOptionsDelete(copy);

    // Two interpreters of one model do not see each other's tensors.
    TfLiteInterpreter *other = TfLiteInterpreterCreate(model, NULL);
    int dims[] = {3, 2};
    CHECK(TfLiteInterpreterCancel(other) == kTfLiteError);
    CHECK(TfLiteInterpreterResizeInputTensor(other, 0, dims, 2) == kTfLiteOk);
    CHECK(TfLiteInterpreterAllocateTensors(other) == kTfLiteOk);
    add(interpreter, 1);
    add(other, 3);
    TfLiteInterpreterDelete(interpreter);
    add(other, 3);
    TfLiteInterpreterDelete(other);
    TfLiteModelDelete(model);
}

static void signatures(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "signatures"));
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    CHECK(TfLiteInterpreterGetSignatureCount(interpreter) == 2);
    CHECK(strcmp(TfLiteInterpreterGetSignatureKey(interpreter, 0), "subtract") == 0);
    CHECK(strcmp(TfLiteInterpreterGetSignatureKey(interpreter, 1), "negate") == 0);
    CHECK(TfLiteInterpreterGetSignatureKey(interpreter, 2) == NULL);

    TfLiteSignatureRunner *runner = TfLiteInterpreterGetSignatureRunner(interpreter, "subtract");
    CHECK(runner);
    CHECK(TfLiteSignatureRunnerGetInputCount(runner) == 2 && TfLiteSignatureRunnerGetOutputCount(runner) == 1);
    CHECK(strcmp(TfLiteSignatureRunnerGetInputName(runner, 0), "left") == 0);
    CHECK(strcmp(TfLiteSignatureRunnerGetInputName(runner, 1), "right") == 0);
    CHECK(strcmp(TfLiteSignatureRunnerGetOutputName(runner, 0), "difference") == 0);
    CHECK(TfLiteSignatureRunnerInvoke(runner) == kTfLiteError);
    int two[] = {2};
    CHECK(TfLiteSignatureRunnerResizeInputTensor(runner, "left", two, 1) == kTfLiteOk);
    CHECK(TfLiteSignatureRunnerResizeInputTensor(runner, "right", two, 1) == kTfLiteError);
    CHECK(TfLiteSignatureRunnerResizeInputTensor(runner, "nobody", two, 1) == kTfLiteError);
    CHECK(TfLiteSignatureRunnerAllocateTensors(runner) == kTfLiteOk);
    float left[] = {5, 6}, right[] = {2}, difference[2];
    TfLiteTensor *input = TfLiteSignatureRunnerGetInputTensor(runner, "left");
    CHECK(TfLiteTensorCopyFromBuffer(input, left, sizeof left) == kTfLiteOk);
    input = TfLiteSignatureRunnerGetInputTensor(runner, "right");
    CHECK(TfLiteTensorCopyFromBuffer(input, right, sizeof right) == kTfLiteOk);
    CHECK(TfLiteSignatureRunnerInvoke(runner) == kTfLiteOk);
    const TfLiteTensor *output = TfLiteSignatureRunnerGetOutputTensor(runner, "difference");
    CHECK(TfLiteTensorCopyToBuffer(output, difference, sizeof difference) == kTfLiteOk);
    CHECK(difference[0] == 3 && difference[1] == 4);

    TfLiteSignatureRunner *second = TfLiteInterpreterGetSignatureRunner(interpreter, "negate");
    CHECK(TfLiteSignatureRunnerAllocateTensors(second) == kTfLiteOk);
    CHECK(TfLiteTensorCopyFromBuffer(TfLiteSignatureRunnerGetInputTensor(second, "x"), right, 4) == kTfLiteOk);
    CHECK(TfLiteSignatureRunnerInvoke(second) == kTfLiteOk);
    const float *negated = TfLiteTensorData(TfLiteSignatureRunnerGetOutputTensor(second, "y"));
    CHECK(negated[0] == -2);
    CHECK(((float *)TfLiteTensorData(output))[1] == 4);

    CHECK(TfLiteSignatureRunnerGetInputTensor(runner, "nobody") == NULL);
    CHECK(TfLiteSignatureRunnerGetOutputTensor(runner, "left") == NULL);
    CHECK(TfLiteInterpreterGetSignatureRunner(interpreter, "nobody") == NULL);
    TfLiteSignatureRunnerDelete(second);
    TfLiteSignatureRunnerDelete(runner);
    TfLiteInterpreterDelete(interpreter);
    TfLiteModelDelete(model);
}

// The shape of the output is a value: there is none before the run, and another after each.
static void dynamic_output(const char *folder) {
    TfLiteModel *model = TfLiteModelCreateFromFile(model_path(folder, "reshape"));
    TfLiteInterpreter *interpreter = TfLiteInterpreterCreate(model, NULL);
    CHECK(TfLiteInterpreterAllocateTensors(interpreter) == kTfLiteOk);
    const TfLiteTensor *y = TfLiteInterpreterGetOutputTensor(interpreter, 0);
    CHECK(TfLiteTensorData(y) == NULL);
    float x[6] = {1, 2, 3, 4, 5, 6};
    int shapes[3][2] = {{2, 3}, {3, 2}, {1, 6}};
    for (int i = 0; i < 3; i++) {
        CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 0), x, 24) == kTfLiteOk);
        CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 1), shapes[i], 8) == kTfLiteOk);
        CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteOk);
        CHECK(TfLiteTensorDim(y, 0) == shapes[i][0] && TfLiteTensorDim(y, 1) == shapes[i][1]);
        CHECK(TfLiteTensorByteSize(y) == 24 && memcmp(TfLiteTensorData(y), x, 24) == 0);
    }
    int wrong[2] = {4, 4};
    CHECK(TfLiteTensorCopyFromBuffer(TfLiteInterpreterGetInputTensor(interpreter, 1), wrong, 8) == kTfLiteOk);
    CHECK(TfLiteInterpreterInvoke(interpreter) == kTfLiteError);
    TfLiteInterpreterDelete(interpreter);
    TfLiteModelDelete(model);
}

static void reported_buffer(const char *folder) {
    size_t size;
    char *bytes = read_file(model_path(folder, "add"), &size);
    struct messages messages = {0, ""};
    TfLiteModel *model = TfLiteModelCreateWithErrorReporter(bytes, size, keep_message, &messages);
    CHECK(model && messages.count == 0);
    TfLiteModelDelete(model);
    CHECK(!TfLiteModelCreateWithErrorReporter(bytes, size / 2, keep_message, &messages) && messages.count == 1);
    free(bytes);
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    versions();
    float_model(arguments[1]);
    quantized_model(arguments[1]);
    options(arguments[1]);
    signatures(arguments[1]);
    dynamic_output(arguments[1]);
    reported_buffer(arguments[1]);
    return 0;
}
