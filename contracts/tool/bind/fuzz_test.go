package bind

import (
	"os"
	"testing"

	"github.com/weftchain/weft/contracts/tool/schema"
)

// FuzzBind: whatever schema can be read gives code, the same one each time, that
// is Go (format.Source reads it).
func FuzzBind(f *testing.F) {
	for _, path := range []string{"testdata/hostile.json", "../schema/testdata/forms.json", "../../tipjar/schema.json", "../../counter/schema/counter.json"} {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := schema.Parse(data)
		if err != nil {
			return
		}
		for range 2 {
			if _, err := Go(c, GoOptions{Package: "x"}); err != nil {
				t.Fatal(err)
			}
		}
		a, err := TypeScript(c, TypeScriptOptions{})
		if err != nil {
			t.Fatal(err)
		}
		b, err := TypeScript(c, TypeScriptOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range a {
			if string(a[i].Data) != string(b[i].Data) {
				t.Errorf("%s differs the second time", a[i].Name)
			}
		}
	})
}
