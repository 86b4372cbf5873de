// What Rust can not define: functions with open lists of arguments.

#include <stdarg.h>

struct TfLiteOpaqueContext;

void TfLiteOpaqueContextReportErrorVa(struct TfLiteOpaqueContext *context, const char *format, va_list arguments);

// Hands a message to a program's reporter, which takes its arguments as a list.
void featherlite_report(void (*reporter)(void *user_data, const char *format, va_list arguments), void *user_data,
                        const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    reporter(user_data, format, arguments);
    va_end(arguments);
}

// What TfLiteOpaqueContextReportError jumps to.
void featherlite_report_error(struct TfLiteOpaqueContext *context, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    TfLiteOpaqueContextReportErrorVa(context, format, arguments);
    va_end(arguments);
}
