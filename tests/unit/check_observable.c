/*
 * The table of observables: every row is documented and can be read, the promised ones are there,
 * and what they say agrees with the world.
 */
#include "lab.h"

#include "lab/expr.h"
#include "lab/observe.h"
#include "lab/words.h"

#include "kernel/atomic.h"
#include "kernel/highmem.h"

#include <ctype.h>

/* Others rely on these; see also NEWS. [i] and (P) stand for an argument. */
static const char *const promised[] = {
	"page_offset", "high_memory", "max_pfn", "max_low_pfn", "vmalloc.start", "vmalloc.end",
	"pkmap.base", "pkmap.size", "pkmap.last", "pkmap.used", "pkmap.count[i]", "pkmap.waiters",
	"fixmap.top", "fixmap.start", "fixmap.kmap_begin", "zone.DMA", "zone.Normal", "zone.HighMem",
	"zone.DMA.start_pfn", "zone.DMA.spanned", "zone.DMA.present", "zone.DMA.free",
	"zone.DMA.min", "zone.DMA.low", "zone.DMA.high", "zone.DMA.protection[i]",
	"zone.Normal.free", "zone.Normal.protection[i]", "zone.HighMem.free",
	"zone.HighMem.protection[i]", "min_free_kbytes", "cpu[i].preempt_count", "cpu[i].context",
	"tlb[i].used", "tlb[i].stale", "page(P).pfn", "page(P).va", "page(P).zone", "stats.kmaps",
	"stats.pkmap_flushes", "stats.ipi", "stats.ipi_received", "stats.tlb_hits",
	"stats.tlb_misses", "stats.invlpg", "stats.full_flushes", "stats.bounces",
	"stats.bytes_copied", "stats.oops", "cycles", "steps",
};

static const struct observable *find(const char *name)
{
	for (const struct observable *o = observables; o->name; o++)
		if (!strcmp(o->name, name))
			return o;
	return NULL;
}

/* Reads one that must be readable. */
static struct observation read_one(const struct world *w, const char *name, uint64_t index)
{
	struct observation o = { .n = 0 };
	struct message m = { "" };
	const struct observable *row = find(name);

	ck_assert_msg(row, "there is no %s", name);
	ck_assert_msg(row->read(w, index, &o, &m), "%s: %s", name, m.text);
	return o;
}

static uint64_t number(const struct world *w, const char *name, uint64_t index)
{
	return read_one(w, name, index).n;
}

START_TEST(the_promised_ones_are_there)
{
	for (size_t i = 0; i < LENGTH(promised); i++)
		ck_assert_msg(find(promised[i]), "%s is gone", promised[i]);
}
END_TEST

START_TEST(every_row_is_documented_once)
{
	for (const struct observable *o = observables; o->name; o++) {
		ck_assert_msg(strlen(o->doc) > 10 && o->doc[strlen(o->doc) - 1] == '.', "%s: %s",
		              o->name, o->doc);
		ck_assert_msg(find(o->name) == o, "%s stands there twice", o->name);
	}
}
END_TEST

/* The argument that makes sense for a row: a page for (P), else 0. */
START_TEST(every_row_can_be_read_and_says_its_type)
{
	struct world *w = lab_boot("ram=2048 cpus=2");

	for (const struct observable *o = observables; o->name; o++) {
		struct observation value = { .n = 99 };
		struct message m = { "" };
		bool ok = o->read(w, strchr(o->name, '(') ? 0x1000 : 0, &value, &m);

		ck_assert_msg(ok || m.text[0], "%s fails without a word", o->name);
		ck_assert_msg(!ok || value.type == o->type, "%s has another type", o->name);
		ck_assert_msg(!ok || value.type != OBS_WORD || value.word, "%s has no word", o->name);
		ck_assert_msg(!strchr(o->name, '[') || !o->read(w, 1ull << 32, &value, &m) ||
		              strchr(o->name, '('), "%s has no end", o->name);
	}
	lab_free(w);
}
END_TEST

START_TEST(the_layout_of_two_gigabytes)
{
	struct world *w = lab_boot("ram=2048 cpus=2 nr_cpus=8");

	ck_assert_uint_eq(number(w, "page_offset", 0), 0xc0000000);
	ck_assert_uint_eq(number(w, "high_memory", 0), 0xf8000000);
	ck_assert_uint_eq(number(w, "vmalloc.start", 0), 0xf8800000);
	ck_assert_uint_eq(number(w, "vmalloc.end", 0), 0xff9fe000);
	ck_assert_uint_eq(number(w, "pkmap.base", 0), 0xffa00000);
	ck_assert_uint_eq(number(w, "pkmap.size", 0), 512);
	ck_assert_uint_eq(number(w, "fixmap.kmap_begin", 0), 69);
	ck_assert_uint_eq(number(w, "max_low_pfn", 0), 229376);
	ck_assert_uint_eq(number(w, "zone.HighMem.start_pfn", 0), 229376);
	ck_assert_uint_eq(number(w, "zone.Normal.min", 0), 936);
	ck_assert_uint_eq(number(w, "zone.DMA.protection[i]", 1), 873);
	ck_assert_uint_eq(number(w, "cpus", 0), 2);
	lab_free(w);
}
END_TEST

