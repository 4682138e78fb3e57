/*
 * The random user; see driver.h. An act is a row of the table at the end, drawn by weight. Two
 * numbers are never drawn in one expression, so that every compiler's user does the same.
 */
#include "driver.h"

#include "lab/timeline.h"

unsigned driver_random(struct driver *d, unsigned n)
{
	uint64_t z = d->random += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (unsigned)((z ^ z >> 31) % n);
}

static const struct world *world(const struct driver *d)
{
	return session_world(d->s);
}

static unsigned random_cpu(struct driver *d)
{
	return driver_random(d, world(d)->machine.nr_cpus);
}

static uint32_t random_page(struct driver *d)
{
	return d->page[driver_random(d, DRIVER_PAGES)];
}

/* --- booting ---------------------------------------------------------------------------------- */

static uint32_t alloc(struct driver *d, uint32_t gfp)
{
	struct __alloc_pages_frame f = { .gfp = gfp };

	ck_assert(session_start(d->s, 0, &__alloc_pages_op, &f, NULL));
	ck_assert_int_eq(session_run_cpu(d->s, 0), RUN_DONE);
	ck_assert_uint_ne(cpu_context(world(d), 0)->result, 0);
	return (uint32_t)cpu_context(world(d), 0)->result;
}

void driver_boot(struct driver *d, const char *words, uint64_t seed)
{
	struct boot_config c = lab_config(words);
	struct message m = { "" };

	if (!d->s)
		d->s = session_new();
	d->random = seed;
	d->broken = false;
	ck_assert_msg(session_boot(d->s, &c, &m), "%s", m.text);
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
	for (unsigned cpu = 0; cpu < world(d)->machine.nr_cpus; cpu++)
		if (world(d)->kernel.cpu[cpu].halted)
			return true;
	return false;
}

/* --- operations ------------------------------------------------------------------------------- */

/* As a command would: start it, and run it to its end or until it sleeps; or leave it standing. */
static void start(struct driver *d, unsigned cpu, const struct op *op, const void *locals)
{
	const struct task *shell;

	if (!session_start(d->s, cpu, op, locals, NULL)) {
		d->refused++;
		return;
	}
	d->done++;
	if (driver_random(d, 16) == 0)
		return; /* stepped by somebody, some time */
	if (session_run_cpu(d->s, cpu) != RUN_BLOCKED)
		return;
	shell = task_get(world(d), world(d)->kernel.cpu[cpu].shell);
	if (shell->state == TASK_UNINTERRUPTIBLE && shell->shell)
		session_background(d->s, cpu, op->name);
}

