//go:build !packed

package main

import (
	"embed"

	"github.com/weftchain/weft/cli"
)

// source is the part of this module that contracts are built and tested with:
// weft contract new unpacks it, because no proxy has a version of weft that was
// built from a work tree. TestSource finds what is missing. app/c… and vm/c… are
// left out for the modules of their own that are there; tests of what is no
// example are here and are not unpacked. make build embeds the same as an archive
// (source_packed.go).
//
//go:embed go.mod go.sum LICENSE NOTICE
//go:embed app/*.go app/[^c]*/*.go app/[^c]*/*/*.go
//go:embed chain/*.go chain/*/*.go
//go:embed proto/*/*.go proto/*/*/*/*.go proto/*/*/*/*/*.go
//go:embed state/*.go state/*/*.go
//go:embed tx/*.go tx/*/*.go
//go:embed vm/*.go vm/[^c]*/*.go vm/cosmwasm/*.go vm/internal/*/*.go
//go:embed contracts/*/*.go contracts/*/*/*.go contracts/*/README.md contracts/*/schema/*.json contracts/*/testdata
var source embed.FS

func init() { cli.Source = source }
