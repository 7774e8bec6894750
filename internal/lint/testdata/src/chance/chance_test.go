package chance

import "time"

func tested() time.Time { return time.Now() }
