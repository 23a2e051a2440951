package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"milepost/domain"
	"milepost/domain/entity"
	"milepost/domain/project"
)

// Projects returns one page of the projects that the viewer may see.
func (s *Store) Projects(ctx context.Context, v Viewer, q ProjectQuery) (List[ProjectRow], error) {
	order, err := choose(q.Sort, "-declared", projectOrders, "p.id", func(r ProjectRow) []string { return []string{r.ID} })
	if err != nil {
		return List[ProjectRow]{}, err
	}
	w := q.where(v)
	if err := order.from(&w, q.Page); err != nil {
		return List[ProjectRow]{}, err
	}
	db := s.db.WithContext(ctx)
	found, err := rows(db, scanProject, "SELECT "+projectColumns+" FROM projects p"+w.String()+order.by()+" LIMIT ?",
		append(w.args, q.limit()+1)...)
	if err != nil {
		return List[ProjectRow]{}, fmt.Errorf("list projects: %w", err)
	}
	page := order.page(found, q.Page)
	if err := light(db, page.Rows, q.Now); err != nil {
		return List[ProjectRow]{}, fmt.Errorf("list projects: %w", err)
	}
	return page, nil
}

func (q ProjectQuery) where(v Viewer) where {
	var w where
	v.projects(&w)
	w.below("p.jurisdiction", q.Jurisdiction)
	w.is("p.phase", string(q.Phase))
	w.is("p.status", string(q.Status))
	w.is("p.unit", q.Unit)
	w.is("p.owner", q.Owner)
	w.is("p.sector", q.Sector)
	w.is("p.level", q.Level)
	w.is("p.class", q.Class)
	if q.Library {
		w.and("p.status IN ?", library)
	}
	w.from("p.planned_start", q.StartFrom)
	w.upTo("p.planned_start", q.StartTo)
	w.from("p.planned_completion", q.CompleteFrom)
	w.upTo("p.planned_completion", q.CompleteTo)
	w.known("p.started_at", q.Started)
	w.known("p.completed_at", q.Completed)
	w.contains("p.name", q.Text)
	if q.Colour != "" {
		kind, args := "", lampArgs(q.Now)
		if q.Lamp != "" {
			kind, args = " AND l.kind = ?", append(args, q.Lamp)
		}
		w.and("COALESCE((SELECT MAX("+lampRank+") FROM lamps l WHERE l.project = p.id"+kind+"), 0) = ?", append(args, rankOf(q.Colour))...)
	}
	return w
}

var projectOrders = map[string]order[ProjectRow]{
	"name":         {"p.name", func(r ProjectRow) any { return r.Name }},
	"investment":   {"p.investment", func(r ProjectRow) any { return r.Investment }},
	"declared":     {"p.declared_at", func(r ProjectRow) any { return r.Declared }},
	"updated":      {"p.updated_at", func(r ProjectRow) any { return r.Updated }},
	"plannedStart": {"p.planned_start", func(r ProjectRow) any { return r.PlannedStart }},
	"nextDue":      {"p.next_due_order", func(r ProjectRow) any { return r.NextDue }},
	"gravity":      {"p.red_order", func(r ProjectRow) any { return r.RedOrder }}, // the longest red first, then what turns red soonest
	"phase": {phaseOrder, func(r ProjectRow) any {
		return int64(slices.Index(phases, r.Phase))
	}},
}

// library are the statuses of the projects that are in the library.
var library = []string{string(project.Active), string(project.Suspended), string(project.Done), string(project.Archived)}

var phases = []project.Phase{
	project.Planning, project.Evaluation, project.Approval, project.Assurance, project.Startup,
	project.Construction, project.Completion, project.Closed,
}

const phaseOrder = "CASE p.phase WHEN 'planning' THEN 0 WHEN 'evaluation' THEN 1 WHEN 'approval' THEN 2 WHEN 'assurance' THEN 3 " +
	"WHEN 'startup' THEN 4 WHEN 'construction' THEN 5 WHEN 'completion' THEN 6 WHEN 'closed' THEN 7 ELSE -1 END"

const projectColumns = "p.id, p.name, p.jurisdiction, p.unit, p.owner, p.sector, p.kind, p.level, p.procedure, p.phase, p.status, p.class, " +
	"p.investment, p.investment_done, p.planned_start, p.planned_completion, p.started_at, p.completed_at, p.declared_at, p.seq, " +
	"p.open_tasks, p.next_due, p.red_order, p.updated_at"

func projectFields(p *ProjectRow) []any {
	return []any{
		&p.ID, &p.Name, &p.Jurisdiction, &p.Unit, &p.Owner, &p.Sector, &p.Kind, &p.Level, &p.Procedure, &p.Phase, &p.Status, &p.Class,
		&p.Investment, &p.InvestmentDone, &p.PlannedStart, &p.PlannedCompletion, at(&p.Started), at(&p.Completed), at(&p.Declared), &p.Seq,
		&p.OpenTasks, at(&p.NextDue), at(&p.RedOrder), at(&p.Updated),
	}
}

func scanProject(r row, p *ProjectRow) error { return r.Scan(projectFields(p)...) }

// Project returns one project with its lamps as of a civil moment and its whole state.
func (s *Store) Project(ctx context.Context, v Viewer, id string, now time.Time) (ProjectView, error) {
	var w where
	w.and("p.id = ? AND e.name = ?", id, entity.ID(entity.Project, id))
	v.projects(&w)
	db := s.db.WithContext(ctx)
	view, ok, err := one(db, func(r row, p *ProjectView) error {
		var snapshot string
		if err := r.Scan(append(projectFields(&p.ProjectRow), &snapshot)...); err != nil {
			return err
		}
		p.Snapshot = json.RawMessage(snapshot)
		return nil
	}, "SELECT "+projectColumns+", e.snapshot FROM projects p, entities e"+w.String(), w.args...)
	if err != nil {
		return ProjectView{}, fmt.Errorf("read the project: %w", err)
	}
	if !ok {
		return ProjectView{}, noProject()
	}
	lit := []ProjectRow{view.ProjectRow}
	if err := light(db, lit, now); err != nil {
		return ProjectView{}, fmt.Errorf("read the project: %w", err)
	}
	view.ProjectRow = lit[0]
	return view, nil
}

func noProject() error {
	return domain.NotFound("project.unknown", "project", "没有这个项目，或您无权查看", "There is no such project, or it is not yours to see.")
}

// visible tells whether the viewer may see a project.
// sees limits a query of what belongs to a project to viewers who may see it: one question for both.
func (v Viewer) sees(w *where, id string) {
	if v.All {
		return
	}
	var p where
	p.and("p.id = ?", id)
	v.projects(&p)
	w.and("EXISTS (SELECT 1 FROM projects p"+p.String()+")", p.args...)
}

func (v Viewer) visible(db *gorm.DB, id string) (bool, error) {
	var w where
	w.and("p.id = ?", id)
	v.projects(&w)
	_, ok, err := one(db, scalar[int], "SELECT 1 FROM projects p"+w.String(), w.args...)
	return ok, err
}
