# The same run of lines in two places: one of them should be a function. Blank
# lines, comments, braces, includes and indentation don't count.
BEGIN { RUN = 9 }
FNR == 1 { n = 0; comment = 0 }
{
	line = $0
	gsub(/^[ \t]+|[ \t]+$/, "", line)
	if (line ~ /^\/\*/) comment = 1
	skip = comment || line == "" || line ~ /^\/\// || line ~ /^[{}();,]*$/ || line ~ /^#/ || line ~ /^(break|return|else).{0,2}$/
	if (line ~ /\*\//) comment = 0
	if (skip) next
	n++
	text[n % RUN] = line
	at[n % RUN] = FNR
	if (n < RUN) next
	key = ""
	for (i = n - RUN + 1; i <= n; i++)
		key = key text[i % RUN] "\n"
	from = at[(n + 1) % RUN]
	if (key in seen) {
		split(seen[key], where, ":")
		pair = FILENAME " " where[1]
		if (!(pair in told)) {
			told[pair] = 1
			print FILENAME ":" from ": the same " RUN " lines as at " seen[key]
		}
	} else if (!(key in seen))
		seen[key] = FILENAME ":" from
}
