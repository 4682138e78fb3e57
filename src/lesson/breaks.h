/*
 * Where a line may end, in scripts that have no blanks.
 *
 * Chinese and Japanese break between any two characters, but for their punctuation: what closes
 * (a full stop, a comma, a bracket) begins no line, and what opens ends none. This is the core of
 * the Unicode standard's annex 14 and of what typesetters in Taiwan keep to; of hanging punctuation
 * and of justification there is nothing here, since a terminal has cells.
 */
#ifndef KMAPLAB_LESSON_BREAKS_H
#define KMAPLAB_LESSON_BREAKS_H

#include <stdbool.h>
#include <stdint.h>

/** Whether a character is of a script without blanks: two cells wide, in every locale. */
bool character_is_wide(uint32_t ch);

/** Whether a line may be broken between two characters that stand side by side. Between letters,
 * digits and signs of other scripts it may not: there blanks do. */
bool break_between(uint32_t before, uint32_t after);

#endif
