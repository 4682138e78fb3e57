/*
 * The helpers of the tests of steps, world and timeline; see lab.h.
 */
#include "lab.h"

#include "kernel/setup.h"

#include <stdarg.h>

/* --- booting ---------------------------------------------------------------------------------- */

static void option(struct boot_config *c, const char *name, const char *value)
{
	unsigned i = c->nr_options++;

	ck_assert_uint_lt(i, BOOT_OPTIONS);
	snprintf(c->option[i].name, sizeof(c->option[i].name), "%s", name);
	c->option[i].value = !strcmp(value, "yes");
}

static void highmem(struct boot_config *c, const char *value)
{
	for (c->highmem = NOHIGHMEM; strcmp(highmem_name(c->highmem), value); c->highmem++)
		ck_assert_int_lt(c->highmem, HIGHMEM64G);
}

static void split(struct boot_config *c, const char *value)
{
	for (c->split = VMSPLIT_3G; strcmp(split_name(c->split), value); c->split++)
		ck_assert_int_lt(c->split, VMSPLIT_4G4G);
}

static void word(struct boot_config *c, char *key)
{
	char *value = strchr(key, '=');
	unsigned long n;

	ck_assert_ptr_nonnull(value);
	*value++ = '\0';
	n = strtoul(value, NULL, 10);
	if (!strcmp(key, "kernel"))
		snprintf(c->kernel, sizeof(c->kernel), "%s", value);
	else if (!strcmp(key, "cpu"))
		snprintf(c->cpu_model, sizeof(c->cpu_model), "%s", value);
	else if (!strcmp(key, "ram"))
		c->ram = (uint64_t)n << 20;
	else if (!strcmp(key, "cpus"))
		c->cpus = (unsigned)n;
	else if (!strcmp(key, "nr_cpus"))
		c->nr_cpus = (unsigned)n;
	else if (!strcmp(key, "pkmap"))
		c->pkmap = (unsigned)n;
	else if (!strcmp(key, "seed"))
		c->seed = n;
	else if (!strcmp(key, "highmem"))
		highmem(c, value);
	else if (!strcmp(key, "split"))
		split(c, value);
	else if (!strcmp(key, "patch"))
		c->patch = (unsigned)n + 1;
	else
		option(c, key, value);
}

struct boot_config lab_config(const char *words)
{
	struct boot_config c = boot_config_default();
	char *copy = strdup(words);

	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		word(&c, w);
	free(copy);
	if (c.nr_cpus < c.cpus)
		c.nr_cpus = c.cpus;
	return c;
}

/* What was read from the data folder, for the life of the test. */
static const struct profile *profile(const char *name)
{
	static struct profile *kept[8];
	struct message m = { "" };
	size_t i;

	for (i = 0; i < LENGTH(kept) && kept[i]; i++)
		if (!strcmp(kept[i]->name, name))
			return kept[i];
	ck_assert_uint_lt(i, LENGTH(kept));
	kept[i] = profile_read(name, &m);
	ck_assert_msg(kept[i], "%s", m.text);
	kept[i]->atomic_ops = atomic_ops_find(kept[i]->atomic);
	ck_assert_ptr_nonnull(kept[i]->atomic_ops);
	return kept[i];
}

static const struct cpu_model *model(const char *name)
{
	static struct cpu_model kept[8];
	struct message m = { "" };
	size_t i;

	for (i = 0; i < LENGTH(kept) && kept[i].name[0]; i++)
		if (!strcmp(kept[i].name, name))
			return &kept[i];
	ck_assert_uint_lt(i, LENGTH(kept));
	ck_assert_msg(cpu_model_read(&kept[i], name, &m), "%s", m.text);
	return &kept[i];
}

static const struct cost_table *costs(void)
{
	static struct cost_table table;
	struct message m = { "" };

	if (!table.name[0])
		ck_assert_msg(cost_table_read(&table, "default", &m), "%s", m.text);
	return &table;
}

