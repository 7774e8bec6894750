package vm

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// newMapping is a memory of some pages, all of them zero.
func newMapping(t *testing.T, way Restore, pages uint64) (*mapping, *image) {
	t.Helper()
	store, err := openImages(way)
	if err != nil {
		t.Skip(err)
	}
	img := &image{size: pages * systemPage}
	img.data, img.backing = store.keep(nil)
	memory, err := img.backing.memory(img, pages*systemPage)
	require.NoError(t, err)
	t.Cleanup(func() {
		memory.Free()
		img.free()
		require.NoError(t, store.close())
	})
	require.True(t, store.(*imageFile).counted)
	return memory.(*mapping), img
}

// A memory is restored whether the kernel is asked or not: however large it was
// meanwhile, and wherever a call wrote. It is not asked when a call writes where
// earlier ones did.
func TestRestoreByPageFaults(t *testing.T) {
	for _, way := range []Restore{RestoreScan, RestorePagemap} {
		t.Run(way.String(), func(t *testing.T) { restoreByPageFaults(t, way) })
	}
}

func restoreByPageFaults(t *testing.T, way Restore) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const pages = 400
	m, img := newMapping(t, way, pages)
	asked := 0
	find := m.file.find
	m.file.find = func(m *mapping, from, to uintptr) ([]pageRegion, uintptr, error) {
		asked++
		return find(m, from, to)
	}
	m.restores = 1 // the first sweeps
	calls := []struct {
		used uint64 // pages
		// Pages that are written to: from, and count of them at a distance.
		from, count, distance uint64
		asks                  bool
	}{
		{100, 5, 3, 1, true},
		{100, 5, 3, 1, false},
		{100, 6, 2, 1, false},
		{100, 9, 1, 1, true},
		{pages, 5, 3, 1, true}, // nobody knows about the pages behind the first hundred
		{pages, 300, 2, 1, true},
		{100, 20, 1, 1, true},     // the list is that of a hundred pages again
		{pages, 300, 2, 1, true},  // though no page fault tells of these
		{100, 5, 1, 1, false},     // a list of more pages will do
		{pages, 300, 2, 1, false}, // and has not lost them
		{pages, 0, 100, 4, true},  // more ranges than are listed
		{pages, 0, 100, 4, true},  // are looked for each time
		{pages, 0, 100, 4, true},
	}
	for n, c := range calls {
		m.restores = 1
		asked = 0
		m.begin()
		for i := range c.count {
			m.bytes[(c.from+i*c.distance)*systemPage+i] = 0xff
		}
		_, err := m.restore(img, c.used*systemPage)
		require.NoError(t, err)
		require.True(t, img.holds(m.bytes, 0), "call %d", n)
		if c.asks && way == RestoreScan { // the other way also lists pages that were read
			require.Positive(t, asked, "call %d", n)
		} else if !c.asks && asked > 0 {
			t.Logf("call %d: the thread had another page fault", n)
		}
	}
	// Without begin it is asked as well.
	asked = 0
	_, err := m.restore(img, 100*systemPage)
	require.NoError(t, err)
	require.Positive(t, asked)
}

// A kernel that does not count is asked each time.
func TestUncountedPageFaults(t *testing.T) {
	m, img := newMapping(t, RestorePagemap, 10)
	m.file.counted = false
	for page := range uint64(10) {
		m.begin()
		require.False(t, m.written.complete(0))
		m.bytes[page*systemPage] = 1
		_, err := m.restore(img, img.size)
		require.NoError(t, err)
		require.True(t, img.holds(m.bytes, 0))
	}
}
