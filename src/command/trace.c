/*
 * JSON Lines of events, made from the same rows as the narration.
 */
#include "command/trace.h"

#include "command/reply.h"
#include "lab/narrate.h"

static json_t *argument_json(const struct event *e, unsigned i, enum event_format format)
{
	const char *word = event_word(e->kind, i, e->arg[i]);

	if (word)
		return json_string(word);
	if (format == EVENT_ARG_ADDRESS || format == EVENT_ARG_PFN)
		return json_hex(e->arg[i]);
	return json_integer((json_int_t)e->arg[i]);
}

json_t *event_json(const struct world *w, uint32_t seq, const struct event *e)
{
	const struct event_desc *d = event_desc(e->kind);
	json_t *json = json_pack("{s:I, s:s, s:I, s:I, s:i, s:I}", "seq", (json_int_t)seq, "kind",
	                         d ? d->name : "?", "cycle", (json_int_t)e->cycle, "step",
	                         (json_int_t)e->step, "task", (int)e->task, "cause",
	                         (json_int_t)e->cause);
	char name[32], text[256];

	if (e->cpu != EVENT_NO_CPU)
		json_object_set_new(json, "cpu", json_integer(e->cpu));
	for (unsigned i = 0; i < 3; i++) {
		enum event_format format = event_argument(e->kind, i, name, sizeof(name));

		if (format != EVENT_ARG_NONE)
			json_object_set_new(json, name, argument_json(e, i, format));
	}
	event_narrate(w, e, text, sizeof(text));
	json_object_set_new(json, "text", json_string(text));
	return json;
}

bool trace_write(FILE *f, const struct session *s, uint32_t from, uint32_t to)
{
	const struct world *w = session_world(s);

	for (uint32_t seq = from ? from : 1; w && seq && seq <= to; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);
		json_t *json = e ? event_json(w, seq, e) : NULL;

		if (json && (json_dumpf(json, f, JSON_COMPACT) != 0 || fputc('\n', f) == EOF)) {
			json_decref(json);
			return false;
		}
		json_decref(json);
	}
	return !ferror(f);
}
