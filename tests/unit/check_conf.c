/*
 * Data files: words and columns, the bounds, numbers, where files are looked for, messages, and
 * the two kinds of file that the machine reads, with every mistake they can hold.
 */
#include "machine/conf.h"
#include "machine_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

/** Collects lines as "section|key@column,word@column;". */
struct collected {
	char text[512];
	unsigned lines;
};

static bool collect(void *ctx, const struct conf_line *line, struct message *m)
{
	struct collected *c = ctx;
	size_t len = strlen(c->text);

	c->lines++;
	if (strcmp(line->word[0], "stop") == 0)
		return conf_fail(m, line, 1, "told to %s", line->word[0]);
	len += (size_t)snprintf(c->text + len, sizeof(c->text) - len, "%s|", line->section);
	for (unsigned i = 0; i < line->nr_words && len < sizeof(c->text); i++)
		len += (size_t)snprintf(c->text + len, sizeof(c->text) - len, "%s%s@%u",
		                        i ? "," : "", line->word[i], line->column[i]);
	if (len < sizeof(c->text))
		snprintf(c->text + len, sizeof(c->text) - len, ";");
	return true;
}

static const struct {
	const char *text, *lines, *error;
} readings[] = {
	{ "", "", NULL },
	{ "\n \n\t\n# nothing\n", "", NULL },
	{ "a", "|a@1;", NULL },
	{ "a = b c\n", "|a@1,b@5,c@7;", NULL },
	{ "a=b=c\n  d\te # f", "|a@1,b=c@3;|d@3,e@5;", NULL },
	{ "a =b\r\nc= d\r\n", "|a@1,b@4;|c@1,d@4;", NULL },
	{ "a =\n", "|a@1;", NULL },
	{ "a b = c", "|a@1,b@3,=@5,c@7;", NULL },
	{ "[s]\na\n[ t u ] # v\nb", "s|a@1;t u|b@1;", NULL },
	{ "\xc3\xb6 x", "|\xc3\xb6@1,x@4;", NULL },
	{ "a\n = b", "|a@1;", "f:2:2: there must be a name in front of '='" },
	{ "[s", "", "f:1:1: a section's name ends with ']'" },
	{ "[]", "", "f:1:1: a section's name has 1 to 63 bytes" },
	{ "[s] t", "", "f:1:4: there must be nothing behind a section's name" },
	{ "a\nb\x01", "|a@1;", "f:2:2: this is no text: a control character or bad UTF-8" },
	{ "a \x1b[2J", "", "f:1:3: this is no text: a control character or bad UTF-8" },
	{ "a\rb", "", "f:1:2: this is no text: a control character or bad UTF-8" },
	{ "# \xff", "", "f:1:3: this is no text: a control character or bad UTF-8" },
	{ "\xc2\x9b", "", "f:1:1: this is no text: a control character or bad UTF-8" },
	{ "\xc0\xaf", "", "f:1:1: this is no text: a control character or bad UTF-8" },
	{ "\xe0\x80\xaf", "", "f:1:1: this is no text: a control character or bad UTF-8" },
	{ "\xf0\x8f\xbf\xbf", "", "f:1:1: this is no text: a control character or bad UTF-8" },
	{ "\xf4\x90\x80\x80", "", "f:1:1: this is no text: a control character or bad UTF-8" },
	{ "\xf4\x8f\xbf\xbf", "|\xf4\x8f\xbf\xbf@1;", NULL },
	{ "a\n stop here", "|a@1;", "f:2:7: told to stop" },
	{ "stop  ", "", "f:1:7: told to stop" },
};

START_TEST(lines_and_their_mistakes)
{
	struct collected c = { .lines = 0 };
	struct message m = { "" };
	bool ok =
		conf_read_text("f", readings[_i].text, strlen(readings[_i].text), collect, &c, &m);

	ck_assert_int_eq(ok, !readings[_i].error);
	ck_assert_str_eq(m.text, readings[_i].error ? readings[_i].error : "");
	ck_assert_str_eq(c.text, readings[_i].lines);
}
END_TEST

