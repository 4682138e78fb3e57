/*
 * kmaplab reference TABLE: one of the program's tables as the body of a man page, in mdoc.
 *
 * The pages of reference (kmaplab-commands(7) and its sisters) are written in man/NAME.in with a
 * line `.\" table NAME` where the rows belong; `make` puts this program's answer there
 * (man/fill-tables). So a page cannot name what is gone nor forget what is new, and the prose
 * around a table is still written by a person.
 */
#include "front/fronts.h"
#include "front/keys.h"
#include "front/subcommand.h"

#include "command/interp.h"
#include "command/settings.h"
#include "kernel/invariants.h"
#include "lab/observable.h"

#include <stdio.h>
#include <string.h>

/* --- mdoc ------------------------------------------------------------------------------------- */

/* A word or phrase inside a macro's line: what roff would take for its own is escaped. */
static void put(const char *s)
{
	for (; *s; s++) {
		if (*s == '\\')
			fputs("\\e", stdout);
		else if (*s == '"')
			fputs("\\(dq", stdout);
		else if (*s == '-')
			fputs("\\-", stdout);
		else if (*s == '^')
			fputs("\\(ha", stdout);
		else if (*s == '~')
			fputs("\\(ti", stdout);
		else
			putchar(*s);
	}
}

static void quoted(const char *s)
{
	putchar('"');
	put(s);
	putchar('"');
}

/* Text on lines of its own: a sentence to a line, as mdoc wants it, and no line begins with a
 * dot or an apostrophe. */
static void prose(const char *s)
{
	if (*s == '.' || *s == '\'')
		fputs("\\&", stdout);
	for (; *s; s++) {
		const char c[2] = { *s, '\0' };

		if (s[0] == '`')
			fputs("\\(ga", stdout);
		else
			put(c);
		if (strchr(".!?", s[0]) && s[1] == ' ' && s[2] && s[2] != '.') {
			putchar('\n');
			s++;
		}
	}
	putchar('\n');
}

static void begin_list(const char *width)
{
	printf(".Bl -tag -width %s\n", width);
}

static void end_list(void)
{
	puts(".El");
}

static void item(const char *macro, const char *name)
{
	printf(".It %s ", macro);
	quoted(name);
	putchar('\n');
}

/* --- the tables ------------------------------------------------------------------------------- */

static void options(void)
{
	struct option_line o;

	begin_list("Ds");
	for (unsigned i = 0; option_line(i, &o); i++) {
		fputs(".It ", stdout);
		if (o.short_name)
			printf("Fl %c , ", o.short_name);
		printf("Fl \\-");
		put(o.name);
		if (o.argument)
			printf(" Ar %s", o.argument);
		putchar('\n');
		prose(o.doc);
	}
	end_list();
}

static void command_options(const struct command *c)
{
	if (!c->options)
		return;
	begin_list("Ds");
	for (const struct option_row *o = c->options; o->key; o++) {
		char key[64];

		snprintf(key, sizeof key, "%s=", o->key);
		item("Cm", key);
		prose(o->doc);
	}
	end_list();
}

static void command_see(const struct command *c)
{
	if (!c->see || !*c->see)
		return;
	fputs("See also ", stdout);
	for (const char *s = c->see; *s; s++)
		if (*s == ' ')
			fputs(", ", stdout);
		else
			putchar(*s);
	puts(".");
}

static void command(const struct command *c)
{
	fputs(".Ss ", stdout);
	quoted(c->name);
	fputs("\n.Dl ", stdout);
	put(c->usage);
	putchar('\n');
	puts(".Pp");
	prose(c->summary);
	command_options(c);
	puts(".Bd -literal -offset indent");
	for (unsigned i = 0; i < 2; i++)
		if (c->example[i]) {
			fputs("\\&", stdout);
			put(c->example[i]);
			putchar('\n');
		}
	puts(".Ed");
	if (c->errors) {
		puts(".Pp");
		prose(c->errors);
	}
	command_see(c);
}

static void commands(void)
{
	const struct command *c;

	for (unsigned i = 0; (c = command_get(i)); i++)
		command(c);
}

static void all_settings(void)
{
	const char *name, *values, *doc;

	begin_list("Ds");
	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++) {
		fputs(".It Cm ", stdout);
		quoted(name);
		fputs(" Pq ", stdout);
		quoted(values);
		putchar('\n');
		prose(doc);
	}
	end_list();
}

static void all_observables(void)
{
	static const char *const types[] = {
		[OBS_COUNT] = "number", [OBS_ADDRESS] = "address", [OBS_PFN] = "frame number",
		[OBS_MASK] = "mask", [OBS_BOOL] = "yes or no", [OBS_WORD] = "word",
		[OBS_BYTES] = "bytes",
	};

	begin_list("Ds");
	for (const struct observable *o = observables; o->name; o++) {
		fputs(".It Va ", stdout);
		quoted(o->name);
		fputs(" Pq ", stdout);
		quoted(types[o->type]);
		putchar('\n');
		prose(o->doc);
	}
	end_list();
}

/* "va:x" is an argument va; what its letter means stands in the page. */
static void event_arguments(const struct event_desc *d)
{
	for (unsigned i = 0; i < 3 && d->arg[i]; i++)
		printf(" Ar %.*s", (int)strcspn(d->arg[i], ":"), d->arg[i]);
}

static void all_events(void)
{
	begin_list("Ds");
	for (unsigned kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_desc *d = event_desc(kind);

		if (!d)
			continue;
		printf(".It Dv %s", d->name);
		event_arguments(d);
		putchar('\n');
		prose(d->doc);
		puts(".br");
		fputs("Told as:\n.Dq ", stdout);
		put(d->narration);
		putchar('\n');
	}
	end_list();
}

static void all_costs(void)
{
	static const struct {
		const char *key, *doc;
	} rows[] = {
#define COST(name, key, doc) { key, doc },
#include "machine/costs.def"
#undef COST
	};

	begin_list("Ds");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		item("Cm", rows[i].key);
		prose(rows[i].doc);
	}
	end_list();
}

static void all_invariants(void)
{
	begin_list("Ds");
	for (unsigned i = 0; invariant_name(i); i++) {
		item("Cm", invariant_name(i));
		prose(invariant_doc(i));
	}
	end_list();
}

static void all_keys(void)
{
	const struct key_row *k;

	begin_list("Ds");
	for (unsigned i = 0; (k = key_row(i)); i++) {
		if (!k->doc)
			continue;
		item("Ic", k->name);
		prose(k->doc);
	}
	end_list();
}

static const struct {
	const char *name;
	void (*print)(void);
} tables[] = {
	{ "commands", commands }, { "settings", all_settings }, { "observables", all_observables },
	{ "events", all_events }, { "costs", all_costs }, { "keys", all_keys },
	{ "invariants", all_invariants }, { "options", options },
};
#define TABLES (sizeof tables / sizeof *tables)

int reference_main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < TABLES; i++)
		if (!strcmp(argv[1], tables[i].name)) {
			tables[i].print();
			return fflush(stdout) == 0 ? EXIT_GOOD : EXIT_FAILED;
		}
	fputs("kmaplab reference: one of", stderr);
	for (size_t i = 0; i < TABLES; i++)
		fprintf(stderr, " %s", tables[i].name);
	fputc('\n', stderr);
	return EXIT_USAGE;
}
