// Package loopback finds addresses on which tests let nodes listen.
package loopback

import (
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"testing"
)

// The ports that are given out. All are below those that systems give to whoever
// connects or listens without a wish (32768 and up, see ip(7)): a node that is
// down for a moment must find its own port again. None is a usual one of a node.
const (
	first = 11_000
	last  = 25_999
)

// Free returns a loopback address, as host:port, on which nobody listens now. It
// chooses by lot, so that tests of several processes seldom want the same one.
func Free() (string, error) {
	var err error
	for range 100 {
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(first+rand.IntN(last-first+1)))
		var l net.Listener
		if l, err = net.Listen("tcp", address); err == nil {
			return address, l.Close()
		}
	}
	return "", errors.Join(errors.New("found no free loopback port"), err)
}

// Must is Free for a test, which ends if nothing is free.
func Must(t testing.TB) string {
	t.Helper()
	address, err := Free()
	if err != nil {
		t.Fatal(err)
	}
	return address
}
