package vm

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What the reference makes of broken texts; vm/conformance compares more of them.
func TestLossy(t *testing.T) {
	const bad = "\ufffd"
	for text, want := range map[string]string{
		"": "", "a": "a", "é": "é", "\ufffd": bad,
		"\xff": bad, "\xff\xfe": bad + bad, "a\xc3": "a" + bad, "\xc3(": bad + "(", "\xc3\xc3\xa9": bad + "é",
		"\xe2\x82": bad, "\xe2\x82b": bad + "b", "\xe2b": bad + "b", "\xf0\x9f\x98": bad, "\xf0\x9f\x98x": bad + "x",
		"\xed\xa0\x80": bad + bad + bad, "\xe0\x80\x80": bad + bad + bad, "\xf4\x90\x80": bad + bad + bad, "\xf4\x8f\x80": bad,
		"\xc0\x80": bad + bad, "\xf8\x88": bad + bad, "\x80\x80": bad + bad, "\xe0\xa0": bad, "\xf0\x8f\x80": bad + bad + bad,
	} {
		require.Equal(t, want, lossy([]byte(text)), "%q", text)
	}
}
