/*
 * The screen in bad weather: 500 changes of size in the middle of animations, 20,000 random keys,
 * every way out (but for ^Z, which needs a shell: signals.sh), every kind of terminal. Whatever
 * happens the lab still answers, and when it ends the terminal's settings are what they were.
 *
 * What it answers is asked for with save-screen: the file is the screen, put together by the
 * program itself.
 */
#include "drive.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 20000
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static char folder[] = "/tmp/kmaplab-storm-XXXXXX";
static char saved[sizeof(folder) + 16];
static uint32_t seed;

static void remove_folder(void)
{
	char command[sizeof(folder) + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	if (system(command) != 0)
		perror(folder);
}

static void failed(struct lab *l, const char *what)
{
	fprintf(stderr, "%s; the last that it wrote:\n", what);
	for (size_t i = l->nr_seen > 2000 ? l->nr_seen - 2000 : 0; i < l->nr_seen; i++) {
		unsigned char c = (unsigned char)l->seen[i];

		fputs(c == 27 ? "<ESC>" : "", stderr);
		fputc(c == 27 || (c < 32 && c != '\n') ? ' ' : c, stderr);
	}
	fputc('\n', stderr);
	kill(l->pid, SIGKILL);
	remove_folder();
	exit(1);
}

/* Numerical Recipes' generator: the same keys every time. */
static uint32_t any(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* Starts the lab and leaves the menu. */
static void begin(struct lab *l, const char *term, int rows, int cols, const char *option)
{
	lab_start(l, term, "C.UTF-8", rows, cols, option);
	if (!lab_sees(l, "lab>", WAIT_MS))
		failed(l, "the lab does not begin");
	lab_quiet(l, 100);
	lab_types(l, "\033");
	lab_quiet(l, 100);
}

/* Whether a text is on the screen, asked for until it is. */
static bool shows(struct lab *l, const char *text)
{
	char screen[65536];
	bool found = false;

	for (int tries = 0; tries < 50 && !found; tries++) {
		FILE *file;
		size_t n = 0;
		char line[sizeof(saved) + 16];

		unlink(saved);
		snprintf(line, sizeof(line), "save-screen %s\r", saved);
		lab_types(l, line);
		for (int wait = 0; wait < 100 && access(saved, R_OK) != 0; wait++)
			lab_read(l, 20);
		lab_quiet(l, 20);
		file = fopen(saved, "r");
		if (file) {
			n = fread(screen, 1, sizeof(screen) - 1, file);
			fclose(file);
		}
		screen[n] = '\0';
		found = strstr(screen, text);
	}
	return found;
}

/* An empty prompt, whatever was going on, and normal print. */
static void calm(struct lab *l)
{
	lab_resize(l, 24, 80);
	lab_types(l, "\033[201~");
	for (int i = 0; i < 3; i++) {
		lab_types(l, "\033");
		lab_quiet(l, 60);
	}
	lab_types(l, "\003"); /* a signal: it may overtake keys, and throws away what is not read yet */
	lab_quiet(l, 100);
	lab_types(l, "set animation off; set print normal; view overview\r");
	lab_quiet(l, 100);
}

static void quit(struct lab *l)
{
	lab_types(l, "quit\r");
	if (!lab_ends(l, WAIT_MS))
		failed(l, "quit does not end it");
	if (!WIFEXITED(l->status) || WEXITSTATUS(l->status) != 0)
		failed(l, "quit ends it badly");
	if (!lab_as_before(l))
		failed(l, "the terminal is not as it was");
	lab_release(l);
}

/* --- changes of size -------------------------------------------------------------------------- */

static void resize(void)
{
	static const int sizes[][2] = { { 5, 20 }, { 100, 300 }, { 24, 80 }, { 1, 1 }, { 60, 200 } };
	struct lab l;

	begin(&l, "xterm-256color", 24, 80, NULL);
	lab_types(&l, "set speed 20\rp = alloc highmem 8\r");
	for (int i = 0; i < 500; i++) {
		if (i % 20 == 0)
			lab_types(&l, "\033kmap p0; kunmap p0; kmap_flush_unused; read 0xc0000000\r");
		if (i % 50 == 7)
			lab_types(&l, i % 100 == 7 ? "set print large\r" : "set print normal\r");
		if (i % 5)
			lab_resize(&l, 1 + (int)any(100), 1 + (int)any(300));
		else
			lab_resize(&l, sizes[any(LENGTH(sizes))][0], sizes[any(LENGTH(sizes))][1]);
		lab_quiet(&l, 1 + (int)any(8));
		if (waitpid(l.pid, &l.status, WNOHANG) == l.pid)
			failed(&l, "a change of size ended it");
	}
	calm(&l);
	lab_types(&l, "print 6 * 7\r");
	if (!shows(&l, "896M"))
		failed(&l, "the screen does not come back after the changes of size");
	quit(&l);
}

/* --- keys ------------------------------------------------------------------------------------- */

/* What a cat on the keyboard may press: everything but what ends or stops the program. */
static size_t any_key(char *to)
{
	static const char *const keys[] = {
		"\r", "\r", "\t", "\033", "\033[A", "\033[B", "\033[C", "\033[D", "\033[Z", "\033OP",
		"\033OQ", "\033OR", "\033OS", "\033[15~", "\033[17~", "\033[18~", "\033[19~",
		"\033[20~", "\033[23~", "\033[5~", "\033[6~", "\033[H", "\033[F", "\033[3~", "\177",
		"\001", "\005", "\013", "\014", "\016", "\020", "\022", "\025", "\027", "\031",
		"\033[200~", "\033[201~", "\033[M !!", "\033[<64;30;10M", "\033[<65;30;10M", "\xc3\xa9",
		"\xe6\x97\xa5", "\xff", "\xc3", "\033f", "\033b", "\033[99;99;99x",
		"kmap p0\r", "kunmap p0\r", "p = alloc highmem\r", "back\r", "forward\r", "view code\r",
		"view tlb\r", "goto 5\r", "zoom\r", "help\r", "set print large\r", "set print normal\r",
		"set theme light\r", "set speed 20\r", "timeline\r", "boot split=2g\r",
		"kmap_atomic p0\r", "cpu1: read 0xc0000000\r", "set animation step\r",
		"set animation on\r", "irq\r", "exit\r",
	};
	uint32_t which = any(140);

	if (which < LENGTH(keys))
		return (size_t)snprintf(to, 64, "%s", keys[which]);
	if (which < LENGTH(keys) + 8)
		return (size_t)snprintf(to, 64, "\033[<%u;%u;%u%c", any(2) * 32, 1 + any(90),
		                        1 + any(30), any(2) ? 'M' : 'm');
	to[0] = (char)(0x20 + any(0x5f));
	return 1;
}

static void press(void)
{
	struct lab l;

	begin(&l, "xterm-256color", 24, 80, NULL);
	for (int i = 0; i < 20000;) {
		char keys[64 * 50];
		size_t n = 0;

		for (int k = 0; k < 50; k++, i++)
			n += any_key(keys + n);
		lab_type(&l, keys, n);
		if (waitpid(l.pid, &l.status, WNOHANG) == l.pid)
			failed(&l, "a key ended it");
	}
	calm(&l);
	lab_types(&l, "boot split=3g ram=2G; view overview\r");
	if (!shows(&l, "896M"))
		failed(&l, "the lab does not answer after all those keys");
	quit(&l);
}

/* --- ways out --------------------------------------------------------------------------------- */

/* What the terminal must have been told at the end: the cursor, no alternate screen, no modes. */
static void check_modes(struct lab *l, const char *what)
{
	static const char *const codes[] = { "\033[?1049l", "\033[?2004l", "\033[?1002l",
		                             "\033[?1006" };

	for (size_t i = 0; i < LENGTH(codes); i++)
		if (!memmem(l->seen, l->nr_seen, codes[i], strlen(codes[i])))
			failed(l, what);
	if (!lab_as_before(l))
		failed(l, what);
}

static void leave_by_keys(const char *keys, const char *what)
{
	struct lab l;

	begin(&l, "xterm-256color", 24, 80, NULL);
	lab_forget(&l); /* entering, it leaves once, too */
	lab_types(&l, keys);
	if (!lab_ends(&l, WAIT_MS))
		failed(&l, what);
	check_modes(&l, what);
	lab_release(&l);
}

/* `busy`: in the middle of an animation. */
static void leave_by_signal(int number, bool busy, const char *what)
{
	struct lab l;

	begin(&l, "xterm-256color", 24, 80, NULL);
	if (busy) {
		lab_types(&l, "set speed 500\rp = alloc highmem 4\r");
		lab_quiet(&l, 100);
	}
	lab_forget(&l);
	kill(l.pid, number);
	if (!lab_ends(&l, WAIT_MS))
		failed(&l, what);
	/* A sanitizer makes an exit status of a crash. */
	if (number == SIGSEGV || number == SIGABRT ?
	            WIFEXITED(l.status) && !WEXITSTATUS(l.status) :
	            !WIFSIGNALED(l.status) || WTERMSIG(l.status) != number)
		failed(&l, "it does not die of the signal that it was sent");
	check_modes(&l, what);
	lab_release(&l);
}

/* The terminal goes away: so does the lab. */
static void hang_up(void)
{
	struct lab l;

	begin(&l, "xterm-256color", 24, 80, NULL);
	close(l.slave);
	l.slave = -1;
	close(l.master);
	l.master = -1;
	for (int i = 0; i < WAIT_MS / 10; i++) {
		if (waitpid(l.pid, &l.status, WNOHANG) == l.pid)
			return;
		usleep(10000);
	}
	failed(&l, "it outlives its terminal");
}

/* Nobody reads what it writes, so that it hangs in a write and looks at no flag; `stopped`: by ^S. */
static void leave_blocked(int number, bool stopped)
{
	struct lab l;
	long until;

	begin(&l, "xterm-256color", 100, 300, "--no-animation");
	if (stopped)
		lab_types(&l, "\023");
	/* ^L has it write all of its screen. */
	for (int i = 0; i < 300; i++) {
		if (write(l.master, "\014", 1) != 1)
			break;
		usleep(2000);
	}
	lab_forget(&l);
	kill(l.pid, number);
	for (until = 0; until < 10000 && waitpid(l.pid, &l.status, WNOHANG) != l.pid; until += 10)
		usleep(10000);
	if (until >= 10000)
		failed(&l, "a terminal that takes nothing keeps it");
	if (!WIFSIGNALED(l.status) || WTERMSIG(l.status) != number)
		failed(&l, "it does not die of the signal that it was sent, while it waits");
	lab_quiet(&l, 50);
	check_modes(&l, "the terminal is not as it was after it was blocked");
	lab_release(&l);
}

static void leave(void)
{
	leave_by_keys("quit\r", "quit");
	leave_by_keys("\004", "^D");
	leave_by_keys("\033[21~", "F10");
	leave_by_keys("set speed 900\rp = alloc highmem 4\rquit\r", "quit during an animation");
	leave_by_signal(SIGTERM, false, "SIGTERM");
	leave_by_signal(SIGTERM, true, "SIGTERM during an animation");
	leave_by_signal(SIGHUP, false, "SIGHUP");
	leave_by_signal(SIGQUIT, false, "SIGQUIT");
	leave_by_signal(SIGSEGV, false, "a crash");
	leave_by_signal(SIGSEGV, true, "a crash during an animation");
	leave_by_signal(SIGABRT, false, "abort()");
	leave_blocked(SIGTERM, false);
	leave_blocked(SIGHUP, true);
	hang_up();
}

/* --- kinds of terminals ----------------------------------------------------------------------- */

static bool is_ascii(const struct lab *l)
{
	for (size_t i = 0; i < l->nr_seen; i++)
		if ((unsigned char)l->seen[i] >= 0x80)
			return false;
	return true;
}

static void try_terminal(const char *term, const char *locale)
{
	struct lab l;

	lab_start(&l, term, locale, 24, 80, NULL);
	if (!lab_sees(&l, "lab>", WAIT_MS))
		failed(&l, term);
	lab_quiet(&l, 100);
	if (strcmp(term, "dumb") != 0)
		lab_types(&l, "\033");
	lab_quiet(&l, 100);
	lab_types(&l, "p = alloc highmem; kmap p\r");
	if (!shows(&l, "896M"))
		failed(&l, term);
	if (!strcmp(locale, "C") && !is_ascii(&l))
		failed(&l, "a terminal without UTF-8 is sent UTF-8");
	if (!strcmp(term, "vt100") && memmem(l.seen, l.nr_seen, "\033[?1002", 7))
		failed(&l, "a terminal without a mouse is asked for it");
	quit(&l);
}

static void terminals(void)
{
	static const char *const terms[] = { "xterm-256color", "xterm", "linux", "vt100", "screen",
		                             "tmux", "dumb" };

	for (size_t i = 0; i < LENGTH(terms); i++) {
		try_terminal(terms[i], "C.UTF-8");
		try_terminal(terms[i], "C");
	}
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : "";

	if (!mkdtemp(folder))
		return 99;
	snprintf(saved, sizeof(saved), "%s/screen", folder);
	setenv("HOME", folder, 1);
	setenv("XDG_STATE_HOME", folder, 1);
	unsetenv("XDG_CONFIG_HOME");
	seed = 20081121;
	if (!*only || !strcmp(only, "leave"))
		leave();
	if (!*only || !strcmp(only, "terminals"))
		terminals();
	if (!*only || !strcmp(only, "resize"))
		resize();
	if (!*only || !strcmp(only, "press"))
		press();
	remove_folder();
	return 0;
}
