//go:build !unix

package spent

import "time"

var began = time.Now()

func now() time.Duration { return time.Since(began) }
