# Includes against floors.table. First argument: the table; then the sources.
function floor_of(path,   f, best) {
	best = ""
	for (f in floor)
		if (index(path, f) == 1 && (length(path) == length(f) || substr(path, length(f) + 1, 1) ~ /[\/._]/))
			if (length(f) > length(best))
				best = f
	return best
}
function in_place(path, places,   n, p, i) {
	n = split(places, p, " ")
	for (i = 1; i <= n; i++)
		if (index(path, p[i]) == 1)
			return 1
	return 0
}
function walk(file, trail,   n, next_, i) {
	if (state[file] == 2)
		return
	if (state[file] == 1) {
		print file ": include cycle:" trail " " file
		return
	}
	state[file] = 1
	n = split(uses[file], next_, " ")
	for (i = 1; i <= n; i++)
		walk(next_[i], trail " " file)
	state[file] = 2
}

FILENAME == ARGV[1] && /^%header/ {
	pattern[++patterns] = $2
	places[patterns] = $0
	sub(/^%header[ \t]+[^ \t]+[ \t]+/, "", places[patterns])
	next
}
FILENAME == ARGV[1] && /^[a-z]/ {
	floor[$1] = " " $1 " "
	for (i = 2; i <= NF; i++)
		floor[$1] = floor[$1] $i " "
	next
}
FILENAME == ARGV[1] { next }

FNR == 1 {
	own = FILENAME
	sub(/\.c$/, ".h", own)
	first = FILENAME ~ /\.c$/ && (getline line < own) > 0
	close(own)
	mine = floor_of(FILENAME)
	if (mine == "")
		print FILENAME ": belongs to no floor of tests/check/floors.table"
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	name = part[2]
	if (first && name != own)
		print FILENAME ":" FNR ": includes \"" name "\" before its own header"
	first = 0
	if (name ~ /\.\.\// || name !~ /\//)
		print FILENAME ":" FNR ": \"" name "\" is not written from the root"
	theirs = floor_of(name)
	if (theirs != mine && floor[mine] !~ / \* / && index(floor[mine], " " theirs " ") == 0)
		print FILENAME ":" FNR ": " mine " may not include \"" name "\""
	uses[FILENAME] = uses[FILENAME] " " name
	next
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	if (first)
		print FILENAME ":" FNR ": includes <" name "> before its own header"
	first = 0
	for (i = 1; i <= patterns; i++)
		if (name ~ pattern[i] && !in_place(FILENAME, places[i]))
			print FILENAME ":" FNR ": <" name "> belongs to " places[i] " alone"
}
END {
	for (file in uses)
		walk(file, "")
}
