package domain

// The desk's own rules, where the documents are silent: who may act, accounts, master data. The API and the store
// cite them; the rules of a project's life are cited by the core and the packs (docs/clauses.md).
const (
	RuleRole      = "OWN-201" // an operation is open only to the posts that the access table names (docs/access.md), while they are held
	RuleOwnParty  = "OWN-202" // one acts for the party and within the jurisdiction of one's post, and brings in only colleagues
	RuleSeparate  = "OWN-203" // auditor, system and security administrator are three people, and hold no other post meanwhile (三员分立)
	RulePassword  = "OWN-204" // a password is hard to guess, and its owner alone knows it
	RuleLockOut   = "OWN-205" // after five failed sign-ins in a row an account waits, and after a hundred in a quarter of an hour an address, behind which a whole office may sit
	RuleSession   = "OWN-206" // the affairs of one's account need a session on our own pages, not a token
	RuleMaster    = "OWN-207" // what others refer to is registered first, and stays: it is closed, never deleted
	RuleInForce   = "OWN-208" // a jurisdiction works by the policy pack in force, and with what that pack names
	RuleOnce      = "OWN-209" // a key stands for one act, however often it is sent
	RuleAmount    = "OWN-210" // amounts of a quota are exact, with four decimal places at most
	RuleAudit     = "OWN-212" // every act of administration is on a record that only grows; what cannot be recorded does not happen
	RuleFresh     = "OWN-213" // a sensitive act needs that its holder has proved who he is in the last ten minutes
	RuleToken     = "OWN-214" // a program's token does what it was issued for, and ends
	RuleUnused    = "OWN-215" // an account that nobody has used for long is enabled again before it is used
	RuleSignOn    = "OWN-216" // a single sign-on opens the account that an administrator has linked to it, and makes none
	RuleNoted     = "OWN-220" // so is every sign-in, reading of what is confidential, download and export
	RuleBound     = "OWN-221" // the commands that an entity carried out are a chain, as its lines are: what was asked is bound with what came of it
	RuleSigned    = "OWN-222" // the ends of timelines are sealed on the audit record and its heads signed, so that a cut or a rewriting shows
	RuleRefused   = "OWN-223" // every refusal of what would change something is on the audit record, beyond a number a minute by its count
	RulePublish   = "OWN-235" // a new rule touches an open project only after it was previewed and started by somebody, and each is told once
	RuleStream    = "OWN-236" // live updates say what has changed, never what it says now; who may not read it hears nothing of it
	RulePace      = "OWN-237" // who asks more than the service can answer for everybody is told to wait
	RuleRestored  = "OWN-246" // what has come out of a backup decides nothing and tells nobody until it has been looked over and released
	RuleSuccessor = "OWN-248" // a new version of a pack keeps all that an open project may refer to
	RuleOneClock  = "OWN-211" // a database keeps the civil clock it was made with

	RuleFileKind = "OWN-225" // what is uploaded is of a kind that offices read, is what its name says, and carries no program
	RuleFileSize = "OWN-226" // a file, the files of a project, and what one person uploads in a day have limits
	RuleFileSeen = "OWN-227" // a file is read by its own party until it is handed in, then by whoever may read what it was handed in with; experts read what was handed in for the evaluation
	RuleFileScan = "OWN-228" // nobody is given a file before the scanner found it clean; an infected one is removed, and its party and the office are told
	RuleFileKept = "OWN-229" // a file that is handed in stays; any other is removed by the party that uploaded it

	RuleImport = "OWN-249" // the declarations of a table are taken all together or not at all, each by the rules by which it would be declared alone
)