/* Reads `n` bytes of `text` repeated; returns the message, "" when it was read. */
static const char *read_repeated(const char *text, size_t n, struct collected *c)
{
	static struct message m;
	size_t len = strlen(text);
	char *all = malloc(n);

	for (size_t i = 0; i < n; i++)
		all[i] = text[i % len];
	m.text[0] = '\0';
	conf_read_text("f", all, n, collect, c, &m);
	free(all);
	return m.text;
}

START_TEST(every_bound_holds)
{
	struct collected c = { .lines = 0 };

	ck_assert_str_eq(read_repeated("a", CONF_MAX_LINE, &c), "");
	ck_assert_str_eq(read_repeated("a", CONF_MAX_LINE + 1, &c),
	                 "f:1:1001: the line is too long (1000 bytes at most)");
	ck_assert_str_eq(read_repeated("a ", 2 * CONF_WORDS, &c), "");
	ck_assert_str_eq(read_repeated("a ", 2 * CONF_WORDS + 1, &c),
	                 "f:1:65: more than 32 words in one line");
	ck_assert_str_eq(read_repeated("\n", CONF_MAX_LINES, &c), "");
	ck_assert_str_eq(read_repeated("\n", CONF_MAX_LINES + 1, &c),
	                 "f:20001:1: the file has too many lines (20000 at most)");
	ck_assert_str_eq(read_repeated("#234567890\n", CONF_MAX_BYTES + 1, &c),
	                 "f: the file is too large (1 MiB at most)");
}
END_TEST

START_TEST(only_regular_files_are_read)
{
	struct collected c = { .lines = 0 };
	char fifo[] = "/tmp/kmaplab-check-XXXXXX";
	struct message m;

	ck_assert(!conf_read("/dev/zero", collect, &c, &m));
	ck_assert_str_eq(m.text, "/dev/zero: this is not a regular file");
	ck_assert(!conf_read("/", collect, &c, &m));
	ck_assert(!conf_read("/nowhere", collect, &c, &m));
	ck_assert_str_eq(m.text, "/nowhere: No such file or directory");
	ck_assert_ptr_nonnull(mkdtemp(fifo));
	ck_assert_int_eq(rmdir(fifo), 0);
	ck_assert_int_eq(mkfifo(fifo, 0600), 0);
	ck_assert(!conf_read(fifo, collect, &c, &m));
	unlink(fifo);
}
END_TEST

static const struct {
	const char *word;
	bool ok;
	uint64_t value;
} numbers[] = {
	{ "0", true, 0 },
	{ "007", true, 7 },
	{ "4096", true, 4096 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "0xffffffffffffffff", true, UINT64_MAX },
	{ "0x10000000000000000", false, 0 },
	{ "0X1f", true, 31 },
	{ "1k", true, 1024 },
	{ "64G", true, 64ull << 30 },
	{ "2M", true, 2 << 20 },
	{ "0x10K", true, 16384 },
	{ "17179869183G", true, 17179869183ull << 30 },
	{ "17179869184G", false, 0 },
	{ "", false, 0 },
	{ "0x", false, 0 },
	{ "x1", false, 0 },
	{ "-1", false, 0 },
	{ "+1", false, 0 },
	{ "1KB", false, 0 },
	{ "1T", false, 0 },
	{ "1 ", false, 0 },
	{ "12f", false, 0 },
	{ "K", false, 0 },
};

START_TEST(numbers_are_exact_or_refused)
{
	uint64_t value = 12345;

	ck_assert_int_eq(conf_number(numbers[_i].word, &value), numbers[_i].ok);
	ck_assert_uint_eq(value, numbers[_i].ok ? numbers[_i].value : 12345);
}
END_TEST

START_TEST(switches)
{
	bool value = false;

	ck_assert(conf_bool("yes", &value) && value);
	ck_assert(conf_bool("Off", &value) && !value);
	ck_assert(conf_bool("on", &value) && value);
	ck_assert(conf_bool("false", &value) && !value);
	ck_assert(conf_bool("TRUE", &value) && value);
	ck_assert(!conf_bool("1", &value) && !conf_bool("", &value) && value);
}
END_TEST

static bool second_word(void *ctx, const struct conf_line *line, struct message *m)
{
	return conf_line_number(line, 1, 10, 20, ctx, m);
}

