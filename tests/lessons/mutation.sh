#!/bin/sh
# A lesson that passes on a broken kernel teaches nothing: with the mechanism switched off that it
# is about, a lesson must notice.

set -u
: "${top_srcdir:?}" "${KMAPLAB:?}" "${KMAPLAB_DATA:?}"
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
bad=0

# noticed FILE LESSON WHAT: the lint refuses the file, and it cannot be solved.
noticed() {
	if "$KMAPLAB" lesson lint "$1" >"$work/out" 2>&1; then
		echo "$2 does not notice $3 in the lint"
		bad=1
	fi
	if "$KMAPLAB" lesson run --solve "$1" >"$work/out" 2>&1; then
		echo "$2 is solved although $3 is on"
		bad=1
	fi
}

# broken LESSON SWITCH: the lesson begins with a command that turns the switch on, and turns it on
# again when it boots another machine.
broken() {
	copy=$work/$1.md
	awk -v switch="$2" '
		{ print }
		/^---$/ && ++rules == 2 { print "\n```kmaplab run\nset broken." switch " on\n```" }
		/^```/ { run = $0 == "```kmaplab run" }
		/^boot( |$)/ && run { print "set broken." switch " on" }
	' "$top_srcdir/lessons/$1.md" >"$copy"
	grep -q "^set broken.$2 on" "$copy" || exit 99
	noticed "$copy" "$1" "$2"
}

# other_kernel LESSON SED: the kernels are booted with their numbers changed.
other_kernel() {
	rm -rf "$work/data"
	cp -R "$KMAPLAB_DATA" "$work/data" || exit 99
	chmod -R u+w "$work/data"
	for profile in "$work"/data/kernels/*.conf; do
		sed "$2" "$profile" >"$work/changed" || exit 99
		cat "$work/changed" >"$profile"
	done
	! diff -r "$KMAPLAB_DATA" "$work/data" >/dev/null || exit 99
	(KMAPLAB_DATA=$work/data; export KMAPLAB_DATA; bad=0
	 noticed "$top_srcdir/lessons/$1.md" "$1" "$2"; exit $bad) || bad=1
}

broken 01-two-address-spaces no_cow
other_kernel 02-896 's/^vmalloc_reserve = .*/vmalloc_reserve = 64M/'
broken 03-zones no_fallback
broken 04-splits ignore_user
broken 05-walk narrow_entries
broken 06-tlb ignore_invlpg
broken 06-tlb ignore_flush
broken 06-tlb lose_ipi
broken 07-kmap no_wrap_flush
broken 07-kmap lose_ipi
broken 07-kmap ignore_flush
broken 08-count-of-one no_wrap_flush
broken 08-count-of-one lose_ipi
broken 08-count-of-one ignore_flush
broken 09-full-window no_wakeup
broken 10-atomic-slots ignore_invlpg
broken 10-atomic-slots no_slot_clear
broken 11-atomic-means-atomic no_might_sleep
broken 11-atomic-means-atomic no_preempt_count
broken 12-slots-to-stack pop_before_clear
broken 13-kmap-local no_kmap_save
broken 14-bounce no_bounce
broken 15-the-price lose_ipi
broken 15-the-price no_wrap_flush
broken 16-the-end highmem_for_all
broken bug-kmap-in-irq no_might_sleep
broken bug-missing-kunmap no_wakeup
broken bug-off-the-end no_slot_clear
broken bug-page-for-address no_slot_clear
broken bug-pop-before-clear pop_before_clear
broken bug-stale-pointer no_wrap_flush
broken demo-bounce no_bounce
broken demo-shootdown lose_ipi
broken demo-slots ignore_invlpg
broken demo-split ignore_user
broken demo-story no_wrap_flush
exit $bad
