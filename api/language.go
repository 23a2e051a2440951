package api

import (
	"net/http"
	"strconv"
	"strings"
)

// language is the language of problem documents: Chinese, unless the client prefers English.
func language(r *http.Request) string {
	best, lang := -1.0, "zh"
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, weight := quality(part)
		base, _, _ := strings.Cut(strings.ToLower(tag), "-")
		if (base == "zh" || base == "en") && weight > best {
			best, lang = weight, base
		}
	}
	return lang
}

// quality takes one element of an Accept-… header apart: "en;q=0.8" is en with weight 0.8. What cannot be read
// weighs nothing.
func quality(element string) (value string, weight float64) {
	value, params, _ := strings.Cut(strings.TrimSpace(element), ";")
	weight = 1
	if q, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
		var err error
		if weight, err = strconv.ParseFloat(q, 64); err != nil || weight <= 0 || weight > 1 {
			return "", -1
		}
	}
	return strings.TrimSpace(value), weight
}
