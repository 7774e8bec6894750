package node

import (
	"bytes"
	"reflect"
	"testing"

	cmtconfig "github.com/cometbft/cometbft/config"
	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
	"github.com/stretchr/testify/require"
)

// What is written is read back as it was, all keys of it, whatever stands in it.
func TestConfigToml(t *testing.T) {
	c := DefaultConfig(t.TempDir()).Comet
	c.Moniker = "a \"quoted\" \\ näme\t"
	c.StateSync.RPCServers = []string{"http://a:1", "http://b:2"}
	c.StateSync.TrustHeight = 7
	c.RPC.CORSAllowedOrigins = nil
	text, err := configText(c)
	require.NoError(t, err)

	v := viper.New()
	v.SetConfigType("toml")
	require.NoError(t, v.ReadConfig(bytes.NewReader([]byte(text))), text)
	read := cmtconfig.DefaultConfig()
	read.StateSync, read.RPC = &cmtconfig.StateSyncConfig{}, &cmtconfig.RPCConfig{}
	require.NoError(t, v.UnmarshalExact(read, func(c *mapstructure.DecoderConfig) { c.WeaklyTypedInput = false }))
	read.SetRoot(c.RootDir)
	c.RPC.CORSAllowedOrigins = []string{}
	require.Equal(t, c, read)
}

// A comment above nothing is one that an update of CometBFT left behind.
func TestConfigComments(t *testing.T) {
	known := map[string]bool{}
	var collect func(section string, typ reflect.Type)
	collect = func(section string, typ reflect.Type) {
		for i := range typ.NumField() {
			field := typ.Field(i)
			name, squash := configKey(field)
			inner := field.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			path := name
			if section != "" {
				path = section + "." + name
			}
			known[path] = true
			if squash {
				path = section
			}
			if inner.Kind() == reflect.Struct {
				collect(path, inner)
			}
		}
	}
	collect("", reflect.TypeFor[cmtconfig.Config]())
	for path := range configComments {
		require.Contains(t, known, path)
	}
	for path := range configHidden {
		require.Contains(t, known, path)
	}
}
