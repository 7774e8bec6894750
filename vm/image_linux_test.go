package vm

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// fileBytes is the memory that the images of an engine take.
func fileBytes(t *testing.T, e *Engine) int64 {
	t.Helper()
	var stat unix.Stat_t
	require.NoError(t, unix.Fstat(e.pool.images.(*imageFile).file, &stat))
	return stat.Blocks * 512
}

// This kernel's way is the one that is taken.
func TestRestoreIsChosen(t *testing.T) {
	_, err := openImages(RestorePagemap)
	require.NoError(t, err)
	want := RestoreScan
	if _, err := openImages(RestoreScan); err != nil {
		require.ErrorContains(t, err, "PAGEMAP_SCAN")
		want = RestorePagemap
	}
	require.Equal(t, want, newEngine(t, Config{}).Stats().Restore)
}

// Written pages are found whatever their number and place, and of the others none.
func TestMappingFindsWrittenPages(t *testing.T) {
	const pages = 3_000
	for _, way := range []Restore{RestoreScan, RestorePagemap} {
		store, err := openImages(way)
		if err != nil {
			continue
		}
		img := &image{size: pages * systemPage, start: 100 * systemPage}
		content := make([]byte, 50*systemPage)
		for i := range content {
			content[i] = byte(i) | 1
		}
		img.data, img.backing = store.keep(content)
		memory, err := img.backing.memory(img, img.size)
		require.NoError(t, err)
		m := memory.(*mapping)
		require.True(t, img.holds(m.bytes, 0))
		for step := uint64(1); step < 200; step = step*2 + 1 {
			written := 0
			for page := uint64(0); page < pages; page += step {
				m.bytes[page*systemPage+step] ^= 0xff
				written++
			}
			occupied, err := m.restore(img, img.size)
			require.NoError(t, err)
			require.True(t, img.holds(m.bytes, 0))
			if way == RestoreScan {
				// Some were written to before and are kept.
				require.GreaterOrEqual(t, occupied, int64(min(written, keptPages))*int64(systemPage))
				require.LessOrEqual(t, occupied, int64(keptPages)*int64(systemPage))
			}
		}
		// After a sweep only what was written to since is kept.
		m.restores = sweepRestores
		m.bytes[7], m.bytes[120*systemPage] = 1, 0
		occupied, err := m.restore(img, img.size)
		require.NoError(t, err)
		require.Equal(t, int64(2*systemPage), occupied)
		require.True(t, img.holds(m.bytes, 0))
		m.Free()
		m.Free()
		img.free()
		require.NoError(t, store.close())
	}
}

// Without address space for a mapping an instance gets Go's memory.
func TestNoRoomForAMapping(t *testing.T) {
	e := newEngine(t, Config{})
	c, _ := testCall(numbered(1))
	code, err := e.load(c.Code)
	require.NoError(t, err)
	code.image.backing = fullBacking{code.image.backing}
	got, err := callNumbered(e, numbered(1))
	require.NoError(t, err)
	require.Equal(t, "number 1", got)
	require.IsType(t, &heapMemory{}, code.idle[0].linear)
	e.memory.release(code)
}

// fullBacking has no room for memories.
type fullBacking struct{ backing }

func (fullBacking) memory(*image, uint64) (guestMemory, error) { return nil, unix.ENOMEM }

// BenchmarkRestore restores the memory of a contract of hackatom's size in which
// ten pages are kept.
func BenchmarkRestore(b *testing.B) {
	store, err := openImages(RestoreScan)
	if err != nil {
		b.Skip(err)
	}
	img := &image{size: 18 * pageBytes, start: 16 * pageBytes}
	img.data, img.backing = store.keep(make([]byte, pageBytes))
	memory, err := img.backing.memory(img, 512*pageBytes)
	if err != nil {
		b.Fatal(err)
	}
	m := memory.(*mapping)
	for _, page := range []uint64{250, 251, 252, 253, 254, 255, 257, 260, 265, 275} {
		m.bytes[page*systemPage] = 1
	}
	m.restores = 1
	for b.Loop() {
		if _, err := m.restore(img, img.size); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(m.kept), "pages")
	m.Free()
	img.free()
	_ = store.close()
}
