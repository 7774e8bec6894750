package grid

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weftchain/weft/app/lottery/ticket"
)

// TestTLS: workers that trust the certificate mine, others find no coordinator.
func TestTLS(t *testing.T) {
	pub, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	form := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"grid"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, pub, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	c := start(t, "127.0.0.1:0", func(o *Options) {
		o.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	})
	c.SetWork(puzzle(t, 1, 1<<12, ticket.SHA256D))
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	o := WorkerOptions{Address: c.address, Token: token, Name: "w", TLS: &tls.Config{MinVersion: tls.VersionTLS13, ServerName: "grid", RootCAs: pool}}
	_ = mines(t, c.address, "w", func(w *WorkerOptions) { w.TLS = o.TLS })
	require.Eventually(t, func() bool { return c.account("w").Shares > 2 }, long, 10*time.Millisecond)
	o.TLS = &tls.Config{MinVersion: tls.VersionTLS13, ServerName: "grid", RootCAs: x509.NewCertPool()}
	_, err = AskStats(t.Context(), o)
	require.ErrorContains(t, err, "certificate")
	o.TLS, o.Name = nil, "plain"
	soon, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err = AskStats(soon, o)
	require.Error(t, err)
}
