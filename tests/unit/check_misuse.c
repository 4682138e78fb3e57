/*
 * What each era of kmap_atomic does when it is misused, as sequences of events: released out of order,
 * not released, released once too often, released with another slot's name, mapped in a context whose
 * slot it is not. With debugging and without. And what a pointer still leads to when its mapping is
 * gone: the page that is read or written is named, so that the wrong one is really the wrong one.
 */
#include "lab.h"

#include "kernel/irqflags.h"

#define KINDS "PTE_SET PTE_CLEAR INVLPG SLOT_MAP SLOT_UNMAP WARN OOPS"

/* The name of a slot as kmap_atomic() takes it; -1 where it takes none. */
static int32_t km(const struct world *w, const char *name)
{
	return w->kernel.atomic_ops->typed ?
	               (int32_t)km_type(w, profile_slot(w->kernel.profile, name)) : -1;
}

static uint32_t map(struct world *w, uint32_t pfn, const char *slot)
{
	return (uint32_t)DO(w, 0, kmap_atomic, .pfn = pfn, .slot = km(w, slot));
}

static void unmap(struct world *w, uint32_t va, const char *slot)
{
	TRY(w, 0, kunmap_atomic, .vaddr = va, .slot = km(w, slot));
}

static void out_of_order(struct world *w, uint32_t a, uint32_t b)
{
	uint32_t first = map(w, a, "USER0");

	map(w, b, "USER1");
	unmap(w, first, "USER0");
}

static void forgotten(struct world *w, uint32_t a, uint32_t b)
{
	map(w, a, "USER0");
	TRY(w, 0, kmap_atomic, .pfn = b, .slot = km(w, "USER0"));
}

static void one_too_many(struct world *w, uint32_t a, uint32_t b)
{
	uint32_t va = map(w, a, "USER0");

	(void)b;
	unmap(w, va, "USER0");
	unmap(w, va, "USER0");
}

static void the_wrong_slot(struct world *w, uint32_t a, uint32_t b)
{
	uint32_t va = map(w, a, "USER0");

	(void)b;
	unmap(w, va, "USER1");
}

static void the_wrong_context(struct world *w, uint32_t a, uint32_t b)
{
	struct message m;

	(void)b;
	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, &m));
	map(w, a, "USER0");
}

struct misuse {
	const char *boot;
	void (*how)(struct world *w, uint32_t a, uint32_t b);
	const char *events;
};

