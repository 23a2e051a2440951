package policy

import (
	"fmt"
	"slices"
	"strconv"

	"milepost/domain"
)

// Succeeds tells what keeps a pack from taking the place of another under projects that are open (OWN-248). They refer
// to the rules of the one before by key, in their state or in what was declared of them: whatever they can refer to stays,
// as what it was. What is no longer wanted stays with a condition that never holds (when: "false"). Papers, criteria,
// reasons to pause and conditions of a start may go: what has begun is judged by the version it began under, or carries
// them itself. The faults name the field in the pack that is missing or has changed; they have no line.
func Succeeds(before, after *Pack) Faults {
	s := succession{}
	choices := func(path string, was, is []Choice) {
		kept(&s, path, was, is, func(c Choice) (string, domain.Text) { return c.Key, c.Name })
	}
	kept(&s, "departments", before.Departments, after.Departments, func(d Department) (string, domain.Text) { return d.Code, d.Name })
	kept(&s, "ladders", before.Ladders, after.Ladders, func(l Ladder) (string, domain.Text) { return l.Key, l.Name })
	choices("library.kinds", before.Library.Kinds, after.Library.Kinds)
	choices("library.sectors", before.Library.Sectors, after.Library.Sectors)
	choices("library.fundings", before.Library.Fundings, after.Library.Fundings)
	choices("library.tags", before.Library.Tags, after.Library.Tags)
	choices("evaluation.specialities", before.Evaluation.Specialities, after.Evaluation.Specialities)
	kept(&s, "items", before.Items, after.Items, func(i Item) (string, domain.Text) { return i.Key, i.Name })
	kept(&s, "assurance.resources", before.Assurance.Resources, after.Assurance.Resources, func(r Resource) (string, domain.Text) { return r.Key, r.Name })
	for _, was := range before.Items {
		if is, ok := after.Item(was.Key); ok && is.Phase != was.Phase {
			s.fault(join(named("items", was.Key), "phase"), "successor.phase",
				"事项不能换阶段：原为 "+was.Phase, "An item stays in its phase, which was "+was.Phase+".")
		}
	}
	for _, was := range before.Assurance.Resources {
		is, ok := after.Resource(was.Key)
		if !ok {
			continue
		}
		if is.Unit != was.Unit {
			s.fault(join(named("assurance.resources", was.Key), "unit"), "successor.unit",
				"要素的计量单位不能改（原为“"+was.Unit.Zh+"”），已有的数量会变成另一个意思；换单位须用新的要素代码",
				"The unit of a resource stays (it was “"+was.Unit.En+"”), or the amounts there are would mean something else; give another unit a resource of its own.")
		}
		if is.Scale < was.Scale {
			n := strconv.Itoa(int(was.Scale))
			s.fault(join(named("assurance.resources", was.Key), "scale"), "successor.scale",
				"小数位数不能少于原来的"+n+"位，已有的数量会写不下", "There must be "+n+" decimal places as before, or amounts there are could not be written.")
		}
	}
	return s.faults
}

type succession struct{ faults Faults }

func (s *succession) fault(path, code, zh, en string) {
	s.faults = append(s.faults, Fault{Path: path, Code: code, Message: domain.Text{Zh: zh, En: en}})
}

// kept checks that every entry of a list is still there. A list that was empty took anything; it may begin to name what
// it takes, for new words only.
func kept[T any](s *succession, path string, was, is []T, known func(T) (string, domain.Text)) {
	for _, w := range was {
		key, name := known(w)
		if slices.ContainsFunc(is, func(i T) bool { k, _ := known(i); return k == key }) {
			continue
		}
		s.fault(named(path, key), "successor.dropped",
			fmt.Sprintf("新版缺少“%s”（%s）：办理中的项目可能用到，请保留；不再需要的，把条件写成永不成立（when: \"false\"）", key, name.Zh),
			fmt.Sprintf("“%s” (%s) is gone: open projects may refer to it. Keep it; an item that is no longer wanted gets a condition that never holds (when: \"false\").", key, name.En))
	}
}

// named is the path of an entry of a list.
func named(list, key string) string { return list + "[" + key + "]" }

// NotSuccessor refuses to put a pack in the place of one that it does not succeed.
type NotSuccessor struct {
	Before string // the version in whose place it would come
	Faults Faults
}

// Error lists the faults, a line for each.
func (e *NotSuccessor) Error() string {
	return "the pack does not succeed version " + e.Before + ":\n" + e.Faults.Err().Error()
}
