package testkit_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// fake is a test that fails for show.
type fake struct {
	name     string
	messages []string
}

func (f *fake) Helper()             {}
func (f *fake) Name() string        { return f.name }
func (f *fake) Logf(string, ...any) {}
func (f *fake) Errorf(format string, args ...any) {
	f.messages = append(f.messages, fmt.Sprintf(format, args...))
}

func (f *fake) Fatalf(format string, args ...any) {
	f.Errorf(format, args...)
	runtime.Goexit()
}

// failure runs a test that must fail and returns what it says.
func failure(t *testing.T, test func(f *fake)) string {
	t.Helper()
	f := &fake{name: t.Name()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(f)
	}()
	<-done
	if len(f.messages) == 0 {
		t.Fatal("the test did not fail")
	}
	return strings.Join(f.messages, "\n")
}

// says fails the test unless a text has all parts.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q is not in:\n%s", p, text)
		}
	}
}
