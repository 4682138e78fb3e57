/*
 * Values of expressions as text and as truth, and the one-call form.
 */
#include "lab/expr_node.h"

#include <inttypes.h>
#include <stdio.h>

void observation_text(const struct observation *o, char *buf, size_t size)
{
	switch (o->type) {
	case OBS_ADDRESS:
	case OBS_PFN:
	case OBS_MASK:
		snprintf(buf, size, "0x%" PRIx64, o->n);
		break;
	case OBS_BOOL:
		snprintf(buf, size, "%s", o->n ? "true" : "false");
		break;
	case OBS_WORD:
		snprintf(buf, size, "%s", o->word);
		break;
	case OBS_COUNT:
	case OBS_BYTES:
		snprintf(buf, size, "%" PRId64, (int64_t)o->n);
		break;
	}
}

bool observation_true(const struct observation *o)
{
	return o->type == OBS_WORD ? o->word[0] != '\0' : o->n != 0;
}

bool expr_eval_text(const char *text, const struct session *s, struct observation *o,
                    struct message *m)
{
	struct expr *e = expr_parse(text, m);
	bool ok = e && expr_eval(e, s, o, m);

	expr_free(e);
	return ok;
}

bool expr_sides_text(const char *text, const struct session *s, char *left, char *right,
                     size_t size)
{
	struct expr *e = expr_parse(text, NULL);
	struct observation side[2];
	bool ok = e && expr_sides(e, s, side);

	if (ok) {
		observation_text(&side[0], left, size);
		observation_text(&side[1], right, size);
	}
	expr_free(e);
	return ok;
}
