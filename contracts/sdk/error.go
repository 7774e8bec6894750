package sdk

// Error is an error that is a text. Declare a contract's errors as constants:
//
//	const ErrUnauthorized = sdk.Error("unauthorized")
type Error string

// Error returns the text.
func (e Error) Error() string { return string(e) }

// Errorf is not here, because formats need reflection: put texts together with
// + and the String methods.

// recovered returns the text of a panic's value.
func recovered(v any) string {
	switch v := v.(type) {
	case Error:
		return string(v) // the contract's own, or arithmetic's
	case error:
		return "panic: " + v.Error()
	case string:
		return "panic: " + v
	case interface{ String() string }:
		return "panic: " + v.String()
	}
	return "panic with a value that is no text"
}
