/*
 * Bounce buffers: which pages are exchanged for which device, from where the pages come and where
 * they go, who copies when and through which mapping, and what happens when there are none left.
 * Expectations are sequences of events, so that the order of effects is pinned.
 */
#include "lab.h"

#define ISA BLK_BOUNCE_ISA
#define PCI 0xffffffffull
#define DAC BLK_BOUNCE_ANY

/* A page's way through a transfer. */
#define WAY                                                                                     \
	"IO_SUBMIT ALLOC POOL_TAKE BOUNCE_ALLOC SLOT_MAP BOUNCE_COPY SLOT_UNMAP DEVICE_START "  \
	"DMA_READ DMA_WRITE DEVICE_DONE CONTEXT_ENTER BOUNCE_FREE POOL_PUT FREE IO_DONE "       \
	"CONTEXT_EXIT POOL_EMPTY SLEEP WAKE"

static void add_limited(struct world *w, const char *name, uint64_t mask, uint64_t limit)
{
	struct add_disk_frame f = { .mask = mask, .limit = limit };

	snprintf(f.name, sizeof(f.name), "%s", name);
	ck_assert_uint_ne(lab_do(w, 0, &add_disk_op, &f), 0);
}

static void add(struct world *w, const char *name, uint64_t reach)
{
	add_limited(w, name, reach, reach);
}

/* Submits a bio of n times the same page to the newest device; how that ended, and the number of the
 * bio. */
static enum lab_end submit(struct world *w, bool write, uint32_t pfn, unsigned n)
{
	struct submit_bio_frame f = { .device = (uint16_t)(w->machine.nr_devices - 1) };
	enum lab_end end = LAB_DONE;

	f.write = write;
	for (unsigned left = n; left; left -= f.n) {
		f.n = (uint8_t)(left > BIO_CHUNK ? BIO_CHUNK : left);
		for (unsigned i = 0; i < f.n; i++)
			f.pfn[i] = pfn;
		if (left > BIO_CHUNK)
			f.io = (uint32_t)lab_do(w, 0, &bio_add_page_op, &f);
		else
			end = lab_try(w, 0, &submit_bio_op, &f);
	}
	return end;
}

static uint32_t io(struct world *w, bool write, uint32_t pfn)
{
	ck_assert_int_eq(submit(w, write, pfn, 1), LAB_DONE);
	return w->kernel.block.last_io;
}

/* Whether the only page of a bio is bounced. */
static bool bounced(const struct world *w, uint32_t n)
{
	return bio_vec_get(w, n, 0)->bounce != 0;
}

/* lab_events() with frames that have no letter called b0, b1, ... in the order of appearance. */
static const char *events(const struct world *w, uint32_t from, const char *kinds)
{
	static char out[16384];
	unsigned long frames[64], n = 0, i;
	const char *s = lab_events(w, from, kinds);
	size_t len = 0;

	while (*s) {
		bool pfn = !strncmp(s, "pfn:", 4), pa = !strncmp(s, "(0x", 3);
		unsigned long value;
		char *end;

		if (!pfn && !pa) {
			out[len++] = *s++;
			continue;
		}
		value = strtoul(s + (pfn ? 4 : 3), &end, 16) >> (pa ? PAGE_SHIFT : 0);
		for (i = 0; i < n && frames[i] != value; i++)
			;
		if (i == n && n < LENGTH(frames))
			frames[n++] = value;
		len += (size_t)sprintf(out + len, "%sb%lu", pa ? "(" : "", i);
		s = end;
	}
	out[len] = '\0';
	return out;
}

static void fill(struct world *w, uint32_t pfn, unsigned char byte)
{
	unsigned char buf[PAGE_SIZE];

	memset(buf, byte, sizeof(buf));
	phys_write(&w->machine.phys, (uint64_t)pfn << PAGE_SHIFT, buf, sizeof(buf));
}

/* Takes every page that a request for a zone could get. */
static void exhaust(struct world *w, uint32_t gfp)
{
	while (alloc_pages_now(w, gfp | GFP_HIGH, 0))
		;
}

/* --- which pages ------------------------------------------------------------------------------ */

