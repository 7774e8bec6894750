// Package chance holds each source of chance once, and what may pass beside it.
package chance

import (
	_ "crypto/rand" // want `import of crypto/rand: consensus code rolls no dice`
	"encoding/json"
	"io"
	"maps"
	"math"
	_ "math/rand/v2" // want `import of math/rand/v2: consensus code rolls no dice`
	"os"
	"reflect"
	"slices"
	"sync"
	"time"
)

type balances map[string]uint64

func order(m balances, seen *sync.Map) (keys []string, n int) {
	for k := range m { // want `range over a map has no order: sort the keys first`
		keys = append(keys, k)
	}
	for _, v := range map[int]int(nil) { // want `range over a map has no order`
		n += v
	}
	for range m {
		n++
	}
	//weft:sorted a sum does not depend on the order
	for _, v := range m {
		n += int(v)
	}
	for k := range m { //weft:sorted collected, and sorted below
		keys = append(keys, k)
	}
	for k := range maps.Keys(m) { // want `maps.Keys has no order`
		keys = append(keys, k)
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		keys = append(keys, k)
	}
	keys = append(keys, slices.Collect(maps.Keys(m))...) // want `maps.Keys has no order`
	seen.Range(func(any, any) bool { return true })      // want `sync.Map.Range has no order`
	_ = reflect.ValueOf(m).MapKeys()                     // want `reflect.Value.MapKeys has no order`
	for i, k := range keys {
		n += i + len(k)
	}
	return keys, n
}

func generic[M ~map[K]V, K comparable, V any](m M, f func(K)) {
	for k := range m { // want `range over a map has no order`
		f(k)
	}
}

type number interface{ ~int | ~float64 }

func sum[N number](a, b N) N {
	return a + b // want `floating-point arithmetic: its rounding differs`
}

func floats(a, b float64, bits uint64) float64 {
	const half = 1.0 / 2
	a += b                         // want `floating-point arithmetic`
	a++                            // want `floating-point arithmetic`
	c := complex(a, b) * 2         // want `floating-point arithmetic`
	_ = math.Sqrt(real(c))         // want `math.Sqrt: its rounding differs`
	_ = math.Float64frombits(bits) // bits move, nothing is rounded
	a -= b                         //weft:float a test's own expectation
	if a < half {
		return math.Inf(1)
	}
	return a * b // want `floating-point arithmetic`
}

func integers(a, b uint64) uint64 { a *= b; a++; return a/b + math.MaxUint8 }

func outside() (string, int64) {
	clock := time.Now                // want `time.Now: consensus code has no clock`
	time.Sleep(time.Second)          // want `time.Sleep: consensus code has no clock`
	_, _ = os.LookupEnv("WEFT_HOME") // want `os.LookupEnv: consensus code sees no environment`
	later := time.Unix(1, 0).After(time.Unix(2, 0))
	_ = later
	return os.Getenv("HOME"), clock().Unix() // want `os.Getenv: consensus code sees no environment`
}

func lax(raw []byte, r io.Reader) (v any, err error) {
	err = json.Unmarshal(raw, &v)       // want `encoding/json.Unmarshal: encoding/json takes any case`
	err = json.NewDecoder(r).Decode(&v) // want `encoding/json.Decoder.Decode: encoding/json takes any case`
	//weft:json genesis, read before the first block
	err = json.Unmarshal(raw, &v)
	_, err = json.Marshal(v)
	return v, err
}

func comments(m balances) {
	//weft:json the wrong kind answers nothing // want `//weft:json allows nothing here: remove it`
	for k := range m { // want `range over a map has no order`
		_ = k
	}
	_ = m //weft:sorted nothing to answer // want `//weft:sorted allows nothing here: remove it`
}
