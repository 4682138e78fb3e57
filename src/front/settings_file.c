/*
 * $XDG_CONFIG_HOME/kmaplab/settings.conf: lines of a setting's name and its value, as `set` takes
 * them, in the form that all our data files have (machine/conf.h).
 *
 * It is written when somebody says so (`save-settings`) and never by itself: what was set for an hour in
 * front of a class shall not be there the next day. And it is read only where somebody sits in front
 * of a screen or a prompt: scripts, grading and recordings do the same for everybody.
 *
 * Whatever is in it, the lab starts. Only what concerns how things are shown can be said in it: the
 * settings that break or allow something are a machine's.
 */
#include "front/settings_file.h"

#include "command/settings.h"
#include "lab/home.h"
#include "machine/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "settings.conf"

struct loading {
	struct interp *in;
	struct message *m;
	unsigned wrong; /* lines */
};

static bool set_line(struct interp *in, const struct conf_line *line, struct message *m)
{
	const char *name = line->word[0];
	struct message why;

	if (setting_get(in, name) && !setting_default(name))
		return conf_fail(m, line, 0, "%.40s is set for one machine, and not kept", name);
	if (line->nr_words != 2)
		return conf_fail(m, line, line->nr_words < 2 ? 1 : 2,
		                 "a line has the name of a setting and its value");
	if (!setting_set(in, name, line->word[1], &why))
		return conf_fail(m, line, setting_default(name) ? 1 : 0, "%s", why.text);
	return true;
}

/* Of several complaints the first is told; the lines behind it count all the same. */
static bool take_line(void *ctx, const struct conf_line *line, struct message *m)
{
	struct loading *l = ctx;
	struct message here;

	(void)m;
	if (!set_line(l->in, line, l->wrong ? &here : l->m))
		l->wrong++;
	return true;
}

bool settings_file_load(struct interp *in, struct message *m)
{
	struct loading l = { .in = in, .m = m };
	struct message broken;
	char path[PATH_MAX];

	if (!home_config_path(NAME, path, sizeof(path), m) || access(path, F_OK) != 0)
		return true; /* there is nothing to read */
	if (!conf_read(path, take_line, &l, &broken) && !l.wrong++)
		*m = broken;
	return !l.wrong;
}

/* --- writing ---------------------------------------------------------------------------------- */

/* The comments of the file that is there, each on its line. */
static void copy_comments(FILE *to, const char *path)
{
	static const char first[] = "# Settings of kmaplab: what save-settings wrote. See kmaplab(1).\n";
	FILE *from = fopen(path, "re");
	char line[CONF_MAX_LINE];

	fputs(first, to);
	while (from && fgets(line, sizeof(line), from))
		if (line[strspn(line, " \t")] == '#' && strchr(line, '\n') && strcmp(line, first) != 0)
			fputs(line, to);
	if (from)
		fclose(from);
}

static bool write_settings(const struct interp *in, const char *path, const char *beside)
{
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
	const char *name, *values, *doc;
	bool good;

	if (!file)
		return false;
	copy_comments(file, path);
	for (unsigned i = 0; (name = setting_name(i, &values, &doc)); i++)
		if (setting_default(name) && strcmp(setting_default(name), setting_get(in, name)) != 0)
			fprintf(file, "%s %s\n", name, setting_get(in, name));
	good = !ferror(file) && fflush(file) == 0;
	return fclose(file) == 0 && good;
}

bool settings_file_save(const struct interp *in, char *path, size_t size, struct message *m)
{
	char beside[PATH_MAX + 32];
	int error;

	if (!home_config_path(NAME, path, size, m))
		return false;
	home_make_folders(path);
	/* Beside it first: a crash in the middle leaves the old one. */
	snprintf(beside, sizeof(beside), "%s.%ld", path, (long)getpid());
	if (write_settings(in, path, beside) && rename(beside, path) == 0)
		return true;
	error = errno;
	unlink(beside);
	return fail(m, "%.150s cannot be written: %s", path, strerror(error));
}
