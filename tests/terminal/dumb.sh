#!/bin/sh
# Where there is no screen to be had there are lines, with a sentence that says why; and what is
# wrong with the surroundings gets one sentence, not a crash.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

shell 80x24
enters "clear; TERM=dumb $KMAPLAB"
sees '^kmaplab: a terminal of type dumb cannot move its cursor: going on in plain lines'
sees '^lab>'
enters 'print 6 * 7'
sees '^42'
presses C-d
sees '^sh>'
enters "clear; env -u TERM $KMAPLAB"
sees '^kmaplab: TERM is not set: going on in plain lines'
enters 'quit'
sees '^sh>'
enters "clear; TERM=nonsuch $KMAPLAB"
sees '^kmaplab: the terminal type nonsuch is not known here'
enters 'quit'
sees '^sh>'

# Plain lines on a good terminal: nothing moves the cursor; ^C gives a new prompt.
enters "clear; $KMAPLAB --plain"
sees '^lab>'
types 'kmap noth'
presses C-c
enters 'print 5 * 5'
sees '^25'
enters 'quit'
sees '^sh>'

# Without Unicode the screen is drawn in ASCII.
enters "clear; LC_ALL=C $KMAPLAB --no-animation"
sees '^-- virtual, 4 GB'
leave_menu
sees '896M\+'
enters 'quit'
sees '^sh>'

# No terminal at all.
"$KMAPLAB" --batch <&- >"$work/out" 2>"$work/err" && failed "a closed standard input is no failure"
[ "$(wc -l <"$work/err")" -eq 1 ] || failed "not one sentence: $(cat "$work/err")"
echo 'print 6 * 7' | "$KMAPLAB" >"$work/out" 2>&1 || failed "batch failed"
[ "$(cat "$work/out")" = 42 ] || failed "batch said $(cat "$work/out")"
echo 'print 6 * 7' | "$KMAPLAB" --plain >"$work/out" 2>&1 || failed "plain failed"
[ "$(cat "$work/out")" = 42 ] || failed "plain said $(cat "$work/out")"
"$KMAPLAB" --nonsense >"$work/out" 2>"$work/err"
[ $? -eq 2 ] || failed "wrong usage is not told by the exit status"
grep -q '^kmaplab: there is no option --nonsense' "$work/err" || failed "$(cat "$work/err")"
exit 0
