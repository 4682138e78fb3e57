/*
 * The view `walk`: one address through its tables, level by level, SDM 4.3 and 4.4, so that it can
 * be checked by hand: the address in bits, cut where the processor cuts it; for each level where its
 * table is, which entry, at which physical address that lies, what it holds, and each of its bits by
 * Intel's name; below, what comes out, and whether the CPU's TLB would say the same.
 *
 * Which address: the one named behind `view walk`, else the last one that the chosen CPU asked its
 * TLB for, else PAGE_OFFSET. The walk is machine_peek(): a pure function of the tables as they are,
 * which touches nothing. PAE's first level is a register, loaded with CR3; when memory holds something
 * else there by now, the view says so. While an animation shows the walk itself, its levels light up
 * one by one.
 */
#include "view/draw.h"

#include "kernel/highmem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEIGHBOURS_ROWS 30 /* of the view, from which on entries beside the one read are shown */
#define LABEL 6
#define WIDE 66 /* columns, from which on the bits and the sums fit */

struct path {
	uint32_t va;
	struct walk walk;
	bool pae;
	int lit;     /* levels that the animation has come to */
	bool asked;  /* somebody named the address, */
	bool nowhere; /* or a page that has none */
	uint64_t pfn;
	bool moves;  /* an animation shows it, */
	bool done;   /* up to its end */
};

/* Bit 7 says in a directory that the page is large, in a page table which memory type it has. */
static const struct {
	uint64_t bit;
	const char *name, *in_pt;
} bits[] = { { PTE_XD, "NX", "NX" },    { PTE_G, "G", "G" },       { PTE_PS, "PS", "PAT" },
	     { PTE_D, "D", "D" },       { PTE_A, "A", "A" },       { PTE_PCD, "PCD", "PCD" },
	     { PTE_PWT, "PWT", "PWT" }, { PTE_US, "US", "US" },    { PTE_RW, "RW", "RW" },
	     { PTE_P, "P", "P" } };

#define NR_BITS (int)(sizeof(bits) / sizeof(bits[0]))
#define PDPTE_BITS (PTE_PCD | PTE_PWT | PTE_P)

/* "0xffa01000", a decimal number, or a page by its number: "pfn:0x7f424". */
static bool parse(const char *args, uint64_t *n, bool *pfn)
{
	char *end;

	*pfn = !strncmp(args, "pfn:", 4);
	args += *pfn ? 4 : 0;
	*n = strtoull(args, &end, 0);
	return end > args && !*end && *args != '-' && (*pfn || *n <= UINT32_MAX);
}

static bool takes(const char *args, struct message *m)
{
	uint64_t n;
	bool pfn;

	return !*args || parse(args, &n, &pfn) ? true :
	       fail(m, "'%.40s' is no address that could be walked", args);
}

/* What the CPU asked its TLB for last; events from before that are many need not be looked at. */
static uint32_t last_translated(const struct view_state *s)
{
	const struct event_log *log = &s->world->machine.log;

	uint32_t until = shown_until(s);

	for (uint32_t i = 0; i < NEW_EVENTS && i < until; i++) {
		const struct event *e = event_get(log, until - i);

		if (!e)
			break;
		if (e->cpu == s->cpu && (e->kind == EVENT_TLB_HIT || e->kind == EVENT_TLB_MISS))
			return (uint32_t)e->arg[0];
	}
	return s->world->kernel.layout.page_offset;
}

/* Each picture of a walk is good for a level; the last one shows what comes out. */
static int levels_lit(const struct view_state *s, int levels)
{
	return 1 + (int)s->now.phase * levels / (s->now.phases > 1 ? (int)s->now.phases - 1 : 1);
}

static struct path find_path(const struct view_state *s)
{
	const char *args = view_args(s, &walk_view);
	struct path p = { .pae = s->world->kernel.layout.pae };
	struct access access = { .kind = ACCESS_READ };
	uint64_t n;
	bool pfn;

	p.asked = *args && parse(args, &n, &pfn);
	if (!p.asked)
		p.va = is_now(s, EVENT_WALK) || is_now(s, EVENT_TLB_MISS) ?
		       (uint32_t)s->now.event->arg[0] : last_translated(s);
	else
		p.va = pfn ? page_address(s->world, n) : (uint32_t)n;
	p.nowhere = p.asked && pfn && !p.va;
	p.pfn = p.nowhere ? n : 0;
	access.va = p.va;
	p.walk = machine_peek(&s->world->machine, s->cpu, access);
	p.moves = is_now(s, EVENT_WALK);
	p.done = !p.moves || s->now.phase + 1 >= s->now.phases;
	p.lit = p.done ? (int)p.walk.nr : levels_lit(s, (int)p.walk.nr);
	return p;
}

