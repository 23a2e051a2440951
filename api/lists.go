package api

import (
	"reflect"
	"strings"
)

// closeAllLists makes every absent list within a value of the contract an empty one, unless the contract lets it
// be absent: what a client may walk over is never null.
func closeAllLists(v any) { closeLists(reflect.ValueOf(v).Elem()) }

func closeLists(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			field, tag := v.Field(i), v.Type().Field(i).Tag.Get("json")
			if field.Kind() == reflect.Slice && field.IsNil() && tag != "" && !strings.Contains(tag, ",omit") {
				field.Set(reflect.MakeSlice(field.Type(), 0, 0))
			}
			closeLists(field)
		}
	case reflect.Slice:
		for i := range v.Len() {
			closeLists(v.Index(i))
		}
	default:
	}
}
