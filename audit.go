package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"milepost/config"
	"milepost/store"
	"milepost/worker"
)

type auditCommand struct {
	Check  auditCheck  `cmd:"" help:"校验审计记录的哈希链，并与签名的链首核对；也可以脱离数据库校验导出文件。 Check the chains of the audit record, against signed heads too; or an export, without the database."`
	Export auditExport `cmd:"" help:"导出审计记录和签名的链首（JSON Lines）。 Export the audit record with its signed heads, as JSON Lines."`
	Key    auditKey    `cmd:"" help:"生成为链首签名的密钥。 Make the key that signs the heads."`
}

type auditCheck struct {
	Since  string    `help:"以前记下的哈希：检查它是否还在链上，即末尾没有被截断或重写。 A hash written down before: is it still on the chain?"`
	Heads  []string  `type:"existingfile" help:"另处保存的签名链首文件，可以多个。 Files of signed heads that were kept elsewhere."`
	Key    []string  `type:"existingfile" help:"公钥文件（PEM），可以多个；默认为 audit.key 的公钥。 Public keys; that of audit.key when absent."`
	Export string    `type:"existingfile" help:"校验这个导出文件，而不是数据库。 Check this export instead of the database."`
	From   time.Time `help:"导出文件从这时开始（与导出时相同）。 The export begins then."`
	To     time.Time `help:"导出文件到这时为止（与导出时相同）。 The export ends then."`
}

// Run works out the chains again, and holds them against heads that were signed.
func (c auditCheck) Run(ctx context.Context, s config.Settings, out io.Writer) error {
	trusted, err := trustedKeys(c.Key, s.Audit)
	if err != nil {
		return err
	}
	var w store.Witness
	heard, err := c.hear(&w, trusted)
	if err != nil {
		return err
	}
	found, err := c.check(ctx, s, &w, func(h store.Heads) error {
		heard++
		return believed(h, trusted)
	})
	if err != nil {
		return unsound(err)
	}
	if found.Broken != (store.AuditPlace{}) {
		return fmt.Errorf("审计记录第%d链第%d行与写入时不符 (%s of the audit record is not what was written)", found.Broken.Chain, found.Broken.Seq, found.Broken)
	}
	if place, signed, missing := w.Missing(); missing {
		return fmt.Errorf("审计记录第%d链第%d行在%s签过名，现在没有了：末尾被截断 (%s was signed and is no more: the end was cut off)",
			place.Chain, place.Seq, signed.Format(time.RFC3339), place)
	}
	fmt.Fprintf(out, "审计记录完好，共%d行，核对了%d次签名，各链结尾 (sound; lines, signatures, ends of the chains):\n", found.Lines, heard)
	for _, e := range found.Ends {
		fmt.Fprintf(out, "%2d %8d %s\n", e.Chain, e.Seq, e.Hash)
	}
	return nil
}

// unsound puts what does not hold into both languages.
func unsound(err error) error {
	switch {
	case errors.Is(err, store.ErrDiverged):
		return fmt.Errorf("审计记录被改写过 (the record was written anew): %w", err)
	case errors.Is(err, store.ErrUnsigned):
		return fmt.Errorf("链首的签名不可信，用 --key 指明公钥 (heads that no trusted key has signed; name the public key with --key): %w", err)
	default:
		return err
	}
}

// hear reads the heads that were kept elsewhere.
func (c auditCheck) hear(w *store.Witness, trusted []ed25519.PublicKey) (heads int, err error) {
	for _, name := range c.Heads {
		err := eachLine(name, func(line []byte) error {
			var h store.Heads
			if err := json.Unmarshal(line, &h); err != nil {
				return err
			}
			if !c.To.IsZero() && !h.At.Before(c.To) {
				return nil // signed after what was exported
			}
			heads++
			if err := h.Check(trusted...); err != nil {
				return unsound(err)
			}
			return w.Hear(h)
		})
		if err != nil {
			return heads, err
		}
	}
	return heads, nil
}

// believed checks a signature where there is a key to check it with. Without one, heads that the record itself keeps
// are compared all the same.
func believed(h store.Heads, trusted []ed25519.PublicKey) error {
	if len(trusted) == 0 {
		return nil
	}
	return h.Check(trusted...)
}

