import { admin } from './admin'
import { desk } from './desk'
import { mine } from './mine'
import { parts } from './parts'
import { record } from './record'
import { attach } from './attach'
import { declaration } from './declaration'
import { life } from './life'
import type { Like } from './like'
import { owned } from './owned'
import { office } from './office'
import { wall } from './wall'
import type { zh } from './zh'

export const en: Like<typeof zh> = {
  name: 'Milepost',
  city: 'Major projects on their deadlines',
  nav: {
    mine: 'My projects', inbox: 'Inbox', projects: 'Projects', wall: 'Wall', reports: 'Reports', quotas: 'Quotas', declare: 'Declare a project', notices: 'Notices', rules: 'Rules',
    packs: 'Policy packs', calendars: 'Calendar', broadcasts: 'Broadcasts', people: 'Accounts', masters: 'Master data', audit: 'Audit', me: 'My account', experts: 'Experts',
  },
  session: {
    title: 'Sign in to Milepost', account: 'Account', password: 'Password', signIn: 'Sign in', signOut: 'Sign out', stillIn: 'The server did not answer: you are still signed in. Sign out again in a moment; on a shared computer, close the browser.', signOn: 'Single sign-on', or: 'or',
    ended: 'Your session has ended; sign in again. What you have typed is still there.', required: 'Needed',
    prove: 'Enter your password once more', proveWhy: 'This act gives rights or cannot be undone; prove that it is you.', confirm: 'OK', cancel: 'Cancel', english: 'English', chinese: '中文',
    mustChange: 'The password must be changed first', oldPassword: 'Present password', newPassword: 'New password', again: 'The new password once more', differ: 'They differ', change: 'Change the password', changed: 'The password is changed',
    simulated: 'Simulated time: {{now}}. This is a demonstration; one second stands for {{pace}}.', simulatedStill: 'Simulated time: {{now}}. This is a demonstration.',
    cut: 'The connection to the server is lost and being made again. What you see may be old; what you have typed stays.', back: 'Connected again; everything is up to date.',
  },
  say: {
    loading: 'Reading…', nothing: 'Nothing here', failed: 'This could not be read', again: 'Try again', unreachable: 'The server does not answer; look at the network and try again.',
    unknown: 'Nobody knows whether it is done: the server did not answer. Send it again; the same act is never done twice.', sendAgain: 'Send again', requestId: 'Request', clause: 'By',
    more: 'More', all: 'All', none: 'None', yes: 'Yes', no: 'No', save: 'Save', close: 'Close', submit: 'Submit', back: 'Back', search: 'Search', reset: 'Clear', total: '{{count}} in all',
    broken: 'The page has broken', brokenWhy: 'Perhaps the system has just been upgraded: reload the page. What is done stays done. If it happens again, tell an administrator when it did.', reload: 'Reload the page',
    done: 'Done', pending: 'Sent, being recorded…', notFound: 'There is no such page', notFoundWhy: 'The address may be wrong, or it is not yours to see.', home: 'To the first page', skip: 'Skip to the content', menu: 'Menu',
    next: 'Next page', previous: 'Previous page', required: 'Needed', chosen: '{{count}} chosen', provisional: 'No notice of holidays yet; by weekends for now', print: 'Print',
  },
  colour: { green: 'On time', excused: 'Excused', yellow: 'Due soon', red: 'Overdue' },
  phase: {
    planning: 'Planning', evaluation: 'Evaluation', approval: 'Approval', assurance: 'Assurance', startup: 'Start', construction: 'Construction', completion: 'Completion', closed: 'Closed',
  },
  status: { active: 'Under way', suspended: 'Suspended', withdrawn: 'Withdrawn', removed: 'Removed', refused: 'Not admitted', done: 'In production', archived: 'Archived' },
  lamp: { approval: 'Approval', start: 'Start', progress: 'Progress', funds: 'Funds', reporting: 'Reporting', commitment: 'Commitment' },
  level: { national: 'National', regional: 'Regional', city: 'City', county: 'County' },
  role: {
    office: 'Project office', handler: 'Handler', head: 'Head of department', expert: 'Expert', owner: 'Owner', liaison: 'Liaison of a unit', supervisor: 'Supervisor', leader: 'Leader',
    auditor: 'Auditor', system_admin: 'System administrator', security_admin: 'Security administrator', system: 'System',
  },
  party: { department: 'Department', unit: 'Unit', owner: 'Owner', office: 'Project office', expert: 'Expert', leader: 'Leaders' },
  kind: {
    'entry-review': 'Entry review', recognition: 'Recognition', amendment: 'Amendment', draw: 'Draw of experts', scoring: 'Scoring', revision: 'Revision', plan: 'Pre-work plan', node: 'Node of the plan',
    submission: 'Submission', completeness: 'Completeness', decision: 'Decision', supplement: 'Supplement', commitment: 'Commitment', need: 'Need', quota: 'Quota', condition: 'Start condition',
    start: 'Start', report: 'Report', problem: 'Problem', completion: 'Completion', settlement: 'Final account', joint: 'Joint acceptance', rectification: 'Rectification', replacement: 'Replacement',
  },
  why: {
    counted: 'working day {{n}}', 'makeup-counted': 'make-up working day, number {{n}}', receipt: 'day of receipt, not counted', 'after-hours': 'received after hours, deemed received the next day', weekend: 'weekend, not counted', holiday: 'holiday, not counted',
    paused: 'clock stopped, not counted', moved: 'the due time is moved here',
    short: { counted: '+', 'makeup-counted': '+', receipt: 'R', 'after-hours': 'R', weekend: '–', holiday: 'H', paused: 'P', moved: '→' },
  },
  task: {
    clock: 'Clock', byDate: 'The document or a plan gives the date itself.', received: 'Received', due: 'Due', firstDue: 'First due', limit: 'Limit', days: '{{count}} working days', pauses: 'Pauses', since: 'since {{from}}', until: '{{from}} to {{to}}',
    next: 'What follows by itself', rung: '{{at}} {{kind}}', to: 'to {{to}}', project: 'Project', clause: 'By', with: 'With', assignee: 'Handled by', closed: 'Closed on {{at}}', gone: 'This task is closed or was taken back.',
    explain: 'Day by day', phase: 'Phase',
  },
  rungKind: { reminder: 'Reminder', overdue: 'Overdue reminder', 'supervision-notice': 'Supervision notice', criticism: 'Criticism', interview: 'Interview', lapse: 'Lapses by the rules' },
  acts: {
    title: 'What you may do', none: 'There is nothing that you may do now.', more: 'More', grave: 'This cannot be undone; look it over first.', noFields: '{{act}}?', done: 'Done: {{act}}', post: 'As {{post}}', kept: 'What you typed is still there; mend it and send it again.',
    amendDeclaration: 'Amend the declaration', correctReport: 'Correct a report', replace: 'Name the replacement', reviewEntry: 'Review the entry', recognise: 'Recognise', drawPanel: 'Draw the panel', declinePanel: 'Decline', submitScore: 'Submit the score', reviseProposal: 'Bring the revised proposal', filePlan: 'File the pre-work plan', completeNode: 'Complete the node',
    submitItem: 'Submit the item', acceptItem: 'Accept', askSupplement: 'Ask for a supplement', supplyPapers: 'Supply papers', keepCommitment: 'Bring the deferred paper', pauseItem: 'Stop the clock', resumeItem: 'Let the clock run', extendItem: 'Extend', grantItem: 'Grant', refuseItem: 'Refuse',
    recallAct: 'Recall', conveneJointReview: 'Convene a joint review', recordJointReview: 'File the minutes', confirmNeed: 'Confirm the need', confirmCondition: 'Confirm the condition', startConstruction: 'Record the start', setPlan: 'Set the investment plan', fileReport: 'File the report',
    registerProblem: 'Register a problem', assignProblem: 'Assign the problem', closeProblem: 'Close the problem', requestAcceptance: 'Apply for acceptance', fileSettlement: 'File the final account', acceptJointly: 'Decide the acceptance', finishRectification: 'Report it as rectified', suspend: 'Suspend the project', resume: 'Resume the project',
    withdraw: 'Withdraw the project', remove: 'Remove the project', reopen: 'Open again', filePaper: 'File a paper', movePlannedDate: 'Move a planned date', excuseLamp: 'Excuse a lamp', claimTask: 'Take it', releaseTask: 'Give it back', handOverTask: 'Hand over', askColleague: 'Ask a colleague',
    answerColleague: 'Answer the colleague', addCosigner: 'Add a co-signer', removeCosigner: 'Remove a co-signer', cosignTask: 'Co-sign',
  },
  field: {
    planned: 'Planned', record: 'The record corrected', project: 'The replacement', profile: 'The declaration',     decision: 'Decision', opinion: 'Opinion', document: 'Number or name of the document', specialities: 'Specialities', reason: 'Reason', marks: 'Marks', note: 'Note', files: 'Files', nodes: 'Nodes', papers: 'Papers', commitments: 'Deferred papers', missing: 'What is missing', due: 'Due', days: 'Working days',
    jointReview: 'Joint review', basis: 'Basis', items: 'Items', at: 'When and where', minutes: 'Minutes', amount: 'Amount', months: 'Months', investment: 'Invested this month', image: 'Progress in words', forecast: 'Forecast', title: 'Title', detail: 'Detail', major: 'A major problem', party: 'To', outcome: 'Outcome',
    trialRun: 'End of the trial run', audit: 'Audit report', passed: 'Decision', rectify: 'To be rectified', until: 'Until', which: 'Which date', to: 'To', why: 'Why', forceMajeure: 'Force majeure', question: 'Question', user: 'Co-signer',
    standard: 'Standard', paper: 'Paper', unit: 'Unit', post: 'Post', key: 'Key', period: 'Month', what: 'What', add: 'Add a row', removeRow: 'Remove the row', upload: 'Choose files', wan: '×10,000 CNY', choose: 'Choose', range: 'between {{from}} and {{to}}',
  },
  choice: {
    decision: { admit: 'Admit', return: 'Return', refuse: 'Refuse' }, passed: { true: 'Passed', false: 'Not passed' }, which: { start: 'Start', completion: 'Completion' }, party: { owner: 'Owner', unit: 'Unit' },
  },
  chart: {
    title: 'The whole life', all: 'All', years: '3 years', year: 'Year', quarter: 'Quarter', month: 'Month', week: 'Week', day: 'Day', nearer: 'Nearer', farther: 'Farther', today: 'Today',
    fromTo: '{{from}} to {{to}}', since: 'since {{from}}', due: 'due {{due}}', firstDue: 'first due {{due}}', over: 'overdue',
  },
  project: {
    overview: 'Overview', chart: 'Chart', timeline: 'Timeline', items: 'Items', reports: 'Reports', problems: 'Problems', files: 'Files', planned: 'Planned start and completion', unit: 'Unit', sector: 'Sector', procedure: 'Procedure', open: 'Open work', done: 'Invested',
  },
  events: {
    seq: 'No.', at: 'Occurred', recorded: 'Recorded', what: 'What', who: 'Who', clause: 'By', auto: 'by itself', late: 'late entry', basis: 'Proved by {{basis}}', hidden: 'not shown yet', older: 'Earlier', newest: 'From the newest', from: 'From line {{seq}} on',
    type: 'Type', hash: 'Hash', empty: 'No such line', onBehalf: 'for {{name}}',
  },
  procedure: { approval: 'Approval', verification: 'Verification', filing: 'Filing' },
  projects: {
    title: 'Projects', name: 'Name', phase: 'Phase', status: 'Status', unit: 'Unit', investment: 'Investment', doneShare: 'Invested', nextDue: 'Next due', empty: 'No such project', sort: 'Sort',
    byDeclared: 'Newest', byNextDue: 'Next due', byInvestment: 'Investment', byName: 'Name', owner: 'Owner', sector: 'Sector', level: 'Level',
  },
  class: { 'long-term': 'Long-term', preparatory: 'Preparatory', construction: 'Construction' },
  wall: wall.en,
  unit: { large: 'CNY million', small: 'CNY million' },
  due: {
    left: '{{count}} working days left', less: 'Less than a working day left', over: '{{count}} working days over', paused: 'Clock stopped', none: 'No limit',
  },
  inbox: {
    title: 'Inbox', mine: 'Mine', unit: 'My unit', unassigned: 'Nobody has it', everyone: 'All units', closed: 'Closed', empty: 'Nothing to do', emptyHint: 'New work appears here by itself.',
    task: 'Task', project: 'Project', party: 'With', assignee: 'Handled by', nobody: 'Nobody', due: 'Due', lamp: 'Lamp', kind: 'Kind', text: 'Name of project or task', savedAs: 'Saved filters', saveThis: 'Save this filter', nameIt: 'Name the filter',
    remove: 'Remove', assign: 'Assign', assignTo: 'Assign to', reason: 'Reason', assigned: '{{count}} assigned', notAssigned: '{{count}} not assigned', opened: 'Received', sortDue: 'By due time', claim: 'Take',
  },
  admin: admin.en,
  desk: desk.en,
  mine: mine.en,
  parts: parts.en,
  record: record.en,
  attach: attach.en,
  declaration: declaration.en,
  life: life.en,
  owned: owned.en,
  office: office.en,
}