static struct world *new_world(void)
{
	struct world *w = malloc(sizeof(*w));

	ck_assert_ptr_nonnull(w);
	return w;
}

struct world *lab_boot_config(const struct boot_config *c)
{
	struct world *w = new_world();
	struct message m = { "" };

	ck_assert_msg(world_boot(w, c, profile(c->kernel), model(c->cpu_model), costs(), &m), "%s",
	              m.text);
	return w;
}

struct world *lab_boot(const char *words)
{
	struct boot_config c = lab_config(words);

	return lab_boot_config(&c);
}

bool lab_boot_refused(const struct boot_config *c, struct message *m)
{
	struct world *w = new_world();
	bool booted = world_boot(w, c, profile(c->kernel), model(c->cpu_model), costs(), m);

	if (booted)
		world_release(w);
	free(w);
	return booted;
}

struct world *lab_clone(const struct world *w)
{
	struct world *copy = new_world();

	world_clone(copy, w);
	return copy;
}

void lab_free(struct world *w)
{
	world_release(w);
	free(w);
}

/* --- pages ------------------------------------------------------------------------------------ */

static uint64_t pages[26];
static unsigned nr_pages;

static uint32_t named_page(struct world *w, uint32_t gfp)
{
	uint64_t pfn = alloc_pages_now(w, gfp, 0);

	ck_assert_uint_ne(pfn, 0);
	if (nr_pages < LENGTH(pages))
		pages[nr_pages++] = pfn;
	return (uint32_t)pfn;
}

uint32_t lab_page(struct world *w)
{
	uint32_t pfn = named_page(w, GFP_WAIT | GFP_HIGHMEM);

	ck_assert(page_highmem(w, pfn));
	return pfn;
}

uint32_t lab_lowmem_page(struct world *w)
{
	return named_page(w, GFP_WAIT);
}

/* --- running ---------------------------------------------------------------------------------- */

static void hold(const struct world *w, uint32_t set, unsigned cpu);

/* A step, and the invariants behind it. */
static enum step_result checked_step(struct world *w, unsigned cpu)
{
	enum step_result r = world_step(w, cpu);

	if (r != STEP_NOTHING && r != STEP_SPUN)
		hold(w, invariants_each_step(), cpu);
	return r;
}

bool lab_step(struct world *w, unsigned cpu)
{
	enum step_result r = checked_step(w, cpu);

	if (r == STEP_TAKEN || r == STEP_OOPSED)
		return true;
	for (unsigned i = 0; i < w->machine.nr_cpus; i++) {
		const struct cpu_state *state = &w->kernel.cpu[i];
		bool handler = state->nr_contexts > 1 && !state->manual[state->nr_contexts - 1];

		if (i == cpu)
			continue;
		r = handler ? checked_step(w, i) : world_interrupt(w, i);
		if (r == STEP_TAKEN)
			return true;
	}
	return false;
}

enum lab_end lab_run(struct world *w, unsigned cpu)
{
	unsigned level = w->kernel.cpu[cpu].nr_contexts, task = w->kernel.cpu[cpu].current;

	for (;;) {
		const struct cpu_state *state = &w->kernel.cpu[cpu];

		if (state->halted)
			return LAB_OOPS;
		if (state->nr_contexts == level && state->current != task &&
		    task_get(w, task)->state == TASK_UNINTERRUPTIBLE)
			return LAB_ASLEEP;
		if (state->nr_contexts == level &&
		    (level > 1 || state->current == task) && !cpu_context(w, cpu)->depth)
			return LAB_DONE;
		if (level == 1 && task_get(w, task)->state == TASK_DEAD)
			return LAB_DONE;
		if (!lab_step(w, cpu))
			return LAB_STUCK;
	}
}

