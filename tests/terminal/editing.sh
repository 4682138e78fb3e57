#!/bin/sh
# The prompt: arrows, history across sessions, the search, completion in a pop-up, keys that are
# commands, and an animation that does not eat what is typed.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

shell 80x24
lab --no-animation
enters 'print 6 * 7'
sees '^ 42'
presses Up
sees '^lab> print 6 \* 7$'
presses Left
types '3'
presses Enter
sees '^ 222'
presses C-p C-p
sees '^lab> print 6 \* 7$'
presses C-a C-k
sees '^lab>$'

# The search begins with ^R and ends with Enter.
presses C-r
types '6 * 7'
sees "search '6 \* 7': print 6 \* 7"
presses Enter
sees '^ 42'

# Completion: a list with what each of them is, then the word.
types 'kunm'
presses Tab
sees '^lab> kunmap'
presses Tab
sees 'what could stand here'
sees '│ kunmap_atomic  '
presses Escape
sees_no 'what could stand here'
types '_l'
presses Tab
sees '^lab> kunmap_local PAGE-or-ADDRESS$'
presses C-c
sees '^lab>$'

# A key is a command.
presses F5
sees '─ view pkmap ─'
sees '  448  ···'
presses F2
sees 'direct map'

# A long answer is read page by page.
presses F1
sees '─ keys ─'
sees 'F9 +one step of what is under way'
presses Escape
sees_no '─ keys ─'
enters 'help observables'
sees 'lines 1-[0-9]+ of'
presses NPage
sees 'lines ([2-9]|1[0-9]|[2-9][0-9])[0-9]*-'
presses Escape
sees 'direct map'
enters 'quit'
sees '^sh>'

[ -f "$XDG_STATE_HOME/kmaplab/history" ] || failed "no history was written"
[ "$(stat -c %a "$XDG_STATE_HOME/kmaplab/history")" = 600 ] || failed "others can read the history"

# Another session remembers. This one animates: what is typed meanwhile is not lost.
lab
presses C-r
types '6 * 3'
sees "search '6 \* 3': print 6 \* 37"
presses C-g
enters 'p = alloc highmem; kmap p'
types 'print 5 * 5'
sees '^lab> print 5 \* 5'
presses Enter
sees '^ 25'
sees 'last_pkmap_nr 1'

# Frames that stay: the line of kernel code about to run is told, until a key ends it.
enters 'set speed 2000'
sees 'speed = 2000'
enters 'q = alloc highmem'
sees '^ [a-z_]+: '
types 'print 11 * 11'
presses Enter
sees '^ 121'
enters 'set animation off; kmap q'
sees 'last_pkmap_nr 2'
exit 0
