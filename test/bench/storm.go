package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"milepost/domain/entity"
	"milepost/store"
	"milepost/test/town"
	"milepost/workflows"
)

// The storm's civil clock begins on a Friday after closing: whatever is declared until Monday morning is due together.
const (
	stormOrigin = "2026-03-06T18:00:00+08:00"
	stormRate   = "1200"
)

// bareTimer waits for a moment and has one line written.
func bareTimer(ctx workflow.Context, until time.Time) error {
	if err := workflow.Sleep(ctx, until.Sub(workflow.Now(ctx))); err != nil {
		return err
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second})
	return workflow.ExecuteActivity(ctx, "bareRecord").Get(ctx, nil)
}

// storm compares many deadlines in one second, acted on and recorded, with as many bare timers that write a line.
func (s *installation) storm(ctx context.Context, p plan) error {
	bare, err := s.bareStorm(ctx, p.Storm)
	if err != nil {
		return fmt.Errorf("bare timers: %w", err)
	}
	fmt.Printf("  %d bare timers, each with one line written: %s\n", p.Storm, bare.Round(100*time.Millisecond))
	ours, err := s.stormOf(ctx, p.Storm)
	if err != nil {
		return fmt.Errorf("deadlines: %w", err)
	}
	fmt.Printf("  %d deadlines, none early, all on record:    %s\n", p.Storm, ours.Round(100*time.Millisecond))
	fmt.Printf("  => %.2f times the bare one\n", ours.Seconds()/bare.Seconds())
	return nil
}

func (s *installation) bareStorm(ctx context.Context, n int) (time.Duration, error) {
	pool, err := pgxpool.New(ctx, town.DSN(s.database.Address, "milepost"))
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	if _, err := pool.Exec(ctx, "CREATE TABLE bare_lines (workflow text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())"); err != nil {
		return 0, err
	}
	s.lines = pool
	stop, err := s.bareWorker()
	if err != nil {
		return 0, err
	}
	defer stop()
	moment := time.Now().Add(30*time.Second + time.Duration(n)*25*time.Millisecond) // starting takes that long
	err = each(ctx, n, func(ctx context.Context, i int) error {
		_, err := s.ask.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: fmt.Sprintf("timer-%d", i), TaskQueue: bareQueue}, bareTimer, moment)
		return err
	})
	if err != nil {
		return 0, err
	}
	if late := time.Since(moment); late > 0 {
		return 0, fmt.Errorf("starting took %s too long", late)
	}
	return whenAll(ctx, pool, moment, n, "SELECT count(*) FROM bare_lines")
}

// bareRecord writes one line, once.
func (s *installation) bareRecord(ctx context.Context) error {
	_, err := s.lines.Exec(ctx, "INSERT INTO bare_lines (workflow) VALUES ($1) ON CONFLICT DO NOTHING", activity.GetInfo(ctx).WorkflowExecution.ID)
	return err
}

// whenAll waits until a count is reached, and tells how long after a moment that was.
func whenAll(ctx context.Context, pool *pgxpool.Pool, moment time.Time, n int, query string, args ...any) (time.Duration, error) {
	err := town.Patiently(ctx, time.Until(moment)+15*time.Minute, "all have been acted on", func(ctx context.Context) error {
		if wait := time.Until(moment); wait > 0 {
			time.Sleep(wait)
		}
		var have int
		if err := pool.QueryRow(ctx, query, args...).Scan(&have); err != nil {
			return err
		}
		if have < n {
			return fmt.Errorf("%d of %d", have, n)
		}
		return nil
	})
	return time.Since(moment), err
}

func (s *installation) stormOf(ctx context.Context, n int) (time.Duration, error) {
	other := *s
	other.projects = nil
	if err := s.database.Create(ctx, "storm"); err != nil {
		return 0, err
	}
	dsn := town.DSN(s.database.Address, "storm")
	port, err := town.FreePort()
	if err != nil {
		return 0, err
	}
	env := append(os.Environ(), "MILEPOST_DATABASE="+dsn, "MILEPOST_TEMPORAL__ADDRESS="+s.engine.Address, "MILEPOST_TEMPORAL__TASKQUEUE=storm",
		"MILEPOST_LISTEN=127.0.0.1:"+port, "MILEPOST_LIMITS__USER=0", "MILEPOST_LIMITS__ATONCE=0", "MILEPOST_LOG__LEVEL=warn",
		"MILEPOST_FILES__URL=file://"+filepath.Join(s.worker.Dir, "files"))
	if err := once(ctx, s.worker.Program, env, "migrate", "--clock-origin", stormOrigin, "--clock-rate", stormRate); err != nil {
		return 0, err
	}
	if err := once(ctx, s.worker.Program, env, "demo", "load"); err != nil {
		return 0, err
	}
	for _, role := range []string{"worker", "api"} {
		p := &town.Process{Name: "storm " + role, Program: s.worker.Program, Args: []string{role}, Env: env, Dir: s.worker.Dir, Log: filepath.Join(s.worker.Dir, "storm-"+role+".log")}
		if err := p.Start(); err != nil {
			return 0, err
		}
		defer p.Stop()
	}
	other.door = "http://127.0.0.1:" + port
	other.public = town.NewPublic([]string{other.door})
	err = town.Patiently(ctx, time.Minute, "the API is ready", func(ctx context.Context) error {
		return town.AnswersWell(ctx, other.door+"/readyz")
	})
	if err != nil {
		return 0, err
	}
	if err := other.declared(ctx, n); err != nil {
		return 0, err
	}
	db, err := store.Open(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close() //nolint:errcheck // only read
	clock, err := db.Clock(ctx)
	if err != nil {
		return 0, err
	}
	due, err := s.deadline(ctx, other.projects)
	if err != nil {
		return 0, err
	}
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return 0, err
	}
	defer pool.Close()
	moment := time.Now().Add(clock.Until(time.Now(), due))
	took, err := whenAll(ctx, pool, moment, n, "SELECT count(DISTINCT entity) FROM timeline WHERE occurred_at = $1", due)
	if err != nil {
		return 0, err
	}
	var early int
	if err := pool.QueryRow(ctx, "SELECT count(*) FROM timeline WHERE recorded_at < occurred_at").Scan(&early); err != nil {
		return 0, err
	}
	if early > 0 {
		return 0, fmt.Errorf("%d lines are on record before they happened", early)
	}
	return took, nil
}

// deadline is the next deadline of all projects, which must be one.
func (s *installation) deadline(ctx context.Context, projects []string) (time.Time, error) {
	var due time.Time
	for _, id := range []string{projects[0], projects[len(projects)/2], projects[len(projects)-1]} {
		answer, err := s.ask.QueryWorkflow(ctx, entity.ID(entity.Project, id), "", workflows.Standing)
		if err != nil {
			return due, err
		}
		var status workflows.Status
		if err := answer.Get(&status); err != nil {
			return due, err
		}
		if !due.IsZero() && !due.Equal(status.Deadline) {
			return due, fmt.Errorf("the deadlines differ: %s and %s; declaring took too long", due, status.Deadline)
		}
		due = status.Deadline
	}
	return due, nil
}