static const struct reach_row {
	const char *words;
	uint64_t reach;
	bool high, normal; /* whether a page of that zone is bounced */
} reach_rows[] = {
	{ "kernel=2.6.27", ISA, true, true },   { "kernel=2.6.27", PCI, false, false },
	{ "kernel=2.6.27", DAC, false, false }, { "kernel=2.6.32", ISA, true, true },
	{ "kernel=2.6.32", DAC, false, false }, { "kernel=2.6.37", ISA, true, true },
	{ "kernel=2.4.27", ISA, true, true },   { "kernel=2.4.27", PCI, false, false },
	{ "kernel=2.4.27", DAC, false, false }, { "kernel=2.4.27 highio=no", PCI, true, false },
	{ "kernel=2.4.27 highio=no", DAC, true, false },
	{ "kernel=6.1", PCI, false, false },    { "kernel=6.1", DAC, false, false },
	{ "kernel=2.6.27 ram=8192", PCI, true, false },
	{ "kernel=2.6.27 ram=8192", DAC, false, false },
	{ "kernel=2.4.27 ram=8192", PCI, true, false },
	/* A driver that leaves the limit alone gets low memory only. */
	{ "kernel=2.6.27", BLK_BOUNCE_HIGH, true, false },
	{ "kernel=2.4.27", BLK_BOUNCE_HIGH, true, false },
	{ "kernel=6.1", BLK_BOUNCE_HIGH, false, false },
	{ "kernel=6.1 bounce_fix=yes", BLK_BOUNCE_HIGH, true, false },
	{ "kernel=6.1 bounce_fix=yes", PCI, false, false },
};

START_TEST(a_queue_bounces_what_its_device_cannot_reach)
{
	const struct reach_row *row = &reach_rows[_i];
	struct world *w = lab_boot(row->words);
	uint32_t a = lab_page(w), b = lab_lowmem_page(w);

	add_limited(w, "disk", row->reach ? row->reach : DAC, row->reach);
	for (unsigned write = 0; write < 2; write++) {
		ck_assert_int_eq(bounced(w, io(w, write, a)), row->high);
		ck_assert_int_eq(bounced(w, io(w, write, b)), row->normal);
	}
	lab_run_all(w);
	ck_assert_uint_eq(w->kernel.stats.bounces, 2u * row->high + 2u * row->normal);
	ck_assert_uint_eq(w->kernel.stats.bytes_copied, w->kernel.stats.bounces * PAGE_SIZE);
	ck_assert_uint_eq(w->kernel.block.in_flight, 0);
	ck_assert_uint_eq(w->kernel.block.nr_bounce, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* The limit is a frame, and it lies within reach. */
START_TEST(the_last_frame_within_the_limit_is_not_bounced)
{
	struct world *w = lab_boot("kernel=2.6.27 ram=8192");

	add(w, "pci", PCI);
	ck_assert(!bounced(w, io(w, false, 0xfffff)));
	ck_assert(bounced(w, io(w, false, 0x100000)));
	add(w, "isa", ISA);
	ck_assert(!bounced(w, io(w, false, 0xfff)));
	ck_assert(bounced(w, io(w, false, 0x1000)));
	add_limited(w, "old", DAC, BLK_BOUNCE_HIGH);
	ck_assert(!bounced(w, io(w, false, (uint32_t)w->kernel.layout.max_low_pfn - 1)));
	ck_assert(bounced(w, io(w, false, (uint32_t)w->kernel.layout.max_low_pfn)));
	lab_free(w);
}
END_TEST

START_TEST(isa_pages_come_from_the_first_16_mib)
{
	static const char *const words[] = { "kernel=2.6.27", "kernel=2.4.27", "kernel=2.6.37" };
	struct world *w = lab_boot(words[_i]);
	uint32_t n;

	add(w, "isa", ISA);
	n = io(w, true, lab_page(w));
	ck_assert_uint_lt(bio_vec_get(w, n, 0)->bounce, 0x1000);
	lab_free(w);
}
END_TEST

/* --- the order of effects --------------------------------------------------------------------- */

START_TEST(a_write_is_copied_at_submission)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t from, a = lab_page(w);

	add(w, "isa", ISA);
	from = lab_now(w);
	io(w, true, a);
	ck_assert_str_eq(events(w, from, WAY " PKMAP_COUNT"),
	                 "0:IO_SUBMIT(1,0,1) 0:ALLOC(b0,0,0) 0:BOUNCE_ALLOC(A,b0,1) "
	                 "0:PKMAP_COUNT(1,1,0) 0:PKMAP_COUNT(1,2,1) 0:BOUNCE_COPY(A,b0,4096) "
	                 "0:PKMAP_COUNT(1,1,2) 0:DEVICE_START(0,1)");
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, WAY),
	                 "DMA_READ(b0,4096) DEVICE_DONE(0,0x39,0) 0:CONTEXT_ENTER(hardirq,0x10000) "
	                 "0:BOUNCE_FREE(b0,1) 0:FREE(b0,0,0) 0:IO_DONE(1,0,0) "
	                 "0:CONTEXT_EXIT(hardirq,0x0)");
	lab_free(w);
}
END_TEST

