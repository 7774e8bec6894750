// Package wat builds small WebAssembly modules for tests: sections from Go
// values, function bodies from opcodes. It knows the binary format and nothing
// of contracts but the exports that every contract needs ([Module.Contract]).
//
// It does not validate: tests want broken modules too. For those that not even
// a Module can describe there are [Section], [Vec] and [U32].
package wat
