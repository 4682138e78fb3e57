/*
 * Formats of inserted numbers. What an observable is (an address, a count, bytes) decides how it is
 * written when nothing is said; a result of arithmetic has lost that, and prose has wishes of its
 * own: "896 MB", "three pages".
 *
 * KB, MB and GB are powers of two and written as the kernel's boot messages do. What does not come
 * out even gets one decimal; `size` takes the greatest unit that comes out even.
 */
#include "lesson/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void as_hex(uint64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "0x%" PRIx64, n);
}

static void as_dec(uint64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "%" PRId64, (int64_t)n);
}

/* Without a prefix, since a reader counts the digits. */
static void as_bin(uint64_t n, char *buf, size_t size)
{
	char digits[65];
	unsigned at = sizeof digits - 1;

	digits[at] = '\0';
	do
		digits[--at] = (char)('0' + (n & 1));
	while (n >>= 1);
	snprintf(buf, size, "%s", digits + at);
}

static void in_unit(uint64_t n, unsigned shift, const char *unit, char *buf, size_t size)
{
	uint64_t whole = n >> shift, rest = n & ((1ull << shift) - 1);
	uint64_t tenths = (rest * 10 + (1ull << shift) / 2) >> shift;

	whole += tenths / 10;
	tenths %= 10;
	if (rest)
		snprintf(buf, size, "%" PRIu64 ".%u %s", whole, (unsigned)tenths, unit);
	else
		snprintf(buf, size, "%" PRIu64 " %s", whole, unit);
}

static void as_kb(uint64_t n, char *buf, size_t size)
{
	in_unit(n, 10, "KB", buf, size);
}

static void as_mb(uint64_t n, char *buf, size_t size)
{
	in_unit(n, 20, "MB", buf, size);
}

static void as_gb(uint64_t n, char *buf, size_t size)
{
	in_unit(n, 30, "GB", buf, size);
}

static void as_size(uint64_t n, char *buf, size_t size)
{
	static const char *const unit[] = { "bytes", "KB", "MB", "GB" };
	unsigned i = 0;

	while (n && i < 3 && !(n & ((1ull << 10 * (i + 1)) - 1)))
		i++;
	snprintf(buf, size, "%" PRIu64 " %s", n >> 10 * i, n == 1 ? "byte" : unit[i]);
}

/* Good prose writes small numbers out. */
static void as_word(uint64_t n, char *buf, size_t size)
{
	static const char *const word[] = { "no", "one", "two", "three", "four", "five", "six", "seven",
		                            "eight", "nine", "ten", "eleven", "twelve" };

	if (n < sizeof word / sizeof *word)
		snprintf(buf, size, "%s", word[n]);
	else
		as_dec(n, buf, size);
}

/* The ending of a noun: `{= n} page{= n, s}`. */
static void as_plural(uint64_t n, char *buf, size_t size)
{
	snprintf(buf, size, "%s", n == 1 ? "" : "s");
}

static const struct {
	const char *name;
	void (*write)(uint64_t n, char *buf, size_t size);
} formats[] = {
	{ "hex", as_hex }, { "dec", as_dec },   { "bin", as_bin },   { "KB", as_kb },
	{ "MB", as_mb },   { "GB", as_gb },     { "size", as_size }, { "word", as_word },
	{ "s", as_plural },
};
#define FORMATS (sizeof formats / sizeof *formats)

const char *format_names(void)
{
	return "hex, dec, bin, KB, MB, GB, size, word, s";
}

const char *format_find(const char *text, size_t *size)
{
	const char *comma = NULL;
	char quote = '\0';

	for (const char *s = text; *s; s++) {
		if (quote ? *s == quote : *s == '"' || *s == '\'')
			quote = quote ? '\0' : *s;
		else if (*s == ',' && !quote)
			comma = s;
	}
	*size = comma ? (size_t)(comma - text) : strlen(text);
	return comma ? comma + 1 + strspn(comma + 1, " \t") : NULL;
}

static size_t find(const char *name)
{
	size_t n = strcspn(name, " \t"), i = 0;

	while (i < FORMATS && (strlen(formats[i].name) != n || memcmp(formats[i].name, name, n)))
		i++;
	return name[n + strspn(name + n, " \t")] ? FORMATS : i;
}

bool format_exists(const char *name)
{
	return find(name) < FORMATS;
}

bool format_value(const char *name, const struct observation *o, char *buf, size_t size)
{
	size_t i = find(name);

	if (i == FORMATS || o->type == OBS_WORD)
		return false;
	formats[i].write(o->n, buf, size);
	return true;
}
