/*
 * What the tests of processes share: a process on a CPU, what it touches, and what must hold.
 */
#ifndef KMAPLAB_TESTS_PROCESS_H
#define KMAPLAB_TESTS_PROCESS_H

#include "kernel/fork.h"
#include "kernel/mm.h"
#include "kernel/pgtable.h"
#include "kernel/uaccess.h"
#include "lab.h"

/** In the data of every program, and in its text. */
#define DATA 0x08050000u
#define TEXT 0x08048000u

/** Makes a task the one that runs commands on its CPU, and current there. */
static inline void become(struct world *w, unsigned task)
{
	struct message m = { "" };

	w->kernel.cpu[task_get(w, task)->cpu].shell = (uint16_t)task;
	ck_assert_msg(world_switch_to(w, task, &m), "%s", m.text);
}

/** fork() by whoever runs commands on a CPU. */
static inline unsigned forked(struct world *w, unsigned cpu, unsigned to, uint32_t flags)
{
	unsigned child = (unsigned)DO(w, cpu, do_fork, .comm = "child", .cpu = to,
	                              .clone_flags = flags);

	ck_assert_uint_ne(child, 0);
	return child;
}

/** A process that begins on a CPU, and is current there. */
static inline unsigned process(struct world *w, unsigned cpu)
{
	unsigned task = forked(w, cpu, cpu, 0);

	become(w, task);
	return task;
}

/** A word of user memory, written and read by the process in user mode. */
static inline void user_put(struct world *w, unsigned cpu, uint32_t va, uint32_t value)
{
	struct user_write_frame frame = { .va = va, .n = 4 };

	memcpy(frame.bytes, &value, 4);
	ck_assert_uint_eq(lab_do(w, cpu, &user_write_op, &frame), 4);
}

static inline uint32_t user_frame(const struct world *w, unsigned task, uint32_t va);

static inline uint32_t user_get(struct world *w, unsigned cpu, uint32_t va)
{
	uint32_t value;

	ck_assert_uint_eq(DO(w, cpu, user_read, .va = va, .n = 4), 4);
	phys_read(&w->machine.phys, w->kernel.cpu[cpu].access.pa[0], &value, sizeof(value));
	return value;
}

/** The entry and the frame behind an address of a task, by its tables; 0: none. */
static inline uint64_t user_entry(const struct world *w, unsigned task, uint32_t va)
{
	uint64_t pmd = entry_peek(w, pmd_offset(w, mm_get(w, task_get(w, task)->mm)->pgd, va));
	uint64_t index = va >> PAGE_SHIFT & (PAGE_SIZE / pte_bytes(w) - 1);

	if (!(pmd & PTE_P))
		return 0;
	return entry_peek(w, (pte_pfn(pmd) << PAGE_SHIFT) + index * pte_bytes(w));
}

static inline uint32_t user_frame(const struct world *w, unsigned task, uint32_t va)
{
	return (uint32_t)pte_pfn(user_entry(w, task, va));
}

static inline uint32_t refs(const struct world *w, uint32_t pfn)
{
	return pfn_to_page(w, pfn)->refs;
}

/** The process on a CPU ends. */
static inline void ends(struct world *w, unsigned cpu)
{
	DO(w, cpu, do_exit, 0);
}

/** Free pages over all zones. */
static inline uint64_t free_pages(const struct world *w)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < w->kernel.nr_zones; i++)
		n += w->kernel.zone[i].free;
	return n;
}

/** The allocator's books, and no slot left behind. */
static inline void sound(const struct world *w)
{
	struct message m = { "" };

	lab_sound(w);
	ck_assert_msg(zones_check(w, &m), "%s", m.text);
	for (unsigned cpu = 0; cpu < w->machine.nr_cpus; cpu++)
		ck_assert_uint_eq(preempt_count(w, cpu), 0);
}

/** The kernels and builds that every test of this sort runs on. */
static const char *const builds[] = {
	"kernel=2.6.27", "kernel=2.6.27 highpte=yes", "kernel=2.6.27 highmem=4g highpte=yes",
	"kernel=2.4.27 highmem=4g", "kernel=6.1", "kernel=6.1 highpte=yes",
	"kernel=2.6.37 highpte=yes", "kernel=2.6.32 highpte=yes debug_highmem=yes",
	"kernel=rhel3-hugemem split=4g4g ram=8192",
	"kernel=rhel3-hugemem split=4g4g ram=8192 debug_highmem=yes",
	"kernel=rhel3-hugemem split=4g4g highmem=4g ram=4096",
	"kernel=2.4-aa highmem_emulation=yes ram=512",
};
#define BUILDS ((int)LENGTH(builds))

#endif
