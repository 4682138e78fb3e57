/*
 * The page walk (SDM vol. 3A, 4.3 "32-bit paging", 4.4 "PAE paging", 4.6 "access rights", 4.7
 * "page-fault exceptions").
 *
 *   CR4.PAE  CR4.PSE | levels      entry  large page        reserved in a present entry
 *      0        0    | PD PT       4      none (PS ignored) -
 *      0        1    | PD PT       4      4 MiB             large: 21:13, or 21:M-19 with PSE-36
 *      1        any  | PDPT PD PT  8      2 MiB             62:M; 63 without NXE; large: 20:13
 *
 * M is MAXPHYADDR (with PSE-36 at most 40). Both kinds of paging are one loop over the levels; what
 * differs between them stands in a table of two rows.
 *
 * Rights accumulate on the way down: a page is writable, or open to user mode, only when every
 * level says so, and no code when any level says so. PDPTEs have no rights. They are checked at
 * the end, so that a missing page below a forbidden table is a missing page.
 *
 * PAE's third level costs no third read: the processor loads the four PDPTEs into registers when
 * CR3 is written, and a walk takes the one it needs from there (SDM 4.4.1). So an entry of that
 * table that is changed in memory counts from the next load on, and no INVLPG helps. Left out: the
 * paging-structure caches (4.10.3), which can spare the read of the PD too.
 */
#include "machine/paging.h"

#include <stddef.h>

/** One kind of paging. */
struct format {
	unsigned entry_bytes;
	unsigned index_bits;
	unsigned levels; /* below CR3 and its PDPTEs: PD and PT */
};

static const struct format format_32 = { 4, 10, 2 }, format_pae = { 8, 9, 2 };

static const struct format *format_of(const struct paging_state *s)
{
	return s->cr4 & CR4_PAE ? &format_pae : &format_32;
}

/* Bits high..low, both included. */
static uint64_t bits(unsigned high, unsigned low)
{
	return (~0ull >> (63 - high)) & (~0ull << low);
}

/* The address bits of an entry that lie within MAXPHYADDR. */
static uint64_t address_of(const struct phys *p, uint64_t entry)
{
	return entry & bits(p->maxphyaddr - 1, PAGE_SHIFT);
}

static bool nx_active(const struct paging_state *s)
{
	return s->nx && s->cr4 & CR4_PAE && s->efer & EFER_NXE;
}

static bool is_large(const struct paging_state *s, const struct walk_entry *e)
{
	return e->level == LEVEL_PD && e->entry & PTE_PS && s->cr4 & (CR4_PAE | CR4_PSE);
}

/* Physical address bits that a 4 MiB page can have: PSE-36 reaches 40, more wait for PAE. */
static unsigned pse_address_bits(const struct phys *p, const struct paging_state *s)
{
	if (!s->pse36)
		return 32;
	return p->maxphyaddr < 40 ? p->maxphyaddr : 40;
}

static uint64_t reserved_bits(const struct phys *p, const struct paging_state *s,
                              const struct walk_entry *e)
{
	bool large = is_large(s, e);
	uint64_t reserved;

	if (!(s->cr4 & CR4_PAE))
		return large ? bits(21, pse_address_bits(p, s) - 19) : 0;
	reserved = bits(62, p->maxphyaddr);
	if (!nx_active(s))
		reserved |= PTE_XD;
	if (large)
		reserved |= bits(20, 13);
	return reserved;
}

/* A 4 MiB page keeps its address bits 39:32 in bits 20:13 of the PDE. */
static uint64_t large_page_pa(const struct phys *p, const struct paging_state *s, uint64_t entry)
{
	uint64_t high = (entry & bits(20, 13)) >> 13 << 32;

	if (s->cr4 & CR4_PAE)
		return address_of(p, entry) & ~bits(20, 0);
	return (entry & bits(31, 22)) | (high & bits(pse_address_bits(p, s) - 1, 0));
}

static uint64_t read_entry(const struct phys *p, const struct format *f, uint64_t pa)
{
	return f->entry_bytes == 8 ? phys_read64(p, pa) : phys_read32(p, pa);
}

/* Ends the walk with a fault; the access decides the lower bits of the error code. */
static void set_fault(struct walk *w, const struct paging_state *s, struct access a,
                      enum fault_reason reason)
{
	w->fault = reason;
	w->error_code = (reason == FAULT_NOT_PRESENT ? 0 : PF_P) |
	                (a.kind == ACCESS_WRITE ? PF_W : 0) | (a.user ? PF_U : 0) |
	                (reason == FAULT_RSVD ? PF_RSVD : 0) |
	                (a.kind == ACCESS_FETCH && nx_active(s) ? PF_I : 0);
}

/* Whether the combined rights allow the access (SDM 4.6). */
static enum fault_reason check_rights(const struct paging_state *s, const struct walk *w,
                                      struct access a)
{
	if (a.user && !w->user && !s->ignore_user)
		return FAULT_USER;
	if (a.kind == ACCESS_WRITE && !w->writable && (a.user || s->cr0 & CR0_WP))
		return FAULT_WRITE;
	if (a.kind == ACCESS_FETCH && w->nx)
		return FAULT_NX;
	return FAULT_NONE;
}

