/*
 * The stepper: the tables of ops and steps, the frames of an operation at each of its stops, and
 * the log that it leaves.
 */
#include "lab.h"

/* --- the tables ------------------------------------------------------------------------------- */

START_TEST(every_op_can_be_found)
{
	ck_assert_uint_ge(op_count(), 30);
	for (unsigned i = 0; i < op_count(); i++) {
		const struct op *op = op_get(i);

		ck_assert_uint_eq(op_index(op), i);
		ck_assert_ptr_eq(op_find(op->name), op); /* so names are unique, too */
		ck_assert_uint_le(op->frame_size, FRAME_BYTES);
		ck_assert_ptr_nonnull(op->run);
	}
	ck_assert_ptr_null(op_get(op_count()));
	ck_assert_ptr_null(op_find("kmap_"));
	ck_assert_ptr_eq(op_find("kmap"), &kmap_op);
}
END_TEST

/* An op says something at each stop, and its frame finds the text. (One that only calls others in a
 * loop has no stop of its own.) */
START_TEST(every_step_has_a_text)
{
	unsigned with_steps = 0;

	for (unsigned i = 0; i < op_count(); i++) {
		const struct op *op = op_get(i);
		const struct step_text *s = NULL;
		unsigned n = 0, line = op->line;

		for (; (s = op_step(op, s)); n++) {
			struct frame frame = { .op = (uint16_t)i, .line = (uint16_t)s->line };

			ck_assert_uint_gt(s->line, line);
			line = s->line;
			ck_assert_str_eq(s->file, op->file);
			ck_assert_uint_gt(strlen(s->text), 1);
			ck_assert_uint_ne(s->text[strspn(s->text, "\t ")], '\0');
			ck_assert_ptr_eq(frame_step(&frame), s);
		}
		with_steps += n > 0;
		ck_assert_uint_le(line, UINT16_MAX); /* frame.line has 16 bits */
	}
	ck_assert_uint_ge(with_steps * 10, op_count() * 9);
}
END_TEST

/* --- an operation's frames -------------------------------------------------------------------- */

static bool is_step_of(const struct op *op, const struct step_text *s)
{
	const struct step_text *step = NULL;

	while ((step = op_step(op, step)))
		if (step == s)
			return true;
	return false;
}

/* The topmost frame of a context stands before a step of its own op, or waits; the others wait for
 * whom they called. Returns the depth. */
static unsigned check_frames(const struct context *c)
{
	for (unsigned i = 0; i < c->depth; i++) {
		const struct step_text *s = frame_step(&c->frame[i]);

		ck_assert_ptr_nonnull(op_get(c->frame[i].op));
		if (s)
			ck_assert(is_step_of(op_get(c->frame[i].op), s));
		ck_assert(i + 1 == c->depth || !s);
	}
	return c->depth;
}

static const char *const kernels[] = {
	"kernel=2.4.27 cpus=3 pkmap=4", "kernel=2.6.27 cpus=3 pkmap=4",
	"kernel=2.6.32 cpus=3 pkmap=4", "kernel=2.6.37 cpus=3 pkmap=4",
	"kernel=6.1 cpus=3 pkmap=4",
};

START_TEST(frames_stand_before_steps)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t page = lab_page(w);
	unsigned deepest = 0;

	DO(w, 1, kmap, .pfn = page);
	DO(w, 1, kunmap, .pfn = page); /* so that the wrap has something to flush */
	for (unsigned i = 0; i < 3; i++) {
		START(w, 0, kmap, .pfn = lab_page(w));
		while (cpu_context(w, 0)->depth) {
			for (unsigned cpu = 0; cpu < 3; cpu++) {
				unsigned depth = check_frames(cpu_context(w, cpu));

				deepest = depth > deepest ? depth : deepest;
			}
			ck_assert(lab_step(w, 0));
		}
	}
	ck_assert_uint_ge(deepest, 5); /* kmap .. flush_all_zero_pkmaps .. on_each_cpu */
	ck_assert_uint_lt(deepest, CONTEXT_DEPTH - 2);
	lab_free(w);
}
END_TEST

