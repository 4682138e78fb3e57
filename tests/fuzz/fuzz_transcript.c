/*
 * Any bytes as the transcript of a lesson; one that can be read is graded against its lesson.
 */
#include "fuzz.h"

#include "lesson/grade.h"
#include "lesson/lesson.h"
#include "lesson/problems.h"

#include <stdio.h>
#include <stdlib.h>

const struct fuzz_seeds fuzz_seeds[] = {
	{ .folder = "tests/fuzz/corpus/transcript", .suffix = ".jsonl" }, { .folder = NULL },
};
const unsigned fuzz_runs = 2000;

/* The corpus' lesson. */
static const char lesson_text[] =
	"---\ntitle: Fuzz\nid: fuzz\nmachine: ram=1G cpus=2 pkmap=4\nseed: 1\n---\n# Fuzz\n\nText.\n\n"
	"```kmaplab run\np = alloc highmem\n```\n\n"
	"```kmaplab predict\nask: How many?\nanswer: = pkmap.used\nwhy: None.\n```\n\n"
	"```kmaplab task\nask: Map it.\ngoal: pkmap.used == 1\nsolution: kmap p\n"
	"not-solution: alloc highmem\n```\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lesson *lesson;
	struct verdict v;

	if (!lesson) {
		struct problems *p = problems_new();

		lesson = lesson_parse("fuzz", lesson_text, sizeof(lesson_text) - 1, p);
		problems_free(p);
		if (!lesson)
			abort();
	}
	grade(lesson, fuzz_file("t.jsonl", data, size), &v);
	verdict_release(&v);
	return 0;
}
