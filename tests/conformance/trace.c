/*
 * The operations of the recordings, done to our world; recordings/README.md tells what they mean.
 *
 * Frames differ: the real allocator chose others than ours does. So an address of low memory is
 * compared as page_offset + our pfn * 4096, and an entry by all its bits but the frame's.
 */
#include "trace.h"

#include "kernel/access.h"
#include "kernel/irqflags.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool trace_differs(struct trace *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->error, sizeof(t->error), format, args);
	va_end(args);
	return false;
}

static const struct world *world(const struct trace *t)
{
	return session_world(t->s);
}

static bool same(struct trace *t, const char *what, uint64_t ours, uint64_t theirs)
{
	t->compared++;
	if (ours == theirs)
		return true;
	return trace_differs(t, "%s: ours 0x%llx, theirs 0x%llx", what, (unsigned long long)ours,
	                     (unsigned long long)theirs);
}

/* Runs an op on a CPU to its end and gives its result. */
static bool call(struct trace *t, unsigned cpu, const struct op *op, const void *locals,
                 uint64_t *result)
{
	struct message m = { "" };
	enum run_end end;

	if (!session_start(t->s, cpu, op, locals, &m))
		return trace_differs(t, "%s", m.text);
	end = session_run_cpu(t->s, cpu);
	if (end != RUN_DONE)
		return trace_differs(t, "%s did not finish (%d): %s", op->name, end,
		                     dmesg_line(world(t), world(t)->kernel.dmesg.n - 1));
	*result = cpu_context(world(t), cpu)->result;
	return true;
}

/* CPUs that flushed since it was last asked, or since the last operation of the trace began. */
static uint64_t flushed(struct trace *t)
{
	uint64_t n = world(t)->kernel.stats.ipi_received - t->flushed;

	t->flushed += n;
	return n;
}

/* "... flushed_cpus=N" of an answer, when it is there. */
static bool check_flushed(struct trace *t, const char *answer)
{
	const char *p = strstr(answer, "flushed_cpus=");

	return !p || same(t, "flushed_cpus", flushed(t), strtoul(p + 13, NULL, 10));
}

static bool page_arg(struct trace *t, const char *args, uint64_t *pfn)
{
	unsigned n = (unsigned)atoi(args);

	*pfn = 0;
	if (n >= t->nr_pages)
		return trace_differs(t, "page %u was never allocated", n);
	*pfn = t->pfn[n];
	return true;
}

/* An address against the recorded one; low memory's depends on the frame. */
static bool check_va(struct trace *t, uint64_t pfn, uint64_t ours, uint64_t theirs)
{
	if (!page_highmem(world(t), pfn))
		return same(t, "va of low memory", ours,
		            world(t)->kernel.layout.page_offset + (uint32_t)(pfn << PAGE_SHIFT));
	return same(t, "va", ours, theirs);
}

static bool op_alloc(struct trace *t, const char *args, const char *answer)
{
	unsigned n = (unsigned)atoi(args);
	uint32_t gfp = strstr(args, "high") ? GFP_HIGHMEM : strstr(args, "dma") ? GFP_DMA : 0;

	(void)answer;
	while (n--) {
		uint64_t pfn;

		if (t->nr_pages == TRACE_PAGES)
			return trace_differs(t, "too many pages");
		if (!call(t, 0, &__alloc_pages_op,
		          &(FRAME(__alloc_pages)){ .gfp = gfp | GFP_WAIT }, &pfn))
			return false;
		if (!pfn)
			return trace_differs(t, "no page to allocate");
		t->pfn[t->nr_pages++] = pfn;
	}
	return true;
}

static bool op_kmap(struct trace *t, const char *args, const char *answer)
{
	uint64_t pfn, va;

	return page_arg(t, args, &pfn) &&
	       call(t, 0, &kmap_op, &(FRAME(kmap)){ .pfn = (uint32_t)pfn }, &va) &&
	       check_va(t, pfn, va, strtoul(strstr(answer, "va=") + 3, NULL, 16)) &&
	       check_flushed(t, answer);
}

