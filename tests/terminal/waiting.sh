#!/bin/sh
# A command that takes long says how far it is, in the prompt's row; ^C ends it, what was typed meanwhile
# is not lost, and where nobody sits nothing is said of it.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

cat >"$work/long.txt" <<'EOF'
bound: states=1000000
setup: boot cpus=2; a = alloc highmem; b = alloc highmem
cpu0 task: kmap a; kmap b; kunmap a; kunmap b
cpu0 task: kmap a; kmap b; kunmap a; kunmap b
cpu1 task: kmap b; kmap a; kunmap b; kunmap a
cpu1 task: kmap a; kmap b; kunmap a; kunmap b
EOF

shell 100x30
lab --no-animation
enters "explore $work/long.txt"
sees '^[0-9]+ s: [0-9]+ of at most 1000000 states, [0-9]+ steps deep, 0 violations; \^C stops it$'
sees '^[1-9][0-9]* s: '
presses C-c
sees 'interrupted'
sees '^lab> *$'
sees_no '\^C stops it'
enters 'print 6 * 7'
sees '^ 42'
# So does one that is many operations, each of them short; going back undoes what was done of it.
enters 'set paranoid on; alloc highmem 60000'
sees '^[0-9]+ s: [0-9]+ of 60000; \^C stops it$'
presses C-c
sees 'Interrupted'
sees '^lab> *$'
enters 'set paranoid off; back'
sees 'Back before .alloc highmem 60000.*just booted'
enters 'quit'
sees '^sh>'

printf 'setup: boot cpus=2; a = alloc highmem\ncpu0 task: kmap a\ncpu1 task: kmap a\n' >"$work/short.txt"
echo "explore $work/short.txt" | "$KMAPLAB" --plain | grep -q 'stops it' &&
	failed "what nobody waits for is told"
exit 0
