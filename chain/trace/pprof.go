package trace

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// Numbers of fields of pprof's profile.proto.
const (
	profileSampleType    = 1
	profileSample        = 2
	profileLocation      = 4
	profileFunction      = 5
	profileStrings       = 6
	profileComment       = 13
	profileDefaultSample = 14

	sampleLocations = 1
	sampleValues    = 2

	locationID   = 1
	locationLine = 4
	lineFunction = 1

	functionID       = 1
	functionName     = 2
	functionSystem   = 3
	functionFilename = 4
)

// errNoProfile says that a trace was made without one.
var errNoProfile = errors.New("the trace has no profile")

// WriteProfile writes the profile as go tool pprof reads it, compressed. Its
// values are vm_gas, which is shown first, sdk_gas (with stores and all that a
// transaction pays) and calls.
func (t *Trace) WriteProfile(w io.Writer) error {
	if t.Profile == nil {
		return errNoProfile
	}
	if err := t.Profile.Check(); err != nil {
		return err
	}
	z := gzip.NewWriter(w)
	if _, err := z.Write(t.pprof()); err != nil {
		return err
	}
	return z.Close()
}

func (t *Trace) pprof() []byte {
	p := &pprofWriter{strings: map[string]uint64{}}
	p.text("")
	for _, name := range []string{"vm_gas", "sdk_gas", "calls"} {
		unit := "gas"
		if name == "calls" {
			unit = "count"
		}
		p.message(profileSampleType, func(b []byte) []byte {
			return number(number(b, 1, p.text(name)), 2, p.text(unit))
		})
	}
	for i := range t.Profile.Nodes {
		p.sample(t.Profile, i)
	}
	for i, f := range t.Profile.Functions {
		id := uint64(i) + 1
		p.message(profileLocation, func(b []byte) []byte {
			b = number(b, locationID, id)
			b = protowire.AppendTag(b, locationLine, protowire.BytesType)
			return protowire.AppendBytes(b, number(nil, lineFunction, id))
		})
		p.message(profileFunction, func(b []byte) []byte {
			b = number(number(b, functionID, id), functionName, p.text(f.Name))
			b = number(b, functionSystem, p.text(f.Name))
			if f.Code != "" {
				b = number(b, functionFilename, p.text("code "+f.Code))
			}
			return b
		})
	}
	comment := fmt.Sprintf("weft %s on %s, height %d %s: VM gas %d, gas used %d", t.Kind, t.ChainID, t.Height, t.Hash+t.Path, t.VMGas, t.GasUsed)
	p.out = number(p.out, profileComment, p.text(comment))
	p.out = number(p.out, profileDefaultSample, p.text("vm_gas"))
	for _, s := range p.list {
		p.out = protowire.AppendTag(p.out, profileStrings, protowire.BytesType)
		p.out = protowire.AppendString(p.out, s)
	}
	return p.out
}

// pprofWriter collects the message and its table of texts.
type pprofWriter struct {
	out     []byte
	strings map[string]uint64
	list    []string
}

// text returns the position of a text in the table.
func (p *pprofWriter) text(s string) uint64 {
	n, ok := p.strings[s]
	if !ok {
		n = uint64(len(p.list))
		p.strings[s] = n
		p.list = append(p.list, s)
	}
	return n
}

func (p *pprofWriter) message(field protowire.Number, fill func([]byte) []byte) {
	body := fill(nil)
	p.out = protowire.AppendTag(p.out, field, protowire.BytesType)
	p.out = protowire.AppendBytes(p.out, body)
}

// sample writes what a node used itself, with its stack, the innermost first.
func (p *pprofWriter) sample(profile *Profile, i int) {
	n := profile.Nodes[i]
	if n.VM == 0 && n.SDK == 0 && n.Calls == 0 {
		return
	}
	var stack, values []byte
	for at := i; at >= 0; at = profile.Nodes[at].Parent {
		stack = protowire.AppendVarint(stack, uint64(profile.Nodes[at].Function)+1)
	}
	for _, v := range []int64{n.VM, n.SDK, n.Calls} {
		values = protowire.AppendVarint(values, uint64(v))
	}
	p.message(profileSample, func(b []byte) []byte {
		b = protowire.AppendTag(b, sampleLocations, protowire.BytesType)
		b = protowire.AppendBytes(b, stack)
		b = protowire.AppendTag(b, sampleValues, protowire.BytesType)
		return protowire.AppendBytes(b, values)
	})
}

func number(b []byte, field protowire.Number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}