START_TEST(a_read_is_copied_in_the_interrupt)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t from, a = lab_page(w);

	add(w, "isa", ISA);
	from = lab_now(w);
	io(w, false, a);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, WAY),
	                 "0:IO_SUBMIT(1,0,1) 0:ALLOC(b0,0,0) 0:BOUNCE_ALLOC(A,b0,1) "
	                 "0:DEVICE_START(0,1) DMA_WRITE(b0,4096) DEVICE_DONE(0,0x39,0) "
	                 "0:CONTEXT_ENTER(hardirq,0x10000) 0:SLOT_MAP(fix 0+0,A,0) "
	                 "0:BOUNCE_COPY(b0,A,4096) 0:SLOT_UNMAP(fix 0+0,0) 0:BOUNCE_FREE(b0,1) "
	                 "0:FREE(b0,0,0) 0:IO_DONE(1,0,0) 0:CONTEXT_EXIT(hardirq,0x0)");
	lab_free(w);
}
END_TEST

/* A page of low memory is mapped already: no slot, neither of the pool nor of the fixmap. */
START_TEST(a_low_page_needs_no_slot)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t from, a = lab_lowmem_page(w);

	add(w, "isa", ISA);
	from = lab_now(w);
	io(w, true, a);
	io(w, false, a);
	lab_run_all(w);
	ck_assert_uint_eq(lab_count(w, from, EVENT_BOUNCE_COPY), 2);
	ck_assert_uint_eq(lab_count(w, from, EVENT_SLOT_MAP), 0);
	ck_assert_uint_eq(lab_count(w, from, EVENT_PKMAP_COUNT), 0);
	lab_free(w);
}
END_TEST

/* 2.4 maps for both copies in atomic slots: KM_USER0 (3) and KM_BOUNCE_READ (0). They stay. */
START_TEST(kernel_2_4_copies_through_atomic_slots)
{
	struct world *w = lab_boot("kernel=2.4.27");
	uint32_t from, a = lab_page(w);

	add(w, "isa", ISA);
	from = lab_now(w);
	io(w, true, a);
	ck_assert_str_eq(events(w, from, WAY),
	                 "0:IO_SUBMIT(1,0,1) 0:ALLOC(b0,0,0) 0:BOUNCE_ALLOC(A,b0,1) "
	                 "0:SLOT_MAP(fix 0+3,A,3) 0:BOUNCE_COPY(A,b0,4096) 0:DEVICE_START(0,1)");
	lab_run_all(w);
	from = lab_now(w);
	io(w, false, a);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, "SLOT_MAP BOUNCE_COPY BOUNCE_FREE IO_DONE"),
	                 "0:SLOT_MAP(fix 0+0,A,0) 0:BOUNCE_COPY(b0,A,4096) 0:IO_DONE(2,0,0) "
	                 "0:BOUNCE_FREE(b0,2)");
	lab_free(w);
}
END_TEST

/* With its test turned round, 6.1 maps in the task's own slots. */
START_TEST(kernel_6_1_would_copy_through_local_slots)
{
	struct world *w = lab_boot("kernel=6.1 bounce_fix=yes");
	uint32_t from, a = lab_page(w);

	add_limited(w, "usb", DAC, BLK_BOUNCE_HIGH);
	from = lab_now(w);
	io(w, true, a);
	ck_assert_str_eq(events(w, from, "BOUNCE_ALLOC SLOT_MAP BOUNCE_COPY SLOT_UNMAP"),
	                 "0:BOUNCE_ALLOC(A,b0,1) 0:SLOT_MAP(fix 0+0,A,0) 0:BOUNCE_COPY(A,b0,4096) "
	                 "0:SLOT_UNMAP(fix 0+0,0)");
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, "SLOT_MAP BOUNCE_COPY SLOT_UNMAP BOUNCE_FREE"),
	                 "0:BOUNCE_FREE(b0,1)");
	from = lab_now(w);
	io(w, false, a);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, "SLOT_MAP BOUNCE_COPY SLOT_UNMAP BOUNCE_FREE"),
	                 "0:SLOT_MAP(fix 0+0,A,0) 0:BOUNCE_COPY(b0,A,4096) 0:SLOT_UNMAP(fix 0+0,0) "
	                 "0:BOUNCE_FREE(b0,2)");
	lab_free(w);
}
END_TEST

