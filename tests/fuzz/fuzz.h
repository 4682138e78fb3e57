/*
 * Fuzzing: whatever bytes a stranger hands us as a command line, a lesson, a profile, an e820 map, a
 * transcript or a file of progress, we answer with a sentence or do what they say; we do not crash,
 * do not hang, and leave nothing behind.
 *
 * Each fuzz_NAME.c has libFuzzer's entry point, so `clang -fsanitize=fuzzer` can drive it; in `make
 * check` fuzz.c drives it over a corpus and a bounded number of mutations of it, always the same.
 */
#ifndef KMAPLAB_TESTS_FUZZ_H
#define KMAPLAB_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** Takes one input; what is wrong shows as a crash, or as a sanitizer's complaint. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** Where a program's seeds are: files of these folders below $top_srcdir that end so; or the texts
 * that a function returns for 0, 1, ... until NULL (the driver frees them). Ends with both NULL. */
struct fuzz_seeds {
	const char *folder, *suffix;
	char *(*text)(unsigned i);
};
extern const struct fuzz_seeds fuzz_seeds[];

/** How many mutations `make check` tries: about two seconds' worth. */
extern const unsigned fuzz_runs;

/** Command lines as the program itself tells them: the examples of some commands, of others, ...; what
 * can be set; what can be printed. A `text` of struct fuzz_seeds. */
char *fuzz_table(unsigned i);

/** A folder of this process's own, gone when it exits; and the path of a file in it that now holds
 * these bytes. Static; both end the program when the disk says no. */
const char *fuzz_folder(void);
const char *fuzz_file(const char *name, const uint8_t *data, size_t size);

#endif
