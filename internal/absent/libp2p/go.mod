module github.com/libp2p/go-libp2p

go 1.26.8

require github.com/multiformats/go-multiaddr v0.16.1