/* The page was reached through the last entry read. */
static void finish(struct walk *w, const struct phys *p, const struct paging_state *s,
                   struct access a)
{
	const struct walk_entry *last = &w->read[w->nr - 1];
	unsigned shift = PAGE_SHIFT;
	uint64_t page = address_of(p, last->entry) & (s->narrow_entries ? ~0u : ~0ull);
	enum fault_reason reason;

	if (is_large(s, last)) {
		shift += format_of(s)->index_bits;
		page = large_page_pa(p, s, last->entry);
	}
	w->size = 1ull << shift;
	w->pa = page | (a.va & (w->size - 1));
	w->global = last->entry & PTE_G && s->cr4 & CR4_PGE;
	w->dirty = last->entry & PTE_D;
	reason = check_rights(s, w, a);
	if (reason != FAULT_NONE)
		set_fault(w, s, a, reason);
}

/* Notes the entry as read. Returns whether the walk goes on below it. */
static bool use_entry(struct walk *w, const struct phys *p, const struct paging_state *s,
                      struct access a, struct walk_entry e)
{
	w->read[w->nr++] = e;
	w->from_memory += e.level != LEVEL_PDPT;
	if (!(e.entry & PTE_P)) {
		set_fault(w, s, a, FAULT_NOT_PRESENT);
		return false;
	}
	if (e.level == LEVEL_PDPT)
		return true;
	if (e.entry & reserved_bits(p, s, &e)) {
		set_fault(w, s, a, FAULT_RSVD);
		return false;
	}
	w->writable = w->writable && e.entry & PTE_RW;
	w->user = w->user && e.entry & PTE_US;
	w->nx = w->nx || (nx_active(s) && e.entry & PTE_XD);
	return e.level == LEVEL_PD && !is_large(s, &e);
}

static struct walk walk_tables(const struct phys *p, const struct paging_state *s, struct access a)
{
	const struct format *f = format_of(s);
	uint64_t table = s->cr3 & bits(31, PAGE_SHIFT);
	struct walk w = { .writable = true, .user = true };

	if (f == &format_pae) {
		struct walk_entry e = { LEVEL_PDPT, s->cr3 & bits(31, 5), a.va >> 30,
			                s->pdpte[a.va >> 30] };

		if (!use_entry(&w, p, s, a, e))
			return w;
		table = address_of(p, e.entry);
	}
	for (enum walk_level level = LEVEL_PD;; level++) {
		unsigned shift = PAGE_SHIFT + (level == LEVEL_PD ? f->index_bits : 0);
		unsigned index = a.va >> shift & ((1u << f->index_bits) - 1);
		struct walk_entry e = { level, table, index,
			                read_entry(p, f, table + index * f->entry_bytes) };

		if (!use_entry(&w, p, s, a, e))
			break;
		table = address_of(p, e.entry);
	}
	if (w.fault == FAULT_NONE)
		finish(&w, p, s, a);
	return w;
}

struct walk paging_walk(const struct phys *p, const struct paging_state *s, struct access a)
{
	if (s->cr0 & CR0_PG)
		return walk_tables(p, s, a);
	return (struct walk){
		.pa = a.va,
		.size = PAGE_SIZE,
		.writable = true,
		.user = true,
		.dirty = true,
	};
}

unsigned paging_commit(struct phys *p, const struct paging_state *s, const struct walk *w,
                       enum access_kind kind)
{
	const struct format *f = format_of(s);
	unsigned writes = 0;

	for (unsigned i = 0; i < w->nr; i++) {
		const struct walk_entry *e = &w->read[i];
		uint64_t set = PTE_A | (i + 1 == w->nr && kind == ACCESS_WRITE ? PTE_D : 0);
		uint64_t pa = e->table_pa + e->index * f->entry_bytes;

		if (e->level == LEVEL_PDPT || (e->entry & set) == set)
			continue;
		if (f->entry_bytes == 8)
			phys_write64(p, pa, e->entry | set);
		else
			phys_write32(p, pa, (uint32_t)(e->entry | set));
		writes++;
	}
	return writes;
}

bool paging_load_pdptes(const struct phys *p, uint64_t cr3, uint64_t pdpte[PDPTES])
{
	uint64_t reserved = bits(2, 1) | bits(8, 5) | bits(63, p->maxphyaddr), read[PDPTES];

	for (unsigned i = 0; i < PDPTES; i++) {
		read[i] = phys_read64(p, (cr3 & bits(31, 5)) + i * sizeof(read[i]));
		if (read[i] & PTE_P && read[i] & reserved)
			return false;
	}
	for (unsigned i = 0; i < PDPTES; i++)
		pdpte[i] = read[i];
	return true;
}

const char *walk_level_name(enum walk_level level)
{
	static const char *const names[] = { "PDPT", "PD", "PT" };

	return (unsigned)level < 3 ? names[level] : "?";
}

const char *fault_reason_text(enum fault_reason reason)
{
	static const char *const texts[] = {
		[FAULT_NONE] = "no fault",
		[FAULT_NOT_PRESENT] = "not present",
		[FAULT_WRITE] = "write to a read-only page",
		[FAULT_USER] = "user access to a supervisor page",
		[FAULT_NX] = "fetch from a no-execute page",
		[FAULT_RSVD] = "reserved bit set in an entry",
	};

	return (unsigned)reason < sizeof(texts) / sizeof(texts[0]) ? texts[reason] : "?";
}
