/*
 * The random user; see driver.h. An act is a row of the table at the end, drawn by weight. Two
 * numbers are never drawn in one expression, so that every compiler's user does the same.
 */
#include "driver_acts.h"

#include "lab/narrate.h"
#include "lab/paranoid.h"
#include "lab/timeline.h"

#define TOLD 60 /* events, when something is wrong */

unsigned driver_random(struct driver *d, unsigned n)
{
	uint64_t z = d->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) % n);
}

const struct world *driver_world(const struct driver *d)
{
	return session_world(d->s);
}

unsigned random_cpu(struct driver *d)
{
	return driver_random(d, driver_world(d)->machine.nr_cpus);
}

unsigned random_task(struct driver *d)
{
	return 1 + driver_random(d, driver_world(d)->kernel.nr_tasks);
}

uint32_t random_page(struct driver *d)
{
	return d->page[driver_random(d, DRIVER_PAGES)];
}

/* --- booting ---------------------------------------------------------------------------------- */

static uint32_t alloc(struct driver *d, uint32_t gfp)
{
	struct __alloc_pages_frame f = { .gfp = gfp };

	ck_assert(session_start(d->s, 0, &__alloc_pages_op, &f, NULL));
	ck_assert_int_eq(session_run_cpu(d->s, 0), RUN_DONE);
	ck_assert_uint_ne(cpu_context(driver_world(d), 0)->result, 0);
	return (uint32_t)cpu_context(driver_world(d), 0)->result;
}

void driver_boot(struct driver *d, const char *words, uint64_t seed)
{
	struct boot_config c = lab_config(words);
	struct message m = { "" };

	if (!d->s)
		d->s = session_new();
	d->random = seed;
	d->words = words;
	ck_assert_msg(session_boot(d->s, &c, &m), "%s", m.text);
	session_set_paranoid(d->s, true, lab_excepted(driver_world(d)));
	for (unsigned i = 0; i < DRIVER_PAGES; i++)
		d->page[i] = alloc(d, i < DRIVER_PAGES - 2 ? GFP_WAIT | GFP_HIGHMEM : GFP_WAIT);
	d->first = session_position(d->s);
}

void driver_free(struct driver *d)
{
	session_free(d->s);
	d->s = NULL;
}

bool driver_halted(const struct driver *d)
{
	for (unsigned cpu = 0; cpu < driver_world(d)->machine.nr_cpus; cpu++)
		if (driver_world(d)->kernel.cpu[cpu].halted)
			return true;
	return false;
}

/* --- operations ------------------------------------------------------------------------------- */

/* What fell asleep gives its CPU another shell, as it does behind a prompt. */
static void run(struct driver *d, unsigned cpu, const struct op *op)
{
	const struct task *shell;

	if (session_run_cpu(d->s, cpu) != RUN_BLOCKED)
		return;
	shell = task_get(driver_world(d), driver_world(d)->kernel.cpu[cpu].shell);
	if (shell->state == TASK_UNINTERRUPTIBLE && shell->shell)
		session_background(d->s, cpu, op->name);
}

static bool begin(struct driver *d, unsigned cpu, const struct op *op, const void *locals)
{
	bool begun = session_start(d->s, cpu, op, locals, NULL);

	d->done += begun;
	d->refused += !begun;
	return begun;
}

void driver_start(struct driver *d, unsigned cpu, const struct op *op, const void *locals)
{
	if (begin(d, cpu, op, locals) && driver_random(d, 16))
		run(d, cpu, op); /* else it is stepped by somebody, some time */
}

void driver_do(struct driver *d, unsigned cpu, const struct op *op, const void *locals)
{
	if (begin(d, cpu, op, locals))
		run(d, cpu, op);
}

void driver_goto(struct driver *d, uint32_t position)
{
	session_goto(d->s, position < d->first ? d->first : position); /* its pages are its own */
	memset(d->block, 0, sizeof(d->block)); /* they may be anybody's now */
}

static const struct {
	unsigned weight;
	act_fn *act;
} acts[] = {
	{ 20, act_kmap },         { 20, act_kunmap },       { 1, act_flush_unused },
	{ 10, act_kmap_atomic },  { 14, act_kunmap_atomic },{ 6, act_kmap_local },
	{ 8, act_kunmap_local },  { 3, act_copy },          { 20, act_access },
	{ 3, act_alloc },         { 3, act_free },          { 3, act_enter },
	{ 6, act_exit },          { 2, act_disable },       { 6, act_enable },
	{ 4, act_spawn },         { 3, act_release },       { 8, act_step },
	{ 4, act_vmalloc },       { 4, act_vfree },         { 2, act_interrupt },
	{ 14, act_run },          { 1, act_knob },          { 3, act_device },
	{ 12, act_io },           { 3, act_fork },          { 16, act_user },
	{ 5, act_syscall },       { 1, act_end },           { 6, act_become },
	{ 4, act_preempt },       { 3, act_migrate },
};

void driver_act(struct driver *d)
{
	unsigned sum = 0, choice;

	for (size_t i = 0; i < LENGTH(acts); i++)
		sum += acts[i].weight;
	choice = driver_random(d, sum);
	for (size_t i = 0; i < LENGTH(acts); i++) {
		if (choice < acts[i].weight) {
			acts[i].act(d);
			return;
		}
		choice -= acts[i].weight;
	}
}

/* --- what must hold --------------------------------------------------------------------------- */

/* How it came to that: the last events, for whoever has to find out. */
static void tell(const struct world *w)
{
	uint32_t last = w->machine.log.n;
	char text[200];

	for (uint32_t seq = last > TOLD ? last - TOLD : 1; seq <= last; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		if (!e)
			continue;
		event_narrate(w, e, text, sizeof(text));
		fprintf(stderr, "step %u CPU %d: %s\n", e->step, e->cpu, text);
	}
}

void driver_check(const struct driver *d)
{
	char text[320];

	if (!session_violation(d->s)->invariant && d->done % 64 == 0)
		session_check(d->s);
	if (session_violation(d->s)->invariant) {
		violation_text(session_violation(d->s), text, sizeof(text));
		tell(driver_world(d));
		ck_abort_msg("%s: %s", d->words, text);
	}
	ck_assert_uint_le(session_position(d->s), session_end(d->s));
}