/* A line for each of five misuses; by era, each without and with debugging. */
static const struct misuse misuses[] = {
	/* asm-i386/highmem.h kmap_atomic(), kunmap_atomic() without HIGHMEM_DEBUG: the first sets
	 * and flushes whatever was there, the second is empty; no check knows contexts: 2.4.27 */
	{ "kernel=2.4.27 highmem=4g cpus=1", out_of_order,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+4,B) "
	  "0:INVLPG(fix 0+4,0) 0:SLOT_MAP(fix 0+4,B,4)" },
	{ "kernel=2.4.27 highmem=4g cpus=1", forgotten,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+3,B) "
	  "0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,B,3)" },
	{ "kernel=2.4.27 highmem=4g cpus=1", one_too_many,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3)" },
	{ "kernel=2.4.27 highmem=4g cpus=1", the_wrong_slot,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3)" },
	{ "kernel=2.4.27 highmem=4g cpus=1", the_wrong_context,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3)" },
	/* With HIGHMEM_DEBUG: out_of_line_bug() for an entry that is not empty, and for an address
	 * that is not the named slot's; else pte_clear(), __flush_tlb_one(), which ask nothing:
	 * 2.4.27 */
	{ "kernel=2.4.27 highmem=4g cpus=1 debug_highmem=yes", out_of_order,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+4,B) "
	  "0:INVLPG(fix 0+4,0) 0:SLOT_MAP(fix 0+4,B,4) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3)" },
	{ "kernel=2.4.27 highmem=4g cpus=1 debug_highmem=yes", forgotten,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3) 0:OOPS" },
	{ "kernel=2.4.27 highmem=4g cpus=1 debug_highmem=yes", one_too_many,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_CLEAR(fix 0+3) "
	  "0:INVLPG(fix 0+3,0) 0:SLOT_UNMAP(fix 0+3,3) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3)" },
	{ "kernel=2.4.27 highmem=4g cpus=1 debug_highmem=yes", the_wrong_slot,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3) 0:OOPS" },
	{ "kernel=2.4.27 highmem=4g cpus=1 debug_highmem=yes", the_wrong_context,
	  "0:PTE_SET(fix 0+3,A) 0:INVLPG(fix 0+3,0) 0:SLOT_MAP(fix 0+3,A,3)" },
	/* arch/x86/mm/highmem_32.c kmap_atomic_prot(): BUG_ON(!pte_none()), set_pte(), no flush;
	 * kunmap_atomic(): kpte_clear_flush() if the address is the named slot's, else nothing:
	 * 2.6.27 */
	{ "kernel=2.6.27 cpus=1", out_of_order,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+4,B) "
	  "0:SLOT_MAP(fix 0+4,B,4) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3)" },
	{ "kernel=2.6.27 cpus=1", forgotten,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:OOPS" },
	{ "kernel=2.6.27 cpus=1", one_too_many,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3)" },
	{ "kernel=2.6.27 cpus=1", the_wrong_slot,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3)" },
	{ "kernel=2.6.27 cpus=1", the_wrong_context,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3)" },
	/* With DEBUG_HIGHMEM debug_kmap_atomic_prot() comes before anything is set (and after
	 * PageHighMem()), and kunmap_atomic() has a BUG_ON() for an address that is neither a slot
	 * nor low memory; slots lie two apart (KM_TYPE_NR, asm-x86/kmap_types.h): 2.6.27 */
	{ "kernel=2.6.27 cpus=1 debug_highmem=yes", out_of_order,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:PTE_SET(fix 0+9,B) "
	  "0:SLOT_MAP(fix 0+9,B,9) 0:PTE_CLEAR(fix 0+7) 0:INVLPG(fix 0+7,0) "
	  "0:SLOT_UNMAP(fix 0+7,7)" },
	{ "kernel=2.6.27 cpus=1 debug_highmem=yes", forgotten,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:OOPS" },
	{ "kernel=2.6.27 cpus=1 debug_highmem=yes", one_too_many,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:PTE_CLEAR(fix 0+7) 0:INVLPG(fix 0+7,0) "
	  "0:SLOT_UNMAP(fix 0+7,7) 0:PTE_CLEAR(fix 0+7) 0:INVLPG(fix 0+7,0) "
	  "0:SLOT_UNMAP(fix 0+7,7)" },
	{ "kernel=2.6.27 cpus=1 debug_highmem=yes", the_wrong_slot,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:OOPS" },
	{ "kernel=2.6.27 cpus=1 debug_highmem=yes", the_wrong_context,
	  "0:WARN 0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7)" },
	/* The same functions in 2.6.32; the check is debug_kmap_atomic() in mm/highmem.c. */
	{ "kernel=2.6.32 cpus=1", out_of_order,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_SET(fix 0+4,B) "
	  "0:SLOT_MAP(fix 0+4,B,4) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3)" },
	{ "kernel=2.6.32 cpus=1", forgotten,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:OOPS" },
	{ "kernel=2.6.32 cpus=1", one_too_many,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3) 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+3,0) "
	  "0:SLOT_UNMAP(fix 0+3,3)" },
	{ "kernel=2.6.32 cpus=1", the_wrong_slot,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3)" },
	{ "kernel=2.6.32 cpus=1", the_wrong_context,
	  "0:PTE_SET(fix 0+3,A) 0:SLOT_MAP(fix 0+3,A,3)" },
	{ "kernel=2.6.32 cpus=1 debug_highmem=yes", out_of_order,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:PTE_SET(fix 0+9,B) "
	  "0:SLOT_MAP(fix 0+9,B,9) 0:PTE_CLEAR(fix 0+7) 0:INVLPG(fix 0+7,0) "
	  "0:SLOT_UNMAP(fix 0+7,7)" },
	{ "kernel=2.6.32 cpus=1 debug_highmem=yes", forgotten,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:OOPS" },
	{ "kernel=2.6.32 cpus=1 debug_highmem=yes", one_too_many,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:PTE_CLEAR(fix 0+7) 0:INVLPG(fix 0+7,0) "
	  "0:SLOT_UNMAP(fix 0+7,7) 0:PTE_CLEAR(fix 0+7) 0:INVLPG(fix 0+7,0) "
	  "0:SLOT_UNMAP(fix 0+7,7)" },
	{ "kernel=2.6.32 cpus=1 debug_highmem=yes", the_wrong_slot,
	  "0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7) 0:OOPS" },
	{ "kernel=2.6.32 cpus=1 debug_highmem=yes", the_wrong_context,
	  "0:WARN 0:PTE_SET(fix 0+7,A) 0:SLOT_MAP(fix 0+7,A,7)" },
	/* arch/x86/mm/highmem_32.c kmap_atomic_prot(), __kunmap_atomic(); include/linux/highmem.h
	 * kmap_atomic_idx_push(), kmap_atomic_idx(), kmap_atomic_idx_pop(): what is cleared is on
	 * top of the stack, what is flushed is the address that was handed in. One release too many
	 * finds idx -1: the entry in front of the first: 2.6.37 */
	{ "kernel=2.6.37 cpus=1", out_of_order,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1) 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,1)" },
	{ "kernel=2.6.37 cpus=1", forgotten,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1)" },
	{ "kernel=2.6.37 cpus=1", one_too_many,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,0) 0:PTE_CLEAR(0xfffbb000) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,4294967295)" },
	{ "kernel=2.6.37 cpus=1", the_wrong_slot,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,0)" },
	{ "kernel=2.6.37 cpus=1", the_wrong_context,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0)" },
	/* With DEBUG_HIGHMEM: WARN_ON_ONCE() before kpte_clear_flush(), BUG_ON(idx < 0) in the pop,
	 * behind it; in_irq() with interrupts off, as here, is no reason to warn: 2.6.37 */
	{ "kernel=2.6.37 cpus=1 debug_highmem=yes", out_of_order,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1) 0:WARN 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,1)" },
	{ "kernel=2.6.37 cpus=1 debug_highmem=yes", forgotten,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1)" },
	{ "kernel=2.6.37 cpus=1 debug_highmem=yes", one_too_many,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,0) 0:WARN 0:PTE_CLEAR(0xfffbb000) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,4294967295) 0:OOPS" },
	{ "kernel=2.6.37 cpus=1 debug_highmem=yes", the_wrong_slot,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,0)" },
	{ "kernel=2.6.37 cpus=1 debug_highmem=yes", the_wrong_context,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0)" },
	/* mm/highmem.c __kmap_local_pfn_prot(), kunmap_local_indexed(), kmap_local_idx_push(),
	 * kmap_local_idx_pop(): as in 2.6.37, on the task's own stack; the WARN_ON_ONCE() and the
	 * BUG_ON() are in every build: 6.1 */
	{ "kernel=6.1 cpus=1", out_of_order,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1) 0:WARN 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,1)" },
	{ "kernel=6.1 cpus=1", forgotten,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_SET(fix 0+1,B) "
	  "0:SLOT_MAP(fix 0+1,B,1)" },
	{ "kernel=6.1 cpus=1", one_too_many,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,0) 0:WARN 0:PTE_CLEAR(0xfffbc000) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,4294967295) 0:OOPS" },
	{ "kernel=6.1 cpus=1", the_wrong_slot,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0) 0:PTE_CLEAR(fix 0+0) 0:INVLPG(fix 0+0,0) "
	  "0:SLOT_UNMAP(fix 0+0,0)" },
	{ "kernel=6.1 cpus=1", the_wrong_context,
	  "0:PTE_SET(fix 0+0,A) 0:SLOT_MAP(fix 0+0,A,0)" },
	/* KM_INCR is 2 with DEBUG_KMAP_LOCAL: every other slot is a guard: 6.1 */
	{ "kernel=6.1 cpus=1 debug_highmem=yes", out_of_order,
	  "0:PTE_SET(fix 0+1,A) 0:SLOT_MAP(fix 0+1,A,1) 0:PTE_SET(fix 0+3,B) "
	  "0:SLOT_MAP(fix 0+3,B,3) 0:WARN 0:PTE_CLEAR(fix 0+3) 0:INVLPG(fix 0+1,0) "
	  "0:SLOT_UNMAP(fix 0+1,3)" },
	{ "kernel=6.1 cpus=1 debug_highmem=yes", forgotten,
	  "0:PTE_SET(fix 0+1,A) 0:SLOT_MAP(fix 0+1,A,1) 0:PTE_SET(fix 0+3,B) "
	  "0:SLOT_MAP(fix 0+3,B,3)" },
	{ "kernel=6.1 cpus=1 debug_highmem=yes", one_too_many,
	  "0:PTE_SET(fix 0+1,A) 0:SLOT_MAP(fix 0+1,A,1) 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+1,0) "
	  "0:SLOT_UNMAP(fix 0+1,1) 0:WARN 0:PTE_CLEAR(0xfffbc000) 0:INVLPG(fix 0+1,0) "
	  "0:SLOT_UNMAP(fix 0+1,4294967295) 0:OOPS" },
	{ "kernel=6.1 cpus=1 debug_highmem=yes", the_wrong_slot,
	  "0:PTE_SET(fix 0+1,A) 0:SLOT_MAP(fix 0+1,A,1) 0:PTE_CLEAR(fix 0+1) 0:INVLPG(fix 0+1,0) "
	  "0:SLOT_UNMAP(fix 0+1,1)" },
	{ "kernel=6.1 cpus=1 debug_highmem=yes", the_wrong_context,
	  "0:PTE_SET(fix 0+1,A) 0:SLOT_MAP(fix 0+1,A,1)" },
};

