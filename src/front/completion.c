/*
 * kmaplab completion bash|zsh|fish: a shell's completion for kmaplab, made of the program's tables.
 *
 * Options come from options.def, subcommands from subcommands.def and lesson_cli.c. What a value
 * can be is asked of the same engine that completes at the prompt (command/complete.h): the words of
 * `boot kernel=` are those of `--kernel`. So whoever adds a kernel, a theme or a subcommand has it
 * completed in three shells without knowing it. `make` writes the three files, `make install` puts
 * them where the shells look.
 */
#include "front/fronts.h"
#include "front/lesson_cli.h"
#include "front/subcommand.h"

#include "lab/did_you_mean.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 2048

/* What can stand behind a line that is being typed at the prompt, separated by blanks. Files are
 * left to the shell. */
static void prompt_words(const char *line, char *words, size_t size)
{
	struct session *s = session_new();
	struct interp *in = interp_new(s);
	size_t start, n, used = 0;
	struct candidate *c = complete(in, line, strlen(line), &start, &n);

	words[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		const char *equals = strchr(c[i].text, '=');
		int length = snprintf(words + used, size - used, "%s%s", used ? " " : "",
		                      equals ? equals + 1 : c[i].text);

		if (length < 0 || (size_t)length >= size - used)
			break;
		used += (size_t)length;
	}
	candidates_free(c, n);
	interp_free(in);
	session_free(s);
}

static bool wants_file(const struct option_line *o)
{
	return o->argument && !strcmp(o->argument, "FILE");
}

/* The words that an option's argument can be; "" where anything can stand. */
static void option_words(const struct option_line *o, char *words, size_t size)
{
	char line[64];

	words[0] = '\0';
	if (wants_file(o))
		return;
	if (o->boot_word)
		snprintf(line, sizeof line, "boot %s=", o->boot_word);
	else if (!strcmp(o->name, "theme"))
		snprintf(line, sizeof line, "set theme ");
	else if (!strcmp(o->name, "command"))
		line[0] = '\0';
	else
		return;
	prompt_words(line, words, size);
}

/* The first words of the program's own lines, for `kmaplab TAB` and `kmaplab lesson TAB`. */
static void subcommand_words(char *words, size_t size)
{
	size_t used = 0;

	words[0] = '\0';
	for (const struct subcommand *s = subcommands; s->name; s++)
		used += (size_t)snprintf(words + used, size - used, "%s%s", used ? " " : "",
		                         s->name);
}

static void lesson_words(char *words, size_t size)
{
	const char *doc, *name;
	size_t used = 0;

	words[0] = '\0';
	for (unsigned i = 0; (name = lesson_verb(i, &doc)); i++)
		used += (size_t)snprintf(words + used, size - used, "%s%s", used ? " " : "", name);
}

/* --- bash ------------------------------------------------------------------------------------- */

static void bash_values(void)
{
	char words[WORDS];
	struct option_line o;

	for (unsigned i = 0; option_line(i, &o); i++) {
		if (!o.argument)
			continue;
		option_words(&o, words, sizeof words);
		printf("\t--%s%s%c) ", o.name, o.short_name ? "|-" : "",
		       o.short_name ? o.short_name : ' ');
		if (wants_file(&o))
			printf("mapfile -t COMPREPLY < <(compgen -f -- \"$word\") ;;\n");
		else
			printf("mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\") ;;\n", words);
	}
}

static void bash(void)
{
	char words[WORDS], lesson[WORDS];
	struct option_line o;

	subcommand_words(words, sizeof words);
	lesson_words(lesson, sizeof lesson);
	puts("# bash completion for kmaplab; made by `kmaplab completion bash`.\n"
	     "_kmaplab()\n"
	     "{\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
	     "\tCOMPREPLY=()\n"
	     "\tcase $before in");
	bash_values();
	printf("\t*)\n"
	       "\t\tif [[ ${COMP_WORDS[1]} == lesson && $COMP_CWORD -eq 2 ]]; then\n"
	       "\t\t\tmapfile -t COMPREPLY < <(compgen -W '%s' -- \"$word\")\n"
	       "\t\telif [[ $word == -* ]]; then\n"
	       "\t\t\tmapfile -t COMPREPLY < <(compgen -W '", lesson);
	for (unsigned i = 0; option_line(i, &o); i++)
		printf("%s--%s", i ? " " : "", o.name);
	printf("' -- \"$word\")\n"
	       "\t\telse\n"
	       "\t\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$word\"\n"
	       "\t\t\t\t[[ $COMP_CWORD -gt 1 ]] || compgen -W '%s' -- \"$word\")\n"
	       "\t\tfi ;;\n"
	       "\tesac\n"
	       "}\n"
	       "complete -o filenames -F _kmaplab kmaplab\n", words);
}

