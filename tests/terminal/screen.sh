#!/bin/sh
# The screen: the overview at 80x24, several panes at 200x60, the prompt at 20x5, and a change of size
# in the middle; panes, focus, zoom and the timeline.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"

shell 80x24
lab --no-animation
enters 'alloc highmem'
sees 'is allocated'
enters 'kmap p0'
sees 'last_pkmap_nr 1'
sees '^lab> *$'
sees '896M┼'
sees '16M┼'
sees 'CPU 0 TLB'
sees 'KM_|BOUNCE_READ'

# save-screen writes what is on the screen, but for the line in which it was typed.
screen | sed 's/ *$//' | head -n 20 >"$work/shown"
enters "save-screen $work/saved"
sees '─ save-screen'
[ -s "$work/saved" ] || failed "save-screen wrote nothing"
head -n 20 "$work/saved" >"$work/saved-top"
diff "$work/shown" "$work/saved-top" ||
	failed "save-screen saved something else"

tm resize-window -x 200 -y 60
sees '┬── CPU 0 (runs|ran)'
sees '├── .*TLB'
sees '  448  ···'
screen | awk 'length($0) > 0 { n++ } END { exit n < 40 }' || failed "the large screen is not used"

tm resize-window -x 20 -y 5
sees '^lab>'
sees 'step [0-9]+ of'
[ "$(screen | wc -l)" -le 5 ] || failed "more rows than there are"
enters 'print 6 * 7'
sees '42'

# Back again, and in the middle of a line.
types 'print 40 '
tm resize-window -x 80 -y 24
types '+ 2'
sees '^lab> print 40 \+ 2'
presses Enter
sees '^ 42'
sees '896M┼'

# Windows that nobody can read must not harm: a line longer than the screen, and candidates.
for size in 1x1 2x8 16x2 30x4; do
	tm resize-window -x "${size%x*}" -y "${size#*x}"
	types 'print 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1'
	presses Home End BSpace F1 Escape Enter k Tab Tab Tab
	presses C-c
done
tm resize-window -x 80 -y 24
types 'zz' # ^C is a signal and may overtake keys: wait until all of them were read
sees 'zz'
presses C-c
sees '^lab>$'
enters 'print 6 * 8'
sees '^ 48'

# Tab leads through the panes, which at this size are shown one by one, to the timeline and back.
presses Tab
sees '^▸─ virtual'
presses Down
sees '─ print 6 \* 8 ─.* (slot|CPU|fixmap|pkmap|vmalloc|HighMem|Normal|DMA|direct|user|event)'
presses Enter
sees '─ what is this\? ─'
presses Escape
sees_no '─ what is this\? ─'
presses Tab
sees '^▸─ CPU 0 ran'
presses BTab
sees 'direct map'
presses BTab
sees '^lab> *$'
sees_no '^▸─'
presses BTab
presses Left
sees '─ back 1'
presses Home
sees 'just booted'
presses End
sees '─ goto end'
# Typing leads back to the prompt.
types 'print 7'
sees '^lab> print 7$'
presses Enter
sees '^ 7'

# Zoomed, one pane has all the room; and back.
tm resize-window -x 140 -y 40
sees '┬── CPU 0 ran'
enters 'view pkmap; zoom'
sees_no 'CPU 0 ran'
presses F11
sees '┬── CPU 0 ran'

# The back row sees one pane in wide spacing.
enters 'set print large'
sees 'p k m a p'
enters 'set print normal'
sees '── pkmap'
# The mouse: a click tells what a slot is, another one shows it; the timeline is dragged.
enters 'quit'
sees '^sh>'
tm resize-window -x 80 -y 24
KMAPLAB="env TERM=xterm-256color $KMAPLAB"
lab --no-animation
enters 'p = alloc highmem; kmap p'
sees 'is mapped at'
# A buffer is written at once: typed key by key, an Escape could be taken for one.
mouse() {
	tm set-buffer "$(printf '\033[<%d;%d;%d%s' "$1" "$2" "$3" "$4")"
	tm paste-buffer -r
}
mouse 0 9 12 M
mouse 0 9 12 m
sees '─ what is this\? ─'
sees '│ slot 1 +ffa01000, count 2: maps p for 1 user'
mouse 0 9 12 M
mouse 0 9 12 m
sees '── pkmap 1 ─'
sees 'Slot 1 of the pool, 0xffa01000: count 2'
sees_no '─ what is this\? ─'
# In the pop-up itself: a click on the command runs it.
mouse 0 9 12 M
mouse 0 9 12 m
sees '─ what is this\? ─'
row=$(screen | awk '/│ pkmap 1 /{ print NR; exit }')
presses Escape
sees_no '─ what is this\? ─'
presses F5
sees '─ view pkmap ─'
presses F2
sees '─ view overview ─'
mouse 0 9 12 M
mouse 0 9 12 m
sees '─ what is this\? ─'
mouse 0 9 "$row" M
mouse 0 9 "$row" m
sees '── pkmap 1 ─'
enters 'goto end'
sees '─ goto end ─'
mouse 0 60 21 M
sees '─ goto [0-9]+ ─'
mouse 32 77 21 M
mouse 0 77 21 m
sees '─ goto end ─'
# `lesson` alone opens the menu of them.
enters 'lesson'
sees '[-─] lessons [-─]'
presses Escape
sees_no '[-─] lessons [-─]'
sees '^lab>'

# The menu of lessons: a click marks, another one opens.
enters 'quit'
sees '^sh>'
enters "clear; $KMAPLAB --no-animation"
sees '─ lessons ─'
row=$(screen | awk '/│ 03-zones /{ print NR; exit }')
mouse 0 9 "$row" M
mouse 0 9 "$row" m
mouse 0 9 "$row" M
mouse 0 9 "$row" m
sees '─ lesson[:,].* Zones '
exit 0