/* How the address is cut: bits of each part, high ones first. */
static unsigned parts_of(const struct path *p, unsigned width[4], const char *name[4])
{
	bool large = p->walk.size > PAGE_SIZE;
	unsigned n = 0;

	if (p->pae) {
		name[n] = "PDPT";
		width[n++] = 2;
	}
	name[n] = "PD";
	width[n++] = p->pae ? 9 : 10;
	if (!large) {
		name[n] = "PT";
		width[n++] = p->pae ? 9 : 10;
	}
	name[n] = "offset";
	width[n++] = large ? (p->pae ? 21 : 22) : 12;
	return n;
}

/* The address and its parts in one row, where there is no room for the bits. */
static void draw_parts(struct area a, const struct path *p)
{
	unsigned width[4], n, bit = 32;
	const char *name[4];
	int x = area_printf(a, 0, 1, STYLE_STRONG, "%08" PRIx32, p->va) + 2;

	n = parts_of(p, width, name);
	for (unsigned i = 0; i < n; i++) {
		uint32_t value = p->va >> (bit - width[i]) & ((1u << width[i]) - 1);
		bool lit = (int)i < p->lit && i + 1 < n;

		bit -= width[i];
		x = area_printf(a, 0, x, STYLE_DIM, "%s ", i + 1 == n ? "+" : name[i]);
		x = area_printf(a, 0, x, lit ? STYLE_CURRENT : STYLE_TEXT,
		                i + 1 == n ? "%" PRIx32 : "%" PRIu32, value) + 1;
	}
}

/* The address in bits, a gap between the parts, the value of each part below it. */
static void draw_address(struct area a, const struct path *p)
{
	unsigned width[4], n, bit = 32;
	const char *name[4];
	char text[32];
	int x;

	n = parts_of(p, width, name);
	x = area_printf(a, 0, 1, STYLE_STRONG, "%08" PRIx32, p->va) + 2;
	area_text(a, 1, 1, STYLE_DIM, "in bits:");
	for (unsigned i = 0; i < n; i++) {
		bool lit = (int)i < p->lit && i + 1 < n;
		enum style style = i + 1 == n ? STYLE_TEXT : lit ? STYLE_CURRENT : STYLE_DIM;
		uint32_t value = p->va >> (bit - width[i]) &
		                 (width[i] == 32 ? UINT32_MAX : (1u << width[i]) - 1);
		int start = x;

		bit -= width[i];
		area_text(a, 0, start, STYLE_DIM, name[i]);
		for (unsigned k = width[i]; k-- > 0;)
			x = area_put(a, 1, x, style, '0' + (value >> k & 1));
		snprintf(text, sizeof(text), i + 1 == n ? "0x%" PRIx32 : "%" PRIu32, value);
		area_text(a, 2, start, i + 1 == n ? STYLE_TEXT : STYLE_STRONG, text);
		x += 2;
		if (x < start + text_width(name[i]) + 1)
			x = start + text_width(name[i]) + 1;
	}
}

/* Each bit of an entry by name, set ones in capitals, the others small; with what it counts, so that
 * the entry's last digits can be summed up. */
static int draw_bits(struct area a, int y, int x, const struct walk_entry *e, bool pae)
{
	for (int i = 0; i < NR_BITS; i++) {
		const char *name = e->level == LEVEL_PT ? bits[i].in_pt : bits[i].name;
		bool set = e->entry & bits[i].bit;

		if ((bits[i].bit == PTE_XD && !pae) ||
		    (e->level == LEVEL_PDPT && !(bits[i].bit & PDPTE_BITS)))
			continue;
		for (const char *c = name; *c; c++)
			x = area_put(a, y, x, set ? STYLE_USED : STYLE_FREE,
			             (uint32_t)(set ? *c : *c | 0x20));
		if (a.cols >= WIDE && bits[i].bit != PTE_XD)
			x = area_printf(a, y, x, set ? STYLE_TEXT : STYLE_FREE, ":%" PRIx64, bits[i].bit);
		x++;
	}
	return x;
}

/* An entry's digits: what is a frame's number in it, and the last three, which are bits. */
static int draw_entry(struct area a, int y, int x, uint64_t entry, bool pae)
{
	int digits = a.cols < WIDE ? 1 : pae ? 13 : 5;

	x = area_printf(a, y, x, STYLE_STRONG, "%0*" PRIx64, digits, entry >> 12);
	return area_printf(a, y, x, entry & 0xfff ? STYLE_USED : STYLE_TEXT, "%03x",
	                   (unsigned)(entry & 0xfff));
}

