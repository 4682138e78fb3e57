/*
 * patch: boots the kernel with a state of the series that turned the named slots of kmap_atomic()
 * into a stack; without a number, says in which state the kernel is.
 *
 * What a state does is read off the table of states and the atomic_ops it selects: two states that
 * run the same functions have the same binary, whatever they compile from.
 */
#include "command/arg.h"
#include "command/boot_words.h"

#include "kernel/atomic_patch.h"

#include <string.h>

static const char *const argument_words[] = {
	[SLOT_CHOOSES] = "chooses", [SLOT_IGNORED] = "ignored",
	[SLOT_REFUSED] = "compile error", [SLOT_GONE] = "compile error",
};

/* The first state that executes the same code, which may be the state itself. */
static unsigned first_alike(unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(patch_state(i)->atomic, patch_state(n)->atomic))
			return i;
	return n;
}

static json_t *patch_json(const struct world *w, int n)
{
	const struct atomic_ops *ops = w->kernel.atomic_ops;

	return json_pack("{s:o, s:s, s:s, s:s, s:b, s:s, s:s, s:b}", "patch",
	                 n < 0 ? json_null() : json_integer(n), "kernel", w->kernel.profile->name,
	                 "title", n < 0 ? "outside of the series" : patch_state((unsigned)n)->title,
	                 "slot_argument", argument_words[slot_argument(w)], "released",
	                 !w->kernel.config.patch, "map", ops->map->name, "unmap", ops->unmap->name,
	                 "nested", ops->nested);
}

static void say_code(struct call *c, unsigned n)
{
	const struct atomic_ops *ops = call_world(c)->kernel.atomic_ops;
	unsigned alike = first_alike(n);

	say(c, " It runs %s() and %s()", ops->map->name, ops->unmap->name);
	if (alike != n)
		say(c, ", the same code as patch %u", alike);
	say(c, ".");
}

static enum status say_patch(struct call *c)
{
	const struct world *w = call_world(c);
	int n = patch_of(w);

	json_decref(c->answer.result);
	c->answer.result = patch_json(w, n);
	if (n < 0) {
		say(c, "Kernel %s has nothing to do with the series: it runs %s() and %s(). `kernel "
		    "2.6.32` stands at its beginning, `kernel 2.6.37` near its end.",
		    w->kernel.profile->name, w->kernel.atomic_ops->map->name,
		    w->kernel.atomic_ops->unmap->name);
		return STATUS_OK;
	}
	say(c, "Kernel %s %s patch %d, %s. %s", w->kernel.profile->name,
	    w->kernel.config.patch ? "boots with" : "was released in the state of", n,
	    patch_state((unsigned)n)->title, patch_state((unsigned)n)->doc);
	say_code(c, (unsigned)n);
	if (n)
		json_object_set_new(c->answer.result, "same_code_as",
		                    json_integer(first_alike((unsigned)n)));
	return STATUS_OK;
}

static enum status run_patch(struct call *c)
{
	struct boot_config config = present_config(c->in);
	uint64_t n;
	struct message m;

	if (!c->argc)
		return need_world(c->in, &m) ? say_patch(c) : refuse(c, "%s", m.text);
	if (!arg_number(c, 0, 0, PATCH_STATES - 1, &n))
		return STATUS_ERROR;
	config.patch = (unsigned)n + 1;
	if (boot_with_config(c, &config) != STATUS_OK)
		return STATUS_ERROR;
	text_free(&c->answer.message);
	return say_patch(c);
}

const struct command patch_commands[] = {
	{
		.name = "patch", .group = "machine", .usage = "patch [0..4]",
		.summary = "Boots the kernel with a state of the series that made the named slots of "
		           "kmap_atomic a stack, or says which state it is in.",
		.example = { "patch 2", "patch" },
		.errors = "Only for kernels of the series' time: 2.4 does not clear slots, 6.1 has "
		          "kmap_local instead. The refusal says what to use.",
		.see = "kmap_atomic kunmap_atomic kernel boot", .max = 1, .arg = { ARG_NUMBER },
		.run = run_patch,
	},
	{ .name = NULL },
};
