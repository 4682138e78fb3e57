/*
 * DEBUG_HIGHMEM's check of atomic slots: debug_kmap_atomic_prot() of 2.6.25 to 2.6.36.
 *
 * Two tests. The first knows which types belong to which kind of interrupt context; the second
 * demands disabled interrupts for types that interrupts use. Each violation warns and takes one
 * from a counter that starts at 10. 2.6.27's is unsigned and falls silent at exactly 0, so that two
 * violations at once can step over it and warn on for ever; 2.6.32's falls silent below 0, after
 * eleven warnings. Types that a generation does not have never match.
 *
 * The stacks of 2.6.37 and later have no types to check; their few warnings come once each.
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

	printk(w, "%s",
	       text ? text : "WARNING: at arch/x86/mm/highmem_32.c debug_kmap_atomic_prot()");
	w->kernel.slot_check.warned++;
	w->kernel.slot_check.count++;
	w->kernel.stats.warnings++;
	world_event(w, cpu, EVENT_WARN, w->kernel.dmesg.n - 1, 0, 0);
}

void slot_warn_once(struct world *w, unsigned cpu, enum slot_warning which, const char *text)
{
	if (w->kernel.slot_check.once & which)
		return;
	w->kernel.slot_check.once |= which;
	world_warn(w, cpu, text);
}

static const char *const nmi_types[] = { "NMI", "NMI_PTE", NULL };
static const char *const hardirq_types[] = { "IRQ0", "IRQ1", "BIO_SRC_IRQ", "BIO_DST_IRQ",
	                                     "BOUNCE_READ", "IRQ_PTE", NULL };
static const char *const softirq_types[] = { "IRQ0", "IRQ1", "SOFTIRQ0", "SOFTIRQ1",
	                                     "SKB_SUNRPC_DATA", "SKB_DATA_SOFTIRQ",
	                                     "BOUNCE_READ", NULL };
static const char *const irq_off_types[] = { "IRQ0", "IRQ1", "BOUNCE_READ", "BIO_SRC_IRQ",
	                                     "BIO_DST_IRQ", "IRQ_PTE", "NMI", "NMI_PTE", NULL };
static const char *const bh_off_types[] = { "SOFTIRQ0", "SOFTIRQ1", NULL };

/* Whether the generation's counter has come to its end. */
static bool silent(const struct world *w)
{
	if (w->kernel.profile->slot_check == SLOT_CHECK_SIGNED)
		return w->kernel.slot_check.count > WARNINGS;
	return w->kernel.slot_check.count == WARNINGS;
}

/* Test 1: by context, the first that matches. */
static void check_context(struct world *w, unsigned cpu, int slot)
{
	if (w->kernel.profile->nmi_bits && in_nmi(w, cpu)) {
		if (!slot_in(w, slot, nmi_types))
			warn(w, cpu, "warn_slot_nmi");
	} else if (in_irq(w, cpu)) {
		if (!slot_in(w, slot, hardirq_types))
			warn(w, cpu, "warn_slot_hardirq");
	} else if (in_interrupt(w, cpu) && !irqs_disabled(w, cpu)) {
		if (!slot_in(w, slot, softirq_types))
			warn(w, cpu, "warn_slot_softirq");
	}
}

void debug_kmap_atomic_prot(struct world *w, unsigned cpu, int slot)
{
	if (silent(w))
		return;
	check_context(w, cpu, slot);
	if (slot_in(w, slot, irq_off_types)) {
		if (!irqs_disabled(w, cpu))
			warn(w, cpu, "warn_slot_irqs_on");
	} else if (slot_in(w, slot, bh_off_types)) {
		if (!in_interrupt(w, cpu) && !irqs_disabled(w, cpu))
			warn(w, cpu, "warn_slot_bh_on");
	}
}
