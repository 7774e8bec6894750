//go:build wasip1

// Command counter is a fixture of package vm: a contract from the stock Go
// toolchain that counts, and that does on demand what a Go program may do.
package main

import (
	"crypto/rand"
	"math"
	mathrand "math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/weftchain/weft/vm/testdata/gocontract/abi"
)

func main() {}

// began and dice are set by _initialize and so the same in every call.
var (
	began = time.Now()
	dice  = mathrand.Uint64()
	calls int
	sink  []byte
)

//go:wasmexport instantiate
func instantiate(env, info, msg uint32) uint32 {
	abi.Take(env)
	abi.Take(info)
	abi.Take(msg)
	abi.Write("count", []byte("0"))
	return respond("instantiated")
}

//go:wasmexport execute
func execute(env, info, msg uint32) uint32 {
	abi.Take(env)
	abi.Take(info)
	name, n := parse(abi.Take(msg))
	if do := acts[name]; do != nil {
		return respond(do(n))
	}
	return abi.Give([]byte(`{"error":"unknown message ` + name + `"}`))
}

//go:wasmexport query
func query(env, msg uint32) uint32 {
	abi.Take(env)
	name, n := parse(abi.Take(msg))
	do := acts[name]
	if do == nil {
		return abi.Give([]byte(`{"error":"unknown message ` + name + `"}`))
	}
	return abi.Give([]byte(`{"ok":"` + base64(do(n)) + `"}`))
}

// parse reads {"name":number}.
func parse(msg []byte) (name string, n int) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(string(msg), `{"`), `":`)
	n, _ = strconv.Atoi(strings.TrimSuffix(rest, "}"))
	return name, n
}

func respond(value string) uint32 {
	return abi.Give([]byte(`{"ok":{"messages":[],"attributes":[{"key":"did","value":"` + value + `"}],"events":[],"data":null}}`))
}

func base64(text string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	var out []byte
	for i := 0; i < len(text); i += 3 {
		var v uint32
		n := copy((*[3]byte)(make([]byte, 3))[:], text[i:])
		for j := range 3 {
			v <<= 8
			if j < n {
				v |= uint32(text[i+j])
			}
		}
		for j := range 4 {
			if j <= n {
				out = append(out, digits[v>>(18-6*j)&63])
			} else {
				out = append(out, '=')
			}
		}
	}
	return string(out)
}

// acts are the messages.
var acts map[string]func(n int) string

func init() {
	acts = map[string]func(int) string{
		"add": add, "count": count, "calls": countCalls,
		"goroutines": goroutines, "maps": maps, "garbage": garbage, "floats": floats,
		"panic":   func(n int) string { panic("the contract gave up at " + strconv.Itoa(n)) },
		"recover": recovered, "nilmap": nilMap, "index": index, "deadlock": deadlock, "memory": memory,
		"sleep": sleep, "now": now, "dice": roll, "recurse": recurse, "spin": spin,
		"print": printText, "exit": func(n int) string { os.Exit(n); return "" },
		"env": environment, "file": file, "yield": yield, "large": large, "debug": debug,
	}
}

func add(n int) string {
	old, _ := strconv.Atoi(string(abi.Read("count")))
	text := strconv.Itoa(old + n)
	abi.Write("count", []byte(text))
	return text
}

func count(int) string { return string(abi.Read("count")) }

// countCalls tells how many calls this memory has seen: always the first.
func countCalls(int) string {
	calls++
	return strconv.Itoa(calls)
}

func goroutines(n int) string {
	results := make(chan int)
	var wait sync.WaitGroup
	for i := range n {
		wait.Add(1)
		go func() {
			defer wait.Done()
			runtime.Gosched()
			results <- i * i
		}()
	}
	go func() { wait.Wait(); close(results) }()
	sum, order := 0, uint64(0)
	for r := range results {
		sum += r
		order = order*31 + uint64(r)
	}
	return strconv.Itoa(sum) + "/" + strconv.FormatUint(order, 16)
}

func maps(n int) string {
	m := map[string]int{}
	for i := range n {
		m["key"+strconv.Itoa(i)] = i
	}
	order := uint64(0)
	for _, v := range m {
		order = order*31 + uint64(v)
	}
	return strconv.FormatUint(order, 16)
}

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func (t *node) size() int {
	if t == nil {
		return 0
	}
	return 1 + t.left.size() + t.right.size()
}

func garbage(n int) string {
	sum := 0
	for range n {
		sum += tree(10).size()
		sink = make([]byte, 64<<10)
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return strconv.Itoa(sum) + "/" + strconv.Itoa(int(stats.NumGC)) + "/" + strconv.FormatUint(stats.HeapAlloc, 10)
}

func floats(n int) string {
	x, zero := 0.5, float64(n-n)
	for i := range n {
		x = math.Sin(x) + math.Sqrt(float64(i))*1.0000001
	}
	bits := math.Float64bits(zero / zero)
	return strconv.FormatFloat(x, 'g', -1, 64) + "/" + strconv.FormatUint(bits, 16)
}

func recovered(n int) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = r.(string)
		}
	}()
	panic("caught " + strconv.Itoa(n))
}

func nilMap(n int) string {
	var m map[int]int
	m[n] = n
	return ""
}

func index(n int) string {
	list := []int{1, 2, 3}
	return strconv.Itoa(list[n])
}

func deadlock(int) string {
	<-make(chan int)
	return ""
}

// memory keeps n MiB.
func memory(n int) string {
	var kept [][]byte
	for range n {
		b := make([]byte, 1<<20)
		b[len(b)-1] = 1
		kept = append(kept, b)
	}
	return strconv.Itoa(len(kept))
}

func sleep(n int) string {
	start := time.Now()
	time.Sleep(time.Duration(n) * time.Millisecond)
	timer := time.NewTimer(time.Duration(n) * time.Millisecond)
	<-timer.C
	return time.Since(start).String()
}

func now(int) string {
	t := time.Now()
	return t.UTC().Format(time.RFC3339Nano) + " " + t.Sub(began).String()
}

func roll(int) string {
	b := make([]byte, 16)
	if _, err := rand.Read(b); err != nil {
		return err.Error()
	}
	return strconv.FormatUint(dice, 16) + " " + strconv.FormatUint(mathrand.Uint64(), 16) + " " + base64(string(b))
}

//go:noinline
func recursive(n int) int {
	if n == 0 {
		return 0
	}
	return 1 + recursive(n-1)
}

func recurse(n int) string { return strconv.Itoa(recursive(n)) }

func spin(n int) string {
	x := uint64(n)
	for x != 1 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		x |= 2
	}
	return ""
}

// printText writes n lines to both outputs, and one without an end.
func printText(n int) string {
	for i := range n {
		os.Stdout.WriteString("out " + strconv.Itoa(i) + "\n")
		os.Stderr.WriteString("err " + strconv.Itoa(i) + "\n")
	}
	os.Stdout.WriteString("no end")
	return "printed"
}

func environment(int) string {
	return strconv.Itoa(len(os.Args)) + "/" + strconv.Itoa(len(os.Environ())) + "/" + os.Getenv("HOME")
}

func file(int) string {
	_, err := os.ReadFile("/etc/passwd")
	return err.Error()
}

func yield(n int) string {
	for range n {
		runtime.Gosched()
	}
	return "yielded"
}

// large returns the address of fresh memory: the same in every call.
func large(n int) string {
	sink = make([]byte, n)
	return strconv.FormatUint(uint64(uintptr(unsafe.Pointer(&sink[0]))), 16)
}

func debug(n int) string {
	abi.Debug("number " + strconv.Itoa(n))
	return "told"
}
