package tool

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInstantiate(t *testing.T) {
	s, err := ReadSource(small())
	require.NoError(t, err)
	files, err := s.instantiate("jar", rename{ModulePath + "/contracts/jar", "example.org/pot-1", "jar", "pot1"})
	require.NoError(t, err)
	got := map[string]string{}
	for _, f := range files {
		got[f.name] = string(f.data)
	}
	require.Len(t, got, 6)
	require.Equal(t, "// Package pot1 keeps\n// coins. It is small.\npackage pot1\n", got["pot1.go"])
	require.Equal(t, "package pot1_test\n\nimport (\n\t\"example.org/pot-1\"\n)\n\nvar _ = pot1.Contract\n", got["pot1_test.go"])
	require.Contains(t, got["wasm/main.go"], "import \"example.org/pot-1\"\n\nvar _ = pot1.Contract")
	require.Equal(t, "{\n  \"contract_name\": \"pot1\",\n  \"of\": \"jar\"\n}\n", got["schema/pot1.json"])
	require.Contains(t, got["README.md"], "# pot-1\n")
	require.Contains(t, got["README.md"], "See [pot1.go](pot1.go), the SDK and [gas](testdata/gas.txt#a).")

	_, err = s.instantiate("jor", rename{})
	require.ErrorIs(t, err, ErrTemplate)
	require.ErrorContains(t, err, "there are jar")
}

// What only looks like the package keeps its name.
func TestRename(t *testing.T) {
	r := rename{"w/contracts/jar", "x.org/pot", "jar", "pot"}
	for in, want := range map[string]string{
		"package a\n\nimport j \"w/contracts/jar\"\n\nvar _ = j.X + jar.Y\n":                            "package a\n\nimport j \"x.org/pot\"\n\nvar _ = j.X + jar.Y\n",
		"package a\n\nimport \"w/contracts/jar/sub\"\n\nvar _ = sub.X\n":                                "package a\n\nimport \"x.org/pot/sub\"\n\nvar _ = sub.X\n",
		"package a\n\nimport \"w/contracts/jars\"\n":                                                    "package a\n\nimport \"w/contracts/jars\"\n",
		"package a\n\nimport \"w/contracts/jar\"\n\nfunc f(jar struct{ X int }) int { return jar.X }\n": "package a\n\nimport \"x.org/pot\"\n\nfunc f(jar struct{ X int }) int { return jar.X }\n",
		"package a\n\nimport \"w/contracts/jar\"\n\nvar s = \"jar.X\" // jar.X\nvar _ = x.jar.Y\n":      "package a\n\nimport \"x.org/pot\"\n\nvar s = \"jar.X\" // jar.X\nvar _ = x.jar.Y\n",
		"package a\n\nvar x = \"../token/wasm\"\nvar y = \"../x\"\n":                                    "package a\n\nvar x = \".weft/sdk/contracts/token/wasm\"\nvar y = \"../x\"\n",
		"// Package jar is.\n//\n// Package jar has.\npackage jar\n":                                    "// Package pot is.\n//\n// Package pot has.\npackage pot\n",
	} {
		got, err := r.source("a.go", []byte(in))
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	_, err := r.source("a.go", []byte("package"))
	require.Error(t, err)
}

func TestPackageName(t *testing.T) {
	for base, want := range map[string]string{"hello": "hello", "My-Token": "mytoken", "a_1.x": "a1x"} {
		got, err := packageName(base)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, base := range []string{"", "1st", "main", "func", "a b", "häuser", "a_test", "--"} {
		_, err := packageName(base)
		require.ErrorIs(t, err, ErrName, base)
	}
}

func TestOrdinary(t *testing.T) {
	for head, want := range map[string]bool{
		"": true, "//go:build wasip1\n": true, "//go:build !wasip1\n": true, "//go:build reference\n": false, "//go:build linux && reference\n": false,
	} {
		require.Equal(t, want, ordinary([]byte(head+"\npackage a\n")), head)
	}
}
