package files

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"milepost/domain"
)

// maxName bounds a name, in characters.
const maxName = 255

// programs are the endings under which systems run what they open, or show it as a page of ours: "批复.exe.pdf" is
// meant to be mistaken.
var programs = []string{
	"exe", "com", "bat", "cmd", "msi", "scr", "pif", "cpl", "dll", "lnk", "js", "jse", "vbs", "vbe", "wsf", "hta", "ps1", "sh", "jar", "apk",
	"htm", "html", "shtml", "svg", "xhtml", "php", "jsp", "asp", "aspx", "docm", "dotm", "xlsm", "xltm", "xlam", "pptm",
}

// Name checks the name that a file bears and returns it without the blanks around it, and its ending in small
// letters. A name that needs more than that is refused and not mended: it stands on the timeline as somebody wrote it.
func Name(given string) (name, ending string, err error) {
	name = strings.TrimFunc(given, unicode.IsSpace)
	refuse := func(code, zh, en string) (string, string, error) {
		return "", "", domain.Invalid(code, "name", domain.RuleFileKind, zh, en)
	}
	switch {
	case name == "":
		return refuse("file.name", "须填写文件名", "The file needs a name.")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unseen):
		return refuse("file.name.invisible", "文件名中有换行、不可见或改变阅读方向的字符，请改名后再上传", "The name has line ends, or characters that cannot be seen or that turn the reading round; rename the file.")
	case strings.ContainsAny(name, `/\`):
		return refuse("file.name.path", "文件名不能带路径（/ 或 \\），请只填文件名", `The name must not hold a path (/ or \); give the name alone.`)
	case utf8.RuneCountInString(name) > maxName:
		return refuse("file.name.long", "文件名最多255字，请改短", "The name has at most 255 characters; make it shorter.")
	}
	ending = strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	stem := name[:len(name)-len(path.Ext(name))]
	if strings.Trim(stem, ". ") == "" {
		return refuse("file.name", "须填写文件名", "The file needs a name before its ending.")
	}
	if before := strings.ToLower(strings.TrimPrefix(path.Ext(stem), ".")); slices.Contains(programs, before) {
		return refuse("file.name.double", "文件名有两个扩展名（."+before+"."+ending+"），请改名后再上传", "The name has two endings (."+before+"."+ending+"); rename the file.")
	}
	return name, ending, nil
}

// unseen are the letters that no name may hold: line ends and tabs too.
func unseen(r rune) bool {
	return domain.Invisible(r) || unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}
