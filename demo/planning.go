package demo

import (
	"context"
	"fmt"
	"slices"

	"milepost/domain/project"
)

// declaration is what an owner sends: the profile without the jurisdiction, which the server fills in.
type declaration struct {
	project.Profile
	Jurisdiction *struct{} `json:"jurisdiction,omitempty"` // never set: it hides the profile's
}

func (s *scene) declaration() (declaration, error) {
	days, err := since(s.city.Origin, s.base)
	if err != nil {
		return declaration{}, err
	}
	f, err := Profile(s.city, s.data, days)
	return declaration{Profile: f}, err
}

// isDeclared: the owner declares the project; where the story wants it, at first without all it needs.
func (s *scene) isDeclared(ctx context.Context) error {
	f, err := s.declaration()
	if err != nil {
		return err
	}
	if s.returned {
		f.Asks = slices.DeleteFunc(slices.Clone(f.Asks), func(a project.Ask) bool { return a.Resource == "farmland" })
	}
	r, err := s.does(ctx, deed{who: s.owner(), act: "declare", body: map[string]any{"profile": f}})
	if err != nil {
		return err
	}
	if r.Project == "" {
		return fmt.Errorf("%s：申报的回执没有项目编号", s.short)
	}
	s.id = r.Project
	s.watchers.begin(func(ctx context.Context) error {
		s.watch.follow(ctx, s.id)
		return nil
	})
	seen, err := s.sees(ctx, "申报记录", func(v *sight) bool { return v.project.Pack != "" })
	if err != nil {
		return err
	}
	return s.anyone().get(ctx, "/packs/"+seen.project.Pack, &s.pack)
}

// isReviewed: the office reviews the entry; a returned declaration is amended and reviewed again.
func (s *scene) isReviewed(ctx context.Context) error {
	if s.returned {
		err := inTurn(ctx,
			s.lasts(0.5),
			s.do(deed{who: "office", act: "return", path: "/review", body: map[string]string{
				"decision": "return", "opinion": "桥头引道占用耕地，漏报耕地占补平衡需求，请补充后重报",
			}}),
			s.lasts(1),
			s.amends,
		)
		if err != nil {
			return err
		}
	}
	return inTurn(ctx, s.lasts(0.5), s.do(deed{who: "office", act: "admit", path: "/review", body: map[string]string{
		"decision": "admit", "opinion": "符合重大项目标准，同意入库",
	}}))
}

func (s *scene) amends(ctx context.Context) error {
	f, err := s.declaration()
	if err != nil {
		return err
	}
	_, err = s.does(ctx, deed{who: s.owner(), act: "amend", path: "/amend", body: map[string]any{"profile": f}})
	return err
}

// isRecognised: the leading group has approved the list.
func (s *scene) isRecognised(ctx context.Context) error {
	return inTurn(ctx, s.pace("recognise"), s.do(deed{who: "office", act: "recognise", path: "/recognise", body: map[string]string{
		"document": s.document("重大项目建设领导小组会议纪要"),
	}}))
}
