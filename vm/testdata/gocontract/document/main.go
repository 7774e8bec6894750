//go:build wasip1

// Command document is a fixture of package vm: a contract in Go that uses fmt
// and encoding/json, as most programs do.
package main

import (
	"encoding/json"
	"fmt"
	"sort"

	"github.com/weftchain/weft/vm/testdata/gocontract/abi"
)

func main() {}

type attribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

type response struct {
	Messages   []json.RawMessage `json:"messages"`
	Attributes []attribute       `json:"attributes"`
	Events     []json.RawMessage `json:"events"`
	Data       []byte            `json:"data"`
}

type result struct {
	Ok    any    `json:"ok,omitempty"`
	Error string `json:"error,omitempty"`
}

type message struct {
	Put *struct {
		Key   string         `json:"key"`
		Value map[string]any `json:"value"`
	} `json:"put"`
	Get *struct {
		Key string `json:"key"`
	} `json:"get"`
}

func init() { // fills the caches of encoding/json, which every call starts with
	var m message
	_ = json.Unmarshal([]byte(`{"put":{"key":"k","value":{"a":[1,"2"]}},"get":{"key":"k"}}`), &m)
	_, _ = json.Marshal(result{Ok: response{Attributes: []attribute{{}}}})
	_, _ = json.Marshal(result{Ok: []byte("x"), Error: "x"})
}

func give(r result) uint32 {
	raw, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return abi.Give(raw)
}

//go:wasmexport instantiate
func instantiate(env, info, msg uint32) uint32 { return execute(env, info, msg) }

//go:wasmexport execute
func execute(env, info, msg uint32) uint32 {
	abi.Take(env)
	abi.Take(info)
	var m message
	if err := json.Unmarshal(abi.Take(msg), &m); err != nil {
		return give(result{Error: err.Error()})
	}
	r := response{Messages: []json.RawMessage{}, Events: []json.RawMessage{}, Attributes: []attribute{}}
	if m.Put != nil {
		value, err := json.Marshal(m.Put.Value)
		if err != nil {
			return give(result{Error: err.Error()})
		}
		abi.Write(m.Put.Key, value)
		for k, v := range m.Put.Value {
			r.Attributes = append(r.Attributes, attribute{k, fmt.Sprintf("%v of %T", v, v)})
		}
		sort.Slice(r.Attributes, func(i, j int) bool { return r.Attributes[i].Key < r.Attributes[j].Key })
	}
	return give(result{Ok: r})
}

//go:wasmexport query
func query(env, msg uint32) uint32 {
	abi.Take(env)
	var m message
	if err := json.Unmarshal(abi.Take(msg), &m); err != nil || m.Get == nil {
		return give(result{Error: fmt.Sprint("not a query: ", err)})
	}
	return give(result{Ok: abi.Read(m.Get.Key)})
}
