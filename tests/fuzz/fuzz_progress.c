/*
 * Any bytes as the file in which progress is kept: what is damaged is put aside, the rest is read, and
 * every lesson's state can be asked for.
 */
#include "fuzz.h"

#include "lesson/problems.h"
#include "lesson/progress.h"

const struct fuzz_seeds fuzz_seeds[] = {
	{ .folder = "tests/fuzz/corpus/progress", .suffix = ".jsonl" }, { .folder = NULL },
};
const unsigned fuzz_runs = 1000;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problems *p = problems_new();
	struct progress_book *b = progress_read(fuzz_file("progress.jsonl", data, size), p);

	progress_of(b, "07-kmap");
	progress_of(b, "");
	progress_free(b);
	problems_free(p);
	return 0;
}
