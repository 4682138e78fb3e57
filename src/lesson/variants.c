/*
 * Reading and drawing variants. The generator is splitmix64's mixing function over the seed and a
 * hash of the name (FNV-1a): no state, no floating point, no library whose next version could draw
 * otherwise.
 */
#include "lesson/variants.h"

#include "machine/conf.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"
/* What a value may be made of: it is inserted into commands, so nothing there may end or quote. */
#define VALUE_BYTES NAME_BYTES ".-+:@"

/* Copies [s, s + n) without the blanks at its ends; false when it is empty or too long. */
static bool cut(char *to, size_t size, const char *s, size_t n)
{
	while (n && isblank((unsigned char)*s))
		s++, n--;
	while (n && isblank((unsigned char)s[n - 1]))
		n--;
	if (!n || n >= size)
		return false;
	memcpy(to, s, n);
	to[n] = '\0';
	return true;
}

static bool read_range(struct vary *v, const char *text)
{
	const char *dots = strstr(text, "..");
	char low[24], high[24];
	uint64_t last;

	if (!dots || !cut(low, sizeof low, text, (size_t)(dots - text)) ||
	    !cut(high, sizeof high, dots + 2, strlen(dots + 2)) ||
	    !conf_number(low, &v->first) || !conf_number(high, &last) || last < v->first ||
	    last - v->first >= VARIANT_VALUES)
		return false;
	v->range = true;
	v->n = (unsigned)(last - v->first) + 1;
	return true;
}

static bool read_list(struct vary *v, const char *text)
{
	for (;;) {
		size_t n = strcspn(text, ",");
		char *value = v->value[v->n];

		if (v->n == VARIANT_VALUES || !cut(value, sizeof v->value[0], text, n) ||
		    value[strspn(value, VALUE_BYTES)])
			return false;
		v->n++;
		if (!text[n])
			return v->n > 1;
		text += n + 1;
	}
}

bool vary_read(struct vary *v, const char *text, unsigned line, unsigned column,
               struct problems *p)
{
	const char *equals = strchr(text, '=');

	*v = (struct vary){ .n = 0 };
	if (!equals || !cut(v->name, sizeof v->name, text, (size_t)(equals - text)) ||
	    v->name[strspn(v->name, NAME_BYTES)] || isdigit((unsigned char)*v->name))
		return problem(p, line, column,
		               "here belongs `name = 3..9` or `name = 1G, 2G, 4G`");
	if (strstr(equals, "..") ? read_range(v, equals + 1) : read_list(v, equals + 1))
		return true;
	return problem(p, line, column + (unsigned)(equals + 1 - text),
	               "a range is 3..9, with at most %u numbers; a list has commas between its "
	               "values: 1G, 2G, 4G", VARIANT_VALUES);
}

static void take(struct variants *to, const struct vary *vary, unsigned i)
{
	char *text = to->v[to->n].text;

	snprintf(to->v[to->n].name, sizeof to->v[0].name, "%s", vary->name);
	if (vary->range)
		snprintf(text, sizeof to->v[0].text, "%" PRIu64, vary->first + i);
	else
		snprintf(text, sizeof to->v[0].text, "%s", vary->value[i]);
	to->v[to->n].is_number = conf_number(text, &to->v[to->n].number);
	to->n++;
}

static uint64_t mix(uint64_t seed, const char *name)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3u;
	h += seed * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
	h = (h ^ h >> 27) * 0x94d049bb133111ebu;
	return h ^ h >> 31;
}

void variants_draw(struct variants *to, const struct vary *vary, unsigned n, uint64_t seed)
{
	to->n = 0;
	for (unsigned i = 0; i < n; i++)
		take(to, &vary[i], (unsigned)(mix(seed, vary[i].name) % vary[i].n));
}

void variants_take(struct variants *to, const struct vary *vary, unsigned n, unsigned i)
{
	to->n = 0;
	for (unsigned k = 0; k < n; k++)
		take(to, &vary[k], i % vary[k].n);
}

const char *variants_text(const struct variants *v, const char *name, size_t size)
{
	for (unsigned i = 0; v && i < v->n; i++)
		if (strlen(v->v[i].name) == size && !memcmp(v->v[i].name, name, size))
			return v->v[i].text;
	return NULL;
}
