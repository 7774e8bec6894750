// Package crypto stands in for go-libp2p's keys.
package crypto

import "errors"

// ErrAbsent is what everything here answers.
var ErrAbsent = errors.New("weft is built without libp2p")

// PrivKey is a key that nothing makes.
type PrivKey interface{ Raw() ([]byte, error) }

// UnmarshalEd25519PrivateKey returns ErrAbsent.
func UnmarshalEd25519PrivateKey([]byte) (PrivKey, error) { return nil, ErrAbsent }

// UnmarshalSecp256k1PrivateKey returns ErrAbsent.
func UnmarshalSecp256k1PrivateKey([]byte) (PrivKey, error) { return nil, ErrAbsent }
