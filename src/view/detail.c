/*
 * What a thing is that somebody points at: a slot with its count and what that means, a region with its
 * bounds and its use, an entry of a TLB beside what the tables say now. The views draw these as a cell
 * or a row, in which there is no room to say it; here it is said in words, for who sees it first.
 *
 * A spot's name begins with the word for what it is, and goes on with which one; the table at the end
 * has a function for each word. `make check` points at everything that the views draw.
 */
#include "view/detail.h"

#include "command/command.h"
#include "kernel/atomic.h"
#include "lab/narrate.h"
#include "lab/words.h"
#include "view/draw.h"
#include "view/zones.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Fills in the text, and another command where the spot's own is not the best; `which` is what
 * stands behind the first word of the name. */
typedef void tell_fn(struct detail *d, const struct view_state *s, const char *which);

#define SAY(d, ...) snprintf((d)->text, sizeof((d)->text), __VA_ARGS__)
#define RUN(d, ...) snprintf((d)->command, sizeof((d)->command), __VA_ARGS__)

/* "p0", or "frame 7f424". */
static const char *frame_text(const struct view_state *s, uint64_t pfn, char *buf, size_t size)
{
	page_label_text(s, pfn, buf, size);
	if (!strncmp(buf, "pfn:0x", 6))
		snprintf(buf, size, "frame %" PRIx64, pfn);
	return buf;
}

/* --- the windows ------------------------------------------------------------------------------ */

/* pkmap_count counts from 1: what it means is the first thing to be learnt about it. */
static void tell_slot(struct detail *d, const struct view_state *s, const char *which)
{
	const struct layout *l = &s->world->kernel.layout;
	unsigned nr = (unsigned)strtoul(which, NULL, 10), count;
	char page[32];
	uint32_t va;

	if (!l->highmem || nr >= l->last_pkmap)
		return;
	va = PKMAP_ADDR(l, nr);
	count = s->world->kernel.pkmap.pkmap_count[nr];
	frame_text(s, pte_pfn(kernel_pte(s->world, va)), page, sizeof(page));
	if (!count)
		SAY(d, "%08x, count 0: free, nothing is mapped", va);
	else if (count == 1)
		SAY(d, "%08x, count 1: %s is still mapped though nobody uses it; free again when the "
		    "next wrap flushes the TLBs", va, page);
	else
		SAY(d, "%08x, count %u: maps %s for %u user%s", va, count, page, count - 1,
		    count == 2 ? "" : "s");
	RUN(d, "pkmap %u", nr);
}

static void tell_fixmap(struct detail *d, const struct view_state *s, const char *which)
{
	unsigned cpu, slot;
	char page[32];
	const char *name;
	uint64_t pte;
	uint32_t va;

	if (sscanf(which, "%u %u", &cpu, &slot) != 2 || cpu >= s->world->machine.nr_cpus)
		return;
	name = s->world->kernel.atomic_ops->typed ? km_type_name(s->world, slot) : "";
	va = slot_address(s->world, cpu, slot);
	pte = kernel_pte(s->world, va);
	SAY(d, "%s%s%08x, CPU %u's own: %s%s", name ? name : "", name && *name ? " at " : "", va, cpu,
	    pte & PTE_P ? "maps " : "free",
	    pte & PTE_P ? frame_text(s, pte_pfn(pte), page, sizeof(page)) : "");
}

/* --- the TLBs --------------------------------------------------------------------------------- */

static const struct tlb_entry *find_entry(const struct world *w, unsigned cpu, uint32_t va, bool code)
{
	for (unsigned i = 0; i < tlb_capacity(w->machine.model); i++) {
		enum tlb_array array;
		const struct tlb_entry *e = tlb_entry(&w->machine.cpu[cpu].tlb, i, &array);

		if (e->size && e->va == va && code == (array == TLB_I4K || array == TLB_ILARGE))
			return e;
	}
	return NULL;
}

static void tell_tlb(struct detail *d, const struct view_state *s, const char *which)
{
	const struct tlb_entry *e;
	char size[16], page[32];
	unsigned cpu, va;

	if (sscanf(which, "%u %x", &cpu, &va) != 2 || cpu >= s->world->machine.nr_cpus)
		return;
	e = find_entry(s->world, cpu, va, strstr(which, " I"));
	if (!e)
		return;
	size_short(e->size, size, sizeof(size));
	SAY(d, "CPU %u translates %08x to %s, a page of %s%s%s. %s", cpu, va,
	    frame_text(s, e->pa >> PAGE_SHIFT, page, sizeof(page)), size,
	    e->writable ? ", writable" : ", read only",
	    e->global ? ", global: a new CR3 leaves it" : "",
	    machine_tlb_stale(&s->world->machine, cpu, e) ?
	            "Stale: the tables say something else by now." :
	            "The tables say the same.");
}

/* --- memory ----------------------------------------------------------------------------------- */

/* By its label: "HighMem", with several nodes "HighMem/1". */
static const struct zone *find_zone(const struct world *w, const char *name, size_t length)
{
	for (unsigned i = 0; i < w->kernel.nr_zones; i++) {
		const struct zone *z = &w->kernel.zone[i];
		char label[32];

		zone_label_text(&w->kernel, z, label, sizeof(label));
		if (z->spanned && strlen(label) == length && !memcmp(label, name, length))
			return z;
	}
	return NULL;
}

