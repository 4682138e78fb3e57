/*
 * The kernel's page tables: arch/x86/mm/init_32.c.
 */
#ifndef KMAPLAB_KERNEL_INIT_32_H
#define KMAPLAB_KERNEL_INIT_32_H

#include "kernel/setup.h"
#include "kernel/world.h"

/** Builds the tables as bytes in the world's RAM, where early_reservations() put them; sets
 * swapper_pg_dir and pkmap.page_table. The machine is powered on, its CPUs have paging off. */
void kernel_tables_build(struct world *w, const struct boot *b);

/** Switches paging on, on all CPUs: CR4, CR3, EFER, CR0 as this boot wants them. */
void enable_paging(struct world *w, const struct boot *b);

#endif