static bool op_kmapnb(struct trace *t, const char *args, const char *answer)
{
	uint64_t pfn, va;

	return page_arg(t, args, &pfn) &&
	       call(t, 0, &kmap_nonblock_op, &(FRAME(kmap_nonblock)){ .pfn = (uint32_t)pfn },
	            &va) &&
	       check_va(t, pfn, va, strtoul(strstr(answer, "va=") + 3, NULL, 16)) &&
	       check_flushed(t, answer);
}

static bool op_kunmap(struct trace *t, const char *args, const char *answer)
{
	uint64_t pfn, result;

	return page_arg(t, args, &pfn) &&
	       call(t, 0, &kunmap_op, &(FRAME(kunmap)){ .pfn = (uint32_t)pfn }, &result) &&
	       check_flushed(t, answer);
}

static bool op_kmapbg(struct trace *t, const char *args, const char *answer)
{
	uint64_t pfn;
	unsigned task;

	(void)answer;
	if (!page_arg(t, args, &pfn))
		return false;
	task = session_spawn(t->s, t->nr_background % world(t)->machine.nr_cpus, "kmapbg", false,
	                     &kmap_op, &(FRAME(kmap)){ .pfn = (uint32_t)pfn });
	if (!task || t->nr_background == TRACE_BACKGROUND)
		return trace_differs(t, "too many threads");
	t->background[t->nr_background++] = task;
	session_run_task(t->s, task);
	return true;
}

/* "kmap 513 got ff749000": some sleeper must have got this address; which one varies. */
static bool op_bg(struct trace *t, const char *args, const char *answer)
{
	uint64_t theirs = strtoul(strstr(args, "got ") + 4, NULL, 16);

	(void)answer;
	session_run_all(t->s);
	for (unsigned i = 0; i < t->nr_background; i++) {
		const struct task *task = task_get(world(t), t->background[i]);

		if (task->state == TASK_DEAD && task->context.result == theirs) {
			t->background[i] = t->background[--t->nr_background];
			t->compared++;
			return true;
		}
	}
	return trace_differs(t, "no sleeper got %llx", (unsigned long long)theirs);
}

/* "last=170 runs=1x0,3x2,..." */
static bool op_counts(struct trace *t, const char *args, const char *answer)
{
	const struct pkmap *pool = &world(t)->kernel.pkmap;
	const char *p = strstr(answer, "runs=") + 5;
	unsigned slot = 0;

	(void)args;
	session_run_all(t->s);
	pool = &world(t)->kernel.pkmap;
	if (!same(t, "last_pkmap_nr", pool->last_pkmap_nr,
	          strtoul(strstr(answer, "last=") + 5, NULL, 10)))
		return false;
	while (*p) {
		char *end;
		unsigned long n = strtoul(p, &end, 10), count = strtoul(end + 1, &end, 10);

		for (; n--; slot++)
			if (!same(t, "pkmap_count", pool->pkmap_count[slot], count))
				return false;
		p = *end == ',' ? end + 1 : end;
	}
	return same(t, "LAST_PKMAP", slot, world(t)->kernel.layout.last_pkmap);
}

static bool op_flush(struct trace *t, const char *args, const char *answer)
{
	(void)args;
	session_run_all(t->s);
	return check_flushed(t, answer);
}

static bool op_flushunused(struct trace *t, const char *args, const char *answer)
{
	uint64_t result;

	(void)args;
	return call(t, 0, &kmap_flush_unused_op, &(FRAME(kmap_flush_unused)){ 0 }, &result) &&
	       check_flushed(t, answer);
}

/* --- atomic slots ----------------------------------------------------------------------------- */

#define NEST 20

/* A nest of atomic mappings on one CPU: what the words of the line say, and what we got. */
struct nest {
	unsigned cpu, n;
	struct {
		int slot;
		uint64_t pfn, va, pte;
	} map[NEST];
};

