package store

import (
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/config"
	"milepost/domain/policy"
)

// OWN-248: what is published takes the place of what is in force only if open projects could move to it.
func TestAPackThatDropsWhatProjectsReferToIsNotPublished(t *testing.T) {
	onBoth(t, func(t *testing.T, s *Store) {
		version := func(number, rules string) StoredPack {
			text := "id: v\nversion: \"" + number + "\"\nextends: sl\njurisdiction: city\ntitle: {zh: 规则}\nsource: {document: {zh: 办法}}\n" + rules
			p, faults := policy.Read("v.yaml", []byte(text), config.PackSources())
			require.Empty(t, faults)
			return StoredPack{Hash: p.Hash(), ID: p.ID, Version: p.Version, Jurisdiction: "city", Title: p.Title, YAML: text, JSON: string(p.Canonical())}
		}
		require.NoError(t, s.PutJurisdictions(t.Context(), Jurisdiction{Code: "city"}, Jurisdiction{Code: "county", Parent: "city"}))
		first := version("1", "")
		require.NoError(t, s.PublishPack(t.Context(), Operator, first, "city"))

		poorer := version("2", "items:\n  - {key: safety, remove: true}\n")
		var refused *policy.NotSuccessor
		require.ErrorAs(t, s.PublishPack(t.Context(), Operator, poorer, "city"), &refused)
		require.Equal(t, "1", refused.Before)
		require.Equal(t, "items[safety]", refused.Faults[0].Path)
		_, err := s.Pack(t.Context(), poorer.Hash)
		require.Error(t, err, "nothing of it is kept")
		rules, err := s.Rules(t.Context())
		require.NoError(t, err)
		require.Equal(t, first.Hash, rules.InForce["city"])

		require.NoError(t, s.PublishPack(t.Context(), Operator, poorer, "county"), "where none is in force there is nothing to succeed")
		never := version("2", "items:\n  - {key: safety, clause: SL-21a, when: \"false\", otherwise: {zh: 取消}}\n")
		require.NoError(t, s.PublishPack(t.Context(), Operator, never, "city"))
	})
}
