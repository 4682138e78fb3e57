/*
 * Arguments that are one of some words, each with what it means: zones, splits, values of settings. And
 * the files of our data folders, which say in a line what they are ("title = ...").
 */
#include "command/complete.h"
#include "command/settings.h"

#include "kernel/gfp.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct word {
	enum arg_kind kind;
	const char *word, *doc;
};

static const struct word words[] = {
	{ ARG_ZONE, "highmem", "what the kernel has no address for" },
	{ ARG_ZONE, "normal", "low memory above 16 MB" },
	{ ARG_ZONE, "dma", "the first 16 MB" },
	{ ARG_SPLIT, "3g", "user space 3 GB, kernel 1 GB: 896 MB of low memory" },
	{ ARG_SPLIT, "3g_opt", "a little less for user space: 1 GB of RAM fits into low memory" },
	{ ARG_SPLIT, "2g", "user space 2 GB, kernel 2 GB" },
	{ ARG_SPLIT, "2g_opt", "a little less for user space: 2 GB of RAM fit into low memory" },
	{ ARG_SPLIT, "1g", "user space 1 GB, kernel 3 GB" },
	{ ARG_SPLIT, "3.5g", "user space 3.5 GB, kernel half a GB: 2.4-aa" },
	{ ARG_SPLIT, "4g4g", "an address space each: rhel3-hugemem; every way in changes CR3" },
	{ ARG_HIGHMEM, "off", "NOHIGHMEM: what lies above low memory is lost" },
	{ ARG_HIGHMEM, "4g", "HIGHMEM4G: up to 4 GB, without PAE" },
	{ ARG_HIGHMEM, "64g", "HIGHMEM64G: up to 64 GB, with PAE" },
	{ ARG_YESNO, "yes", "with it" },
	{ ARG_YESNO, "no", "without it" },
	{ ARG_DEVICE_VERB, "add", "a new device" },
	{ ARG_DEVICE_VERB, "list", "the devices and the bounce pages" },
	{ ARG_DIRECTION, "read", "from the device into memory" },
	{ ARG_DIRECTION, "write", "from memory to the device" },
	{ ARG_DMA, "isa", "24 address lines: the first 16 MiB" },
	{ ARG_DMA, "32", "32 address lines: the first 4 GiB" },
	{ ARG_DMA, "64", "dual address cycles: everything" },
	{ ARG_LIMIT, "high", "the end of low memory" },
	{ ARG_GFP, "GFP_KERNEL", "may sleep, reclaim and start I/O; low memory" },
	{ ARG_GFP, "GFP_ATOMIC", "must not sleep; may go below the watermark" },
	{ ARG_GFP, "GFP_HIGHUSER", "user pages: may sleep, and high memory will do" },
	{ ARG_GFP, "GFP_USER", "for user space, but where the kernel reaches it" },
	{ ARG_GFP, "GFP_NOIO", "may sleep, but start no I/O" },
	{ ARG_GFP, "GFP_NOFS", "may sleep, but not call a file system" },
	{ ARG_GFP, "GFP_NOWAIT", "must not sleep, and takes no reserve" },
	{ ARG_GFP, "GFP_DMA", "the first 16 MB" },
	{ ARG_GFP, "__GFP_HIGHMEM", "high memory will do" },
	{ ARG_GFP, "__GFP_DMA", "the first 16 MB" },
	{ ARG_GFP, "__GFP_WAIT", "may sleep" },
	{ ARG_GFP, "__GFP_HIGH", "may go below the watermark" },
	{ ARG_GFP, "__GFP_ZERO", "filled with zeros" },
	{ ARG_GFP, "__GFP_NOFAIL", "tries for ever" },
	{ ARG_GFP, "__GFP_NORETRY", "gives up at once" },
};

