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
	ACTION_NEXT, ACTION_PREVIOUS,
	ACTION_UP, ACTION_DOWN, ACTION_LEFT, ACTION_RIGHT,
	ACTION_DETAIL,
	ACTION_LIST_NEXT, ACTION_LIST_PREVIOUS, ACTION_LIST_PAGE_DOWN, ACTION_LIST_PAGE_UP,
	ACTION_LIST_TAKE,
	ACTION_PAUSE, ACTION_FRAME_ON, ACTION_FRAME_BACK, ACTION_SKIP,
	ACTION_PAGE_DOWN, ACTION_PAGE_UP,
	ACTION_CLOSE,
	ACTION_MOUSE,
	ACTION_REDRAW,
	ACTION_END,
};

/** Where keys go when one is pressed. */
enum key_place { KEYS_ANY, KEYS_PROMPT, KEYS_VIEW, KEYS_TIMELINE, KEYS_LIST,
	        KEYS_PLAYING };

struct key_row {
	enum key_place place;
	uint32_t key; /* as terminal_key() gives it */
	const char *name;
	enum key_action action;
	const char *command; /* of ACTION_COMMAND */
	const char *doc;     /* NULL: the row before it says it */
};

/** Row `i` of the table; NULL behind the last. */
const struct key_row *key_row(unsigned i);

/** What a key does in a place, or NULL. */
const struct key_row *key_find(enum key_place place, uint32_t key);

/** The key as libedit knows it: an arrow key becomes the control character that moves. */
uint32_t key_for_editor(uint32_t key);

bool key_is_backspace(uint32_t key);

#endif
