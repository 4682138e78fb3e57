/*
 * The whole program, from exec to exit: boots 64 GiB and 8 CPUs, answers one kmap, and is compared
 * with bc adding two numbers. This is what a script that calls kmaplab a thousand times pays.
 *
 * $KMAPLAB names the program. The best of many runs counts, because it is the one that nobody
 * else's work got into; the median says what is usual. The memory is the largest of all runs.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 40

extern char **environ;

struct cost {
	unsigned runs;
	double seconds[RUNS]; /* sorted: the fastest first */
	long kib;             /* resident, at most */
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Puts a run's time where it belongs among the others. */
static void add(struct cost *cost, double seconds)
{
	unsigned i = cost->runs++;

	for (; i && cost->seconds[i - 1] > seconds; i--)
		cost->seconds[i] = cost->seconds[i - 1];
	cost->seconds[i] = seconds;
}

/* Runs a program once, its output to nowhere. */
static void run(char *const argv[], const char *input, struct cost *cost)
{
	posix_spawn_file_actions_t files;
	struct rusage usage;
	double start = now(), seconds;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &files, NULL, argv, environ) ||
	    wait4(pid, &status, 0, &usage) != pid || status) {
		fprintf(stderr, "%s does not run\n", argv[0]);
		exit(1);
	}
	seconds = now() - start;
	posix_spawn_file_actions_destroy(&files);
	add(cost, seconds);
	if (usage.ru_maxrss > cost->kib)
		cost->kib = usage.ru_maxrss;
}

/* A file with the sum that bc is given. */
static void write_sum(char *path)
{
	int fd = mkstemp(path);

	if (fd == -1 || write(fd, "1+1\n", 4) != 4) {
		fprintf(stderr, "%s cannot be written\n", path);
		exit(1);
	}
	close(fd);
}

int main(void)
{
	char *kmaplab = getenv("KMAPLAB");
	char *lab[] = { kmaplab ? kmaplab : (char *)"kmaplab", "--ram=64G", "--cpus=8",
			"--nr-cpus=8", "-e", "p = alloc highmem; kmap p", NULL };
	char *bc[] = { "bc", NULL };
	char sum[] = "/tmp/kmaplab-bench-XXXXXX";
	struct cost of_lab = { 0 }, of_bc = { 0 };

	write_sum(sum);
	for (int i = 0; i < RUNS; i++) {
		run(lab, "/dev/null", &of_lab);
		run(bc, sum, &of_bc);
	}
	unlink(sum);
	printf("%-48s %10.2f ms   (median %.2f)\n", "bc: one sum", of_bc.seconds[0] * 1e3,
	       of_bc.seconds[RUNS / 2] * 1e3);
	printf("%-48s %10.2f ms   (median %.2f)\n", "kmaplab: 64 GiB, 8 CPUs, one kmap",
	       of_lab.seconds[0] * 1e3, of_lab.seconds[RUNS / 2] * 1e3);
	printf("%-48s %10.1f      (median %.1f, at most 5)\n", "kmaplab: times bc",
	       of_lab.seconds[0] / of_bc.seconds[0],
	       of_lab.seconds[RUNS / 2] / of_bc.seconds[RUNS / 2]);
	printf("%-48s %10.1f MiB  (at most 32)\n", "kmaplab: resident", (double)of_lab.kib / 1024);
	return 0;
}
