package keyring

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
)

// hardened is the first index of hardened derivation (BIP-32).
const hardened = 1 << 31

// maxPathDepth bounds a derivation path. BIP-32 counts the depth in one byte;
// nobody needs more than a handful.
const maxPathDepth = 16

// CosmosPath returns m/44'/118'/account'/0/index, the path of the Cosmos
// ecosystem (BIP-44, coin type 118). Both numbers must be below 2^31.
func CosmosPath(account, index uint32) (string, error) { return HDPath(118, account, index) }

// HDPath returns m/44'/coin'/account'/0/index. All numbers must be below 2^31.
func HDPath(coin, account, index uint32) (string, error) {
	if coin >= hardened || account >= hardened || index >= hardened {
		return "", fmt.Errorf("coin type %d, account %d, index %d: all must be below 2147483648: %w", coin, account, index, ErrPath)
	}
	return fmt.Sprintf("m/44'/%d'/%d'/0/%d", coin, account, index), nil
}

// parsePath reads "m/44'/118'/0'/0/0"; ' and h mark hardened steps.
func parsePath(path string) ([]uint32, error) {
	rest, ok := strings.CutPrefix(path, "m/")
	if !ok {
		return nil, fmt.Errorf("%.80q does not begin with m/: %w", path, ErrPath)
	}
	parts := strings.Split(rest, "/")
	if len(parts) > maxPathDepth {
		return nil, fmt.Errorf("path of %d steps, at most %d: %w", len(parts), maxPathDepth, ErrPath)
	}
	steps := make([]uint32, len(parts))
	for i, part := range parts {
		digits := strings.TrimRight(part, "'h")
		if len(part)-len(digits) > 1 {
			return nil, fmt.Errorf("step %.20q: %w", part, ErrPath)
		}
		n, err := strconv.ParseUint(digits, 10, 31)
		if err != nil || strings.HasPrefix(digits, "+") {
			return nil, fmt.Errorf("step %.20q is not a number below 2147483648: %w", part, ErrPath)
		}
		steps[i] = uint32(n)
		if digits != part {
			steps[i] += hardened
		}
	}
	return steps, nil
}

// extended is a private key with its chain code (BIP-32).
type extended struct {
	key   [32]byte
	chain [32]byte
}

// errUnlucky marks the derivation steps that BIP-32 declares invalid, which
// happens about once in 2^127 tries.
var errUnlucky = errors.New("this path gives no valid key, take another index")

// master makes the root of a tree of keys from a seed.
func master(seed []byte) (extended, error) {
	sum := hmacSHA512([]byte("Bitcoin seed"), seed)
	var x extended
	copy(x.key[:], sum[:32])
	copy(x.chain[:], sum[32:])
	var k secp256k1.ModNScalar
	if k.SetBytes(&x.key) != 0 || k.IsZero() {
		return extended{}, errUnlucky
	}
	return x, nil
}

// child derives one step (CKDpriv of BIP-32).
func (x extended) child(index uint32) (extended, error) {
	data := make([]byte, 0, 37)
	if index >= hardened {
		data = append(append(data, 0), x.key[:]...)
	} else {
		data = append(data, publicKey(x.key)...)
	}
	sum := hmacSHA512(x.chain[:], binary.BigEndian.AppendUint32(data, index))
	var tweak, key secp256k1.ModNScalar
	if overflow := tweak.SetByteSlice(sum[:32]); overflow {
		return extended{}, errUnlucky
	}
	key.SetBytes(&x.key)
	if key.Add(&tweak).IsZero() {
		return extended{}, errUnlucky
	}
	next := extended{key: key.Bytes()}
	copy(next.chain[:], sum[32:])
	return next, nil
}

// derive walks a path from a seed.
func derive(seed []byte, path string) (extended, error) {
	steps, err := parsePath(path)
	if err != nil {
		return extended{}, err
	}
	x, err := master(seed)
	for i := 0; err == nil && i < len(steps); i++ {
		x, err = x.child(steps[i])
	}
	return x, err
}

func hmacSHA512(key, data []byte) []byte {
	mac := hmac.New(sha512.New, key)
	mac.Write(data)
	return mac.Sum(nil)
}

// publicKey returns the 33 bytes of the compressed public key.
func publicKey(key [32]byte) []byte {
	return secp256k1.PrivKeyFromBytes(key[:]).PubKey().SerializeCompressed()
}
