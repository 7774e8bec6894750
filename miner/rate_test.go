package miner

import (
	"crypto/sha256"
	"testing"

	"golang.org/x/crypto/argon2"

	"github.com/weftchain/weft/app/lottery/target"
	"github.com/weftchain/weft/app/lottery/ticket"
	lottery "github.com/weftchain/weft/proto/weft/lottery/v1"
)

// The search beside the library alone: nothing between them may cost much.

func hardWork(b *testing.B, algo ticket.Algo) *Work {
	b.Helper()
	hard := target.Target{31: 1}
	w, err := NewWork(Who{Payout: make([]byte, 20)}, &lottery.QueryWorkResponse{Seed: make([]byte, 32), Target: hard[:], Algo: lottery.PowAlgo(algo), Version: 1})
	if err != nil {
		b.Fatal(err)
	}
	return w
}

func BenchmarkSearchSHA256D(b *testing.B) {
	s, w := NewSearch(100), hardWork(b, ticket.SHA256D)
	hash := w.hasher(1)
	b.ResetTimer()
	s.batch(w, hash, 0, uint64(b.N))
}

func BenchmarkLibrarySHA256D(b *testing.B) {
	var inner [ticket.InnerBytes]byte
	for i := range b.N {
		inner[47] = byte(i)
		once := sha256.Sum256(inner[:])
		sha256.Sum256(once[:])
	}
}

func BenchmarkSearchArgon2id(b *testing.B) {
	s, w := NewSearch(100), hardWork(b, ticket.Argon2id)
	hash := w.hasher(1)
	b.ResetTimer()
	s.batch(w, hash, 0, uint64(b.N))
}

func BenchmarkLibraryArgon2id(b *testing.B) {
	var inner [ticket.InnerBytes]byte
	for i := range b.N {
		inner[47] = byte(i)
		argon2.IDKey(inner[:], inner[:32], 1, 256, 1, 32)
	}
}