/* Where a level's entry is: in a table, or the PDPTE, in the register that CR3's load filled. */
static int draw_place(struct area a, int y, const struct path *p, const struct walk_entry *e)
{
	unsigned bytes = p->pae ? 8 : 4;
	bool loaded = e->level == LEVEL_PDPT;
	int x = area_printf(a, y, LABEL + 1, STYLE_TEXT, loaded ? "register %u (" : "entry %u at ",
	                    e->index);

	if (a.cols >= WIDE)
		x = loaded ? area_printf(a, y, x, STYLE_TEXT, "CR3 + %u * %u = ", e->index, bytes) :
		             area_printf(a, y, x, STYLE_TEXT, "%" PRIx64 " + %u * %u = ",
		                         e->table_pa, e->index, bytes);
	x = area_printf(a, y, x, STYLE_STRONG, "%" PRIx64, e->table_pa + e->index * bytes);
	return area_text(a, y, x, STYLE_TEXT, loaded ? ")" : "");
}

/* Behind a PDPTE's bits: it has no others; or that memory and the register are no longer the same. */
static void draw_loaded(struct area a, int y, int x, const struct world *w,
                        const struct walk_entry *e)
{
	uint64_t now = kernel_entry(w, e->table_pa + e->index * 8);

	if (now == e->entry)
		area_text(a, y, x + 1, STYLE_DIM, "(nothing else in a PDPTE)");
	else
		area_printf(a, y, x, STYLE_STALE, "! memory: %" PRIx64 ", not loaded", now);
}

/* What an entry leads to, in a few words. */
static void next_text(const struct path *p, unsigned i, char *buf, size_t size)
{
	const struct walk_entry *e = &p->walk.read[i];
	uint64_t frame = pte_pfn(e->entry);

	if (!(e->entry & PTE_P))
		snprintf(buf, size, "not present: the walk ends here");
	else if (i + 1 < p->walk.nr)
		snprintf(buf, size, "the next table is at %" PRIx64, frame << PAGE_SHIFT);
	else if (p->walk.size > PAGE_SIZE)
		snprintf(buf, size, "frame %" PRIx64 ": a page of %s", frame, p->pae ? "2 MB" : "4 MB");
	else
		snprintf(buf, size, "frame %" PRIx64 ": the page", frame);
}

/* Three rows for a level: where the entry is, what it holds, what its bits say. */
static int draw_level(struct area a, int y, const struct world *w, const struct path *p, unsigned i)
{
	const struct walk_entry *e = &p->walk.read[i];
	bool lit = (int)i < p->lit, now = p->moves && (int)i + 1 == p->lit;
	char text[96];
	int x;

	area_text(a, y, 1, now ? STYLE_NEW : STYLE_TITLE, walk_level_name(e->level));
	if (!lit)
		return y + 3;
	x = draw_place(a, y, p, e);
	x = area_text(a, y, x, STYLE_TEXT, a.cols >= WIDE ? " holds " : ": ");
	draw_entry(a, y, x, e->entry, p->pae);
	x = draw_bits(a, y + 1, LABEL + 1, e, p->pae);
	if (e->level == LEVEL_PDPT)
		draw_loaded(a, y + 1, x, w, e);
	next_text(p, i, text, sizeof(text));
	x = area_glyph(a, y + 2, LABEL + 1, STYLE_DIM, GLYPH_ARROW) + 1;
	area_text(a, y + 2, x, e->entry & PTE_P ? STYLE_TEXT : STYLE_ERROR, text);
	return y + 3;
}

/* The entry for an address, unless it is made later than what is being shown. */
static const struct tlb_entry *in_tlb(const struct view_state *s, uint32_t va)
{
	const struct tlb *t = &s->world->machine.cpu[s->cpu].tlb;
	uint32_t until = shown_until(s);

	for (unsigned i = 0; t->used && i < tlb_capacity(t->model); i++) {
		const struct tlb_entry *e = tlb_entry(t, i, NULL);

		if (e->size && va - e->va < e->size && e->fill <= until)
			return e;
	}
	return NULL;
}

static void draw_in_tlb(struct area a, int y, const struct view_state *s, const struct path *p)
{
	const struct tlb_entry *e = in_tlb(s, p->va);
	bool new = e && e->fill > s->since;

	if (!e)
		area_printf(a, y, 1, STYLE_DIM, "CPU %u's TLB does not have it%s", s->cpu,
		            p->moves ? ": the tables must be read" : "");
	else if (machine_tlb_stale(&s->world->machine, s->cpu, e))
		area_printf(a, y, 1, STYLE_STALE, "! CPU %u's TLB says %" PRIx64
		            ": stale, and believed until it is flushed", s->cpu, e->pa + (p->va - e->va));
	else
		area_printf(a, y, 1, new ? STYLE_NEW : STYLE_USED,
		            "CPU %u's TLB has it%s%s: %s table is read", s->cpu,
		            new ? " now" : "", e->global ? ", global" : "", new ? "next time no" : "no");
}

