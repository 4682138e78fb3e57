/*
 * The view `fixmap`: the slots of kmap_atomic() on each CPU, arch/x86/mm/highmem_32.c. A CPU has
 * KM_TYPE_NR slots of its own in the fixmap; up to 2.6.36 each has a name that says which code may
 * use it, later kernels take them like a stack and number them only.
 *
 * A slot is mapped when its page-table entry is present: that entry is read from the page tables,
 * there is no other book. What is mapped is named behind the cells, or what the slots are for when
 * none is.
 */
#include "view/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct fixmap_slots {
	const struct world *world;
	unsigned n;  /* per CPU */
	uint64_t new; /* of the CPU being drawn: slots that events named */
};

/* Slots of CPU n begin at FIX_KMAP_BEGIN + n * KM_TYPE_NR; indices grow towards lower addresses,
 * which is why the caption says "downwards". */
static uint64_t slot_pte(const struct fixmap_slots *f, unsigned cpu, unsigned slot)
{
	const struct layout *l = &f->world->kernel.layout;

	return kernel_pte(f->world, fix_to_virt(l, l->fix_kmap_begin + cpu * f->n + slot));
}

static const char *slot_name(const struct fixmap_slots *f, unsigned slot)
{
	const struct profile *p = f->world->kernel.profile;

	return slot < p->nr_slots && slot < PROFILE_SLOTS ? p->slot[slot] : "";
}

/* As a mask: a generation has at most 41 slots (6.1 with its debugging guards: 33). */
static uint64_t new_slots(const struct view_state *s, unsigned cpu)
{
	const struct event_log *log = &s->world->machine.log;
	uint64_t slots = 0;

	for (uint32_t seq = first_new_event(s->world, s->since); seq <= log->n; seq++) {
		const struct event *e = event_get(log, seq);

		if (!e || e->cpu != cpu)
			continue;
		if (e->kind == EVENT_SLOT_MAP && e->arg[2] < 64)
			slots |= 1ull << e->arg[2];
		if (e->kind == EVENT_SLOT_UNMAP && e->arg[1] < 64)
			slots |= 1ull << e->arg[1];
	}
	return slots;
}

/* The cells of one CPU: "CPU 0 ·■···········". Returns the column behind them. */
static int draw_slots(struct area a, int y, int x, const struct fixmap_slots *f, unsigned cpu)
{
	x = area_printf(a, y, x, STYLE_TEXT, "CPU %-2u ", cpu);
	for (unsigned i = 0; i < f->n; i++) {
		bool mapped = slot_pte(f, cpu, i) & PTE_P, new = f->new >> i & 1;

		x = area_glyph(a, y, x, new ? STYLE_NEW : mapped ? STYLE_USED : STYLE_FREE,
		               mapped ? GLYPH_MAPPED : GLYPH_FREE);
	}
	return x;
}

/* "KM_USER0 at fffba000 maps 7f424" for each slot that is mapped. Returns how many were. */
static unsigned draw_mapped(struct area a, int y, int x, const struct fixmap_slots *f, unsigned cpu)
{
	const struct layout *l = &f->world->kernel.layout;
	unsigned mapped = 0;

	for (unsigned i = 0; i < f->n; i++) {
		uint64_t pte = slot_pte(f, cpu, i);
		char name[40], text[96];

		if (!(pte & PTE_P))
			continue;
		if (*slot_name(f, i))
			snprintf(name, sizeof(name), "KM_%s", slot_name(f, i));
		else
			snprintf(name, sizeof(name), "slot %u", i);
		snprintf(text, sizeof(text), "%s %08" PRIx32 " maps %" PRIx64, name,
		         fix_to_virt(l, l->fix_kmap_begin + cpu * f->n + i),
		         pte_pfn(pte));
		if (mapped)
			x = area_text(a, y, x, STYLE_DIM, ", ");
		x = area_text(a, y, x, f->new >> i & 1 ? STYLE_NEW : STYLE_TEXT, text);
		mapped++;
	}
	return mapped;
}

/* What the slots are for, as many names as there is room for, from slot `*next` on. */
static void draw_names(struct area a, int y, int x, const struct fixmap_slots *f, unsigned *next)
{
	for (; *next < f->n; ++*next) {
		const char *name = slot_name(f, *next);
		int width = text_width(name) + 1 + (*next > 9) + 1;

		if (!*name)
			continue;
		if (x + width > a.cols)
			return;
		x = area_printf(a, y, x, STYLE_DIM, "%u", *next);
		x = area_printf(a, y, x, STYLE_FREE, " %s ", name);
	}
}

/* CPUs beside each other when there are more of them than rows. Where not all have room, the chosen
 * one takes the place of the last: it is the one that is looked for. */
static void draw_packed(struct area a, struct fixmap_slots *f, const struct view_state *s)
{
	int width = (int)f->n + 9, per_row = a.cols / width < 1 ? 1 : a.cols / width;
	unsigned cpus = s->world->machine.nr_cpus, room = (unsigned)(per_row * a.rows);
	unsigned shown = cpus <= room ? cpus : room - 1;

	for (unsigned i = 0; i < shown; i++) {
		unsigned cpu = i + 1 == shown && s->cpu > i ? s->cpu : i;

		f->new = new_slots(s, cpu);
		draw_slots(a, (int)i / per_row, (int)i % per_row * width + 1, f, cpu);
	}
	if (shown < cpus)
		area_printf(a, a.rows - 1, (per_row - 1) * width + 1, STYLE_DIM, "and %u more CPUs",
		            cpus - shown);
}

static void draw_listed(struct area a, struct fixmap_slots *f, const struct view_state *s)
{
	unsigned next = 0, cpus = s->world->machine.nr_cpus;
	int y = 0;

	for (unsigned cpu = 0; cpu < cpus; cpu++, y++) {
		int x;

		f->new = new_slots(s, cpu);
		x = draw_slots(a, y, 1, f, cpu) + 2;
		if (!draw_mapped(a, y, x, f, cpu))
			draw_names(a, y, x, f, &next);
	}
	for (; y < a.rows && next < f->n; y++) {
		unsigned before = next;

		draw_names(a, y, 8, f, &next);
		if (next == before)
			return;
	}
}

static void draw(struct area a, const struct view_state *s)
{
	const struct layout *l = &s->world->kernel.layout;
	struct fixmap_slots f = { .world = s->world, .n = l->kmap_slots_per_cpu };

	if (!l->fix_kmap_begin || !f.n)
		area_text(a, 0, 1, STYLE_DIM, "this kernel has no kmap slots in its fixmap");
	else if ((int)s->world->machine.nr_cpus <= a.rows)
		draw_listed(a, &f, s);
	else
		draw_packed(a, &f, s);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	const struct layout *l = &s->world->kernel.layout;

	if (!l->fix_kmap_begin)
		snprintf(buf, size, "fixmap");
	else
		snprintf(buf, size, "fixmap %08x downwards: %u atomic slots for each CPU",
		         fix_to_virt(l, l->fix_kmap_begin), l->kmap_slots_per_cpu);
}

static int wants(const struct view_state *s, int cols)
{
	(void)cols;
	return (int)s->world->machine.nr_cpus;
}

const struct view_ops fixmap_view = {
	.name = "fixmap", .doc = "the atomic slots of each CPU with their names",
	.rows = 1, .cols = 24, .caption = caption, .draw = draw, .wants = wants,
};
