/*
 * libedit in a box. What was found out about it, and is used here:
 *
 * - It edits only when its input and its output are both terminals, so it gets the two ends of a
 *   pseudo terminal of its own. What it draws there is thrown away; the line is read from
 *   el_wline() and drawn by the screen.
 * - EL_UNBUFFERED makes el_wgets() return after each key, and EL_GETCFN lets the key come from us.
 *   Commands of libedit that read further keys by themselves would starve in between: they are
 *   bound to nothing below, and ^R is a search of our own.
 * - An emptied line makes el_wgets() return NULL with a count of -1: that is no end of file. End
 *   of file is decided by the loop, so what el_wgets() returns is not looked at, but for Enter.
 * - After Enter, switching EL_UNBUFFERED off and on resets the line.
 * - What it draws must fit: on a terminal of a column or two, or with a line longer than the
 *   screen, its refresh writes outside of its arrays. So the pseudo terminal is large and stays so,
 *   whatever becomes of the user's; nobody sees it, and the screen does its own cutting.
 */
#include "front/prompt.h"

#include "front/history.h"
#include "front/keys.h"
#include "front/terminal.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define QUEUE 8

/* Of the pseudo terminal: the longest line fits many times over. */
#define ROWS 100
#define COLUMNS 200

struct prompt {
	EditLine *el;
	struct line_history *history;
	int master;
	FILE *in, *out;
	wchar_t queue[QUEUE];
	unsigned queued, taken;
	char label[64], search_label[PROMPT_BYTES];
	char text[PROMPT_BYTES * 4 + 1];
	char *finished;
	/* The search: what is looked for, and how many matches were passed by with ^R. */
	bool searching;
	char wanted[128];
	unsigned skip;
};

/* EL_GETCFN: the next of the keys that feed() put there. Saying "end of file" when there is none is
 * never seen, because feed() asks only while there are some. */
static int next_key(EditLine *el, wchar_t *ch)
{
	struct prompt *p = NULL;

	el_wget(el, EL_CLIENTDATA, &p);
	if (p->taken == p->queued)
		return 0;
	*ch = p->queue[p->taken++];
	return 1;
}

/* The pseudo terminal: our end in p->master, libedit's as two streams. Its output must never wait
 * for us to read it. */
static bool open_terminal(struct prompt *p, struct message *m)
{
	const struct winsize size = { .ws_row = ROWS, .ws_col = COLUMNS };
	const char *name;
	int in = -1, out = -1;

	p->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (p->master < 0 || grantpt(p->master) != 0 || unlockpt(p->master) != 0 ||
	    !(name = ptsname(p->master)))
		return fail(m, "no pseudo terminal can be had for the prompt");
	ioctl(p->master, TIOCSWINSZ, &size);
	in = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	out = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	p->in = in >= 0 ? fdopen(in, "r") : NULL;
	p->out = out >= 0 ? fdopen(out, "w") : NULL;
	if (!p->in || !p->out)
		return fail(m, "the pseudo terminal of the prompt cannot be opened");
	return true;
}

/* Throws away what libedit drew. Both ends do not block: a full pty loses output nobody reads. */
static void drain(struct prompt *p)
{
	char bytes[512];

	fflush(p->out);
	while (read(p->master, bytes, sizeof(bytes)) > 0)
		;
}

/* Editing as in Emacs; what would read keys by itself, or signal, is bound to nothing. */
static void bind_keys(EditLine *el)
{
	static const char *const never[] = { "^R", "^S", "^V", "^Q", "^X", "^Z", "^C", "^\\", "^O",
		                             "^[x", "^[X", "^[^_", "^I", "^L" };

	el_set(el, EL_EDITOR, "emacs");
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		el_set(el, EL_BIND, never[i], "ed-unassigned", NULL);
	el_set(el, EL_BIND, "^D", "ed-delete-next-char", NULL);
	el_set(el, EL_BIND, "^U", "vi-kill-line-prev", NULL);
	el_set(el, EL_BIND, "^W", "ed-delete-prev-word", NULL);
}

struct prompt *prompt_new(struct message *m)
{
	struct prompt *p = calloc(1, sizeof(*p));

	if (!p)
		abort();
	prompt_set_label(p, "lab> ");
	if (open_terminal(p, m))
		p->el = el_init("kmaplab", p->in, p->out, p->out);
	if (!p->el) {
		prompt_free(p);
		return NULL;
	}
	p->history = line_history_new();
	el_wset(p->el, EL_CLIENTDATA, p);
	el_wset(p->el, EL_GETCFN, next_key);
	el_set(p->el, EL_SIGNAL, 0);
	el_set(p->el, EL_HIST, history, line_history_handle(p->history));
	bind_keys(p->el);
	el_set(p->el, EL_UNBUFFERED, 1);
	drain(p);
	return p;
}

void prompt_free(struct prompt *p)
{
	if (p->el) {
		el_set(p->el, EL_UNBUFFERED, 0);
		drain(p);
		el_end(p->el);
	}
	if (p->history)
		line_history_free(p->history);
	if (p->in)
		fclose(p->in);
	if (p->out)
		fclose(p->out);
	if (p->master >= 0)
		close(p->master);
	free(p->finished);
	free(p);
}

/* Empties the line; the one way that libedit offers from outside (see above). */
static void reset(struct prompt *p)
{
	el_set(p->el, EL_UNBUFFERED, 0);
	el_set(p->el, EL_UNBUFFERED, 1);
	p->queued = p->taken = 0;
	drain(p);
}

