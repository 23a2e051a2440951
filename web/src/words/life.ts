import { pair } from './like'

/** A project's life, page by page. */
export const life = pair({
  tab: { items: '审批事项', evaluation: '评估与前期计划', assurance: '要素与开工', reports: '月报', problems: '问题台账', completion: '竣工验收', files: '文件', notices: '消息' },
  itemState: { 'not-applicable': '不适用', waiting: '等前置事项', open: '待申报', received: '待受理', supplement: '补正中', accepted: '办理中', granted: '已批准', refused: '不予批准', withdrawn: '视为撤回' },
  item: {
    name: '事项', department: '部门', state: '状态', clock: '时限', papers: '材料', document: '批准文件', clause: '依据', round: '第{{n}}次申报', count: '{{given}}/{{all}}件', order: '先后顺序', stage: '第{{n}}批', after: '前置：{{items}}',
    deemed: '逾期未告知，视为受理', tacit: '超时默许', late: '超期办结', paused: '暂停计时', extended: '已延期{{count}}个工作日', supplemented: '已补正一次', received: '收到材料', decided: '办结', lapsed: '自动处理于', jointReview: '联评联审',
    none: '评估通过后，这里会列出要办的审批事项。', details: '材料和经过', orderHint: '同一批可以同时办理；每个事项在它的前置事项全部办结后开始，把光标移到事项上可以看到前置事项。', noPapers: '此事项不要求材料。',
  },
  paper: {
    name: '材料', state: '状态', files: '文件', given: '已提交', missing: '要求补正', owed: '承诺{{day}}前补交', lapse: '视为受理时缺，应于{{day}}前补交', kept: '已于{{day}}补交', broken: '承诺逾期，原定{{day}}', open: '未提交', deferrable: '可容缺', noFile: '没有电子文件', standard: '要求',
  },
  file: {
    name: '文件名', size: '大小', by: '上传', at: '时间', use: '用于', draft: '未提交', remove: '删除', removeSure: '删除这个没有提交的文件？', removed: '已删除', upload: '上传文件', quarantined: '正在查毒', refused: '查出病毒，已清除', clean: '可下载', empty: '还没有文件', with: '随“{{what}}”提交', download: '下载{{name}}',
    uploadHint: '先上传，以后在提交材料、报送月报时选用；没有提交的只有本单位能看到。', digest: '摘要', drafts: '未提交的文件', none: '没有查到文件', concern: '有关文件',
  },
  evaluation: {
    result: '结论', pass: '通过', revise: '修改后再评', reject: '不通过', average: '平均分', passMark: '合格线', round: '第{{n}}轮', expert: '专家', state: '状态', invited: '待评分', scored: '已评分', declined: '已谢绝', silent: '到期未评，已递补', total: '总分', opinion: '意见', hidden: '全部评分提交之前，分数和意见只有本人可见。',
    draw: '抽取记录', drawn: '随机种子和候选名单在时间线上，可以复核', skipped: '按政策包规定，本项目不需要专家评估。', none: '还没有抽取专家。', recused: '已回避：{{experts}}', specialities: '专业', weight: '满分{{max}}', plan: '前期工作计划', node: '节点', due: '应于', done: '完成', post: '责任岗位', noPlan: '评估通过后，由责任单位报送前期工作计划。', proposal: '申报方案', criteria: '评分标准', quorum: '至少{{n}}名专家评分有效', mine: '我',
  },
  need: {
    resource: '要素', year: '年度', asked: '申请', amount: '确认', state: '状态', place: '排队位次', since: '始于', asking: '待确认', confirmed: '已确认', waiting: '排队中', reserved: '已预留', committed: '已核销', freed: '已释放', declined: '不予确认', nth: '第{{n}}位',
    conditions: '开工条件', condition: '条件', met: '已具备', open: '未具备', document: '证明文件', started: '开工日期', latest: '最迟开工', none: '没有申请要素。', benefit: { investment: '同级按投资效益排队', tax: '同级按税收效益排队' }, ledger: '指标台账', act: '操作', note: '说明', who: '办理人', at: '时间',
    acts: { add: '追加', cut: '核减', reserve: '预留', commit: '核销', free: '释放', wait: '排队', leave: '退出排队' }, ahead: '前面的项目先落实，指标追加或释放后自动前移。',
  },
  report: {
    month: '月份', planned: '计划', done: '完成', share: '完成率', lamp: '灯', plannedToDate: '累计计划', doneToDate: '累计完成', image: '形象进度', records: '更正', filed: '报送', record: '第{{seq}}号', corrects: '更正第{{seq}}号', reason: '更正理由', forecast: '下月预计', awaited: '待报送', none: '开工后，这里按月列出计划和完成的投资。', noPlan: '没有报送分月计划，按计划工期平均计算。', original: '原报', wan: '单位：万元', superseded: '已被更正', times: '{{count}}次', redMonths: '已连续{{count}}个月红灯', lamps: { green: '正常', yellow: '滞后', red: '严重滞后' },
  },
  problem: { title: '问题', major: '重大', registered: '登记', party: '交办给', state: '状态', open: '未交办', assigned: '办理中', closed: '已销号', outcome: '办理结果', none: '没有登记的问题。', rounds: '第{{n}}次交办', all: '全部', unclosed: '未销号', report: '登记问题' },
  completion: { requested: '申请验收', trialRun: '试运行结束', settlement: '竣工决算', audit: '审计报告', settled: '审计完成', accepted: '通过验收', document: '验收文件', returned: '上次未通过', rounds: '验收次数', rectify: '整改清单', what: '整改内容', by: '由谁整改', due: '应于', done: '完成', none: '竣工并试运行后，由业主申请验收。' },
  notice: { kind: '类别', text: '内容', at: '时间', task: '查看待办', none: '没有发给您的消息。', unread: '未读', kinds: { reminder: '催办', overdue: '逾期', 'supervision-notice': '督办', criticism: '通报', interview: '约谈', task: '待办', information: '告知' } },
  task: { record: '办理经过', recordHint: '只列与这项待办有关的记录', papers: '材料', asked: '补正告知', commitments: '容缺承诺', question: '征求{{name}}意见', cosign: '加签', signed: '已签署', unsigned: '待签署', askedNow: '正在征求{{name}}的意见', declaration: '申报内容', returned: '退回意见', none: '还没有办理记录', subject: '事项情况', whole: '项目全貌' },
  events: { kind: '记录种类', actor: '办理人', clock: '时限说明', kinds: { planning: '申报入库', evaluation: '专家评估', items: '审批事项', assurance: '要素和开工', reports: '建设和月报', problems: '问题', completion: '竣工验收', deadlines: '期限变动', escalation: '催办督办约谈', people: '签收转办加签', files: '文件材料', status: '项目状态' } },
  chart: { waiting: '等待指标', supplement: '补正', due: '期限' },
  print: { at: '打印于{{at}}', page: '重大项目全程管理' },
}, {
  tab: { items: 'Items', evaluation: 'Evaluation and pre-work', assurance: 'Resources and start', reports: 'Reports', problems: 'Problems', completion: 'Acceptance', files: 'Files', notices: 'Notices' },
  itemState: { 'not-applicable': 'Not applicable', waiting: 'Waits for others', open: 'To be submitted', received: 'To be accepted', supplement: 'Supplement asked', accepted: 'Being decided', granted: 'Granted', refused: 'Refused', withdrawn: 'Taken as withdrawn' },
  item: {
    name: 'Item', department: 'Department', state: 'State', clock: 'Clock', papers: 'Papers', document: 'Document', clause: 'By', round: 'Round {{n}}', count: '{{given}} of {{all}}', order: 'Order', stage: 'Step {{n}}', after: 'After {{items}}',
    deemed: 'Accepted by lapse', tacit: 'Granted by silence', late: 'Decided late', paused: 'Clock stopped', extended: 'Extended by {{count}} working days', supplemented: 'Supplemented once', received: 'Papers received', decided: 'Decided', lapsed: 'By itself at', jointReview: 'Joint review',
    none: 'Once the evaluation is passed, the items to be approved are listed here.', details: 'Papers and record', orderHint: 'What is in one step can go on at the same time; an item begins when those that it names as prerequisites are decided: point at it to see them.', noPapers: 'The item asks for no papers.',
  },
  paper: {
    name: 'Paper', state: 'State', files: 'Files', given: 'Handed in', missing: 'Asked for', owed: 'Promised for {{day}}', lapse: 'Missing when deemed accepted, due {{day}}', kept: 'Supplied {{day}}', broken: 'Promise of {{day}} not kept', open: 'Not handed in', deferrable: 'may follow', noFile: 'No file', standard: 'Standard',
  },
  file: {
    name: 'Name', size: 'Size', by: 'Uploaded by', at: 'When', use: 'For', draft: 'Not handed in', remove: 'Remove', removeSure: 'Remove this file, which was not handed in?', removed: 'Removed', upload: 'Upload files', quarantined: 'Being scanned', refused: 'Infected, removed', clean: 'Ready', empty: 'No files yet', with: 'Handed in with “{{what}}”', download: 'Download {{name}}',
    uploadHint: 'Upload now and choose them later, when you hand papers in or report; until then only your own unit sees them.', digest: 'Digest', drafts: 'Not handed in yet', none: 'No such file', concern: 'Files',
  },
  evaluation: {
    result: 'Result', pass: 'Passed', revise: 'To be revised', reject: 'Rejected', average: 'Average', passMark: 'Pass mark', round: 'Round {{n}}', expert: 'Expert', state: 'State', invited: 'To score', scored: 'Scored', declined: 'Declined', silent: 'Silent, replaced', total: 'Total', opinion: 'Opinion', hidden: 'Until all are in, marks and opinions are seen only by whoever gave them.',
    draw: 'The draw', drawn: 'Seed and candidates are on the timeline, so that the draw can be checked', skipped: 'By the policy pack this project needs no evaluation.', none: 'No panel is drawn yet.', recused: 'Recused: {{experts}}', specialities: 'Specialities', weight: 'of {{max}}', plan: 'Pre-work plan', node: 'Node', due: 'Due', done: 'Done', post: 'Post', noPlan: 'After the evaluation the unit files its pre-work plan.', proposal: 'Proposal', criteria: 'Criteria', quorum: 'At least {{n}} experts must score', mine: 'me',
  },
  need: {
    resource: 'Resource', year: 'Year', asked: 'Asked', amount: 'Confirmed', state: 'State', place: 'Place in line', since: 'Since', asking: 'To be confirmed', confirmed: 'Confirmed', waiting: 'In line', reserved: 'Reserved', committed: 'Committed', freed: 'Freed', declined: 'Declined', nth: 'No. {{n}}',
    conditions: 'Conditions of the start', condition: 'Condition', met: 'Met', open: 'Open', document: 'Document', started: 'Started', latest: 'Latest start', none: 'No resource is asked for.', benefit: { investment: 'equal levels by investment', tax: 'equal levels by tax' }, ledger: 'Quota ledger', act: 'Act', note: 'Note', who: 'By', at: 'At',
    acts: { add: 'Added', cut: 'Cut', reserve: 'Reserved', commit: 'Committed', free: 'Freed', wait: 'In line', leave: 'Left the line' }, ahead: 'Those before are served first; the line moves by itself when quota is added or freed.',
  },
  report: {
    month: 'Month', planned: 'Planned', done: 'Invested', share: 'Share', lamp: 'Lamp', plannedToDate: 'Planned to date', doneToDate: 'Invested to date', image: 'Progress in words', records: 'Corrected', filed: 'Filed', record: 'No. {{seq}}', corrects: 'corrects no. {{seq}}', reason: 'Why corrected', forecast: 'Forecast', awaited: 'Awaited', none: 'Once construction has begun, plan and investment are listed here month by month.', noPlan: 'No monthly plan is filed; the planned time is reckoned evenly.', original: 'First report', wan: 'in 10,000 CNY', superseded: 'superseded', times: '{{count}}×', redMonths: 'Red for {{count}} months running', lamps: { green: 'as planned', yellow: 'behind', red: 'far behind' },
  },
  problem: { title: 'Problem', major: 'Major', registered: 'Registered', party: 'With', state: 'State', open: 'Not assigned', assigned: 'Being solved', closed: 'Closed', outcome: 'Outcome', none: 'No problem is registered.', rounds: 'assigned {{n}} times', all: 'All', unclosed: 'Open', report: 'Register a problem' },
  completion: { requested: 'Acceptance requested', trialRun: 'End of the trial run', settlement: 'Final account', audit: 'Audit report', settled: 'Audited', accepted: 'Accepted', document: 'Document', returned: 'Not passed last time', rounds: 'Rounds', rectify: 'To be rectified', what: 'What', by: 'By', due: 'Due', done: 'Done', none: 'After completion and trial run the owner requests the acceptance.' },
  notice: { kind: 'Kind', text: 'Text', at: 'At', task: 'See the task', none: 'No notice for you.', unread: 'Unread', kinds: { reminder: 'Reminder', overdue: 'Overdue', 'supervision-notice': 'Supervision', criticism: 'Criticism', interview: 'Interview', task: 'Task', information: 'Information' } },
  task: { record: 'What was done', recordHint: 'Only the lines about this task', papers: 'Papers', asked: 'Supplement asked', commitments: 'Promised papers', question: 'Asked {{name}}', cosign: 'Co-signers', signed: 'signed', unsigned: 'to sign', askedNow: '{{name}} is being asked', declaration: 'Declaration', returned: 'Returned because', none: 'Nothing was done yet', subject: 'The item', whole: 'The whole project' },
  events: { kind: 'Kind of entry', actor: 'Who', clock: 'Explain the limit', kinds: { planning: 'Declaration', evaluation: 'Evaluation', items: 'Items', assurance: 'Resources and start', reports: 'Construction and reports', problems: 'Problems', completion: 'Acceptance', deadlines: 'Moved limits', escalation: 'Reminders and supervision', people: 'Who has it', files: 'Files and papers', status: 'Status' } },
  chart: { waiting: 'Waits for quota', supplement: 'Supplement', due: 'Due' },
  print: { at: 'Printed {{at}}', page: 'Major projects' },
})
