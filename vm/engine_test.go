package vm

import "testing"

func TestSelfTest(t *testing.T) {
	for _, interpreter := range []bool{false, true} {
		e, err := New(Config{Interpreter: interpreter})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		e, err := New(Config{})
		if err != nil {
			b.Fatal(err)
		}
		_ = e.Close()
	}
}
