/*
 * High memory: kmap(), the pool (mm/highmem.c), where pages are mapped, and the kernel's own PTEs.
 * The atomic slots are in kernel/atomic.h.
 */
#ifndef KMAPLAB_KERNEL_HIGHMEM_H
#define KMAPLAB_KERNEL_HIGHMEM_H

#include "kernel/layout.h"
#include "kernel/spinlock.h"
#include "kernel/step.h"
#include "machine/message.h"

#define PA_HASH_ORDER 7
#define PA_HASH_SIZE (1u << PA_HASH_ORDER)

/** An entry of the hash of mapped pages (struct page_address_map), chained by slot + 1. */
struct page_address_map {
	uint32_t pfn;  /* of the page mapped in this slot */
	uint16_t next; /* slot + 1 */
	uint16_t used; /* whether this entry is */
};

/**
 * The pool. A count in pkmap_count means:
 *	0	free: no mapping, and no TLB has an entry left
 *	1	nobody uses it, but the mapping (and TLB entries) are still there: not to be reused
 *		before a flush
 *	n > 1	n - 1 users
 */
struct pkmap {
	uint32_t last_pkmap_nr;
	uint32_t pkmap_count[LAST_PKMAP_MAX];
	uint64_t page_table; /* physical address of pkmap_page_table's first entry */
	struct page_address_map map[LAST_PKMAP_MAX];
	uint16_t htable[PA_HASH_SIZE];
};

/** kmap(page): the result is the virtual address. May sleep. */
FRAME(kmap) { uint32_t pfn; };
DECLARE_OP(kmap);
/** kmap_nonblock(page), 2.4: 0 instead of sleeping when the pool is full. */
FRAME(kmap_nonblock) { uint32_t pfn; };
DECLARE_OP(kmap_nonblock);
/** kunmap(page). */
FRAME(kunmap) { uint32_t pfn; };
DECLARE_OP(kunmap);
/** kmap_flush_unused(). */
FRAME(kmap_flush_unused) { uint32_t unused; };
DECLARE_OP(kmap_flush_unused);

/** The virtual address of a page's struct page, in mem_map. */
uint32_t struct_page_va(const struct world *w, uint64_t pfn);
/** The address at which a page is mapped (direct map, or its pkmap slot), or 0. */
uint32_t page_address(const struct world *w, uint64_t pfn);

/** virt_to_page(va): the frame of a direct-map address. Asked about any other address it computes all
 * the same, and names a frame that has nothing to do with it (or does not exist). */
uint64_t virt_to_page(const struct world *w, uint32_t va);

/** kmap_to_page(va), where the profile has it (3.7 and later): the frame behind an address of the
 * pool, or (local kmaps) of a slot that the CPU's task holds; else virt_to_page(). Its test for slots
 * leaves out the topmost one, the first of CPU 0. The warning that goes with a slot is left out. */
uint64_t kmap_to_page(const struct world *w, unsigned cpu, uint32_t va);

/** Enters a page of high memory in the hash under a pool address, or (0) takes it out. */
void set_page_address(struct world *w, uint64_t pfn, uint32_t vaddr);

/** The virtual address of pool slot `nr` (PKMAP_ADDR) and back (PKMAP_NR). */
uint32_t PKMAP_ADDR(const struct layout *l, unsigned nr);
unsigned PKMAP_NR(const struct layout *l, uint32_t va);

/** Physical address of the directory entry for an address of the kernel half, in swapper_pg_dir
 * (PAE: in the directory below it), and the entry (8 bytes under PAE, else 4) at such an address. */
uint64_t pmd_offset_k(const struct world *w, uint32_t va);
uint64_t kernel_entry(const struct world *w, uint64_t pa);

/** The frame that an entry of any level points to. */
uint64_t pte_pfn(uint64_t pte);
/** Physical address of the PTE that maps an address of the kernel's fixmap, pkmap or vmalloc; 0: it
 * has no page table. */
uint64_t kernel_pte_pa(const struct world *w, uint32_t va);
/** Reads and writes that PTE (8 bytes under PAE, else 4), with events and cost for the write. */
uint64_t kernel_pte(const struct world *w, uint32_t va);
void set_pte(struct world *w, unsigned cpu, uint32_t va, uint64_t pte);
/** The protection of what pkmap and fixmap map: 0x163, with XD where NX is active. Under 4G/4G both
 * lie where kernel and user space are the same, so they may be global. */
uint64_t kmap_prot(const struct world *w);
/** That of the kernel's other mappings (PAGE_KERNEL): the same, but under 4G/4G not global. */
uint64_t page_kernel(const struct world *w);

#endif
