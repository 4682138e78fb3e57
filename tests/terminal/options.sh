#!/bin/sh
# The options, without any terminal: what they do, and what is said of wrong ones.

set -u
: "${KMAPLAB:?}" "${top_srcdir:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

failed() {
	echo "$1"
	echo "--- standard output:"
	cat "$work/out"
	echo "--- standard error:"
	cat "$work/err"
	exit 1
}

# run STATUS ARGUMENTS...: the program with its input from "$work/in".
: >"$work/in"
run() {
	expected=$1
	shift
	"$KMAPLAB" "$@" <"$work/in" >"$work/out" 2>"$work/err"
	status=$?
	[ $status -eq "$expected" ] || failed "kmaplab $*: exit status $status, not $expected"
}

says() {
	grep -qE -- "$1" "$work/out" || failed "no \"$1\" on standard output"
}

complains() {
	grep -qE -- "$1" "$work/err" || failed "no \"$1\" on standard error"
	[ "$(wc -l <"$work/err")" -eq 1 ] || failed "more than one sentence"
}

# Every option of the table is in the help, and is taken.
run 0 --help
for option in plain batch json echo deterministic keep-going kernel ram cpus nr-cpus split highmem \
	e820 cmdline cpu seed trace no-animation ascii theme lang version help; do
	says "--$option"
done
run 0 --version
says '^kmaplab [0-9]'

run 0 -e 'print 6 * 7' -e 'print cycles'
[ "$(head -n 1 "$work/out")" = 42 ] || failed "-e"
run 0 --kernel 6.1 --ram 1G --cpus 3 --nr-cpus 4 --split 2g --highmem 4g --seed 7 --json \
	-e layout
says '"kernel":"6.1"'
says '"cpus":3'
says '"nr_cpus":4'
says '"page_offset":"0x80000000"'

# The first failure ends it, unless it is told to go on.
printf 'nonsense\nprint 42\n' >"$work/in"
run 1 --batch
grep -q '^42' "$work/out" && failed "went on behind a failure"
run 1 --batch --keep-going
says '^42'
printf 'print 6 * 7  # said\n' >"$work/in"
run 0 --batch --echo
[ "$(cat "$work/out")" = "lab> print 6 * 7  # said
42" ] || failed "--echo"
printf 'expect 1 == 2\n' >"$work/in"
run 1
printf 'quit\nnonsense\n' >"$work/in"
run 0
: >"$work/in"
run 0

printf 'alloc highmem\n' >"$work/in"
run 0 --trace "$work/trace"
grep -q '"kind":"ALLOC"' "$work/trace" || failed "no events in the trace"
run 0 --plain --trace "$work/plain-trace"
cmp "$work/trace" "$work/plain-trace" || failed "plain lines trace something else"

printf 'p = alloc highmem\nkmap p\nsave-screen %s\n' "$work/screen" >"$work/in"
run 0 --ascii
[ "$(wc -l <"$work/screen")" -eq 24 ] || failed "save-screen: not 24 lines"
grep -q 'last_pkmap_nr 1' "$work/screen" || failed "save-screen: no pool"
LC_ALL=C grep -q '[^ -~]' "$work/screen" && failed "save-screen: not ASCII"
LINES=50 COLUMNS=132 run 0
[ "$(wc -l <"$work/screen")" -eq 50 ] || failed "save-screen: not 50 lines"

# The man page knows every key of the table.
sed -n 's/^BIND_[A-Z]*([^"]*"\([^"]*\)".*/\1/p' "$top_srcdir/src/front/keys.def" >"$work/keys"
[ "$(wc -l <"$work/keys")" -gt 10 ] || failed "keys.def cannot be read"
while read -r key; do
	grep -qxF ".It $key" "$top_srcdir/man/kmaplab.1" || failed "kmaplab(1) says nothing of $key"
done <"$work/keys"

# Wrong usage: one sentence, exit status 2.
: >"$work/in"
run 2 --nonsense
complains '^kmaplab: there is no option --nonsense'
run 2 -x
complains '^kmaplab: there is no option -x'
run 2 --ram
complains '^kmaplab: --ram wants an argument'
run 2 --json=yes
complains '^kmaplab: --json=yes takes no argument'
run 2 --plain --batch
complains 'exclude each other'
run 2 --theme nonsense
complains 'nonsense'
run 2 --ram nonsense -e 'print 1'
complains 'nonsense'
run 2 --trace /nowhere/at/all -e 'print 1'
complains '/nowhere/at/all'
run 2 --batch "$top_srcdir/README.md"
complains 'a lesson wants a reader'
run 1 /nowhere/at/all
says '/nowhere/at/all'
run 1 --kernel 9 -e zones
says 'The first boot is impossible'

# A byte order mark is no part of the first command.
printf '\357\273\277print 42\n' >"$work/in"
run 0 --batch
says '^42'
: >"$work/in"

# A lesson answers to the beginning of its name; of one that is not there, where they are listed.
printf 'lesson 07\n' >"$work/in"
run 0 --plain
says '^kmap: an address on loan'
printf 'lesson nowhere\n' >"$work/in"
"$KMAPLAB" --plain <"$work/in" >"$work/out" 2>"$work/err"
says 'lesson list'
: >"$work/in"

# Without a screen, view chooses what save-screen draws.
run 0 -e "view pkmap; save-screen $work/pool"
grep -q 'pkmap ffa00000' "$work/pool" || failed "save-screen did not draw the pool"
grep -q 'physical' "$work/pool" && failed "save-screen drew another view"

# What could not be written is no success.
if [ -c /dev/full ]; then
	"$KMAPLAB" -e 'print 1' >/dev/full 2>"$work/err" && failed "a full disk goes unnoticed"
	complains 'cannot be written'
	run 1 --trace /dev/full -e 'print 1'
	complains '/dev/full cannot be written'
	ln -s /dev/full "$work/full.cast"
	ln -s /dev/full "$work/full.svg"
	for film in full.cast full.svg; do
		run 1 -e "record $work/$film" -e 'alloc highmem' -e 'record off'
		says "$film could not be written to its end"
		run 1 -e "record $work/$film" -e 'alloc highmem'
		complains "$film could not be written to its end"
		run 1 -e "save-screen $work/$film"
		says 'cannot be written: No space left'
	done
fi

# The same commands make the same recording; and it is written where it can be.
for film in a.cast a.svg; do
	for time in 1 2; do
		run 0 --deterministic -e "record $work/$film" -e 'p = alloc highmem; kmap p' -e 'record off'
		mv "$work/$film" "$work/$time-$film"
	done
	cmp "$work/1-$film" "$work/2-$film" || failed "--deterministic: $film differs"
done
for file in /nowhere/at/all.svg "$work"; do
	run 1 -e "save-screen $file"
	says 'cannot be written'
done
run 1 -e "record $work/a.gif"
says 'ends with .cast or .svg'
exit 0
