#!/bin/sh
# The screen in Chinese: characters of two cells in the menu, beside the views and in large type; no
# edge of a box moves, no line begins with what closes.

set -u
. "${top_srcdir:?}/tests/terminal/terminal.sh"
. "${top_srcdir:?}/tests/terminal/cells.sh"
[ -e "$(dirname "$KMAPLAB")/locale" ] || {
	echo "without msgfmt there is no catalogue"
	exit 77
}

mkdir "$work/lessons"
cat >"$work/lessons/01-one.md" <<'MD'
---
title: One
id: 01-one
kernel: 2.6.27
machine: ram=1G cpus=1
---

# One

Text.

```kmaplab run
p = alloc highmem
```
MD
sed 's/One$/高端記憶體的第一課/; s/^Text\./核心把記憶體切成頁框，每個頁框有一個編號。這裡沒有空白，但是每一行都可以在字與字之間換行，只是標點符號不會跑到行首。/' \
	"$work/lessons/01-one.md" >"$work/lessons/01-one.zh_TW.md"
sed 's/01-one/02-two/; s/One$/English/' "$work/lessons/01-one.md" >"$work/lessons/02-two.md"
export KMAPLAB_LESSONS="$work/lessons"

# A screen with each character as wide as its cells, for whoever counts columns: | is a wall.
columns() {
	screen | LC_ALL=C sed 's/\xe2\x94\x82/|/g; s/[\xe3-\xef][\x80-\xbf][\x80-\xbf]/zz/g
		s/\xe2[\x80-\xbf][\x80-\xbf]/./g; s/\xc2[\x80-\xbf]/./g'
}

# No line of the screen begins with closing punctuation.
no_line_begins_wrong() {
	screen | LC_ALL=C.UTF-8 grep -nE '^ *(│ *)?(，|。|、|」|）)' && failed 'a line begins with what closes'
}

# What is on the screen once a text is, is what ^L draws anew: no half of a character is left over, and
# none has taken a neighbour's. $1: the text.
drawn_whole() {
	sees "$1"
	until tm capture-pane -p -e >"$work/drawn" && sleep 0.3 &&
		tm capture-pane -p -e | cmp -s - "$work/drawn"; do :; done
	cells_of_screen=$(cells <"$work/drawn")
	presses C-l
	tries=$((WAIT * 10))
	until [ "$(tm capture-pane -p -e | cells)" = "$cells_of_screen" ]; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || {
			echo "$cells_of_screen" | grep -v '^~' | sed 's/^/before | /'
			failed 'drawn anew it is another screen'
		}
		sleep 0.1
	done
}

shell 80x24
enters "clear; LC_ALL= LANG=zh_TW.UTF-8 $KMAPLAB --no-animation"
sees '課程'
sees '01-one +高端記憶體的第一課'
sees '02-two +English'
walls=$(columns | awk '/0[12]-/ {
	match($0, /\| *0[12]-/)
	print RSTART, index(substr($0, RSTART + 1), "|")
}' | sort -u)
[ "$(echo "$walls" | wc -l)" -eq 1 ] && [ "${walls##* }" -gt 10 ] ||
	failed 'the edges of the menu are not in line'
presses Enter
sees '核心把記憶體切成頁框'
no_line_begins_wrong
tm resize-window -x 44 -y 24
sees '不會跑到'
no_line_begins_wrong
tm resize-window -x 160 -y 40
sees '按 Enter'

# Wide characters that come where others were, an odd number of columns beside them.
presses Enter
enters 'print 6 * 7'
drawn_whole '^ 42'
presses Tab
drawn_whole '▸─'
presses Escape
sees_no '▸─'
presses F5
drawn_whole '^lab>'
presses F3
drawn_whole '^lab>'
enters 'help'
drawn_whole 'help COMMAND'
tm resize-window -x 100 -y 30
enters 'print "記憶體" == "高端記憶體"'
drawn_whole '記憶體" =='
enters 'quit'
sees '^sh>'

enters "clear; $KMAPLAB present --lang zh_TW 01"
sees '高端記憶體的第一課'
sees '核心把記憶體'
# A column of ten characters, and the eleventh is a comma: it takes the tenth with it.
tm resize-window -x 24 -y 40
sees '^ *核心把記憶體切成頁 *$'
no_line_begins_wrong
types q
sees '^sh>'
exit 0
