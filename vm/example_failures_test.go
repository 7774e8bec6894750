package vm_test

import (
	"errors"
	"fmt"

	"github.com/weftchain/weft/vm"
)

// A call may use so much gas and no more. What storage and querier charged is
// counted apart: it is on another meter already.
func ExampleEngine_Call_gas() {
	engine, err := vm.New(vm.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	jar, err := store(engine, "../contracts/tipjar/tipjar.wasm")
	if err != nil {
		fmt.Println(err)
		return
	}
	full, err := jar.call("instantiate", plenty, env, from("alice"), `{}`)
	fmt.Println("used, external:", full.GasUsed, full.GasExternal, err)

	need := full.GasUsed + full.GasExternal
	exact, err := jar.call("instantiate", need, env, from("alice"), `{}`)
	fmt.Println("with exactly that:", exact.GasLeft, err)
	_, err = jar.call("instantiate", need-1, env, from("alice"), `{}`)
	fmt.Println("with one less:", err)

	// Output:
	// used, external: 14896610 5000000 <nil>
	// with exactly that: 0 <nil>
	// with one less: Out of gas
}

// A contract that fails gives an *Error, the same on every machine. Any other
// error is a fault of this one.
func ExampleEngine_Call_failure() {
	engine, err := vm.New(vm.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	for _, name := range []string{"spin", "recurse", "badregion"} {
		c, err := store(engine, "../contracts/hostile/"+name+".wasm")
		if err != nil {
			fmt.Println(err)
			return
		}
		_, err = c.call("execute", 1_000_000_000, env, from("alice"), `{"read":{"kind":"zero"}}`)
		var failure *vm.Error
		if errors.As(err, &failure) {
			fmt.Printf("%s: %v\n", name, failure.Kind)
		}
	}
	jar, err := store(engine, "../contracts/tipjar/tipjar.wasm")
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = jar.call("sudo", plenty, env, `{}`)
	fmt.Println(err)

	// Output:
	// spin: out of gas
	// recurse: stack
	// badregion: communication
	// Error calling the VM: Error resolving Wasm function: Could not get export: Missing export sudo
}

// An upload is judged by static rules; the texts say what would help.
func ExampleEngine_Check() {
	engine, err := vm.New(vm.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer engine.Close()
	for _, code := range []string{"#!/bin/sh", "\x00asm\x01\x00\x00\x00"} {
		_, err = engine.Check([]byte(code))
		var refusal *vm.Error
		if errors.As(err, &refusal) {
			fmt.Printf("%v: %s\n", refusal.Kind, refusal.Text)
		}
	}

	// Output:
	// static: Error during static Wasm validation: Wasm bytecode could not be deserialized. Deserialization error: "magic header not detected: bad magic number (at offset 0x0)"
	// static: Error during static Wasm validation: Wasm contract must contain exactly one memory (has 0)
}
