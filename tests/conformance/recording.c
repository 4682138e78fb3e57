/*
 * Reading recordings; see recording.h.
 */
#include "recording.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool ok, const char *path, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s: %s\n", path, what);
	exit(99);
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t n = 0, room = 0, got;

	must(f, path, "cannot be opened");
	do {
		if (room - n < 65536)
			text = realloc(text, room += 1 << 20);
		must(text, path, "is too large");
		got = fread(text + n, 1, room - n - 1, f);
		n += got;
	} while (got);
	fclose(f);
	text[n] = '\0';
	return text;
}

void recording_read(struct recording *r, const char *path)
{
	const char *base = strrchr(path, '/');
	size_t room = 0;

	*r = (struct recording){ .text = slurp(path) };
	snprintf(r->name, sizeof(r->name), "%s", base ? base + 1 : path);
	for (char *p = r->text; *p;) {
		char *end = p + strcspn(p, "\n");

		if (r->nr_lines == room)
			r->line = realloc(r->line, (room += 4096) * sizeof(char *));
		must(r->line, path, "has too many lines");
		r->line[r->nr_lines++] = p;
		p = *end ? end + 1 : end;
		*end = '\0';
	}
	must(r->nr_lines && !strncmp(r->line[0], "# real Linux ", 13), path, "is no recording");
}

void recording_free(struct recording *r)
{
	free(r->line);
	free(r->text);
}

static bool is_header(const char *line, const char *section)
{
	size_t n = strlen(section);

	return line[0] == '[' && !strncmp(line + 1, section, n) && !strcmp(line + 1 + n, "]");
}

/* A section's header: "[word]" alone on a line. */
static bool any_header(const char *line)
{
	size_t n = strlen(line);

	return n > 2 && line[0] == '[' && line[n - 1] == ']' && !strchr(line, ' ');
}

static size_t find(const struct recording *r, const char *section)
{
	size_t i = 0;

	while (i < r->nr_lines && !is_header(r->line[i], section))
		i++;
	return i;
}

bool recording_has(const struct recording *r, const char *section)
{
	return find(r, section) < r->nr_lines;
}

const char *recording_line(const struct recording *r, const char *section, size_t i)
{
	size_t at = find(r, section) + 1;

	for (; at < r->nr_lines && !any_header(r->line[at]); at++)
		if (!i--)
			return r->line[at];
	return NULL;
}

size_t recording_section(const struct recording *r, const char *section, size_t *first)
{
	size_t end;

	*first = end = find(r, section) + 1;
	while (end < r->nr_lines && !any_header(r->line[end]))
		end++;
	return end - *first;
}

const char *recording_value(const struct recording *r, const char *section, const char *key)
{
	const char *line;
	size_t n = strlen(key);

	for (size_t i = 0; (line = recording_line(r, section, i)); i++)
		if (!strncmp(line, key, n) && line[n] == '=')
			return line + n + 1;
	return NULL;
}

/* --- configuration ---------------------------------------------------------------------------- */

static bool yes(const struct recording *r, const char *option)
{
	const char *value = recording_value(r, "config", option);

	return value && !strcmp(value, "y");
}

static void set_option(struct boot_config *c, const char *name, bool value)
{
	snprintf(c->option[c->nr_options].name, sizeof(c->option[0].name), "%s", name);
	c->option[c->nr_options++].value = value;
}

static void read_e820(const struct recording *r, struct boot_config *c)
{
	const char *line;

	for (size_t i = 0; (line = recording_line(r, "e820", i)); i++) {
		unsigned long long start, end;
		char type[32];

		if (sscanf(line, "%llx %llx %31[^\n]", &start, &end, type) != 3)
			continue;
		c->e820.entry[c->e820.nr++] = (struct e820_entry){
			start, end + 1, !strcmp(type, "usable") ? E820_RAM : E820_RESERVED
		};
	}
	c->e820_given = true;
}

static enum split_config split_of(unsigned long page_offset)
{
	switch (page_offset) {
	case 0xb0000000: return VMSPLIT_3G_OPT;
	case 0x80000000: return VMSPLIT_2G;
	case 0x78000000: return VMSPLIT_2G_OPT;
	case 0x40000000: return VMSPLIT_1G;
	default: return VMSPLIT_3G;
	}
}

/* "2.6.32.69" is the profile 2.6.32, "6.1.192" is 6.1. */
static void profile_name(char *name)
{
	int dots = 0, keep = name[0] >= '3' ? 1 : 2;

	for (char *p = name; *p; p++)
		if (*p == '.' && ++dots > keep) {
			*p = '\0';
			return;
		}
}

static void read_command_line(const char *header, struct boot_config *c)
{
	const char *p = strstr(header, "command line: ");

	if (!p)
		return;
	p += strlen("command line: ");
	snprintf(c->cmdline, sizeof(c->cmdline), "%.*s", (int)strcspn(p, "["), p);
	for (size_t n = strlen(c->cmdline); n && c->cmdline[n - 1] == ' ';)
		c->cmdline[--n] = '\0';
}

void recording_config(const struct recording *r, struct boot_config *c)
{
	const char *offset = recording_value(r, "config", "CONFIG_PAGE_OFFSET");
	const char *nr_cpus = recording_value(r, "config", "CONFIG_NR_CPUS");
	const char *smp = strstr(r->line[0], "-smp ");

	*c = boot_config_default();
	must(sscanf(r->line[0], "# real Linux %23s", c->kernel) == 1, r->name, "names no kernel");
	profile_name(c->kernel);
	c->highmem = yes(r, "CONFIG_HIGHMEM64G") ? HIGHMEM64G :
	             yes(r, "CONFIG_HIGHMEM4G")  ? HIGHMEM4G :
	                                           NOHIGHMEM;
	c->pae = UNSET;
	c->split = split_of(offset ? strtoul(offset, NULL, 16) : 0xc0000000);
	c->nr_cpus = nr_cpus ? (unsigned)atoi(nr_cpus) : 1;
	c->cpus = smp ? (unsigned)atoi(smp + 5) : 1;
	read_e820(r, c);
	read_command_line(r->line[0], c);
	if (!strcmp(c->kernel, "6.1"))
		set_option(c, "ghes", false); /* the recorded builds were made without it */
	if (yes(r, "CONFIG_DEBUG_HIGHMEM"))
		set_option(c, "debug_highmem", true);
}
