/*
 * print and expect: expressions over the world; cost: the ledger of cycles.
 */
#include "command/arg.h"
#include "command/reply.h"

#include <inttypes.h>

/* The value of the raw argument; false after a bad_raw() or refuse(). */
static bool evaluate(struct call *c, struct observation *o)
{
	struct message m;
	struct expr *e;
	unsigned column;
	bool ok;

	if (!c->raw[0])
		return bad_raw(c, 0, "An expression belongs behind `%s`: %s", c->command->name,
		               c->command->usage);
	e = expr_parse_at(c->raw, &column, &m);
	if (!e)
		return bad_raw(c, column - 1, "%s", m.text);
	ok = expr_eval(e, c->s, o, &m);
	expr_free(e);
	if (!ok)
		return bad_raw(c, 0, "%s", m.text);
	json_object_set_new(c->answer.result, "value", json_observation(o));
	return true;
}

static enum status run_print(struct call *c)
{
	struct observation o;
	char text[64];

	if (!evaluate(c, &o))
		return STATUS_ERROR;
	observation_text(&o, text, sizeof(text));
	say(c, "%s", text);
	if (o.type != OBS_WORD)
		c->answer.value = (struct value){
			.kind = o.type == OBS_PFN ? VALUE_PAGE :
			        o.type == OBS_ADDRESS && o.n <= UINT32_MAX ? VALUE_VA : VALUE_NUMBER,
			.n = o.n,
		};
	return STATUS_OK;
}

static enum status run_expect(struct call *c)
{
	struct observation o;
	char left[64], right[64];

	if (!evaluate(c, &o))
		return STATUS_ERROR;
	if (observation_true(&o)) {
		say(c, "As expected: %s.", c->raw);
		return STATUS_OK;
	}
	if (expr_sides_text(c->raw, c->s, left, right, sizeof(left)))
		bad_raw(c, 0, "This was expected, but is not so: %s (left is %s, right is %s)", c->raw,
		        left, right);
	else
		bad_raw(c, 0, "This was expected, but is not so: %s", c->raw);
	return STATUS_ERROR;
}

/* --- cost ------------------------------------------------------------------------------------- */

static enum status run_cost(struct call *c)
{
	const struct machine *m = &call_world(c)->machine;
	json_t *causes = json_array();
	uint64_t total = 0;

	for (unsigned i = 0; i < NR_COSTS; i++)
		total += m->stats.charges[i] * m->cost->cycles[i];
	say(c, "%" PRIu64 " cycles were spent on all CPUs since power-on (cost table %s):", total,
	    m->cost->name);
	for (unsigned i = 0; i < NR_COSTS; i++) {
		uint64_t n = m->stats.charges[i], cycles = n * m->cost->cycles[i];

		if (!n)
			continue;
		json_array_append_new(causes, json_pack("{s:s, s:I, s:I}", "name",
		                                        cost_key((enum cost)i), "count", (json_int_t)n,
		                                        "cycles", (json_int_t)cycles));
		say(c, "\n  %-10s %8" PRIu64 " times %6" PRIu32 " = %10" PRIu64 "  %s",
		    cost_key((enum cost)i), n, m->cost->cycles[i], cycles, cost_doc((enum cost)i));
	}
	json_object_set_new(c->answer.result, "cycles", json_integer((json_int_t)total));
	json_object_set_new(c->answer.result, "causes", causes);
	return STATUS_OK;
}

const struct command print_commands[] = {
	{
		.name = "print", .group = "asking", .usage = "print EXPRESSION",
		.summary = "Prints the value of an expression over observables, names and history.",
		.example = { "print pkmap.used", "print count(IPI_SEND where cpu == 0) * 2" },
		.errors = "An unknown name is answered with the nearest known one.",
		.see = "expect observables expressions events", .max = ARGS_MANY,
		.flags = GIVES | RAW | NEEDS_WORLD, .arg = { ARG_EXPR }, .run = run_print,
	},
	{
		.name = "expect", .group = "asking", .usage = "expect EXPRESSION",
		.summary = "Fails unless the expression is true: an assertion in a script.",
		.example = { "expect pkmap.count[1] == 2", "expect page(p0).zone == HighMem" },
		.errors = "Fails when the expression is false, with the values of both its sides.",
		.see = "print observables expressions", .max = ARGS_MANY, .flags = RAW | NEEDS_WORLD,
		.arg = { ARG_EXPR }, .run = run_expect,
	},
	{
		.name = "cost", .group = "asking", .usage = "cost",
		.summary = "Shows what the cycles of all CPUs went into.",
		.example = { "cost", "kmap p0; cost" }, .errors = "Cannot fail.", .see = "print tlb",
		.flags = NEEDS_WORLD, .run = run_cost,
	},
	{ .name = NULL },
};
