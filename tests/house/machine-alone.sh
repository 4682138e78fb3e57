#!/bin/sh
# The machine floor is a library of its own: nothing in it is called by a name of Linux, and a
# program that has no other floor links with it whole.

set -u
: "${top_srcdir:?}" "${top_builddir:?}"
lib=$top_builddir/src/machine/libmachine.a
: "${NM:?}" "${CC:?}"
[ -s "$lib" ] || { echo "no $lib"; exit 99; }
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT

# Names of Linux's memory code and of its contexts, as they would stand in a symbol. (PDE and PTE
# are the processor's own words, pte_alloc is not.)
linux='k(un)?map|pkmap|fixmap|fix_to|highmem|lowmem|(^|_)zones?(_|$)|gfp|buddy|vmalloc|vfree'
linux="$linux|softirq|hardirq|preempt|(^|_)tasks?(_|$)|sched|pfn_to|page_to|page_address|mem_map"
linux="$linux|p[gum]d_|pte_(offset|alloc|clear)|mm_struct|init_mm|bounce|printk|linux"

"$NM" "$lib" | awk 'NF >= 2 { print $NF }' >"$work/symbols"
[ "$(wc -l <"$work/symbols")" -gt 20 ] || { echo "nm shows hardly a symbol in $lib"; exit 99; }
if grep -nEi "$linux" "$work/symbols"; then
	echo "the machine floor has names of Linux"
	exit 1
fi

# Every member of the library is linked, so that nothing in it leans on a floor above; then the
# machine is switched on and used without an operating system.
cat >"$work/alone.c" <<'C'
#include <stdio.h>

#include "machine/machine.h"

int main(void)
{
	static struct cpu_model model;
	static struct cost_table cost;
	static struct machine m;
	struct e820_map map;
	struct message why = { "" };
	char word[6] = "";

	if (!cpu_model_read(&model, "tiny", &why) || !cost_table_read(&cost, "default", &why) ||
	    !e820_from_ram(&map, 64u << 20, &why)) {
		fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	machine_init(&m, &map, &model, &cost, 2);
	machine_write(&m, 0, 0x200ffe, "alone", 6, false, NULL);
	machine_read(&m, 1, 0x200ffe, word, 6, false, NULL);
	puts(word);
	machine_release(&m);
	return 0;
}
C
# shellcheck disable=SC2086
$CC -std=c11 ${SANITIZER_CFLAGS-} -I"$top_srcdir/src" -o "$work/alone" "$work/alone.c" \
	-Wl,--whole-archive "$lib" -Wl,--no-whole-archive || exit 1
[ "$("$work/alone")" = alone ]
