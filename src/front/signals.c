/*
 * The handlers. What they touch is static, because a handler is given nothing to hold on to; these
 * are the only variables of the program that are. A pipe to ourselves ends the loop's poll() in
 * the moment a signal comes, also when it comes just before.
 *
 * Crashes (SIGSEGV and its like, abort()) leave the terminal in curses' mode with the message on a
 * screen that is about to vanish. So they, too, have a handler: it restores the terminal with
 * nothing but write() and tcsetattr(), which signal-safety(7) allows, and hands on to whoever was
 * there before it: a sanitizer's report, or the default's core file.
 *
 * A terminal that does not take what is written to it (stopped by ^S, or at the end of a line that is
 * dead) blocks the loop in write(), where no flag is ever looked at. So whoever asks us to leave sets
 * an alarm; when it rings and the loop has not got round to it, the handler does what it does in a
 * crash, with writes that do not wait.
 */
#include "front/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
static const struct {
	int number;
	enum signal_flag flag;
} flagged[] = {
	{ SIGINT, SIGNAL_INTERRUPT }, { SIGTSTP, SIGNAL_STOP }, { SIGWINCH, SIGNAL_RESIZE },
	{ SIGTERM, SIGNAL_END },      { SIGHUP, SIGNAL_END },   { SIGQUIT, SIGNAL_END },
	{ SIGCONT, SIGNAL_CONTINUE }, { SIGALRM, SIGNAL_END },
};

#define GRACE_SECONDS 3 /* for the loop to leave by itself */

#define NR_CRASHES (sizeof(crashes) / sizeof(crashes[0]))
#define NR_FLAGGED (sizeof(flagged) / sizeof(flagged[0]))

static struct {
	volatile sig_atomic_t came[SIGNAL_FLAGS];
	volatile sig_atomic_t end_number;
	int pipe[2];
	bool installed, have_pipe;
	struct sigaction before[NR_FLAGGED], before_crash[NR_CRASHES];
	volatile sig_atomic_t have_terminal;
	struct termios terminal;
	char leave[256];
	size_t leave_size;
	char crash_stack[65536]; /* a stack that overflowed has no room for a handler */
} state;

/* What is still under way to the terminal is thrown away, for it may be what blocks; and output that
 * ^S has stopped goes on, as it does where ^S means nothing. The description of the open terminal is
 * shared with the shell, which wants its writes to wait again. */
static void restore_terminal(void)
{
	struct termios flowing = state.terminal;
	int flags = fcntl(STDOUT_FILENO, F_GETFL);

	if (!state.have_terminal)
		return;
	state.have_terminal = 0;
	tcflush(STDOUT_FILENO, TCOFLUSH);
	flowing.c_iflag &= ~(tcflag_t)IXON;
	tcsetattr(STDIN_FILENO, TCSANOW, &flowing);
	if (flags != -1)
		fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
	if (write(STDOUT_FILENO, state.leave, state.leave_size) < 0) {
		/* Nobody is left to tell. */
	}
	if (flags != -1)
		fcntl(STDOUT_FILENO, F_SETFL, flags);
	tcsetattr(STDIN_FILENO, TCSANOW, &state.terminal);
}

/* Dies of the signal, so that whoever sent it sees that it worked. */
static void leave_now(int number)
{
	sigset_t set;

	restore_terminal();
	signal(number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(number);
	_exit(128 + number);
}

/* Asked to leave twice, or the alarm rings: the loop does not get round to it. SIGHUP says nothing when
 * it comes twice: the kernel and the shell both send it. */
static void asked_to_leave(int number)
{
	if (state.came[SIGNAL_END] && number == SIGHUP)
		return;
	if (state.came[SIGNAL_END])
		leave_now(number == SIGALRM ? state.end_number : number);
	state.end_number = number;
	alarm(GRACE_SECONDS);
}

static void on_signal(int number)
{
	int saved = errno;

	for (size_t i = 0; i < NR_FLAGGED; i++) {
		if (flagged[i].number != number)
			continue;
		if (flagged[i].flag == SIGNAL_END)
			asked_to_leave(number);
		state.came[flagged[i].flag] = 1;
		/* While we were stopped the window may have become another. */
		if (flagged[i].flag == SIGNAL_CONTINUE)
			state.came[SIGNAL_RESIZE] = 1;
	}
	if (state.have_pipe && write(state.pipe[1], "", 1) < 0) {
		/* Full: the loop will wake all the same. */
	}
	errno = saved;
}

static void on_crash(int number, siginfo_t *info, void *context)
{
	static const char message[] = "kmaplab: crashed; the terminal is as it was. "
				      "Please report what you did.\n";

	if (state.have_terminal) {
		restore_terminal();
		if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0) {
			/* Nobody is left to tell. */
		}
	}
	for (size_t i = 0; i < NR_CRASHES; i++) {
		const struct sigaction *before = &state.before_crash[i];

		if (crashes[i] != number)
			continue;
		if (before->sa_flags & SA_SIGINFO) {
			before->sa_sigaction(number, info, context);
			return;
		}
		sigaction(number, before, NULL);
	}
	raise(number);
}

static void open_pipe(void)
{
	if (state.have_pipe || pipe2(state.pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	state.have_pipe = true;
}

static void handle(size_t i, int flags)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = flags };

	sigfillset(&action.sa_mask);
	sigaction(flagged[i].number, &action, &state.before[i]);
}

void signals_interrupt_only(void)
{
	/* Without SA_RESTART: a read of the next line ends. */
	handle(0, 0);
}

void signals_screen(void)
{
	struct sigaction action = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	stack_t stack = { .ss_sp = state.crash_stack, .ss_size = sizeof(state.crash_stack) }, before;

	/* A sanitizer may have one already. */
	if (sigaltstack(NULL, &before) == 0 && before.ss_flags & SS_DISABLE)
		sigaltstack(&stack, NULL);
	open_pipe();
	for (size_t i = 0; i < NR_FLAGGED; i++)
		handle(i, SA_RESTART);
	for (size_t i = 0; i < NR_CRASHES; i++)
		sigaction(crashes[i], &action, &state.before_crash[i]);
	state.installed = true;
}

void signals_release(void)
{
	if (!state.installed)
		return;
	alarm(0);
	for (size_t i = 0; i < NR_FLAGGED; i++)
		sigaction(flagged[i].number, &state.before[i], NULL);
	for (size_t i = 0; i < NR_CRASHES; i++)
		sigaction(crashes[i], &state.before_crash[i], NULL);
	state.installed = false;
}

bool signal_came(enum signal_flag flag)
{
	return state.came[flag];
}

bool signal_take(enum signal_flag flag)
{
	bool came = state.came[flag];

	state.came[flag] = 0;
	return came;
}

int signals_finish(int status)
{
	int number = state.end_number;

	if (!number)
		return status;
	signal(number, SIG_DFL);
	raise(number);
	return 128 + number;
}

int signal_descriptor(void)
{
	return state.have_pipe ? state.pipe[0] : -1;
}

void signal_drain(void)
{
	char bytes[64];

	while (state.have_pipe && read(state.pipe[0], bytes, sizeof(bytes)) > 0)
		;
}

void signals_set_terminal(const struct termios *saved, const char *leave)
{
	state.have_terminal = 0;
	if (!saved)
		return;
	state.terminal = *saved;
	state.leave_size = strlen(leave) < sizeof(state.leave) ? strlen(leave) : 0;
	memcpy(state.leave, leave, state.leave_size);
	state.have_terminal = 1;
}