static void tell_zone(struct detail *d, const struct view_state *s, const char *which)
{
	const struct zone *z = find_zone(s->world, which, strlen(which));

	if (z)
		SAY(d, "frames %" PRIx64 " to %" PRIx64 ": %" PRIu64 " pages, %" PRIu64 " free%s. "
		    "Those who reclaim are woken below %" PRIu64 ", below %" PRIu64
		    " only emergencies get a page",
		    z->start_pfn, z->start_pfn + z->spanned - 1, z->present, z->free,
		    z->free <= z->min ? ", which is too few" : "", z->low, z->min);
}

static void tell_order(struct detail *d, const struct view_state *s, const char *which)
{
	size_t length = strcspn(which, " ");
	const struct zone *z = find_zone(s->world, which, length);
	unsigned order = (unsigned)strtoul(which + length, NULL, 10);

	if (z && order < MAX_ORDER)
		SAY(d, "%" PRIu64 " free block%s of %u page%s in a row in %s", z->free_area[order].nr_free,
		    z->free_area[order].nr_free == 1 ? "" : "s", 1u << order, order ? "s" : "", z->name);
}

static void tell_page(struct detail *d, const struct view_state *s, const char *which)
{
	for (unsigned i = 0; i < s->nr_pages; i++) {
		uint64_t pfn = s->page[i].pfn;
		const struct zone *z;
		uint32_t va;

		if (strcmp(s->page[i].name, which))
			continue;
		z = zone_of(s->world, pfn);
		va = page_address(s->world, pfn);
		SAY(d, "frame %" PRIx64 "%s%s, ", pfn, z ? " in " : "", z ? z->name : "");
		if (va)
			snprintf(d->text + strlen(d->text), 32, "at %08x", va);
		else
			strcat(d->text, "not mapped by kmap");
		RUN(d, "page %s", which);
	}
}

/* --- who does something ----------------------------------------------------------------------- */

static void tell_cpu(struct detail *d, const struct view_state *s, const char *which)
{
	unsigned cpu = (unsigned)strtoul(which, NULL, 10);
	const char *op, *line;

	if (cpu >= s->world->machine.nr_cpus)
		return;
	SAY(d, "in %s context, task %s, preempt_count %x", context_kind_name(
	    cpu_context_kind(s->world, cpu)), cpu_current(s->world, cpu)->comm,
	    preempt_count(s->world, cpu));
	if (running_line(s->world, cpu, &op, &line))
		SAY(d, "in %s context, task %s, in %s, before %s", context_kind_name(
		    cpu_context_kind(s->world, cpu)), cpu_current(s->world, cpu)->comm, op, line);
}

static void tell_task(struct detail *d, const struct view_state *s, const char *which)
{
	unsigned number = (unsigned)strtoul(which, NULL, 10);
	const struct task *t;

	if (!number || number > s->world->kernel.nr_tasks)
		return;
	t = task_get(s->world, number);
	SAY(d, "%s, pid %u, on CPU %u: %s%s", t->comm, (unsigned)t->pid, (unsigned)t->cpu,
	    word_for(&task_words, t->state), t->held ? ", held: `step` moves it" : "");
	RUN(d, "task %u", number);
}

static void tell_event(struct detail *d, const struct view_state *s, const char *which)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t seq = (uint32_t)strtoul(which, NULL, 10);
	const struct event *e = seq >= log->first && seq <= log->n ? event_get(log, seq) : NULL;
	char text[160];

	if (!e)
		return;
	event_narrate(s->world, e, text, sizeof(text));
	SAY(d, "%s, at step %u", text, e->step);
	if (e->cause)
		snprintf(d->text + strlen(d->text), 48, ", because of event %u", e->cause);
}

static void tell_cost(struct detail *d, const struct view_state *s, const char *which)
{
	(void)s;
	for (int i = 0; i < CAUSES; i++)
		if (!strcmp(ledger_key((enum ledger_cause)i), which))
			SAY(d, "%s", ledger_doc((enum ledger_cause)i));
}

static void tell_region(struct detail *d, const struct view_state *s, const char *which)
{
	region_text(s, which, d->text, sizeof(d->text));
}

/* A view says itself what it shows; of a command the first sentence. */
static void tell_command(struct detail *d)
{
	char name[SPOT_COMMAND] = "";
	const struct view_ops *view;
	const char *summary = command_summary(d->command), *end = strstr(summary, ". ");

	view = sscanf(d->command, "view %63s", name) == 1 ? view_find(name) : NULL;
	if (view)
		snprintf(d->shows, sizeof(d->shows), "The view: %s.", view->doc);
	else
		snprintf(d->shows, sizeof(d->shows), "%.*s", end ? (int)(end - summary) + 1 : 199,
		         summary);
}

void detail_of(struct detail *d, const struct view_state *s, const struct spot *spot)
{
	static const struct {
		const char *word;
		tell_fn *tell;
	} table[] = {
		{ "slot ", tell_slot }, { "fixmap ", tell_fixmap }, { "tlb ", tell_tlb },
		{ "zone ", tell_zone }, { "order ", tell_order }, { "page ", tell_page },
		{ "cpu ", tell_cpu }, { "task ", tell_task }, { "event ", tell_event },
		{ "cost ", tell_cost }, { "region ", tell_region },
	};

	size_t n;

	*d = (struct detail){ 0 };
	memcpy(d->name, spot->name, sizeof(d->name));
	memcpy(d->command, spot->command, sizeof(d->command));
	for (size_t i = 0; s->world && i < sizeof(table) / sizeof(table[0]); i++) {
		n = strlen(table[i].word);
		if (!strncmp(d->name, table[i].word, n))
			table[i].tell(d, s, spot->name + n);
	}
	n = strlen(d->text);
	if (n && n + 1 < sizeof(d->text) && d->text[n - 1] != '.')
		strcpy(d->text + n, ".");
	tell_command(d);
}