/* --- zsh -------------------------------------------------------------------------------------- */

/* Prints a sentence for a place where ' ends the word and : [ ] have a meaning. */
static void zsh_text(const char *s)
{
	for (; *s; s++) {
		if (*s == '\'')
			fputs("'\\''", stdout);
		else if (strchr(":[]", *s))
			printf("\\%c", *s);
		else
			putchar(*s);
	}
}

static void zsh_option(const struct option_line *o)
{
	char words[WORDS];

	option_words(o, words, sizeof words);
	printf("\t\t'%s--%s%s[", !strcmp(o->name, "command") ? "*" : "", o->name,
	       o->argument ? "=" : "");
	zsh_text(o->doc);
	putchar(']');
	if (o->argument)
		printf(":%s:%s%s%s", o->argument, wants_file(o) ? "_files" : words[0] ? "(" : " ",
		       words, words[0] ? ")" : "");
	puts("' \\");
}

static void zsh(void)
{
	struct option_line o;
	const char *doc, *name;

	puts("#compdef kmaplab\n"
	     "# zsh completion for kmaplab; made by `kmaplab completion zsh`.\n"
	     "_kmaplab()\n"
	     "{\n"
	     "\tlocal -a subcommands verbs\n"
	     "\tsubcommands=(");
	for (const struct subcommand *s = subcommands; s->name; s++) {
		printf("\t\t'%s:", s->name);
		zsh_text(s->doc);
		puts("'");
	}
	puts("\t)\n\tverbs=(");
	for (unsigned i = 0; (name = lesson_verb(i, &doc)); i++) {
		printf("\t\t'%s:", name);
		zsh_text(doc);
		puts("'");
	}
	puts("\t)\n"
	     "\tif (( CURRENT == 3 )) && [[ $words[2] == lesson ]]; then\n"
	     "\t\t_describe verb verbs\n"
	     "\t\treturn\n"
	     "\tfi\n"
	     "\t_arguments -s \\");
	for (unsigned i = 0; option_line(i, &o); i++)
		zsh_option(&o);
	puts("\t\t'1: :{ _describe subcommand subcommands; _files }' \\\n"
	     "\t\t'*:file:_files'\n"
	     "}\n"
	     "_kmaplab \"$@\"");
}

/* --- fish ------------------------------------------------------------------------------------- */

/* In fish's single quotes only ' and \ are special. */
static void fish_text(const char *s)
{
	putchar('\'');
	for (; *s; s++)
		printf(strchr("'\\", *s) ? "\\%c" : "%c", *s);
	putchar('\'');
}

static void fish_option(const struct option_line *o)
{
	char words[WORDS];

	option_words(o, words, sizeof words);
	printf("complete -c kmaplab -l %s", o->name);
	if (o->short_name)
		printf(" -s %c", o->short_name);
	if (o->argument)
		fputs(wants_file(o) ? " -r -F" : " -x", stdout);
	if (words[0]) {
		fputs(" -a ", stdout);
		fish_text(words);
	}
	fputs(" -d ", stdout);
	fish_text(o->doc);
	putchar('\n');
}

static void fish(void)
{
	struct option_line o;
	const char *doc, *name;

	puts("# fish completion for kmaplab; made by `kmaplab completion fish`.");
	for (unsigned i = 0; option_line(i, &o); i++)
		fish_option(&o);
	for (const struct subcommand *s = subcommands; s->name; s++) {
		printf("complete -c kmaplab -n __fish_use_subcommand -a %s -d ", s->name);
		fish_text(s->doc);
		putchar('\n');
	}
	for (unsigned i = 0; (name = lesson_verb(i, &doc)); i++) {
		printf("complete -c kmaplab -n '__fish_seen_subcommand_from lesson' -a %s -d ",
		       name);
		fish_text(doc);
		putchar('\n');
	}
}

static const struct {
	const char *name;
	void (*print)(void);
} shells[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

int completion_main(int argc, char **argv)
{
	for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++) {
		if (strcmp(argv[1], shells[i].name) != 0)
			continue;
		shells[i].print();
		return fflush(stdout) == 0 ? EXIT_GOOD : EXIT_FAILED;
	}
	fputs("kmaplab completion: one of bash, zsh, fish; for example\n"
	      "  kmaplab completion bash > ~/.local/share/bash-completion/completions/kmaplab\n",
	      stderr);
	return EXIT_USAGE;
}
