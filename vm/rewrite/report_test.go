package rewrite_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/vm/rewrite"
)

// TestReport: a report has the refusal of Check among its rules, for every
// module that tests have refused, and no number beyond its limit without a text.
func TestReport(t *testing.T) {
	for _, r := range slices.Concat(ruleRefusals(), malformedModules(), referenceInstructions(), otherRefusals()) {
		limits := rewrite.DefaultLimits()
		if r.limits != nil {
			r.limits(&limits)
		}
		_, err := rewrite.Check(r.code, limits, allCapabilities)
		rules, m := rewrite.Report(r.code, limits, allCapabilities)
		require.Nil(t, m, r.name)
		require.True(t, slices.ContainsFunc(rules, func(rule rewrite.Rule) bool { return rule.Text == err.Error() }), "%s: %v is not among %v", r.name, err, rules)
		for _, rule := range rules {
			require.False(t, rule.Limit > 0 && rule.Value > rule.Limit && rule.Text == "", "%s: %+v", r.name, rule)
		}
	}
}

// TestReportOfAccepted: what Check accepts breaks no rule, and the analysis is
// the same.
func TestReportOfAccepted(t *testing.T) {
	code := contract(nil)
	checked, err := rewrite.Check(code, rewrite.DefaultLimits(), allCapabilities)
	require.NoError(t, err)
	rules, m := rewrite.Report(code, rewrite.DefaultLimits(), allCapabilities)
	require.Equal(t, checked.Analysis(), m.Analysis())
	require.False(t, slices.ContainsFunc(rules, func(r rewrite.Rule) bool { return r.Text != "" }))
	require.Greater(t, len(rules), 20)
}

// TestReportGoesOn: a report does not end at the first broken rule.
func TestReportGoesOn(t *testing.T) {
	rules, _ := rewrite.Report(bare("interface_version_7"), rewrite.DefaultLimits(), nil)
	var names []string
	for _, rule := range rules {
		if rule.Text != "" {
			names = append(names, rule.Name)
		}
	}
	require.Equal(t, []string{"interface version", "required exports", "memory exported"}, names)
}
