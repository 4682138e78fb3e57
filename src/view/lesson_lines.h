/*
 * What a lesson says, as it looks: lines with marks (lesson/page.h) get their styles, and each piece
 * has a glyph in front of it that says what it is where there are no colours. The lesson's view and
 * the pane beside the other views draw with the same function.
 *
 *	  A paragraph of prose, with *emphasis* and `code`.
 *	? A question.
 *	  a) a choice
 *	× What was wrong, or is not so yet.
 *	√ What is right.
 */
#ifndef KMAPLAB_VIEW_LESSON_LINES_H
#define KMAPLAB_VIEW_LESSON_LINES_H

#include "lesson/page.h"
#include "view/grid.h"

/** Columns in front of the text; who sets lines must leave them. */
#define LESSON_GUTTER 2

/** Draws a line into row `y`, from the area's first column on. */
void lesson_line_draw(struct area a, int y, const struct page_line *line);

#endif
