/*
 * The kernel command line, as far as it is about memory: the early parameters of
 * arch/x86/kernel/e820.c, setup.c and mm/pgtable_32.c, taken from left to right as the kernel
 * takes them (a later vmalloc= overwrites what reservetop= added).
 *
 *	vmalloc=SIZE    room for vmalloc     highmem=SIZE  pages given to high memory
 *	mem=SIZE        RAM ends there       memmap=SIZE[@#$]START, memmap=exactmap
 *	reservetop=SIZE keeps the top free   noexec=off    no NX
 *	mem=nopentium   no large pages
 *
 * 2.4's memfrac= and lower_zone_reserve= come later, and too late: zone_params.c.
 *
 * Words that are not known mean nothing, as to the kernel; neither do malformed sizes.
 */
#include "kernel/setup.h"
#include "kernel/swiotlb.h"

#include <stdlib.h>
#include <string.h>

/* lib/cmdline.c's memparse(): a number in C's notation and a suffix. */
static uint64_t memparse(const char *s, const char **end)
{
	char *behind;
	uint64_t value;

	if (*s == '-' || *s == '+' || *s == ' ') { /* strtoull would take them, the kernel not */
		*end = s;
		return 0;
	}
	value = strtoull(s, &behind, 0);
	switch (*behind) {
	case 'G':
	case 'g':
		value <<= 10;
		/* fall through */
	case 'M':
	case 'm':
		value <<= 10;
		/* fall through */
	case 'K':
	case 'k':
		value <<= 10;
		behind++;
		break;
	default:
		break;
	}
	*end = behind;
	return value;
}

static bool parse_vmalloc(struct boot *b, const char *arg, struct message *m)
{
	uint64_t size = memparse(arg, &arg);

	if (b->profile->vmalloc_fixed)
		return true;
	if (b->profile->vmalloc_adds_offset)
		size += b->profile->vmalloc_offset;
	if (size > UINT32_MAX)
		return fail(m, "vmalloc= is larger than the kernel's 32-bit address space");
	b->layout.vmalloc_reserve = (uint32_t)size;
	return true;
}

static bool parse_highmem(struct boot *b, const char *arg, struct message *m)
{
	(void)m;
	b->highmem_pages = (uint32_t)(memparse(arg, &arg) >> PAGE_SHIFT);
	return true;
}

static bool parse_memopt(struct boot *b, const char *arg, struct message *m)
{
	uint64_t limit;

	(void)m;
	if (!strcmp(arg, "nopentium")) {
		b->pse = false;
		return true;
	}
	b->user_map = true;
	limit = memparse(arg, &arg);
	if (b->profile->mem_cuts_map)
		e820_cut(&b->e820, limit);
	else
		e820_remove_ram(&b->e820, limit, UINT64_MAX);
	return true;
}

static bool parse_memmap_opt(struct boot *b, const char *arg, struct message *m)
{
	static const char marks[] = "@#$";
	static const enum e820_type types[] = { E820_RAM, E820_ACPI, E820_RESERVED };
	const char *mark, *first = arg;
	uint64_t size, start;

	if (!strncmp(arg, "exactmap", 8)) {
		b->user_map = true;
		b->e820.nr = 0;
		return true;
	}
	size = memparse(arg, &arg);
	if (arg == first)
		return true;
	b->user_map = true;
	mark = *arg ? strchr(marks, *arg) : NULL;
	if (!mark) {
		e820_remove_ram(&b->e820, size, UINT64_MAX);
		return true;
	}
	start = memparse(arg + 1, &arg);
	if (start + size < start ||
	    !e820_add_region(&b->e820, start, start + size, types[mark - marks]))
		return fail(m, "memmap=: a range that ends nowhere, or more than %d ranges",
		            E820_MAX);
	return true;
}

static bool parse_reservetop(struct boot *b, const char *arg, struct message *m)
{
	uint64_t size = memparse(arg, &arg);

	if (b->profile->reservetop == RESERVETOP_NONE)
		return true;
	if (size > 1u << 30 || size & (PAGE_SIZE - 1))
		return fail(m, "reservetop= takes whole pages, up to 1G");
	b->reserved_top = (uint32_t)size;
	if (b->profile->reservetop == RESERVETOP_ADDS)
		b->layout.vmalloc_reserve += (uint32_t)size;
	return true;
}

static bool parse_noexec(struct boot *b, const char *arg, struct message *m)
{
	(void)m;
	if (!strncmp(arg, "off", 3))
		b->nx_off = true;
	else if (!strncmp(arg, "on", 2))
		b->nx_off = false;
	return true;
}

/* swiotlb=SLOTS, a multiple of IO_TLB_SEGSIZE. */
static bool parse_swiotlb(struct boot *b, const char *arg, struct message *m)
{
	uint64_t slots = (memparse(arg, &arg) + IO_TLB_SEGSIZE - 1) / IO_TLB_SEGSIZE;

	if (slots > (1u << 30) >> IO_TLB_SHIFT)
		return fail(m, "swiotlb= is more than low memory can have");
	b->swiotlb_bytes = slots * IO_TLB_SEGSIZE << IO_TLB_SHIFT;
	return true;
}

static const struct {
	const char *name;
	bool (*setup)(struct boot *b, const char *arg, struct message *m);
} early_params[] = {
	{ "vmalloc", parse_vmalloc },       { "highmem", parse_highmem },
	{ "mem", parse_memopt },            { "memmap", parse_memmap_opt },
	{ "reservetop", parse_reservetop }, { "noexec", parse_noexec },
	{ "swiotlb", parse_swiotlb },
};

static bool parse_one(struct boot *b, char *word, struct message *m)
{
	char *value = strchr(word, '=');

	if (!zone_param_check(b->profile, word, m))
		return false;
	if (!value)
		return true;
	*value++ = '\0';
	for (size_t i = 0; i < sizeof(early_params) / sizeof(early_params[0]); i++)
		if (!strcmp(early_params[i].name, word))
			return early_params[i].setup(b, value, m);
	return true;
}

bool parse_early_param(struct boot *b, struct message *m)
{
	char line[sizeof(b->config->cmdline)], *rest = line, *word;

	memcpy(line, b->config->cmdline, sizeof(line));
	line[sizeof(line) - 1] = '\0';
	while ((word = strsep(&rest, " \t")))
		if (!parse_one(b, word, m))
			return false;
	sanitize_e820_map(&b->e820);
	return true;
}