/* 6.1 as it is: the block layer bounces nothing, and the DMA API refuses what ISA cannot reach. */
START_TEST(kernel_6_1_never_bounces)
{
	struct world *w = lab_boot("kernel=6.1");
	uint32_t from, n, a = lab_page(w);

	add(w, "isa", ISA);
	from = lab_now(w);
	n = io(w, true, a);
	ck_assert_str_eq(lab_events(w, from, WAY), "0:IO_SUBMIT(1,0,1) 0:IO_DONE(1,0,1)");
	ck_assert(bio_get(w, n)->failed && !bio_get(w, n)->in_flight);
	n = io(w, true, 0xfff); /* within reach */
	ck_assert(!bio_get(w, n)->failed);
	lab_run_all(w);
	ck_assert_uint_eq(w->kernel.stats.bounces, 0);
	lab_free(w);
}
END_TEST

/* --- SWIOTLB ---------------------------------------------------------------------------------- */

#define TLB_WAY                                                                                  \
	"IO_SUBMIT SWIOTLB_MAP SLOT_MAP BOUNCE_COPY SLOT_UNMAP DEVICE_START DMA_MAP_FAIL DMA_READ " \
	"DMA_WRITE CONTEXT_ENTER SWIOTLB_UNMAP IO_DONE"

static const char *const tlb_words = "kernel=6.1 ram=8192";

/* A frame beyond 4 GiB, which a 32-bit device cannot reach. */
static uint32_t beyond(const struct world *w)
{
	return (uint32_t)w->kernel.layout.max_pfn - 100;
}

/* The pool lies in low memory, and only a PAE build with RAM above 4 GiB has one. */
START_TEST(swiotlb_is_set_aside_at_boot)
{
	struct world *w = lab_boot(tlb_words);
	uint64_t start = w->kernel.swiotlb.start;

	ck_assert_uint_eq(w->kernel.swiotlb.nslabs, 32768);
	ck_assert_uint_ne(start, 0);
	ck_assert_uint_lt((start + (64u << 20)) >> PAGE_SHIFT, w->kernel.layout.max_low_pfn);
	ck_assert_uint_eq(pfn_to_page(w, start >> PAGE_SHIFT)->use, PAGE_RESERVED);
	lab_free(w);
	w = lab_boot("kernel=6.1 ram=2048");
	ck_assert_uint_eq(w->kernel.swiotlb.nslabs, 0);
	lab_free(w);
	w = lab_boot("kernel=2.6.37 ram=8192");
	ck_assert_uint_eq(w->kernel.swiotlb.nslabs, 0);
	lab_free(w);
}
END_TEST

/* Both ways the page is copied in when it is mapped; what was read is copied out in the interrupt. */
START_TEST(the_dma_api_bounces_beyond_the_mask)
{
	struct world *w = lab_boot(tlb_words);
	uint32_t from, a = beyond(w);

	add(w, "pci", PCI);
	fill(w, a, 0x5a);
	from = lab_now(w);
	io(w, true, a);
	ck_assert_str_eq(events(w, from, TLB_WAY),
	                 "0:IO_SUBMIT(1,0,1) 0:SWIOTLB_MAP(b0,b1,1) 0:SLOT_MAP(fix 0+0,b0,0) "
	                 "0:BOUNCE_COPY(b0,b1,4096) 0:SLOT_UNMAP(fix 0+0,0) 0:DEVICE_START(0,1)");
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, TLB_WAY),
	                 "DMA_READ(b0,4096) 0:CONTEXT_ENTER(hardirq,0x10000) "
	                 "0:SWIOTLB_UNMAP(b1,b0,1) 0:IO_DONE(1,0,0)");
	fill(w, a, 0);
	from = lab_now(w);
	io(w, false, a);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, TLB_WAY),
	                 "0:IO_SUBMIT(2,0,1) 0:SWIOTLB_MAP(b0,b1,2) 0:SLOT_MAP(fix 0+0,b0,0) "
	                 "0:BOUNCE_COPY(b0,b1,4096) 0:SLOT_UNMAP(fix 0+0,0) 0:DEVICE_START(0,1) "
	                 "DMA_WRITE(b1,4096) 0:CONTEXT_ENTER(hardirq,0x10000) "
	                 "0:SLOT_MAP(fix 0+0,b0,0) 0:BOUNCE_COPY(b1,b0,4096) "
	                 "0:SLOT_UNMAP(fix 0+0,0) 0:SWIOTLB_UNMAP(b0,b1,2) 0:IO_DONE(2,0,0)");
	ck_assert_uint_eq(lab_frame_word(w, a), 0x5a5a5a5a);
	ck_assert_uint_eq(w->kernel.swiotlb.used, 0);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* What the device reaches is not copied; what 24 lines cannot reach the pool does not help. */
