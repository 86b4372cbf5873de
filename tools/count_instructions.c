/* Counts guest instructions (all vCPUs) and prints "insns: N" on exit. QEMU TCG plugin API v1 (QEMU 4.2-8.x).
 * The few declarations needed are written out, as not every package of QEMU has qemu-plugin.h.
 *
 *     gcc -O2 -shared -fPIC -o target/count_instructions.so tools/count_instructions.c
 *     qemu-aarch64 -plugin target/count_instructions.so PROGRAM
 *
 * With the argument range=0xADDR-0xADDR only blocks that begin there are counted; out=FILE appends to a file. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stddef.h>
#include <stdbool.h>
#define EXPORT __attribute__((visibility("default")))
typedef uint64_t qemu_plugin_id_t;
typedef struct { const char *target_name; struct { int min, cur; } version; bool system_emulation; } qemu_info_t;
struct qemu_plugin_tb;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };
typedef void (*tb_trans_cb)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*udata_cb)(qemu_plugin_id_t, void *);
extern void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, tb_trans_cb);
extern void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, udata_cb, void *);
extern size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
extern uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *);
extern void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, enum qemu_plugin_op, void *, uint64_t);
EXPORT int qemu_plugin_version = 1;
static uint64_t count, lo, hi = UINT64_MAX;
static const char *outfile;
static void on_tb(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    uint64_t a = qemu_plugin_tb_vaddr(tb);
    if (a >= lo && a < hi)
        qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64, &count, qemu_plugin_tb_n_insns(tb));
}
static void on_exit_(qemu_plugin_id_t id, void *u) {
    FILE *f = outfile ? fopen(outfile, "a") : stderr;
    if (f) { fprintf(f, "insns: %llu\n", (unsigned long long)count); if (outfile) fclose(f); }
}
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "range=", 6)) { char *e; lo = strtoull(argv[i] + 6, &e, 0); if (*e == '-') hi = strtoull(e + 1, 0, 0); }
        if (!strncmp(argv[i], "out=", 4)) outfile = strdup(argv[i] + 4);
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_tb);
    qemu_plugin_register_atexit_cb(id, on_exit_, NULL);
    return 0;
}