#define START_OP(d, cpu, name, ...) \
	start(d, cpu, &name##_op, &(struct name##_frame){ __VA_ARGS__ })

/* How often a page is mapped in the pool: its users and, for the mapping itself, one. */
static uint32_t map_count(const struct world *w, uint32_t pfn)
{
	uint32_t va = page_highmem(w, pfn) ? page_address(w, pfn) : 0;

	return va ? w->kernel.pkmap.pkmap_count[PKMAP_NR(&w->kernel.layout, va)] : 0;
}

/* Whether something that may sleep may be done on a CPU; now and then it is done all the same. */
static bool sleeping_allowed(struct driver *d, unsigned cpu)
{
	return !in_atomic(world(d), cpu) || (d->illegal && driver_random(d, 20) == 0);
}

static void act_kmap(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (sleeping_allowed(d, cpu))
		START_OP(d, cpu, kmap, .pfn = random_page(d));
}

static void act_kunmap(struct driver *d)
{
	uint32_t pfn = random_page(d);
	unsigned cpu = random_cpu(d);
	bool legal = !page_highmem(world(d), pfn) ||
	             (map_count(world(d), pfn) > 1 &&
	              (world(d)->kernel.profile->kunmap_may_sleep || !in_interrupt(world(d), cpu)));

	if ((legal && sleeping_allowed(d, cpu)) || (d->illegal && driver_random(d, 50) == 0))
		START_OP(d, cpu, kunmap, .pfn = pfn);
}

static void act_flush_unused(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (sleeping_allowed(d, cpu))
		START_OP(d, cpu, kmap_flush_unused, 0);
}

/* How deep preemption is disabled on a CPU. */
static uint32_t preempt_depth(const struct world *w, unsigned cpu)
{
	return preempt_count(w, cpu) & ((1u << w->kernel.profile->preempt_bits) - 1);
}

static void act_kmap_atomic(struct driver *d)
{
	const struct world *w = world(d);
	const struct profile *p = w->kernel.profile;
	unsigned cpu = random_cpu(d);
	int32_t slot = -1;

	if (p->atomic_ops->typed)
		slot = (int32_t)km_type(w, (int)driver_random(d, p->nr_slots));
	if (slot >= 0 && kernel_pte(w, slot_address(w, cpu, (unsigned)slot)) &&
	    !(d->illegal && driver_random(d, 50) == 0))
		return; /* occupied: a BUG */
	if (preempt_depth(w, cpu) < 12 && cpu_current(w, cpu)->kmap_ctrl.idx < 14 &&
	    w->kernel.cpu[cpu].kmap_atomic_idx < 14)
		START_OP(d, cpu, kmap_atomic, .pfn = random_page(d), .slot = slot);
}

/* Whether what is mapped on a CPU is somebody else's to release: an interrupt came in the middle of
 * something, which counts on finding things as it left them; or an operation would run in a shell
 * that is not there yet. */
static bool in_the_middle(const struct world *w, unsigned cpu)
{
	const struct cpu_state *state = &w->kernel.cpu[cpu];
	unsigned first = cpu * CONTEXT_LEVELS;

	if (state->nr_contexts == 1 && state->current != state->shell)
		return true;
	if (state->nr_contexts > 1 && cpu_current(w, cpu)->context.depth)
		return true;
	for (unsigned i = 1; i + 1 < state->nr_contexts; i++)
		if (SPARSE_GET(&w->kernel.irq_contexts, struct context, first + i)->depth)
			return true;
	return false;
}

/* Releases a slot of this CPU that is in use: the topmost, where they are a stack. */
static void act_kunmap_atomic(struct driver *d)
{
	const struct world *w = world(d);
	bool typed = w->kernel.profile->atomic_ops->typed;
	unsigned cpu = random_cpu(d), slots = w->kernel.layout.kmap_slots_per_cpu;

	if (in_the_middle(w, cpu) || !preempt_depth(w, cpu))
		return;
	if (w->kernel.profile->atomic_ops->local && !cpu_current(w, cpu)->pagefault_disabled)
		return;
	for (unsigned i = slots; i-- > 0;) {
		uint32_t va = slot_address(w, cpu, i);

		if (kernel_pte(w, va)) {
			if (typed && d->illegal && driver_random(d, 50) == 0)
				i = (i + 2) % slots; /* the wrong one */
			START_OP(d, cpu, kunmap_atomic, .vaddr = va,
			         .slot = typed ? (int32_t)i : -1);
			return;
		}
	}
}

static void act_kmap_local(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (world(d)->kernel.profile->atomic_ops->local &&
	    cpu_current(world(d), cpu)->kmap_ctrl.idx < 14)
		START_OP(d, cpu, kmap_local_page, .pfn = random_page(d));
}

static void act_kunmap_local(struct driver *d)
{
	const struct world *w = world(d);
	unsigned cpu = random_cpu(d);
	const struct task *t = cpu_current(w, cpu);
	int top = t->kmap_ctrl.idx - 1;

	/* Those of kmap_atomic() lie in the same stack: let them be released by their own kind. */
	if (!w->kernel.profile->atomic_ops->local || top < 0 || in_the_middle(w, cpu) ||
	    t->migration_disabled <= t->pagefault_disabled)
		return;
	if (top && d->illegal && driver_random(d, 20) == 0) {
		top = 0; /* out of order: the slot on top goes, the TLB forgets this one */
		d->broken = true;
	}
	START_OP(d, cpu, kunmap_local, .vaddr = slot_address(w, cpu, (unsigned)top));
}

static void act_copy(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t from = random_page(d), to = random_page(d);
	const struct world *w = world(d);

	if (w->kernel.profile->atomic_ops->typed) {
		int a = (int)km_type(w, profile_slot(w->kernel.profile, "USER0"));
		int b = (int)km_type(w, profile_slot(w->kernel.profile, "USER1"));

		if (kernel_pte(w, slot_address(w, cpu, (unsigned)a)) ||
		    kernel_pte(w, slot_address(w, cpu, (unsigned)b)))
			return;
	}
	if (cpu_current(w, cpu)->kmap_ctrl.idx < 12)
		START_OP(d, cpu, copy_highpage, .to = to, .from = from);
}

/* --- memory ----------------------------------------------------------------------------------- */

/* An area in use, somewhere behind a random one; 0 when there is none. */
static uint32_t random_area(struct driver *d)
{
	const struct world *w = world(d);
	unsigned skip = driver_random(d, 8);
	uint32_t va = 0;

	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next)
		if (vmap_area(w, n)->flags & VMAP_IN_USE) {
			va = vmap_area(w, n)->va_start;
			if (!skip--)
				break;
		}
	return va;
}

