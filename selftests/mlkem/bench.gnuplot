# SPDX-License-Identifier: GPL-2.0
#
# Bars from the lines "bench IMPL SET keygen encaps decaps sum ratio" in the file
# that the variable `lines` names. Nothing is drawn behind them, and text is of
# a grey that can be read on white and on black.

names = "avx512 avx2 portable openssl"
titles = "'AVX-512VL' 'AVX2' 'portable C' 'OpenSSL'"
colours = "#2a9d8f #4a82d6 #9a73c9 #e07b39"
sets = "mlkem512 mlkem768 mlkem1024"
grey = "#7d7d7d"

place_in(list, name) = sum [i=1:words(list)] (word(list, i) eq name ? i : 0)
x(name, set) = 5 * place_in(sets, set) + place_in(names, name)
thousands(sum) = sprintf("%.0f", sum / 1000.)

set terminal svg size 720,360 font "sans-serif,13" name "bench"
set title "ML-KEM: key generation + encapsulation + decapsulation" \
	textcolor rgb grey
set ylabel "thousands of TSC ticks (less is faster)" textcolor rgb grey
set border 3 linecolor rgb grey
set key top left reverse Left textcolor rgb grey
set xtics nomirror scale 0 textcolor rgb grey
set xtics ("ML-KEM-512" 7.5, "ML-KEM-768" 12.5, "ML-KEM-1024" 17.5)
set ytics nomirror textcolor rgb grey
set xrange [5:20]
set yrange [0:*]
set offsets 0, 0, graph 0.08, 0
set boxwidth 0.9
set style fill solid

plot for [i=1:words(names)] lines \
	using (strcol(2) eq word(names, i) ? \
	       x(strcol(2), strcol(3)) : NaN):(column(7) / 1000) \
	with boxes linecolor rgb word(colours, i) title word(titles, i), \
	lines using (x(strcol(2), strcol(3))):(column(7) / 1000): \
		(thousands(column(7))) \
	with labels offset 0, 0.6 textcolor rgb grey notitle