static bool nest_parse(struct trace *t, const char *args, struct nest *nest)
{
	bool typed = world(t)->kernel.profile->atomic_ops->typed;
	char *p;

	*nest = (struct nest){ .cpu = (unsigned)strtoul(args, &p, 10) };
	while (*p == ' ' && isdigit((unsigned char)p[1]) && nest->n < NEST) {
		nest->map[nest->n].slot = -1;
		if (typed)
			nest->map[nest->n].slot = (int)strtol(p, &p, 10);
		if (!page_arg(t, p, &nest->map[nest->n].pfn))
			return false;
		strtoul(p, &p, 10);
		nest->n++;
	}
	return nest->n || trace_differs(t, "no mapping in \"%s\"", args);
}

static bool nest_map(struct trace *t, struct nest *nest)
{
	for (unsigned i = 0; i < nest->n; i++) {
		FRAME(kmap_atomic) args = { .pfn = (uint32_t)nest->map[i].pfn,
			                    .slot = nest->map[i].slot };

		if (!call(t, nest->cpu, &kmap_atomic_op, &args, &nest->map[i].va))
			return false;
		nest->map[i].pte = kernel_pte(world(t), (uint32_t)nest->map[i].va);
	}
	return true;
}

static bool nest_unmap(struct trace *t, const struct nest *nest)
{
	for (unsigned i = nest->n; i-- > 0;) {
		FRAME(kunmap_atomic) args = { .vaddr = (uint32_t)nest->map[i].va,
			                      .slot = nest->map[i].slot };
		uint64_t result;

		if (!call(t, nest->cpu, &kunmap_atomic_op, &args, &result))
			return false;
	}
	return true;
}

/* The page mapped last at the address of mapping i: a slot may be used twice in a nest (2.4). */
static uint64_t nest_last(const struct nest *nest, unsigned i)
{
	uint64_t pfn = nest->map[i].pfn;

	for (unsigned j = i; j < nest->n; j++)
		if (nest->map[j].va == nest->map[i].va)
			pfn = nest->map[j].pfn;
	return pfn;
}

static bool op_atomic(struct trace *t, const char *args, const char *answer)
{
	struct nest nest;
	char *p = (char *)answer;

	if (!nest_parse(t, args, &nest) || !nest_map(t, &nest) || !nest_unmap(t, &nest))
		return false;
	for (unsigned i = 0; i < nest.n; i++)
		if (!check_va(t, nest.map[i].pfn, nest.map[i].va, strtoul(p, &p, 16)))
			return false;
	return check_flushed(t, answer);
}

/* Whether our page shares a big page of the direct map with the kernel's image, or lies below it. */
static bool near_image(const struct trace *t, uint64_t pfn)
{
	return pfn << PAGE_SHIFT < world(t)->kernel.profile->image.end + (4u << 20);
}

/* The bits of an entry that do not name the frame. */
static uint64_t flags_of(uint64_t pte)
{
	return pte & (PTE_XD | (PAGE_SIZE - 1));
}

static bool check_pte(struct trace *t, const char *what, uint64_t pfn, uint64_t ours,
                      uint64_t theirs)
{
	uint64_t frame = (ours & ~PTE_XD) >> PAGE_SHIFT;
	bool big = ours & PTE_PS;

	if (near_image(t, pfn)) { /* executable, and maybe mapped in small pages */
		ours &= ~(PTE_XD | PTE_PS);
		theirs &= ~(PTE_XD | PTE_PS);
	}
	if (!same(t, what, flags_of(ours), flags_of(theirs)))
		return false;
	return !ours || big || same(t, "frame of the entry", frame, pfn);
}

