package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	cmtconfig "github.com/cometbft/cometbft/config"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
)

// checkValidatorFiles reads the validator's two files as CometBFT does, which
// ends the process when it cannot.
func checkValidatorFiles(c *cmtconfig.Config) error {
	if err := checkValidatorKey(c); err != nil {
		return err
	}
	return readJSON(c.PrivValidatorStateFile(), &privval.FilePVLastSignState{})
}

func checkValidatorKey(c *cmtconfig.Config) error {
	var key privval.FilePVKey
	if err := readJSON(c.PrivValidatorKeyFile(), &key); err != nil {
		return err
	}
	if key.PrivKey == nil {
		return fmt.Errorf("%s holds no key", c.PrivValidatorKeyFile())
	}
	return nil
}

func readJSON(path string, into any) error {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing: a validator without it could sign twice; restore it, or make a new home with weft init", path)
	}
	if err != nil {
		return err
	}
	if err := cmtjson.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
