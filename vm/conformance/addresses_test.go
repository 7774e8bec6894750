//go:build cgo

package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// addressAPI is how a world translates addresses. An error is a text for the
// contract.
type addressAPI interface {
	canonicalize(human string) ([]byte, error)
	humanize(canonical []byte) (string, error)
	validate(human string) error
}

// paddedAddresses are texts of up to 32 bytes without capitals, padded with zeros.
type paddedAddresses struct{}

func (paddedAddresses) canonicalize(human string) ([]byte, error) {
	if len(human) > canonicalBytes {
		return nil, errors.New("human encoding too long")
	}
	return append([]byte(human), make([]byte, canonicalBytes-len(human))...), nil
}

func (paddedAddresses) humanize(canonical []byte) (string, error) {
	if len(canonical) != canonicalBytes {
		return "", fmt.Errorf("wrong canonical length %d", len(canonical))
	}
	text, _, _ := bytes.Cut(canonical, []byte{0})
	if len(text) == 0 {
		return "", errors.New("empty address")
	}
	return string(text), nil
}

func (p paddedAddresses) validate(human string) error {
	if _, err := p.canonicalize(human); err != nil {
		return err
	}
	if human != strings.ToLower(human) {
		return errors.New("address not normalized")
	}
	return nil
}

// refusingAddresses refuse every address with a text.
type refusingAddresses struct{ text string }

func (r refusingAddresses) canonicalize(string) ([]byte, error) { return nil, errors.New(r.text) }
func (r refusingAddresses) humanize([]byte) (string, error)     { return "", errors.New(r.text) }
func (r refusingAddresses) validate(string) error               { return errors.New(r.text) }