/* A step runs the line that it stood before, and none of the next. */
START_TEST(a_step_is_one_line)
{
	static const char *const lines[] = {
		"might_sleep(); /* 2.4: BUG if in_interrupt() */",
		"if (!PageHighMem(page)) return page_address(page);",
		"return kmap_high(page);",
		"lock_kmap();",
		"vaddr = page_address(page);",
		"if (!vaddr) vaddr = map_new_virtual(page);",
		"count = LAST_PKMAP;",
		"last_pkmap_nr = (last_pkmap_nr + 1) & LAST_PKMAP_MASK;",
		"if (!pkmap_count[last_pkmap_nr]) break;",
		"vaddr = PKMAP_ADDR(last_pkmap_nr);",
		("set_pte_at(&init_mm, vaddr, &pkmap_page_table[last_pkmap_nr], "
		 "mk_pte(page, kmap_prot));"),
		"pkmap_count[last_pkmap_nr] = 1;",
		"set_page_address(page, vaddr);",
		"pkmap_count[PKMAP_NR(vaddr)]++;",
		"unlock_kmap();",
		"",
	};
	struct world *w = lab_boot("cpus=1 pkmap=4");
	uint32_t a = lab_page(w);

	START(w, 0, kmap, .pfn = a);
	for (size_t i = 0; i < LENGTH(lines); i++) {
		/* A remark may follow. */
		ck_assert_int_eq(strncmp(lab_at(w, 0), lines[i], strlen(lines[i])), 0);
		ck_assert_int_eq(!*lab_at(w, 0), !*lines[i]);
		ck_assert_uint_eq(w->steps, i);
		ck_assert_int_eq(w->kernel.kmap_lock.locked, i > 3 && i < 15);
		ck_assert_int_eq(kernel_pte(w, PKMAP_ADDR(&w->kernel.layout, 1)) != 0, i > 10);
		ck_assert_int_eq(world_step(w, 0), i < 15 ? STEP_TAKEN : STEP_NOTHING);
	}
	lab_free(w);
}
END_TEST

START_TEST(a_spin_goes_on_when_it_can)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t a = lab_page(w), steps;

	START(w, 0, kmap, .pfn = a);
	lab_step_to(w, 0, "vaddr = page_address(page);"); /* with the lock */
	START(w, 1, kmap, .pfn = a);
	lab_step_to(w, 1, "lock_kmap();");
	ck_assert_int_eq(world_step(w, 1), STEP_TAKEN); /* to where it waits */
	steps = w->steps;
	ck_assert_int_eq(world_step(w, 1), STEP_SPUN);
	ck_assert_uint_eq(w->steps, steps);
	ck_assert_int_eq(lab_run(w, 0), LAB_DONE);
	ck_assert_int_eq(world_step(w, 1), STEP_TAKEN);
	ck_assert_uint_ge(w->machine.cpu[1].cycle, w->kernel.kmap_lock.cycle);
	ck_assert_int_eq(lab_run(w, 1), LAB_DONE);
	ck_assert_str_eq(lab_counts(w), "0 3 0 0");
	lab_free(w);
}
END_TEST

