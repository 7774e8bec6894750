package simulate

import "math"

// ChiSquare is the statistic of counts against the parts that were expected, and
// the probability that chance alone gives one as large.
func ChiSquare(seen []uint64, parts []float64) (statistic, p float64) {
	var total float64
	for _, n := range seen {
		total += float64(n)
	}
	var sum float64
	for _, w := range parts {
		sum += w
	}
	degrees := -1
	for i, w := range parts {
		if w <= 0 {
			continue
		}
		want := total * w / sum
		statistic += (float64(seen[i]) - want) * (float64(seen[i]) - want) / want
		degrees++
	}
	if degrees < 1 || total == 0 {
		return 0, 1
	}
	return statistic, upperGamma(float64(degrees)/2, statistic/2)
}

// upperGamma is the regularised upper incomplete gamma function Q(a, x), by
// series below a+1 and by continued fraction above.
func upperGamma(a, x float64) float64 {
	if x <= 0 {
		return 1
	}
	log, _ := math.Lgamma(a)
	front := math.Exp(-x + a*math.Log(x) - log)
	if x < a+1 {
		sum, term := 1/a, 1/a
		for n := 1.0; n < 10_000 && term > sum*1e-15; n++ {
			term *= x / (a + n)
			sum += term
		}
		return 1 - front*sum
	}
	const tiny = 1e-300
	b, c := x+1-a, 1/tiny
	d := 1 / b
	h := d
	for i := 1.0; i < 10_000; i++ {
		an := -i * (i - a)
		b += 2
		if d = an*d + b; math.Abs(d) < tiny {
			d = tiny
		}
		if c = b + an/c; math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		h *= d * c
		if math.Abs(d*c-1) < 1e-15 {
			break
		}
	}
	return front * h
}
