package api

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strconv"

	"milepost/domain"
	"milepost/domain/project"
	"milepost/store"
)

// fill completes a command with what the server knows and the client must not say.
type fill func(ctx context.Context, a *call) error

// declare fills in what a declaration may not say: the jurisdiction of the post it is made in, and the pack in
// force there. The same key sent again keeps the pack of the first time.
func (s *Server) declare(cmd *project.Declare) fill {
	return func(ctx context.Context, a *call) error {
		post := a.who.Post()
		if err := ownProject(post, &cmd.Profile); err != nil {
			return err
		}
		cmd.Profile.Jurisdiction = post.Jurisdiction
		if err := s.open(ctx, post.Jurisdiction); err != nil {
			return err
		}
		if err := s.knownParties(ctx, &cmd.Profile); err != nil {
			return err
		}
		before, again, err := earlier[project.Declare](ctx, s, a)
		switch {
		case err != nil:
			return err
		case again:
			cmd.Pack = before.Pack
			return nil
		}
		pack, err := s.packFor(ctx, post.Jurisdiction)
		if err != nil {
			return err
		}
		cmd.Pack = pack.Hash()
		return nil
	}
}

// ownProject refuses who declares a project of somebody else.
func ownProject(post store.Post, f *project.Profile) error {
	switch {
	case post.Role == owner && f.Owner != post.Party:
		return domain.NotAllowed("declare.owner", domain.RuleOwnParty, "业主只能申报本单位的项目", "An owner declares only projects of its own.")
	case post.Role == liaison && f.Unit != post.Party:
		return domain.NotAllowed("declare.unit", domain.RuleOwnParty, "责任单位只能申报本单位负责的项目", "A unit declares only projects that it answers for.")
	default:
		return nil
	}
}

// open refuses a declaration in a jurisdiction that is closed.
func (s *Server) open(ctx context.Context, code string) error {
	tree, err := s.masters.Jurisdictions(ctx)
	if err != nil {
		return unavailable(err)
	}
	for _, j := range tree {
		if j.Code == code && j.Closed {
			return domain.Conflict("jurisdiction.closed", domain.RuleMaster, "本辖区已停用，不再接受申报", "The jurisdiction is closed and takes no more declarations.")
		}
	}
	return nil
}

// amend fills in the jurisdiction, which an amendment cannot change.
func (s *Server) amend(cmd *project.AmendDeclaration) fill {
	return func(ctx context.Context, a *call) error {
		v, err := s.records.Project(ctx, a.who.Viewer(), a.project, s.civil())
		if err != nil {
			return unavailable(err)
		}
		cmd.Profile.Jurisdiction = v.Jurisdiction
		if cmd.Profile.Unit == v.Unit && cmd.Profile.Owner == v.Owner {
			return nil // what has closed since goes on with what it has
		}
		return s.knownParties(ctx, &cmd.Profile)
	}
}

// knownParties refuses a project of a unit or owner that nobody can act for.
func (s *Server) knownParties(ctx context.Context, f *project.Profile) error {
	if err := s.known(ctx, domain.PartyUnit, f.Unit, "profile.unit"); err != nil {
		return err
	}
	return s.known(ctx, domain.PartyOwner, f.Owner, "profile.owner")
}

// nodes refuses a plan whose nodes nobody could do.
func (s *Server) nodes(cmd *project.FilePlan) fill {
	return func(ctx context.Context, _ *call) error {
		for i, n := range cmd.Nodes {
			if err := s.known(ctx, domain.PartyUnit, n.Unit, "nodes."+strconv.Itoa(i)+".unit"); err != nil {
				return err
			}
		}
		return nil
	}
}

// assignee refuses to give a problem to a party that is not there.
func (s *Server) assignee(cmd *project.AssignProblem) fill {
	return func(ctx context.Context, _ *call) error {
		return s.known(ctx, cmd.Party.Kind, cmd.Party.Code, "party.code")
	}
}

