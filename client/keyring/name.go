package keyring

import (
	"fmt"
	"regexp"
)

// nameRule is narrow on purpose: a name becomes a file's name, an argument and
// a line on a terminal.
var nameRule = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$`)

// CheckName refuses a name that cannot be a file's name on every system or
// that looks like a flag or a folder. The error wraps ErrName.
func CheckName(name string) error {
	if !nameRule.MatchString(name) {
		return fmt.Errorf("name %.80q: %w", name, ErrName)
	}
	return nil
}
