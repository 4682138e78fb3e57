/*
 * The prompt: a line edited by libedit, with history and search, drawn by somebody else.
 *
 * Keys go in one by one; text and cursor can be read at any time. libedit never sees the user's
 * terminal: it edits on a private pseudo terminal that nobody looks at.
 */
#ifndef KMAPLAB_FRONT_PROMPT_H
#define KMAPLAB_FRONT_PROMPT_H

#include "machine/message.h"

#include <stdint.h>

struct prompt;

#define PROMPT_BYTES 3900 /* the longest line */

/** To be called before curses starts: libedit loads terminfo for itself, and what curses had loaded
 * would be lost. NULL with a message when no pseudo terminal can be had. */
struct prompt *prompt_new(struct message *m);
/** Saves the history. */
void prompt_free(struct prompt *p);

/** A key as terminal_key() gives it; true when Enter finished the line: prompt_take() has it. */
bool prompt_key(struct prompt *p, uint32_t key);

/** The finished line, entered into the history; the prompt is empty again. The caller frees it. */
char *prompt_take(struct prompt *p);

/** What is typed so far, UTF-8, and the bytes of it before the cursor. Good until the next key. */
const char *prompt_text(struct prompt *p, size_t *cursor);

/** What stands in front of it: "lab> ", or the search. */
const char *prompt_label(const struct prompt *p);
/** Whether it is the search that keys go to. */
bool prompt_searching(const struct prompt *p);
void prompt_set_label(struct prompt *p, const char *label);

/** Empties the line (^C). */
void prompt_clear(struct prompt *p);

/** Replaces the bytes from `start` up to the cursor. */
void prompt_replace(struct prompt *p, size_t start, const char *text);

#endif
