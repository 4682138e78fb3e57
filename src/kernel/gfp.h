/*
 * GFP flags: include/linux/gfp.h (linux/mm.h in 2.4).
 *
 * A request for pages says where they may lie and what the allocator may do to find some. The bits
 * have moved about: 2.4 has seven, 6.1 split __GFP_WAIT in two and gave "atomic" a bit of its own.
 * Inside the model they have numbers of their own, in the order of enum gfp_bit; the profile's [gfp]
 * gives the value of each in its kernel, 0 where it does not exist. What is printed and what a user
 * names goes through that; what the allocator does looks at the model's bits.
 *
 * Left out: what nothing here asks about (COLD, THISNODE, RECLAIMABLE, ACCOUNT and their like).
 */
#ifndef KMAPLAB_KERNEL_GFP_H
#define KMAPLAB_KERNEL_GFP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct profile;

/** The order of profile.gfp[]. */
enum gfp_bit {
	GFP_BIT_DMA, GFP_BIT_HIGHMEM, GFP_BIT_WAIT, GFP_BIT_HIGH, GFP_BIT_ZERO, GFP_BIT_NOWARN,
	GFP_BIT_IO, GFP_BIT_FS, GFP_BIT_HIGHIO, GFP_BIT_REPEAT, GFP_BIT_NOFAIL, GFP_BIT_NORETRY,
	GFP_BIT_NOMEMALLOC, GFP_BIT_MOVABLE, GFP_BIT_HARDWALL, GFP_BIT_COMP, GFP_BIT_ATOMIC,
	GFP_BIT_KSWAPD, GFP_BIT_OWN, PROFILE_GFP
};

#define GFP_DMA (1u << GFP_BIT_DMA)
#define GFP_HIGHMEM (1u << GFP_BIT_HIGHMEM)
#define GFP_WAIT (1u << GFP_BIT_WAIT)       /* may sleep; __GFP_DIRECT_RECLAIM since 4.4 */
#define GFP_HIGH (1u << GFP_BIT_HIGH)       /* may use emergency reserves */
#define GFP_ZERO (1u << GFP_BIT_ZERO)
#define GFP_NOWARN (1u << GFP_BIT_NOWARN)   /* a failure is not printed */
#define GFP_IO (1u << GFP_BIT_IO)
#define GFP_FS (1u << GFP_BIT_FS)           /* without it nobody is killed for it */
#define GFP_HIGHIO (1u << GFP_BIT_HIGHIO)   /* 2.4: may start I/O on high memory */
#define GFP_REPEAT (1u << GFP_BIT_REPEAT)   /* tries harder; __GFP_RETRY_MAYFAIL since 4.13 */
#define GFP_NOFAIL (1u << GFP_BIT_NOFAIL)
#define GFP_NORETRY (1u << GFP_BIT_NORETRY)
#define GFP_NOMEMALLOC (1u << GFP_BIT_NOMEMALLOC)
#define GFP_MOVABLE (1u << GFP_BIT_MOVABLE)
#define GFP_HARDWALL (1u << GFP_BIT_HARDWALL)
#define GFP_COMP (1u << GFP_BIT_COMP)
#define GFP_KSWAPD (1u << GFP_BIT_KSWAPD)   /* wakes kswapd; every request does, before 4.4 */
#define GFP_OWN (1u << GFP_BIT_OWN)         /* the kernel's own: 2.4 sets __GFP_HIGH in these */

#define GFP_NOWAIT GFP_KSWAPD
#define GFP_ATOMIC (GFP_HIGH | GFP_KSWAPD | 1u << GFP_BIT_ATOMIC)
#define GFP_NOIO (GFP_WAIT | GFP_KSWAPD | GFP_OWN)
#define GFP_NOHIGHIO (GFP_NOIO | GFP_IO)
#define GFP_NOFS (GFP_NOHIGHIO | GFP_HIGHIO)
#define GFP_KERNEL (GFP_NOFS | GFP_FS)
#define GFP_USER ((GFP_KERNEL & ~GFP_OWN) | GFP_HARDWALL)
#define GFP_HIGHUSER (GFP_USER | GFP_HIGHMEM)
#define GFP_HIGHUSER_MOVABLE (GFP_HIGHUSER | GFP_MOVABLE)

/** The flags as this kernel's number, which is how the kernel prints them. */
uint32_t gfp_value(const struct profile *p, uint32_t gfp);

/** The same in this kernel's names, joined by '|', composites first (6.1's %pGg). */
void gfp_text(const struct profile *p, uint32_t gfp, char *buf, size_t size);

/** Name `i` of all that some kernel knows ("GFP_KERNEL", "__GFP_WAIT"), NULL behind the last. */
const char *gfp_name(unsigned i);

/** The bits of a name. False: this kernel has no such flag (or no kernel: *known says which). */
bool gfp_find(const struct profile *p, const char *name, uint32_t *gfp, bool *known);

#endif
