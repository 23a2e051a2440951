package api

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"milepost/api/contract"
)

func TestAPageOfATimelineIsWrittenAsEncodingJSONWritesIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		page := contract.Timeline{Items: []contract.Entry{}, Next: texts.Draw(t, "next")}
		for range rapid.IntRange(0, 3).Draw(t, "lines") {
			var e contract.Entry
			fillAny(t, reflect.ValueOf(&e).Elem(), "entry")
			page.Items = append(page.Items, e)
		}
		want, err := json.Marshal(page)
		require.NoError(t, err)
		require.Equal(t, string(want), string(timelineJSON(page)))
	})
}

var texts = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
	"", "发改委受理", "a\"b\\c", "<b>&amp;</b>", "line\u2028end\u2029", "\x7f", "\n\t\x00", "bad \xff\xfe utf-8", "“引号”", "😀",
}))

// fillAny fills every field there is, so that one that is added to the contract and not written fails.
func fillAny(t *rapid.T, v reflect.Value, name string) {
	switch v.Interface().(type) {
	case time.Time:
		seconds := rapid.Int64Range(0, 4_000_000_000).Draw(t, name)
		zone := time.FixedZone("", 1800*rapid.IntRange(-20, 20).Draw(t, name))
		v.Set(reflect.ValueOf(time.Unix(seconds, rapid.Int64Range(0, 999_999).Draw(t, name)*1000).In(zone)))
		return
	case json.RawMessage:
		if data := rapid.MapOf(texts, texts).Draw(t, name); len(data) > 0 {
			written, err := json.Marshal(data)
			require.NoError(t, err)
			v.SetBytes(written)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fillAny(t, v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.String:
		v.SetString(texts.Draw(t, name))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(t, name))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(t, name))
	default:
		t.Fatalf("%s is a %s, which this test does not know", name, v.Type())
	}
}

func BenchmarkAPageOfATimeline(b *testing.B) {
	line := contract.Entry{
		Seq: 42, Type: "TaskClaimed", Text: contract.Text{Zh: "县发展和改革局领取了“入库审核”", En: "The office took “entry review”."},
		Actor: contract.Actor{User: "0199-office", Name: "市重点办", Role: "office", Jurisdiction: "shangluo"},
		Data:  json.RawMessage(`{"task":"entry-review/entry/1","by":"0199-office"}`), Clause: "SL-7", Command: "claim-1795349118244-42",
		OccurredAt: time.Date(2026, 11, 22, 4, 5, 6, 789e6, time.UTC), RecordedAt: time.Date(2026, 11, 22, 4, 5, 6, 790e6, time.UTC),
		Hash: "0b1d8f2f7a53bd29a8cbf2e1a3f0f4f1c1d0a4f2d9d9d3b6f8f0a4f2d9d9d3b6",
	}
	page := contract.Timeline{Next: "bGluZSA2MA"}
	for range 60 {
		page.Items = append(page.Items, line)
	}
	b.Run("by hand", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			timelineJSON(page)
		}
	})
	b.Run("by encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = json.Marshal(page) //nolint:errchkjson // only measured
		}
	})
}
