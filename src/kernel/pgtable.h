/*
 * Page tables of user space, as kernel code handles them: include/asm-x86/pgtable.h.
 *
 * A table is bytes in RAM. Kernel code reaches an entry at a kernel virtual address: those of top
 * tables and directories, and of page tables in low memory, through the direct map; those of page
 * tables in high memory (HIGHPTE) through an atomic kmap. So reading an entry is an access like any
 * other: it asks the TLB, it costs, and through a wrong mapping it reads the wrong table.
 *
 * Loops over ranges skip empty entries without a step, as flush_all_zero_pkmaps() does: the
 * functions next_table() and next_pte() look at RAM itself to find where the next step happens.
 */
#ifndef KMAPLAB_KERNEL_PGTABLE_H
#define KMAPLAB_KERNEL_PGTABLE_H

#include "kernel/world.h"

/** _PAGE_TABLE: what an entry of a directory says about the page table below it. */
#define _PAGE_TABLE (PTE_P | PTE_RW | PTE_US | PTE_A | PTE_D)

/** The kernel address of a byte of low memory. */
static inline uint32_t __va(const struct world *w, uint64_t pa)
{
	return w->kernel.layout.page_offset + (uint32_t)pa;
}

/** Bytes of an entry (8 under PAE, else 4) and how much a page table maps (2 or 4 MiB). */
unsigned pte_bytes(const struct world *w);
uint32_t pmd_size(const struct world *w);

/** The physical address of the directory entry for an address, below the top table at `pgd`. */
uint64_t pmd_offset(const struct world *w, uint64_t pgd, uint32_t address);

/** Where the entry for another address of the same page table is: `ptep` is any entry of it. */
uint32_t pte_index_at(const struct world *w, uint32_t ptep, uint32_t address);

/** Reads an entry without any CPU: for finding the next step, and for looking. */
uint64_t entry_peek(const struct world *w, uint64_t pa);

/** The first address in [address, end) that a page table exists for, rounded down to no less than
 * `address`; `end` when there is none. */
uint32_t next_table(const struct world *w, uint64_t pgd, uint32_t address, uint32_t end);
/** The first address in [address, end) of one page table's reach whose entry is not empty; `end`
 * when there is none. */
uint32_t next_pte(const struct world *w, uint64_t pgd, uint32_t address, uint32_t end);
/** The end of the reach of an address' page table, or `end` when that comes first. */
uint32_t pmd_addr_end(const struct world *w, uint32_t address, uint32_t end);

/** Reads or writes an entry at a kernel address, as code on c's CPU does. A fault is the kernel's
 * own bug: an oops, and false (the op returns OP_OOPS). */
bool entry_load(struct world *w, struct context *c, uint32_t kaddr, uint64_t *entry);
bool entry_store(struct world *w, struct context *c, uint32_t kaddr, uint64_t entry);

/** The same for the PTE of user address `address`, with its event. */
bool set_pte_at(struct world *w, struct context *c, uint32_t address, uint32_t ptep, uint64_t pte);

/** Whether page tables live in high memory: CONFIG_HIGHPTE. */
bool highpte(const struct world *w);

/** pte_offset_map(pmd, address), and _nested for a second one at the same time: maps the page table
 * that a directory entry points to. `pmd` is the entry's kernel address. The result is the address
 * of the PTE. */
FRAME(pte_offset_map) { uint32_t pmd, address, nested; };
DECLARE_OP(pte_offset_map);
/** pte_unmap(pte), pte_unmap_nested(pte). */
FRAME(pte_unmap) { uint32_t ptep, nested; };
DECLARE_OP(pte_unmap);

/** pte_alloc_map(mm, pmd, address): the same, with a page table made where there is none. The
 * result is 0 when there is no memory for it. */
FRAME(pte_alloc_map) { uint32_t mm, address, pmd; };
DECLARE_OP(pte_alloc_map);

#endif
