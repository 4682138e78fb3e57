/*
 * Reading arguments.
 *
 * Wherever a number or an address belongs, an expression without blanks does as well, so that
 * `read v+4` and `step 2*8` need no second command. A page is written so that it cannot be mistaken
 * for an address: a bare number is refused, with both spellings that could have been meant.
 */
#include "command/arg.h"

#include "kernel/atomic.h"
#include "lab/words.h"
#include "machine/conf.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *suggestion(const char *word, const char *const *words, unsigned n, char *buf,
                       size_t size)
{
	const char *near = did_you_mean(word, words, n);

	buf[0] = '\0';
	if (near)
		snprintf(buf, size, "; did you mean '%s'?", near);
	return buf;
}

static bool is_one_word(const char *s)
{
	while (isalnum((unsigned char)*s))
		s++;
	return !*s;
}

/* A literal or an expression. */
static bool number(struct call *c, unsigned i, struct observation *o)
{
	struct message why;

	if (conf_number(c->argv[i], &o->n)) {
		o->type = OBS_COUNT;
		return true;
	}
	if (c->argv[i][strspn(c->argv[i], "0123456789")] == '\0')
		return bad(c, i, "'%s' is too large a number: 64 bits are the limit", c->argv[i]);
	if (isdigit((unsigned char)c->argv[i][0]) && is_one_word(c->argv[i]))
		return bad(c, i, "'%s' is no number: decimal or 0x hex, with K, M or G behind it",
		           c->argv[i]);
	if (!expr_eval_text(c->argv[i], c->s, o, &why))
		return bad(c, i, "'%s' is no number: %s", c->argv[i], why.text);
	if (o->type == OBS_WORD)
		return bad(c, i, "'%s' is a word, and a number belongs here", c->argv[i]);
	return true;
}

bool arg_number(struct call *c, unsigned i, uint64_t min, uint64_t max, uint64_t *n)
{
	struct observation o;

	if (!number(c, i, &o))
		return false;
	if (o.n < min || o.n > max)
		return bad(c, i, "%s is out of range: it must be %" PRIu64 " to %" PRIu64,
		           c->argv[i], min, max);
	*n = o.n;
	return true;
}

/* A name in place of a page. */
static bool named_page(struct call *c, unsigned i, uint64_t *pfn)
{
	struct value v = session_lookup(c->s, c->argv[i]);
	const char *names[COMMANDS_MAX];
	struct message why;
	char near[64];
	unsigned n = 0;

	if (v.kind == VALUE_PAGE)
		*pfn = v.n;
	if (v.kind == VALUE_VA && !page_behind(call_world(c), c->cpu, (uint32_t)v.n, pfn, &why))
		return bad(c, i, "%s", why.text);
	if (v.kind == VALUE_PAGE || v.kind == VALUE_VA)
		return true;
	while (n < COMMANDS_MAX && (names[n] = session_name(c->s, n, &v)))
		n++;
	return bad(c, i, "No page is called '%s'%s", c->argv[i],
	           n ? suggestion(c->argv[i], names, n, near, sizeof(near)) :
	               ": `alloc highmem` gives you one, p0");
}

static bool page_of(struct call *c, unsigned i, uint64_t *pfn)
{
	const char *s = c->argv[i];
	struct message why;
	uint64_t n;

	if (strncmp(s, "pfn:", 4) == 0) {
		if (!conf_number(s + 4, pfn))
			return bad(c, i, "'%s' is no frame number: write it as in pfn:0x7f424", s);
		return true;
	}
	if (s[0] == '@') {
		if (!conf_number(s + 1, &n) || n > UINT32_MAX)
			return bad(c, i, "'%s' is no address below 4 GiB, as in @0xc0100000", s);
		return page_behind(call_world(c), c->cpu, (uint32_t)n, pfn, &why) ||
		       bad(c, i, "%s", why.text);
	}
	if (conf_number(s, &n))
		return bad(c, i,
		           "A bare number could be a frame or an address: write pfn:%s or @%s", s,
		           s);
	return named_page(c, i, pfn);
}

bool arg_page(struct call *c, unsigned i, uint64_t *pfn)
{
	if (!page_of(c, i, pfn))
		return false;
	if (page_exists(call_world(c), *pfn))
		return true;
	if (*pfn < call_world(c)->kernel.layout.max_pfn)
		return bad(c, i, "There is no page frame 0x%" PRIx64 ": it lies in a hole of the "
		           "memory map (`e820` shows the map)", *pfn);
	return bad(c, i, "There is no page frame 0x%" PRIx64 ": the kernel's RAM ends below frame "
	           "0x%" PRIx64, *pfn, call_world(c)->kernel.layout.max_pfn);
}

bool arg_is_page(const struct call *c, unsigned i)
{
	return c->argv[i][0] == '@' || strncmp(c->argv[i], "pfn:", 4) == 0 ||
	       session_lookup(c->s, c->argv[i]).kind == VALUE_PAGE;
}

