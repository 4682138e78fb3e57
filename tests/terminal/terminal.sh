# What the terminal tests share: the real program in a tmux of its own, keys sent to it, its screen
# read. Sourced, not run.
#
# Nothing sleeps for a result: a test waits until the screen shows what it should, for at most
# WAIT seconds, on however slow a machine. A fixed pause would be either too short or too long.

: "${KMAPLAB:?}" "${top_srcdir:?}"
command -v tmux >/dev/null 2>&1 || {
	echo "without tmux there is no terminal to test on"
	exit 77
}
[ -x "$KMAPLAB" ] || {
	echo "no program at $KMAPLAB"
	exit 99
}

WAIT=${KMAPLAB_TEST_WAIT:-20}
work=$(mktemp -d) || exit 99
socket=kmaplab-$$-$(basename "$0" .sh)
unset TMUX COLUMNS LINES NO_COLOR XDG_CONFIG_HOME
export LC_ALL=C.UTF-8 HOME="$work/home" XDG_STATE_HOME="$work/state"
mkdir -p "$HOME"

tm() {
	tmux -u -L "$socket" -f /dev/null "$@"
}

cleanup() {
	tm kill-server >/dev/null 2>&1
	# The lab may still be saving its history.
	for try in 1 2 3 4 5; do
		rm -rf "$work" 2>/dev/null && break
		sleep 0.2
	done
}
trap cleanup EXIT
trap 'exit 99' INT TERM

# A shell in a window of that size: shell COLUMNSxROWS.
shell() {
	tm new-session -d -x "${1%x*}" -y "${1#*x}" "exec env -u ENV PS1='sh> ' sh -i" || exit 99
	tm set-option -g status off
	tm set-option -g remain-on-exit on
	# The line of status is the program's now.
	tm resize-window -x "${1%x*}" -y "${1#*x}"
	sees '^sh>'
}

screen() {
	tm capture-pane -p
}

# Types text, as it stands.
types() {
	tm send-keys -l "$1"
}

# Presses keys by tmux's names: Enter, C-c, F2, ...
presses() {
	tm send-keys "$@"
}

# A line and Enter.
enters() {
	types "$1"
	presses Enter
}

# The program's process: a signal shall reach it and not the shell, whose only child it is. (The fourth
# word of /proc/PID/stat is the parent; a small Debian has no ps.)
child() {
	for stat in /proc/[0-9]*/stat; do
		awk -v shell="$(tm display-message -p '#{pane_pid}')" \
			'$4 == shell { print $1 }' "$stat" 2>/dev/null
	done
}

failed() {
	echo "$1; the screen was:"
	screen | sed 's/^/| /'
	exit 1
}

# Waits until a regular expression matches the screen. $2: what is expected, for the complaint.
sees() {
	tries=$((WAIT * 10))
	until screen | grep -qE -- "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || failed "waited in vain for \"$1\""
		sleep 0.1
	done
}

# Waits until it does not match any more.
sees_no() {
	tries=$((WAIT * 10))
	while screen | grep -qE -- "$1"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || failed "\"$1\" does not go away"
		sleep 0.1
	done
}

# Leaves the menu of lessons, which opens when there are any. The wait tells Escape from Alt.
leave_menu() {
	presses Escape
	sees_no '[-─] lessons [-─]'
	sees '^lab>'
}

# Starts the lab from the shell, without the menu: lab [OPTIONS].
lab() {
	enters "clear; $KMAPLAB $*"
	sees '^ Linux '
	sees '[-─] lessons [-─]' # else Escape comes before it, and with what is typed next is Alt
	leave_menu
}

# Compares the screen with a golden one; UPDATE_GOLDEN=1 writes it anew.
same_as() {
	golden=$top_srcdir/tests/terminal/golden/$1
	screen | sed 's/ *$//' >"$work/screen"
	if [ -n "${UPDATE_GOLDEN-}" ]; then
		cp "$work/screen" "$golden"
	elif ! diff -u "$golden" "$work/screen"; then
		echo "the screen differs from golden/$1"
		exit 1
	fi
}
