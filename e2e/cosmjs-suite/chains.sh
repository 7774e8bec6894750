# shellcheck shell=bash disable=SC2034 # read by run.sh
# The two chains that CosmJS's own tests expect: names, ports and accounts. An
# account's number is its place in the list; the first one runs the validator.
# The keys of all are public test keys, those of CosmJS: no secret.

# wasmd: what packages/cosmwasm is tested on.
chain_wasmd() {
	chain_id=testing prefix=wasm rpc_port=26659 p2p_port=26649 rest=127.0.0.1:1319
	fee_denom=ucosm bond_denom=ustake
	coins=1000000000ucosm,1000000000ustake self_delegation=250000000
	operator_key=A1PeWP+eFZg8bYxgYzUyaeGWZgHIqRARDLKeb2MTJ3+W
	accounts=(
		wasm1k2vfqeu2upskfv7awn29g5kvxxnmugkz3xkye4
		# faucet 0 to 4
		wasm1pkptre7fdkl6gfrzlesjjvhxhlc3r4gm32kke3
		wasm10dyr9899g6t0pelew4nvf4j5c3jcgv0r5d3a5l
		wasm1xy4yqngt0nlkdcenxymg8tenrghmek4n3u2lwa
		wasm142u9fgcjdlycfcez3lw8x6x5h7rfjlnfaallkd
		wasm1hsm76p4ahyhl5yh3ve9ur49r5kemhp2r93f89d
		# alice 0 to 4
		wasm14qemq0vw6y3gc3u3e0aty2e764u4gs5lndxgyk
		wasm1hhg2rlu9jscacku2wwckws7932qqqu8xm5ca8y
		wasm1xv9tklw7d82sezh9haa573wufgy59vmwnxhnsl
		wasm17yg9mssjenmc3jkqth6ulcwj9cxujrxxg9nmzk
		wasm1f7j7ryulwjfe9ljplvhtcaxa6wqgula3nh873j
		# bob 0 to 4
		wasm1lvrwcvrqlc5ktzp2c4t22xgkx29q3y83426at5
		wasm1vkv9sfwaak76weyamqx0flmng2vuquxqjq3flu
		wasm106jwym4s9aujcmes26myzzwqsccw09sd3nap5h
		wasm1c7wpeen2uv8thayf7g8q2rgpm29clj0dzlu7t9
		wasm1mjxpv9ft30wer7ma7kwfxhm42l379xuttrjcl3
		# nobody signs with this one
		wasm1cjsxept9rkggzxztslae9ndgpdyt240842kpxh
		# guest
		wasm17d0jcz59jf68g52vq38tuuncmwwjk42us8fnse
		# ledger 0 to 10
		wasm1p6xs63q4g7np99ttv5nd3yzkt8n4qxa45jkgsk
		wasm1meeu3jl268txxytwmmrsljk8rawh6n2mhwp76p
		wasm1cak6lnpfxs035xd88sq8e4zujsm8g2g953hfan
		wasm1x3x8kyypx8z6q7fx3gw65x29mhl5gg8qtf4xkg
		wasm18c27m2rj4lg74md03ujralvt562c097nd7scqw
		wasm1q2y53e6x7s5mlddtd2qkcjr3nwr4dszvs4js2q
		wasm1paa2gstlk7c98n27dw2g6tp6fyqvf32m3x04t6
		wasm1rvxjd8k6xvssz2eerfzemvat35pttfgrsz43tx
		wasm12zejt8d9xl70jd2333p4p265m2nr9h8g6pgmly
		wasm1exctm2036jtwyc9v3ftqfzmgnv9tdhj2sskt4u
		wasm1f3pws3ztnp3s4nn5zxqdrl9vlqv5avkq3rjfe7
	)
}

# simapp: what packages/stargate is tested on.
chain_simapp() {
	chain_id=simd-testing prefix=cosmos rpc_port=26658 p2p_port=26648 rest=off
	fee_denom=ucosm bond_denom=ustake
	coins=1000000000ucosm,2000000000ustake self_delegation=3000000
	operator_key=A0RZ3+xLf9xJiySHQxQsQtW8HJYEcniJKbFxG2R9ZEQv
	accounts=(
		cosmos12nt2hqjps8r065wc02qks88tvqzdeua0ld3jxy
		# faucet 0 to 4
		cosmos1pkptre7fdkl6gfrzlesjjvhxhlc3r4gmmk8rs6
		cosmos10dyr9899g6t0pelew4nvf4j5c3jcgv0r73qga5
		cosmos1xy4yqngt0nlkdcenxymg8tenrghmek4nmqm28k
		cosmos142u9fgcjdlycfcez3lw8x6x5h7rfjlnfhpw2lx
		cosmos1hsm76p4ahyhl5yh3ve9ur49r5kemhp2r0dcjvx
		# alice 0 to 4
		cosmos14qemq0vw6y3gc3u3e0aty2e764u4gs5le3hada
		cosmos1hhg2rlu9jscacku2wwckws7932qqqu8x3gfgw0
		cosmos1xv9tklw7d82sezh9haa573wufgy59vmwe6xxe5
		cosmos17yg9mssjenmc3jkqth6ulcwj9cxujrxxzezwta
		cosmos1f7j7ryulwjfe9ljplvhtcaxa6wqgula3etktce
		# bob 0 to 4
		cosmos1lvrwcvrqlc5ktzp2c4t22xgkx29q3y83lktgzl
		cosmos1vkv9sfwaak76weyamqx0flmng2vuquxqcuqukh
		cosmos106jwym4s9aujcmes26myzzwqsccw09sdm0v5au
		cosmos1c7wpeen2uv8thayf7g8q2rgpm29clj0dgrdtzw
		cosmos1mjxpv9ft30wer7ma7kwfxhm42l379xutplrdk6
		# nobody signs with this one
		cosmos1cjsxept9rkggzxztslae9ndgpdyt2408lk850u
		# guest
		cosmos17d0jcz59jf68g52vq38tuuncmwwjk42u6mcxej
		# multisig wallets
		cosmos1v75snhly7wfndk83ud4daygh397vcmkta8rlzq
		cosmos1h90ml36rcu7yegwduzgzderj2jmq49hcpfclw9
		cosmos1d2mg2euvus3tu2tprfwrfzeal4xu7kygugjxjc
	)
}
