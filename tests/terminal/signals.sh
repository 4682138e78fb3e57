#!/bin/sh
# The terminal is as it was found, whatever ends or interrupts the lab: quit, ^D, ^Z and fg,
# SIGTERM, SIGHUP, a crash. ^C clears the line.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

shell 80x24
enters "stty -g >$work/before; clear"
sees '^sh> *$'

# What stty says after it, compared; and that the shell's screen is back.
as_before() {
	sees '^sh>'
	enters "clear; stty -g | cmp - $work/before && echo the'same'"
	sees '^thesame'
}

lab
enters 'quit'
as_before

lab
presses C-d
as_before

lab
types 'kmap nothing'
sees '^lab> kmap nothing'
presses C-c
sees '^lab> *$'
enters 'print 6 * 7'
sees '^ 42'

presses C-z
sees 'Stopped|suspended'
enters "stty -g | cmp - $work/before && echo the'same'"
sees '^thesame'
enters 'fg'
sees '^ Linux '
enters 'print 7 * 7'
sees '^ 49'

# Continued in the background it waits until it is in front; what the shell does to the terminal for
# itself meanwhile is not what was found. (-echo stands for the modes of a shell that edits lines.)
presses C-z
sees 'Stopped|suspended'
enters 'clear; stty -echo; bg'
sees '^\[1\] .*kmaplab'
stopped() {
	tries=$((WAIT * 10))
	until awk '$3 == "T" { found = 1 } END { exit !found }' "/proc/$(child)/stat" 2>/dev/null; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || failed 'it does not stop'
		sleep 0.1
	done
}
stopped
enters 'stty echo; fg'
sees '^ Linux '
enters 'quit'
as_before

# So when it was begun there.
enters "clear; stty -echo; $KMAPLAB &"
stopped
enters 'stty echo; clear; fg'
sees '^ Linux '
leave_menu
enters 'quit'
as_before

# Stopped from elsewhere, it has no time to tidy up; the shell makes do. Continued, it takes the
# terminal again and draws all of it.
lab
enters 'print 3 * 9'
sees '^ 27'
kill -STOP "$(child)"
sees 'Stopped'
# In the modes that were left Enter ends no line of the shell's.
types 'stty sane; clear; echo a line of the shell'
presses C-j
sees '^a line of'
enters 'fg'
sees '^ 27'
sees_no 'a line of'
types 'print 4'
sees '^lab> print 4$'
presses BSpace
enters '5 * 5'
sees '^ 25'

# Attached to from a smaller terminal, detached again: the lab is there at each size.
TMUX='' tmux -L "$socket-client" -f /dev/null new-session -d -x 60 -y 20 \
	"tmux -u -L '$socket' attach-session" || exit 99
tm set-option -g window-size latest
until tm list-clients | grep -q .; do sleep 0.1; done
sees '^lab>'
enters 'print 5 * 7'
sees '^ 35'
tm detach-client -a 2>/dev/null
tm list-clients -F '#{client_name}' | while read -r client; do tm detach-client -t "$client"; done
tmux -L "$socket-client" kill-server 2>/dev/null
tm resize-window -x 80 -y 24
enters 'print 8 * 7'
sees '^ 56'

# shellcheck disable=SC2046
kill -TERM $(child)
sees 'Terminated|sh>'
as_before

for signal in HUP SEGV; do
	lab
	# shellcheck disable=SC2046
	kill -$signal $(child)
	sees '^sh>'
	as_before
done

# ^C ends a command that would run for ever, and the lab goes on.
lab
enters 'print 1'
sees '^ 1'
exit 0
