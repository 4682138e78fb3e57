/*
 * print and expect: expressions over the world; cost: the ledger of cycles.
 */
#include "command/arg.h"
#include "command/reply.h"
#include "lab/ledger.h"

#include <inttypes.h>
#include <string.h>

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

/* The moment that `since STEP` names; without it the boot. */
static bool cost_from(struct call *c, struct moment *from)
{
	uint32_t position;
	uint64_t step = 0;

	if (c->argc && (strcmp(c->argv[0], "since") != 0 || c->argc < 2))
		return bad(c, 0, "`cost` alone, or `cost since STEP`");
	if (c->argc && !arg_number(c, 1, 0, call_world(c)->steps, &step))
		return false;
	if (!session_find_step(c->s, (uint32_t)step, &position))
		return bad(c, 1, "There is no step %" PRIu64 " on this branch", step);
	*from = moment_of(session_peek(c->s, position));
	return true;
}

static enum status run_cost(struct call *c)
{
	json_t *causes = json_array();
	struct moment from = { 0 };
	struct ledger l;

	if (c->argc && !cost_from(c, &from)) {
		json_decref(causes);
		return STATUS_ERROR;
	}
	l = ledger_since(call_world(c), &from);
	say(c, "%" PRIu64 " cycles passed on all CPUs together since %s%s (cost table %s):", l.cycles,
	    c->argc ? "step " : "the boot", c->argc ? c->argv[1] : "",
	    call_world(c)->machine.cost->name);
	for (unsigned i = 0; i < CAUSES; i++) {
		uint64_t n = l.cause[i].count, cycles = l.cause[i].cycles;

		if (!n && !cycles)
			continue;
		json_array_append_new(causes, json_pack("{s:s, s:I, s:I}", "name",
		                                        ledger_key((enum ledger_cause)i), "count",
		                                        (json_int_t)n, "cycles", (json_int_t)cycles));
		say(c, "\n  %-10s %8" PRIu64 " times %12" PRIu64 "  %s", ledger_key((enum ledger_cause)i),
		    n, cycles, ledger_doc((enum ledger_cause)i));
	}
	json_object_set_new(c->answer.result, "cycles", json_integer((json_int_t)l.cycles));
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
		.name = "cost", .group = "asking", .usage = "cost [since STEP]",
		.summary = "Shows what the cycles of all CPUs went into, by cause; the causes sum up to "
		           "the cycles that passed.",
		.example = { "cost", "kmap p0; cost since 0" },
		.errors = "The step must lie on this branch, and not ahead.", .see = "print tlb timeline",
		.max = 2, .flags = NEEDS_WORLD, .arg = { ARG_TEXT, ARG_POSITION }, .run = run_cost,
	},
	{ .name = NULL },
};
