package cli

import "github.com/spf13/cobra"

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (r *run) completionCommand(root *cobra.Command) *cobra.Command {
	cmd := r.command(spec{
		use: "completion SHELL", short: "Print a script that completes commands: bash, zsh, fish or powershell", args: cobra.ExactArgs(1), raw: true,
		example: "  source <(weft completion bash)",
		do: func(_ options, args []string) error {
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(r.out, true)
			case "zsh":
				return root.GenZshCompletion(r.out)
			case "fish":
				return root.GenFishCompletion(r.out, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(r.out)
			}
			return usage("%.40q is not one of %v", args[0], shells)
		},
	})
	cmd.ValidArgs = shells
	return cmd
}