START_TEST(a_zone_that_is_not_there_has_no_pages)
{
	struct world *w = lab_boot("ram=512");
	struct observation o;
	struct message m;

	w->kernel.nr_zones = ZONE_HIGHMEM;
	ck_assert_uint_eq(number(w, "zone.HighMem", 0), 0);
	ck_assert_uint_eq(number(w, "zone.HighMem.free", 0), 0);
	ck_assert(!find("zone.HighMem.start_pfn")->read(w, 0, &o, &m));
	lab_free(w);
}
END_TEST

START_TEST(the_pool_is_counted)
{
	struct world *w = lab_boot("ram=2048 pkmap=4");
	uint32_t a = lab_page(w), b = lab_page(w);

	DO(w, 0, kmap, .pfn = a);
	DO(w, 0, kmap, .pfn = a);
	DO(w, 0, kmap, .pfn = b);
	TRY(w, 0, kunmap, .pfn = b);
	ck_assert_uint_eq(number(w, "pkmap.used", 0), 1);
	ck_assert_uint_eq(number(w, "pkmap.unused", 0), 1);
	ck_assert_uint_eq(number(w, "pkmap.free", 0), 2);
	ck_assert_uint_eq(number(w, "pkmap.count[i]", 1), 3);
	ck_assert_uint_eq(number(w, "pkmap.pfn[i]", 1), a);
	ck_assert_uint_eq(number(w, "pkmap.last", 0), 2);
	ck_assert_uint_eq(number(w, "page(P).slot", a), 1);
	ck_assert_uint_eq(number(w, "page(P).count", a), 3);
	ck_assert_uint_eq(number(w, "page(P).va", a), number(w, "pkmap.va[i]", 1));
	ck_assert_uint_eq(number(w, "stats.kmaps", 0), 3);
	ck_assert_str_eq(read_one(w, "page(P).zone", a).word, "HighMem");
	lab_free(w);
}
END_TEST

START_TEST(atomic_slots_and_contexts_are_seen)
{
	struct world *w = lab_boot("ram=2048 cpus=2");
	uint32_t a = lab_page(w);
	uint64_t va = DO(w, 1, kmap_atomic, .pfn = a, .slot = profile_slot(w->kernel.profile, "USER0"));

	ck_assert_uint_eq(number(w, "fixmap.used", 0), 1);
	ck_assert_uint_eq(number(w, "cpu[i].slots", 0), 0);
	ck_assert_uint_eq(number(w, "cpu[i].slots", 1), 1);
	ck_assert_uint_eq(number(w, "cpu[i].preempt_count", 1), 1);
	ck_assert_str_eq(read_one(w, "cpu[i].context", 1).word, "task");
	ck_assert_uint_eq(slot_address(w, 1, 3), va);
	context_enter(w, 0, CONTEXT_SOFTIRQ, true);
	ck_assert_str_eq(read_one(w, "cpu[i].context", 0).word, "softirq");
	lab_free(w);
}
END_TEST

START_TEST(a_stale_entry_is_counted)
{
	struct world *w = lab_boot("ram=2048 pkmap=4 cpus=1");
	uint32_t a = lab_page(w);
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = a);

	lab_load(w, 0, va);
	ck_assert_uint_eq(number(w, "tlb[i].stale", 0), 0);
	w->kernel.broken.no_wrap_flush = true;
	TRY(w, 0, kunmap, .pfn = a);
	TRY(w, 0, kmap_flush_unused, 0);
	ck_assert_uint_eq(number(w, "tlb[i].stale", 0), 1);
	ck_assert_uint_ge(number(w, "tlb[i].used", 0), 1);
	ck_assert_uint_ge(number(w, "tlb[i].global", 0), 1);
	lab_free(w);
}
END_TEST

/* The entry of the direct map's page, found in memory by its address. */
START_TEST(an_entry_is_where_it_is_said_to_be)
{
	struct world *w = lab_boot("ram=2048 pkmap=4 cpus=1");
	uint32_t va = (uint32_t)DO(w, 0, kmap, .pfn = lab_page(w));
	uint64_t pa = number(w, "pte[i].pa", va), entry = number(w, "pte[i].entry", va);
	struct observation o;
	struct message m;

	ck_assert_uint_eq(phys_read64(&w->machine.phys, pa), entry);
	ck_assert_uint_eq((entry & 0xfffffffff000ull) >> 12, number(w, "pkmap.pfn[i]", 1));
	ck_assert(!observe_pte_pa(w, 1ull << 32, &o, &m));
	lab_free(w);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		the_promised_ones_are_there,
		every_row_is_documented_once,
		every_row_can_be_read_and_says_its_type,
		the_layout_of_two_gigabytes,
		a_zone_that_is_not_there_has_no_pages,
		the_pool_is_counted,
		atomic_slots_and_contexts_are_seen,
		a_stale_entry_is_counted,
		an_entry_is_where_it_is_said_to_be,
	};

	return lab_suite("observable", tests, LENGTH(tests), NULL, 0);
}