/* The events; lines of the kernel log, which differ with the boot's, are left out. */
static const char *effects(const struct world *w, uint32_t from)
{
	static char text[4096];
	char *out = text;
	bool line = false;

	for (const char *s = lab_events(w, from, KINDS); *s; s++) {
		if (*s == '(')
			line = !strncmp(s - 4, "WARN", 4) || !strncmp(s - 4, "OOPS", 4);
		if (!line)
			*out++ = *s;
		line = line && *s != ')';
	}
	*out = '\0';
	return text;
}

START_TEST(a_misuse_does_what_the_generation_did)
{
	const struct misuse *m = &misuses[_i];
	struct world *w = lab_boot(m->boot);
	uint32_t a = lab_page(w), b = lab_page(w), from = lab_now(w);

	m->how(w, a, b);
	ck_assert_str_eq(effects(w, from), m->events);
	ck_assert_int_eq(w->kernel.cpu[0].halted, strstr(m->events, "OOPS") != NULL);
	lab_free(w);
}
END_TEST

/* --- BUGs of 2.4's headers -------------------------------------------------------------------- */

static bool told(const struct world *w, const char *line)
{
	for (uint32_t i = 0; i < w->kernel.dmesg.n; i++)
		if (!strcmp(dmesg_line(w, i), line))
			return true;
	return false;
}