/* "VA pfn=F pte=E after=A" for each mapping */
static bool op_atomicpte(struct trace *t, const char *args, const char *answer)
{
	struct nest nest;

	if (!nest_parse(t, args, &nest) || !nest_map(t, &nest) || !nest_unmap(t, &nest))
		return false;
	for (unsigned i = 0; i < nest.n; i++) {
		unsigned long long va, pfn, pte, after;
		uint64_t now = kernel_pte(world(t), (uint32_t)nest.map[i].va);
		int used = 0;

		if (sscanf(answer, " %llx pfn=%llx pte=%llx after=%llx%n", &va, &pfn, &pte, &after,
		           &used) != 4)
			return trace_differs(t, "cannot read the answer");
		answer += used;
		if (!check_va(t, nest.map[i].pfn, nest.map[i].va, va) ||
		    !check_pte(t, "entry", nest.map[i].pfn, nest.map[i].pte, pte) ||
		    !check_pte(t, "entry after", nest_last(&nest, i), now, after))
			return false;
	}
	return check_flushed(t, answer);
}

/* "wrongslot CPU SLOT WRONG PAGE": released by another slot's name */
static bool op_wrongslot(struct trace *t, const char *args, const char *answer)
{
	unsigned cpu, slot, wrong, page;
	struct nest nest = { .n = 1 };
	uint64_t result;

	if (sscanf(args, "%u %u %u %u", &cpu, &slot, &wrong, &page) != 4)
		return trace_differs(t, "cannot read the operation");
	nest.cpu = cpu;
	nest.map[0].slot = (int)slot;
	nest.map[0].pfn = t->pfn[page];
	if (!nest_map(t, &nest) ||
	    !call(t, cpu, &kunmap_atomic_op,
	          &(FRAME(kunmap_atomic)){ .vaddr = (uint32_t)nest.map[0].va,
	                                   .slot = (int)wrong },
	          &result))
		return false;
	return check_pte(t, "entry after the wrong release", nest.map[0].pfn,
	                 kernel_pte(world(t), (uint32_t)nest.map[0].va),
	                 strtoull(strstr(answer, "after_wrong=") + 12, NULL, 16)) &&
	       nest_unmap(t, &nest) &&
	       check_pte(t, "entry after the right release", nest.map[0].pfn,
	                 kernel_pte(world(t), (uint32_t)nest.map[0].va),
	                 strtoull(strstr(answer, "after=") + 6, NULL, 16));
}

/* The second mapping of a slot was a BUG: [oops] has its text, and so must our kernel log. */
static bool check_oops(struct trace *t, enum run_end end)
{
	const char *oops = recording_line(t->r, "oops", 0);

	if (end != RUN_OOPS)
		return trace_differs(t, "the second mapping of a slot was no BUG");
	t->compared++;
	for (uint32_t i = 0; oops && i < world(t)->kernel.dmesg.n; i++)
		if (!strcmp(dmesg_line(world(t), i), oops))
			return true;
	return trace_differs(t, "the kernel log lacks \"%s\"", oops ? oops : "");
}

/* "nestbg SLOT A B => first=VA [second=VA]": A, then B in the same slot, on CPU 1 */
static bool op_nestbg(struct trace *t, const char *args, const char *answer)
{
	const char *second = strstr(answer, "second=");
	bool typed = world(t)->kernel.profile->atomic_ops->typed;
	struct nest nest = { .n = 1, .cpu = 1 };
	unsigned slot, a, b;
	enum run_end end;

	if (sscanf(args, "%u %u %u", &slot, &a, &b) != 3)
		return trace_differs(t, "cannot read the operation");
	nest.map[0].slot = typed ? (int)slot : -1;
	nest.map[0].pfn = t->pfn[a];
	if (!nest_map(t, &nest) || !check_va(t, t->pfn[a], nest.map[0].va,
	                                     strtoul(strstr(answer, "first=") + 6, NULL, 16)))
		return false;
	session_start(t->s, 1, &kmap_atomic_op,
	              &(FRAME(kmap_atomic)){ .pfn = (uint32_t)t->pfn[b], .slot = nest.map[0].slot },
	              NULL);
	end = session_run_cpu(t->s, 1);
	if (!second)
		return check_oops(t, end);
	return check_va(t, t->pfn[b], cpu_context(world(t), 1)->result,
	                strtoul(second + 7, NULL, 16));
}