START_TEST(a_number_out_of_range_names_its_range)
{
	uint64_t value = 1;
	struct message m;

	ck_assert(conf_read_text("f", "n = 20", 6, second_word, &value, &m));
	ck_assert_uint_eq(value, 20);
	ck_assert(!conf_read_text("f", "n = 21", 6, second_word, &value, &m));
	ck_assert_str_eq(m.text, "f:1:5: n must be between 10 and 20, not 21");
	ck_assert(!conf_read_text("f", "n = x", 5, second_word, &value, &m));
	ck_assert_str_eq(m.text, "f:1:5: 'x' is not a number");
	ck_assert(!conf_read_text("f", "n", 1, second_word, &value, &m));
	ck_assert_str_eq(m.text, "f:1:2: 'n' needs a number here");
	ck_assert_uint_eq(value, 20);
}
END_TEST

static bool rest(void *ctx, const struct conf_line *line, struct message *m)
{
	(void)m;
	conf_line_rest(line, 1, ctx, 8);
	return true;
}

START_TEST(the_rest_of_a_line_is_cut_at_a_character)
{
	char text[8];

	ck_assert(conf_read_text("f", "k   a  b", 8, rest, text, NULL));
	ck_assert_str_eq(text, "a b");
	ck_assert(conf_read_text("f", "k abcdefgh", 10, rest, text, NULL));
	ck_assert_str_eq(text, "abcdefg");
	ck_assert(conf_read_text("f", "k abcdef\xc3\xb6x", 11, rest, text, NULL));
	ck_assert_str_eq(text, "abcdef");
	ck_assert(conf_read_text("f", "k", 1, rest, text, NULL));
	ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(a_message_cannot_harm_a_terminal)
{
	struct message m;
	char big[600];

	ck_assert(!fail(&m, "a\x1b[2J\n%s", "\t\x7f \xc3\xb6 \xc2\x9b \xff \xe2\x82 \xed\xa0\x80"));
	ck_assert_str_eq(m.text, "a?[2J??? \xc3\xb6 ?? ? ?? ???");
	ck_assert(!fail(NULL, "nobody listens"));
	for (unsigned i = 0; i < sizeof(big); i++)
		big[i] = (char)(i % 2 ? 0xb6 : 0xc3);
	big[sizeof(big) - 2] = '\0';
	fail(&m, "%s", big);
	ck_assert_uint_eq(strlen(m.text), 254);
	ck_assert_int_eq((unsigned char)m.text[253], 0xb6);
	fail(&m, "x%s", big);
	ck_assert_uint_eq(strlen(m.text), 255);
}
END_TEST

START_TEST(data_files_stay_in_their_folder)
{
	static const char *const outside[] = { "",     "/etc/passwd", "../x", "a/../b",
		                               "a/..", ".hidden",     "a\nb", "cpus/\x1b" };
	char path[256], names[256];
	struct message m;

	for (unsigned i = 0; i < LENGTH(outside); i++) {
		ck_assert(!conf_data_path(outside[i], path, sizeof(path), &m));
		ck_assert_ptr_nonnull(strstr(m.text, "cannot be the name of a data file"));
	}
	ck_assert(!conf_data_path("cpus/none.conf", path, sizeof(path), &m));
	ck_assert_str_eq(m.text, "there is no data file 'cpus/none.conf'");
	ck_assert(conf_data_path("cpus/tiny.conf", path, sizeof(path), &m));
	ck_assert(!conf_data_path("cpus/tiny.conf", path, 10, &m));
	conf_data_names("cpus", names, sizeof(names));
	ck_assert_ptr_nonnull(strstr(names, "core2 "));
	ck_assert_ptr_nonnull(strstr(names, "pentium pentium3 pentium4 tiny"));
	conf_data_names("cpus", names, 12);
	ck_assert_str_eq(names, "core2");
	conf_data_names("../..", names, sizeof(names));
	ck_assert_str_eq(names, "");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_bound_holds,
		only_regular_files_are_read,
		switches,
		a_number_out_of_range_names_its_range,
		the_rest_of_a_line_is_cut_at_a_character,
		a_message_cannot_harm_a_terminal,
		data_files_stay_in_their_folder,
	};
	const struct loop_test loops[] = {
		{ lines_and_their_mistakes, LENGTH(readings) },
		{ numbers_are_exact_or_refused, LENGTH(numbers) },
	};

	return RUN_SUITE("conf", tests, loops);
}
