/*
 * The words of an expression.
 */
#ifndef KMAPLAB_LAB_EXPR_LEX_H
#define KMAPLAB_LAB_EXPR_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum token_kind {
	TOKEN_END,
	TOKEN_NUMBER, /* 12, 0x1f, 4K; its text may also be meant as a word (split == 3g) */
	TOKEN_WORD,   /* "text" in quotes, or a version like 2.6.27 */
	TOKEN_NAME,
	TOKEN_SIGN,   /* an operator or a bracket */
	TOKEN_BAD,    /* none of these; `problem` says why */
};

/** Operators and brackets; the order is that of the table in expr_lex.c. */
enum sign {
	SIGN_NONE, SIGN_OR, SIGN_AND, SIGN_NOT, SIGN_EQ, SIGN_NE, SIGN_LE, SIGN_GE, SIGN_LT,
	SIGN_GT, SIGN_ADD, SIGN_SUB, SIGN_MUL, SIGN_DIV, SIGN_MOD, SIGN_OPEN, SIGN_CLOSE,
	SIGN_INDEX, SIGN_INDEX_END, SIGN_DOT, SIGN_AT, SIGN_COLON,
};

struct token {
	enum token_kind kind;
	enum sign sign;
	unsigned start, length; /* in the text; of a quoted word, without its quotes */
	bool hex;               /* of a number: written in hexadecimal */
	uint64_t number;
	const char *problem;
};

/** The token at or behind byte `at` of the text. `next`, when not NULL, gets where it ends. */
struct token token_at(const char *text, unsigned at, unsigned *next);

/** How an operator is written: "==". */
const char *sign_text(enum sign sign);

#endif