/* --- entries ---------------------------------------------------------------------------------- */

static bool op_pagepte(struct trace *t, const char *args, const char *answer)
{
	unsigned long long va, pfn_theirs, pte;
	uint64_t pfn;
	uint32_t ours;

	if (!page_arg(t, args, &pfn) ||
	    sscanf(answer, " va=%llx pfn=%llx pte=%llx", &va, &pfn_theirs, &pte) != 3)
		return false;
	ours = page_address(world(t), pfn);
	return check_va(t, pfn, ours, va) &&
	       check_pte(t, "entry", pfn, ours ? kernel_pte(world(t), ours) : 0, pte);
}

static bool op_pkpte(struct trace *t, const char *args, const char *answer)
{
	uint32_t va = PKMAP_ADDR(&world(t)->kernel.layout, (unsigned)atoi(args));

	return same(t, "entry", flags_of(kernel_pte(world(t), va)),
	            flags_of(strtoull(answer, NULL, 16)));
}

/* --- contexts --------------------------------------------------------------------------------- */

/* One map in a context: how to get into it and out again. */
static bool in_context(struct trace *t, const char *args, const char *answer,
                       const struct op *enter, const struct op *leave)
{
	uint64_t result, nothing[FRAME_BYTES / 8] = { 0 };
	char on_cpu0[64];

	snprintf(on_cpu0, sizeof(on_cpu0), "0%s", args);
	if (enter && !call(t, 0, enter, nothing, &result))
		return false;
	if (!op_atomic(t, on_cpu0, answer))
		return false;
	return !leave || call(t, 0, leave, nothing, &result);
}

static bool op_ctxtask(struct trace *t, const char *args, const char *answer)
{
	return in_context(t, args, answer, NULL, NULL);
}

static bool op_ctxirqoff(struct trace *t, const char *args, const char *answer)
{
	return in_context(t, args, answer, &local_irq_disable_op, &local_irq_enable_op);
}

static bool op_ctxbhoff(struct trace *t, const char *args, const char *answer)
{
	return in_context(t, args, answer, &local_bh_disable_op, &local_bh_enable_op);
}

static bool in_interrupt_context(struct trace *t, const char *args, const char *answer,
                                 enum context_kind kind)
{
	struct message m = { "" };

	if (!session_enter_context(t->s, 0, kind, &m))
		return trace_differs(t, "%s", m.text);
	return in_context(t, args, answer, NULL, NULL) && session_exit_context(t->s, 0, &m);
}

static bool op_ctxhardirq(struct trace *t, const char *args, const char *answer)
{
	return in_interrupt_context(t, args, answer, CONTEXT_HARDIRQ);
}

static bool op_ctxbh(struct trace *t, const char *args, const char *answer)
{
	return in_interrupt_context(t, args, answer, CONTEXT_SOFTIRQ);
}

trace_fn *trace_operation(const char *name)
{
	static const struct {
		const char *name;
		trace_fn *fn;
	} operations[] = {
		{ "alloc", op_alloc },           { "kmap", op_kmap },
		{ "kunmap", op_kunmap },         { "kmapbg", op_kmapbg },
		{ "kmapnb", op_kmapnb },
		{ "bg", op_bg },                 { "counts", op_counts },
		{ "flush", op_flush },           { "flushunused", op_flushunused },
		{ "atomic", op_atomic },         { "atomicpte", op_atomicpte },
		{ "wrongslot", op_wrongslot },   { "nestbg", op_nestbg },
		{ "pagepte", op_pagepte },       { "pkpte", op_pkpte },
		{ "ctxtask", op_ctxtask },       { "ctxirqoff", op_ctxirqoff },
		{ "ctxbhoff", op_ctxbhoff },     { "ctxbh", op_ctxbh },
		{ "ctxhardirq", op_ctxhardirq },
	};

	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (!strcmp(operations[i].name, name))
			return operations[i].fn;
	return NULL;
}