START_TEST(an_oops_names_the_way_there)
{
	struct world *w = lab_boot("cpus=1 pkmap=4");
	uint32_t n = w->kernel.dmesg.n, from = lab_now(w);

	ck_assert_int_eq(TRY(w, 0, kunmap, .pfn = lab_page(w)), LAB_OOPS);
	ck_assert_str_eq(dmesg_line(w, n), "------------[ cut here ]------------");
	ck_assert_ptr_nonnull(strstr(dmesg_line(w, n + 1), "kernel BUG at mm/highmem.c"));
	ck_assert_str_eq(dmesg_line(w, n + 3), "EIP is at kunmap_high");
	ck_assert_str_eq(dmesg_line(w, n + 4), "EFLAGS: 00000202");
	ck_assert_ptr_nonnull(strstr(dmesg_line(w, n + 5), "CR3: 00"));
	ck_assert_str_eq(dmesg_line(w, n + 7), "Call Trace:");
	ck_assert_str_eq(dmesg_line(w, n + 8), " [<kunmap_high>]");
	ck_assert_str_eq(dmesg_line(w, n + 9), " [<kunmap>]");
	for (uint32_t seq = from + 1; seq <= lab_now(w); seq++)
		if (event_get(&w->machine.log, seq)->kind == EVENT_OOPS)
			ck_assert_uint_eq(event_get(&w->machine.log, seq)->arg[0], n + 1);
	lab_free(w);
}
END_TEST

/* --- the log ---------------------------------------------------------------------------------- */

/* Some of everything. */
static void workload(struct world *w)
{
	bool typed = w->kernel.profile->atomic_ops->typed;
	uint32_t p[8], va;

	for (unsigned i = 0; i < 8; i++) {
		p[i] = lab_page(w);
		SPAWN(w, i % 3, kmap, .pfn = p[i]);
		if (i % 2)
			lab_run_all(w);
	}
	for (unsigned i = 0; i < 4; i++)
		if (page_address(w, p[i]))
			DO(w, i % 3, kunmap, .pfn = p[i]);
	lab_run_all(w);
	for (unsigned i = 0; i < 6; i++) {
		va = (uint32_t)DO(w, i % 3, kmap_atomic, .pfn = p[i], .slot = typed ? 3 : -1);
		DO(w, i % 3, mem_read, .va = va, .n = 64);
		DO(w, i % 3, kunmap_atomic, .vaddr = va, .slot = typed ? 3 : -1);
	}
	DO(w, 2, copy_highpage, .to = p[0], .from = p[1]);
	ck_assert(world_enter_context(w, 1, CONTEXT_HARDIRQ, NULL));
	DO(w, 1, clear_user_highpage, .pfn = p[6]);
	ck_assert(world_exit_context(w, 1, NULL));
	DO(w, 0, mem_read, .va = 0x1000, .n = 4); /* a fault */
	TRY(w, 2, __free_pages, .pfn = p[7], .order = 0);
	TRY(w, 2, __free_pages, .pfn = p[7], .order = 0); /* an oops */
}

/* Who an event may be due to: something earlier, and not something of a later step. */
static void check_event(const struct world *w, const struct event *e, uint32_t seq)
{
	ck_assert_ptr_nonnull(event_desc(e->kind));
	ck_assert_uint_lt(e->cause, seq);
	if (e->cause)
		ck_assert_uint_le(event_get(&w->machine.log, e->cause)->step, e->step);
	ck_assert_uint_le(e->step, w->steps);
	ck_assert(e->cpu < w->machine.nr_cpus || e->cpu == EVENT_NO_CPU);
	ck_assert_uint_le(e->task, w->kernel.nr_tasks);
	if (e->task)
		ck_assert_uint_ne(task_get(w, e->task)->state, TASK_UNUSED);
}

/* What comes from outside has no cause; all else has one. */
static void from_outside(const struct event *e)
{
	static const unsigned kinds[] = { EVENT_SPAWN, EVENT_SWITCH, EVENT_ALLOC,
		                          EVENT_CONTEXT_ENTER, EVENT_IRQ_DELIVER };

	if (e->kind == EVENT_CALL && e->arg[1] == 1)
		return; /* an operation that was started */
	for (size_t i = 0; i < LENGTH(kinds); i++)
		if (e->kind == kinds[i])
			return;
	ck_abort_msg("%s is due to nothing", event_desc(e->kind)->name);
}

