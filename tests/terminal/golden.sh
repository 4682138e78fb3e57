#!/bin/sh
# Golden screens: each view at 80x24, 120x40 and 200x60, in colour, monochrome and ASCII, drawn by the
# real program in a real terminal and compared cell by cell: the character and how it looks.
#
#	golden.sh				compares all of them: the test
#	golden.sh diff   [VIEW [SIZE [MODE]]]	shows what differs
#	golden.sh accept [VIEW [SIZE [MODE]]]	makes what is drawn now the golden ones
#	golden.sh show    VIEW SIZE MODE	prints the golden screen, without its looks
#
# VIEW, SIZE and MODE may be "all"; VIEW "pane" is that of a lesson. For each size and mode one terminal
# runs one program through all views. A golden file is what cells.sh makes of the screen.

set -u
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${KMAPLAB:=$PWD/kmaplab}"
export KMAPLAB top_srcdir
: "${KMAPLAB_DATA:=$top_srcdir/data}" "${KMAPLAB_LESSONS:=$top_srcdir/lessons}"
export KMAPLAB_DATA KMAPLAB_LESSONS

verb=${1:-check}
only_view=${2:-all} only_size=${3:-all} only_mode=${4:-all}
views='overview zones virtual pkmap fixmap tlb walk code cpus events cost dmesg help lesson'
sizes='80x24 120x40 200x60'
modes='colour mono ascii'
golden=$top_srcdir/tests/terminal/golden/views

case $verb in
check | diff | accept) ;;
show)
	grep -v '^~' "$golden/$2-$3-$4"
	exit
	;;
*)
	sed -n '5,9s/^#	//p' "$0"
	exit 2
	;;
esac
. "${top_srcdir:?}/tests/terminal/terminal.sh"
. "${top_srcdir:?}/tests/terminal/cells.sh"

# The screen once it is at rest: twice the same, and it says which command it answers.
capture() {
	tries=$((WAIT * 20))
	before=
	while [ $tries -gt 0 ]; do
		tm capture-pane -p -e >"$work/now"
		now=$(cat "$work/now")
		if [ "$now" = "$before" ] && tm capture-pane -p | grep -qF -- " $1"; then
			cells <"$work/now" >"$work/cells"
			return
		fi
		before=$now
		tries=$((tries - 1))
		sleep 0.02
	done
	failed "waited in vain for \"$1\""
}

differ=0

compare() {
	file=$golden/$1-$2-$3
	case $verb in
	accept) cp "$work/cells" "$file" ;;
	diff) diff -u "$file" "$work/cells" || differ=1 ;;
	check)
		if ! cmp -s "$file" "$work/cells"; then
			echo "$1 at $2 in $3 differs: tests/terminal/golden.sh diff $1 $2 $3"
			differ=$((differ + 1))
			diff -u "$file" "$work/cells" | sed -n '1,12p'
		fi
		;;
	esac
}

chosen() {
	[ "$2" = all ] || [ "$1" = "$2" ]
}

# A machine that has something to show: a slot in use and one that is not flushed, an atomic slot, an
# entry in another CPU's TLB, a CPU in an interrupt, another in the middle of kmap().
history() {
	enters 'boot cpus=3'
	sees ' 3 CPUs'
	enters 'alloc highmem 6; alloc normal 2; kmap p0; kmap p1; read p1; cpu1: read p0; kunmap p1'
	enters 'cpu1: kmap_atomic p2 KM_USER0; cpu2: irq'
	sees 'interrupts off'
	enters 'kmap p3'
	sees 'p3 .*is mapped'
	enters 'back 9'
	capture 'back 9'
}

one_terminal() {
	case $2 in
	colour) options= ;;
	mono) options='--theme mono' ;;
	ascii) options=--ascii ;;
	esac
	# A server of its own: the one before may still be on its way out.
	socket=kmaplab-$$-$1-$2
	shell "$1"
	enters "export TERM=tmux-256color; cd $top_srcdir/tests/terminal"
	enters "clear; $KMAPLAB --no-animation $options"
	sees '[-─] lessons [-─]' # else Escape and what is typed next would be Alt and a letter
	leave_menu
	history
	for view in $views; do
		if [ "$view" = lesson ]; then
			# A wrong answer in the lesson's pane; the view `lesson` then has the step alone.
			# A program of their own, so that the panes beside them are not of views before.
			enters quit
			sees '^sh>'
			enters "clear; $KMAPLAB --no-animation $options golden-lesson.md"
			sees 'Enter runs this'
			presses Enter
			sees 'Which slot'
			enters a
			sees 'Not so'
			capture 'a'
			chosen pane "$only_view" && compare pane "$1" "$2"
		fi
		chosen "$view" "$only_view" || continue
		# The list of all commands is longer each time one is added: here one topic will do.
		topic=$view
		[ "$view" = help ] && topic='help kmap'
		enters "view $topic"
		capture "view $topic"
		compare "$view" "$1" "$2"
	done
	enters quit
	sees '^sh>'
	tm kill-server
}

for size in $sizes; do
	chosen "$size" "$only_size" || continue
	for mode in $modes; do
		chosen "$mode" "$only_mode" && one_terminal "$size" "$mode"
	done
done
[ $differ -eq 0 ]
