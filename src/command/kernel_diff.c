/*
 * kernel diff A B: what two generations say differently, from their profiles.
 */
#include "command/arg.h"
#include "command/boot_words.h"

#include "kernel/profile_diff.h"
#include "machine/conf.h"

#include <string.h>

/** What the differences are told to. */
struct diff_answer {
	struct call *c;
	json_t *differences;
	const char *section; /* whose heading was said last */
};

/* Yes and no are booleans, counts are numbers; addresses, masks and words stay as they are. */
static json_t *value_json(const char *value)
{
	uint64_t n;

	if (!value)
		return json_null();
	if (!strcmp(value, "yes") || !strcmp(value, "no"))
		return json_boolean(value[0] == 'y');
	if (strspn(value, "0123456789") == strlen(value) && conf_number(value, &n))
		return json_integer((json_int_t)n);
	return json_string(value);
}

#define SHORT 30
#define COLUMN 20

/* Side by side, or one below the other; the name stands there already. */
static void say_values(struct call *c, const char *key, const char *a, const char *b)
{
	int pad = strlen(key) < COLUMN ? COLUMN - (int)strlen(key) : 0;

	a = a ? a : "-";
	b = b ? b : "-";
	if (strlen(a) <= SHORT && strlen(b) <= SHORT)
		say(c, "%*s %s  |  %s\n", pad, "", a, b);
	else
		say(c, "\n    < %s\n    > %s\n", a, b);
}

static void say_difference(void *ctx, const char *section, const char *key, const char *a,
                           const char *b)
{
	struct diff_answer *d = ctx;

	if (d->section != section && (!d->section || strcmp(d->section, section)))
		say(d->c, "[%s]\n", section);
	d->section = section;
	say(d->c, "  %s", key);
	say_values(d->c, key, a, b);
	json_array_append_new(d->differences,
	                      json_pack("{s:s, s:s, s:o, s:o}", "section", section, "key", key, "a",
	                                value_json(a), "b", value_json(b)));
}

/* The profile that argument i names; NULL after a bad(). The caller frees it. */
static struct profile *profile_argument(struct call *c, unsigned i)
{
	struct message m;
	struct profile *p = profile_read(c->argv[i], &m);

	if (!p)
		bad(c, i, "%s", m.text);
	return p;
}

enum status run_kernel_diff(struct call *c)
{
	struct diff_answer d = { .c = c };
	struct profile *a, *b = NULL;

	if (c->argc != 3) {
		bad(c, c->argc, "Two kernels are compared, as in `kernel diff 2.6.27 6.1`");
		return STATUS_ERROR;
	}
	a = profile_argument(c, 1);
	if (a)
		b = profile_argument(c, 2);
	if (b) {
		d.differences = json_array();
		json_object_set_new(c->answer.result, "a", json_string(a->name));
		json_object_set_new(c->answer.result, "b", json_string(b->name));
		json_object_set_new(c->answer.result, "differences", d.differences);
		if (!profile_diff(a, b, say_difference, &d))
			say(c, "%s and %s say the same.", a->name, b->name);
	}
	profile_free(a);
	profile_free(b);
	return b ? STATUS_OK : STATUS_ERROR;
}
