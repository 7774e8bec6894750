package layout

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weftchain/weft/chain"
)

// The layouts are interface: verifiers of proofs compute these keys by
// themselves (cosmos-wire facts, addendum; wasm-module facts, section 2).
func TestKeys(t *testing.T) {
	a := chain.Address(strings.Repeat("\xaa", 20))
	c := chain.Address(strings.Repeat("\xcc", 32))
	for want, key := range map[string][]byte{
		"01" + strings.Repeat("aa", 20):              Account(a),
		"6163636f756e744e756d6265720000000000000007": AccountNumber(7),
		"007577656674": BankSupply("uweft"),
		"017577656674": BankMetadata("uweft"),
		"0214" + strings.Repeat("aa", 20) + "7577656674":   BankBalance(a, "uweft"),
		"03757765667400" + "14" + strings.Repeat("aa", 20): BankDenomAddress("uweft", a),
		"047577656674":                    BankSendEnabled("uweft"),
		"2114" + strings.Repeat("aa", 20): StakingValidator(a),
		"2214" + strings.Repeat("aa", 20): StakingByCons(a),
		"3114" + strings.Repeat("aa", 20) + "20" + strings.Repeat("cc", 32): StakingDelegation(a, c),
		"010000000000000001":               WasmCode(1),
		"02" + strings.Repeat("cc", 32):    WasmContract(c),
		"03" + strings.Repeat("cc", 32):    WasmState(c),
		"05" + strings.Repeat("cc", 32):    WasmHistory(c),
		"060000000000000002":               WasmByCode(2),
		"070000000000000003":               WasmPinned(3),
		"0914" + strings.Repeat("aa", 20):  WasmByCreator(a),
		"00000000000000050000000000000006": WasmPosition(5, 6),
		"046c617374436f64654964":           WasmNextCodeID,
		"046c617374436f6e74726163744964":   WasmNextInstanceID,
	} {
		require.Equal(t, want, hex.EncodeToString(key))
	}
	require.True(t, slices.IsSorted(Stores()))
}

func TestModuleAddress(t *testing.T) {
	// Everybody's fee collector: cosmos17xpfvakm2amg962yls6f84z3kell8c5lserqta.
	require.Equal(t, "cosmos17xpfvakm2amg962yls6f84z3kell8c5lserqta", chain.Bech32("cosmos").Account(ModuleAddress(FeeCollector)))
	require.Equal(t, "cosmos1fl48vsnmsdzcv85q5d2q4z5ajdha8yu34mf0eh", chain.Bech32("cosmos").Account(ModuleAddress(BondedPool)))
	require.Equal(t, "cosmos1tygms3xhhs3yv487phx3dw4a95jn7t7lpm470r", chain.Bech32("cosmos").Account(ModuleAddress(NotBondedPool)))
}

func TestParseUint64(t *testing.T) {
	for _, n := range []uint64{0, 1, 1<<64 - 1} {
		got, err := ParseUint64(Uint64(n))
		require.NoError(t, err)
		require.Equal(t, n, got)
	}
	for _, bad := range [][]byte{nil, {1}, make([]byte, 7), make([]byte, 9)} {
		_, err := ParseUint64(bad)
		require.Error(t, err)
	}
}

// TestNoKeyIsAPrefix: what begins with the prefix of one account's entries
// belongs to that account, whatever the lengths of addresses (advisories 1c,
// address-length confusion).
func TestNoKeyIsAPrefix(t *testing.T) {
	address := rapid.Custom(func(t *rapid.T) chain.Address {
		return chain.Address(rapid.SliceOfN(rapid.SampledFrom([]byte{0, 1, 2, 'u', 0xff}), 1, 6).Draw(t, "address"))
	})
	denom := rapid.SampledFrom([]string{"abc", "abcd", "abcde", "a/b", "a/b/c"})
	rapid.Check(t, func(t *rapid.T) {
		a, b := address.Draw(t, "a"), address.Draw(t, "b")
		if a != b {
			require.False(t, bytes.HasPrefix(BankBalance(b, denom.Draw(t, "denom")), BankBalances(a)))
			require.False(t, bytes.HasPrefix(StakingDelegation(b, a), StakingDelegations(a)))
			require.False(t, bytes.HasPrefix(append(WasmByCreator(b), WasmPosition(1, 1)...), WasmByCreator(a)))
		}
		d, e := denom.Draw(t, "d"), denom.Draw(t, "e")
		if d != e {
			require.False(t, bytes.HasPrefix(BankDenomAddress(e, a), BankDenomOwners(d)))
		}
	})
}

// TestStakingKeys: the keys of the Cosmos modules of those names.
func TestStakingKeys(t *testing.T) {
	a, b, c := chain.Address("\xaa"), chain.Address("\xbb\xbb"), chain.Address("\xcc")
	at := time.Date(2026, time.January, 2, 3, 4, 5, 60, time.UTC)
	text := hex.EncodeToString([]byte("2026-01-02T03:04:05.000000060"))
	for want, key := range map[string][]byte{
		"1101aa":                        StakingLastPower(a),
		"23000000000000000702" + "4444": StakingByPower(7, b),
		"3201aa02bbbb":                  StakingUnbonding(a, b),
		"3302bbbb01aa":                  StakingUnbondingOf(b, a),
		"3401aa02bbbb01cc":              StakingRedelegation(a, b, c),
		"3502bbbb01aa01cc":              StakingRedelegationFrom(b, a, c),
		"3601cc01aa02bbbb":              StakingRedelegationTo(c, a, b),
		"7102bbbb01aa":                  StakingByValidator(b, a),
		"41" + text:                     StakingUnbondsAt(at),
		"42" + text:                     StakingRedelegatesAt(at),
		"43000000000000001d" + text + "0000000000000009": StakingValidatorsAt(at, 9),
		"0202bbbb":                 RewardsOwed(b),
		"0301aa":                   RewardsWithdraw(a),
		"0402bbbb01aa":             RewardsStart(b, a),
		"0502bbbb0700000000000000": RewardsHistory(b, 7),
		"0602bbbb":                 RewardsCurrent(b),
		"0702bbbb":                 RewardsCommission(b),
		"0802bbbb00000000000000070000000000000009": RewardsSlash(b, 7, 9),
		"0101cc":                 SlashingInfo(c),
		"0201cc0300000000000000": SlashingMiss(c, 3),
		"0301cc":                 SlashingKey(c),
	} {
		require.Equal(t, want, hex.EncodeToString(key))
	}
	got, err := ParseAddresses(StakingRedelegation(a, b, c)[1:], 3)
	require.NoError(t, err)
	require.Equal(t, []chain.Address{a, b, c}, got)
	for n := range 7 {
		_, err := ParseAddresses(StakingRedelegation(a, b, c)[1:][:n], 3)
		require.Error(t, err)
	}
	_, err = ParseAddresses(StakingRedelegation(a, b, c)[1:], 2)
	require.Error(t, err)
}