static void act_access(struct driver *d)
{
	const struct world *w = world(d);
	unsigned cpu = random_cpu(d);
	struct mem_write_frame f = { .n = 1 + driver_random(d, ACCESS_WRITE_MAX) };
	uint32_t pfn = random_page(d);

	switch (driver_random(d, 5)) {
	case 2:
		f.va = random_area(d);
		if (f.va)
			break;
		return;
	case 0:
		f.va = slot_address(w, cpu, driver_random(d, w->kernel.layout.kmap_slots_per_cpu));
		break;
	case 1:
		f.va = driver_random(d, UINT32_MAX) & ~63u; /* anywhere: loads only */
		START_OP(d, cpu, mem_read, .va = f.va, .n = f.n);
		return;
	default:
		f.va = page_address(w, pfn);
	}
	f.va += driver_random(d, PAGE_SIZE - ACCESS_WRITE_MAX);
	memset(f.bytes, (int)driver_random(d, 256), sizeof(f.bytes));
	if (driver_random(d, 2))
		start(d, cpu, &mem_write_op, &f);
	else
		START_OP(d, cpu, mem_read, .va = f.va, .n = f.n);
}

static void act_alloc(struct driver *d)
{
	unsigned cpu = random_cpu(d), order = driver_random(d, 4);
	uint32_t gfp = driver_random(d, 16);

	gfp |= driver_random(d, 8) ? 0 : GFP_ZERO;
	if (!world_ready(world(d), cpu, NULL))
		return;
	START_OP(d, cpu, __alloc_pages, .gfp = gfp, .order = order);
	if (!cpu_context(world(d), cpu)->depth && !world(d)->kernel.cpu[cpu].halted)
		d->block[driver_random(d, DRIVER_BLOCKS)] = cpu_context(world(d), cpu)->result;
}

/* Gives back a block that was allocated; once, for nobody would notice the second time. */
static void act_free(struct driver *d)
{
	unsigned i = driver_random(d, DRIVER_BLOCKS), cpu = random_cpu(d);
	uint64_t pfn = d->block[i];

	if (d->illegal && driver_random(d, 40) == 0)
		START_OP(d, cpu, __free_pages, .pfn = 0); /* reserved: a BUG */
	else if (pfn && world_ready(world(d), cpu, NULL)) {
		d->block[i] = 0;
		START_OP(d, cpu, __free_pages, .pfn = pfn,
		         .order = pfn_to_page(world(d), pfn)->order);
	}
}

static void act_vmalloc(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t size = driver_random(d, 24 * PAGE_SIZE);

	if (!in_interrupt(world(d), cpu) || (d->illegal && driver_random(d, 40) == 0))
		START_OP(d, cpu, vmalloc, .size = size);
}

static void act_vfree(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t va = random_area(d);

	if (d->illegal && driver_random(d, 20) == 0)
		va += driver_random(d, 2 * PAGE_SIZE); /* no area begins there */
	if (!in_interrupt(world(d), cpu) || (d->illegal && driver_random(d, 40) == 0))
		START_OP(d, cpu, vfree, .addr = va);
}

void driver_goto(struct driver *d, uint32_t position)
{
	session_goto(d->s, position < d->first ? d->first : position); /* its pages are its own */
	memset(d->block, 0, sizeof(d->block)); /* they may be anybody's now */
}

