package vm

import (
	"cmp"
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	priceGas     = 3_000_000_000     // of a short call: three milliseconds by the schedule
	priceTimes   = 4                 // a long call has so many times more
	nominalPrice = 1_000.0           // ns for 10^6 gas
	longestBlock = 50_000_000 * 0.14 // 10^6 VM gas that a block may use
)

// price is a contract that does one thing until its gas is used up.
type price struct {
	name string
	code []byte
	call func(*Call)
	gas  uint64 // of the short call; 0 is priceGas
	once bool   // it ends before its gas does
}

var priceOf = flag.String("price.of", "", "measure only prices whose name contains this")

// measurement is what a price was measured to be.
type measurement struct {
	name  string
	slope float64 // ns for 10^6 gas
	fixed float64 // ns that a call takes beside that
}

// measure takes a short and a long call, each the quickest of several.
func (p price) measure(b *testing.B, e *Engine) measurement {
	gas := max(p.gas, priceGas)
	short, shortGas := p.quickest(b, e, gas)
	if p.once {
		return measurement{p.name, short / shortGas, 0}
	}
	long, longGas := p.quickest(b, e, gas*priceTimes)
	slope := (long - short) / (longGas - shortGas)
	return measurement{p.name, slope, max(short-slope*shortGas, 0)}
}

// quickest returns the ns that a call takes and its gas, in millions.
func (p price) quickest(b *testing.B, e *Engine, gas uint64) (ns, millions float64) {
	for range 5 {
		c, _ := testCall(p.code)
		if c.GasLimit = gas; p.call != nil {
			p.call(&c)
		}
		start := threadTime()
		res, err := e.Call(c)
		took := float64(threadTime() - start)
		require.Error(b, err, p.name)
		require.False(b, isFault(err), "%s: %v", p.name, err)
		if ns == 0 || took < ns {
			ns, millions = took, float64(c.GasLimit-res.GasLeft)/1e6
		}
	}
	return ns, millions
}

// BenchmarkPrice tells for each class of instructions and each import how long
// gas lasts, in ns of the thread's time for 10^6 VM gas, of which the schedule says that they are worth
// a thousand, and what a call takes before and after: memory that it touches, and
// what slow instructions do for nothing. It prints the list, the dearest first.
func BenchmarkPrice(b *testing.B) {
	e := sharedEngine(b)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var lines []measurement
	for b.Loop() {
		lines = lines[:0]
		for _, p := range slices.Concat(instructionPrices(), importPrices(), cryptoPrices()) {
			if strings.Contains(p.name, *priceOf) {
				lines = append(lines, p.measure(b, e))
			}
		}
	}
	slices.SortFunc(lines, func(a, b measurement) int { return cmp.Compare(b.slope, a.slope) })
	var table strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&table, "\n%-45s %9.1f ns/Mgas  %5.2f of nominal  %6.2f s for a block  %8.3f ms a call",
			l.name, l.slope, l.slope/nominalPrice, l.slope*longestBlock/1e9, l.fixed/1e6)
	}
	fmt.Println(table.String()) // a log of a benchmark would be cut
	b.ReportMetric(lines[0].slope, "ns/Mgas")
	b.ReportMetric(lines[0].slope/lines[len(lines)-1].slope, "worst/best")
}