// known refuses to give work to a unit, owner or department that is not registered, or takes nothing new. Other
// parties have no register.
func (s *Server) known(ctx context.Context, kind domain.PartyKind, code, field string) error {
	there, open, err := s.registered(ctx, kind, code)
	switch {
	case err != nil:
		return unavailable(err)
	case !there:
		return domain.Invalid("party.unknown", field, domain.RuleMaster, "没有登记这个单位："+code, "No such party is registered: "+code)
	case !open:
		return domain.Invalid("party.closed", field, domain.RuleMaster, "该单位已停用，不再接受新的工作："+code, "The party is closed and takes nothing new: "+code)
	}
	return nil
}

func (s *Server) registered(ctx context.Context, kind domain.PartyKind, code string) (there, open bool, err error) {
	look := func(c string, closed bool) {
		if c == code {
			there, open = true, open || !closed
		}
	}
	switch kind {
	case domain.PartyUnit:
		us, err := s.masters.Units(ctx, "")
		for _, u := range us {
			look(u.Code, u.Closed)
		}
		return there, open, err
	case domain.PartyOwner:
		os, err := s.masters.Owners(ctx, "")
		for _, o := range os {
			look(o.Code, o.Closed)
		}
		return there, open, err
	case domain.PartyDepartment:
		ds, err := s.masters.Departments(ctx, "")
		for _, d := range ds {
			look(d.Code, d.Closed)
		}
		return there, open, err
	default:
		return true, true, nil
	}
}

// candidates fills in the pool of experts that a panel is drawn from. The same key sent again keeps the pool of
// the first time, whatever has become of it since.
func (s *Server) candidates(cmd *project.DrawPanel) fill {
	return func(ctx context.Context, a *call) error {
		before, again, err := earlier[project.DrawPanel](ctx, s, a)
		switch {
		case err != nil:
			return err
		case again:
			cmd.Candidates = before.Candidates
			return nil
		}
		cmd.Candidates, err = s.records.Candidates(ctx, a.project)
		return unavailable(err)
	}
}

// replacement fills in the size of the project that takes another's place.
func (s *Server) replacement(cmd *project.Replace) fill {
	return func(ctx context.Context, a *call) error {
		before, again, err := earlier[project.Replace](ctx, s, a)
		switch {
		case err != nil:
			return err
		case again:
			cmd.Investment = before.Investment
			return nil
		}
		v, err := s.records.Project(ctx, a.who.Viewer(), cmd.Project, s.civil())
		if domain.AsError(err) != nil {
			return domain.NotFound("replace.unknown", "project", "没有这个替换项目", "There is no such project.")
		}
		cmd.Investment = v.Investment
		return unavailable(err)
	}
}

// earlier is the command as it was first sent under the same key by the same person, if it was: what the server
// filled in then must not change on the way.
func earlier[T any](ctx context.Context, s *Server, a *call) (cmd T, again bool, err error) {
	again, err = s.firstSent(ctx, a, reflect.TypeFor[T]().Name(), &cmd)
	return cmd, again, err
}

// firstSent reads into body what a command of a type said when it was first sent under the key by the same person.
func (s *Server) firstSent(ctx context.Context, a *call, name string, body any) (again bool, err error) {
	row, err := s.records.Command(ctx, a.key)
	switch {
	case domain.AsError(err) != nil:
		return false, nil //nolint:nilerr // it was never sent before
	case err != nil:
		return false, unavailable(err)
	case row.Type != name || row.Actor != a.who.Actor():
		return false, nil // another command: the store refuses the key
	}
	return true, json.NewDecoder(bytes.NewReader(row.Body)).Decode(body)
}

// colleague refuses to bring somebody into a task who does not belong to the actor's party.
func (s *Server) colleague(field string, user *string) fill {
	return func(ctx context.Context, a *call) error {
		people, err := s.colleagues(ctx, a.who.Post())
		if err != nil {
			return err
		}
		for _, p := range people {
			if p.ID == *user {
				return nil
			}
		}
		return domain.Invalid("colleague.unknown", field, domain.RuleOwnParty, "此人不在本单位，或没有相应岗位", "This person does not belong to your party, or holds no such post.")
	}
}
