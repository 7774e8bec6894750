package chain

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMeter(t *testing.T) {
	m := NewMeter(100)
	require.NoError(t, m.Use(60, "a"))
	require.NoError(t, m.Use(40, "b"), "the limit itself may be used")
	require.False(t, m.Exhausted())
	require.Zero(t, m.Left())
	err := m.Use(1, "c")
	require.ErrorIs(t, err, ErrOutOfGas)
	require.EqualError(t, err, "out of gas in location: c: out of gas")
	require.True(t, m.Exhausted())
	require.Equal(t, uint64(101), m.Used(), "used may pass the limit, as in the reference")
	where, ok := OutOfGasLocation(fmt.Errorf("message index: 0: %w", err))
	require.True(t, ok)
	require.Equal(t, "c", where)
	require.ErrorIs(t, m.Use(0, "d"), ErrOutOfGas, "it stays exhausted")
	_, ok = OutOfGasLocation(errors.New("disk"))
	require.False(t, ok)
}

func TestMeterOverflow(t *testing.T) {
	m := NewMeter(math.MaxUint64 - 1)
	require.NoError(t, m.Use(math.MaxUint64-1, "a"))
	require.ErrorIs(t, m.Use(math.MaxUint64, "b"), ErrOutOfGas, "no wrap")
	require.Equal(t, uint64(math.MaxUint64), m.Used())

	free := NewMeter(NoLimit)
	require.NoError(t, free.Use(math.MaxUint64, "a"))
	require.NoError(t, free.Use(math.MaxUint64, "b"))
	require.Equal(t, uint64(math.MaxUint64), free.Used())

	var zero Meter
	require.NoError(t, zero.Use(0, "a"))
	require.ErrorIs(t, zero.Use(1, "a"), ErrOutOfGas)
}

func TestPrefixEnd(t *testing.T) {
	for _, c := range []struct{ prefix, end []byte }{
		{[]byte{1}, []byte{2}},
		{[]byte{1, 0xff}, []byte{2}},
		{[]byte{1, 2, 0xff, 0xff}, []byte{1, 3}},
		{[]byte{0xff, 0xff}, nil},
		{nil, nil},
	} {
		before := append([]byte(nil), c.prefix...)
		require.Equal(t, c.end, PrefixEnd(c.prefix))
		require.Equal(t, before, append([]byte(nil), c.prefix...), "the prefix stays as it was")
	}
}
