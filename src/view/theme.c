/*
 * Reading themes. The folders: the XDG base directory specification's for what users write, then
 * the data folder. See theme.h for the format, and data/themes/dark.conf for a reason behind each
 * colour.
 */
#include "view/theme.h"

#include "lab/home.h"
#include "machine/conf.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const style_names[STYLES] = {
#define STYLE(name, doc) #name,
#include "view/style.def"
#undef STYLE
};

const char *style_name(enum style style)
{
	return style_names[style];
}

/* --- one line --------------------------------------------------------------------------------- */

/* "bold+reverse", or "normal". */
static bool read_attributes(const char *word, uint8_t *attributes)
{
	static const char *const names[] = { "bold", "dim", "underline", "reverse" };

	*attributes = 0;
	if (!strcmp(word, "normal"))
		return true;
	for (;;) {
		size_t n = strcspn(word, "+"), i = 0;

		while (i < 4 && (strlen(names[i]) != n || strncmp(names[i], word, n) != 0))
			i++;
		if (i == 4)
			return false;
		*attributes |= (uint8_t)(1u << i);
		if (!word[n])
			return true;
		word += n + 1;
	}
}

/* A number of the terminal's palette below `colours`, one of the eight names, or "default". */
static bool read_colour(const char *word, unsigned colours, int16_t *colour)
{
	static const char *const names[] = { "black", "red", "green", "yellow", "blue", "magenta",
		                             "cyan", "white" };
	uint64_t n;

	*colour = COLOUR_DEFAULT;
	if (!strcmp(word, "default"))
		return true;
	for (int i = 0; i < 8; i++)
		if (!strcmp(word, names[i])) {
			*colour = (int16_t)i;
			return true;
		}
	if (!conf_number(word, &n) || n >= colours)
		return false;
	*colour = (int16_t)n;
	return true;
}

static bool read_colours(const struct conf_line *line, unsigned first, int16_t *colour256,
                         int16_t *colour8, struct message *m)
{
	if (!read_colour(line->word[first], 256, colour256))
		return conf_fail(m, line, first, "a colour is 0 to 255, one of eight names, or default");
	if (!read_colour(line->word[first + 1], 8, colour8))
		return conf_fail(m, line, first + 1,
		                 "a colour of eight is black, red, green, yellow, blue, magenta, "
		                 "cyan, white, or default");
	return true;
}

static bool read_look(struct theme *t, enum style style, const struct conf_line *line,
                      struct message *m)
{
	struct look *look = &t->look[style];

	if (line->nr_words != 5)
		return conf_fail(m, line, line->nr_words < 5 ? line->nr_words : 5,
		                 "a style has attributes, a colour of 256, one of 8, and attributes "
		                 "for where there are no colours");
	if (!read_attributes(line->word[1], &look->coloured))
		return conf_fail(m, line, 1, "attributes are normal, or bold, dim, underline, reverse "
		                             "with + between them");
	if (!read_attributes(line->word[4], &look->plain))
		return conf_fail(m, line, 4, "attributes are normal, or bold, dim, underline, reverse "
		                             "with + between them");
	t->named[style] = true;
	return read_colours(line, 2, &look->colour256, &look->colour8, m);
}

static bool read_line(void *ctx, const struct conf_line *line, struct message *m)
{
	struct theme *t = ctx;

	if (!strcmp(line->word[0], "colours"))
		return line->nr_words == 2 && conf_bool(line->word[1], &t->colours) ?
		               true :
		               conf_fail(m, line, 1, "colours are on or off");
	if (!strcmp(line->word[0], "background"))
		return line->nr_words == 3 ?
		               read_colours(line, 1, &t->background256, &t->background8, m) :
		               conf_fail(m, line, line->nr_words, "a background is a colour of 256 "
		                                                  "and one of 8");
	for (int i = 0; i < STYLES; i++)
		if (!strcmp(line->word[0], style_names[i]))
			return read_look(t, (enum style)i, line, m);
	return conf_fail(m, line, 0, "there is no style of that name");
}

/* --- files ------------------------------------------------------------------------------------ */

static bool is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return n && n < 32 && !name[n];
}

/* The folder of the user's own; false without a home. */
static bool own_folder(char *path, size_t size)
{
	struct message m;

	return home_config_path("themes", path, size, &m);
}

static bool find(const char *name, char *path, size_t size, struct message *m)
{
	char folder[PATH_MAX];

	if (!is_name(name))
		return fail(m, "'%.40s' cannot be the name of a theme", name);
	if (own_folder(folder, sizeof(folder)) &&
	    snprintf(path, size, "%s/%s.conf", folder, name) < (int)size && access(path, F_OK) == 0)
		return true;
	return conf_data_find("themes", name, "theme", path, size, m);
}

bool theme_read(struct theme *t, const char *name, struct message *m)
{
	struct theme new = { .colours = true, .background256 = COLOUR_DEFAULT,
		             .background8 = COLOUR_DEFAULT };
	char path[PATH_MAX + 64];

	for (int i = 0; i < STYLES; i++)
		new.look[i].colour256 = new.look[i].colour8 = COLOUR_DEFAULT;
	if (!find(name, path, sizeof(path), m) || !conf_read(path, read_line, &new, m))
		return false;
	for (int i = 0; i < STYLES; i++)
		if (!new.named[i])
			new.look[i] = new.look[STYLE_TEXT];
	snprintf(new.name, sizeof(new.name), "%s", name);
	*t = new;
	return true;
}

static bool is_among(const char *names, const char *name, size_t n)
{
	for (const char *s = names; (s = strstr(s, name)); s += n)
		if ((s == names || s[-1] == ' ') && (s[n] == ' ' || !s[n]))
			return true;
	return false;
}

static void add_own(char *names, size_t size, const char *file)
{
	size_t n = strlen(file), used = strlen(names);
	char name[32];

	if (n < 6 || strcmp(file + n - 5, ".conf") != 0 || n - 5 >= sizeof(name))
		return;
	memcpy(name, file, n - 5);
	name[n - 5] = '\0';
	if (is_name(name) && !is_among(names, name, n - 5) && used + n + 2 < size)
		snprintf(names + used, size - used, "%s%s", used ? " " : "", name);
}

void theme_names(char *names, size_t size)
{
	char folder[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	conf_data_names("themes", names, size);
	dir = own_folder(folder, sizeof(folder)) ? opendir(folder) : NULL;
	while (dir && (entry = readdir(dir)))
		add_own(names, size, entry->d_name);
	if (dir)
		closedir(dir);
}
