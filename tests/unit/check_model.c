/*
 * The files that CPU models and cost tables are read from, with every mistake they can hold.
 */
#include "machine_fixture.h"

#include <sys/stat.h>
#include <unistd.h>

/* A data folder of its own with one file in it, and that folder as KMAPLAB_DATA. */
static void put_file(char *folder, const char *below, const char *text)
{
	char path[64];
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/%s", folder, below);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/%s/x.conf", folder, below);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	setenv("KMAPLAB_DATA", folder, 1);
}

static void remove_file(const char *folder, const char *below)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s/x.conf", folder, below);
	unlink(path);
	snprintf(path, sizeof(path), "%s/%s", folder, below);
	rmdir(path);
	rmdir(folder);
}

/* The message without the file's name. */
static const char *behind_name(const struct message *m)
{
	const char *name = strstr(m->text, "/x.conf");

	return name ? name + strlen("/x.conf") : m->text;
}

#define HEAD "title = T\nmaxphyaddr = 36\nfeatures = pae\n"
#define GOOD HEAD "[tlb]\nd4k = 4 2\ndlarge = 1 4\n"

static const struct {
	const char *text, *error;
} models[] = {
	{ GOOD, "" },
	{ HEAD "[tlb]\nd4k = 4 2\nshared_sizes = yes", "" },
	{ "title = T\nmaxphyaddr = 32\n[tlb]\nd4k = 1 1024", "" },
	{ "", ": title and maxphyaddr must be there" },
	{ "title = T\n[tlb]\nd4k = 1 1", ": title and maxphyaddr must be there" },
	{ HEAD, ": [tlb] has no d4k, but every access needs a TLB" },
	{ HEAD "[tlb]\nd4k = 4 2\n",
	  ": [tlb] has no place for large pages: dlarge or shared_sizes" },
	{ GOOD "shared_sizes = yes", ": ilarge and dlarge contradict shared_sizes" },
	{ GOOD "shared_sizes = perhaps", ":7:16: shared_sizes is yes or no" },
	{ GOOD "shared_sizes", ":7:13: shared_sizes is yes or no" },
	{ GOOD "i4k = 3 2", ":7:7: the number of sets must be a power of two, not 3" },
	{ GOOD "i4k = 2", ":7:8: 'i4k' needs a number here" },
	{ GOOD "i4k = 0 2", ":7:7: i4k must be between 1 and 1024, not 0" },
	{ GOOD "i4k = 1 x", ":7:9: 'x' is not a number" },
	{ GOOD "i4k = 1024 1", ": more than 1024 TLB entries" },
	{ GOOD "l2 = 1 1", ":7:1: 'l2' is not known here: i4k, ilarge, d4k, dlarge, shared_sizes" },
	{ "speed = 3", ":1:1: 'speed' is not known here: title, maxphyaddr, features" },
	{ "maxphyaddr = 31", ":1:14: maxphyaddr must be between 32 and 52, not 31" },
	{ "maxphyaddr = 53", ":1:14: maxphyaddr must be between 32 and 52, not 53" },
	{ "features = pae fast", ":1:16: 'fast' is no feature: pae, pse, pse36, pge, nx, invlpg" },
	{ "title = T\nmaxphyaddr = 36\nfeatures = pse36\n", ": pse36 needs pse" },
	{ "title = T\nmaxphyaddr = 36\nfeatures = pse nx\n", ": nx needs pae" },
	{ "title = T\nmaxphyaddr = 36\nfeatures = pse\n", ": 36 address bits need pae or pse36" },
	{ "[cache]\nx", ":2:1: a CPU model has no section [cache]" },
};

START_TEST(models_and_their_mistakes)
{
	char folder[] = "/tmp/kmaplab-check-XXXXXX";
	struct cpu_model model = { .maxphyaddr = 99 };
	struct message m = { "" };

	put_file(folder, "cpus", models[_i].text);
	ck_assert_int_eq(cpu_model_read(&model, "x", &m), !models[_i].error[0]);
	ck_assert_str_eq(behind_name(&m), models[_i].error);
	ck_assert_int_eq(model.maxphyaddr == 99, models[_i].error[0] != '\0');
	remove_file(folder, "cpus");
}
END_TEST

