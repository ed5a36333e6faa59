# A header is at most 120 lines, a file 500, a function 60 (from the line that
# opens it to the "}" in the first column).
function finish() {
	if (name ~ /\.h$/ && last > 120)
		print name ": a header of " last " lines (at most 120)"
	else if (last > 500)
		print name ": a file of " last " lines (at most 500)"
}
FNR == 1 { finish(); name = FILENAME; start = 0 }
{ last = FNR }
/^[a-z_].*\) \{$/ || /^[a-z_].*\)$/ || /^\t+[^;]*\) \{$/ && !start && !/^\t+(if|for|while|switch|else|do)/ {
	if (!start) { start = FNR; what = $0 }
}
/^[^ \t}].*;$/ && start == FNR - 1 { start = 0 }
/^\}/ {
	if (start && FNR - start + 1 > 60)
		print name ":" start ": a function of " FNR - start + 1 " lines (at most 60): " what
	start = 0
}
END { finish() }