START_TEST(swiotlb_has_its_limits)
{
	struct world *w = lab_boot(tlb_words);
	uint32_t from, n;

	add(w, "pci", PCI);
	from = lab_now(w);
	io(w, true, 0xfffff);
	ck_assert_uint_eq(lab_count(w, from, EVENT_SWIOTLB_MAP), 0);
	lab_run_all(w);
	add(w, "isa", ISA);
	n = io(w, true, beyond(w));
	ck_assert(bio_get(w, n)->failed);
	ck_assert_uint_eq(bio_get(w, n)->bounced, 0);
	ck_assert_uint_eq(w->kernel.swiotlb.used, 0);
	lab_free(w);
}
END_TEST

/* Slots run out: the mapping fails at once and gives back what it had; nobody sleeps. */
START_TEST(a_full_swiotlb_is_an_error)
{
	struct boot_config c = lab_config(tlb_words);
	struct world *w;
	uint32_t from;

	snprintf(c.cmdline, sizeof(c.cmdline), "swiotlb=100");
	w = lab_boot_config(&c);
	ck_assert_uint_eq(w->kernel.swiotlb.nslabs, 128);
	add(w, "pci", PCI);
	ck_assert_int_eq(submit(w, true, beyond(w), 60), LAB_DONE);
	ck_assert_uint_eq(w->kernel.swiotlb.used, 120);
	from = lab_now(w);
	ck_assert_int_eq(submit(w, true, beyond(w), 5), LAB_DONE);
	ck_assert_str_eq(lab_events(w, from, "DMA_MAP_FAIL IO_DONE SLEEP"),
	                 "0:DMA_MAP_FAIL(2,128,128) 0:IO_DONE(2,0,1)");
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - 1),
	                 "pci: swiotlb buffer is full (sz: 4096 bytes), total 128 (slots), used 128 "
	                 "(slots)");
	ck_assert_uint_eq(w->kernel.swiotlb.used, 120);
	lab_run_all(w);
	ck_assert_uint_eq(w->kernel.swiotlb.used, 0);
	lab_free(w);
}
END_TEST

/* --- the interrupt ---------------------------------------------------------------------------- */

/* A handler that runs with interrupts on (as they did when a driver did not say SA_INTERRUPT) has
 * them off while KM_BOUNCE_READ is in use, and on again behind it. */
START_TEST(the_slot_is_used_with_interrupts_off)
{
	struct world *w = lab_boot("kernel=2.6.27");

	add(w, "isa", ISA);
	io(w, false, lab_page(w));
	lab_step_to(w, 0, "rq = HWGROUP(drive)->rq;");
	w->machine.cpu[0].eflags_if = true;
	lab_step_to(w, 0, "local_irq_save(flags);");
	ck_assert(!irqs_disabled(w, 0));
	lab_step_to(w, 0, "memcpy(vto + to->bv_offset, vfrom, to->bv_len);");
	ck_assert(irqs_disabled(w, 0) && in_irq(w, 0));
	ck_assert_uint_ne(kernel_pte(w, slot_address(w, 0, 0)), 0);
	lab_step_to(w, 0, "local_irq_restore(flags);");
	ck_assert(irqs_disabled(w, 0));
	ck_assert_uint_eq(kernel_pte(w, slot_address(w, 0, 0)), 0);
	lab_step_to(w, 0, "dec_zone_page_state(bvec->bv_page, NR_BOUNCE);");
	ck_assert(!irqs_disabled(w, 0));
	lab_free(w);
}
END_TEST

START_TEST(the_slot_check_is_content)
{
	struct world *w = lab_boot("kernel=2.6.27 debug_highmem=yes");

	add(w, "isa", ISA);
	io(w, false, lab_page(w));
	lab_run_all(w);
	ck_assert_uint_eq(w->kernel.stats.bounces, 1);
	ck_assert_uint_eq(w->kernel.stats.warnings, 0);
	ck_assert_uint_eq(w->kernel.stats.oops, 0);
	lab_free(w);
}
END_TEST

