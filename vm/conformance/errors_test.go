package conformance

import (
	"errors"

	"github.com/weftchain/weft/vm"
)

func kind(err error) vm.Kind {
	var e *vm.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

func isOutOfGas(err error) bool { return kind(err) == vm.KindOutOfGas }
