package calendar_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"milepost/domain"
	"milepost/domain/calendar"
)

func TestParseYear(t *testing.T) {
	t.Parallel()
	y, err := calendar.ParseYear([]byte(`# a comment
year: 2027
notice: 国办发明电〔2026〕8号
holidays:
  2027-01-01: 元旦
  "2027-02-06": 春节 # quoted days are days too
makeupWorkdays:
  2027-01-31: 春节
`))
	require.NoError(t, err)
	require.Equal(t, calendar.Year{
		Year: 2027, Notice: "国办发明电〔2026〕8号",
		Holidays: map[calendar.Date]string{date(t, "2027-01-01"): "元旦", date(t, "2027-02-06"): "春节"},
		Makeup:   map[calendar.Date]string{date(t, "2027-01-31"): "春节"},
	}, y)
}

func TestANoticeMayHaveNoMakeupDays(t *testing.T) {
	t.Parallel()
	for name, ending := range map[string]string{"left out": "", "empty": "makeupWorkdays:\n", "empty braces": "makeupWorkdays: {}\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			y, err := calendar.ParseYear([]byte("year: 2027\nnotice: 通知\nholidays:\n  2027-01-01: 元旦\n" + ending))
			require.NoError(t, err)
			require.Empty(t, y.Makeup)
		})
	}
}

func TestFaultsOfANoticeNameLineAndField(t *testing.T) {
	t.Parallel()
	const head = "year: 2027\nnotice: 通知\nholidays:\n  2027-01-01: 元旦\n"
	for name, tc := range map[string]struct {
		text  string
		line  int
		field string
	}{
		"an unknown field":                  {head + "makeup:\n  2027-01-31: 春节\n", 5, "makeup"},
		"a holiday outside of the year":     {head + "  2026-12-31: 元旦\n", 5, "holidays.2026-12-31"},
		"a make-up day outside of the year": {head + "makeupWorkdays:\n  2028-01-02: 元旦\n", 6, "makeupWorkdays.2028-01-02"},
		"a make-up day on a weekday":        {head + "makeupWorkdays:\n  2027-01-04: 元旦\n", 6, "makeupWorkdays.2027-01-04"},
		"a make-up day that is a holiday":   {head + "  2027-01-02: 元旦\nmakeupWorkdays:\n  2027-01-02: 元旦\n", 7, "makeupWorkdays.2027-01-02"},
		"a holiday twice":                   {head + "  2027-01-01: 元旦\n", 5, "holidays.2027-01-01"},
		"a holiday twice, once quoted":      {head + "  \"2027-01-01\": 元旦\n", 5, "holidays.2027-01-01"},
		"a field twice":                     {head + "year: 2027\n", 5, "year"},
		"29 February of a common year":      {head + "  2027-02-29: 春节\n", 5, "holidays.2027-02-29"},
		"a day without leading zeros":       {head + "  2027-2-5: 春节\n", 5, "holidays.2027-2-5"},
		"a day without a name":              {head + "  2027-02-05:\n", 5, "holidays.2027-02-05"},
		"a day with an empty name":          {head + "  2027-02-05: \"\"\n", 5, "holidays.2027-02-05"},
		"a day with a blank name":           {head + "  2027-02-05: \" \"\n", 5, "holidays.2027-02-05"},
		"a number for a name":               {head + "  2027-02-05: 1\n", 5, "holidays.2027-02-05"},
		"a list of days":                    {"year: 2027\nnotice: 通知\nholidays:\n  - 2027-01-01\n", 3, "holidays"},
		"a year in words":                   {"year: 二〇二七\nnotice: 通知\nholidays:\n  2027-01-01: 元旦\n", 1, "year"},
		"a year in quotes":                  {"year: \"2027\"\nnotice: 通知\nholidays:\n  2027-01-01: 元旦\n", 1, "year"},
		"a year long gone":                  {"notice: 通知\nyear: 1027\nholidays:\n  2027-01-01: 元旦\n", 2, "year"},
		"a notice without number":           {"year: 2027\nnotice:\nholidays:\n  2027-01-01: 元旦\n", 2, "notice"},
		"no days off":                       {"year: 2027\nnotice: 通知\nholidays:\n", 3, "holidays"},
		"an alias":                          {"year: 2027\nnotice: &n 通知\nholidays:\n  2027-01-01: *n\n", 2, "notice"},
		"a merge key":                       {head + "  <<: {2027-01-02: 元旦}\n", 5, "holidays.<<"},
		"broken YAML":                       {head + "  2027-01-02: [\n", 5, "file"},
		"a tab for indentation":             {"year: 2027\nholidays:\n\t2027-01-01: 元旦\n", 3, "file"},
		"a missing year":                    {"notice: 通知\nholidays:\n  2027-01-01: 元旦\n", 0, "year"},
		"a missing notice":                  {"year: 2027\nholidays:\n  2027-01-01: 元旦\n", 0, "notice"},
		"missing holidays":                  {"year: 2027\nnotice: 通知\n", 0, "holidays"},
		"nothing":                           {"", 0, "file"},
		"a comment only":                    {"# 通知\n", 0, "file"},
		"two notices in one file":           {head + "---\n" + head, 0, "file"},
		"a plain text":                      {"通知\n", 0, "file"},
		"a file that is not text":           {"\xff\xfe", 0, "file"},
		"a file that is much too long":      {head + strings.Repeat("#", 17_000), 0, "file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := calendar.ParseYear([]byte(tc.text))
			refusal := domain.AsError(err)
			require.NotNil(t, refusal)
			require.Equal(t, domain.KindInvalid, refusal.Kind)
			require.Equal(t, "calendar.notice", refusal.Code)
			require.Equal(t, tc.field, refusal.Field)
			if tc.line > 0 {
				require.Contains(t, refusal.Text.Zh, fmt.Sprintf("第 %d 行", tc.line))
				require.Contains(t, refusal.Text.En, fmt.Sprintf("line %d:", tc.line))
			}
			require.Contains(t, refusal.Text.Zh, tc.field)
		})
	}
}

// write is the inverse of ParseYear, with the lists in order.
func write(y calendar.Year) string {
	var b strings.Builder
	fmt.Fprintf(&b, "year: %d\nnotice: %q\n", y.Year, y.Notice)
	for list, days := range map[string]map[calendar.Date]string{"holidays": y.Holidays, "makeupWorkdays": y.Makeup} {
		fmt.Fprintf(&b, "%s:\n", list)
		for _, d := range slices.SortedFunc(maps.Keys(days), calendar.Date.Compare) {
			fmt.Fprintf(&b, "  %s: %q\n", d, days[d])
		}
	}
	return b.String()
}

func TestShippedNoticesSurviveWritingAndReading(t *testing.T) {
	t.Parallel()
	for _, y := range shippedYears(t) {
		again, err := calendar.ParseYear([]byte(write(y)))
		require.NoError(t, err)
		require.Equal(t, y, again)
	}
}
