/*
 * The user's terminal under curses: into it, out of it on every way, and a grid put onto it.
 */
#ifndef KMAPLAB_FRONT_TERMINAL_H
#define KMAPLAB_FRONT_TERMINAL_H

#include "machine/message.h"
#include "view/theme.h"

struct terminal;

/** Whether the locale's characters are Unicode's. */
bool locale_is_utf8(void);

/** Whether curses can be used here at all: a terminal on both sides that can move its cursor. If
 * not, the message says why. */
bool terminal_usable(struct message *m);

/** Takes the terminal over. `theme` NULL: dark, or mono when NO_COLOR is set. NULL with a message
 * when the terminal will not. */
struct terminal *terminal_enter(const char *theme, struct message *m);

/** Gives the terminal back as it was found, and frees. */
void terminal_leave(struct terminal *t);

/** Gives the terminal back for a while (^Z): stops the process, takes the terminal again when it
 * goes on. */
void terminal_suspend(struct terminal *t);

/** Changes the theme; false with a message when there is none of that name. */
bool terminal_set_theme(struct terminal *t, const char *name, struct message *m);

/** Asks the terminal to report its mouse, or leaves the mouse to the terminal's own selecting. */
void terminal_set_mouse(struct terminal *t, bool on);

/** Reads the terminal's size anew. */
void terminal_resize(struct terminal *t);
void terminal_size(const struct terminal *t, int *rows, int *cols);

/** Shows a grid of the terminal's size, with the cursor at a place. Only what changed is sent. */
void terminal_show(struct terminal *t, const struct grid *g, int y, int x);

/** Sends everything again (^L). */
void terminal_redraw(struct terminal *t);
void terminal_beep(struct terminal *t);

/* What a key press is beside its character. */
#define TERMINAL_KEY (1u << 24)  /* + curses' KEY_ code */
#define TERMINAL_META (1u << 25) /* Alt, or Escape just before */
#define TERMINAL_NONE UINT32_MAX
/* Keys that curses does not number: around what was pasted. */
#define TERMINAL_PASTE_BEGIN 0x7000
#define TERMINAL_PASTE_END 0x7001

/** The next key, TERMINAL_NONE when none is waiting. */
uint32_t terminal_key(struct terminal *t);

/** What the mouse did: to be asked for behind TERMINAL_KEY | KEY_MOUSE. Rows and columns are the
 * screen's. False when it is nothing that was asked for. */
enum mouse_kind { MOUSE_PRESS, MOUSE_DRAG, MOUSE_RELEASE, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };
struct mouse {
	int y, x;
	enum mouse_kind kind;
};
bool terminal_mouse(struct terminal *t, struct mouse *mouse);

/** Waits for a key, a signal, or the time in milliseconds (-1: for ever). False when the terminal is
 * gone: no key will ever come. */
bool terminal_wait(struct terminal *t, int milliseconds);

#endif
