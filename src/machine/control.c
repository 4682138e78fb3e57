/*
 * Control registers and INVLPG: the operations by which software tells the processor that page
 * tables have changed (SDM vol. 3A, 2.5 and 4.10.4.1).
 *
 *   MOV CR3           | drops what is not global; loads the PDPTEs under PAE paging
 *   MOV CR4: PGE PAE PSE changes | drops everything; loads the PDPTEs under PAE paging
 *   MOV CR0: PG changes          | drops everything; loads the PDPTEs when PAE paging begins
 *   WRMSR EFER        | drops nothing: entries keep the NX they were filled with
 *   INVLPG            | drops one page, global or not; the PDPTE registers stay
 *
 * The four reads that fill those registers (SDM 4.4.1) belong to the write: a switch of address
 * spaces pays for the level that no walk has to read.
 *
 * What the processor refuses with #GP is refused here before anything has changed.
 */
#include "machine/machine.h"

#include <assert.h>
#include <string.h>

#define MSR_EFER 0xc0000080u

/** CR4 bits whose change drops the TLB; the only ones this machine knows. */
#define CR4_PAGING (CR4_PSE | CR4_PAE | CR4_PGE)

static bool pae_paging(uint32_t cr0, uint32_t cr4)
{
	return cr0 & CR0_PG && cr4 & CR4_PAE;
}

/* Fills the PDPTE registers from the table at `cr3`. False, with nothing done, for a #GP. */
static bool load_pdptes(struct machine *m, unsigned cpu, uint64_t cr3)
{
	if (!paging_load_pdptes(&m->phys, cr3, m->cpu[cpu].pdpte))
		return false;
	machine_charge_times(m, cpu, COST_PDPTE, PDPTES);
	return true;
}

/* Notes the write; what follows from it is due to it. Returns the cause that was before. */
static uint32_t begin_write(struct machine *m, unsigned cpu, unsigned reg, uint64_t value,
                            uint64_t old, enum cost cost)
{
	uint32_t before = m->log.cause;

	machine_charge(m, cpu, cost);
	m->log.cause = machine_event(m, cpu, EVENT_CR_WRITE, reg, value, old);
	return before;
}

/* Drops entries and says so; `quiet`: says nothing when there was nothing to drop. */
static void flush(struct machine *m, unsigned cpu, enum flush_why why, bool quiet)
{
	struct cpu *c = &m->cpu[cpu];
	bool keep_global = why == FLUSH_CR3;
	unsigned dropped = m->broken.ignore_flush ? 0 : tlb_flush(&c->tlb, keep_global);

	if (quiet && !dropped)
		return;
	machine_charge(m, cpu, COST_FLUSH);
	machine_event(m, cpu, EVENT_TLB_FLUSH, dropped, c->tlb.used, why);
	if (!keep_global || !(c->cr4 & CR4_PGE))
		m->stats.full_flushes++;
}

bool machine_write_cr3(struct machine *m, unsigned cpu, uint64_t value)
{
	struct cpu *c = &m->cpu[cpu];
	uint32_t before;

	assert(cpu < m->nr_cpus);
	value &= UINT32_MAX;
	if (pae_paging(c->cr0, c->cr4) && !load_pdptes(m, cpu, value))
		return false;
	before = begin_write(m, cpu, 3, value, c->cr3, COST_CR3);
	c->cr3 = value;
	if (c->cr0 & CR0_PG)
		flush(m, cpu, FLUSH_CR3, false);
	m->log.cause = before;
	return true;
}

/* CR4 bits that the model has. */
static uint32_t cr4_known(const struct cpu_model *model)
{
	return (model->pse ? CR4_PSE : 0) | (model->pae ? CR4_PAE : 0) | (model->pge ? CR4_PGE : 0);
}

bool machine_write_cr4(struct machine *m, unsigned cpu, uint32_t value)
{
	struct cpu *c = &m->cpu[cpu];
	uint32_t changed = (value ^ c->cr4) & CR4_PAGING, before;

	assert(cpu < m->nr_cpus);
	if (value & CR4_PAGING & ~cr4_known(m->model))
		return false;
	if (changed && pae_paging(c->cr0, value) && !load_pdptes(m, cpu, c->cr3))
		return false;
	before = begin_write(m, cpu, 4, value, c->cr4, COST_CR4);
	c->cr4 = value;
	if (changed && c->cr0 & CR0_PG)
		flush(m, cpu, FLUSH_CR4, changed == CR4_PGE && value & CR4_PGE);
	m->log.cause = before;
	return true;
}

bool machine_write_cr0(struct machine *m, unsigned cpu, uint32_t value)
{
	struct cpu *c = &m->cpu[cpu];
	bool changed = (value ^ c->cr0) & CR0_PG;
	uint32_t before;

	assert(cpu < m->nr_cpus);
	if (changed && pae_paging(value, c->cr4) && !load_pdptes(m, cpu, c->cr3))
		return false;
	before = begin_write(m, cpu, 0, value, c->cr0, COST_INSN);
	c->cr0 = value;
	if (changed)
		flush(m, cpu, FLUSH_CR0, true);
	m->log.cause = before;
	return true;
}

bool machine_write_efer(struct machine *m, unsigned cpu, uint32_t value)
{
	struct cpu *c = &m->cpu[cpu];

	assert(cpu < m->nr_cpus);
	if (value & EFER_NXE && !m->model->nx)
		return false;
	machine_charge(m, cpu, COST_INSN);
	machine_event(m, cpu, EVENT_MSR_WRITE, MSR_EFER, value, c->efer);
	c->efer = value;
	return true;
}

void machine_invlpg(struct machine *m, unsigned cpu, uint32_t va)
{
	unsigned dropped;

	assert(cpu < m->nr_cpus);
	dropped = m->broken.ignore_invlpg ? 0 : tlb_invlpg(&m->cpu[cpu].tlb, va);
	machine_charge(m, cpu, COST_INVLPG);
	machine_event(m, cpu, EVENT_INVLPG, va, dropped, 0);
	m->stats.invlpg++;
}

struct paging_state machine_paging(const struct machine *m, unsigned cpu)
{
	const struct cpu *c = &m->cpu[cpu];
	struct paging_state s = { .nx = m->model->nx, .pse36 = m->model->pse36 };

	assert(cpu < m->nr_cpus);
	s.cr0 = c->cr0;
	s.cr3 = c->cr3;
	s.cr4 = c->cr4;
	s.efer = c->efer;
	s.ignore_user = m->broken.ignore_user;
	s.narrow_entries = m->broken.narrow_entries;
	memcpy(s.pdpte, c->pdpte, sizeof(s.pdpte));
	return s;
}
