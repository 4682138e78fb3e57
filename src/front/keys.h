/*
 * What keys do: one table (keys.def) for the loop, the editor and the help.
 */
#ifndef KMAPLAB_FRONT_KEYS_H
#define KMAPLAB_FRONT_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#define KEY_CONTROL(letter) ((letter) & 0x1f)

enum key_action {
	ACTION_NONE, /* the editor's business */
	ACTION_COMMAND,
	ACTION_KEYS,
	ACTION_COMPLETE,
	ACTION_PAGE_DOWN,
	ACTION_PAGE_UP,
	ACTION_CLOSE,
	ACTION_REDRAW,
	ACTION_END,
};

struct key_row {
	uint32_t key; /* as terminal_key() gives it */
	const char *name;
	enum key_action action;
	const char *command; /* of ACTION_COMMAND */
	const char *doc;
};

/** Row `i` of the table; NULL behind the last. */
const struct key_row *key_row(unsigned i);

/** The row of a key, or NULL. */
const struct key_row *key_find(uint32_t key);

/** The key as libedit knows it: an arrow key becomes the control character that moves. */
uint32_t key_for_editor(uint32_t key);

bool key_is_backspace(uint32_t key);

#endif
