/*
 * Random users against every kernel there is: whatever they do, the pool's counts, the page
 * tables, the TLBs, the free lists and preempt_count stay what they must be, and a simulated crash
 * is never one of kmaplab.
 *
 * KMAPLAB_RANDOM is the number of acts (20,000), KMAPLAB_SEED where they begin.
 */
#include "driver.h"

static unsigned long number(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoul(value, NULL, 10) : otherwise;
}

static const char *const boots[] = {
	"kernel=2.6.27 cpus=2 pkmap=4 ram=1200",
	"kernel=2.6.27 cpus=4 pkmap=8 cpu=tiny debug_highmem=yes ram=2048",
	"kernel=2.6.27 cpus=1 pkmap=16 highmem=4g ram=1024",
	"kernel=6.1 cpus=2 pkmap=4 ram=1200",
	"kernel=6.1 cpus=4 pkmap=8 cpu=tiny debug_highmem=yes ram=4096",
	"kernel=6.1 cpus=3 highmem=4g cpu=pentium3 ram=1500",
	"kernel=2.4.27 cpus=2 pkmap=8 ram=1200",
	"kernel=2.6.32 cpus=3 pkmap=8 cpu=tiny ram=1200",
	"kernel=2.6.37 cpus=2 pkmap=8 ram=1200",
	"kernel=rhel3-hugemem split=4g4g cpus=2 pkmap=8 ram=6000",
	"kernel=2.4-aa highmem_emulation=yes cpus=2 pkmap=8 highmem=4g ram=800",
};

/* Long enough to get into trouble; an oops, or everything stuck, is answered by going back. */
static void use(struct driver *d, unsigned long acts)
{
	unsigned stuck = 0, before = 0;

	for (unsigned long i = 0; i < acts; i++) {
		driver_act(d);
		driver_check(d);
		stuck = d->done == before ? stuck + 1 : 0;
		before = d->done;
		if (stuck > 40 || (driver_halted(d) && driver_random(d, 20) == 0)) {
			driver_goto(d, driver_random(d, session_end(d->s) / 2 + 1));
			driver_check(d);
			stuck = 0;
		}
	}
}

START_TEST(anything_goes)
{
	struct driver d = { .illegal = true };
	unsigned long acts = number("KMAPLAB_RANDOM", 20000) / LENGTH(boots);

	driver_boot(&d, boots[_i], number("KMAPLAB_SEED", 1) * 1000 + (unsigned)_i);
	use(&d, acts);
	ck_assert_uint_gt(d.done, acts / 4);
	driver_free(&d);
}
END_TEST

START_TEST(anything_goes_with_things_broken)
{
	struct driver d = { .illegal = true, .knobs = true };
	unsigned long acts = number("KMAPLAB_RANDOM", 20000) / LENGTH(boots) / 4;

	driver_boot(&d, boots[_i], number("KMAPLAB_SEED", 1) * 2000 + (unsigned)_i);
	use(&d, acts);
	driver_free(&d);
}
END_TEST

int main(void)
{
	const struct lab_loop loops[] = {
		{ anything_goes, LENGTH(boots) },
		{ anything_goes_with_things_broken, LENGTH(boots) },
	};

	return lab_suite("random", NULL, 0, loops, LENGTH(loops));
}