/* While the CPU has interrupts off the bytes arrive, but not behind the bounce page. */
START_TEST(without_interrupts_nothing_is_copied_back)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t a = lab_page(w), n;

	add(w, "isa", ISA);
	fill(w, a, 0x11);
	n = io(w, false, a);
	DO(w, 0, local_irq_disable, 0);
	machine_wait(&w->machine, 0, w->machine.device[0].due);
	ck_assert_int_eq(world_step(w, 0), STEP_TAKEN); /* the device's, not the CPU's */
	ck_assert_uint_eq(lab_frame_word(w, bio_vec_get(w, n, 0)->bounce), 0);
	ck_assert_uint_eq(lab_frame_word(w, a), 0x11111111);
	ck_assert_int_eq(world_step(w, 0), STEP_NOTHING);
	DO(w, 0, local_irq_enable, 0);
	lab_run_all(w);
	ck_assert_uint_eq(lab_frame_word(w, a), 0);
	lab_free(w);
}
END_TEST

/* --- the bytes -------------------------------------------------------------------------------- */

START_TEST(the_bytes_arrive)
{
	static const char *const words[] = { "kernel=2.6.27", "kernel=2.4.27", "kernel=2.6.32",
		                             "kernel=2.6.37", "kernel=6.1 bounce_fix=yes" };
	struct world *w = lab_boot(words[_i]);
	uint32_t a = lab_page(w), n, stored = 0;

	add_limited(w, "disk", DAC, BLK_BOUNCE_HIGH);
	fill(w, a, 0x5a);
	n = io(w, true, a);
	ck_assert(bounced(w, n));
	fill(w, a, 0x11); /* too late: the copy was made */
	lab_run_all(w);
	device_medium_read(&w->machine.device[0], PAGE_SIZE - 4, &stored, 4);
	ck_assert_uint_eq(stored, 0x5a5a5a5a);
	n = io(w, false, a);
	ck_assert_uint_eq(lab_frame_word(w, a), 0x11111111);
	lab_run_all(w);
	ck_assert_uint_eq(lab_frame_word(w, a), 0x5a5a5a5a);
	lab_free(w);
}
END_TEST

/* --- pools ------------------------------------------------------------------------------------ */

START_TEST(pools_are_made_with_the_devices)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint64_t normal = w->kernel.zone[ZONE_NORMAL].free, dma = w->kernel.zone[ZONE_DMA].free;

	add(w, "pci", PCI);
	ck_assert_uint_eq(w->kernel.zone[ZONE_NORMAL].free, normal - 64);
	ck_assert_uint_eq(w->kernel.zone[ZONE_DMA].free, dma);
	add(w, "isa", ISA);
	ck_assert_uint_eq(w->kernel.zone[ZONE_DMA].free, dma - 16);
	ck_assert_str_eq(dmesg_line(w, w->kernel.dmesg.n - 1), "isa bounce pool size: 16 pages");
	add(w, "isa2", ISA);
	ck_assert_uint_eq(w->kernel.zone[ZONE_DMA].free, dma - 16);
	ck_assert_uint_eq(w->kernel.zone[ZONE_NORMAL].free, normal - 64);
	lab_free(w);
}
END_TEST

START_TEST(without_dma_memory_an_isa_driver_finds_a_bug)
{
	struct world *w = lab_boot("kernel=2.6.27");
	struct add_disk_frame f = { .name = "isa", .mask = ISA, .limit = ISA };

	exhaust(w, GFP_DMA);
	ck_assert_int_eq(lab_try(w, 0, &add_disk_op, &f), LAB_OOPS);
	lab_free(w);
}
END_TEST

/* The allocator first; the pool when it has nothing; the page goes back to the pool. */
START_TEST(the_pool_is_the_last_resort)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t from, a = lab_page(w);

	add(w, "isa", ISA);
	exhaust(w, GFP_DMA);
	from = lab_now(w);
	io(w, false, a);
	lab_run_all(w);
	ck_assert_str_eq(events(w, from, "ALLOC POOL_TAKE BOUNCE_ALLOC BOUNCE_FREE FREE POOL_PUT"),
	                 "0:POOL_TAKE(1,b0,15) 0:BOUNCE_ALLOC(A,b0,1) 0:BOUNCE_FREE(b0,1) "
	                 "0:POOL_PUT(1,b0,16)");
	ck_assert_uint_eq(lab_count(w, from, EVENT_ALLOC_FAIL), 1);
	ck_assert_ptr_null(strstr(dmesg_line(w, w->kernel.dmesg.n - 1), "failure"));
	ck_assert_uint_eq(w->kernel.block.pool[ISA_PAGE_POOL].curr_nr, 16);
	lab_free(w);
}
END_TEST

/* Sixteen pages are all there are: the next submitter sleeps, and the first page that comes back
 * wakes it. */
