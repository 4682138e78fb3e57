/*
 * Themes: how styles look. A theme is a data file, data/themes/NAME.conf or the user's own
 * $XDG_CONFIG_HOME/kmaplab/themes/NAME.conf, with a line for each style of style.def:
 *
 *	NEW = bold 221 yellow bold+reverse
 *
 * its attributes, its colour on a terminal of 256 colours and on one of 8, and the attributes that
 * must do where there are no colours. No meaning rests on any of these alone: behind each stands a
 * glyph, a digit or a word.
 */
#ifndef KMAPLAB_VIEW_THEME_H
#define KMAPLAB_VIEW_THEME_H

#include "machine/message.h"
#include "view/grid.h"

enum look_attribute { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };

/** Colours as terminals number them; this one leaves the terminal's own, which its owner chose to be
 * readable. */
#define COLOUR_DEFAULT (-1)

struct look {
	uint8_t coloured, plain;     /* enum look_attribute, with colours and without */
	int16_t colour256, colour8;
};

struct theme {
	char name[32];
	bool colours;                      /* false: attributes alone, on every terminal */
	int16_t background256, background8;
	struct look look[STYLES];          /* a style that the file does not name looks like TEXT */
	bool named[STYLES];                /* whether it does */
};

/** Reads a theme by name: the user's of that name, or else ours. False with a message, and *t
 * untouched. A name is letters, digits, '-' and '_'. */
bool theme_read(struct theme *t, const char *name, struct message *m);

/** Names of all themes, ours first, with a blank between them, cut to `size` at a whole name. */
void theme_names(char *names, size_t size);

/** The name of a style as a theme writes it. */
const char *style_name(enum style style);

#endif
