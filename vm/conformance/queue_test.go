package conformance

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm"
)

func queue(t *testing.T, values ...int) *contract {
	t.Helper()
	c := newContract(t, "queue")
	c.instantiate("creator", `{}`)
	for _, v := range values {
		c.execute("creator", fmt.Sprintf(`{"enqueue":{"value":%d}}`, v))
	}
	return c
}

func TestIterators(t *testing.T) {
	c := queue(t, 17, 22)
	require.Equal(t, `{"sum":39}`, string(c.query(`{"sum":{}}`)))
	require.Equal(t, `{"count":2}`, string(c.query(`{"count":{}}`)))
	require.Equal(t, `{"counters":[[17,22],[22,0]]}`, string(c.query(`{"reducer":{}}`)), "an iterator inside another")
	require.JSONEq(t, `{"empty":[],"early":[0,1],"late":[]}`, string(c.query(`{"list":{}}`)), "ascending and descending ranges")
	r := c.respond("execute", env, info("creator"), `{"dequeue":{}}`)
	require.JSONEq(t, `{"value":17}`, string(r.Data))
	require.Equal(t, `{"sum":22}`, string(c.query(`{"sum":{}}`)))
}

// Calls of several contracts at once share nothing.
func TestIteratorsOfManyCalls(t *testing.T) {
	contracts := map[*contract]string{
		queue(t, 17, 22):          "[[17,22],[22,0]]",
		queue(t, 1, 19, 6, 35, 8): "[[1,68],[19,35],[6,62],[35,0],[8,54]]",
		queue(t, 11, 6, 2):        "[[11,0],[6,11],[2,17]]",
	}
	var wg sync.WaitGroup
	for range 30 {
		for c, want := range contracts {
			wg.Go(func() {
				res, err := c.call("query", env, `{"reducer":{}}`)
				if err != nil {
					t.Error(err)
					return
				}
				ok, _ := contractResult(t, res.Data)
				if got := string(binary(t, ok)); got != `{"counters":`+want+`}` {
					t.Errorf("got %s, want %s", got, want)
				}
			})
		}
	}
	wg.Wait()
}

func TestIteratorLimit(t *testing.T) {
	c := queue(t)
	for _, n := range []int{5_000, 32_768} {
		c.query(fmt.Sprintf(`{"open_iterators":{"count":%d}}`, n))
	}
	_, err := c.call("query", env, `{"open_iterators":{"count":32769}}`)
	require.Equal(t, vm.KindBackend, kind(err))
	require.ErrorContains(t, err, "reached iterator limit (32768)")
}
