/*
 * GFP flags by number and by name; see gfp.h.
 *
 * One table has every name that some generation knows, the composites before the single bits and
 * the larger before the smaller, which is the order in which 6.1 looks for names to print. A name
 * is in a kernel when the profile gives all of its bits that matter a value; a composite (which is
 * made of what there is) when its own generation mark fits.
 */
#include "kernel/gfp.h"

#include "kernel/profile.h"

#include <stdio.h>
#include <string.h>

/* Which kernels have a name: all; those with, or without, the split of __GFP_WAIT; only 2.4, known
 * by its __GFP_HIGHIO; only those that tell movable pages apart. */
enum era { ANY, OLD, NEW, ONLY_2_4, WITH_MOVABLE };

static const struct {
	const char *name;
	uint32_t bits;
	enum era era;
} names[] = {
	{ "GFP_HIGHUSER_MOVABLE", GFP_HIGHUSER_MOVABLE, WITH_MOVABLE },
	{ "GFP_HIGHUSER", GFP_HIGHUSER, ANY },
	{ "GFP_USER", GFP_USER, ANY },
	{ "GFP_KERNEL", GFP_KERNEL, ANY },
	{ "GFP_NOFS", GFP_NOFS, ANY },
	{ "GFP_ATOMIC", GFP_ATOMIC, ANY },
	{ "GFP_NOHIGHIO", GFP_NOHIGHIO, ONLY_2_4 },
	{ "GFP_NOIO", GFP_NOIO, ANY },
	{ "GFP_NOWAIT", GFP_NOWAIT, WITH_MOVABLE },
	{ "GFP_DMA", GFP_DMA, ANY },
	{ "__GFP_DMA", GFP_DMA, ANY },
	{ "__GFP_HIGHMEM", GFP_HIGHMEM, ANY },
	{ "__GFP_MOVABLE", GFP_MOVABLE, WITH_MOVABLE },
	{ "__GFP_HIGH", GFP_HIGH, ANY },
	{ "__GFP_ATOMIC", 1u << GFP_BIT_ATOMIC, NEW },
	{ "__GFP_IO", GFP_IO, ANY },
	{ "__GFP_HIGHIO", GFP_HIGHIO, ONLY_2_4 },
	{ "__GFP_FS", GFP_FS, ANY },
	{ "__GFP_NOWARN", GFP_NOWARN, ANY },
	{ "__GFP_RETRY_MAYFAIL", GFP_REPEAT, NEW },
	{ "__GFP_REPEAT", GFP_REPEAT, OLD },
	{ "__GFP_NOFAIL", GFP_NOFAIL, ANY },
	{ "__GFP_NORETRY", GFP_NORETRY, ANY },
	{ "__GFP_COMP", GFP_COMP, ANY },
	{ "__GFP_ZERO", GFP_ZERO, ANY },
	{ "__GFP_NOMEMALLOC", GFP_NOMEMALLOC, ANY },
	{ "__GFP_HARDWALL", GFP_HARDWALL, ANY },
	{ "__GFP_WAIT", GFP_WAIT, OLD },
	{ "__GFP_RECLAIM", GFP_WAIT | GFP_KSWAPD, NEW },
	{ "__GFP_DIRECT_RECLAIM", GFP_WAIT, NEW },
	{ "__GFP_KSWAPD_RECLAIM", GFP_KSWAPD, NEW },
};
#define NAMES (sizeof(names) / sizeof(names[0]))

uint32_t gfp_value(const struct profile *p, uint32_t gfp)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < PROFILE_GFP; i++)
		if (gfp & 1u << i)
			value |= p->gfp[i];
	return value;
}

static bool in_kernel(const struct profile *p, unsigned i)
{
	bool split = p->gfp[GFP_BIT_KSWAPD] != 0;

	switch (names[i].era) {
	case ANY:
		return gfp_value(p, names[i].bits) != 0;
	case OLD:
		return !split && gfp_value(p, names[i].bits) != 0;
	case NEW:
		return split;
	case ONLY_2_4:
		return p->gfp[GFP_BIT_HIGHIO] != 0;
	case WITH_MOVABLE:
		return p->gfp[GFP_BIT_MOVABLE] != 0;
	}
	return false;
}

void gfp_text(const struct profile *p, uint32_t gfp, char *buf, size_t size)
{
	uint32_t left = gfp_value(p, gfp);
	size_t n = 0;

	buf[0] = '\0';
	for (unsigned i = 0; i < NAMES && n < size; i++) {
		uint32_t value = gfp_value(p, names[i].bits);

		if (!in_kernel(p, i) || !value || (left & value) != value)
			continue;
		n += (size_t)snprintf(buf + n, size - n, "%s%s", n ? "|" : "", names[i].name);
		left &= ~value;
	}
	if (!n)
		snprintf(buf, size, "0");
}

const char *gfp_name(unsigned i)
{
	return i < NAMES ? names[i].name : NULL;
}

bool gfp_find(const struct profile *p, const char *name, uint32_t *gfp, bool *known)
{
	*known = false;
	for (unsigned i = 0; i < NAMES; i++) {
		if (strcmp(names[i].name, name))
			continue;
		*known = true;
		if (!in_kernel(p, i))
			return false;
		*gfp = names[i].bits;
		return true;
	}
	return false;
}
