/*
 * The driver of the fuzz programs where there is no libFuzzer: every seed as it is, then mutations
 * of seeds, as many as asked for, from a generator that always starts the same.
 *
 *	fuzz_lesson [-n RUNS] [-s SEED] [-k FILE] [-t MS] [INPUT...]
 *
 * With inputs it runs them and nothing else. -k writes each input to a file before it is tried, so
 * that the one that crashed is what is left there; with -t what takes longer than MS is kept beside
 * it, as FILE-1, FILE-2, ...
 *
 * A mutation takes a seed and does a few things to it: bytes are flipped, lines are repeated, moved,
 * dropped and taken from another seed, words are replaced by words of other seeds and numbers by
 * those at which something ends. The formats are all lines of words, so most of it stays readable
 * enough to be taken seriously.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SEEDS 256
#define BYTES (1u << 16)

struct bytes {
	uint8_t *at;
	size_t n;
};

struct fuzzer {
	struct bytes seed[SEEDS];
	unsigned nr_seeds;
	uint64_t random;
	const char *keep;
	long slow_ms;       /* what takes longer is kept; 0: nothing is */
	unsigned slow;      /* so many were */
	unsigned long lines;
	struct bytes now;
};

/* --- chance (xorshift64*) ---------------------------------------------------------------------- */

static size_t chance(struct fuzzer *f, size_t n)
{
	f->random ^= f->random >> 12;
	f->random ^= f->random << 25;
	f->random ^= f->random >> 27;
	return n ? (size_t)(f->random * 0x2545f4914f6cdd1dull >> 32) % n : 0;
}

/* --- pieces of an input ------------------------------------------------------------------------ */

/* A random line of some bytes, with its newline; or a random word of it. */
static struct bytes line_of(struct fuzzer *f, struct bytes b)
{
	size_t from = chance(f, b.n), to = from;

	while (from && b.at[from - 1] != '\n')
		from--;
	while (to < b.n && b.at[to++] != '\n')
		;
	return (struct bytes){ b.at + from, to - from };
}

static bool blank(uint8_t c)
{
	return strchr(" \t\n=:,\"{}()[]", c) != NULL; /* and NUL */
}

static struct bytes word_of(struct fuzzer *f, struct bytes b)
{
	size_t from = chance(f, b.n), to;

	while (from && !blank(b.at[from - 1]))
		from--;
	for (to = from; to < b.n && !blank(b.at[to]); to++)
		;
	return (struct bytes){ b.at + from, to - from };
}

/* Puts `what` where `n` bytes from `at` on were. */
static void splice(struct bytes *b, size_t at, size_t n, struct bytes what)
{
	if (b->n - n + what.n > BYTES)
		return;
	memmove(b->at + at + what.n, b->at + at + n, b->n - at - n);
	memcpy(b->at + at, what.at, what.n);
	b->n += what.n - n;
}

/* --- mutations --------------------------------------------------------------------------------- */

static struct bytes edge(struct fuzzer *f)
{
	static const char *const edges[] = {
		"0", "-1", "1", "2", "4095", "4096", "4097", "65535", "65536", "0x7fffffff",
		"0x80000000", "4294967295", "0xffffffff", "4294967296", "0xffffffffffffffff",
		"18446744073709551616", "99999999999999999999999", "64G", "0x", "1e9", "", "=",
		"%s%n", "'", "\"", "{=", "}", "```", "---", "\xff", "\xc3\xa4", "\033[2J", "#", ";",
		"..", "/", "()", "((((((((((((((((", "yes", "no", "off",
	};
	const char *e = edges[chance(f, sizeof(edges) / sizeof(edges[0]))];

	return (struct bytes){ (uint8_t *)(uintptr_t)e, strlen(e) };
}

static void mutate_once(struct fuzzer *f)
{
	struct bytes *b = &f->now, other = f->seed[chance(f, f->nr_seeds)], piece;
	uint8_t copy[BYTES];

	if (!b->n) {
		splice(b, 0, 0, line_of(f, other));
		return;
	}
	switch (chance(f, 9)) {
	case 0: /* a byte */
		b->at[chance(f, b->n)] ^= (uint8_t)(1u << chance(f, 8));
		return;
	case 1: /* a word for a word */
	case 2:
		piece = word_of(f, *b);
		splice(b, (size_t)(piece.at - b->at), piece.n, word_of(f, other));
		return;
	case 3: /* the edge of something for a word */
	case 4:
		piece = word_of(f, *b);
		splice(b, (size_t)(piece.at - b->at), piece.n, edge(f));
		return;
	case 5: /* a line goes, */
		piece = line_of(f, *b);
		splice(b, (size_t)(piece.at - b->at), piece.n, (struct bytes){ copy, 0 });
		return;
	case 6: /* is doubled, */
		piece = line_of(f, *b);
		memcpy(copy, piece.at, piece.n);
		splice(b, (size_t)(piece.at - b->at), 0, (struct bytes){ copy, piece.n });
		return;
	case 7: /* comes from elsewhere, */
		piece = line_of(f, *b);
		splice(b, (size_t)(piece.at - b->at), 0, line_of(f, other));
		return;
	default: /* or is the last */
		piece = line_of(f, *b);
		b->n = (size_t)(piece.at - b->at) + chance(f, piece.n + 1);
	}
}

