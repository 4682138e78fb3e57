/*
 * The kernel's virtual address space as boot computed it: the answers of `layout`.
 *
 *	ffffffff +------------------------------+
 *	         | hole page, fixmap_top above  |
 *	         | fixmap: permanent entries    |  index 0 on top; the kmap_atomic slots are here
 *	         | fixmap: boot-time ioremap    |
 *	         | (6.1: cpu_entry_area, LDT)   |
 *	         | pkmap: LAST_PKMAP pages      |  kmap()
 *	         | 8 KiB hole                   |
 *	         | vmalloc                      |
 *	         | 8 MiB (or up to 16) hole     |
 *	         | direct map of low memory     |
 *	         +------------------------------+  PAGE_OFFSET
 *	         | user space                   |
 *	00000000 +------------------------------+
 *
 * Under 4G/4G (rhel3-hugemem) these are two address spaces. The kernel's begins at 32 MB; a
 * process' is its own up to task_size, and above that the two share what both must see: the fixmap
 * with the entry code, and pkmap.
 *
 * Plain numbers; addresses are virtual, pfns count 4 KiB pages.
 */
#ifndef KMAPLAB_KERNEL_LAYOUT_H
#define KMAPLAB_KERNEL_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#define LAST_PKMAP_MAX 1024

struct layout {
	uint32_t page_offset, high_memory, maxmem;
	uint32_t task_size;       /* end of user space: PAGE_OFFSET, but under 4G/4G */
	bool switch_pagetables;   /* 4G/4G: kernel and user space have page tables of their own */
	uint32_t vmalloc_reserve, vmalloc_start, vmalloc_end;
	uint32_t pkmap_base;      /* PKMAP_BASE; a number even where `highmem` says: no pool */
	uint32_t last_pkmap;      /* slots in the pool */
	uint32_t fixaddr_top, fixaddr_start;
	uint32_t fixaddr_boot_start; /* FIXADDR_TOT_START in 6.1 */
	uint32_t cpu_entry_area, ldt_base; /* 6.1; else 0 */
	uint32_t cpu_entry_area_pages;     /* of all CPUs; the read-only IDT has one more, in front */
	uint32_t end_of_permanent;   /* fixmap entries that stay */
	uint32_t end_of_fixed;       /* and all of them, with boot-time ioremap */
	uint32_t fix_btmap_end;      /* first index of the boot-time ioremap */
	uint32_t fix_kmap_begin;     /* index of CPU 0's slot 0; 0 = no slots */
	uint32_t fix_kmap_end;       /* index of the last slot of the last CPU */
	uint32_t kmap_slots_per_cpu; /* KM_TYPE_NR or KM_MAX_IDX */
	uint64_t max_pfn, max_low_pfn, max_arch_pfn;
	uint64_t last_pfn;           /* end of RAM, before highmem= and the build cut it */
	uint64_t totalpages;         /* RAM pages in zones, before mem_map */
	uint32_t min_free_kbytes;
	bool pae, nx, highmem;       /* highmem: a CONFIG_HIGHMEM build */
};

/** The fixmap's address of an index (__fix_to_virt): indices grow downwards. */
static inline uint32_t fix_to_virt(const struct layout *l, uint32_t index)
{
	return l->fixaddr_top - index * 4096u;
}

/** Where cpu_entry_area ends, the page of the IDT counted; 0 where there is none. */
static inline uint32_t cpu_entry_area_end(const struct layout *l)
{
	return l->cpu_entry_area ? l->cpu_entry_area + (l->cpu_entry_area_pages + 1) * 4096u : 0;
}

#endif