/* What comes out, and what the TLB would have said. */
static void draw_result(struct area a, int y, const struct view_state *s, const struct path *p)
{
	const struct walk *w = &p->walk;
	uint64_t offset = w->size ? p->va & (w->size - 1) : 0;

	draw_in_tlb(a, y + 1, s, p);
	if (!p->done)
		return;
	if (w->fault == FAULT_NOT_PRESENT || w->fault == FAULT_RSVD)
		area_printf(a, y, 1, STYLE_ERROR, "page fault, error code 0x%x: %s", w->error_code,
		            fault_reason_text(w->fault));
	else
		area_printf(a, y, 1, STYLE_STRONG, "physical %" PRIx64 " + %" PRIx64 " = %" PRIx64,
		            w->pa - offset, offset, w->pa);
}

/* The entries around the one that was read, in a column of their own for each level. */
static void draw_neighbours(struct area a, const struct view_state *s, const struct path *p)
{
	unsigned bytes = p->pae ? 8 : 4;
	int cols = a.cols / (p->walk.nr ? (int)p->walk.nr : 1);

	cols = cols < 28 ? 28 : cols > 34 ? 34 : cols;
	for (unsigned i = 0; i < p->walk.nr && (int)i < p->lit; i++) {
		const struct walk_entry *e = &p->walk.read[i];
		unsigned all = e->level == LEVEL_PDPT ? 4 : 4096 / bytes;
		unsigned shown = (unsigned)a.rows - 1 < all ? (unsigned)a.rows - 1 : all;
		unsigned first = e->index > shown / 2 ? e->index - shown / 2 : 0;
		struct area box = area_part(a, 0, (int)i * cols, a.rows, cols - 1);

		if (first + shown > all)
			first = all - shown;
		area_printf(box, 0, 1, STYLE_TITLE, "%s at %" PRIx64, walk_level_name(e->level),
		            e->table_pa);
		for (unsigned k = 0; k < shown; k++) {
			uint64_t entry = kernel_entry(s->world, e->table_pa + (first + k) * bytes);
			bool here = first + k == e->index;

			area_printf(box, 1 + (int)k, 1, here ? STYLE_CURRENT :
			            entry & PTE_P ? STYLE_TEXT : STYLE_FREE, "%c%4u %0*" PRIx64,
			            here ? '>' : ' ', first + k, (int)bytes * 2, entry);
		}
	}
}

static void draw(struct area a, const struct view_state *s)
{
	struct path p = find_path(s);
	bool roomy = a.rows >= 16 && a.cols >= WIDE;
	int y = roomy ? 4 : a.cols >= WIDE ? 3 : 1;

	if (p.nowhere) {
		area_printf(a, 0, 1, STYLE_DIM, "frame %" PRIx64 " has no address: nothing to walk", p.pfn);
		return;
	}
	if (a.cols >= WIDE)
		draw_address(a, &p);
	else
		draw_parts(a, &p);
	if (roomy) {
		area_printf(a, 3, 1, STYLE_DIM, "CR3 %08" PRIx64, s->world->machine.cpu[s->cpu].cr3);
		area_text(a, 3, 16, STYLE_DIM, p.pae ? "PAE: three levels, entries of 8 bytes" :
		          "two levels, entries of 4 bytes");
	}
	if (!p.walk.nr)
		area_text(a, y++, 1, STYLE_DIM, "paging is off: virtual is physical");
	for (unsigned i = 0; i < p.walk.nr; i++) {
		char command[SPOT_COMMAND];
		int top = y;

		snprintf(command, sizeof(command), "walk 0x%" PRIx32, p.va);
		y = draw_level(a, y, s->world, &p, i);
		if (spot_add(s->spots, a, top, 0, 3, a.cols, command, "level %u", i))
			draw_focus(a, top, 0, 1, a.cols);
	}
	draw_result(a, roomy ? y + 1 : y, s, &p);
	y += 4;
	if (a.rows >= NEIGHBOURS_ROWS && y + 6 < a.rows)
		draw_neighbours(area_part(a, y, 0, a.rows - y, a.cols), s, &p);
}

static void caption(const struct view_state *s, char *buf, size_t size)
{
	struct path p = find_path(s);

	if (p.nowhere)
		snprintf(buf, size, "walk of frame %" PRIx64, p.pfn);
	else
		snprintf(buf, size, "walk %08" PRIx32 " on CPU %u%s", p.va, s->cpu,
		         p.asked ? "" : ", the last address asked for");
}

static int wants(const struct view_state *s, int cols)
{
	(void)s;
	(void)cols;
	return 16;
}

const struct view_ops walk_view = {
	.name = "walk", .doc = "one address through its page tables, bit by bit",
	.rows = 4, .cols = 30, .caption = caption, .draw = draw, .wants = wants,
	.usage = "[ADDRESS]", .takes = takes,
};
