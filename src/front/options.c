/*
 * Reading the options with getopt_long(), whose table is made of options.def. getopt itself would
 * print its complaints; it is told to be quiet, and the sentence goes into the message like every
 * other one.
 */
#include "front/options.h"

#include "front/subcommand.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Ids beyond every character, so that getopt's answer tells short options, long ones and those of
 * the first boot apart. */
enum {
	FIRST_ID = 1000,
#define OPTION(id, name, short_name, argument, doc) OPTION_##id,
#define BOOT_OPTION(name, word, argument, doc)
#include "front/options.def"
#undef OPTION
#undef BOOT_OPTION
	FIRST_BOOT = 2000, /* + row */
};

static const struct row {
	const char *name, *word, *argument, *doc;
	int id; /* of an OPTION; a BOOT_OPTION's is FIRST_BOOT + its row */
	char short_name;
} rows[] = {
#define OPTION(id, name, short_name, argument, doc) \
	{ name, NULL, argument, doc, OPTION_##id, short_name },
#define BOOT_OPTION(name, word, argument, doc) { name, word, argument, doc, 0, 0 },
#include "front/options.def"
#undef OPTION
#undef BOOT_OPTION
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static void fill_table(struct option *table, char *short_options)
{
	*short_options++ = ':'; /* a missing argument is told apart */
	for (size_t i = 0; i < NR_ROWS; i++) {
		table[i].name = rows[i].name;
		table[i].has_arg = rows[i].argument ? required_argument : no_argument;
		table[i].val = rows[i].word ? FIRST_BOOT + (int)i : rows[i].id;
		if (!rows[i].short_name)
			continue;
		*short_options++ = rows[i].short_name;
		if (rows[i].argument)
			*short_options++ = ':';
	}
	*short_options = '\0';
}

/* --nr-cpus 8 becomes "nr_cpus=8": what is right or wrong about it is for `boot` to say, which then
 * says it in the same words as at the prompt. */
static bool add_boot_word(struct options *o, const struct row *row, const char *value,
                          struct message *m)
{
	size_t size = strlen(row->word) + strlen(value) + 2;

	if (size > OPTIONS_BOOT_WORD)
		return fail(m, "--%s: that is too long", row->name);
	if (o->nr_boot == OPTIONS_BOOT)
		return fail(m, "too many options for the first boot");
	o->boot[o->nr_boot] = malloc(size);
	if (!o->boot[o->nr_boot])
		abort();
	snprintf(o->boot[o->nr_boot++], size, "%s=%s", row->word, value);
	return true;
}

/* One option that getopt recognised. Values stay where they are, in argv. */
static bool take(struct options *o, int id, const char *value, struct message *m)
{
	if (id >= FIRST_BOOT)
		return add_boot_word(o, &rows[id - FIRST_BOOT], value, m);
	switch (id) {
	case OPTION_PLAIN: o->plain = true; break;
	case OPTION_BATCH: o->batch = true; break;
	case OPTION_JSON: o->json = o->batch = true; break;
	case OPTION_DETERMINISTIC: o->deterministic = true; break;
	case OPTION_ECHO: o->echo = true; break;
	case OPTION_KEEP_GOING: o->keep_going = true; break;
	case OPTION_NO_ANIMATION: o->no_animation = true; break;
	case OPTION_NO_SETTINGS: o->no_settings = true; break;
	case OPTION_ASCII: o->ascii = true; break;
	case OPTION_TRACE: o->trace = value; break;
	case OPTION_THEME: o->theme = value; break;
	case OPTION_LANG: o->lang = value; break;
	case OPTION_VERSION: o->version = true; break;
	case 'h':
	case OPTION_HELP: o->help = true; break;
	case 'e':
	case OPTION_COMMAND:
		if (o->nr_commands == OPTIONS_COMMANDS)
			return fail(m, "more than %d commands with -e: put them into a script",
			            OPTIONS_COMMANDS);
		o->command[o->nr_commands++] = value;
		o->batch = true;
	}
	return true;
}

/* The option that getopt complained about, as it was typed. */
static bool complain(int c, char **argv, struct message *m)
{
	const char *typed = argv[optind > 0 ? optind - 1 : 0];
	const char short_typed[] = { '-', (char)optopt, '\0' };

	/* A long option leaves its id in optopt, an unknown one 0; a short one its letter. */
	if (optopt > 0 && optopt < FIRST_ID)
		typed = short_typed;
	if (c == ':')
		return fail(m, "%s wants an argument; kmaplab --help lists the options", typed);
	if (optopt >= FIRST_ID)
		return fail(m, "%s takes no argument", typed);
	return fail(m, "there is no option %s; kmaplab --help lists the options", typed);
}

static bool check(const struct options *o, struct message *m)
{
	if (o->plain && o->batch)
		return fail(m, "--plain and --batch exclude each other");
	return true;
}

bool options_read(struct options *o, int argc, char **argv, struct message *m)
{
	struct option table[NR_ROWS + 1] = { 0 };
	char short_options[2 * NR_ROWS + 2];
	int c;

	*o = (struct options){ 0 };
	fill_table(table, short_options);
	opterr = 0;
	while ((c = getopt_long(argc, argv, short_options, table, NULL)) != -1) {
		if (c == '?' || c == ':')
			return complain(c, argv, m);
		if (!take(o, c, optarg, m))
			return false;
	}
	o->nr_files = argc - optind;
	o->file = argv + optind;
	return check(o, m);
}

void options_release(struct options *o)
{
	for (unsigned i = 0; i < o->nr_boot; i++)
		free(o->boot[i]);
	o->nr_boot = 0;
}

/* A line for each row of the table: an option without help cannot be made. */
void options_help(FILE *out)
{
	fputs("usage: kmaplab [OPTIONS] [LESSON | SCRIPT]...\n", out);
	for (const struct subcommand *s = subcommands; s->name; s++)
		fprintf(out, "       kmaplab %s %s\n", s->name, s->arguments);
	fprintf(out, "\n"
	             "A laboratory for Linux high memory. On a terminal it opens the lab; with\n"
	             "standard input from elsewhere it reads commands there.\n\n");
	for (size_t i = 0; i < NR_ROWS; i++) {
		char left[40];

		snprintf(left, sizeof(left), "%c%c%s--%s%s%s", rows[i].short_name ? '-' : ' ',
		         rows[i].short_name ? rows[i].short_name : ' ',
		         rows[i].short_name ? ", " : "  ", rows[i].name,
		         rows[i].argument ? " " : "", rows[i].argument ? rows[i].argument : "");
		fprintf(out, "  %-22s %s\n", left, rows[i].doc);
	}
	fprintf(out,
	        "\nExit status: 0 when all commands went well, 1 when one failed, 2 for wrong\n"
	        "usage, 130 after ^C. See kmaplab(1) and highmem(7).\n");
}

bool option_line(unsigned i, struct option_line *o)
{
	if (i >= NR_ROWS)
		return false;
	*o = (struct option_line){ .name = rows[i].name, .boot_word = rows[i].word,
		                   .argument = rows[i].argument, .doc = rows[i].doc,
		                   .short_name = rows[i].short_name };
	return true;
}

bool is_lesson_file(const char *path)
{
	size_t n = strlen(path);

	return n > 3 && !strcasecmp(path + n - 3, ".md");
}
