/*
 * Paging: Intel SDM vol. 3A chapter 4, 32-bit paging and PAE paging.
 *
 *   31          22 21          12 11           0    32-bit: 1024 entries of 4 bytes in a table
 *  +--------------+--------------+--------------+
 *  |   PD index   |   PT index   |    offset    |    CR4.PSE and PDE.PS: a page of 4 MiB
 *  +--------------+--------------+--------------+
 *
 *   31 30 29     21 20         12 11           0    PAE: 4 entries, then 512 of 8 bytes
 *  +-----+---------+-------------+--------------+
 *  | PDP |   PD    |  PT index   |    offset    |    PDE.PS: a page of 2 MiB
 *  +-----+---------+-------------+--------------+
 *
 * The walk is a pure function: a request and the control registers go in, a translation or a
 * fault comes out, with every entry that was read on the way. It changes nothing; setting the
 * accessed and dirty bits is paging_commit()'s job, once an access really happens.
 */
#ifndef KMAPLAB_MACHINE_PAGING_H
#define KMAPLAB_MACHINE_PAGING_H

#include "machine/phys.h"

/* Bits of a page-table entry (SDM tables 4-4 to 4-11). */
#define PTE_P (1ull << 0)
#define PTE_RW (1ull << 1)
#define PTE_US (1ull << 2)
#define PTE_PWT (1ull << 3)
#define PTE_PCD (1ull << 4)
#define PTE_A (1ull << 5)
#define PTE_D (1ull << 6)
#define PTE_PS (1ull << 7)
#define PTE_G (1ull << 8)
#define PTE_XD (1ull << 63)

#define PDPTES 4u /* entries of PAE's top table, and registers for them */

#define CR0_WP (1u << 16)
#define CR0_PG (1u << 31)
#define CR4_PSE (1u << 4)
#define CR4_PAE (1u << 5)
#define CR4_PGE (1u << 7)
#define EFER_NXE (1u << 11)

/* Page-fault error code (SDM 4.7). */
#define PF_P (1u << 0)
#define PF_W (1u << 1)
#define PF_U (1u << 2)
#define PF_RSVD (1u << 3)
#define PF_I (1u << 4)

enum access_kind { ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH };

struct access {
	uint32_t va;
	enum access_kind kind;
	bool user; /* CPL 3 */
};

/** What a walk depends on besides memory. */
struct paging_state {
	uint32_t cr0, cr4, efer;
	uint64_t cr3;
	uint64_t pdpte[PDPTES]; /* the PDPTE registers, as loaded with CR3; PAE only */
	bool nx, pse36;    /* what the CPU model has */
	/* What is broken: U/S is not checked; of an entry's address bits 31:0 are all that counts. */
	bool ignore_user, narrow_entries;
};

enum walk_level { LEVEL_PDPT, LEVEL_PD, LEVEL_PT };

struct walk_entry {
	enum walk_level level;
	uint64_t table_pa; /* of the table; for a PDPTE, where its register was loaded from */
	unsigned index;
	uint64_t entry; /* its value */
};

enum fault_reason { FAULT_NONE, FAULT_NOT_PRESENT, FAULT_WRITE, FAULT_USER, FAULT_NX, FAULT_RSVD };

struct walk {
	unsigned nr;               /* entries used; 0 with paging off */
	unsigned from_memory;      /* of them; a PDPTE is in its register, and costs no read */
	struct walk_entry read[3]; /* the last one also when it is not present */
	enum fault_reason fault;
	uint32_t error_code;
	uint64_t pa;   /* of the byte asked for; also when only the rights forbid the access */
	uint64_t size; /* of the page: 4 KiB, 2 MiB or 4 MiB; 0 when no page was reached */
	bool writable, user, global, nx, dirty; /* combined rights; dirty of the last entry */
};

/**
 * Walks the tables for one access. CR0.PG clear: virtual is physical, everything is allowed. Under
 * PAE it begins with a PDPTE register (SDM 4.4.1): what stands in memory at CR3 by now is not
 * asked. p->maxphyaddr decides which address bits are reserved. Left out: CR0.CD, PAT and PCID; bit
 * 7 of a PTE (PAT) is ignored, as on every processor that has it.
 */
struct walk paging_walk(const struct phys *p, const struct paging_state *s, struct access a);

/** Sets A in the entries the walk used, and D in the last for a write; never in a PDPTE, which has
 * neither. For a walk without a fault. Returns writes made. */
unsigned paging_commit(struct phys *p, const struct paging_state *s, const struct walk *w,
                       enum access_kind kind);

/** Reads the four PDPTEs at CR3. False, with `pdpte` as it was, when a present one has a reserved
 * bit set (bits 2:1, 8:5, MAXPHYADDR and up): loading it is a general-protection exception. */
bool paging_load_pdptes(const struct phys *p, uint64_t cr3, uint64_t pdpte[PDPTES]);

/** "PDPT", "PD", "PT". */
const char *walk_level_name(enum walk_level level);

/** "not present", "write to a read-only page", ... */
const char *fault_reason_text(enum fault_reason reason);

#endif
