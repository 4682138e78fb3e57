/*
 * Flowing text: words set into lines of a given width, with hanging indents.
 *
 * The width is the terminal's, in cells; a character of East Asian width takes two, a combining
 * one none. A line may break at a blank, and where Chinese and Japanese, which have none, allow it
 * (lesson/breaks.h). A word that is wider than a line is cut.
 */
#ifndef KMAPLAB_LESSON_FLOW_H
#define KMAPLAB_LESSON_FLOW_H

#include <stdbool.h>
#include <stddef.h>

struct flow;

/** An empty text of `width` cells (at least 10 are taken). The caller ends it with flow_end(). */
struct flow *flow_new(unsigned width);

/** What stands before the next line ("- ") and before those that follow it ("  "). Both are kept
 * until the next call, except that `first` is used once. At most 60 bytes. */
void flow_indent(struct flow *f, const char *first, const char *rest);

/** Adds text; blanks, tabs and newlines in it separate words. */
void flow_text(struct flow *f, const char *text);

/** Adds text that stays together on a line if it can: blanks in it do not separate. */
void flow_solid(struct flow *f, const char *text);

/** Adds a byte that takes no room and sticks to the word behind it, or, at the end of a span, to the
 * one before it: a mark (marks.h). */
void flow_mark(struct flow *f, char mark);

/** Adds a line that is not broken, however long it is, and ends it. */
void flow_verbatim(struct flow *f, const char *text);

/** Ends the line. */
void flow_break(struct flow *f);

/** Adds an empty line, ending the present one first. */
void flow_blank(struct flow *f);

/** The text, without a newline at its end; frees the flow. The caller frees the result. */
char *flow_end(struct flow *f);

/** Cells that a string takes. */
unsigned text_cells(const char *s);

/** `text` set into lines of `width` cells behind `first` and `rest`. The caller frees it. */
char *flow_paragraph(const char *text, unsigned width, const char *first, const char *rest);

#endif
