package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// most is how many places and tests a row names; more are counted.
const most = 4

// open marks what nothing proves yet.
const open = "**open**"

// page tells the table in the order of the documents, then the product's own rules.
func (t *table) page() []byte {
	var b bytes.Buffer
	b.WriteString(head)
	missing := 0
	for _, r := range t.rules {
		if len(t.tests[r.id]) == 0 {
			missing++
		}
	}
	fmt.Fprintf(&b, "共 %d 条，%d 条有测试，%d 条 open。\n", len(t.rules), len(t.rules)-missing, missing)
	own := false
	for i, r := range t.rules {
		if i == 0 || !own && r.own() {
			own = r.own()
			b.WriteString("\n## " + title(own) + "\n\n| 条款 | 规则 | 在哪里起作用 | 由什么证明 | 尚未做到 |\n|---|---|---|---|---|\n")
		}
		places, tests := t.places[r.id], t.tests[r.id]
		where, proof := some(places, "、"), some(tests, "<br>")
		if len(tests) == 0 {
			proof = open
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", r.id, cell(r.text), where, proof, cell(r.missing))
	}
	return b.Bytes()
}

func title(own bool) string {
	if own {
		return "产品自有规则 · Rules of the product's own"
	}
	return "各地文件的条款 · Clauses of the documents"
}

func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

func some(all []string, between string) string {
	named := all[:min(most, len(all))]
	s := strings.Join(named, between)
	if len(all) > most {
		s += " 等 " + strconv.Itoa(len(all)) + " 项"
	}
	return s
}

const head = `# 条款表 · Clauses

由 ` + "`config/internal/clausedoc`" + ` 从政策包、内核和测试生成（` + "`go generate ./config`" + `），请勿手改。
Generated from the packs, the core and the tests by ` + "`go generate ./config`" + `; do not edit.

* **在哪里起作用**：` + "`包:路径`" + ` 是随产品发布的政策包中引用此条的规则（base 中的由各包继承）；` + "`文件:名称`" + ` 是内核中引用此条的声明。
  A pack's rule (those of base are inherited), or a declaration of the core, that cites it.
* **由什么证明**：注释或期望值中写明此条的测试。Tests that name it in a comment or as what is expected.
* **open**：还没有测试。No test yet. **尚未做到**：有测试的也可能只做到一部分，缺的写在这里。What is missing of it.

`
