/*
 * The table of keys. A key that does something to the world runs a command as if it had been
 * typed: what can be done by hand can be done in a script, and the other way round.
 */
#include "front/keys.h"

#include "front/terminal.h"

#include <stddef.h>

#include <curses.h>

/* Curses' codes begin where characters of one byte end. */
#define TABLE_KEY(key) ((key) >= KEY_MIN ? TERMINAL_KEY | (uint32_t)(key) : (uint32_t)(key))

static const struct key_row rows[] = {
#define BIND_COMMAND(where, key, name, command, doc) \
	{ KEYS_##where, TABLE_KEY(key), name, ACTION_COMMAND, command, doc },
#define BIND_SCREEN(where, key, name, action, doc) \
	{ KEYS_##where, TABLE_KEY(key), name, ACTION_##action, NULL, doc },
#define BIND_EDIT(key, code)
#include "front/keys.def"
#undef BIND_COMMAND
#undef BIND_SCREEN
#undef BIND_EDIT
};

static const struct {
	uint32_t key, code;
} edits[] = {
#define BIND_COMMAND(where, key, name, command, doc)
#define BIND_SCREEN(where, key, name, action, doc)
#define BIND_EDIT(key, code) { TABLE_KEY(key), code },
#include "front/keys.def"
#undef BIND_COMMAND
#undef BIND_SCREEN
#undef BIND_EDIT
};

const struct key_row *key_row(unsigned i)
{
	return i < sizeof(rows) / sizeof(rows[0]) ? &rows[i] : NULL;
}

/* Enter has two codes, and both mean it. */
static uint32_t plain_key(uint32_t key)
{
	return key == '\n' || key == TABLE_KEY(KEY_ENTER) ? '\r' : key;
}

const struct key_row *key_find(enum key_place place, uint32_t key)
{
	const struct key_row *any = NULL;

	key = plain_key(key);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].key != key)
			continue;
		if (rows[i].place == place)
			return &rows[i];
		if (rows[i].place == KEYS_ANY)
			any = &rows[i];
	}
	return any;
}

uint32_t key_for_editor(uint32_t key)
{
	for (unsigned i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		if (edits[i].key == key)
			return edits[i].code;
	return key;
}

bool key_is_backspace(uint32_t key)
{
	return key == 0x7f || key == 0x08 || key == TABLE_KEY(KEY_BACKSPACE);
}
