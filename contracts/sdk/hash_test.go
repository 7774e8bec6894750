package sdk_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/weftchain/weft/contracts/sdk"
)

// TestSHA256 compares with the standard library: all lengths around a block's
// ends, cut into parts at every place.
func TestSHA256(t *testing.T) {
	data := make([]byte, 300)
	for i := range data {
		data[i] = byte(i*i + 7)
	}
	for n := range data {
		if got := sdk.SHA256(data[:n]); got != sha256.Sum256(data[:n]) {
			t.Fatalf("%d bytes: %x", n, got)
		}
	}
	for _, n := range []int{1, 63, 64, 65, 119, 120, 128, 300} {
		want := sha256.Sum256(data[:n])
		for i := 0; i <= n; i++ {
			for _, j := range []int{i, (i + n) / 2, n} {
				if got := sdk.SHA256(data[:i], data[i:j], nil, data[j:n]); got != want {
					t.Fatalf("%d bytes cut at %d and %d: %x", n, i, j, got)
				}
			}
		}
	}
	if sdk.SHA256() != sha256.Sum256(nil) {
		t.Error("no parts")
	}
}

func FuzzSHA256(f *testing.F) {
	f.Add([]byte("abc"), 1)
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		cut = int(uint(cut) % uint(len(data)+1))
		if sdk.SHA256(data[:cut], data[cut:]) != sha256.Sum256(data) {
			t.Errorf("%x cut at %d", data, cut)
		}
	})
}

// likeHex compares with the standard library.
func likeHex(t *testing.T, text string) {
	t.Helper()
	want, err := hex.DecodeString(text)
	got, ok := sdk.ParseHex(text)
	if ok != (err == nil) || ok && !bytes.Equal(got, want) {
		t.Errorf("%q: %x %v", text, got, ok)
	}
}

func FuzzHex(f *testing.F) {
	f.Add("00aAfF09")
	f.Fuzz(likeHex)
}

// TestHex compares with the standard library, every byte at every place.
func TestHex(t *testing.T) {
	for i := range 256 {
		for _, n := range []int{1, 2, 3, 8, 10, 18} {
			for at := range n {
				text := []byte("0123456789abcdefAF"[:n])
				text[at] = byte(i)
				likeHex(t, string(text))
			}
		}
		raw := []byte{byte(i), byte(255 - i)}
		if text := sdk.Hex(raw); text != hex.EncodeToString(raw) {
			t.Errorf("%x: %s", raw, text)
		}
	}
	if got, ok := sdk.ParseHex(strings.ToUpper("00deadbeef")); !ok || sdk.Hex(got) != "00deadbeef" {
		t.Error(got, ok)
	}
	if got, ok := sdk.AppendParsedHex([]byte("x"), "61"); !ok || string(got) != "xa" {
		t.Error(got, ok)
	}
}
