package limit

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestClient(t *testing.T) {
	for address, want := range map[string]string{
		"10.0.0.1:1234":              "10.0.0.1",
		"10.0.0.1":                   "10.0.0.1",
		"[::ffff:10.0.0.1]:99":       "10.0.0.1",
		"[2001:db8:1:2:3:4:5:6]:443": "2001:db8:1:2::/64",
		"[2001:db8:1:2:9::1]:443":    "2001:db8:1:2::/64",
		"[fe80::1%eth0]:443":         "fe80::/64",
		"@":                          "@",
		"":                           "",
	} {
		require.Equal(t, want, Client(address), address)
	}
}

func TestRate(t *testing.T) {
	c := newClients(10, 3)
	now := time.Unix(1000, 0)
	for range 3 {
		require.True(t, c.allow("a", 1, now))
	}
	require.False(t, c.allow("a", 1, now), "the bucket is empty")
	require.True(t, c.allow("b", 1, now), "another client has its own")
	require.True(t, c.allow("a", 1, now.Add(100*time.Millisecond)), "10 a second fill it again")
	require.False(t, c.allow("a", 1, now.Add(150*time.Millisecond)))
	require.False(t, c.allow("a", 1, now), "a clock that runs back fills nothing")
	later := now.Add(time.Hour)
	require.True(t, c.allow("a", 3, later))
	require.False(t, c.allow("a", 1, later), "no more than the burst was saved")
	later = later.Add(time.Hour)
	require.True(t, c.allow("a", 100, later), "a large batch passes a full bucket once")
	require.False(t, c.allow("a", 1, later.Add(9*time.Second)), "and is paid for")
}

// TestTableIsBounded holds that a flood of addresses does not grow the table,
// and that a client who keeps sending is not forgotten in it.
func TestTableIsBounded(t *testing.T) {
	c := newClients(0.001, 1)
	now := time.Unix(1000, 0)
	require.True(t, c.allow("steady", 1, now))
	for i := range 5 * maxClients {
		c.allow(fmt.Sprint(i), 1, now)
		if i%(maxClients/2) == 0 {
			require.False(t, c.allow("steady", 1, now), "after %d others", i)
		}
	}
	require.LessOrEqual(t, len(c.young)+len(c.old), 2*maxClients)
}

func TestLimiter(t *testing.T) {
	l := New(Config{Rate: 0.001, Burst: 1, RateKey: "rate-limit in section [grpc] of app.toml"})
	require.NoError(t, l.Allow("10.0.0.1:1"))
	err := l.Allow("10.0.0.1:2")
	var refusal *Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "rate", refusal.Limit)
	require.EqualError(t, err, "this client sends more than 0.001 requests a second: slow down, or raise rate-limit in section [grpc] of app.toml")

	off := New(Config{})
	for range 100 {
		require.NoError(t, off.Allow("10.0.0.1:1"))
		_, err := off.Enter(t.Context())
		require.NoError(t, err)
	}
}

func TestEnter(t *testing.T) {
	l := New(Config{Concurrent: 2, Patience: time.Millisecond, ConcurrentKey: "max-queries in app.toml"})
	first, err := l.Enter(t.Context())
	require.NoError(t, err)
	second, err := l.Enter(t.Context())
	require.NoError(t, err)
	_, err = l.Enter(t.Context())
	var refusal *Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "concurrency", refusal.Limit)
	require.EqualError(t, err, "2 requests run at once: try again, or raise max-queries in app.toml")
	second()
	second, err = l.Enter(t.Context())
	require.NoError(t, err)

	patient := New(Config{Concurrent: 1, Patience: time.Minute})
	leave, err := patient.Enter(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = patient.Enter(ctx)
	require.True(t, errors.Is(err, context.Canceled))
	time.AfterFunc(5*time.Millisecond, leave)
	leave2, err := patient.Enter(t.Context())
	require.NoError(t, err, "it waits for its turn")
	leave2()
	first()
	second()
}

func TestValidate(t *testing.T) {
	require.NoError(t, Config{}.Validate())
	require.NoError(t, Config{Rate: 1, Burst: 1, Concurrent: 1, Patience: 1}.Validate())
	for _, c := range []Config{{Rate: -1}, {Rate: 1}, {Rate: 1e10, Burst: 1}, {Concurrent: -1}, {Patience: -1}} {
		require.Error(t, c.Validate())
	}
}