/* --- contexts, tasks, time -------------------------------------------------------------------- */

static void act_enter(struct driver *d)
{
	enum context_kind kind = 1 + driver_random(d, CONTEXT_KINDS - 1);

	if (session_enter_context(d->s, random_cpu(d), kind, NULL))
		d->done++;
	else
		d->refused++;
}

/* An interrupt may leave slots behind that it mapped. Where they are a stack, who was interrupted
 * then releases out of order, and the TLB forgets the wrong one. */
static void act_exit(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	bool middle = in_the_middle(world(d), cpu);

	if (session_exit_context(d->s, cpu, NULL)) {
		d->done++;
		d->broken |= middle && !world(d)->kernel.profile->atomic_ops->typed;
	} else {
		d->refused++;
	}
}

static void act_disable(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	switch (driver_random(d, 3)) {
	case 0: START_OP(d, cpu, local_irq_disable, 0); break;
	case 1: START_OP(d, cpu, local_bh_disable, 0); START_OP(d, cpu, local_bh_enable, 0); break;
	case 2:
		if (preempt_depth(world(d), cpu) < 12)
			START_OP(d, cpu, preempt_disable, 0);
		break;
	}
}

static void act_enable(struct driver *d)
{
	unsigned cpu = random_cpu(d);

	if (driver_random(d, 2))
		START_OP(d, cpu, local_irq_enable, 0);
	else if (preempt_depth(world(d), cpu) > 12) /* never below what atomic kmaps hold */
		START_OP(d, cpu, preempt_enable, 0);
}

static void act_spawn(struct driver *d)
{
	unsigned cpu = random_cpu(d);
	uint32_t page = random_page(d), other = random_page(d);
	struct kmap_frame f = { .pfn = page };
	struct copy_highpage_frame c = { .to = page, .from = other };
	bool copy = driver_random(d, 3) == 0, held = driver_random(d, 3) == 0;

	if (session_spawn(d->s, cpu, copy ? "copy" : "kmap", held,
	                  copy ? &copy_highpage_op : &kmap_op, copy ? (void *)&c : (void *)&f))
		d->done++;
}

static void act_release(struct driver *d)
{
	unsigned n = world(d)->kernel.nr_tasks, task = 1 + driver_random(d, n);

	if (task_get(world(d), task)->held)
		session_release_task(d->s, task);
}

static void act_step(struct driver *d)
{
	unsigned cpu = random_cpu(d), n = 1 + driver_random(d, 30);

	while (n-- && session_step(d->s, cpu) == STEP_TAKEN)
		d->done++;
}

static void act_interrupt(struct driver *d)
{
	session_interrupt(d->s, random_cpu(d));
}

static void act_run(struct driver *d)
{
	unsigned n = world(d)->kernel.nr_tasks, task = 1 + driver_random(d, n);

	switch (driver_random(d, 4)) {
	case 0: session_run_all(d->s); break;
	case 1: session_run_cpu(d->s, random_cpu(d)); break;
	case 2: session_run_task(d->s, task); break;
	case 3: session_switch_to(d->s, task, NULL); break;
	}
}

static void act_device(struct driver *d)
{
	static const uint64_t limits[] = { BLK_BOUNCE_ISA, BLK_BOUNCE_HIGH, BLK_BOUNCE_ANY };
	struct add_disk_frame f = { .limit = limits[driver_random(d, LENGTH(limits))] };
	unsigned cpu = random_cpu(d);

	if (!sleeping_allowed(d, cpu) || world(d)->machine.nr_devices >= 3)
		return;
	f.mask = f.limit == BLK_BOUNCE_ISA ? f.limit : UINT64_MAX;
	f.cpu = random_cpu(d);
	snprintf(f.name, sizeof(f.name), "disk%u", world(d)->machine.nr_devices);
	start(d, cpu, &add_disk_op, &f);
}

