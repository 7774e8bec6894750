package ranking

import (
	"bytes"
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// memory is the plainest table.
type memory map[Digest]bool

func (m memory) Has(d Digest) (bool, error) { return m[d], nil }

func (m memory) Worst() (Digest, error) { return m.sorted()[len(m)-1], nil }

func (m memory) Remove(d Digest) error {
	delete(m, d)
	return nil
}

func (m memory) sorted() []Digest {
	return slices.SortedFunc(maps.Keys(m), func(a, b Digest) int { return bytes.Compare(a[:], b[:]) })
}

// TestBestOnes: after every ticket the table holds exactly the best of all that
// came, and repeats are told.
func TestBestOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.Uint64Range(1, 8).Draw(t, "most")
		table, all, count := memory{}, memory{}, uint64(0)
		for range rapid.IntRange(1, 40).Draw(t, "tickets") {
			d := Digest{rapid.Byte().Draw(t, "digest")}
			had := table[d]
			next, err := Admit(table, count, most, d)
			if had != errors.Is(err, ErrTwice) {
				t.Fatalf("%x was there: %t, told %v", d[0], had, err)
			}
			if err == nil {
				table[d] = true
				count = next
			}
			all[d] = true
			best := all.sorted()
			best = best[:min(len(best), int(most))]
			if !slices.Equal(best, table.sorted()) || int(count) != len(table) {
				t.Fatalf("best %x, kept %x, counted %d", best, table.sorted(), count)
			}
		}
	})
}

type broken struct{ memory }

var errBroken = errors.New("broken")

func (broken) Worst() (Digest, error) { return Digest{}, errBroken }

func TestFaultsPass(t *testing.T) {
	_, err := Admit(broken{memory{{1}: true}}, 1, 1, Digest{})
	require.ErrorIs(t, err, errBroken)
	_, err = Admit(memory{{1}: true}, 1, 1, Digest{2})
	require.ErrorIs(t, err, ErrWeak)
}
