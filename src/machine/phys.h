/*
 * Physical memory: frames of 4 KiB in a sparse array, a frame per block, so that 64 GiB cost the
 * host only what was written. (The unit tests' tiny blocks make it several blocks per frame.)
 *
 * The e820 map says where RAM is. Reads outside of RAM give all ones and writes go nowhere, as on
 * a bus with nobody there. Addresses are physical, in bytes, up to 52 bits.
 */
#ifndef KMAPLAB_MACHINE_PHYS_H
#define KMAPLAB_MACHINE_PHYS_H

#include "machine/message.h"
#include "machine/sparse.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096u
#define PHYS_MAX_BITS 52 /* what the architecture can ever address */

/** What the firmware says a range is (ACPI 6, 15.1: the types that matter here). */
enum e820_type { E820_RAM = 1, E820_RESERVED = 2, E820_ACPI = 3, E820_NVS = 4 };

struct e820_entry {
	uint64_t start, end; /* bytes, end exclusive */
	enum e820_type type;
};

#define E820_MAX 128

struct e820_map {
	unsigned nr;
	struct e820_entry entry[E820_MAX];
};

struct phys {
	struct e820_map map; /* sorted, without overlaps */
	unsigned maxphyaddr; /* physical address bits, 32..52 */
	struct sparse frames;
};

/** Word for a type: "usable", "reserved", "ACPI data", "ACPI NVS". */
const char *e820_type_name(enum e820_type type);

/** Contiguous RAM from 0 to `bytes`, as QEMU's firmware reports it but without a hole below 4 GiB:
 * 0-0x9fbff and 0x100000 up usable, 0x9fc00-0x9ffff (extended BIOS data) and 0xf0000-0xfffff (BIOS)
 * reserved. `bytes` is whole pages, 2 MiB to 2^52. The map is unchanged on failure. */
bool e820_from_ram(struct e820_map *map, uint64_t bytes, struct message *m);

/**
 * Reads lines `START END TYPE` (hex, inclusive; type usable|ram|reserved|acpi|nvs, also the boot
 * log's "ACPI data"/"ACPI NVS"). Refuses overlaps, inverted ranges, ranges beyond 52 bits, more
 * than E820_MAX lines, and a map without a whole usable page between 1 MiB and 4 GiB, naming
 * file:line:column. Entries are sorted. The map is unchanged on failure.
 */
bool e820_read(struct e820_map *map, const char *path, struct message *m);

/** Whether all usable RAM lies below 2^maxphyaddr; if not, says where it ends. */
bool e820_fits(const struct e820_map *map, unsigned maxphyaddr, struct message *m);

/** The end (exclusive) of the highest usable range; 0 when there is none. */
uint64_t e820_end_of_ram(const struct e820_map *map);

/** Whether the byte is usable RAM. */
bool phys_is_ram(const struct phys *p, uint64_t pa);

/** Copies n bytes out of memory, crossing frames as needed. */
void phys_read(const struct phys *p, uint64_t pa, void *buf, size_t n);

/** Copies n bytes into memory. Returns how many fell on RAM. */
size_t phys_write(struct phys *p, uint64_t pa, const void *buf, size_t n);

/** Little-endian words of page tables; the address must be aligned to the word. */
uint32_t phys_read32(const struct phys *p, uint64_t pa);
uint64_t phys_read64(const struct phys *p, uint64_t pa);
void phys_write32(struct phys *p, uint64_t pa, uint32_t value);
void phys_write64(struct phys *p, uint64_t pa, uint64_t value);

#endif