START_TEST(names_of_files_that_are_not_there)
{
	char folder[] = "/tmp/kmaplab-check-XXXXXX";
	struct cpu_model model;
	struct cost_table costs;
	struct message m;

	put_file(folder, "cpus", GOOD);
	ck_assert(!cpu_model_read(&model, "i80286", &m));
	ck_assert_str_eq(m.text, "there is no CPU model 'i80286' (there are: x)");
	ck_assert(!cpu_model_read(&model, "../cpus/x", &m));
	ck_assert(!cpu_model_read(&model, "", &m));
	ck_assert(!cpu_model_read(&model, "a-name-that-is-longer-than-any-model-has", &m));
	ck_assert_str_eq(m.text,
	                 "'a-name-that-is-longer-than-any-model-has' cannot be the name of a "
	                 "CPU model");
	ck_assert(!cost_table_read(&costs, "\x1b[2J", &m));
	ck_assert_ptr_nonnull(strstr(m.text, "there is no cost table '?[2J', for there is no"));
	remove_file(folder, "cpus");
}
END_TEST

/* A cost file with all rows, `instead` in place of the first. */
static char *cost_file(const char *instead)
{
	static char text[4096];
	size_t len = (size_t)snprintf(text, sizeof(text), "%s\n", instead);

	for (enum cost c = 1; c < NR_COSTS; c++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s = %d  made up\n",
		                        cost_key(c), c);
	return text;
}

static const struct {
	const char *first, *error;
} costs[] = {
	{ "insn = 7 a source, in words # not this", "" },
	{ "insn = 7", ":1:9: the price of 'insn' names no source" },
	{ "insn = x made up", ":1:8: 'x' is not a number" },
	{ "insn = 10000001 made up", ":1:8: insn must be between 0 and 10000000, not 10000001" },
	{ "gold = 7 made up", ":1:1: nothing is charged as 'gold'" },
	{ "mem = 7 made up", ":2:1: 'mem' is priced twice" },
	{ "",
	  ": there is no price for 'insn' (one step of kernel code that does nothing special)" },
};

START_TEST(cost_tables_and_their_mistakes)
{
	char folder[] = "/tmp/kmaplab-check-XXXXXX";
	struct cost_table t = { .name = "before" };
	struct message m = { "" };
	bool good = !costs[_i].error[0];

	put_file(folder, "costs", cost_file(costs[_i].first));
	ck_assert_int_eq(cost_table_read(&t, "x", &m), good);
	ck_assert_str_eq(behind_name(&m), costs[_i].error);
	ck_assert_str_eq(t.name, good ? "x" : "before");
	if (good) {
		ck_assert_uint_eq(t.cycles[COST_INSN], 7);
		ck_assert_str_eq(t.source[COST_INSN], "a source, in words");
		ck_assert_uint_eq(t.cycles[COST_CLEAR_PAGE], COST_CLEAR_PAGE);
	}
	remove_file(folder, "costs");
}
END_TEST

START_TEST(the_default_costs_can_be_read)
{
	struct cost_table t;
	struct message m;

	ck_assert_msg(cost_table_read(&t, "default", &m), "%s", m.text);
	for (enum cost c = 0; c < NR_COSTS; c++) {
		ck_assert_uint_gt(strlen(t.source[c]), 5);
		ck_assert_uint_lt(strlen(t.source[c]), sizeof(t.source[c]) - 1);
		ck_assert_uint_gt(strlen(cost_doc(c)), 5);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		names_of_files_that_are_not_there,
		the_default_costs_can_be_read,
	};
	const struct loop_test loops[] = {
		{ models_and_their_mistakes, LENGTH(models) },
		{ cost_tables_and_their_mistakes, LENGTH(costs) },
	};

	return RUN_SUITE("model", tests, loops);
}
