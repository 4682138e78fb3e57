/*
 * What the frames of a zone hold, cell by cell: for views that draw a zone to scale.
 */
#ifndef KMAPLAB_VIEW_ZONE_CELLS_H
#define KMAPLAB_VIEW_ZONE_CELLS_H

#include "view/view.h"

#define ZONE_CELLS 4096 /* most cells of a zone */
#define MAPPED_FRAMES (LAST_PKMAP_MAX + 64 * MAX_CPUS)

/** One of them: frames start + i * spanned / n up to the next cell's. */
struct zone_cell {
	uint32_t used; /* frames that are no free RAM: holes, what boot reserved, what was handed out */
	bool mapped;   /* a window has an address for one of them */
	bool new;      /* the command being shown handed one out, or took it back */
};

struct zone_cells {
	uint64_t start, spanned; /* pfns */
	unsigned n;              /* 1..ZONE_CELLS */
	struct zone_cell cell[ZONE_CELLS];
};

/** Frames that have an address in the pkmap or fixmap window now. */
struct mapped_frames {
	unsigned n;
	uint64_t pfn[MAPPED_FRAMES];
};

/** Looks through the slots of the pool that are in use and the atomic slots of the CPUs that are
 * there; once for all zones. */
void mapped_frames_find(struct mapped_frames *mapped, const struct world *w);

/** Fills `n` cells of a zone. Exact, unless more of mem_map was written than can be looked through for
 * a picture: then a few frames of each cell tell, the same ones every time. */
void zone_cells_find(struct zone_cells *z, const struct view_state *s, const struct zone *zone,
                     unsigned n, const struct mapped_frames *mapped);

/** Frames of a cell. */
uint64_t zone_cell_frames(const struct zone_cells *z, unsigned cell);

#endif
