package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"milepost/api/contract"
	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

// beside are the acts that are no commands of a project, each with the command next to which it is looked for.
var beside = map[string]string{
	"reassignTasks": "HandOverTask", // each task is handed over by a command of its own
	"uploadFile":    "FilePaper",
}

// actOf is the id of the operation that sends a command of a wire name: the contract names it so (TestEveryCommandHasItsPath).
func actOf(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// places are where acts stand in a list, by their operations' ids.
var places = func() map[string]int {
	order := map[string]int{}
	for i, name := range project.Acts() {
		order[actOf(name)] = 2 * i
	}
	for id, name := range beside {
		order[id] = order[actOf(name)] + 1
	}
	return order
}()

// ListActs lists what the caller may do with a project now. The core is asked for each post: what it would accept, the
// access table lets the post call, and the scope of a token reaches.
func (s *Server) ListActs(c echo.Context, id contract.ProjectIDPath, p contract.ListActsParams) error {
	ctx, who, now := c.Request().Context(), callerOf(c), s.civil()
	v, err := s.records.Project(ctx, who.Viewer(), id, now)
	if err != nil {
		return unavailable(err)
	}
	state, err := project.Restore(v.Snapshot)
	if err != nil {
		return err
	}
	acts := []contract.Act{}
	for _, one := range who.each() {
		if len(who.Acting) > 1 {
			if sees, err := s.sees(ctx, one, id); err != nil {
				return err
			} else if !sees {
				continue
			}
		}
		more, err := s.mayDo(one, state, now)
		if err != nil {
			return err
		}
		acts = append(acts, more...)
	}
	task := slashed(p.Task)
	out := contract.ActList{Items: []contract.Act{}}
	for _, a := range acts {
		again := func(o contract.Act) bool { return o.Operation == a.Operation && maps.Equal(o.Params, a.Params) }
		if (task == "" || a.Task == task) && !slices.ContainsFunc(out.Items, again) {
			out.Items = append(out.Items, a)
		}
	}
	slices.SortStableFunc(out.Items, func(a, b contract.Act) int { return cmp.Compare(places[a.Operation], places[b.Operation]) })
	return c.JSON(http.StatusOK, out)
}

// each is the caller in each of the posts, those that are his own first.
func (c Caller) each() []Caller {
	var all []Caller
	for _, own := range []bool{true, false} {
		for _, p := range c.Acting {
			if one := c; (p.Covers == "") == own {
				one.Acting = []store.Post{p}
				all = append(all, one)
			}
		}
	}
	return all
}

// sees tells whether a caller sees a project.
func (s *Server) sees(ctx context.Context, who Caller, id string) (bool, error) {
	err := s.visible(ctx, who, id)
	if e := domain.AsError(err); e != nil && e.Kind == domain.KindNotFound {
		return false, nil
	}
	return err == nil, err
}

// mayDo lists what the caller may do in one post.
func (s *Server) mayDo(who Caller, p *project.Project, now time.Time) ([]contract.Act, error) {
	offers, err := p.Offers(who.Actor(), now, s.rules)
	if err != nil {
		return nil, err
	}
	var acts []contract.Act
	add := func(id string, act any, task string) error {
		op, ok := s.named[id]
		if !ok || !op.rule.allows(who.Post().Role) || who.Program && !reaches(who.Scope, op) {
			return nil
		}
		params, err := op.paramsOf(act)
		acts = append(acts, contract.Act{Operation: id, Post: who.Post().ID, Params: params, Task: task, Fresh: op.rule.Fresh})
		return err
	}
	hands := false
	for _, o := range offers {
		hands = hands || o.Type == beside["reassignTasks"]
		if err := add(actOf(o.Type), o.Act, o.Task); err != nil {
			return nil, err
		}
	}
	if hands {
		if err := add("reassignTasks", nil, ""); err != nil {
			return nil, err
		}
	}
	if p.Status != project.Archived && s.shelf != nil {
		return acts, add("uploadFile", nil, "")
	}
	return acts, nil
}

// paramsOf are the parameters of an operation's path that say what an act is about, as paths write them.
func (o *operation) paramsOf(act any) (map[string]string, error) {
	data, err := json.Marshal(act)
	if err != nil {
		return nil, err
	}
	fields := map[string]any{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&fields); err != nil {
		return nil, err
	}
	params := map[string]string{}
	for _, name := range o.path {
		value, ok := fields[name]
		if !ok {
			continue
		}
		params[name] = fmt.Sprint(value)
		if slices.Contains(o.handles, name) {
			params[name] = strings.ReplaceAll(params[name], "/", "~")
		}
	}
	return params, nil
}
