# Rows of the races (case, what, threads, Mpx, round, wall seconds, CPU seconds or nothing) to Markdown tables with medians, spreads and ratios, these round by
# round. Variables: wanted (file of compare()), csv (file to append to, or empty), date, commit, machine.
function sorted(list, n, out,    a, i, k, v) {
    split(list, a, " ")
    for (i = 2; i <= n; i++) {
        v = a[i] + 0
        for (k = i - 1; k >= 1 && a[k] + 0 > v; k--) a[k + 1] = a[k]
        a[k + 1] = v
    }
    for (i = 1; i <= n; i++) out[i] = a[i] + 0
}
function median(list, n,    a) {
    sorted(list, n, a)
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
function value(bar,    part) {
    return split(bar, part, "/") == 2 ? part[1] / part[2] : bar + 0
}
function said(r) {
    return r >= 1 ? sprintf("%.2f", r) : r >= 0.1 ? sprintf("%.2f (1/%.2f)", r, 1 / r) : sprintf("1/%.1f", 1 / r)
}
function speed(key) {
    return mid[key] > 0 ? sprintf("%.4g", mpx_of[key] / mid[key]) : ""
}
function quoted(text) {
    gsub(/"/, "\"\"", text)
    return text ~ /[",]/ ? "\"" text "\"" : text
}
# The median over rounds of seconds a pixel, key's by other's; "" when there are none.
function ratio_of(taken, key, other,    k, count, ratios) {
    for (k = 1; k <= n[key]; k++)
        if (((key, k) in taken) && ((other, k) in taken) && taken[other, k] > 0) {
            ratios = ratios " " (taken[key, k] / mpx_of[key]) / (taken[other, k] / mpx_of[other])
            count++
        }
    return count ? median(ratios, count) : ""
}
function row(key, to, ratio) {
    if (csv != "")
        printf "%s,%s,%s,%s,%s,%s,%.6g,%s,%s,%s\n", date, quoted(commit), quoted(machine), quoted(case_of[key]), quoted(what_of[key]), threads_of[key], mid[key],
            speed(key), quoted(to), ratio >>csv
}
{
    key = $1 "\t" $2 "\t" $3
    if (!(key in n)) {
        order[++keys] = key
        case_of[key] = $1
        what_of[key] = $2
        threads_of[key] = $3
        mpx_of[key] = $4
    }
    n[key]++
    list[key] = list[key] " " $6
    wall[key, $5] = $6
    if ($7 != "") {
        cpu[key, $5] = $7
        cpus[key] = cpus[key] " " $7
    }
}
END {
    if (keys == 0) exit
    print "| case | what | threads | median s | min to max s | Mpx/s | CPU s |"
    print "|---|---|---|---|---|---|---|"
    for (i = 1; i <= keys; i++) {
        key = order[i]
        mid[key] = median(list[key], n[key])
        sorted(list[key], n[key], a)
        printf "| %s | %s | %s | %.3f | %.3f to %.3f | %s | %s |\n", case_of[key], what_of[key], threads_of[key], mid[key], a[1], a[n[key]], speed(key),
            cpus[key] == "" ? "" : sprintf("%.3f", median(cpus[key], n[key]))
        row(key, "", "")
    }
    if ((getline line <wanted) <= 0) exit
    close(wanted)
    print "\n| case | what | threads | seconds a pixel, as a share of | ratio | first bar | bar | ratio of CPU seconds |"
    print "|---|---|---|---|---|---|---|---|"
    while ((getline line <wanted) > 0) {
        split(line, f, "\t")
        key = f[1] "\t" f[2] "\t" f[3]
        other = f[1] "\t" f[4] "\t" f[5]
        if (!(key in n) || !(other in n)) continue
        r = ratio_of(wall, key, other)
        if (r == "") continue
        of_cpu = ratio_of(cpu, key, other)
        to = f[4] ", " f[5] (f[5] == 1 ? " thread" : " threads")
        printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", f[1], f[2], f[3], to, said(r),
            f[6] == "" ? "" : "≤ " f[6] (r <= value(f[6]) ? ": met" : ": not met"), f[7] == "" ? "" : "≤ " f[7] (r <= value(f[7]) ? ": met" : ": not met"),
            of_cpu == "" ? "" : said(of_cpu)
        row(key, to, sprintf("%.6g", r))
    }
}
