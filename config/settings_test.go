package config_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"milepost/config"
)

func TestSettingsComeFromDefaultsFileAndEnvironmentInThisOrder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "milepost.yaml")
	require.NoError(t, os.WriteFile(file, []byte("listen: 0.0.0.0:80\ntemporal:\n  namespace: city\n"), 0o600))
	s, err := config.LoadSettings(file, []string{
		"MILEPOST_TEMPORAL__NAMESPACE=prod", "MILEPOST_WORKER__SWEEPAFTER=5s", "MILEPOST_TOOLS=/somewhere",
		"MILEPOST_TEST_POSTGRES=x", "HOME=/root", "MILEPOST_PROXIES=10.0.0.7,fd00::/8", "MILEPOST_OPERATOR=127.0.0.1:9090",
		"MILEPOST_FILES__MAXSIZE=20 mb",
	})
	require.NoError(t, err)
	require.Equal(t, "0.0.0.0:80", s.Listen)
	require.Equal(t, "prod", s.Temporal.Namespace)
	require.Equal(t, 5*time.Second, s.Worker.SweepAfter)
	require.Equal(t, config.Defaults().Temporal.Address, s.Temporal.Address)
	require.Equal(t, "127.0.0.1:9090", s.Operator)
	require.Equal(t, config.Size(20<<20), s.Files.MaxSize)
	proxies, err := s.TrustedProxies()
	require.NoError(t, err)
	require.Len(t, proxies, 2)
	require.Equal(t, "10.0.0.7/32", proxies[0].String())
	require.Equal(t, "fd00::/8", proxies[1].String())
}

func TestSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for name, environ := range map[string][]string{
		"an unknown name":         {"MILEPOST_LISTN=x"},
		"another database":        {"MILEPOST_DATABASE=mysql://x"},
		"no pollers":              {"MILEPOST_WORKER__WORKFLOWPOLLERS=0"},
		"a certificate, no key":   {"MILEPOST_TEMPORAL__TLS__CERT=a.pem"},
		"a duration that is none": {"MILEPOST_SESSION__IDLE=soon"},
		"a proxy that is none":    {"MILEPOST_PROXIES=10.0.0.1,gateway"},
		"a size that is none":     {"MILEPOST_FILES__MAXSIZE=much"},
		"a size beyond all":       {"MILEPOST_FILES__MAXSIZE=9000000000GB"},
		"a file fits nowhere":     {"MILEPOST_FILES__PERDAY=10MB"},
		"figures for everybody":   {"MILEPOST_OPERATOR=127.0.0.1:8080"},
		"no policy":               {"MILEPOST_SESSION__POLICY="},
		"half a sign-on":          {"MILEPOST_PUBLIC=https://city", "MILEPOST_OIDC__ISSUER=https://id"},
		"a sign-on of nobody":     {"MILEPOST_PUBLIC=https://city", "MILEPOST_OIDC__CLIENTID=milepost"},
		"a sign-on in the open":   {"MILEPOST_PUBLIC=https://city", "MILEPOST_OIDC__ISSUER=http://id.example", "MILEPOST_OIDC__CLIENTID=m", "MILEPOST_OIDC__CLIENTSECRETFILE=f"},
		"a sign-on to nowhere":    {"MILEPOST_OIDC__ISSUER=https://id", "MILEPOST_OIDC__CLIENTID=m", "MILEPOST_OIDC__CLIENTSECRETFILE=f"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.LoadSettings("", environ)
			require.Error(t, err)
		})
	}
}

func TestTheSecretOfASignOnIsInAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	s, err := config.LoadSettings("", []string{
		"MILEPOST_PUBLIC=https://city", "MILEPOST_OIDC__ISSUER=https://id", "MILEPOST_OIDC__CLIENTID=m", "MILEPOST_OIDC__CLIENTSECRETFILE=" + file,
		"MILEPOST_OIDC__SCOPES=profile email", "MILEPOST_SESSION__WORDS=guilin,桂林",
	})
	require.NoError(t, err)
	require.Equal(t, []string{"profile", "email"}, s.OIDC.Scopes)
	require.Equal(t, []string{"guilin", "桂林"}, s.Session.Words)
	_, err = s.OIDC.ClientSecret()
	require.ErrorContains(t, err, "oidc.clientsecretfile")
	require.NoError(t, os.WriteFile(file, []byte(" \n"), 0o600))
	_, err = s.OIDC.ClientSecret()
	require.ErrorContains(t, err, "empty")
	require.NoError(t, os.WriteFile(file, []byte("between us\n"), 0o600))
	secret, err := s.OIDC.ClientSecret()
	require.NoError(t, err)
	require.Equal(t, "between us", secret)
}

func TestTheExampleFileListsEverySettingWithItsUsualValue(t *testing.T) {
	t.Parallel()
	s, err := config.LoadSettings("../deploy/milepost.yaml", nil)
	require.NoError(t, err)
	want := config.Defaults()
	want.Database = s.Database
	require.Equal(t, want, s)
}
