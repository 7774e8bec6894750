package ticket

import "testing"

// BenchmarkVerify is what a node spends on one ticket: on the cheap half, which all
// that comes in costs, and on the dear half of memory-hard work.
func BenchmarkVerify(b *testing.B) {
	var easiest [32]byte
	for i := range easiest {
		easiest[i] = 0xff
	}
	h := Header{Epoch: 1, Version: Version, Payout: make([]byte, 20)}
	h.Payout[0] = 1
	for _, algo := range []Algo{SHA256D, Argon2id} {
		h.Algo = algo
		inner := Inner(h.Prehash(), 1, 2)
		_, mix := algo.Hash(inner)
		b.Run(algo.String()+"/cheap", func(b *testing.B) {
			for range b.N {
				if _, err := algo.CheckQuick(Inner(h.Prehash(), 1, 2), mix, easiest); err != nil {
					b.Fatal(err)
				}
			}
		})
		if !algo.Dear() {
			continue
		}
		b.Run(algo.String()+"/dear", func(b *testing.B) {
			for range b.N {
				if err := algo.CheckMix(inner, mix); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
