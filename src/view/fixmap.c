/*
 * The view `fixmap`: the slots of kmap_atomic() on each CPU, arch/x86/mm/highmem_32.c. A CPU has
 * KM_TYPE_NR slots of its own in the fixmap; up to 2.6.36 each has a name that says which code may
 * use it, later kernels take them like a stack and number them only: there the depth is what
 * counts, of the CPU's stack (2.6.37) or of the current task's (kmap_local, 5.11).
 *
 * A slot is mapped when its page-table entry is present: that entry is read from the page tables,
 * there is no other book. Where there are few rows, a row of cells for each CPU, and what is mapped
 * named behind it, or what the slots are for when none is; with more, a table of slots by CPUs, whose
 * columns are as wide as there is room for all of them.
 *
 * An animation pushes a slot in from the right when it is mapped, and pops it out to there. The entry is
 * set in the same step, a moment before: until then the slot is free.
 */
#include "view/draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SLOTS_MAX (2 * PROFILE_SLOTS + 1) /* with the guards of CONFIG_DEBUG_KMAP_LOCAL */

struct fixmap_slots {
	const struct world *world;
	unsigned n;  /* per CPU */
	/* Of the CPU being drawn: slots that events named, and the entries of all. */
	bool new[SLOTS_MAX], coming[SLOTS_MAX];
	unsigned moving; /* the slot that an animation pushes or pops, or SLOTS_MAX */
	uint64_t pte[SLOTS_MAX];
};

/* Slots in use from the bottom of a stack; -1 where they are named. */
static int depth_of(const struct world *w, unsigned cpu)
{
	if (w->kernel.atomic_ops->typed)
		return -1;
	if (w->kernel.atomic_ops->local)
		return cpu_current(w, cpu)->kmap_ctrl.idx;
	return w->kernel.cpu[cpu].kmap_atomic_idx;
}

/* "" for the fences of DEBUG_HIGHMEM, and where slots are a stack. */
static const char *slot_name(const struct fixmap_slots *f, unsigned slot)
{
	return depth_of(f->world, 0) < 0 ? km_type_name(f->world, slot) : "";
}

/* The slot that an event maps or releases on a CPU, or SLOTS_MAX. */
static uint64_t slot_of(const struct event *e, unsigned cpu)
{
	uint64_t slot = SLOTS_MAX;

	if (e && e->cpu == cpu && e->kind == EVENT_SLOT_MAP)
		slot = e->arg[2];
	else if (e && e->cpu == cpu && e->kind == EVENT_SLOT_UNMAP)
		slot = e->arg[1];
	return slot < SLOTS_MAX ? slot : SLOTS_MAX;
}

/* What events say of the slots: those that an animation has not come to yet, that they are to be mapped. */
static void find_new(struct fixmap_slots *f, const struct view_state *s, unsigned cpu)
{
	const struct event_log *log = &s->world->machine.log;
	uint32_t until = shown_until(s);

	memset(f->new, 0, sizeof(f->new));
	memset(f->coming, 0, sizeof(f->coming));
	for (uint32_t seq = first_new_event(s->world, s->since); seq <= log->n; seq++) {
		const struct event *e = event_get(log, seq);
		uint64_t slot = slot_of(e, cpu);

		if (slot < SLOTS_MAX && seq <= until)
			f->new[slot] = true;
		else if (slot < SLOTS_MAX && e->kind == EVENT_SLOT_MAP)
			f->coming[slot] = true;
	}
}

/* Slots of CPU n begin at FIX_KMAP_BEGIN + n * KM_TYPE_NR; indices grow towards lower addresses,
 * which is why the caption says "downwards". */
static void collect(struct fixmap_slots *f, const struct view_state *s, unsigned cpu)
{
	const struct layout *l = &f->world->kernel.layout;

	find_new(f, s, cpu);
	f->moving = (unsigned)slot_of(s->now.event, cpu);
	for (unsigned i = 0; i < f->n; i++)
		f->pte[i] = f->coming[i] ? 0 : kernel_pte(f->world, fix_to_virt(l, l->fix_kmap_begin +
		                                                                cpu * f->n + i));
}

/* How far a slot that moves is from its place, of `way` columns. */
static int slot_away(const struct view_state *s, int way)
{
	int gone = way_gone(s, way);

	return is_now(s, EVENT_SLOT_MAP) ? way - gone : gone;
}

