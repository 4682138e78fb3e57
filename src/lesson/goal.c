/*
 * Taking a goal apart at its `and`s. The tokens are the expression language's own, so that an `and`
 * in quotes or in count(EVENT where a and b) is none of ours.
 */
#include "lesson/goal.h"

#include "lab/expr.h"
#include "lab/expr_lex.h"
#include "machine/conf.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static int depth_after(int depth, enum sign sign)
{
	if (sign == SIGN_OPEN || sign == SIGN_INDEX)
		return depth + 1;
	if (sign == SIGN_CLOSE || sign == SIGN_INDEX_END)
		return depth - 1;
	return depth;
}

/* The next token with a sign outside of brackets at or behind `*at`, which moves behind it. */
static bool next_sign(const char *text, unsigned *at, enum sign sign, unsigned *start)
{
	int depth = 0;

	for (;;) {
		struct token t = token_at(text, *at, at);

		if (t.kind == TOKEN_END || t.kind == TOKEN_BAD)
			return false;
		if (t.kind != TOKEN_SIGN)
			continue;
		*start = t.start;
		if (t.sign == sign && !depth)
			return true;
		depth = depth_after(depth, t.sign);
	}
}

static char *piece(const char *text, unsigned from, unsigned to)
{
	while (from < to && isspace((unsigned char)text[from]))
		from++;
	while (to > from && isspace((unsigned char)text[to - 1]))
		to--;
	return strndup(text + from, to - from);
}

char *goal_condition(const char *goal, unsigned i)
{
	unsigned from = 0, at = 0, end, or_at = 0;

	if (next_sign(goal, &or_at, SIGN_OR, &end))
		return i ? NULL : strdup(goal);
	while (next_sign(goal, &at, SIGN_AND, &end)) {
		if (!i--)
			return piece(goal, from, end);
		from = at;
	}
	return i ? NULL : piece(goal, from, (unsigned)strlen(goal));
}

/* A right side that stands in the condition as it is need not be said again. */
static bool is_literal(const char *condition, const char *value)
{
	const char *right = condition + strlen(condition);
	uint64_t a, b;

	while (right > condition && !strchr("=<>!", right[-1]))
		right--;
	right += strspn(right, " \t");
	return !strcmp(right, value) ||
	       (conf_number(right, &a) && conf_number(value, &b) && a == b);
}

bool goal_holds(const char *condition, const struct session *s, char *now, size_t size)
{
	char left[80], right[80];
	struct observation o;
	struct message m;

	*now = '\0';
	if (!expr_eval_text(condition, s, &o, &m)) {
		snprintf(now, size, "%s", m.text);
		return false;
	}
	if (expr_sides_text(condition, s, left, right, sizeof left))
		snprintf(now, size, is_literal(condition, right) ? "%s" : "%s and %s", left, right);
	return observation_true(&o);
}
