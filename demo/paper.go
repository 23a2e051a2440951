package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf16"
)

// document is a PDF of one page with lines of Chinese, made the same every time. The letters are those of the reader's
// own font: STSong-Light is one that every reader knows by name.
func document(lines ...string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 16 Tf 72 760 Td 28 TL\n")
	for _, line := range lines {
		text.WriteString("<")
		for _, unit := range utf16.Encode([]rune(line)) {
			fmt.Fprintf(&text, "%04X", unit)
		}
		text.WriteString("> Tj T*\n")
	}
	text.WriteString("ET\n")
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe4\xb8\xad\n")
	var at []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /FontDescriptor 7 0 R >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// withFile: the owner uploads a document and hands it in with the item; the department downloads it before it decides.
func withFile(s *scene, i item) []step {
	content := document("项目名称："+s.short, "申报事项："+i.Name.Zh, "申报单位："+s.owner(), "附件一份，内容真实、完整。")
	var id string
	return []step{
		func(ctx context.Context) error {
			owner, err := s.cast.as(ctx, s.owner())
			if err != nil {
				return err
			}
			if id, err = owner.upload(ctx, s.id, i.Name.Zh+"申请书.pdf", content); err != nil {
				return fmt.Errorf("%s：上传文件：%w", s.short, err)
			}
			papers := s.pack.papers(i.Key)
			r, err := s.does(ctx, deed{who: s.owner(), act: actOf("submit", i, 1), path: itemPath(i, "submit"), body: map[string]any{
				"papers": papers, "files": []map[string]string{{"file": id, "paper": papers[0]}},
			}})
			if err == nil && len(r.Entries) > 1 {
				s.say(r.Entries[1].OccurredAt, s.short, owner.name, r.Entries[1].Text.Zh)
			}
			return err
		},
		s.accepts(i, 1),
		func(ctx context.Context) error { return s.reads(ctx, s.handler(i.Department), id, content) },
		s.pace(i.Key), s.grants(i, 1),
	}
}

// reads has somebody download a file and compares it with what was uploaded. Where no scanner has looked at it yet,
// that is said.
func (s *scene) reads(ctx context.Context, account, id string, content []byte) error {
	who, err := s.cast.as(ctx, account)
	if err != nil {
		return err
	}
	got, err := who.download(ctx, s.id, id)
	switch {
	case refused(err, "file.quarantined"):
		s.say(s.clock.now(), s.short, who.name, "（文件还没有查毒，暂不能下载）")
		return nil
	case err != nil:
		return fmt.Errorf("%s：%s 下载文件：%w", s.short, account, err)
	case !bytes.Equal(got, content):
		return fmt.Errorf("%s：下载的文件与上传的不同", s.short)
	}
	sum := sha256.Sum256(got)
	s.say(s.clock.now(), s.short, who.name, "下载申报文件，内容与时间线上的摘要一致（"+hex.EncodeToString(sum[:4])+"…）")
	return nil
}

// upload brings a document in and returns its id. It is safe to send again: the same content is the same file.
func (c *client) upload(ctx context.Context, project, name string, content []byte) (id string, err error) {
	var f struct{ ID string }
	err = c.patiently(ctx, func() error {
		resp, err := c.raw(ctx, http.MethodPost, "/projects/"+project+"/files?name="+url.QueryEscape(name), content)
		if err != nil {
			return err
		}
		return errors.Join(json.NewDecoder(resp.Body).Decode(&f), resp.Body.Close())
	})
	return f.ID, err
}

// download reads the content of a file.
func (c *client) download(ctx context.Context, project, id string) (content []byte, err error) {
	err = c.patiently(ctx, func() error {
		resp, err := c.raw(ctx, http.MethodGet, "/projects/"+project+"/files/"+id+"/content", nil)
		if err != nil {
			return err
		}
		content, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		return errors.Join(err, resp.Body.Close())
	})
	return content, err
}

// patiently tries until it succeeds or fails for good, as call does.
func (c *client) patiently(ctx context.Context, try func() error) error {
	giveUp, pause := time.Now().Add(steadfast), 50*time.Millisecond
	for renewed := false; ; {
		err := try()
		if refused(err, "session.none", "session.stale") && !renewed {
			renewed = true
			if err := c.signIn(ctx); err != nil {
				return err
			}
			continue
		}
		if err == nil || !passing(err) || ctx.Err() != nil || time.Now().After(giveUp) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, 2*time.Second)
		}
	}
}

// raw sends a request whose body, or answer, is a document.
func (c *client) raw(ctx context.Context, method, path string, content []byte) (*http.Response, error) {
	var body io.Reader
	if content != nil {
		body = bytes.NewReader(content)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+"/api/v1"+path, body)
	if err != nil {
		return nil, err
	}
	if content != nil {
		req.Header.Set("Content-Type", "application/pdf")
	}
	req.Header.Set("Accept-Language", "zh")
	c.identify(req)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return nil, errors.Join(problem(resp), resp.Body.Close())
	}
	return resp, nil
}