void lab_run_all(struct world *w)
{
	bool moved = true;

	while (moved) {
		moved = false;
		for (unsigned i = 0; i < w->machine.nr_cpus; i++) {
			enum step_result r = checked_step(w, i);

			moved |= r == STEP_TAKEN || r == STEP_OOPSED;
		}
	}
}

enum lab_end lab_try(struct world *w, unsigned cpu, const struct op *op, const void *locals)
{
	struct message m = { "" };

	ck_assert_msg(world_ready(w, cpu, &m), "%s", m.text);
	world_start(w, cpu, op, locals);
	return lab_run(w, cpu);
}

uint64_t lab_do(struct world *w, unsigned cpu, const struct op *op, const void *locals)
{
	enum lab_end end = lab_try(w, cpu, op, locals);

	ck_assert_msg(end == LAB_DONE, "%s() ended with %d at \"%s\"; the log ends with: %s",
	              op->name, end, lab_at(w, cpu), dmesg_line(w, w->kernel.dmesg.n - 1));
	return cpu_context(w, cpu)->result;
}

unsigned lab_spawn(struct world *w, unsigned cpu, const struct op *op, const void *locals)
{
	unsigned task = task_new(w, cpu, op->name);

	ck_assert_uint_ne(task, 0);
	world_start_task(w, task, op, locals);
	return task;
}

const char *lab_at(const struct world *w, unsigned cpu)
{
	const struct context *c = cpu_context(w, cpu);
	const struct step_text *s = c->depth ? frame_step(&c->frame[c->depth - 1]) : NULL;

	return s ? s->text : "";
}

void lab_step_to(struct world *w, unsigned cpu, const char *text)
{
	for (unsigned n = 0; strcmp(lab_at(w, cpu), text); n++) {
		ck_assert_msg(n < 100000, "never came to \"%s\"", text);
		ck_assert_msg(lab_step(w, cpu), "stuck at \"%s\" before \"%s\"", lab_at(w, cpu),
		              text);
	}
}

/* --- memory ----------------------------------------------------------------------------------- */

void lab_store(struct world *w, unsigned cpu, uint32_t va, uint32_t value)
{
	struct access_result r =
		machine_write(&w->machine, cpu, va, &value, sizeof(value), false, NULL);

	ck_assert_int_eq(r.fault, FAULT_NONE);
}

uint32_t lab_load(struct world *w, unsigned cpu, uint32_t va)
{
	uint32_t value = 0;
	struct access_result r =
		machine_read(&w->machine, cpu, va, &value, sizeof(value), false, NULL);

	ck_assert_int_eq(r.fault, FAULT_NONE);
	return value;
}

bool lab_faults(struct world *w, unsigned cpu, uint32_t va)
{
	return machine_translate(&w->machine, cpu, (struct access){ va, ACCESS_READ, false })
	               .fault != FAULT_NONE;
}

uint32_t lab_frame_word(const struct world *w, uint32_t pfn)
{
	return phys_read32(&w->machine.phys, (uint64_t)pfn << PAGE_SHIFT);
}

/* --- the log as text -------------------------------------------------------------------------- */

uint32_t lab_now(const struct world *w)
{
	return w->machine.log.n;
}

struct text {
	char s[16384];
	size_t len;
};

static void put(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	t->len += (size_t)vsnprintf(t->s + t->len, sizeof(t->s) - t->len, format, args);
	va_end(args);
	ck_assert_uint_lt(t->len, sizeof(t->s));
}

static void put_page(struct text *t, uint64_t pfn)
{
	for (unsigned i = 0; i < nr_pages; i++)
		if (pages[i] == pfn) {
			put(t, "%c", 'A' + (int)i);
			return;
		}
	put(t, "pfn:%llx", (unsigned long long)pfn);
}