static enum style slot_style(const struct fixmap_slots *f, unsigned slot)
{
	return f->coming[slot] ? STYLE_CURRENT : f->new[slot] ? STYLE_NEW :
	       f->pte[slot] & PTE_P ? STYLE_USED : STYLE_FREE;
}

/* The cells of one CPU: "CPU 0 ·■···········". Returns the column behind them. */
static int draw_slots(struct area a, int y, int x, const struct fixmap_slots *f,
                      const struct view_state *s, unsigned cpu)
{
	int first = area_printf(a, y, x, STYLE_TEXT, "CPU %-2u ", cpu);

	for (x = first; x < first + (int)f->n; x++) {
		unsigned i = (unsigned)(x - first);

		area_glyph(a, y, x, slot_style(f, i),
		           f->pte[i] & PTE_P && i != f->moving ? GLYPH_MAPPED : GLYPH_FREE);
	}
	if (f->moving < f->n)
		area_glyph(a, y, first + (int)f->moving + slot_away(s, (int)(f->n - f->moving) + 1),
		           STYLE_NEW, GLYPH_MAPPED);
	return x;
}

/* "KM_USER0 at fffba000 maps 7f424" for each slot that is mapped. Returns how many were. */
static unsigned draw_mapped(struct area a, int y, int x, const struct fixmap_slots *f, unsigned cpu)
{
	const struct layout *l = &f->world->kernel.layout;
	unsigned mapped = 0;

	for (unsigned i = 0; i < f->n; i++) {
		uint64_t pte = f->pte[i];
		char name[40], text[96];

		if (!(pte & PTE_P) || i == f->moving)
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
		x = area_text(a, y, x, f->new[i] ? STYLE_NEW : STYLE_TEXT, text);
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
		if (*next > 9)
			x = area_put(a, y, x, STYLE_DIM, '0' + *next / 10 % 10);
		x = area_put(a, y, x, STYLE_DIM, '0' + *next % 10);
		x = area_text(a, y, x + 1, STYLE_FREE, name) + 1;
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

		collect(f, s, cpu);
		draw_slots(a, (int)i / per_row, (int)i % per_row * width + 1, f, s, cpu);
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

		collect(f, s, cpu);
		x = draw_slots(a, y, 1, f, s, cpu) + 2;
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

/* --- the table of slots by CPUs --------------------------------------------------------------- */

#define NAME_COLS 24
#define CPU_COLS 24
#define CPU_COLS_MIN 9

/* The page of a slot, with the slot's address where the column is wide enough for both. */
static void draw_mapping(struct area a, int y, int x, int cols, const struct fixmap_slots *f,
                         const struct view_state *s, uint32_t va, unsigned slot)
{
	enum style style = f->new[slot] ? STYLE_NEW : STYLE_TEXT;
	uint64_t pfn = pte_pfn(f->pte[slot]);
	char page[32];

	x = area_glyph(a, y, x + 1, slot_style(f, slot), GLYPH_MAPPED) + 1;
	page_label_text(s, pfn, page, sizeof(page));
	if (text_width(page) > cols - 13 && !strncmp(page, "pfn:", 4))
		snprintf(page, sizeof(page), "%" PRIx64, pfn);
	if (cols >= 13 + text_width(page))
		x = area_printf(a, y, x, style, "%08" PRIx32 " ", va);
	area_text(a, y, x, style, page);
}

/* A row's slot on a CPU: mapped where to, since when, and where the stack ends. */
static void draw_table_slot(struct area a, int y, const struct fixmap_slots *f,
                            const struct view_state *s, unsigned cpu, unsigned slot)
{
	const struct layout *l = &f->world->kernel.layout;
	uint32_t va = fix_to_virt(l, l->fix_kmap_begin + cpu * f->n + slot);
	char command[SPOT_COMMAND];

	if (f->moving == slot)
		area_glyph(a, y, 1 + slot_away(s, a.cols - 3), STYLE_NEW, GLYPH_MAPPED);
	else if (f->pte[slot] & PTE_P)
		draw_mapping(a, y, 0, a.cols, f, s, va, slot);
	else
		area_glyph(a, y, 1, slot_style(f, slot), GLYPH_FREE);
	if (depth_of(f->world, cpu) == (int)slot + 1)
		area_glyph(a, y, a.cols - 1, STYLE_CURSOR, GLYPH_NEW);
	snprintf(command, sizeof(command), "view walk 0x%" PRIx32, va);
	if (spot_add(s->spots, a, y, 0, 1, a.cols, command, "fixmap %u %u", cpu, slot))
		draw_focus(a, y, 0, 1, a.cols);
}

/* A column of the table, its head first. */
static void draw_table_cpu(struct area a, struct fixmap_slots *f, const struct view_state *s,
                           unsigned cpu, unsigned from)
{
	int depth = depth_of(s->world, cpu), x;

	x = area_printf(a, 0, 1, cpu == s->cpu ? STYLE_TITLE : STYLE_STRONG, "CPU %u", cpu);
	if (depth >= 0)
		area_printf(a, 0, x + 1, depth ? STYLE_USED : STYLE_DIM,
		            a.cols >= 16 ? "depth %d" : "%d", depth);
	collect(f, s, cpu);
	for (unsigned slot = from; slot < f->n && (int)(slot - from) < a.rows - 1; slot++)
		draw_table_slot(a, 1 + (int)(slot - from), f, s, cpu, slot);
}

/* Columns of a CPU in the table of all of them; fewer than CPU_COLS_MIN: there is no room for it. */
static int table_cols(struct area a, const struct view_state *s)
{
	int cols = (a.cols - NAME_COLS) / (int)s->world->machine.nr_cpus;

	return cols > CPU_COLS ? CPU_COLS : cols;
}

/* A row for each slot; more than fit are scrolled to. */
static void draw_table(struct area a, struct fixmap_slots *f, const struct view_state *s)
{
	unsigned from = s->scroll < f->n ? s->scroll : 0;
	int cols = table_cols(a, s);

	for (unsigned slot = from; slot < f->n && (int)(slot - from) < a.rows - 1; slot++) {
		const char *name = slot_name(f, slot);

		area_printf(area_part(a, 0, 0, a.rows, NAME_COLS), 1 + (int)(slot - from), 1, STYLE_DIM,
		            "%2u %s%s", slot, *name ? "KM_" : "", name);
	}
	for (unsigned cpu = 0; cpu < s->world->machine.nr_cpus; cpu++)
		draw_table_cpu(area_part(a, 0, NAME_COLS + (int)cpu * cols, a.rows, cols - 1), f, s, cpu,
		               from);
	if (from + (unsigned)a.rows - 1 < f->n)
		area_glyph(a, a.rows - 1, a.cols - 1, STYLE_DIM, GLYPH_SCROLL_DOWN);
}

/* The entries of the fixmap that are not for kmap_atomic(), by name, where the table leaves room. */
static void draw_others(struct area a, const struct view_state *s)
{
	const struct profile *p = s->world->kernel.profile;
	const struct layout *l = &s->world->kernel.layout;
	uint32_t index = 0;
	int y = 1;

	area_text(a, 0, 1, STYLE_DIM, "the rest of the fixmap");
	for (unsigned i = 0; i < p->nr_fixmap && y < a.rows; i++) {
		const struct fixmap_row *row = &p->fixmap[i];
		bool built = !row->option[0] || boot_option(&s->world->kernel.config, p, row->option) ||
		             (!strcmp(row->option, "highmem") && l->highmem);

		if (!built || !row->pages) {
			index = row->pages ? index : l->fix_kmap_end + 1;
			continue;
		}
		area_printf(a, y++, 1, row->boot ? STYLE_DIM : STYLE_TEXT, "%08" PRIx32 " %s",
		            fix_to_virt(l, index), row->name);
		index += row->pages;
	}
}

static void draw(struct area a, const struct view_state *s)
{
	const struct layout *l = &s->world->kernel.layout;
	struct fixmap_slots f = { .world = s->world, .n = l->kmap_slots_per_cpu };
	int table = NAME_COLS + CPU_COLS * (int)s->world->machine.nr_cpus;

	if (!l->fix_kmap_begin || !f.n)
		area_text(a, 0, 1, STYLE_DIM, "this kernel has no kmap slots in its fixmap");
	else if (a.rows >= 12 && table_cols(a, s) >= CPU_COLS_MIN)
		draw_table(a, &f, s);
	else if ((int)s->world->machine.nr_cpus <= a.rows)
		draw_listed(a, &f, s);
	else
		draw_packed(a, &f, s);
	if (a.rows >= 12 && a.cols >= table + 36)
		draw_others(area_part(a, 0, table + 2, a.rows, a.cols - table - 2), s);
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
