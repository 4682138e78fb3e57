/*
 * DEBUG_HIGHMEM's check of atomic slots: debug_kmap_atomic_prot() of 2.6.25 to 2.6.36.
 *
 * Two tests. The first knows which types belong to which kind of interrupt context; the second
 * demands disabled interrupts for types that interrupts use. Each violation warns and takes one
 * from a counter that starts at 10; at 0 the check falls silent. 2.6.27's counter is unsigned and
 * tested for exactly 0, so that two violations at once can step over it and warn on for ever.
 */
#include "kernel/atomic.h"
#include "kernel/world.h"

#include <string.h>

#define WARNINGS 10u

static bool slot_in(const struct world *w, int slot, const char *const *names)
{
	const char *name = km_type_name(w, (unsigned)slot);

	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

static void warn(struct world *w, unsigned cpu, const char *key)
{
	const char *text = profile_text(w->kernel.profile, key);

	printk(w, "%s", text ? text : "WARNING: at arch/x86/mm/highmem_32.c debug_kmap_atomic_prot()");
	w->kernel.slot_check.warned++;
	w->kernel.slot_check.count++;
	w->kernel.stats.warnings++;
	world_event(w, cpu, EVENT_WARN, w->kernel.dmesg.n - 1, 0, 0);
}

static const char *const hardirq_types[] = { "IRQ0", "IRQ1", "BIO_SRC_IRQ", "BIO_DST_IRQ",
	                                     "BOUNCE_READ", NULL };
static const char *const softirq_types[] = { "IRQ0", "IRQ1", "SOFTIRQ0", "SOFTIRQ1",
	                                     "SKB_SUNRPC_DATA", "SKB_DATA_SOFTIRQ",
	                                     "BOUNCE_READ", NULL };
static const char *const irq_off_types[] = { "IRQ0", "IRQ1", "BOUNCE_READ", "BIO_SRC_IRQ",
	                                     "BIO_DST_IRQ", NULL };
static const char *const bh_off_types[] = { "SOFTIRQ0", "SOFTIRQ1", NULL };

void debug_kmap_atomic_prot(struct world *w, unsigned cpu, int slot)
{
	if (WARNINGS - w->kernel.slot_check.count == 0)
		return;
	if (in_irq(w, cpu)) {
		if (!slot_in(w, slot, hardirq_types))
			warn(w, cpu, "warn_slot_hardirq");
	} else if (in_interrupt(w, cpu) && !irqs_disabled(w, cpu)) {
		if (!slot_in(w, slot, softirq_types))
			warn(w, cpu, "warn_slot_softirq");
	}
	if (slot_in(w, slot, irq_off_types)) {
		if (!irqs_disabled(w, cpu))
			warn(w, cpu, "warn_slot_irqs_on");
	} else if (slot_in(w, slot, bh_off_types)) {
		if (!in_interrupt(w, cpu) && !irqs_disabled(w, cpu))
			warn(w, cpu, "warn_slot_bh_on");
	}
}
