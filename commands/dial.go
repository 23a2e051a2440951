package commands

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
)

// Connection says where the engine is and how to speak to it.
type Connection struct {
	Address   string
	Namespace string
	APIKey    string
	TLS       *tls.Config // nil: none
	// Keys encrypt what the engine stores; the first encrypts, all decrypt. Without keys nothing is encrypted.
	Keys    []Key
	Logger  *slog.Logger
	Metrics client.MetricsHandler
}

// Dial makes a client of the engine. It does not wait for the engine to be there: the first call does.
func Dial(c Connection) (client.Client, error) {
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	options := client.Options{
		HostPort: c.Address, Namespace: c.Namespace, MetricsHandler: c.Metrics, Logger: log.NewStructuredLogger(c.Logger),
	}
	if c.APIKey != "" {
		options.Credentials = client.NewAPIKeyStaticCredentials(c.APIKey)
	}
	options.ConnectionOptions.TLS = c.TLS
	// The engine is near, and what is said is short: to compress it costs more than to carry it.
	options.ConnectionOptions.GrpcCompression = &client.GrpcCompressionNone{}
	data, err := c.DataConverter()
	if err != nil {
		return nil, err
	}
	options.DataConverter = data
	options.FailureConverter = temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
		DataConverter: data, EncodeCommonAttributes: len(c.Keys) > 0,
	})
	return client.NewLazyClient(options)
}

// DataConverter writes and reads what the engine stores.
func (c Connection) DataConverter() (converter.DataConverter, error) {
	if len(c.Keys) == 0 {
		return converter.GetDefaultDataConverter(), nil
	}
	codec, err := newCipher(c.Keys)
	if err != nil {
		return nil, err
	}
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec), nil
}

// LoadTLS reads the files that secure the connection: the authority's certificate when it is not one of the
// system's, and a certificate with its key when the engine wants to know us. Each may be empty.
func LoadTLS(authority, cert, key, serverName string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: serverName}
	if authority != "" {
		pem, err := os.ReadFile(authority) //nolint:gosec // the operator names the file
		if err != nil {
			return nil, fmt.Errorf("certificate authority: %w", err)
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("certificate authority: no certificate in " + authority)
		}
	}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("certificate: %w", err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}