bool arg_va(struct call *c, unsigned i, uint32_t *va)
{
	struct observation o;

	if (arg_is_page(c, i)) {
		if (!arg_page(c, i, &o.n))
			return false;
		*va = page_address(call_world(c), o.n);
		return *va || bad(c, i, "%s has no address: `kmap` it, or name the address that "
		                  "kmap_atomic gave", c->argv[i]);
	}
	if (!number(c, i, &o))
		return false;
	if (o.n > UINT32_MAX)
		return bad(c, i, "%s lies beyond the 4 GiB of virtual addresses", c->argv[i]);
	*va = (uint32_t)o.n;
	return true;
}

bool arg_slot(struct call *c, unsigned i, int *slot)
{
	const struct world *w = call_world(c);
	const struct profile *p = w->kernel.profile;
	const char *names[PROFILE_SLOTS];
	bool prefix = strncasecmp(c->argv[i], "KM_", 3) == 0;
	const char *near;
	uint64_t n;
	int named = profile_slot(p, c->argv[i]);

	if (named >= 0) {
		*slot = (int)km_type(w, named);
		return true;
	}
	if (conf_number(c->argv[i], &n)) {
		*slot = (int)n;
		return n < w->kernel.layout.kmap_slots_per_cpu ||
		       bad(c, i, "There is no slot %s: each CPU of kernel %s has slots 0 to %u",
		           c->argv[i], p->name, w->kernel.layout.kmap_slots_per_cpu - 1);
	}
	for (unsigned k = 0; k < p->nr_slots; k++)
		names[k] = p->slot[k];
	near = did_you_mean(c->argv[i] + (prefix ? 3 : 0), names, p->nr_slots);
	if (!near)
		return bad(c, i, "Kernel %s has no slot '%s'; it has %u, KM_%s to KM_%s", p->name,
		           c->argv[i], p->nr_slots, p->slot[0], p->slot[p->nr_slots - 1]);
	return bad(c, i, "Kernel %s has no slot '%s'; did you mean 'KM_%s'?", p->name, c->argv[i],
	           near);
}

/* "PREFIX7" or "7". */
static bool prefixed(const char *s, const char *prefix, uint64_t *n)
{
	size_t length = strlen(prefix);

	return conf_number(strncmp(s, prefix, length) == 0 ? s + length : s, n);
}

bool arg_cpu(struct call *c, unsigned i, unsigned *cpu)
{
	unsigned cpus = call_world(c)->machine.nr_cpus;
	uint64_t n;

	if (!prefixed(c->argv[i], "cpu", &n))
		return bad(c, i, "'%s' is no CPU: write 0 or cpu0", c->argv[i]);
	if (n >= cpus)
		return bad(c, i, "There is no CPU %" PRIu64 ": this machine has %u, 0 to %u", n,
		           cpus, cpus - 1);
	*cpu = (unsigned)n;
	return true;
}

/* A living task by its name, the newest if several have it; 0: none. */
static unsigned task_named(const struct world *w, const char *comm)
{
	for (unsigned i = w->kernel.nr_tasks; i > 0; i--) {
		const struct task *t = task_get(w, i);

		if (t->pid && t->state != TASK_DEAD && strcmp(t->comm, comm) == 0)
			return i;
	}
	return 0;
}

bool arg_task(struct call *c, unsigned i, unsigned *task)
{
	const struct world *w = call_world(c);
	uint64_t n;

	if (!prefixed(c->argv[i], "task", &n)) {
		*task = task_named(w, c->argv[i]);
		return *task || bad(c, i, "'%s' is no task: write 5, task5 or a name; `task` lists "
		                    "them", c->argv[i]);
	}
	if (n == 0 || n > w->kernel.nr_tasks || task_get(w, (unsigned)n)->state == TASK_UNUSED)
		return bad(c, i, "There is no task %" PRIu64 "; `task` lists them", n);
	*task = (unsigned)n;
	return true;
}

int arg_word(struct call *c, unsigned i, const char *what, const char *const *words, unsigned n)
{
	struct text all = { 0 };
	char near[64];

	for (unsigned k = 0; k < n; k++)
		if (strcasecmp(words[k], c->argv[i]) == 0)
			return (int)k;
	for (unsigned k = 0; k < n; k++)
		text_add(&all, "%s%s", k ? ", " : "", words[k]);
	suggestion(c->argv[i], words, n, near, sizeof(near));
	bad(c, i, "There is no %s '%s'%s%s", what, c->argv[i], near[0] ? near : ": there are ",
	    near[0] ? "" : text_get(&all));
	text_free(&all);
	return -1;
}

const char *option_value(const struct call *c, const char *key, unsigned *index)
{
	for (unsigned i = 0; i < c->nr_options; i++)
		if (strcmp(c->option[i].key, key) == 0) {
			if (index)
				*index = i;
			return c->option[i].value;
		}
	return NULL;
}

void page_label(const struct call *c, unsigned i, uint64_t pfn, char *buf, size_t size)
{
	const char *name = session_page_name(c->s, pfn);

	if (i < c->argc && is_name(c->argv[i]))
		name = c->argv[i];
	if (name)
		snprintf(buf, size, "%s", name);
	else
		snprintf(buf, size, "pfn:0x%" PRIx64, pfn);
}
