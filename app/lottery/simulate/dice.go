package simulate

import "math"

// dice is splitmix64: small, and the same everywhere.
type dice struct{ s uint64 }

func (d *dice) next() uint64 {
	d.s += 0x9e3779b97f4a7c15
	z := d.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// unit is uniform in (0, 1).
func (d *dice) unit() float64 { return (float64(d.next()>>11) + 0.5) / (1 << 53) }

// poisson draws a count with a mean.
func (d *dice) poisson(mean float64) uint64 {
	switch {
	case mean <= 0:
		return 0
	case mean > 64: // the sum of parts that are small enough is drawn by halves
		if mean > 1e5 {
			return uint64(math.Max(0, math.Round(mean+math.Sqrt(mean)*d.normal())))
		}
		n := uint64(0)
		for ; mean > 64; mean -= 64 {
			n += d.poisson(64)
		}
		return n + d.poisson(mean)
	}
	limit, p, n := math.Exp(-mean), d.unit(), uint64(0)
	for p > limit {
		p *= d.unit()
		n++
	}
	return n
}

func (d *dice) normal() float64 {
	return math.Sqrt(-2*math.Log(d.unit())) * math.Cos(2*math.Pi*d.unit())
}
