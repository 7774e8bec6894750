package limit

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBudget(t *testing.T) {
	b := NewBudget(100, time.Millisecond)
	small, err := b.Take(t.Context(), 40)
	require.NoError(t, err)
	_, err = b.Take(t.Context(), 61)
	var refusal *Error
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "memory", refusal.Limit)
	small()
	small()
	large, err := b.Take(t.Context(), 1_000)
	require.NoError(t, err, "one that is too large alone passes alone")
	_, err = b.Take(t.Context(), 1)
	require.Error(t, err, "giving back twice gives no more")
	large()
	require.Equal(t, int64(100), b.left)

	patient := NewBudget(1, time.Minute)
	give, err := patient.Take(t.Context(), 1)
	require.NoError(t, err)
	time.AfterFunc(5*time.Millisecond, give)
	give2, err := patient.Take(t.Context(), 1)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = patient.Take(ctx, 1)
	require.ErrorIs(t, err, context.Canceled)
	give2()
}