/* What a value of a setting is; where the setting's own sentence says it, that. */
static const struct {
	const char *setting, *value, *doc;
} value_docs[] = {
	{ "animation", "on", "each command's steps are played, or told in plain lines" },
	{ "animation", "off", "results at once" },
	{ "animation", "step", "each picture waits for a key" },
	{ "theme", "dark", "for a dark background" },
	{ "theme", "light", "for a light background" },
	{ "theme", "contrast", "few colours, as strong as can be" },
	{ "theme", "mono", "no colours: bold, underlined, inverted" },
	{ "print", "normal", "as much as there is room for" },
	{ "print", "large", "one pane, few words, wide spacing, for the back row" },
	{ "mouse", "on", "a click tells what something is" },
	{ "mouse", "off", "the terminal selects text" },
	{ "paranoid", "on", "the invariants are checked after every step" },
	{ "paranoid", "off", "they are not" },
};

static const char *value_doc(const char *setting, const char *value, const char *doc)
{
	for (size_t i = 0; i < sizeof(value_docs) / sizeof(value_docs[0]); i++)
		if (!strcmp(value_docs[i].setting, setting) && !strcmp(value_docs[i].value, value))
			return value_docs[i].doc;
	return strcmp(setting, "theme") ? doc : "a theme of your own";
}

/* The next of some words; false behind the last. */
static bool next_word(const char **words_left, char *word, size_t size)
{
	size_t n;

	*words_left += strspn(*words_left, " ");
	n = strcspn(*words_left, " ");
	snprintf(word, size, "%.*s", (int)n, *words_left);
	*words_left += n;
	return n;
}

/* The values of the setting named before. */
static void values(struct completion *k)
{
	const struct front_ops *front = k->in->front;
	const char *name, *all, *doc;
	char themes[512] = "", value[64];

	if (front && front->themes)
		front->themes(k->in->front_ctx, themes, sizeof(themes));
	for (unsigned i = 0; (name = setting_name(i, &all, &doc)); i++) {
		if (strcmp(name, k->first) != 0 || isdigit((unsigned char)all[0]))
			continue;
		if (*themes && !strcmp(name, "theme"))
			all = themes;
		while (next_word(&all, value, sizeof(value)))
			offer(k, value, value_doc(name, value, doc));
	}
}

/* Names without a sentence here are offered with what all of them are. */
static void gfps(struct completion *k)
{
	for (unsigned i = 0; gfp_name(i); i++) {
		const char *doc = "how urgent, and with what";

		for (size_t n = 0; n < sizeof(words) / sizeof(words[0]); n++)
			if (!strcmp(words[n].word, gfp_name(i)))
				doc = words[n].doc;
		offer(k, gfp_name(i), doc);
	}
}

/* --- data files ------------------------------------------------------------------------------- */

/* Stops at the title: what stands behind it need not be read. */
static bool take_title(void *ctx, const struct conf_line *line, struct message *m)
{
	(void)m;
	if (strcmp(line->word[0], "title") != 0)
		return true;
	conf_line_rest(line, 1, ctx, 100);
	return false;
}

static void data_files(struct completion *k, const char *folder, const char *what)
{
	char list[1024], name[64], path[PATH_MAX], title[100];
	const char *left = list;
	struct message m;

	conf_data_names(folder, list, sizeof(list));
	while (next_word(&left, name, sizeof(name))) {
		title[0] = '\0';
		if (conf_data_find(folder, name, what, path, sizeof(path), &m))
			conf_read(path, take_title, title, &m);
		offer(k, name, *title ? title : what);
	}
}

void complete_words(struct completion *k, enum arg_kind kind)
{
	switch (kind) {
	case ARG_VALUE: values(k); return;
	case ARG_GFP: gfps(k); return;
	case ARG_KERNEL: data_files(k, "kernels", "a kernel"); return;
	case ARG_CPU_MODEL: data_files(k, "cpus", "a CPU model"); return;
	default: break;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].kind == kind)
			offer(k, words[i].word, words[i].doc);
}
