/*
 * The table of settings, and how each sort is read and changed.
 */
#include "command/settings.h"

#include "command/arg.h"
#include "lab/paranoid.h"
#include "machine/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void apply_paranoid(struct interp *in, const char *value)
{
	session_set_paranoid(in->session, strcmp(value, "on") == 0, 0);
}

/* Shown settings take one of some words, or (min < max) a number. */
static const struct setting {
	const char *name, *value;
	const char *words; /* separated by blanks */
	unsigned min, max;
	const char *doc;
	void (*apply)(struct interp *in, const char *value); /* NULL: who shows asks for it */
} settings[] = {
	{ "animation", "on", "on off step", 0, 0,
	  "Whether a command's steps are played on the screen, or told in plain lines; step: each "
	  "picture waits for a key.", NULL },
	{ "speed", "70", "10 to 2000", 10, 2000,
	  "Milliseconds that each picture of an animation stays.", NULL },
	{ "theme", "dark", "dark light contrast mono", 0, 0,
	  "The palette of the screen: one of these, or a theme of your own.", NULL },
	{ "print", "normal", "normal large", 0, 0,
	  "large: one pane, few words, wide spacing, for the back row.", NULL },
	{ "mouse", "on", "on off", 0, 0,
	  "Whether the mouse points at things, or selects text as the terminal does.", NULL },
	{ "paranoid", "off", "on off", 0, 0,
	  "Whether the invariants are checked after every step, and a command that breaks one stops "
	  "with an error.", apply_paranoid },
};
#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

void settings_init(struct interp *in)
{
	in->setting = calloc(SETTINGS, sizeof(*in->setting));
	if (!in->setting)
		abort();
	for (unsigned i = 0; i < SETTINGS; i++)
		snprintf(in->setting[i], sizeof(in->setting[i]), "%s", settings[i].value);
}

const char *setting_name(unsigned i, const char **values, const char **doc)
{
	if (i < SETTINGS) {
		*values = settings[i].words;
		*doc = settings[i].doc;
		return settings[i].name;
	}
	if (i - SETTINGS >= KNOBS)
		return NULL;
	*values = "on off";
	*doc = knob_doc((enum knob)(i - SETTINGS));
	return knob_name((enum knob)(i - SETTINGS));
}

static int setting_find(const char *name)
{
	for (unsigned i = 0; i < SETTINGS; i++)
		if (strcmp(settings[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *setting_default(const char *name)
{
	int i = setting_find(name);

	return i >= 0 ? settings[i].value : NULL;
}

static int knob_find(const char *name)
{
	for (unsigned i = 0; i < KNOBS; i++)
		if (strcmp(knob_name((enum knob)i), name) == 0)
			return (int)i;
	return -1;
}

const char *setting_get(const struct interp *in, const char *name)
{
	int i = setting_find(name), knob = knob_find(name);

	if (i >= 0)
		return in->setting[i];
	if (knob < 0)
		return NULL;
	return session_world(in->session) && session_knob(in->session, (enum knob)knob) ? "on" :
	                                                                                  "off";
}

/* A theme may be the user's own: whoever shows things knows whether there is one. */
static bool is_theme(const struct interp *in, const char *name, struct message *m)
{
	return in->front->theme(in->front_ctx, name, m);
}

/* Whether `value` is one of the words. */
static bool among(const char *words, const char *value)
{
	size_t n = strlen(value);

	for (const char *s = words; *s; s += strspn(s, " ")) {
		size_t length = strcspn(s, " ");

		if (length == n && memcmp(s, value, n) == 0)
			return true;
		s += length;
	}
	return false;
}

static bool fits(const struct setting *s, const char *value)
{
	uint64_t n;

	if (s->min < s->max)
		return conf_number(value, &n) && n >= s->min && n <= s->max;
	return among(s->words, value);
}

static bool unknown(const char *name, struct message *m)
{
	const char *names[SETTINGS + KNOBS], *values, *doc;
	char near[64];

	for (unsigned i = 0; i < SETTINGS + KNOBS; i++)
		names[i] = setting_name(i, &values, &doc);
	return fail(m, "There is no setting '%s'%s", name,
	            suggestion(name, names, SETTINGS + KNOBS, near, sizeof(near))[0] ?
	            near : "; `set` lists them");
}

bool setting_set(struct interp *in, const char *name, const char *value, struct message *m)
{
	int i = setting_find(name), knob = knob_find(name);
	bool on;

	if (i < 0 && knob < 0)
		return unknown(name, m);
	if (i >= 0) {
		bool theme = !strcmp(name, "theme") && in->front && in->front->theme;

		if (theme && (strlen(value) >= sizeof(in->setting[i]) || !is_theme(in, value, m)))
			return false;
		if (!theme && !fits(&settings[i], value))
			return fail(m, "%s cannot be '%s': it takes %s", name, value,
			            settings[i].words);
		snprintf(in->setting[i], sizeof(in->setting[i]), "%s", value);
		if (settings[i].apply)
			settings[i].apply(in, value);
		return true;
	}
	if (!conf_bool(value, &on))
		return fail(m, "%s cannot be '%s': it takes on or off", name, value);
	if (!need_world(in, m))
		return false;
	session_set_knob(in->session, (enum knob)knob, on);
	return true;
}
