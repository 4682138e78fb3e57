# The cells of a screen as text: a line for each row, and below it, indented by "~", the looks of the
# cells that do not look as usual: columns, attributes, colour. Sourced, not run: two screens are the
# same, for whoever looks at them, when these are.

# What tmux says of its cells, as rows of text and runs of looks. Works on bytes, so that it does the
# same in every awk: a character begins where a byte is no continuation of UTF-8.
cells() {
	LC_ALL=C awk '
	BEGIN {
		for (i = 128; i < 192; i++)
			continuation[sprintf("%c", i)] = 1
		look = ""
	}
	function sgr(list,	n, p, i, k) {
		n = split(list, p, ";")
		if (list == "")
			bold = dim = line = turned = fg = bg = ""
		for (i = 1; i <= n; i++) {
			k = p[i] + 0
			if (k == 0)
				bold = dim = line = turned = fg = bg = ""
			else if (k == 1) bold = " bold"
			else if (k == 2) dim = " dim"
			else if (k == 4) line = " underline"
			else if (k == 7) turned = " reverse"
			else if (k == 22) bold = dim = ""
			else if (k == 24) line = ""
			else if (k == 27) turned = ""
			else if (k == 39) fg = ""
			else if (k == 49) bg = ""
			else if (k == 38) { fg = " " p[i + 2]; i += 2 }
			else if (k == 48) { bg = " on " p[i + 2]; i += 2 }
			else if (k >= 30 && k < 38) fg = " " (k - 30)
			else if (k >= 40 && k < 48) bg = " on " (k - 40)
			else if (k >= 90 && k < 98) fg = " " (k - 82)
			else if (k >= 100 && k < 108) bg = " on " (k - 92)
		}
		look = bold dim line turned fg bg
	}
	function end_run() {
		if (run != "")
			runs = runs " " from "-" (x - 1) ":" run ";"
	}
	{
		x = 0; text = runs = run = ""
		rest = $0
		while (rest != "") {
			c = substr(rest, 1, 1)
			if (c == "\033" && match(rest, /^\033\[[0-9;]*m/)) {
				sgr(substr(rest, 3, RLENGTH - 3))
				rest = substr(rest, RLENGTH + 1)
				continue
			}
			rest = substr(rest, 2)
			if (c == "\016" || c == "\017")
				continue
			text = text c
			if (c in continuation)
				continue
			# Of a blank nobody sees the colour that it would be written in.
			seen = c == " " ? line turned bg : look
			if (seen != run) {
				end_run()
				run = seen
				from = x
			}
			x++
		}
		end_run()
		sub(/ +$/, "", text)
		print text
		if (runs != "")
			print "~" runs
	}'
}
