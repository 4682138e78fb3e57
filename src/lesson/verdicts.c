/*
 * TAP 13 has one test point for each check, and one more for a transcript that cannot be graded.
 * The plan stands at the end, where it is known. JSON is one object to a line for each transcript,
 * so that the lines of several graders that worked side by side are simply put together. JUnit's
 * XML has a suite for each transcript.
 *
 * Names of files come from students; what a format would misread in them is escaped.
 */
#include "lesson/verdicts.h"

#include <jansson.h>
#include <string.h>

#define ASK_BYTES 60u /* of a question, in the name of its check */

/* "task 2: You and the driver are done. Give the page back, once ..." */
static void check_name(const struct check *c, char *buf, size_t size)
{
	size_t n = strlen(c->ask);
	bool cut = n > ASK_BYTES;

	if (cut)
		for (n = ASK_BYTES; n && ((unsigned char)c->ask[n] & 0xc0) == 0x80;)
			n--;
	snprintf(buf, size, "%s %u: %.*s%s", c->task ? "task" : "prediction", c->number, (int)n,
	         c->ask, cut ? "..." : "");
}

/* --- TAP -------------------------------------------------------------------------------------- */

/* '#' would begin a directive; a backslash escapes it, and itself. */
static void tap_text(FILE *out, const char *s)
{
	struct message harmless;

	fail(&harmless, "%s", s);
	for (s = harmless.text; *s; s++) {
		if (*s == '#' || *s == '\\')
			putc('\\', out);
		putc(*s, out);
	}
}

static void tap_begin(FILE *out, const struct lesson *l)
{
	fprintf(out, "TAP version 13\n# lesson %s\n", lesson_id(l));
}

static void tap_point(FILE *out, const struct verdict *v, bool good, const char *name,
                      unsigned *tests)
{
	fprintf(out, "%sok %u - ", good ? "" : "not ", ++*tests);
	tap_text(out, v->transcript);
	fputs(": ", out);
	tap_text(out, name);
	putc('\n', out);
}

static void tap_verdict(FILE *out, const struct lesson *l, const struct verdict *v,
                        unsigned *tests)
{
	(void)l;
	if (!v->graded) {
		tap_point(out, v, false, "cannot be graded", tests);
		fprintf(out, "# %s\n", v->reason.text);
		return;
	}
	for (unsigned i = 0; i < v->nr; i++) {
		const struct check *c = &v->check[i];
		char name[ASK_BYTES + 40];

		check_name(c, name, sizeof name);
		tap_point(out, v, c->met, name, tests);
		if (!c->met)
			fprintf(out, "# %s\n", check_reason(c));
		if (c->hints)
			fprintf(out, "# hints: %u\n", c->hints);
	}
}

static void tap_end(FILE *out, unsigned tests)
{
	fprintf(out, "1..%u\n", tests);
}

/* --- JSON ------------------------------------------------------------------------------------- */

/* A file's name need not be UTF-8, and jansson takes nothing else. */
static json_t *json_name(const char *name)
{
	struct message harmless;
	json_t *s = json_string(name);

	fail(&harmless, "%s", name);
	return s ? s : json_string(harmless.text);
}

static json_t *json_check(const struct check *c)
{
	json_t *o = json_pack("{s:s,s:i,s:i,s:s,s:b,s:b,s:b,s:i}", "kind",
	                      c->task ? "task" : "prediction", "number", (int)c->number, "line",
	                      (int)c->line, "ask", c->ask, "met", c->met, "reached", c->reached,
	                      "skipped", c->skipped, "hints", (int)c->hints);

	if (c->task)
		json_object_set_new(o, "commands", json_integer(c->commands));
	else
		json_object_set_new(o, "wrong", json_integer(c->wrong));
	if (!c->met)
		json_object_set_new(o, "reason", json_string(check_reason(c)));
	return o;
}

static void json_begin(FILE *out, const struct lesson *l)
{
	(void)out;
	(void)l;
}

static void json_verdict(FILE *out, const struct lesson *l, const struct verdict *v,
                         unsigned *tests)
{
	json_t *o = json_pack("{s:o,s:s,s:b}", "transcript", json_name(v->transcript), "lesson",
	                      lesson_id(l), "graded", v->graded);
	json_t *checks = json_array();

	if (v->graded) {
		json_object_set_new(o, "met", json_integer(v->nr_met));
		json_object_set_new(o, "of", json_integer(v->nr));
		for (unsigned i = 0; i < v->nr; i++)
			json_array_append_new(checks, json_check(&v->check[i]));
		json_object_set(o, "checks", checks);
	} else {
		json_object_set_new(o, "reason", json_string(v->reason.text));
	}
	json_dumpf(o, out, JSON_COMPACT);
	putc('\n', out);
	++*tests;
	json_decref(checks);
	json_decref(o);
}

static void json_end(FILE *out, unsigned tests)
{
	(void)out;
	(void)tests;
}

/* --- JUnit ------------------------------------------------------------------------------------ */

static void xml_text(FILE *out, const char *s)
{
	struct message harmless;

	fail(&harmless, "%s", s);
	for (s = harmless.text; *s; s++)
		switch (*s) {
		case '&': fputs("&amp;", out); break;
		case '<': fputs("&lt;", out); break;
		case '>': fputs("&gt;", out); break;
		case '"': fputs("&quot;", out); break;
		default: putc(*s, out);
		}
}

static void junit_begin(FILE *out, const struct lesson *l)
{
	(void)l;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
}

static void junit_case(FILE *out, const struct lesson *l, const char *name, const char *wrong,
                       const char *text)
{
	fprintf(out, "    <testcase classname=\"%s\" name=\"", lesson_id(l));
	xml_text(out, name);
	if (!wrong) {
		fputs("\"/>\n", out);
		return;
	}
	fprintf(out, "\">\n      <%s message=\"", wrong);
	xml_text(out, text);
	fputs("\"/>\n    </testcase>\n", out);
}

static void junit_verdict(FILE *out, const struct lesson *l, const struct verdict *v,
                          unsigned *tests)
{
	unsigned n = v->graded ? v->nr : 1;

	fputs("  <testsuite name=\"", out);
	xml_text(out, v->transcript);
	fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n", n,
	        v->graded ? v->nr - v->nr_met : 0, v->graded ? 0u : 1u);
	for (unsigned i = 0; v->graded && i < v->nr; i++) {
		char name[ASK_BYTES + 40];

		check_name(&v->check[i], name, sizeof name);
		junit_case(out, l, name, v->check[i].met ? NULL : "failure",
		           check_reason(&v->check[i]));
	}
	if (!v->graded)
		junit_case(out, l, "transcript", "error", v->reason.text);
	fputs("  </testsuite>\n", out);
	*tests += n;
}

static void junit_end(FILE *out, unsigned tests)
{
	(void)tests;
	fputs("</testsuites>\n", out);
}

/* --- the table -------------------------------------------------------------------------------- */

const struct verdict_format *verdict_format(const char *name)
{
	static const struct verdict_format formats[] = {
		{ "tap", tap_begin, tap_verdict, tap_end },
		{ "json", json_begin, json_verdict, json_end },
		{ "junit", junit_begin, junit_verdict, junit_end },
	};

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}