static void act_io(struct driver *d)
{
	unsigned cpu = random_cpu(d), devices = world(d)->machine.nr_devices;
	struct submit_bio_frame f = { .block = driver_random(d, 4) };

	if (!devices || !sleeping_allowed(d, cpu))
		return;
	f.device = (uint16_t)driver_random(d, devices);
	f.write = driver_random(d, 2) == 0;
	f.n = (uint8_t)(1 + driver_random(d, BIO_CHUNK));
	for (unsigned i = 0; i < f.n; i++)
		f.pfn[i] = random_page(d);
	start(d, cpu, &submit_bio_op, &f);
}

static void act_knob(struct driver *d)
{
	enum knob knob;

	if (!d->knobs || driver_random(d, 10))
		return;
	knob = driver_random(d, KNOBS);
	session_set_knob(d->s, knob, driver_random(d, 2));
	d->broken = true;
}

static const struct {
	unsigned weight;
	void (*act)(struct driver *d);
} acts[] = {
	{ 20, act_kmap },         { 20, act_kunmap },       { 1, act_flush_unused },
	{ 10, act_kmap_atomic },  { 14, act_kunmap_atomic },{ 6, act_kmap_local },
	{ 8, act_kunmap_local },  { 3, act_copy },          { 20, act_access },
	{ 3, act_alloc },         { 3, act_free },          { 3, act_enter },
	{ 6, act_exit },          { 2, act_disable },       { 6, act_enable },
	{ 4, act_spawn },         { 3, act_release },       { 8, act_step },
	{ 4, act_vmalloc },       { 4, act_vfree },
	{ 2, act_interrupt },     { 14, act_run },          { 1, act_knob },
	{ 3, act_device },        { 12, act_io },
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

/* Whether nobody stands in the middle of anything, asleep in the pool's queue apart. */
static bool quiet(const struct world *w)
{
	if (w->kernel.kmap_lock.locked || w->kernel.call_lock.locked ||
	    w->kernel.vmalloc.lock.locked || w->kernel.vmalloc.purge_lock.locked)
		return false;
	for (unsigned i = 1; i <= w->kernel.nr_tasks; i++) {
		const struct task *t = task_get(w, i);

		if (t->context.depth && t->context.frame[0].line && !t->waiting_on)
			return false;
	}
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		if (cpu_context_kind(w, cpu) != CONTEXT_TASK)
			return false;
	return true;
}

/* Whether an address belongs to an area that was freed and waits for its purge. */
static bool unmapped_lazily(const struct world *w, uint32_t va)
{
	for (uint32_t n = w->kernel.vmalloc.vmlist; n; n = vmap_area(w, n)->next)
		if (va >= vmap_area(w, n)->va_start && va < vmap_area(w, n)->va_end)
			return vmap_area(w, n)->flags & VMAP_LAZY;
	return false;
}

/* No TLB says anything that the tables do not say, once all is done and nothing was broken; but
 * another CPU's atomic slots are nobody's business. */
static void no_stale_entries(const struct world *w, unsigned cpu)
{
	const struct tlb *t = &w->machine.cpu[cpu].tlb;
	unsigned owner, slot;

	for (unsigned i = 0; i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (!e->size || (fixmap_slot(w, e->va, &owner, &slot) && owner != cpu))
			continue;
		if (machine_tlb_stale(&w->machine, cpu, e) && !unmapped_lazily(w, e->va))
			ck_abort_msg("CPU %u: %x is stale", cpu, e->va);
	}
}

/* A TLB entry holds what some walk said: its frame is RAM, or the window of a device. */
static void entries_plausible(const struct world *w, unsigned cpu)
{
	const struct tlb *t = &w->machine.cpu[cpu].tlb;
	unsigned used = 0;

	for (unsigned i = 0; i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		used += e->size != 0;
		if (e->size && ((e->va | e->pa) & (e->size - 1)))
			ck_abort_msg("CPU %u: %x is no page's address", cpu, e->va);
	}
	ck_assert_uint_eq(used, t->used);
}

void driver_check(const struct driver *d)
{
	const struct world *w = world(d);
	struct message m;

	lab_sound(w);
	ck_assert_uint_le(session_position(d->s), session_end(d->s));
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++) {
		entries_plausible(w, cpu);
		if (!d->broken && quiet(w))
			no_stale_entries(w, cpu);
	}
	if (d->done % 64 == 0 && quiet(w))
		ck_assert_msg(zones_check(w, &m), "%s", m.text);
}
