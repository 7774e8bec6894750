package cli

import (
	"github.com/spf13/cobra"

	"github.com/weftchain/weft/chain"
	wasm "github.com/weftchain/weft/proto/cosmwasm/wasm/v1"
)

func (r *run) txMigrate() *cobra.Command {
	return r.transact(transact{
		use: "migrate CONTRACT CODE_ID JSON", aliases: []string{"update", "mig", "m"}, short: "Give a contract another code", args: cobra.ExactArgs(3),
		example: "  weft tx wasm migrate weft1… 2 '{}' --from alice",
		check: func(_ options, args []string) (maker, error) {
			id, err := codeIDArg(args[1])
			if err != nil {
				return nil, err
			}
			msg, err := r.jsonArg("the message", args[2])
			return func(s sender) ([]chain.Message, error) {
				contract, err := s.contract(args[0])
				return []chain.Message{&wasm.MsgMigrateContract{Sender: s.address, Contract: contract, CodeID: id, Msg: msg}}, err
			}, err
		},
	})
}

func (r *run) txSetAdmin() *cobra.Command {
	return r.transact(transact{
		use: "set-contract-admin CONTRACT NEW_ADMIN", aliases: []string{"new-admin", "admin", "set-adm", "sa"}, short: "Let somebody else migrate a contract", args: cobra.ExactArgs(2),
		example: "  weft tx wasm set-contract-admin weft1… bob --from alice",
		check: func(_ options, args []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				contract, err := s.contract(args[0])
				if err != nil {
					return nil, err
				}
				admin, err := s.resolve("new admin", args[1])
				return []chain.Message{&wasm.MsgUpdateAdmin{Sender: s.address, NewAdmin: admin, Contract: contract}}, err
			}, nil
		},
	})
}

func (r *run) txClearAdmin() *cobra.Command {
	return r.transact(transact{
		use: "clear-contract-admin CONTRACT", aliases: []string{"clear-admin", "clr-adm"}, short: "Let nobody ever migrate a contract again", args: cobra.ExactArgs(1),
		example: "  weft tx wasm clear-contract-admin weft1… --from alice",
		check: func(_ options, args []string) (maker, error) {
			return func(s sender) ([]chain.Message, error) {
				contract, err := s.contract(args[0])
				return []chain.Message{&wasm.MsgClearAdmin{Sender: s.address, Contract: contract}}, err
			}, nil
		},
	})
}

func (r *run) txSetLabel() *cobra.Command {
	return r.transact(transact{
		use: "set-contract-label CONTRACT LABEL", aliases: []string{"update-contract-label", "new-label"}, short: "Give a contract another label", args: cobra.ExactArgs(2),
		example: "  weft tx wasm set-contract-label weft1… 'my counter' --from alice",
		check: func(_ options, args []string) (maker, error) {
			label, err := labelArg("the label", args[1])
			return func(s sender) ([]chain.Message, error) {
				contract, err := s.contract(args[0])
				return []chain.Message{&wasm.MsgUpdateContractLabel{Sender: s.address, NewLabel: label, Contract: contract}}, err
			}, err
		},
	})
}

func (r *run) txUpdateConfig() *cobra.Command {
	return r.transact(transact{
		use: "update-instantiate-config CODE_ID", short: "Change who may make contracts of a code", args: cobra.ExactArgs(1), flags: accessFlags,
		example: "  weft tx wasm update-instantiate-config 1 --instantiate-nobody true --from alice",
		check: func(o options, args []string) (maker, error) {
			id, err := codeIDArg(args[0])
			if err != nil {
				return nil, err
			}
			access, err := o.access()
			return func(s sender) ([]chain.Message, error) {
				permission, err := access(s)
				if err == nil && permission == nil {
					err = usage("say who may: one of the --instantiate-… flags")
				}
				return []chain.Message{&wasm.MsgUpdateInstantiateConfig{Sender: s.address, CodeID: id, NewInstantiatePermission: permission}}, err
			}, err
		},
	})
}
