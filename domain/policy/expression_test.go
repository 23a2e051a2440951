package policy_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/policy"
)

func TestAConditionLooksAtTheProjectsFigures(t *testing.T) {
	p := load(t, small)
	f := policy.Figures{
		Investment: 5_000_000_000, InvestmentUSD: 6_000_000, Sector: "industry", Kind: "landmark", Level: "city",
		Procedure: "approval", Funding: "special-bond", Government: true, Tags: []string{"simple"},
		Needs: map[string]float64{"land": 7.5},
	}
	for _, tc := range []struct {
		name, when string
		want       bool
	}{
		{"no condition always holds", "", true},
		{"blanks are no condition", "  ", true},
		{"5,000 万元 are fifty million yuan", "investment == wan(5000)", true},
		{"half an 亿元 is 5,000 万元", "yi(0.5) == wan(5000)", true},
		{"one 亿元 is ten thousand 万元", "yi(1) == wan(10000)", true},
		{"a threshold is met from its amount on", "investment >= wan(5000)", true},
		{"a threshold is not met below it", "investment >= wan(5000.01)", false},
		{"dollars are dollars", "investmentUSD >= 5_000_000", true},
		{"one of several words", `sector in ["agriculture", "industry"]`, true},
		{"none of several words", `level not in ["national", "regional"]`, true},
		{"a tag that is there", `"simple" in tags`, true},
		{"a tag that is not there", `"hazardous" in tags`, false},
		{"a need that is there", "needs.land >= 7.5", true},
		{"a need that was not asked for is zero", "needs.forest > 0", false},
		{"a key with a hyphen", `needs["arable-land"] == 0`, true},
		{"yes or no by itself", "government", true},
		{"three things together", `government && procedure == "approval" && funding != "loan"`, true},
		{"investment per mu", "investment / needs.land > wan(600)", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := p.Holds(tc.when, f)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}

func TestAConditionThatCannotBeDecidedIsRefusedAndNeverFalse(t *testing.T) {
	p := load(t, small)
	for _, tc := range []struct{ name, when, says string }{
		{"a division by a need of zero", "investment / needs.land > 3", "division by zero"},
		{"a division by zero written out", "1 / 0 > 3", "division by zero"},
		{"a remainder of zero", "investment % (investment - investment) == 0", "divide by zero"},
		{"an amount too large for a budget", "investment > yi(1000000000)", "too large"},
		{"an amount too large, with a fraction", "investment > yi(1e300)", "too large"},
		{"an unknown name", "size > 3", "unknown name size"},
		{"a number for an answer", "investment", "expected bool"},
		{"a sentence that breaks off", "investment >", "unexpected token"},
		{"the time of day", "now() == now()", "unknown name now"},
		{"a loop", "all(tags, true)", "loops and ranges"},
		{"a range", "len(1..1000000) > 3", "loops and ranges"},
		{"a sentence without end", strings.Repeat("true && ", 400) + "true", "too long"},
		{"a sentence of too many parts", strings.Repeat("!", 300) + "true", "node"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			holds, err := p.Holds(tc.when, policy.Figures{})
			require.Equal(t, "condition.undecidable", domain.CodeOf(err))
			require.ErrorContains(t, err, tc.says)
			require.False(t, holds)
		})
	}
}

func TestTheProgressLampFollowsThePack(t *testing.T) {
	p := load(t, small)
	for _, tc := range []struct {
		name string
		in   policy.Progress
		want string
	}{
		{"on plan", policy.Progress{Ratio: 1}, policy.LampGreen},
		{"just enough for green", policy.Progress{Ratio: 0.9}, policy.LampGreen},
		{"a little behind", policy.Progress{Ratio: 0.89}, policy.LampYellow},
		{"just enough for yellow", policy.Progress{Ratio: 0.7}, policy.LampYellow},
		{"far behind", policy.Progress{Ratio: 0.5}, policy.LampRed},
		{"on plan after two red months, which this pack counts as worse", policy.Progress{Ratio: 1, RedMonths: 2}, policy.LampRed},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := p.ProgressLamp(tc.in)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	_, err := (&policy.Pack{Construction: policy.Construction{Red: "ratio", Yellow: "true"}}).ProgressLamp(policy.Progress{})
	require.Equal(t, "condition.undecidable", domain.CodeOf(err))
}

func TestManyMayAskAtOnce(t *testing.T) {
	p := load(t, small)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				fen := int64(i*200+j) * 10_000_000
				holds, err := p.Holds(p.Library.Standard.When, policy.Figures{Investment: fen})
				if err != nil || holds != (fen >= 5_000_000_000) {
					t.Errorf("%d fen: %v %v", fen, holds, err)
				}
			}
		})
	}
	wg.Wait()
}
