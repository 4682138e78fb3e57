/*
 * The view `help`: the text of a topic, the same that `help TOPIC` answers, to keep beside what one
 * does; without a topic the list of them. The texts are made from the tables by the command floor.
 *
 * Words that lead on are spots: a man page, kmap(9), wherever it is named; the topics behind "See
 * also:"; in the list, every command. Which words they are is read from the cells that were drawn, so
 * that a link lies where its word lies however the text was wrapped.
 */
#include "view/draw.h"

#include "command/command.h"
#include "command/complete.h"
#include "command/interp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool takes(const char *args, struct message *m)
{
	char *text = *args ? help_text(args) : NULL;
	bool found = !*args || text;

	free(text);
	return found ? true : fail(m, "there is no help on %.40s", args);
}

static bool in_word(uint32_t ch)
{
	return ch < 128 && (isalnum((int)ch) || (ch && strchr("_-.()", (int)ch)));
}

/* The word that begins at a cell of an area, cut at `size`; its length. */
static int word_at(struct area a, int y, int x, char *word, int size)
{
	int n = 0;

	while (x + n < a.cols && n < size - 1) {
		uint32_t ch = grid_cell(a.grid, a.y + y, a.x + x + n)->ch;

		if (!in_word(ch))
			break;
		word[n++] = (char)ch;
	}
	word[n] = '\0';
	return n;
}

/* Commands and the topics of `help`: what stands in lists. Nothing is read from a disk for a frame. */
static bool is_topic(const char *word)
{
	const char *name, *doc;

	for (unsigned i = 0; (name = help_topic(i, &doc)); i++)
		if (strcmp(name, word) == 0)
			return true;
	return command_find(word);
}

/* "kmap(9)" becomes "man kmap.9"; a topic, where topics stand, the view of its text. */
static bool link_command(const char *word, bool topics, char *command, size_t size)
{
	size_t n = strcspn(word, "(");

	if (n && n < SPOT_NAME - 3 && word[n] == '(' && isdigit((unsigned char)word[n + 1]) &&
	    strncmp(word + n + 2, ")", 1) == 0) {
		snprintf(command, size, "man %.*s.%c", (int)n, word, word[n + 1]);
		return true;
	}
	snprintf(command, size, "view help %s", word);
	return topics && is_topic(word);
}

/* Things that can be pointed at have a name each; of a word that comes twice the first is the link. */
static bool is_link(const struct spots *spots, const char *word)
{
	for (unsigned i = 0; i < spots->n; i++)
		if (strcmp(spots->spot[i].name, word) == 0)
			return true;
	return false;
}

/* Makes spots of the words of a text that lead on. `topics`: each word may. */
static void add_links(struct area a, const struct view_state *s, bool topics)
{
	char word[SPOT_NAME], command[SPOT_COMMAND];

	for (int y = 0; y < a.rows; y++) {
		word_at(a, y, 0, word, sizeof(word));
		topics |= strcmp(word, "See") == 0;
		for (int x = 0, n; x < a.cols; x += n + 1) {
			n = word_at(a, y, x, word, sizeof(word));
			if (n && link_command(word, topics, command, sizeof(command)) &&
			    !is_link(s->spots, word) &&
			    spot_add(s->spots, a, y, x, 1, n, command, "%s", word))
				draw_focus(a, y, x, 1, n);
		}
	}
}

static void draw(struct area a, const struct view_state *s)
{
	const char *args = view_args(s, &help_view);
	char *text = help_text(*args ? args : "commands");
	struct area page = area_part(a, 0, 1, a.rows, a.cols - 2);
	int lines;

	if (!text)
		text = help_text("");
	if (!text)
		return;
	lines = text_lines(text, page.cols);
	area_wrap(page, STYLE_TEXT, text, (int)s->scroll < lines ? (int)s->scroll : lines - 1);
	if (s->spots)
		add_links(page, s, !*args);
	if (lines - (int)s->scroll > a.rows)
		area_glyph(a, a.rows - 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
	free(text);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	const char *args = view_args(s, &help_view);

	snprintf(buf, size, "help%s%s", *args ? " " : "", args);
}

static int wants(const struct view_state *s, int cols)
{
	(void)s;
	(void)cols;
	return 40;
}

const struct view_ops help_view = {
	.name = "help", .doc = "the topics of help, or the text of one",
	.rows = 2, .cols = 20, .caption = caption, .draw = draw, .wants = wants,
	.usage = "[TOPIC]", .takes = takes,
};
