// What the test programs share: a check that names its place and ends the program.

#ifndef CHECK_H_
#define CHECK_H_

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                            \
    do {                                                                            \
        if (!(condition)) {                                                         \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                \
        }                                                                           \
    } while (0)

// The last message that a reporter got, and how many there were.
struct messages {
    int count;
    char last[512];
};

static inline void keep_message(void *user_data, const char *format, va_list arguments) {
    struct messages *messages = user_data;
    messages->count++;
    vsnprintf(messages->last, sizeof messages->last, format, arguments);
}

// The path of a model of the test.
static inline const char *model_path(const char *folder, const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s.tflite", folder, name);
    return path;
}

#endif
