module github.com/cosmos/cosmos-db

go 1.26.8
