/*
 * Two numbers and an operator.
 *
 * Arithmetic is signed, 64 bits wide and checked. What a number is decides how the result is shown:
 * an address, frame or mask is hexadecimal; adding a count to one gives its like, the difference of
 * two is a count, and so is a quotient or a remainder.
 */
#include "lab/expr_node.h"

static bool is_hex(enum observable_type type)
{
	return type == OBS_ADDRESS || type == OBS_PFN || type == OBS_MASK;
}

/* -1, 0 or 1. Hexadecimal values may use all 64 bits; counts may be negative. */
static int order(const struct observation *a, const struct observation *b)
{
	if (is_hex(a->type) && is_hex(b->type))
		return a->n < b->n ? -1 : a->n > b->n;
	return (int64_t)a->n < (int64_t)b->n ? -1 : (int64_t)a->n > (int64_t)b->n;
}

bool numbers_compare(enum sign sign, const struct observation *a, const struct observation *b)
{
	int c = order(a, b);

	switch (sign) {
	case SIGN_EQ:
		return c == 0;
	case SIGN_NE:
		return c != 0;
	case SIGN_LE:
		return c <= 0;
	case SIGN_GE:
		return c >= 0;
	case SIGN_LT:
		return c < 0;
	default:
		return c > 0;
	}
}

/* What a sum, difference or product of two such numbers is. */
static enum observable_type result_type(enum sign sign, enum observable_type a,
                                        enum observable_type b)
{
	if (sign == SIGN_DIV || sign == SIGN_MOD || (sign == SIGN_SUB && is_hex(a) && is_hex(b)))
		return OBS_COUNT;
	if (sign == SIGN_MUL && (is_hex(a) || is_hex(b)))
		return OBS_MASK;
	if (is_hex(a) || is_hex(b))
		return is_hex(a) ? a : b;
	return OBS_COUNT;
}

static bool divide(enum sign sign, int64_t a, int64_t b, int64_t *result, struct message *m)
{
	if (b == 0)
		return fail(m, "this is a division by zero");
	if (a == INT64_MIN && b == -1)
		return fail(m, "the result does not fit in 64 bits");
	*result = sign == SIGN_DIV ? a / b : a % b;
	return true;
}

bool numbers_combine(enum sign sign, const struct observation *a, const struct observation *b,
                     struct observation *o, struct message *m)
{
	int64_t x = (int64_t)a->n, y = (int64_t)b->n, result = 0;
	bool overflow = false;

	if (sign == SIGN_ADD)
		overflow = __builtin_add_overflow(x, y, &result);
	else if (sign == SIGN_SUB)
		overflow = __builtin_sub_overflow(x, y, &result);
	else if (sign == SIGN_MUL)
		overflow = __builtin_mul_overflow(x, y, &result);
	else if (!divide(sign, x, y, &result, m))
		return false;
	if (overflow)
		return fail(m, "the result of '%s' does not fit in 64 bits", sign_text(sign));
	*o = (struct observation){ .type = result_type(sign, a->type, b->type),
		                   .n = (uint64_t)result };
	return true;
}
