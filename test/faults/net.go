package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// link is one connection of the installation that can be cut, delayed or made to lose answers.
type link struct {
	name  string
	proxy *toxiproxy.Proxy
}

// network is every link of the installation.
type network struct {
	server *toxiproxy.ApiServer
	links  map[string]*link
}

func newNetwork() *network {
	return &network{
		server: toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()),
		links:  map[string]*link{},
	}
}

// lead leads from a free address to a service, and returns the address.
func (n *network) lead(name, to string) (address string, err error) {
	p := toxiproxy.NewProxy(n.server, name, "127.0.0.1:0", to)
	if err := p.Start(); err != nil {
		return "", fmt.Errorf("link %s: %w", name, err)
	}
	n.links[name] = &link{name, p}
	return p.Listen, nil
}

// cut closes every connection and takes no new one.
func (l *link) cut() { l.proxy.Stop() }

// trouble is what can be wrong with a link that is not cut.
type trouble string

// The troubles of a link.
const (
	halfOpen trouble = "half open" // takes connections and bytes, and gives none back
	slow     trouble = "slow"      // 300 ms, more or less
	resets   trouble = "resets"    // connections are reset in the middle of an answer
	answers  trouble = "answers"   // what was asked arrives, and the answer is lost
)

// spoil brings trouble to the link.
func (l *link) spoil(t trouble, r *rand.Rand) error {
	toxic := map[trouble]string{
		halfOpen: `{"type":"timeout","attributes":{"timeout":0}}`,
		slow:     `{"type":"latency","attributes":{"latency":300,"jitter":200}}`,
		resets:   fmt.Sprintf(`{"type":"reset_peer","attributes":{"timeout":%d}}`, 50+r.IntN(200)),
		answers:  fmt.Sprintf(`{"type":"limit_data","attributes":{"bytes":%d}}`, r.IntN(200)),
	}[t]
	_, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(toxic))
	return err
}

// heal opens the link again, with new connections only: old ones may hang in what was wrong.
func (l *link) heal(ctx context.Context) error {
	l.proxy.Stop()
	l.proxy.Toxics.ResetToxics(ctx)
	return l.proxy.Start()
}