START_TEST(an_empty_pool_puts_to_sleep)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t from, a = lab_page(w);
	unsigned task;

	add(w, "isa", ISA);
	exhaust(w, GFP_DMA);
	ck_assert_int_eq(submit(w, false, a, 16), LAB_DONE);
	ck_assert_uint_eq(w->kernel.block.pool[ISA_PAGE_POOL].curr_nr, 0);
	from = lab_now(w);
	task = w->kernel.cpu[0].current;
	ck_assert_int_eq(submit(w, true, a, 1), LAB_ASLEEP);
	ck_assert_str_eq(lab_events(w, from, "IO_SUBMIT POOL_EMPTY SLEEP"),
	                 "0:IO_SUBMIT(2,0,1) 0:POOL_EMPTY(1,0) 0:SLEEP(3,3)");
	ck_assert_uint_eq(task_get(w, task)->waiting_on, ISA_PAGE_POOL_WAIT);
	from = lab_now(w);
	lab_run_all(w);
	ck_assert_uint_eq(lab_count(w, from, EVENT_WAKE), 1);
	ck_assert_str_eq(events(w, from, "WAKE POOL_TAKE IO_DONE DEVICE_START"),
	                 "0:WAKE(3,3) 0:IO_DONE(1,0,0) 0:POOL_TAKE(1,b0,15) 0:DEVICE_START(0,1) "
	                 "0:IO_DONE(2,0,0)");
	ck_assert_uint_eq(w->kernel.block.pool[ISA_PAGE_POOL].curr_nr, 16);
	ck_assert_uint_eq(task_get(w, task)->waiting_on, WAIT_NONE);
	lab_sound(w);
	lab_free(w);
}
END_TEST

/* 2.4 does not sleep: it tries again until the interrupt has brought pages back. */
START_TEST(kernel_2_4_tries_again)
{
	struct world *w = lab_boot("kernel=2.4.27");
	uint32_t from, a = lab_page(w);

	add_limited(w, "disk", DAC, BLK_BOUNCE_HIGH);
	exhaust(w, 0);
	ck_assert_int_eq(submit(w, false, a, 32), LAB_DONE);
	ck_assert_uint_eq(w->kernel.block.pool[PAGE_POOL].curr_nr, 0);
	from = lab_now(w);
	ck_assert_int_eq(submit(w, false, a, 1), LAB_DONE);
	ck_assert_str_eq(events(w, from, "POOL_EMPTY CONTEXT_ENTER IO_DONE POOL_TAKE SLEEP"),
	                 "0:POOL_EMPTY(0,0) 0:CONTEXT_ENTER(hardirq,0x100) 0:IO_DONE(1,0,0) "
	                 "0:POOL_TAKE(0,b0,31)");
	lab_run_all(w);
	ck_assert_uint_eq(w->kernel.block.pool[PAGE_POOL].curr_nr, 32);
	lab_free(w);
}
END_TEST

/* mm/highmem.c alloc_bounce_page(), 2.4.27: the allocator is asked once. Who then found no
 * emergency page either takes the next of those, and none that somebody has freed meanwhile. */
START_TEST(kernel_2_4_asks_the_allocator_once)
{
	struct world *w = lab_boot("kernel=2.4.27 cpus=1");
	uint32_t from, a = lab_page(w), page = (uint32_t)alloc_pages_now(w, GFP_KERNEL, 0);

	add_limited(w, "disk", DAC, BLK_BOUNCE_HIGH);
	exhaust(w, 0);
	ck_assert_int_eq(submit(w, false, a, 32), LAB_DONE);
	from = lab_now(w);
	START(w, 0, submit_bio, .device = (uint16_t)(w->machine.nr_devices - 1), .n = 1, .pfn = { a });
	lab_step_to(w, 0, "run_task_queue(&tq_disk); yield(); goto repeat_alloc;");
	free_pages_now(w, page, 0);
	lab_run_all(w);
	ck_assert_str_eq(lab_events(w, from, "ALLOC POOL_EMPTY IO_DONE"),
	                 "0:POOL_EMPTY(0,0) 0:IO_DONE(1,0,0) 0:IO_DONE(2,0,0)");
	lab_free(w);
}
END_TEST

/* kmap() at submission sleeps for a slot of its own pool. */
START_TEST(a_full_kmap_pool_puts_the_submitter_to_sleep)
{
	struct world *w = lab_boot("kernel=2.6.27 pkmap=4");
	uint32_t a = lab_page(w);

	add(w, "isa", ISA);
	DO(w, 0, kmap, .pfn = a);
	for (unsigned i = 1; i < 4; i++)
		DO(w, 0, kmap, .pfn = lab_page(w));
	ck_assert_int_eq(submit(w, true, lab_page(w), 1), LAB_ASLEEP);
	ck_assert_uint_eq(waiters(w, PKMAP_MAP_WAIT), 1);
	DO(w, 1, kunmap, .pfn = a);
	lab_run_all(w);
	ck_assert_uint_eq(w->kernel.block.in_flight, 0);
	ck_assert_uint_eq(w->kernel.stats.bytes_copied, PAGE_SIZE);
	lab_free(w);
}
END_TEST

