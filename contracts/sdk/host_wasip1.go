package sdk

import "runtime"

// host is the chain that runs this module.
type host struct{}

//go:wasmimport env db_read
func dbRead(key uint32) uint32

//go:wasmimport env db_write
func dbWrite(key, value uint32)

//go:wasmimport env db_remove
func dbRemove(key uint32)

//go:wasmimport env db_scan
func dbScan(start, end uint32, order int32) uint32

//go:wasmimport env db_next
func dbNext(iterator uint32) uint32

//go:wasmimport env db_next_key
func dbNextKey(iterator uint32) uint32

//go:wasmimport env db_next_value
func dbNextValue(iterator uint32) uint32

//go:wasmimport env addr_validate
func addrValidate(text uint32) uint32

//go:wasmimport env addr_canonicalize
func addrCanonicalize(text, canonical uint32) uint32

//go:wasmimport env addr_humanize
func addrHumanize(canonical, text uint32) uint32

//go:wasmimport env query_chain
func queryChain(request uint32) uint32

//go:wasmimport env debug
func debug(text uint32)

func (host) get(key []byte) (string, bool) {
	r := dbRead(lend(0, key))
	runtime.KeepAlive(key)
	if r == 0 {
		return "", false
	}
	return take(r), true
}

func (host) set(key, value []byte) {
	dbWrite(lend(0, key), lend(1, value))
	runtime.KeepAlive(key)
	runtime.KeepAlive(value)
}

func (host) remove(key []byte) {
	dbRemove(lend(0, key))
	runtime.KeepAlive(key)
}

func (host) scan(start, end []byte, descending bool) uint32 {
	var from, to uint32
	order := int32(1)
	if descending {
		order = 2
	}
	if start != nil {
		from = lend(0, start)
	}
	if end != nil {
		to = lend(1, end)
	}
	it := dbScan(from, to, order)
	runtime.KeepAlive(start)
	runtime.KeepAlive(end)
	return it
}

// next reads the two sections of an entry; each is followed by its length.
func (host) next(iterator uint32) (key, value string, ok bool) {
	value, rest := section(take(dbNext(iterator)))
	key, _ = section(rest)
	return key, value, key != ""
}

func (host) nextKey(iterator uint32) (key string, ok bool) {
	r := dbNextKey(iterator)
	if r == 0 {
		return "", false
	}
	return take(r), true
}

func (host) nextValue(iterator uint32) (value string, ok bool) {
	r := dbNextValue(iterator)
	if r == 0 {
		return "", false
	}
	return take(r), true
}

func section(s string) (last, rest string) {
	n := len(s) - 4
	size := int(s[n])<<24 | int(s[n+1])<<16 | int(s[n+2])<<8 | int(s[n+3])
	return s[n-size : n], s[:n-size]
}

func refusal(r uint32) string {
	if r == 0 {
		return ""
	}
	return take(r)
}

func (host) validate(text string) string {
	r := addrValidate(lendText(0, text))
	runtime.KeepAlive(text)
	return refusal(r)
}

func (host) canonicalize(text string) ([]byte, string) {
	room := make([]byte, 64)
	why := refusal(addrCanonicalize(lendText(0, text), lend(1, room)))
	runtime.KeepAlive(text)
	return room[:lent[1].length], why
}

func (host) humanize(canonical []byte) (text, why string) {
	room := make([]byte, 256)
	why = refusal(addrHumanize(lend(0, canonical), lend(1, room)))
	runtime.KeepAlive(canonical)
	return string(room[:lent[1].length]), why
}

func (host) query(request []byte) string {
	r := queryChain(lend(0, request))
	runtime.KeepAlive(request)
	return take(r)
}

func (host) debug(text string) {
	debug(lendText(0, text))
	runtime.KeepAlive(text)
}
