package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"

	"github.com/weftchain/weft/node"
)

// maxConfigBytes bounds config.toml and app.toml.
const maxConfigBytes = 1 << 20

// loadConfig reads config.toml and app.toml of a home over the defaults.
// Unknown keys, wrong types and duplicate keys are errors that name the file.
func loadConfig(home string) (node.Config, error) {
	cfg := node.DefaultConfig(home)
	if _, err := os.Stat(filepath.Join(home, "config")); errors.Is(err, fs.ErrNotExist) {
		err = fail(exitConfig, "%s is not the home of a node: it has no folder config", home)
		return cfg, hint(err, "Make one with: weft init MONIKER --home %s", home)
	}
	if err := decodeToml(filepath.Join(home, "config", "config.toml"), cfg.Comet, cometTypes); err != nil {
		return cfg, err
	}
	cfg.Comet.SetRoot(home)
	return cfg, decodeToml(filepath.Join(home, "config", "app.toml"), &cfg.App, strictTypes)
}

// decodeToml reads a file strictly into a struct with mapstructure tags.
func decodeToml(path string, into any, types viper.DecoderConfigOption) error {
	data, err := readFile(path, maxConfigBytes)
	if err != nil {
		return fail(exitConfig, "%w", err)
	}
	v := viper.New()
	v.SetConfigType("toml")
	if err := v.ReadConfig(bytes.NewReader(data)); err != nil {
		return fail(exitConfig, "%s: %w", path, err)
	}
	if err := v.UnmarshalExact(into, types); err != nil {
		text := strings.Join(strings.Fields(err.Error()), " ")
		if like := suggestKey(text, into); like != "" {
			text += fmt.Sprintf(" (did you mean %q?)", like)
		}
		return fail(exitConfig, "%s: %s", path, text)
	}
	return nil
}

// strictTypes refuses "5" for a number and 1 for a switch: mapstructure would
// guess. cometTypes lets it: CometBFT's own file says chunk_fetchers = "4".
func strictTypes(c *mapstructure.DecoderConfig) { c.WeaklyTypedInput = false }
func cometTypes(c *mapstructure.DecoderConfig)  { c.WeaklyTypedInput = true }

// suggestKey finds the known key that is nearest to the first unknown one in
// mapstructure's message ("has invalid keys: a, b").
func suggestKey(text string, into any) string {
	_, rest, found := strings.Cut(text, "has invalid keys: ")
	if !found {
		return ""
	}
	wrong, _, _ := strings.Cut(strings.Fields(rest)[0], ",")
	best, distance := "", 4
	for _, key := range knownKeys(reflect.TypeOf(into)) {
		if d := editDistance(wrong, key); d < distance {
			best, distance = key, d
		}
	}
	return best
}

// knownKeys lists the last words of all keys of a configuration struct.
func knownKeys(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var keys []string
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ",")
		if name != "" {
			keys = append(keys, name)
		}
		keys = append(keys, knownKeys(field.Type)...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// editDistance counts the letters to change, add or drop between two words.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost = min(last, row[j], row[j+1]) + 1
			}
			last, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