/* --- queues ----------------------------------------------------------------------------------- */

START_TEST(a_device_does_one_thing_at_a_time)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t from, a = lab_page(w);

	add(w, "dac", DAC);
	from = lab_now(w);
	for (unsigned i = 0; i < 3; i++)
		io(w, i == 1, a);
	ck_assert_str_eq(lab_events(w, from, "DEVICE_START IO_DONE"), "0:DEVICE_START(0,1)");
	lab_run_all(w);
	ck_assert_str_eq(lab_events(w, from, "DEVICE_START IO_DONE DMA_READ DMA_WRITE"),
	                 "0:DEVICE_START(0,1) DMA_WRITE(A+0,4096) 0:IO_DONE(1,0,0) "
	                 "0:DEVICE_START(0,1) DMA_READ(A+0,4096) 0:IO_DONE(2,0,0) "
	                 "0:DEVICE_START(0,1) DMA_WRITE(A+0,4096) 0:IO_DONE(3,0,0)");
	lab_free(w);
}
END_TEST

START_TEST(so_many_bios_and_no_more)
{
	struct world *w = lab_boot("kernel=2.6.27");
	uint32_t a = lab_page(w);

	add(w, "dac", DAC);
	for (unsigned i = 1; i <= BIOS; i++)
		ck_assert_uint_eq(io(w, false, a), i);
	ck_assert_uint_eq(DO(w, 0, submit_bio, .n = 1, .pfn = { a }), 0);
	lab_run_all(w);
	ck_assert_uint_eq(w->kernel.block.in_flight, 0);
	ck_assert_uint_eq(io(w, false, a), BIOS + 1);
	ck_assert_ptr_null(bio_get(w, 1)); /* its place was needed */
	ck_assert_ptr_nonnull(bio_get(w, 2));
	lab_free(w);
}
END_TEST

/* --- the world as a value --------------------------------------------------------------------- */

START_TEST(a_clone_in_the_middle_goes_the_same_way)
{
	struct world *w = lab_boot("kernel=2.6.27"), *copy;
	uint32_t from, a = lab_page(w);
	uint64_t hash;

	add(w, "isa", ISA);
	io(w, false, a);
	hash = world_hash(w);
	lab_step_to(w, 0, "memcpy(vto + to->bv_offset, vfrom, to->bv_len);");
	from = lab_now(w);
	copy = lab_clone(w);
	lab_run_all(w);
	ck_assert_uint_ne(world_hash(w), world_hash(copy));
	ck_assert_uint_ne(world_hash(copy), hash);
	lab_run_all(copy);
	lab_same_events(w, copy, from);
	ck_assert_uint_eq(world_hash(w), world_hash(copy));
	lab_free(copy);
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		swiotlb_is_set_aside_at_boot, the_dma_api_bounces_beyond_the_mask,
		swiotlb_has_its_limits, a_full_swiotlb_is_an_error,
		the_last_frame_within_the_limit_is_not_bounced, a_write_is_copied_at_submission,
		a_read_is_copied_in_the_interrupt, a_low_page_needs_no_slot,
		kernel_2_4_copies_through_atomic_slots, kernel_6_1_would_copy_through_local_slots,
		kernel_6_1_never_bounces, the_slot_is_used_with_interrupts_off,
		the_slot_check_is_content, without_interrupts_nothing_is_copied_back,
		pools_are_made_with_the_devices, without_dma_memory_an_isa_driver_finds_a_bug,
		the_pool_is_the_last_resort, an_empty_pool_puts_to_sleep, kernel_2_4_tries_again,
		kernel_2_4_asks_the_allocator_once,
		a_full_kmap_pool_puts_the_submitter_to_sleep, a_device_does_one_thing_at_a_time,
		so_many_bios_and_no_more, a_clone_in_the_middle_goes_the_same_way,
	};
	const struct lab_loop loops[] = {
		{ a_queue_bounces_what_its_device_cannot_reach, LENGTH(reach_rows) },
		{ isa_pages_come_from_the_first_16_mib, 3 },
		{ the_bytes_arrive, 5 },
	};

	return lab_suite("bounce", tests, LENGTH(tests), loops, LENGTH(loops));
}
