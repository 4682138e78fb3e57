/*
 * What the frames of a zone hold; see zone_cells.h. A cell stands for many frames, and a picture
 * has no time to look at all of 64 GiB.
 *
 * Holes and what boot reserved (kernel image, mem_map) are ranges, and cost as much as there are
 * ranges. What was handed out since stands in the written blocks of mem_map (kernel/zone.c: a page
 * that nobody touched has no entry), and those are looked through page by page, so that a single
 * page shows. Somebody who allocates gigabytes writes more blocks than that: then a few frames of
 * each cell are looked at instead.
 */
#include "view/zone_cells.h"

#include <string.h>

#define SAMPLES 8      /* most frames looked at in each cell */
#define LOOKS 768      /* and in each zone */
#define SCAN_BLOCKS 32 /* of written mem_map looked through in each zone */

static struct zone_cell *cell_of(struct zone_cells *z, uint64_t pfn)
{
	if (pfn < z->start || pfn >= z->start + z->spanned)
		return NULL;
	return &z->cell[(pfn - z->start) * z->n / z->spanned];
}

/* Its first frame: the least that cell_of() finds in it. */
static uint64_t cell_start(const struct zone_cells *z, unsigned cell)
{
	return z->start + (cell * z->spanned + z->n - 1) / z->n;
}

uint64_t zone_cell_frames(const struct zone_cells *z, unsigned cell)
{
	return cell_start(z, cell + 1) - cell_start(z, cell);
}

/* --- what boot kept --------------------------------------------------------------------------- */

/* Frames from `from` to before `to`, as far as they are in the zone. */
static void use_range(struct zone_cells *z, uint64_t from, uint64_t to)
{
	uint64_t end = z->start + z->spanned;

	from = from < z->start ? z->start : from;
	to = to > end ? end : to;
	while (from < to) {
		struct zone_cell *c = cell_of(z, from);
		uint64_t next = cell_start(z, (unsigned)(c - z->cell) + 1);

		next = next < to ? next : to;
		c->used += (uint32_t)(next - from);
		from = next;
	}
}

static void use_holes(struct zone_cells *z, const struct node_map *map)
{
	uint64_t from = 0;

	for (unsigned i = 0; i < map->nr; i++) {
		use_range(z, from, map->range[i].start);
		from = map->range[i].end;
	}
	use_range(z, from, z->start + z->spanned);
}

static void use_reserved(struct zone_cells *z, const struct kernel *k)
{
	for (unsigned i = 0; i < k->nr_reserved; i++)
		use_range(z, k->reserved[i].start >> PAGE_SHIFT,
		          (k->reserved[i].end + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

/* --- what was handed out ---------------------------------------------------------------------- */

static bool is_used(const struct page *page)
{
	return page->use != PAGE_FREE || page->refs;
}

static void scan_block(struct zone_cells *z, const struct page *page, uint64_t pfn)
{
	for (unsigned i = 0; i < SPARSE_PER(struct page); i++) {
		struct zone_cell *c = is_used(&page[i]) ? cell_of(z, pfn + i) : NULL;

		if (c)
			c->used++;
	}
}

/* The written blocks of mem_map. False when there are too many: then nothing was counted. */
static bool scan(struct zone_cells *z, const struct sparse *mem_map)
{
	const struct page *block[SCAN_BLOCKS];
	uint64_t nr[SCAN_BLOCKS], at = z->start / SPARSE_PER(struct page);
	unsigned n = 0;

	for (;; at++, n++) {
		const struct page *page = sparse_next(mem_map, &at);

		if (!page || at * SPARSE_PER(struct page) >= z->start + z->spanned)
			break;
		if (n == SCAN_BLOCKS)
			return false;
		block[n] = page;
		nr[n] = at;
	}
	for (unsigned i = 0; i < n; i++)
		scan_block(z, block[i], nr[i] * SPARSE_PER(struct page));
	return true;
}

static void sample(struct zone_cells *z, const struct sparse *mem_map)
{
	unsigned looks = LOOKS / z->n > SAMPLES ? SAMPLES : LOOKS / z->n;

	looks = looks ? looks : 1;
	for (unsigned i = 0; i < z->n; i++) {
		uint64_t frames = zone_cell_frames(z, i), used = 0;

		for (unsigned k = 0; k < looks; k++)
			used += is_used(SPARSE_GET(mem_map, struct page,
			                           cell_start(z, i) + frames * k / looks));
		z->cell[i].used += (uint32_t)(frames * used / looks);
	}
}

/* --- windows, news ---------------------------------------------------------------------------- */

void mapped_frames_find(struct mapped_frames *mapped, const struct world *w)
{
	const struct layout *l = &w->kernel.layout;
	uint32_t slots = l->fix_kmap_begin ? l->kmap_slots_per_cpu * w->machine.nr_cpus : 0;

	mapped->n = 0;
	for (unsigned i = 0; l->highmem && i < l->last_pkmap; i++)
		if (w->kernel.pkmap.pkmap_count[i] > 1)
			mapped->pfn[mapped->n++] = w->kernel.pkmap.map[i].pfn;
	for (uint32_t i = 0; i < slots && mapped->n < MAPPED_FRAMES; i++) {
		uint64_t pte = kernel_pte(w, fix_to_virt(l, l->fix_kmap_begin + i));

		if (pte & PTE_P)
			mapped->pfn[mapped->n++] = pte_pfn(pte);
	}
}

static void mark_mapped(struct zone_cells *z, const struct mapped_frames *mapped)
{
	for (unsigned i = 0; i < mapped->n; i++) {
		struct zone_cell *c = cell_of(z, mapped->pfn[i]);

		if (c)
			c->mapped = true;
	}
}

/* Frames handed out or taken back by the command being shown. */
static void mark_new(struct zone_cells *z, const struct view_state *s)
{
	const struct event_log *log = &s->world->machine.log;

	for (uint32_t seq = first_new_event(s->world, s->since); seq <= log->n; seq++) {
		const struct event *e = event_get(log, seq);
		struct zone_cell *c;

		if (!e || (e->kind != EVENT_ALLOC && e->kind != EVENT_FREE))
			continue;
		c = cell_of(z, e->arg[0]);
		if (c)
			c->new = true;
	}
}

void zone_cells_find(struct zone_cells *z, const struct view_state *s, const struct zone *zone,
                     unsigned n, const struct mapped_frames *mapped)
{
	const struct kernel *k = &s->world->kernel;

	z->start = zone->start_pfn;
	z->spanned = zone->spanned;
	z->n = n;
	memset(z->cell, 0, n * sizeof(z->cell[0]));
	use_holes(z, &k->node_map);
	use_reserved(z, k);
	if (!scan(z, &k->mem_map))
		sample(z, &k->mem_map);
	mark_mapped(z, mapped);
	mark_new(z, s);
}
