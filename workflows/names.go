// Package workflows hosts the entities: each is one workflow that lives as long as its entity. The host carries
// commands to the decider and deadlines past it, and keeps what was decided until it is recorded; it knows no
// rule. A decision is made in a side effect, so that a replay obeys it and never makes it again.
package workflows

// Names on the wire. They stand in the histories of running workflows: never rename one.
const (
	// TaskQueue is where the workers of Milepost find their work.
	TaskQueue = "milepost"
	// Command is the update that carries a command in.
	Command = "command"
	// Renew is the signal that asks a run to begin anew, as when its history should no longer need an old key.
	Renew = "renew"
	// Standing is the query that tells how far an entity is.
	Standing = "standing"
)

// The types of the errors that the host answers with.
const (
	typeRefusal = "refusal" // a *domain.Error is in the details
	typeBusy    = "busy"    // a *domain.Error is in the details; the same command may succeed a little later
	typeFault   = "fault"   // the rules failed; nothing happened
	typeUnborn  = "unborn"  // the entity was never declared
)
