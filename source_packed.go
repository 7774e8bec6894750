//go:build packed

package main

import (
	"archive/zip"
	"bytes"
	_ "embed"

	"github.com/weftchain/weft/cli"
)

// archive holds the files of source.go, compressed: make build writes it.
//
//go:embed build/source.zip
var archive []byte

func init() {
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		panic(err) // the build is broken
	}
	cli.Source = files
}
