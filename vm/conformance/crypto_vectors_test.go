//go:build cgo

package conformance

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// voiVectors reads the vectors that curve25519-voi carries: the 12 of speccheck,
// the 196 of ZIP-215, those of ed25519vectors (points with a part of small order)
// and of Wycheproof.
func voiVectors(t *testing.T) []voiVector {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/oasisprotocol/curve25519-voi").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "primitives", "ed25519", "testdata")
	if err != nil {
		t.Fatal(err)
	}
	var speccheck []struct{ Message, Pub_key, Signature string }
	unzip(t, filepath.Join(dir, "speccheck_cases.json.gz"), &speccheck)
	var zip215 [][2]string // key, signature
	unzip(t, filepath.Join(dir, "zip215.json.gz"), &zip215)
	var wycheproof struct {
		TestGroups []struct {
			Key   struct{ Pk string }
			Tests []struct{ Msg, Sig string }
		}
	}
	unzip(t, filepath.Join(dir, "eddsa_test.json.gz"), &wycheproof)
	var vectors []voiVector
	for _, v := range speccheck {
		vectors = append(vectors, voiVector{unhex(t, v.Message), unhex(t, v.Signature), unhex(t, v.Pub_key)})
	}
	for _, v := range zip215 {
		vectors = append(vectors, voiVector{[]byte("Zcash"), unhex(t, v[1]), unhex(t, v[0])})
	}
	if len(speccheck) != 12 || len(zip215) != 196 {
		t.Errorf("%d vectors of speccheck, %d of ZIP-215", len(speccheck), len(zip215))
	}
	var edge []struct{ A, R, S, M string }
	unzip(t, filepath.Join(dir, "ed25519vectors.json.gz"), &edge)
	for _, v := range edge {
		vectors = append(vectors, voiVector{[]byte(v.M), append(unhex(t, v.R), unhex(t, v.S)...), unhex(t, v.A)})
	}
	n := len(vectors)
	for _, g := range wycheproof.TestGroups {
		for _, v := range g.Tests {
			vectors = append(vectors, voiVector{unhex(t, v.Msg), unhex(t, v.Sig), unhex(t, g.Key.Pk)})
		}
	}
	if len(vectors)-n < 100 {
		t.Errorf("%d vectors of Wycheproof", len(vectors)-n)
	}
	return vectors
}

// init adds a source: the vectors of Wycheproof at the commit that x/crypto tests with.
func init() {
	sources["wycheproof"] = source{
		"github.com/google/wycheproof@v0.0.0-20191219022705-2196000605e4", "h1:/jhsqtCSTRK25HsqYePIHeLbPIDBwVOANhQmWRdgsyA=", false,
	}
}

// TestWycheproof runs its ECDSA signatures (r and s joined) on both curves.
func TestWycheproof(t *testing.T) {
	l := cryptoLab(t)
	for _, name := range []string{"secp256k1", "secp256r1"} {
		raw, err := os.ReadFile(filepath.Join(sourceDir(t, "wycheproof"), "testvectors", "ecdsa_"+name+"_sha256_p1363_test.json"))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			TestGroups []struct {
				Key   struct{ Uncompressed string }
				Tests []struct {
					TcID                      int
					Comment, Msg, Sig, Result string
				}
			}
		}
		if err := json.Unmarshal(raw, &file); err != nil {
			t.Fatal(err)
		}
		ran := 0
		for _, g := range file.TestGroups {
			key := unhex(t, g.Key.Uncompressed)
			for _, v := range g.Tests {
				ran++
				sig := unhex(t, v.Sig)
				hash := sha256.Sum256(unhex(t, v.Msg))
				code := l.crypto(name+"_verify", cryptoMessage(0, 0, hash[:], sig, key))
				if (code == 0) != (v.Result == "valid") {
					t.Errorf("%s %d %q: %s, code %d", name, v.TcID, v.Comment, v.Result, code)
				}
				for param := range uint32(4) {
					l.crypto(name+"_recover_pubkey", cryptoMessage(param, 0, hash[:], sig))
				}
			}
		}
		t.Logf("%s: %d signatures", name, ran)
		if ran < 200 {
			t.Errorf("%s: only %d signatures", name, ran)
		}
	}
}

func unzip(t *testing.T, path string, v any) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewDecoder(z).Decode(v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