func (c auditCheck) check(ctx context.Context, s config.Settings, w *store.Witness, heads func(store.Heads) error) (store.AuditCheck, error) {
	if c.Export != "" {
		f, err := os.Open(c.Export)
		if err != nil {
			return store.AuditCheck{}, err
		}
		defer f.Close() //nolint:errcheck // it was only read
		return store.CheckExport(f, !c.From.IsZero(), w, heads)
	}
	db, err := desk(ctx, s)
	if err != nil {
		return store.AuditCheck{}, err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	if err := db.EachHeads(ctx, time.Time{}, time.Time{}, func(h store.Heads) error { return errors.Join(heads(h), w.Hear(h)) }); err != nil {
		return store.AuditCheck{}, err
	}
	found, err := db.VerifyAudit(ctx, func(l store.AuditRow) error { return w.See(l.Chain, l.Seq, l.Hash) })
	if err != nil || c.Since == "" {
		return found, err
	}
	there, err := db.AuditHas(ctx, c.Since)
	if err == nil && !there {
		err = errors.New("链上没有这个哈希：记录被截断或重写过 (the hash is not on the chain: the record was cut off or written anew)")
	}
	return found, err
}

type auditExport struct {
	From time.Time `help:"从这一时刻起（RFC 3339）。 From this moment on."`
	To   time.Time `help:"到这一时刻前。 Before this moment."`
	Out  string    `help:"写到这个新文件；默认为标准输出。 Into this new file; standard output when absent."`
}

// Run writes the record out, a line of JSON each. That it was exported stands on the record first.
func (c auditExport) Run(ctx context.Context, s config.Settings, out io.Writer) (err error) {
	db, err := desk(ctx, s)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing is pending
	detail := map[string]any{"format": "jsonl"}
	for name, at := range map[string]time.Time{"from": c.From, "to": c.To} {
		if !at.IsZero() {
			detail[name] = at.UTC()
		}
	}
	if err := db.Note(ctx, store.Operator, store.ActExport, "audit", detail); err != nil {
		return err
	}
	if c.Out != "" {
		f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Sync(), f.Close()) }()
		out = f
	}
	w := bufio.NewWriter(out)
	if err := db.ExportAudit(ctx, c.From, c.To, func(x store.Exported) error { return store.WriteExported(w, x) }); err != nil {
		return err
	}
	return w.Flush()
}

type auditKey struct {
	Out string `arg:"" help:"私钥写到这个新文件（只有属主可读）；公钥写到同名加 .pub 的文件。 The private key goes into this new file, the public one beside it with .pub."`
}

const (
	privatePEM = "PRIVATE KEY"
	publicPEM  = "PUBLIC KEY"
)

// Run makes an Ed25519 key. The public one belongs to the auditor, and to no machine of the installation.
func (c auditKey) Run(out io.Writer) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	open, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return err
	}
	if err := newFile(c.Out, 0o400, pem.EncodeToMemory(&pem.Block{Type: privatePEM, Bytes: secret})); err != nil {
		return err
	}
	if err := newFile(c.Out+".pub", 0o444, pem.EncodeToMemory(&pem.Block{Type: publicPEM, Bytes: open})); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "私钥 %s，公钥 %s.pub，编号 %s；公钥请交审计员在别处保存 (key made; the public one is for the auditor to keep elsewhere)\n", c.Out, c.Out, store.KeyID(public))
	return err
}

// newFile writes a file that is not there yet.
func newFile(name string, mode os.FileMode, data []byte) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// eachLine gives each line of a file to f.
func eachLine(name string, f func(line []byte) error) error {
	file, err := os.Open(name) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	in := bufio.NewScanner(file)
	in.Buffer(nil, 1<<20)
	for n := 1; in.Scan(); n++ {
		if err := f(in.Bytes()); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, err)
		}
	}
	return in.Err()
}

// signingKey reads the key that signs the heads; none when none is named. One that others may read is refused.
func signingKey(file string) (ed25519.PrivateKey, error) {
	if file == "" {
		return nil, nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("audit.key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("audit.key: %s may be read by others; chmod 400 it", file)
	}
	key, err := readPEM(file, privatePEM, x509.ParsePKCS8PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("audit.key: %w", err)
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("audit.key: %s holds no Ed25519 key; make one with `milepost audit key`", file)
	}
	return private, nil
}

// trustedKeys reads public keys; without any, that of the installation's own key, if it has one.
func trustedKeys(files []string, s config.Audit) ([]ed25519.PublicKey, error) {
	var trusted []ed25519.PublicKey
	for _, file := range files {
		key, err := readPEM(file, publicPEM, x509.ParsePKIXPublicKey)
		if err != nil {
			return nil, err
		}
		public, ok := key.(ed25519.PublicKey)
		if !ok {
			return nil, fmt.Errorf("%s holds no Ed25519 key", file)
		}
		trusted = append(trusted, public)
	}
	if len(files) > 0 || s.Key == "" {
		return trusted, nil
	}
	private, err := signingKey(s.Key)
	if err != nil {
		return nil, err
	}
	public, _ := private.Public().(ed25519.PublicKey) // an Ed25519 key has no other
	return []ed25519.PublicKey{public}, nil
}

func readPEM(file, kind string, parse func([]byte) (any, error)) (any, error) {
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("%s holds no %s in PEM", file, kind)
	}
	key, err := parse(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

// auditing is how this process's worker looks after the audit record.
func auditing(s config.Audit) (worker.Audit, error) {
	key, err := signingKey(s.Key)
	return worker.Audit{Key: key, Heads: s.Heads, Every: s.Every}, err
}
