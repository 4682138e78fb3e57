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
# Typing leaves what fits, Tab and the arrows choose, Enter takes.
types '_'
sees_no '│ kunmap  '
presses Tab Tab
presses Enter
sees '^lab> kunmap_local PAGE-or-ADDRESS$'
presses C-c
sees '^lab>$'
types 'kunm'
presses Tab
sees '^lab> kunmap'
presses Tab
sees 'what could stand here'
presses Up Up
presses Enter
sees '^lab> kunmap_atomic '
presses C-c
types 'kunm'
presses Tab
sees '^lab> kunmap'
presses Tab
sees 'what could stand here'
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

# A paste is run line by line, in order; what each line answered stays, also what failed in the middle,
# and a line without its end waits in the prompt.
lab --no-animation
tm set-buffer "$(printf 'a = alloc highmem\nkmap a\nkmpa a\nprint 6 * 9\nprint 2 + ')"
tm paste-buffer -p -d
sees '^ 54'
sees '^ > kmpa a'
sees "^ There is no command 'kmpa'"
sees '^lab> print 2 \+ *$'
enters '2'
sees '^ 4$'
sees_no '^ 54'
# Lessons are known by name and title.
types 'lesson 0'
presses Tab
sees '│ 03-zones .* Zones'
presses Escape
sees_no 'what could stand here'
presses C-c
sees '^lab>$'
enters 'quit'
sees '^sh>'

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

# Pictures that stay: what is seen is told, and what is typed meanwhile goes into the line and is seen
# at once; Enter ends the playing and runs it.
enters 'set speed 2000'
sees 'speed = 2000'
enters 'q = alloc highmem'
sees '^ [a-z_]+: |^ CPU 0: '
sees 'Space pauses'
types 'print 11 * 11'
sees '^lab> print 11 \* 11'
sees 'Space pauses'
presses Enter
sees '^ 121'
sees_no 'Space pauses'

# Space pauses, the arrows leaf through the pictures, Escape ends it.
enters 'kmap q'
sees 'Space pauses'
presses Space
sees 'paused: '
presses Right
sees 'paused: '
for picture in 1 2 3 4 5 6 7 8 9 10 11 12; do presses Right; done
sees 'pkmap_count\[2\]: 0 becomes 1'
presses Escape
sees 'is mapped at'
sees 'last_pkmap_nr 2'

# A key that is none of the editor's ends it and does what it does.
enters 'kunmap q'
sees 'Space pauses'
presses F5
sees '─ view pkmap ─'
enters 'set animation step; view overview'
enters 'r = alloc highmem'
sees 'paused: '
presses Escape
sees 'is allocated'
enters 'set animation off; kmap q'
sees 'last_pkmap_nr 2'

# What could be typed behind a command, in grey; it is no part of the line.
types 'goto '
sees '^lab> goto STEP'
types 'end'
sees '^lab> goto end$'
presses Enter
sees '^ Step '

# A paste is run line by line, in order; its last line waits for Enter.
tm set-buffer 'print 1 + 1
a = print 40 + 2
print a * 2
print a + 1'
tm paste-buffer -p
sees '^ 84'
sees '^lab> print a \+ 1$'
presses Enter
sees '^ 43'
exit 0
