/*
 * Cutting an expression into tokens.
 *
 * There are no fractions in the language, so digits with a dot between them are a kernel's version
 * and mean a word: `kernel == 2.6.27` needs no quotes. A number with a unit is a number, but its
 * spelling is kept, because 3g is also the name of a split.
 */
#include "lab/expr_lex.h"

#include "machine/conf.h"

#include <ctype.h>
#include <string.h>

static const struct {
	enum sign sign;
	const char *text;
} signs[] = {
	/* Longer ones first: "<=" is not "<" and "=". */
	{ SIGN_OR, "||" }, { SIGN_AND, "&&" }, { SIGN_EQ, "==" }, { SIGN_NE, "!=" },
	{ SIGN_LE, "<=" }, { SIGN_GE, ">=" }, { SIGN_LT, "<" }, { SIGN_GT, ">" }, { SIGN_NOT, "!" },
	{ SIGN_ADD, "+" }, { SIGN_SUB, "-" }, { SIGN_MUL, "*" }, { SIGN_DIV, "/" },
	{ SIGN_MOD, "%" }, { SIGN_OPEN, "(" }, { SIGN_CLOSE, ")" }, { SIGN_INDEX, "[" },
	{ SIGN_INDEX_END, "]" }, { SIGN_DOT, "." }, { SIGN_AT, "@" }, { SIGN_COLON, ":" },
};

/* Operators that are words. */
static const struct {
	enum sign sign;
	const char *text;
} word_signs[] = { { SIGN_OR, "or" }, { SIGN_AND, "and" }, { SIGN_NOT, "not" } };

const char *sign_text(enum sign sign)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (signs[i].sign == sign)
			return signs[i].text;
	return "";
}

static bool name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static unsigned name_length(const char *s)
{
	unsigned n = 0;

	while (name_byte(s[n]))
		n++;
	return n;
}

/* A number, or a version: what begins with a digit. */
static void lex_number(const char *s, struct token *t)
{
	char word[64];
	bool dotted = false;

	t->length = name_length(s);
	while (s[t->length] == '.' && isdigit((unsigned char)s[t->length + 1])) {
		dotted = true;
		t->length += 1 + name_length(s + t->length + 1);
	}
	t->kind = TOKEN_BAD;
	t->problem = "this is no number (decimal, 0x hex, K, M or G behind it, up to 64 bits)";
	if (t->length >= sizeof(word))
		return;
	memcpy(word, s, t->length);
	word[t->length] = '\0';
	t->hex = word[1] == 'x' || word[1] == 'X';
	if (conf_number(word, &t->number))
		t->kind = TOKEN_NUMBER;
	else if (dotted || strchr(word, '_'))
		t->kind = TOKEN_WORD;
}

/* A word in quotes; t->start moves behind the opening one. Returns what follows the closing one. */
static unsigned lex_quoted(const char *text, struct token *t)
{
	const char *end = strchr(text + t->start + 1, text[t->start]);

	if (!end) {
		t->kind = TOKEN_BAD;
		t->problem = "this quote is never closed";
		t->length = 1;
		return t->start + 1;
	}
	t->kind = TOKEN_WORD;
	t->start++;
	t->length = (unsigned)(end - text) - t->start;
	return (unsigned)(end - text) + 1;
}

static void lex_name(const char *s, struct token *t)
{
	t->kind = TOKEN_NAME;
	t->length = name_length(s);
	for (size_t i = 0; i < sizeof(word_signs) / sizeof(word_signs[0]); i++)
		if (t->length == strlen(word_signs[i].text) &&
		    memcmp(s, word_signs[i].text, t->length) == 0) {
			t->kind = TOKEN_SIGN;
			t->sign = word_signs[i].sign;
		}
}

static void lex_sign(const char *s, struct token *t)
{
	t->kind = TOKEN_BAD;
	t->length = 1;
	t->problem = *s == '=' ? "a comparison is written ==" :
	             "this sign means nothing in an expression";
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strncmp(s, signs[i].text, strlen(signs[i].text)) == 0) {
			t->kind = TOKEN_SIGN;
			t->sign = signs[i].sign;
			t->length = (unsigned)strlen(signs[i].text);
			return;
		}
}

struct token token_at(const char *text, unsigned at, unsigned *next)
{
	struct token t = { .kind = TOKEN_END };
	unsigned end = 0;

	while (text[at] == ' ' || text[at] == '\t')
		at++;
	t.start = at;
	if (text[at] == '"' || text[at] == '\'')
		end = lex_quoted(text, &t);
	else if (isdigit((unsigned char)text[at]))
		lex_number(text + at, &t);
	else if (name_byte(text[at]))
		lex_name(text + at, &t);
	else if (text[at])
		lex_sign(text + at, &t);
	if (next)
		*next = end ? end : t.start + t.length;
	return t;
}
