package main

import (
	"bytes"
	"fmt"
	"strings"
)

// fixed are the refusals that no code of ours words: by the contract's checker, the router, or a fault of ours.
var fixed = []problem{
	{code: "bad-request", status: "400", zh: "请求不符合接口约定", en: "The request is not what the contract asks for."},
	{code: "parameter.malformed", status: "400", field: unknown, zh: "参数无法读取", en: "The parameter cannot be read."},
	{code: "parameter.missing", status: "400", field: unknown, zh: "缺少必填的参数或请求头", en: "A parameter or header is missing."},
	{code: "body.missing", status: "400", zh: "缺少内容", en: "The body is missing."},
	{code: "not-found", status: "404", zh: "没有这个地址；全部接口见 /api/docs", en: "There is nothing at this address; /api/docs lists what there is."},
	{code: "internal", status: "500", zh: "系统内部错误", en: "Internal error"},
	{code: "timeout", status: "503", zh: "暂时无法办理，请稍后重试", en: "Not possible just now; try again shortly"},
}

func (p problem) row() string {
	return fmt.Sprintf("| `%s` | %s | %s | %s | %s | %s |", p.code, p.status, cell(p.field), cell(p.clause), cell(p.zh), cell(p.en))
}

func cell(s string) string { return strings.NewReplacer("|", `\|`, "\n", " ").Replace(s) }

// page tells the refusals in the order of their codes.
func page(problems []problem) []byte {
	var b bytes.Buffer
	b.WriteString(head)
	for _, p := range problems {
		b.WriteString(p.row() + "\n")
	}
	return b.Bytes()
}

const head = `# 拒绝代码 · Refusals

由代码生成（` + "`make generate`" + `），请勿手改。
Generated from the code by ` + "`make generate`" + `; do not edit.

每个拒绝都是问题文档（RFC 9457，` + "`application/problem+json`" + `）：稳定代码 ` + "`code`" + `、状态、出错的字段 ` + "`field`" + `（JSON Pointer、参数或请求头）、依据的
条款 ` + "`clause`" + `（` + "`docs/clauses.md`" + `）和文字。“…”处到办理时才知道；“政策包”为适用的政策包写明的条款。同一代码可有几种说法。
Every refusal is a problem document (RFC 9457) with a stable code, its status, the field at fault (a JSON pointer, a parameter or
a header; here as the code names it), the clause (` + "`docs/clauses.md`" + `) and words. “…” is known only when it happens; “pack” is a clause
that the policy pack names.

不是 HTTP 的（请求头超过 64 KB、长度自相矛盾等）在读懂之前就以纯文本 400、431 拒绝。
What is no HTTP (more than 64 KB of headers, lengths that contradict each other) is refused before it is understood, with 400 or
431 in plain text.

| 代码 code | 状态 status | 字段 field | 依据 clause | 中文 | English |
|---|---|---|---|---|---|
`
