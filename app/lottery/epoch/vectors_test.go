package epoch

// Made by testdata/vectors.py of package ticket.
const (
	seedVector   = "cdfb3e61779f262b55b2248a819783c334dcfeb6c906a68d8b27c333250f190c"
	beaconVector = "f649340631524462f7a645416182bcca8a00a8abac2fc00f568dcc9db2cb7b58"
)
