package project

// The core's own rules, where the documents are silent (docs/clauses.md). Rules that a document states are
// cited from the pack.
const (
	ruleRecusal   = "OWN-1"    // experts recuse themselves; draws can be checked again
	ruleParty     = "OWN-101"  // a task is done by the party that has it
	ruleInput     = "OWN-102"  // input must be whole and make sense
	rulePhase     = "OWN-103"  // acts belong to their phase
	ruleArchive   = "OWN-104"  // an archived project takes nothing more
	ruleLate      = "OWN-105"  // late entries bear both times, what proves them, and a mark that everybody sees
	ruleLateTime  = "OWN-105a" // a late entry never shortens somebody else's time
	ruleLateBy    = "OWN-105b" // what the owner did on paper the office may enter, and papers the department that received them
	ruleRecall    = "OWN-106"  // one's own act can be recalled while nobody acted on it
	ruleSuspend   = "OWN-107"  // suspension stops every clock
	ruleCalendar  = "OWN-108"  // a newly loaded calendar moves open deadlines
	rulePlanned   = "OWN-109"  // a planned date moves only with from, to, who, why, basis
	ruleExcuse    = "OWN-110"  // what a lamp burns for is excused by someone with the right, with reason and end, for at most 12 months
	ruleCorrected = "OWN-111"  // a correction names the record it corrects
	ruleReopen    = "OWN-112"  // reopening is an act of the office with a reason
	ruleCommit    = "OWN-113"  // resources reserved are committed at start and freed on leaving
	ruleLeave     = "OWN-114"  // the owner may withdraw the project before production
	rulePlan      = "OWN-115"  // the plan of a month that has begun is changed by the office alone, with a reason
	ruleProblems  = "OWN-116"  // nothing is accepted while a problem is on the register
	ruleOwed      = "OWN-117"  // papers missing at an acceptance by lapse the owner owes, by when the item is to be decided
	ruleFiles     = "OWN-230"  // files handed in with an act stand on the timeline with name, size and digest of the content
	ruleAdoption  = "OWN-247"  // what has begun goes on by the version of the pack it began under; what begins after a move to a new one goes by that
	ruleNotices   = "XS-9b"    // three supervision notices in a quarter bring an interview
)
