/*
 * Replies as JSON, by CONTRACT: an address, a frame number or a mask is a string in hexadecimal,
 * because JSON's readers make doubles of numbers; a count is a number.
 */
#include "command/reply.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *status_name(enum status s)
{
	static const char *const names[] = { "ok", "blocked", "error", "oops" };

	return names[s];
}

json_t *json_hex(uint64_t n)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "0x%" PRIx64, n);
	return json_string(buf);
}

json_t *json_bytes(const void *bytes, size_t n)
{
	const unsigned char *b = bytes;
	char *s = malloc(2 * n + 1);
	json_t *json;

	if (!s)
		abort();
	for (size_t i = 0; i < n; i++)
		snprintf(s + 2 * i, 3, "%02x", b[i]);
	json = json_stringn(s, 2 * n);
	free(s);
	return json;
}

json_t *json_observation(const struct observation *o)
{
	char buf[32];

	switch (o->type) {
	case OBS_COUNT:
	case OBS_BYTES:
		return json_integer((json_int_t)o->n);
	case OBS_BOOL:
		return json_boolean(o->n);
	case OBS_WORD:
		return json_string(o->word);
	default:
		observation_text(o, buf, sizeof(buf));
		return json_string(buf);
	}
}

json_t *reply_json(const struct reply *r)
{
	return json_pack("{s:I, s:s, s:s, s:O?, s:s, s:I, s:I}", "line", (json_int_t)r->line,
	                 "command", r->command, "status", status_name(r->status), "result",
	                 r->result, "message", r->message, "events", (json_int_t)r->events,
	                 "cycles", (json_int_t)r->cycles);
}

void reply_release(struct reply *r)
{
	free(r->command);
	free(r->message);
	json_decref(r->result);
	*r = (struct reply){ 0 };
}
