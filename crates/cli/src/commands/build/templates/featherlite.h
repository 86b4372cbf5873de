/* Runs TensorFlow Lite models. Every function may be called from any thread, a session from one at a time. */

#ifndef FEATHERLITE_H
#define FEATHERLITE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A model that is ready to run. */
typedef struct featherlite_session featherlite_session;

/* Opens a model file, or a copy of a model in memory, to run on `threads` threads. NULL on failure. */
featherlite_session *featherlite_open(const char *path, size_t threads);
featherlite_session *featherlite_open_bytes(const void *bytes, size_t size, size_t threads);

/* Frees a session; NULL is allowed. Pointers to its tensors become invalid. */
void featherlite_close(featherlite_session *session);

size_t featherlite_input_count(const featherlite_session *session);
size_t featherlite_output_count(const featherlite_session *session);

/* The memory of an input, to write to before a run, and its size in bytes. NULL on failure. */
void *featherlite_input(featherlite_session *session, size_t index, size_t *size);

/* The memory of an output, valid until the next run, and its size in bytes. NULL on failure. */
const void *featherlite_output(const featherlite_session *session, size_t index, size_t *size);

/* Runs the model. 0, or -1 on failure. */
int featherlite_run(featherlite_session *session);

/* What went wrong in the last failure on this thread; valid until the next one. Never NULL. */
const char *featherlite_error(void);

#ifdef __cplusplus
}
#endif

#endif
