/*
 * A word is collected until something may break a line; then it goes onto the present line if
 * there is room, else onto a new one. No hyphenation and no justification: the text is read on
 * screens, by people and by screen readers.
 */
#include "lesson/flow.h"

#include "lesson/breaks.h"
#include "machine/message.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define INDENT_BYTES 64
#define WORD_BYTES 512

struct flow {
	FILE *out;
	char *text; /* what `out` writes into */
	size_t size;
	unsigned width;
	unsigned column; /* cells used on this line; its indent counts */
	bool empty_line; /* nothing but the indent stands on it */
	bool blank;      /* a blank belongs before the next word */
	char first[INDENT_BYTES], rest[INDENT_BYTES];
	char word[WORD_BYTES];
	size_t word_size;
	unsigned word_cells;
	uint32_t first_character, last_character; /* of the word */
	uint32_t tail, last_letter;               /* on the line, and of the word: no '*' */
};

/* The character at `s` of `n` bytes. */
static uint32_t character(const char *s, unsigned n)
{
	uint32_t c = (unsigned char)*s;

	if (n <= 1)
		return c;
	c &= 0x7fu >> n;
	for (unsigned i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

/* The cells that the character at `s` takes. wcwidth() goes by the locale; in one
 * without UTF-8 it knows no character beyond ASCII, and one cell is then the best guess. */
static unsigned cells(const char *s, unsigned n)
{
	int w;

	if (n <= 1)
		return 1;
	w = wcwidth((wchar_t)character(s, n));
	return w < 0 ? 1 : (unsigned)w;
}

unsigned text_cells(const char *s)
{
	unsigned sum = 0, n;

	for (; *s; s += n ? n : 1) {
		n = message_character(s, strnlen(s, 4));
		sum += cells(s, n);
	}
	return sum;
}

/* Ten cells is the least with which a word of this laboratory, an address, still fits. */
struct flow *flow_new(unsigned width)
{
	struct flow *f = calloc(1, sizeof *f);

	if (!f)
		return NULL;
	f->width = width < 10 ? 10 : width;
	f->empty_line = true;
	f->out = open_memstream(&f->text, &f->size);
	if (f->out)
		return f;
	free(f);
	return NULL;
}

void flow_indent(struct flow *f, const char *first, const char *rest)
{
	snprintf(f->first, sizeof f->first, "%s", first);
	snprintf(f->rest, sizeof f->rest, "%s", rest);
}

static void begin_line(struct flow *f)
{
	fputs(f->first, f->out);
	f->column = text_cells(f->first);
	memcpy(f->first, f->rest, sizeof f->first);
}

static void new_line(struct flow *f)
{
	putc('\n', f->out);
	f->column = 0;
	f->empty_line = true;
	f->blank = false;
}

/* Puts the collected word onto a line. The blank that a line's end in the source has become is none
 * between two characters of a script without blanks. */
static void end_word(struct flow *f)
{
	if (!f->word_size)
		return;
	if (character_is_wide(f->tail) && character_is_wide(f->first_character))
		f->blank = false;
	if (!f->empty_line && f->column + f->blank + f->word_cells > f->width)
		new_line(f);
	if (f->empty_line)
		begin_line(f);
	else if (f->blank) {
		putc(' ', f->out);
		f->column++;
	}
	fwrite(f->word, 1, f->word_size, f->out);
	f->column += f->word_cells;
	f->empty_line = f->blank = false;
	f->word_size = 0;
	f->word_cells = 0;
	f->tail = f->last_letter;
}

/* One character of a word, which ends where a line may be broken. */
static void add_character(struct flow *f, const char *s, unsigned n)
{
	unsigned wide = cells(s, n);
	uint32_t c = character(s, n);
	unsigned room = f->width - text_cells(f->rest) % f->width;

	if (f->word_size + n > sizeof f->word || f->word_cells + wide > room ||
	    (f->word_cells && break_between(f->last_character, c)))
		end_word(f);
	if (!f->word_cells || f->first_character == '*')
		f->first_character = c;
	if (c != '*')
		f->last_letter = c;
	f->last_character = c;
	memcpy(f->word + f->word_size, s, n);
	f->word_size += n;
	f->word_cells += wide;
}

/* Blanks only remember that one is due: whether it is written is known when the next word comes,
 * for at the beginning of a line it is not. */
void flow_text(struct flow *f, const char *text)
{
	unsigned n;

	for (; *text; text += n) {
		n = message_character(text, strnlen(text, 4));
		if (*text == ' ' || *text == '\t' || *text == '\n' || !n) {
			n = 1;
			end_word(f);
			f->blank = !f->empty_line;
		} else {
			add_character(f, text, n);
		}
	}
}

/* A span of code that would fill half a line may break after all: better a broken command than a
 * ragged paragraph. */
void flow_solid(struct flow *f, const char *text)
{
	unsigned n;

	if (text_cells(text) > f->width / 2) {
		flow_text(f, text);
		return;
	}
	for (; *text; text += n) {
		n = message_character(text, strnlen(text, 4));
		add_character(f, n ? text : "?", n ? n : 1);
		n += !n;
	}
}

/* Does not go through add_character(): it can neither end a line nor fill one. */
void flow_mark(struct flow *f, char mark)
{
	if (f->word_size == sizeof f->word)
		end_word(f);
	f->word[f->word_size++] = mark;
}

void flow_verbatim(struct flow *f, const char *text)
{
	end_word(f);
	if (!f->empty_line)
		new_line(f);
	begin_line(f);
	fputs(text, f->out);
	f->empty_line = false;
	new_line(f);
}

void flow_break(struct flow *f)
{
	end_word(f);
	if (!f->empty_line)
		new_line(f);
}

void flow_blank(struct flow *f)
{
	flow_break(f);
	new_line(f);
}

/* Empty lines at the end belong to whoever says the next piece. */
char *flow_end(struct flow *f)
{
	char *text;
	size_t n;

	end_word(f);
	fclose(f->out);
	text = f->text;
	free(f);
	for (n = text ? strlen(text) : 0; n && text[n - 1] == '\n';)
		text[--n] = '\0';
	return text;
}

char *flow_paragraph(const char *text, unsigned width, const char *first, const char *rest)
{
	struct flow *f = flow_new(width);

	if (!f)
		return NULL;
	flow_indent(f, first, rest);
	flow_text(f, text);
	return flow_end(f);
}