/* asm-i386/highmem.h __kmap() for kmap() and kmap_nonblock(), kunmap(): in_interrupt() is asked
 * before anything else, also of a page in low memory; kernel/panic.c __out_of_line_bug():
 * 2.4.27. */
START_TEST(no_kmap_in_an_interrupt)
{
	static const char *const lines[] = { "kernel BUG in header file at line 68",
		                             "kernel BUG in header file at line 68",
		                             "kernel BUG in header file at line 77" };
	struct world *w = lab_boot("kernel=2.4.27 highmem=4g cpus=1");
	uint32_t low = (uint32_t)alloc_pages_now(w, GFP_KERNEL, 0);
	struct message m;

	ck_assert(world_enter_context(w, 0, CONTEXT_HARDIRQ, &m));
	ck_assert_int_eq(_i == 0 ? TRY(w, 0, kmap, .pfn = low) :
	                 _i == 1 ? TRY(w, 0, kmap_nonblock, .pfn = low) :
	                           TRY(w, 0, kunmap, .pfn = low), LAB_OOPS);
	ck_assert(told(w, lines[_i]));
	ck_assert(told(w, "kernel BUG at panic.c:149!"));
	lab_free(w);
}
END_TEST

/* --- pointers that outlive their mapping ------------------------------------------------------- */

