/*
 * Finding, reading and searching the rendered pages. See manual.h.
 *
 * mandoc prints bold as "x BACKSPACE x" and underlined as "_ BACKSPACE x", as for a printer; what
 * stands before a backspace is dropped here. A page is ours, but it lies on a disk: it is bounded,
 * and text_take() lets no control character through.
 */
#include "command/manual.h"

#include "machine/place.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".txt"
#define PAGES_MAX 100
#define PAGE_BYTES (512 * 1024)
#define LINES_SHOWN 3

/* "kmap.9.txt" */
static bool page_name(const char *file, struct manual_page *p)
{
	size_t length = strlen(file), tail = strlen(".9" SUFFIX);

	if (length <= tail || length - tail >= sizeof(p->name) ||
	    strcmp(file + length - strlen(SUFFIX), SUFFIX) != 0 || file[length - tail] != '.')
		return false;
	*p = (struct manual_page){ .section = file[length - tail + 1] };
	memcpy(p->name, file, length - tail);
	return isdigit((unsigned char)p->section);
}

static FILE *open_page(const struct manual *m, const struct manual_page *p)
{
	char path[sizeof(m->folder) + MANUAL_NAME + 16];

	snprintf(path, sizeof(path), "%s/%s.%c" SUFFIX, m->folder, p->name, p->section);
	return fopen(path, "r");
}

/* Takes the marks of bold and underlined out of a line, in place: what is before a backspace, a
 * whole UTF-8 character, goes. */
static void strip(char *line)
{
	char *to = line;

	for (const char *from = line; *from; from++) {
		if (*from != '\b') {
			*to++ = *from;
			continue;
		}
		while (to > line && ((unsigned char)to[-1] & 0xc0) == 0x80)
			to--;
		to -= to > line;
	}
	*to = '\0';
}

/* The sentence of the page's NAME section: what stands behind its dash, down to an empty line. */
static void read_about(const struct manual *m, struct manual_page *p)
{
	static const char dash[] = " \xe2\x80\x93 ";
	FILE *file = open_page(m, p);
	char line[512], *text;
	size_t used = 0;

	for (int i = 0; file && i < 12 && fgets(line, sizeof(line), file); i++) {
		strip(line);
		line[strcspn(line, "\n")] = '\0';
		text = used ? line + strspn(line, " ") : strstr(line, dash);
		if (used && !*text)
			break;
		if (!text)
			continue;
		snprintf(p->about + used, sizeof(p->about) - used, "%s%s", used ? " " : "",
		         used ? text : text + strlen(dash));
		used = strlen(p->about);
	}
	if (file)
		fclose(file);
}

static int by_section(const void *pa, const void *pb)
{
	const struct manual_page *a = pa, *b = pb;

	return a->section != b->section ? a->section - b->section : strcmp(a->name, b->name);
}

/* The pages in the manual's folder. There may be a folder `man` that has none of ours: that of the
 * system is beside the programs in /usr/local. */
static void read_folder(struct manual *m)
{
	DIR *dir = m->folder[0] ? opendir(m->folder) : NULL;

	for (struct dirent *entry; dir && m->n < PAGES_MAX && (entry = readdir(dir));)
		if (page_name(entry->d_name, &m->page[m->n]))
			read_about(m, &m->page[m->n++]);
	if (dir)
		closedir(dir);
}

void manual_read(struct manual *m)
{
	*m = (struct manual){ .page = calloc(PAGES_MAX, sizeof(*m->page)) };
	if (!m->page)
		abort();
	for (unsigned i = 0; !m->n && place_get(i, "man", "KMAPLAB_MAN", m->folder,
	                                        sizeof(m->folder)); i++)
		read_folder(m);
	qsort(m->page, m->n, sizeof(*m->page), by_section);
}

void manual_release(struct manual *m)
{
	free(m->page);
	*m = (struct manual){ 0 };
}

const struct manual_page *manual_find(const struct manual *m, const char *topic)
{
	char name[MANUAL_NAME];
	size_t length = strcspn(topic, "(");
	char section = '\0';

	if (isdigit((unsigned char)topic[0]) && topic[1] == ' ') {
		section = topic[0];
		topic += 2;
		length = strlen(topic);
	} else if (topic[length] == '(') {
		section = topic[length + 1];
	} else if (length > 2 && topic[length - 2] == '.' &&
	           isdigit((unsigned char)topic[length - 1])) {
		length -= 2;
		section = topic[length + 1];
	}
	if (length >= sizeof(name))
		return NULL;
	memcpy(name, topic, length);
	name[length] = '\0';
	for (unsigned i = 0; i < m->n; i++)
		if (strcasecmp(m->page[i].name, name) == 0 &&
		    (!section || section == m->page[i].section))
			return &m->page[i];
	return NULL;
}

char *manual_text(const struct manual *m, const struct manual_page *page, struct message *why)
{
	FILE *file = open_page(m, page);
	struct text t = { 0 };
	char line[2048];

	if (!file) {
		fail(why, "the text of %s(%c) cannot be read", page->name, page->section);
		return NULL;
	}
	while (t.length < PAGE_BYTES && fgets(line, sizeof(line), file)) {
		strip(line);
		text_add(&t, "%s", line);
	}
	fclose(file);
	return text_take(&t);
}

/* The lines of one page. Its name counts as one. */
static unsigned search_page(const struct manual *m, const struct manual_page *p, const char *word,
                            struct text *t)
{
	bool named = strcasestr(p->name, word) || strcasestr(p->about, word);
	struct message why;
	char *text = manual_text(m, p, &why), *rest = text, *line;
	unsigned found = named ? 1 : 0, shown = LINES_SHOWN + found;

	if (named)
		text_add(t, "%s(%c)  %s\n", p->name, p->section, p->about);
	while (rest && (line = strsep(&rest, "\n"))) {
		if (!strcasestr(line, word))
			continue;
		if (found++ == 0)
			text_add(t, "%s(%c)  %s\n", p->name, p->section, p->about);
		if (found <= shown)
			text_add(t, "    %s\n", line + strspn(line, " "));
	}
	free(text);
	return found;
}

unsigned manual_search(const struct manual *m, const char *word, struct text *t)
{
	unsigned found = 0;

	for (unsigned i = 0; i < m->n; i++)
		found += search_page(m, &m->page[i], word, t);
	return found;
}