/* A physical address inside a named page: "A+0x10". */
static void put_physical(struct text *t, uint64_t pa)
{
	for (unsigned i = 0; i < nr_pages; i++)
		if (pages[i] == pa >> PAGE_SHIFT) {
			put(t, "%c+%u", 'A' + (int)i, (unsigned)(pa % PAGE_SIZE));
			return;
		}
	put(t, "0x%llx", (unsigned long long)pa);
}

static void put_address(struct text *t, const struct world *w, uint32_t va)
{
	const struct layout *l = &w->kernel.layout;
	unsigned cpu, slot;

	if (va >= l->pkmap_base && va < l->pkmap_base + l->last_pkmap * PAGE_SIZE)
		put(t, "pkmap+%u", PKMAP_NR(l, va));
	else if (fixmap_slot(w, va, &cpu, &slot))
		put(t, "fix %u+%u", cpu, slot);
	else
		put(t, "0x%x", va);
}

static void put_arg(struct text *t, const struct world *w, const char *arg, uint64_t value)
{
	static const char *const locks[] = { "?", "kmap_lock", "call_function_lock", "zone->lock",
	                                     "vmlist_lock", "purge_lock",
		                             "page_table_lock", "tlbstate_lock" };

	if (!strncmp(arg, "lock:", 5))
		put(t, "%s", locks[value < LENGTH(locks) ? value : 0]);
	else if (!strncmp(arg, "kind:", 5))
		put(t, "%s", context_kind_name((enum context_kind)value));
	else if (strstr(arg, ":o"))
		put(t, "%s", op_get((unsigned)value)->name);
	else if (strstr(arg, ":p"))
		put_page(t, value);
	else if (!strncmp(arg, "pa:", 3))
		put_physical(t, value);
	else if (strstr(arg, ":x"))
		put_address(t, w, (uint32_t)value);
	else
		put(t, "%llu", (unsigned long long)value);
}

/* Whether a name is one of the words. */
static bool listed(const char *name, const char *words)
{
	size_t n = strlen(name);

	for (const char *p = words; (p = strstr(p, name)); p += n)
		if ((p == words || p[-1] == ' ') && (!p[n] || p[n] == ' '))
			return true;
	return false;
}

static void put_event(struct text *t, const struct world *w, const struct event *e)
{
	const struct event_desc *d = event_desc(e->kind);
	const char *before = "(";

	if (e->cpu == EVENT_NO_CPU)
		put(t, "%s%s", t->len ? " " : "", d->name);
	else
		put(t, "%s%u:%s", t->len ? " " : "", e->cpu, d->name);
	for (unsigned i = 0; i < 3; i++)
		if (d->arg[i] && !listed(d->arg[i], "pte:x old:x due:d")) {
			put(t, "%s", before);
			put_arg(t, w, d->arg[i], e->arg[i]);
			before = ",";
		}
	if (*before == ',')
		put(t, ")");
}

const char *lab_events(const struct world *w, uint32_t from, const char *kinds)
{
	static struct text t;

	t.len = 0;
	t.s[0] = '\0';
	for (uint32_t seq = from + 1; seq <= w->machine.log.n; seq++) {
		const struct event *e = event_get(&w->machine.log, seq);
		const char *name;

		ck_assert_ptr_nonnull(e);
		name = event_desc(e->kind)->name;
		if (kinds ? listed(name, kinds) : !listed(name, "CALL RETURN"))
			put_event(&t, w, e);
	}
	return t.s;
}

unsigned lab_count(const struct world *w, uint32_t from, unsigned kind)
{
	unsigned n = 0;

	for (uint32_t seq = from + 1; seq <= w->machine.log.n; seq++)
		n += event_get(&w->machine.log, seq)->kind == kind;
	return n;
}

