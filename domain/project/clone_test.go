package project

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// full is a value in which every field is set and every list has two entries.
func full(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			full(v.Elem(), depth-1)
		}
	case reflect.Slice:
		if depth > 0 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 8))
			for i := range v.Len() {
				full(v.Index(i), depth-1)
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)))
			return
		}
		for _, f := range v.Fields() {
			full(f, depth)
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1)
	default:
		v.SetInt(1)
	}
}

// apart fails when two values share memory, and counts the places where they could.
func apart(t *testing.T, a, b reflect.Value, path string) int {
	t.Helper()
	n := 0
	switch a.Kind() {
	case reflect.Pointer, reflect.Slice:
		if a.IsNil() || a.Type() == reflect.TypeFor[*time.Location]() {
			return 0
		}
		require.NotEqual(t, a.Pointer(), b.Pointer(), "%s is shared", path)
		n++
		if a.Kind() == reflect.Pointer {
			return n + apart(t, a.Elem(), b.Elem(), path)
		}
		require.Equal(t, b.Len(), b.Cap(), "%s has room in which an append would be shared", path)
		for i := range a.Len() {
			n += apart(t, a.Index(i), b.Index(i), path+"[]")
		}
	case reflect.Struct:
		for i := range a.NumField() {
			n += apart(t, a.Field(i), b.Field(i), path+"."+a.Type().Field(i).Name)
		}
	default:
	}
	return n
}

func TestACopyOfAStateIsEqualAndSharesNothing(t *testing.T) {
	t.Parallel()
	p := &Project{}
	full(reflect.ValueOf(p).Elem(), 6)
	c := clone(p)
	require.Equal(t, p, c)
	require.Greater(t, apart(t, reflect.ValueOf(p).Elem(), reflect.ValueOf(c).Elem(), "project"), 100)
	before, err := json.Marshal(p)
	require.NoError(t, err)
	c.Items[0].Undo.Tasks[1].Clock.Rungs[0].To = "nobody"
	c.Debt.Replacement = "p3"
	c.Profile.Tags[0] = "y"
	after, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
	require.Equal(t, &Project{}, clone(&Project{}), "what is not there stays away")
	require.Panics(t, func() { referencesOf(reflect.TypeFor[struct{ M map[string]int }]()) })
}