START_TEST(causes_form_a_forest)
{
	struct world *w = lab_boot(kernels[_i]);
	uint64_t cycle[MAX_CPUS] = { 0 };
	uint32_t step = 0, start = lab_now(w);

	workload(w);
	for (uint32_t seq = 1; seq <= lab_now(w); seq++) {
		const struct event *e = event_get(&w->machine.log, seq);

		check_event(w, e, seq);
		ck_assert_uint_ge(e->step, step); /* in order */
		step = e->step;
		if (seq > start && !e->cause)
			from_outside(e);
		if (e->cpu != EVENT_NO_CPU && seq > start) {
			ck_assert_uint_ge(e->cycle, cycle[e->cpu]);
			cycle[e->cpu] = e->cycle;
		}
	}
	ck_assert_uint_eq(w->kernel.stats.oops, 1);
	lab_free(w);
}
END_TEST

/* Every kind's row has a name, a narration and a sentence, and can be found by name. */
START_TEST(every_kind_of_event_is_described)
{
	unsigned n = 0;

	for (unsigned kind = 1; kind < EVENT_KINDS; kind++) {
		const struct event_desc *d = event_desc(kind);

		if (!d)
			continue;
		n++;
		ck_assert_uint_eq(event_kind_find(d->name), kind);
		ck_assert(d->narration && *d->narration && d->doc && *d->doc);
		for (unsigned i = 0; i < 3; i++)
			ck_assert(!d->arg[i] || strchr(d->arg[i], ':'));
	}
	ck_assert_uint_ge(n, 40);
	ck_assert_uint_eq(event_kind_find("NO_SUCH_EVENT"), 0);
	ck_assert_ptr_null(event_desc(0));
	ck_assert_ptr_null(event_desc(EVENT_KINDS));
}
END_TEST

/* --- loads and stores by command -------------------------------------------------------------- */

START_TEST(accesses_cross_pages)
{
	struct world *w = lab_boot("cpus=2 pkmap=4");
	uint32_t a = lab_page(w), b = lab_page(w), va = (uint32_t)DO(w, 0, kmap, .pfn = a);
	const struct access_report *r = &w->kernel.cpu[0].access;
	struct mem_write_frame f = { .va = va + PAGE_SIZE - 4, .n = 8 };

	DO(w, 0, kmap, .pfn = b);
	memcpy(f.bytes, "abcdefgh", 8);
	ck_assert_uint_eq(lab_do(w, 0, &mem_write_op, &f), 8);
	ck_assert_uint_eq(r->done, 8);
	ck_assert(!r->hit && !r->fault);
	ck_assert_uint_eq(r->pa[0], ((uint64_t)a << PAGE_SHIFT) + PAGE_SIZE - 4);
	ck_assert_uint_eq(r->pa[1], (uint64_t)b << PAGE_SHIFT);
	ck_assert_uint_eq(lab_frame_word(w, b), 0x68676665);
	ck_assert_uint_eq(DO(w, 0, mem_read, .va = va, .n = 2 * PAGE_SIZE > ACCESS_READ_MAX ?
	                                                            ACCESS_READ_MAX : 4), 4096);
	ck_assert(r->hit);
	/* Behind the second page there is nothing: four bytes go through. */
	ck_assert_uint_eq(DO(w, 0, mem_read, .va = va + 2 * PAGE_SIZE - 4, .n = 8), 4);
	ck_assert_uint_eq(r->done, 4);
	ck_assert_int_eq(r->fault, FAULT_NOT_PRESENT);
	ck_assert_uint_eq(r->error_code, 0);
	ck_assert_uint_eq(w->kernel.stats.oops, 0);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_op_can_be_found,
		every_step_has_a_text,
		a_step_is_one_line,
		a_spin_goes_on_when_it_can,
		an_oops_names_the_way_there,
		every_kind_of_event_is_described,
		accesses_cross_pages,
	};
	const struct lab_loop loops[] = {
		{ frames_stand_before_steps, LENGTH(kernels) },
		{ causes_form_a_forest, LENGTH(kernels) },
	};

	return lab_suite("step", tests, LENGTH(tests), loops, LENGTH(loops));
}