void lab_same_events(const struct world *a, const struct world *b, uint32_t from)
{
	ck_assert_uint_eq(a->machine.log.n, b->machine.log.n);
	for (uint32_t seq = from + 1; seq <= a->machine.log.n; seq++) {
		const struct event *x = event_get(&a->machine.log, seq);
		const struct event *y = event_get(&b->machine.log, seq);

		if (x->kind != y->kind || x->cpu != y->cpu || x->task != y->task ||
		    x->cause != y->cause || x->step != y->step ||
		    memcmp(x->arg, y->arg, sizeof(x->arg)))
			ck_abort_msg("event %u differs: %s, %s", seq, event_desc(x->kind)->name,
			             event_desc(y->kind)->name);
	}
}

const char *lab_counts(const struct world *w)
{
	static struct text t;

	t.len = 0;
	for (unsigned i = 0; i < w->kernel.layout.last_pkmap; i++)
		put(&t, "%s%u", i ? " " : "", w->kernel.pkmap.pkmap_count[i]);
	return t.s;
}

/* --- soundness -------------------------------------------------------------------------------- */

/* What is broken on purpose breaks an invariant: which, by the setting's name. Nothing else is
 * excepted, ever. */
static const struct {
	const char *knob;
	uint32_t breaks;
} exceptions[] = {
	{ "broken.ignore_invlpg", INVARIANT_BIT(tlb_flushed) },
	{ "broken.ignore_flush", INVARIANT_BIT(tlb_flushed) },
	{ "broken.lose_ipi", INVARIANT_BIT(tlb_flushed) },
	{ "broken.no_wrap_flush", INVARIANT_BIT(tlb_flushed) },
	{ "broken.no_slot_clear", INVARIANT_BIT(kmap_slots) },
	{ "broken.pop_before_clear", INVARIANT_BIT(kmap_slots) | INVARIANT_BIT(tlb_flushed) },
	{ "broken.ignore_user", INVARIANT_BIT(tlb_fresh) },
	{ "broken.narrow_entries", INVARIANT_BIT(tlb_fresh) | INVARIANT_BIT(tlb_flushed) },
	{ "broken.no_kmap_save", INVARIANT_BIT(kmap_slots) | INVARIANT_BIT(tlb_flushed) },
	{ "broken.no_preempt_count", INVARIANT_BIT(kmap_slots) | INVARIANT_BIT(tlb_flushed) },
	{ "allow.preempt", INVARIANT_BIT(kmap_slots) | INVARIANT_BIT(tlb_flushed) },
	{ "allow.migrate", INVARIANT_BIT(kmap_slots) | INVARIANT_BIT(tlb_flushed) },
};

uint32_t lab_excepted(const struct world *w)
{
	static uint32_t set; /* what was broken once leaves its traces */
	const struct {
		const char *name;
		bool on;
	} knobs[] = {
#define KNOB(name, where, setting, doc) { setting, w->where },
#include "lab/knobs.def"
#undef KNOB
	};

	for (size_t i = 0; i < LENGTH(knobs); i++)
		for (size_t k = 0; knobs[i].on && k < LENGTH(exceptions); k++)
			if (!strcmp(knobs[i].name, exceptions[k].knob))
				set |= exceptions[k].breaks;
	return set;
}

static void hold(const struct world *w, uint32_t set, unsigned cpu)
{
	struct violation v;
	char text[320];

	if (invariants_hold(w, set & ~lab_excepted(w), cpu, &v))
		return;
	violation_text(&v, text, sizeof(text));
	ck_abort_msg("%s", text);
}

void lab_sound(const struct world *w)
{
	hold(w, INVARIANTS_ALL, 0);
}

/* --- suites ----------------------------------------------------------------------------------- */

int lab_suite(const char *name, const TTest *const *tests, size_t nr_tests,
              const struct lab_loop *loops, size_t nr_loops)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner;
	int failed;

	for (size_t i = 0; i < nr_tests; i++)
		tcase_add_test(tcase, tests[i]);
	for (size_t i = 0; i < nr_loops; i++)
		tcase_add_loop_test(tcase, loops[i].test, 0, loops[i].n);
	tcase_set_timeout(tcase, 300);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