const char *prompt_text(struct prompt *p, size_t *cursor)
{
	const LineInfoW *line = el_wline(p->el);
	char *to = p->text;

	*cursor = 0;
	for (const wchar_t *c = line->buffer; c < line->lastchar; c++) {
		mbstate_t state = { 0 };
		size_t n;

		if (c == line->cursor)
			*cursor = (size_t)(to - p->text);
		if (to + MB_CUR_MAX >= p->text + sizeof(p->text))
			break;
		n = wcrtomb(to, *c, &state);
		to += n == (size_t)-1 ? 0 : n;
	}
	*to = '\0';
	if (line->cursor == line->lastchar)
		*cursor = (size_t)(to - p->text);
	return p->text;
}

/* One key through libedit; true when it was Enter. */
static bool feed(struct prompt *p, const wchar_t *keys, unsigned n)
{
	const wchar_t *line;
	int count = 0;

	for (p->taken = p->queued = 0; p->queued < n && p->queued < QUEUE; p->queued++)
		p->queue[p->queued] = keys[p->queued];
	while (p->taken < p->queued) {
		line = el_wgets(p->el, &count);
		if (line && count > 0 && (line[count - 1] == L'\n' || line[count - 1] == L'\r'))
			return true;
	}
	drain(p);
	return false;
}

/* Enter: the line is kept before the reset takes it. */
static bool finish(struct prompt *p)
{
	size_t cursor;

	free(p->finished);
	p->finished = strdup(prompt_text(p, &cursor));
	if (!p->finished)
		abort();
	p->finished[strcspn(p->finished, "\r\n")] = '\0';
	reset(p);
	return true;
}

/* --- the search: ^R, then what the line contains ---------------------------------------------- */

/* The match becomes the line itself, so that the key which ends the search finds it there. */
static void show_match(struct prompt *p)
{
	const char *match = line_history_search(p->history, p->wanted, p->skip);

	if (!match && p->skip)
		p->skip--;
	snprintf(p->search_label, sizeof(p->search_label), "search '%s'%s: ", p->wanted,
	         match ? "" : " (nothing)");
	if (!match)
		return;
	reset(p);
	el_insertstr(p->el, match);
}

static void search_begin(struct prompt *p)
{
	p->searching = true;
	p->wanted[0] = '\0';
	p->skip = 0;
	snprintf(p->search_label, sizeof(p->search_label), "search '': ");
}

/* A key during the search. False when it ends the search and is to be used as usual. */
static bool search_key(struct prompt *p, uint32_t key)
{
	size_t n = strlen(p->wanted);

	if (key == KEY_CONTROL('R')) {
		p->skip++;
		show_match(p);
		return true;
	}
	if (key_is_backspace(key)) {
		if (n)
			p->wanted[n - 1] = '\0';
		p->skip = 0;
		show_match(p);
		return true;
	}
	if (key >= 0x20 && key < 0x7f && n + 1 < sizeof(p->wanted)) {
		p->wanted[n] = (char)key;
		p->wanted[n + 1] = '\0';
		p->skip = 0;
		show_match(p);
		return true;
	}
	p->searching = false;
	if (key == KEY_CONTROL('G') || key == 0x1b) {
		reset(p);
		return true;
	}
	return false;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* Whether a character may go into the line: no control character of Unicode's second block, nothing
 * that this locale cannot write, and not more than a script's line may hold. */
static bool accepts(const struct prompt *p, uint32_t ch)
{
	const LineInfoW *line = el_wline(p->el);

	if (ch == '\r' || ch == '\n' || ch < 0x20 || ch == 0x7f)
		return true;
	if (ch >= 0x80 && (ch < 0xa0 || !locale_is_utf8()))
		return false;
	return line->lastchar - line->buffer < PROMPT_BYTES / 4;
}

bool prompt_key(struct prompt *p, uint32_t key)
{
	wchar_t keys[2];
	unsigned n = 0;

	if (p->searching && search_key(p, key))
		return false;
	if (key == KEY_CONTROL('R')) {
		search_begin(p);
		return false;
	}
	key = key_for_editor(key);
	if (key & TERMINAL_META)
		keys[n++] = 0x1b;
	key &= ~TERMINAL_META;
	if (!key || key >= TERMINAL_KEY || !accepts(p, key) || key == 0x1b)
		return false;
	keys[n++] = (wchar_t)key;
	return feed(p, keys, n) ? finish(p) : false;
}

char *prompt_take(struct prompt *p)
{
	char *line = p->finished;

	p->finished = NULL;
	if (line)
		line_history_add(p->history, line);
	return line;
}

const char *prompt_label(const struct prompt *p)
{
	return p->searching ? p->search_label : p->label;
}

bool prompt_searching(const struct prompt *p)
{
	return p->searching;
}

void prompt_set_label(struct prompt *p, const char *label)
{
	snprintf(p->label, sizeof(p->label), "%s", label);
}

void prompt_clear(struct prompt *p)
{
	p->searching = false;
	reset(p);
}

/* libedit counts characters, completion bytes. */
void prompt_replace(struct prompt *p, size_t start, const char *text)
{
	size_t cursor;
	const char *typed = prompt_text(p, &cursor);
	int characters = 0;

	if (start > cursor || cursor - start + strlen(text) >= PROMPT_BYTES)
		return;
	for (size_t i = start; i < cursor; i++)
		characters += ((unsigned char)typed[i] & 0xc0) != 0x80;
	el_deletestr(p->el, characters);
	el_insertstr(p->el, text);
	drain(p);
}
