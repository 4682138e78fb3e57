/*
 * See drive.h. The program gets the pseudo terminal as its controlling one, as a shell's job would:
 * so ^C, ^Z and a change of size become signals on their own.
 */
#include "drive.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void cannot(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(99);
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void run_program(const struct lab *l, const char *term, const char *locale,
                        const char *option)
{
	const char *program = getenv("KMAPLAB");

	setsid();
	ioctl(l->slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(l->slave, fd);
	setenv("TERM", term, 1);
	setenv("LC_ALL", locale, 1);
	/* ncurses asks libgpm for the console's mouse, and that forgets a string. */
	if (!strcmp(term, "linux"))
		setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
	unsetenv("COLUMNS");
	unsetenv("LINES");
	unsetenv("NO_COLOR");
	execl(program ? program : "./kmaplab", "kmaplab", option, (char *)NULL);
	_exit(99);
}

void lab_start(struct lab *l, const char *term, const char *locale, int rows, int cols,
               const char *option)
{
	const char *name;

	memset(l, 0, sizeof(*l));
	l->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->master < 0 || grantpt(l->master) != 0 || unlockpt(l->master) != 0 ||
	    !(name = ptsname(l->master)))
		cannot("no pseudo terminal");
	l->slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->slave < 0 || tcgetattr(l->slave, &l->before) != 0)
		cannot(name);
	lab_resize(l, rows, cols);
	fcntl(l->master, F_SETFL, O_NONBLOCK);
	l->pid = fork();
	if (l->pid < 0)
		cannot("fork");
	if (!l->pid)
		run_program(l, term, locale, option);
}

/* The older half goes when there is no room. */
static void keep(struct lab *l, const char *bytes, size_t n)
{
	if (n >= LAB_SEEN / 2) {
		bytes += n - LAB_SEEN / 4;
		n = LAB_SEEN / 4;
	}
	if (l->nr_seen + n >= LAB_SEEN) {
		memmove(l->seen, l->seen + LAB_SEEN / 2, l->nr_seen - LAB_SEEN / 2);
		l->nr_seen -= LAB_SEEN / 2;
	}
	memcpy(l->seen + l->nr_seen, bytes, n);
	l->nr_seen += n;
	l->seen[l->nr_seen] = '\0';
}

size_t lab_read(struct lab *l, int milliseconds)
{
	struct pollfd fd = { .fd = l->master, .events = POLLIN };
	char bytes[16384];
	size_t all = 0;
	ssize_t n;

	poll(&fd, 1, milliseconds);
	while ((n = read(l->master, bytes, sizeof(bytes))) > 0) {
		keep(l, bytes, (size_t)n);
		all += (size_t)n;
	}
	l->bytes += all;
	return all;
}

size_t lab_quiet(struct lab *l, int milliseconds)
{
	size_t all = 0, n;

	do {
		n = lab_read(l, milliseconds);
		all += n;
	} while (n);
	return all;
}

bool lab_sees(struct lab *l, const char *text, int milliseconds)
{
	long until = now_ms() + milliseconds;

	while (!memmem(l->seen, l->nr_seen, text, strlen(text))) {
		if (now_ms() >= until)
			return false;
		lab_read(l, 20);
	}
	return true;
}

void lab_forget(struct lab *l)
{
	l->nr_seen = 0;
	l->seen[0] = '\0';
}

/* The terminal's queue is short: when it is full the program has to read first, and may have to be
 * read itself before it does. */
void lab_type(struct lab *l, const char *keys, size_t n)
{
	long until = now_ms() + 60000;

	while (n && now_ms() < until) {
		ssize_t written = write(l->master, keys, n < 200 ? n : 200);

		if (written > 0) {
			keys += written;
			n -= (size_t)written;
		}
		lab_read(l, written > 0 ? 0 : 5);
	}
}

void lab_types(struct lab *l, const char *keys)
{
	lab_type(l, keys, strlen(keys));
}

void lab_resize(struct lab *l, int rows, int cols)
{
	const struct winsize size = { .ws_row = (unsigned short)rows,
		                      .ws_col = (unsigned short)cols };

	ioctl(l->master, TIOCSWINSZ, &size);
}

bool lab_ends(struct lab *l, int milliseconds)
{
	long until = now_ms() + milliseconds;

	for (;;) {
		lab_read(l, 10);
		if (waitpid(l->pid, &l->status, WNOHANG) == l->pid)
			break;
		if (now_ms() < until)
			continue;
		kill(l->pid, SIGKILL);
		waitpid(l->pid, &l->status, 0);
		return false;
	}
	lab_read(l, 0);
	return true;
}

bool lab_as_before(const struct lab *l)
{
	struct termios now;

	return tcgetattr(l->slave, &now) == 0 && now.c_iflag == l->before.c_iflag &&
	       now.c_oflag == l->before.c_oflag && now.c_cflag == l->before.c_cflag &&
	       now.c_lflag == l->before.c_lflag &&
	       !memcmp(now.c_cc, l->before.c_cc, sizeof(now.c_cc));
}

void lab_release(struct lab *l)
{
	if (l->master >= 0)
		close(l->master);
	if (l->slave >= 0)
		close(l->slave);
	l->master = l->slave = -1;
}
