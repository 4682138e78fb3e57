/*
 * Random users against every kernel there is, in many builds: whatever they do, the invariants hold
 * after every step, and a simulated crash is never one of kmaplab.
 *
 * KMAPLAB_RANDOM is the number of operations (20,000), KMAPLAB_SEED where they begin. They are shared out
 * evenly among all kernels of data/kernels in all builds of the table below that the kernel can have;
 * what it cannot must be refused with a reason. `make random` does a million.
 */
#include "driver.h"

#include "machine/conf.h"

static unsigned long number(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value && *value ? strtoul(value, NULL, 10) : otherwise;
}

static const char *const builds[] = {
	"cpus=2 pkmap=4 ram=1200",
	"cpus=4 pkmap=8 cpu=tiny debug_highmem=yes ram=2048",
	"cpus=1 pkmap=16 highmem=4g ram=1024",
	"cpus=3 highmem=4g cpu=pentium3 ram=1500",
	"cpus=8 pkmap=8 highpte=yes ram=4096",
	"cpus=2 highmem=off ram=512",
	"cpus=2 split=2g pkmap=8 ram=3000",
	"cpus=2 split=1g highmem=4g pkmap=8 ram=3500",
	"cpus=2 split=3g_opt highmem=4g pkmap=8 ram=2048",
	"cpus=2 split=3.5g pkmap=8 ram=2048",
	"cpus=3 highpte=yes debug_highmem=yes cpu=tiny pkmap=8 ram=1200",
	"cpus=2 ram=8192",
	"cpus=2 highmem_emulation=yes pkmap=8 ram=256",
	"cpus=2 patch=0 pkmap=8 ram=1200",
	"cpus=2 patch=1 pkmap=8 ram=1200",
	"cpus=3 patch=2 pkmap=8 ram=1200",
	"cpus=2 patch=3 debug_highmem=yes pkmap=8 ram=1200",
	"cpus=4 patch=4 cpu=tiny pkmap=8 ram=1200",
};

/* What is booted: each kernel in each build that it can have. */
#define BOOTS_MAX 200
static char boots[BOOTS_MAX][128];
static int nr_boots;

static void add_boot(const char *kernel, const char *build)
{
	/* 4G/4G is all that this one has; it is its own name for a split. */
	const char *split = strstr(kernel, "hugemem") ? "split=4g4g" : "";
	struct message m = { "" };
	struct boot_config c;

	if (*split && strstr(build, "split="))
		return;
	ck_assert_int_lt(nr_boots, BOOTS_MAX);
	snprintf(boots[nr_boots], sizeof(boots[0]), "kernel=%s %s %s", kernel, split, build);
	c = lab_config(boots[nr_boots]);
	if (lab_boot_refused(&c, &m))
		nr_boots++;
	else
		ck_assert_uint_gt(strlen(m.text), 20);
}

static void find_boots(void)
{
	char names[512], *rest = names;

	conf_data_names("kernels", names, sizeof(names));
	for (const char *name; (name = strtok_r(rest, " ", &rest));)
		for (size_t i = 0; i < LENGTH(builds); i++)
			add_boot(name, builds[i]);
	ck_assert_int_gt(nr_boots, 50);
}

/* Long enough to get into trouble; an oops, or everything stuck, is answered by going back. Counted is
 * what the world did or refused, not what the user thought better of. */
static void use(struct driver *d, unsigned long operations)
{
	unsigned long acted = 0;
	unsigned stuck = 0;

	while (acted < operations) {
		unsigned done = d->done, refused = d->refused;

		driver_act(d);
		driver_check(d);
		acted += d->done != done || d->refused != refused;
		stuck = d->done == done ? stuck + 1 : 0;
		if (stuck > 40 || (driver_halted(d) && driver_random(d, 20) == 0)) {
			driver_goto(d, driver_random(d, session_end(d->s) / 2 + 1));
			driver_check(d);
			stuck = 0;
		}
	}
}

/* Three quarters of all operations are done with everything as it should be. */
START_TEST(anything_goes)
{
	struct driver d = { .illegal = true };
	unsigned long n = number("KMAPLAB_RANDOM", 20000) * 3 / 4 / (unsigned)nr_boots + 1;

	if (_i >= nr_boots)
		return;
	driver_boot(&d, boots[_i], number("KMAPLAB_SEED", 1) * 1000 + (unsigned)_i);
	use(&d, n);
	ck_assert_uint_gt(d.done, n / 4);
	driver_free(&d);
}
END_TEST

START_TEST(anything_goes_with_things_broken)
{
	struct driver d = { .illegal = true, .knobs = true };
	unsigned long n = number("KMAPLAB_RANDOM", 20000) / 4 / (unsigned)nr_boots + 1;

	if (_i >= nr_boots)
		return;
	driver_boot(&d, boots[_i], number("KMAPLAB_SEED", 1) * 2000 + (unsigned)_i);
	use(&d, n);
	driver_free(&d);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("random");
	TCase *tcase = tcase_create("random");
	SRunner *runner;
	int failed;

	tcase_add_unchecked_fixture(tcase, find_boots, NULL);
	tcase_add_loop_test(tcase, anything_goes, 0, BOOTS_MAX);
	tcase_add_loop_test(tcase, anything_goes_with_things_broken, 0, BOOTS_MAX);
	tcase_set_timeout(tcase, 3600);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
