package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"milepost/api"
)

// scopeWords tells the scopes in the documentation.
var scopeWords = map[api.Scope]string{
	api.ScopePublic: "公开", api.ScopeSelf: "本人", api.ScopeVisible: "可见项目", api.ScopeParty: "本单位", api.ScopePlatform: "全平台",
}

// page tells the table in the order of the contract.
func page(spec *openapi3.T) []byte {
	var b bytes.Buffer
	b.WriteString(accessHead)
	for _, tag := range spec.Tags {
		zh, _, _ := strings.Cut(tag.Description, " · ")
		fmt.Fprintf(&b, "\n## %s（%s）\n\n| 操作 | 接口 | 范围 |", zh, tag.Name)
		for _, r := range api.Roles {
			fmt.Fprintf(&b, " %s |", api.RoleNames[r].Zh)
		}
		b.WriteString("\n|---|---|---|" + strings.Repeat(":-:|", len(api.Roles)) + "\n")
		for _, l := range linesOf(spec, tag.Name) {
			rule := api.Access[l.op.OperationID]
			zh, _, _ := strings.Cut(l.op.Summary, " · ")
			fmt.Fprintf(&b, "| %s<br>`%s` | `%s %s` | %s |", zh, l.op.OperationID, l.method, l.path, scopeWords[rule.Scope])
			for _, r := range api.Roles {
				mark := " "
				switch {
				case rule.Fresh && slices.Contains(rule.Roles, r):
					mark = " 验 "
				case rule.Scope == api.ScopePublic || slices.Contains(rule.Roles, r):
					mark = " ✓ "
				case slices.Contains(rule.Late, r):
					mark = " 补录 "
				}
				b.WriteString(mark + "|")
			}
			b.WriteString("\n")
		}
	}
	return b.Bytes()
}

const accessHead = `# 谁可以做什么 · Who may do what

由 ` + "`api/access.go`" + ` 生成（` + "`make generate`" + `），请勿手改。表中没有的操作一律拒绝。
Generated from ` + "`api/access.go`" + ` by ` + "`make generate`" + `; do not edit. What has no row is refused.

范围 · Scope:

* **公开** public：无需登录 · nobody has to sign in
* **本人** self：自己的账号和消息 · one's own account and notices
* **可见项目** visible：岗位能看到的项目——本辖区及下级（项目办、督查、领导、审计），有本部门事项或待办的项目，本单位负责、建设或评审的项目 ·
  what the post may see: its jurisdiction and below, its department's, unit's, owner's or panel's projects
* **本单位** party：可见项目中属于本单位的事 · of these, the work of the post's own party
* **全平台** platform：对有权者相同 · the same for everybody who may call it

**验**：须在10分钟内输入过密码（OWN-213），程序令牌须为 ` + "`sensitive`" + ` 范围 · only with a password entered in the last ten minutes, or a token
with scope ` + "`sensitive`" + `

**补录**：只能代为补录，须填写发生时间和依据（OWN-105b） · may only enter it late for whose work it is, with time and basis
`

type line struct {
	path, method string
	op           *openapi3.Operation
}

// linesOf lists the operations of a tag in the order of their paths.
func linesOf(spec *openapi3.T, tag string) []line {
	var lines []line
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			if slices.Contains(op.Tags, tag) {
				lines = append(lines, line{path, method, op})
			}
		}
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.method, b.method)) })
	return lines
}
