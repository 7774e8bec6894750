package keyring

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	oskeyring "github.com/zalando/go-keyring"
)

// wrapper makes the keys that seal files: what the backends differ in.
type wrapper interface {
	// fresh returns the key for a new file and notes in h how to make it again.
	// known are the headers of the files that are there already.
	fresh(h *header, known []header) ([]byte, error)
	// again returns the key of an existing file.
	again(h header) ([]byte, error)
}

// Ask returns a passphrase. name is the key's name; fresh means that a new
// passphrase is chosen, so that a terminal asks for it twice.
type Ask func(name string, fresh bool) ([]byte, error)

// byPassphrase derives the key of each file from a passphrase.
type byPassphrase struct {
	ask  Ask
	cost cost
}

func (w byPassphrase) fresh(h *header, _ []header) ([]byte, error) {
	pass, err := w.ask(h.Name, true)
	if err != nil {
		return nil, err
	}
	if len(pass) < minPassphrase {
		return nil, ErrWeak
	}
	h.Wrap, h.Salt, h.KDF = wrapArgon2id, random(saltBytes), &w.cost
	return argonKey(pass, h.Salt, w.cost)
}

func (w byPassphrase) again(h header) ([]byte, error) {
	if h.Wrap != wrapArgon2id || h.KDF == nil {
		return nil, fmt.Errorf("sealed by %.20q, this backend opens %q: %w", h.Wrap, wrapArgon2id, ErrCorrupt)
	}
	pass, err := w.ask(h.Name, false)
	if err != nil {
		return nil, err
	}
	return argonKey(pass, h.Salt, *h.KDF)
}

// unprotected seals with a key that everybody knows: for development only.
type unprotected struct{}

// testKey is no secret; it lets all backends share one file format.
var testKey = []byte("weft keyring test: hides nothing")

func (unprotected) fresh(h *header, _ []header) ([]byte, error) {
	h.Wrap = wrapNone
	return testKey, nil
}

func (unprotected) again(h header) ([]byte, error) {
	if h.Wrap != wrapNone {
		return nil, fmt.Errorf("sealed by %.20q, this backend opens %q: %w", h.Wrap, wrapNone, ErrCorrupt)
	}
	return testKey, nil
}

// secrets is the part of an operating system's keyring that is used here.
type secrets interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
}

// byOS keeps one random key in the operating system's keyring, in hex, under
// an identity that the files name.
type byOS struct{ secrets secrets }

// osService is the name under which the operating system shows our entry.
const osService = "weft keyring"

func (w byOS) fresh(h *header, known []header) ([]byte, error) {
	h.Wrap = wrapOS
	for _, old := range known {
		if old.Wrap == wrapOS {
			h.WrapID = old.WrapID
			return w.again(*h)
		}
	}
	h.WrapID = hex.EncodeToString(random(16))
	key := random(32)
	if err := w.secrets.Set(osService, h.WrapID, hex.EncodeToString(key)); err != nil {
		return nil, fmt.Errorf("%v: %w", err, ErrNoOSKeyring)
	}
	return key, nil
}

func (w byOS) again(h header) ([]byte, error) {
	if h.Wrap != wrapOS {
		return nil, fmt.Errorf("sealed by %.20q, this backend opens %q: %w", h.Wrap, wrapOS, ErrCorrupt)
	}
	text, err := w.secrets.Get(osService, h.WrapID)
	if errors.Is(err, oskeyring.ErrNotFound) {
		return nil, fmt.Errorf("the operating system's keyring has no entry %.40q of %q: the key was made elsewhere or the entry was deleted: %w",
			h.WrapID, osService, ErrPassphrase)
	}
	if err != nil {
		return nil, fmt.Errorf("%v: %w", err, ErrNoOSKeyring)
	}
	key, err := hex.DecodeString(text)
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("entry of the operating system's keyring: %w", ErrCorrupt)
	}
	return key, nil
}

// system is the operating system's keyring. Its calls may wait for a person
// who unlocks it, but not for ever.
type system struct{}

const osPatience = 2 * time.Minute

func (system) Get(service, user string) (string, error) {
	var text string
	err := patiently(func() (err error) { text, err = oskeyring.Get(service, user); return err })
	if err != nil {
		return "", err
	}
	return text, nil
}

func (system) Set(service, user, secret string) error {
	return patiently(func() error { return oskeyring.Set(service, user, secret) })
}

// patiently gives up on a call that does not return. The goroutine it leaves
// behind then ends with the process, which is a command about to fail.
func patiently(call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	timer := time.NewTimer(osPatience)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("no answer within %s", osPatience)
	}
}
