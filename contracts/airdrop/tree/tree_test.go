package tree_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/weftchain/weft/contracts/airdrop/tree"
	"github.com/weftchain/weft/contracts/sdk"
)

// climb computes the root from a leaf's text as the README says, with the
// standard library's hash.
func climb(text string, proof []string) string {
	hash := sha256.Sum256([]byte("\x00" + text))
	for _, p := range proof {
		other, _ := hex.DecodeString(p)
		pair := [][]byte{hash[:], other}
		slices.SortFunc(pair, func(a, b []byte) int { return slices.Compare(a, b) })
		hash = sha256.Sum256(slices.Concat([]byte{1}, pair[0], pair[1]))
	}
	return hex.EncodeToString(hash[:])
}

func entries(n int) []tree.Entry {
	list := make([]tree.Entry, n)
	for i := range list {
		list[i] = tree.Entry{Address: fmt.Sprint("person-", i), Amount: sdk.U128(uint64(i + 1))}
	}
	return list
}

// TestProofs: everybody on a list has a proof, it is no longer than the tree is
// high, and it proves nothing else.
func TestProofs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 70).Draw(t, "n")
		list := entries(n)
		made, err := tree.New(list)
		if err != nil {
			t.Fatal(err)
		}
		height := 0
		for 1<<height < n {
			height++
		}
		for i, e := range list {
			proof, ok := made.Proof(e.Address)
			if !ok || len(proof) > height {
				t.Fatalf("%s: a proof of %d in a tree of height %d", e.Address, len(proof), height)
			}
			if climb(fmt.Sprintf("person-%d %d", i, i+1), proof) != made.Root() {
				t.Fatalf("the proof of %s is wrong", e.Address)
			}
			for _, other := range []string{fmt.Sprintf("person-%d %d", i, i+2), fmt.Sprintf("person-%d %d", i+1, i+1), fmt.Sprintf("person-%d1 %d", i, i+1)} {
				if climb(other, proof) == made.Root() {
					t.Fatalf("the proof of %s proves %s", e.Address, other)
				}
			}
		}
		rand.New(rand.NewSource(1)).Shuffle(n, func(i, k int) { list[i], list[k] = list[k], list[i] })
		if again, err := tree.New(list); err != nil || again.Root() != made.Root() {
			t.Fatal("the root depends on the order of the list", err)
		}
		if _, ok := made.Proof("nobody"); ok {
			t.Fatal("nobody has a proof")
		}
		if made.Total() != sdk.U128(uint64(n*(n+1)/2)) || len(made.Addresses()) != n {
			t.Fatal(made.Total(), made.Addresses())
		}
	})
}

// TestRoot: the root of a list is the same for ever, for it stands on chains. These
// come from another program.
func TestRoot(t *testing.T) {
	for n, want := range map[int]string{
		1: "ff6c34da3fd783e766bc8acc4783b9a5dae8ead6de5b36e7f1bafab695b20b69",
		5: "50b98c48ab7d6a6f212c503088b2174c0fab71a35e352c8e4cfee4d6373de6c4",
	} {
		made, err := tree.New(entries(n))
		if err != nil || made.Root() != want {
			t.Errorf("%d: %s, %v", n, made.Root(), err)
		}
	}
}

func TestRefused(t *testing.T) {
	for want, list := range map[string][]tree.Entry{
		"the list is empty":    nil,
		"bob is there twice":   {{Address: "bob", Amount: sdk.U128(1)}, {Address: "carl", Amount: sdk.U128(1)}, {Address: "bob", Amount: sdk.U128(2)}},
		"bob gets nothing":     {{Address: "bob", Amount: sdk.U128(0)}},
		"add up to more than ": {{Address: "bob", Amount: sdk.Max128}, {Address: "carl", Amount: sdk.U128(1)}},
	} {
		if _, err := tree.New(list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

const (
	alice = "weft17440dtsyrxk8735vszhmycxhqgrh7keqk055nr"
	drop  = "weft1hrpna9v7vs3stzyd4z3xf00676kf78zpe2u5ksvljswn2vnjp3ysmkldr3"
)

func TestReadCSV(t *testing.T) {
	list, err := tree.ReadCSV(strings.NewReader("address,amount\n# a comment\n" + alice + ", 5\r\n\"" + drop + "\",340282366920938463463374607431768211455\n"))
	if err != nil || len(list) != 2 || list[0] != (tree.Entry{Address: alice, Amount: sdk.U128(5)}) || list[1].Amount != sdk.Max128 {
		t.Error(list, err)
	}
	for doc, want := range map[string]string{
		alice + ",5\n" + alice[:42] + "x,5": "line 2: \"" + alice[:42] + "x\" is no address",
		strings.ToUpper(alice) + ",5":       "is no address",
		"bob,5":                             "is no address",
		"1qqqqqqqq,5":                       "is no address",
		alice + ",-5":                       "line 1: \"-5\" is no amount",
		alice + ",5.0":                      "is no amount",
		alice + ",":                         "is no amount",
		alice + ",340282366920938463463374607431768211456": "is no amount",
		alice:                        "wrong number of fields",
		alice + ",5,6":               "wrong number of fields",
		alice + ",5\naddress,amount": "line 2",
	} {
		if _, err := tree.ReadCSV(strings.NewReader(doc)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", doc, err, want)
		}
	}
}