static void keep_as(const struct fuzzer *f, const char *path)
{
	FILE *keep = fopen(path, "w");

	if (!keep)
		return;
	fwrite(f->now.at, 1, f->now.n, keep);
	fclose(keep);
}

/* The processor's time, so that a busy machine is no finding. */
static long used_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void try_now(struct fuzzer *f)
{
	long began = used_ms(), took;
	char path[1024];

	if (f->keep)
		keep_as(f, f->keep);
	for (size_t i = 0; i < f->now.n; i++)
		f->lines += f->now.at[i] == '\n';
	LLVMFuzzerTestOneInput(f->now.at, f->now.n);
	took = used_ms() - began;
	if (!f->slow_ms || took <= f->slow_ms)
		return;
	snprintf(path, sizeof(path), "%s-%u", f->keep ? f->keep : "slow", ++f->slow);
	keep_as(f, path);
	fprintf(stderr, "%s took %ld ms\n", path, took);
}

static void mutations(struct fuzzer *f, unsigned runs)
{
	for (unsigned i = 0; i < runs; i++) {
		const struct bytes *seed = &f->seed[chance(f, f->nr_seeds)];

		memcpy(f->now.at, seed->at, f->now.n = seed->n);
		for (size_t k = 1 + chance(f, 6); k; k--)
			mutate_once(f);
		try_now(f);
	}
}

/* --- seeds ------------------------------------------------------------------------------------- */

static void add_seed(struct fuzzer *f, const char *path)
{
	FILE *file = fopen(path, "r");
	struct bytes *seed = &f->seed[f->nr_seeds];

	if (!file || f->nr_seeds == SEEDS) {
		fprintf(stderr, "%s: cannot be a seed\n", path);
		exit(99);
	}
	seed->at = malloc(BYTES);
	seed->n = fread(seed->at, 1, BYTES, file);
	fclose(file);
	f->nr_seeds++;
}

static void add_texts(struct fuzzer *f, const struct fuzz_seeds *s)
{
	char *text;

	for (unsigned i = 0; (text = s->text(i)) && f->nr_seeds < SEEDS; i++) {
		struct bytes *seed = &f->seed[f->nr_seeds++];

		seed->n = strlen(text) < BYTES ? strlen(text) : BYTES;
		seed->at = malloc(BYTES);
		memcpy(seed->at, text, seed->n);
		free(text);
	}
}

/* In the order of their names, so that the same mutations come on every machine. */
static void add_folder(struct fuzzer *f, const struct fuzz_seeds *s)
{
	const char *top = getenv("top_srcdir");
	char folder[1024], path[2048];
	struct dirent **names;
	int n;

	snprintf(folder, sizeof(folder), "%s/%s", top ? top : ".", s->folder);
	n = scandir(folder, &names, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		size_t len = strlen(names[i]->d_name), suffix = strlen(s->suffix);

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (len > suffix && !strcmp(names[i]->d_name + len - suffix, s->suffix))
			add_seed(f, path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

int main(int argc, char **argv)
{
	struct fuzzer f = { .random = 0x6b6d61706c6162ull, .now = { malloc(2 * BYTES), 0 } };
	unsigned runs = fuzz_runs;
	int option;

	while ((option = getopt(argc, argv, "n:s:k:t:")) != -1)
		switch (option) {
		case 'n': runs = (unsigned)strtoul(optarg, NULL, 0); break;
		case 's': f.random += strtoull(optarg, NULL, 0); break;
		case 'k': f.keep = optarg; break;
		case 't': f.slow_ms = strtol(optarg, NULL, 0); break;
		default: return 2;
		}
	for (int i = optind; i < argc; i++)
		add_seed(&f, argv[i]);
	for (const struct fuzz_seeds *s = fuzz_seeds; optind == argc && (s->folder || s->text); s++)
		if (s->folder)
			add_folder(&f, s);
		else
			add_texts(&f, s);
	if (!f.nr_seeds)
		return 99;
	for (unsigned i = 0; i < f.nr_seeds; i++) {
		memcpy(f.now.at, f.seed[i].at, f.now.n = f.seed[i].n);
		try_now(&f);
	}
	if (optind == argc)
		mutations(&f, runs);
	printf("%u seeds, %u mutations, %lu lines\n", f.nr_seeds, optind == argc ? runs : 0, f.lines);
	for (unsigned i = 0; i < f.nr_seeds; i++)
		free(f.seed[i].at);
	free(f.now.at);
	return 0;
}
