package rewrite

import "fmt"

// RefusedError says why a module may not be stored. It is a verdict on the
// module: every node refuses it with the same text.
type RefusedError struct {
	// Text begins with the reference's words where it has some, followed by
	// what was measured, the limit, the byte offset and, where there is one, the
	// compiler flag that helps.
	Text string
}

// Error returns the text.
func (e *RefusedError) Error() string { return e.Text }

const (
	staticPrefix  = "Error during static Wasm validation: "
	parsePrefix   = staticPrefix + "Wasm bytecode could not be deserialized. Deserialization error: "
	compilePrefix = "Error compiling Wasm: Could not compile: "
)

// malformed reports bytes that are not valid WebAssembly.
func malformed(offset int, format string, args ...any) *RefusedError {
	return &RefusedError{Text: fmt.Sprintf("%s\"%s (at offset 0x%x)\"", parsePrefix, fmt.Sprintf(format, args...), offset)}
}

// against reports a module that is valid but breaks a static rule.
func against(format string, args ...any) *RefusedError {
	return &RefusedError{Text: staticPrefix + fmt.Sprintf(format, args...)}
}

// uncompilable reports an instruction that the reference refuses when it
// compiles, not when it parses.
func uncompilable(offset int, format string, args ...any) *RefusedError {
	return &RefusedError{Text: fmt.Sprintf("%s%s (at offset 0x%x)", compilePrefix, fmt.Sprintf(format, args...), offset)}
}