static void mark(struct world *w, uint32_t pfn, uint32_t value)
{
	phys_write32(&w->machine.phys, (uint64_t)pfn << PAGE_SHIFT, value);
}

static const char *const kernels[] = { "kernel=2.4.27 highmem=4g cpus=1", "kernel=2.6.27 cpus=1",
	                               "kernel=2.6.32 cpus=1", "kernel=2.6.37 cpus=1",
	                               "kernel=6.1 cpus=1" };

/* After the release: in 2.4 the pointer still leads to the page, since 2.6.19 nowhere. */
START_TEST(a_pointer_after_the_release)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t a = lab_page(w), va = map(w, a, "USER0"), from;

	mark(w, a, 0xaaaa);
	unmap(w, va, "USER0");
	from = lab_now(w);
	if (_i == 0) {
		ck_assert_uint_eq(lab_load(w, 0, va), 0xaaaa);
		ck_assert_str_eq(lab_events(w, from, "MEM_READ FAULT"), "0:MEM_READ(A+0,4)");
	} else {
		ck_assert(lab_faults(w, 0, va));
		ck_assert_uint_eq(lab_count(w, from, EVENT_FAULT), 1);
	}
	lab_free(w);
}
END_TEST

/* When the slot is used again, the old pointer writes into the new page: in every generation. */
START_TEST(a_pointer_after_the_slot_was_used_again)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t a = lab_page(w), b = lab_page(w), va = map(w, a, "USER0"), from;

	mark(w, a, 0xaaaa);
	unmap(w, va, "USER0");
	ck_assert_uint_eq(map(w, b, "USER0"), va);
	from = lab_now(w);
	lab_store(w, 0, va, 0xdead);
	ck_assert_str_eq(lab_events(w, from, "MEM_WRITE"), "0:MEM_WRITE(B+0,4)");
	ck_assert_uint_eq(lab_frame_word(w, a), 0xaaaa);
	ck_assert_uint_eq(lab_frame_word(w, b), 0xdead);
	lab_free(w);
}
END_TEST

/* A pool pointer after its kunmap: the page until the flush, nothing behind it, and when the slot's turn
 * has come round again, somebody else's page. */
START_TEST(a_pool_pointer_after_its_kunmap)
{
	struct world *w = lab_boot(kernels[_i]);
	uint32_t a = lab_page(w), b = lab_page(w), from;
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = a);

	mark(w, a, 0xaaaa);
	DO(w, 0, kunmap, .pfn = a);
	from = lab_now(w);
	ck_assert_uint_eq(lab_load(w, 0, va), 0xaaaa);
	ck_assert_str_eq(lab_events(w, from, "MEM_READ"), "0:MEM_READ(A+0,4)");
	DO(w, 0, kmap_flush_unused, 0);
	ck_assert(lab_faults(w, 0, va));
	w->kernel.pkmap.last_pkmap_nr = PKMAP_NR(&w->kernel.layout, va) - 1;
	ck_assert_uint_eq((uint32_t)DO(w, 0, kmap, .pfn = b), va);
	from = lab_now(w);
	lab_store(w, 0, va, 0xdead);
	ck_assert_str_eq(lab_events(w, from, "MEM_WRITE"), "0:MEM_WRITE(B+0,4)");
	ck_assert_uint_eq(lab_frame_word(w, a), 0xaaaa);
	lab_free(w);
}
END_TEST

int main(void)
{
	const struct lab_loop loops[] = {
		{ a_misuse_does_what_the_generation_did, LENGTH(misuses) },
		{ no_kmap_in_an_interrupt, 3 },
		{ a_pointer_after_the_release, LENGTH(kernels) },
		{ a_pointer_after_the_slot_was_used_again, LENGTH(kernels) },
		{ a_pool_pointer_after_its_kunmap, LENGTH(kernels) },
	};

	return lab_suite("misuse", NULL, 0, loops, LENGTH(loops));
}
