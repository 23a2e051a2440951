// Words of the project office's rooms: declaring, quotas, policy packs, calendars, broadcasts.

import { pair } from './like'

export const office = pair(
  {
    declare: {
      title: '申报项目', one: '单个申报', many: '从表格批量申报', submit: '申报', preview: '先试算', previewed: '试算结果：按现行政策包可以申报。将登记：', draft: '有未申报的草稿（{{at}}保存）', discard: '清空草稿', discarded: '草稿已清空', kept: '填写的内容自动保存在本浏览器，申报后清除。',
      done: '已申报“{{name}}”', open: '查看项目', another: '再申报一个', post: '以哪个岗位申报', pack: '按“{{title}}”（{{version}}）申报', noPack: '本辖区还没有现行政策包，暂时不能申报。', required: '带 * 的为必填项。',
    },
    table: {
      how: '下载模板，一行填一个项目，上传后逐格检查。全部无误才能申报；申报时要么全部申报，要么一个也不申报。', template: '下载模板', choose: '选择表格', drop: '点击或拖入 .xlsx 文件，最大5 MB，最多500行', checking: '正在检查…', file: '文件', again: '重新检查',
      ready: '共{{count}}个项目，全部可以申报', faulty: '共{{total}}个项目，{{ready}}个可以申报；有{{count}}处问题，请在表格中改正后重新上传。', more: '只列出前{{count}}处', warnings: '{{count}}处提示，请核对；不妨碍申报。', all: '申报全部{{count}}个项目', sure: '申报全部{{count}}个项目？', sureWhy: '申报后各项目分别进入初审，不能一并撤回。',
      row: '行', column: '栏目', cell: '单元格', faults: '问题', problem: '问题说明', goto: '到这一格', same: '可能重复的项目', onlyFaulty: '只看有问题的行', progress: '已登记{{recorded}}／{{total}}', working: '已全部收下，正在逐个登记。可以离开本页，登记会继续。', done: '已全部申报', refused: '{{count}}个项目没有登记，原因见下表；其余已登记。', next: '再申报一张表',
      result: '结果', state: { pending: '正在登记', recorded: '已登记', refused: '未登记' }, lost: '没有找到这次批量申报，可能是别人的。', mark: '有误', note: '提示', last: '上次的批量申报',
    },
    quotas: {
      title: '要素指标', resource: '要素', year: '年度', jurisdiction: '辖区', total: '总量', reserved: '已预留', committed: '已核销', free: '可用', waiting: '排队', waitingCount: '{{count}}个项目', waitingFor: '排队总量', empty: '还没有指标', emptyHint: '上级下达指标后，由重大项目办在这里登记；项目的要素需求确认后自动预留。', used: '已用',
      ledger: '台账', line: '排队', act: '变动', amount: '数量', at: '时间', who: '办理人', clause: '依据', project: '项目', note: '说明', place: '位次', since: '排队自', level: '层级', benefit: '单位效益', ledgerEmpty: '没有变动', lineEmpty: '没有项目排队', add: '增加或核减', details: '{{resource}}（{{year}}年）',
      acts: { add: '增加', cut: '核减', reserve: '预留', commit: '核销', free: '释放', wait: '排队', leave: '离队' }, help: { reserved: '已确认需求、尚未开工的项目占用', committed: '已开工的项目用去', free: '总量减去已预留和已核销', waiting: '可用量不够，按层级和效益排队，指标增加时自动前移' },
      form: { title: '增加或核减指标', add: '增加', cut: '核减', clause: '依据的条款', clauseHelp: '条款编号，如 GG-3n', reason: '理由、文号', submit: '登记', after: '登记后总量：{{total}}', done: '已登记', amount: '请填写正数，最多四位小数' },
    },
    packs: {
      title: '政策包', name: '名称', version: '版本', hash: '摘要', inForce: '现行于', notInForce: '未启用', published: '发布', jurisdiction: '辖区', everywhere: '通用', read: '阅读', compare: '比较所选两版', chooseTwo: '勾选两个版本进行比较', publish: '发布新版', empty: '还没有政策包',
      publishTitle: '发布政策包', publishHelp: '选择或粘贴政策包的 YAML 文件。发布后，新申报的项目按它办理；办理中的项目不变，要改用须另行下达。', where: '在哪个辖区启用', wherePack: '政策包写明的辖区', publishSubmit: '检查并发布', publishedDone: '已发布并启用', text: '文件内容', pick: '选择文件', faults: '有{{count}}处问题', line: '行', column: '列',
      adopt: '办理中的项目改用本版', adoptTitle: '办理中的项目改用本版', adoptHelp: '先试算每个项目会增加、减少哪些事项；看过试算结果、启动下达之后才改用。已经开始的按原规定办完。', adoptWhere: '辖区', adoptSubmit: '开始试算',
    },
    pack: {
      source: '依据文件', issued: '文号、日期', extends: '继承自', hash: '摘要', find: '查找规则', nothing: '没有符合的规则', raw: '下载 YAML 原文', contents: '目录', colon: '：', deferrable: '（可容缺）', calendarDays_one: '{{count}}日', calendarDays_other: '{{count}}日', dayOfMonth: '每月{{day}}日前', months_one: '连续{{count}}个月', months_other: '连续{{count}}个月', clause: '依据', rule: '规则', says: '内容', count_one: '{{count}}条', count_other: '{{count}}条', print: '打印',
    },
    compare: {
      title: '比较政策包', from: '原版', to: '新版', added: '新增', removed: '删除', changed: '修改', same: '两版的规则相同', before: '原为', after: '改为', none: '（无）', clause: '依据', swap: '对调', name: '名称', summary: '新增{{added}}条，删除{{removed}}条，修改{{changed}}条',
    },
    part: {
      general: '计时', library: '入库', evaluation: '专家评估', approval: '并联审批的一般规定', items: '审批事项', assurance: '要素保障', startup: '开工', construction: '建设', completion: '竣工投产', ladders: '督办阶梯', departments: '审批部门',
    },
    fact: {
      hours: '工作时间', warn: '到期前提醒', pause: '可以暂停计时', late: '补录最多追溯', days: '时限', ladder: '督办', limitClause: '天数的依据', says: '规定', when: '适用', standard: '入库标准', review: '入库初审', recognition: '领导小组审定', replacement: '减一增一', archive: '办结后归档', sectors: '行业', kinds: '项目类别', fundings: '资金来源', tags: '标签', choices: '可选',
      required: '须评估的项目', panel: '评估组', experts: '专家人数', quorum: '最少到会', passMark: '通过分', reviseMark: '修改后再评分', criterion: '评分标准', max: '满分', specialities: '专业', draw: '抽取专家', scoring: '专家评分', revision: '修改方案', plan: '前期工作计划', decision: '审批办结', submission: '业主申报', completeness: '材料完整性审查', supplement: '补正材料',
      deferral: '容缺承诺', extension: '延期最多', jointReview: '联评联审', department: '承办部门', phase: '阶段', procedures: '办理方式', after: '前置事项', otherwise: '不适用时', papers: '材料', pauses: '可暂停', tacit: '逾期默认', confirm: '确认要素需求', waiting: '落实排队指标', levels: '排队的层级顺序', unit: '计量单位', scale: '小数位', benefit: '按效益排队',
      start: '开工', latestStart: '最迟开工', date: '日期', party: '承办', monthly: '月报', day: '报送', lamp: '进度灯', yellow: '黄灯', red: '红灯', supervisedRed: '红灯督办', problem: '问题销号', completion: '按期竣工', settlement: '决算审计', joint: '竣工验收', rectification: '验收整改', rungs: '逐级',
    },
    party: { handler: '经办人', head: '部门负责人', party: '承办方', unit: '责任单位', owner: '项目业主', office: '重大项目办', supervisor: '督查', leader: '领导' },
    benefit: { investment: '每单位投资额', tax: '每单位税收' },
    rung: { before_one: '到期前{{count}}个工作日', before_other: '到期前{{count}}个工作日', on: '到期当日', after_one: '超期{{count}}个工作日', after_other: '超期{{count}}个工作日', afterPrevious_one: '再过{{count}}个工作日', afterPrevious_other: '再过{{count}}个工作日', morning: '早上', repeat: '，此后每个工作日', says: '{{when}}：{{what}}，送{{to}}（{{clause}}）' },
    condition: {
      always: '全部项目', tagged: '有标签{{tag}}', untagged: '没有标签{{tag}}', wan: '{{n}}万元', yi: '{{n}}亿元', not: '非', and: '，且', or: '，或', comma: '、', is: '为', isNot: '不是', atLeast: '不低于', over: '大于', atMost: '不高于', under: '低于', in: '属于', between: ' ', quoted: '“{{name}}”', need: '{{resource}}需求（{{unit}}）',
      investment: '总投资', investmentUSD: '外资（美元）', sector: '行业', kind: '项目类别', level: '项目层级', procedure: '办理方式', funding: '资金来源', government: '政府投资', tags: '标签', ratio: '完成率', done: '完成投资', planned: '计划投资', share: '完成比例',
    },
    calendar: {
      title: '工作日历', year: '年份', version: '日历版本', provisional: '这一年的放假通知还没有发布，暂按周末推算；发布后各时限会重新计算。', days: '年历', deadline: '推算时限', load: '发布放假通知', versions: '各版本', inForce: '现行', weekdays: '一二三四五六日', holiday: '休', makeup: '班', months: '{{month}}月',
      kind: { workday: '工作日', weekend: '周末', holiday: '节假日', makeup: '调休上班' }, holidays: '放假和调休', count: '全年{{working}}个工作日', noName: '调休',
      received: '收到时间', limit: '工作日数', pauses: '暂停计时', addPause: '增加一段暂停', closeTime: '下班时间', work: '推算', due: '到期：{{due}}', deemed: '视为收到：{{day}}', standing: '仍在暂停，没有到期时间', counted: '按日历 {{version}} 推算', from: '自', to: '至', stillPaused: '至今',
      loadHelp: '按国务院办公厅放假通知填写（YAML）：holidays 列出全部放假的日子（含周末），makeupWorkdays 列出调休上班的日子。提交后先试算哪些时限会变，启动下达后才生效。', loadSubmit: '检查并试算', sample: '填入样例', text: '通知内容', pick: '选择文件',
      sampleText: 'year: {{year}}\nnotice: 国办发明电〔〕号\nholidays:\n  {{year}}-01-01: 元旦\nmakeupWorkdays:\n  {{year}}-01-04: 元旦\n',
    },
    broadcasts: {
      title: '规则下达', empty: '还没有下达过', emptyHint: '发布放假通知，或让办理中的项目改用新版政策包时，在这里试算和启动。', name: '名称', what: { calendar: '放假通知', pack: '改用政策包' }, kind: '类别', progress: '进度', affected: '会变的项目', created: '提出', by: '{{who}}，{{at}}',
      state: { preparing: '正在试算', previewed: '等待启动', running: '正在下达', paused: '已暂停', done: '已完毕', failed: '已中断' }, stateLabel: '状态',
      foreseen: '试算了{{foreseen}}个进行中的项目，{{affected}}个会变，共{{moved}}处；{{impossible}}个无法照办。', noMoves: '没有会变的时限或事项', moves: '会变的时限和事项', impossible: '无法照办', exceptions: '没有照办', movesEmpty: '没有', project: '项目', change: '变化', party: '承办', from: '原到期', to: '改为', reason: '原因', unknown: '结果还没有查明，会自动再告知',
      start: '启动下达', pause: '暂停', resume: '继续', startTitle: '启动下达？', startWhy: '{{affected}}个项目的{{moved}}处时限或事项会变。逐个告知进行中的项目，每个只告知一次，不能撤回。', pace: '每秒告知项目数（不填按系统设定）', told: '已告知{{asked}}／{{total}}', follow: '照办{{done}}，拒绝{{refused}}，结果未知{{pending}}', closed: '{{count}}个已归档或已按新规则办理，不必告知', jurisdiction: '辖区', subject: '对象', previewedAt: '试算完成', started: '启动', ended: '结束', real: '以上为实际时间。', failed: '中断原因：{{error}}', all: '全部',
    },
    pool: { title: '专家库（{{jurisdiction}}）', wanted: '须抽{{count}}名专家', speciality: '专业', count: '可抽人数', conflict: '不含已出库的和应回避本项目责任单位、业主的；对本项目另行登记回避的在抽取时排除。', empty: '专家库里还没有专家，请先在“专家库”登记。' },
  },
  {
    declare: {
      title: 'Declare a project', one: 'One project', many: 'Many from a table', submit: 'Declare', preview: 'Try it first', previewed: 'It can be declared under the pack in force. This would be recorded:', draft: 'There is a draft (kept {{at}})', discard: 'Discard the draft', discarded: 'The draft is gone', kept: 'What you type is kept in this browser until it is declared.',
      done: 'Declared “{{name}}”', open: 'Open the project', another: 'Declare another', post: 'Declare in the post', pack: 'Under “{{title}}” ({{version}})', noPack: 'No policy pack is in force here yet; nothing can be declared.', required: 'Fields with * are required.',
    },
    table: {
      how: 'Download the template, fill in one project per row, and send it to be checked cell by cell. Only a table without faults can be declared: all of it, or none.', template: 'Download the template', choose: 'Choose a table', drop: 'Click, or drop an .xlsx file here: at most 5 MB and 500 rows', checking: 'Checking…', file: 'File', again: 'Check again',
      ready: '{{count}} projects, all can be declared', faulty: '{{total}} projects, {{ready}} can be declared; {{count}} faults. Mend them in the table and send it again.', more: 'The first {{count}} are listed', warnings: '{{count}} things to look at; they do not stand in the way.', all: 'Declare all {{count}} projects', sure: 'Declare all {{count}} projects?', sureWhy: 'Each goes to its entry review; they cannot be taken back together.',
      row: 'Row', column: 'Column', cell: 'Cell', faults: 'Faults', problem: 'What is wrong', goto: 'Go to the cell', same: 'The project that seems the same', onlyFaulty: 'Only rows with faults', progress: '{{recorded}} of {{total}} recorded', working: 'All were taken in and are being recorded one by one. You may leave this page; it goes on.', done: 'All are declared', refused: '{{count}} projects were not recorded, for the reasons below; the others are.', next: 'Another table',
      result: 'Outcome', state: { pending: 'Being recorded', recorded: 'Recorded', refused: 'Not recorded' }, lost: 'There is no such import; it may be somebody else’s.', mark: 'fault', note: 'note', last: 'The last import',
    },
    quotas: {
      title: 'Quotas', resource: 'Resource', year: 'Year', jurisdiction: 'Jurisdiction', total: 'Total', reserved: 'Reserved', committed: 'Committed', free: 'Free', waiting: 'In line', waitingCount: '{{count}} projects', waitingFor: 'Waited for', empty: 'There is no quota yet', emptyHint: 'The project office enters quotas here when they are granted; confirmed needs of projects reserve from them by themselves.', used: 'Used',
      ledger: 'Ledger', line: 'Waiting line', act: 'Movement', amount: 'Amount', at: 'When', who: 'By', clause: 'Clause', project: 'Project', note: 'Note', place: 'Place', since: 'In line since', level: 'Level', benefit: 'Benefit per unit', ledgerEmpty: 'No movement', lineEmpty: 'No project is waiting', add: 'Add or cut', details: '{{resource}} ({{year}})',
      acts: { add: 'Added', cut: 'Cut', reserve: 'Reserved', commit: 'Committed', free: 'Freed', wait: 'Joined the line', leave: 'Left the line' }, help: { reserved: 'Held by projects whose need is confirmed and that have not started', committed: 'Used by projects that have started', free: 'The total less what is reserved and committed', waiting: 'There is not enough; projects wait by level and benefit and move up by themselves' },
      form: { title: 'Add to a quota, or cut it', add: 'Add', cut: 'Cut', clause: 'Clause', clauseHelp: 'The id of a clause, such as GG-3n', reason: 'Reason and document', submit: 'Enter', after: 'Total afterwards: {{total}}', done: 'Entered', amount: 'A positive number with at most four decimal places' },
    },
    packs: {
      title: 'Policy packs', name: 'Name', version: 'Version', hash: 'Digest', inForce: 'In force in', notInForce: 'Not in force', published: 'Published', jurisdiction: 'Jurisdiction', everywhere: 'Any', read: 'Read', compare: 'Compare the two', chooseTwo: 'Tick two versions to compare them', publish: 'Publish a version', empty: 'There is no pack yet',
      publishTitle: 'Publish a policy pack', publishHelp: 'Choose or paste the pack’s YAML file. Projects declared from then on go by it; open ones stay as they are until they are moved.', where: 'In force in', wherePack: 'The jurisdiction that the pack names', publishSubmit: 'Check and publish', publishedDone: 'Published and in force', text: 'Content of the file', pick: 'Choose a file', faults: '{{count}} faults', line: 'Line', column: 'Column',
      adopt: 'Move open projects to this version', adoptTitle: 'Move open projects to this version', adoptHelp: 'First it is worked out which items would come or go for each project; they move only when you have seen that and start it. What has begun ends by the old rules.', adoptWhere: 'Jurisdiction', adoptSubmit: 'Work it out',
    },
    pack: {
      source: 'Source', issued: 'Issued', extends: 'Extends', hash: 'Digest', find: 'Find a rule', nothing: 'No rule fits', raw: 'Download the YAML', contents: 'Contents', colon: ': ', deferrable: ' (may follow later)', calendarDays_one: '{{count}} day', calendarDays_other: '{{count}} days', dayOfMonth: 'by day {{day}} of each month', months_one: '{{count}} month in a row', months_other: '{{count}} months in a row', clause: 'Clause', rule: 'Rule', says: 'What it says', count_one: '{{count}} rule', count_other: '{{count}} rules', print: 'Print',
    },
    compare: {
      title: 'Compare policy packs', from: 'Before', to: 'After', added: 'Added', removed: 'Removed', changed: 'Changed', same: 'The rules of both are the same', before: 'Was', after: 'Is', none: '(nothing)', clause: 'Clause', swap: 'Swap', name: 'Name', summary: '{{added}} added, {{removed}} removed, {{changed}} changed',
    },
    part: {
      general: 'Clock', library: 'Library', evaluation: 'Expert evaluation', approval: 'Parallel approval in general', items: 'Approval items', assurance: 'Resources', startup: 'Start', construction: 'Construction', completion: 'Completion', ladders: 'Escalation ladders', departments: 'Departments',
    },
    fact: {
      hours: 'Office hours', warn: 'Warned before due', pause: 'The clock may stand still', late: 'Late entries reach back', days: 'Limit', ladder: 'Escalation', limitClause: 'Clause of the limit', says: 'Rule', when: 'Applies to', standard: 'Standard of entry', review: 'Entry review', recognition: 'Recognition', replacement: 'Replacement', archive: 'Archived after', sectors: 'Sectors', kinds: 'Kinds', fundings: 'Fundings', tags: 'Tags', choices: 'Choices',
      required: 'To be evaluated', panel: 'Panel', experts: 'Experts', quorum: 'Quorum', passMark: 'Pass mark', reviseMark: 'Revise from', criterion: 'Criterion', max: 'Marks', specialities: 'Specialities', draw: 'Draw', scoring: 'Scoring', revision: 'Revision', plan: 'Pre-work plan', decision: 'Decision of an item', submission: 'Submission', completeness: 'Completeness check', supplement: 'Supplement',
      deferral: 'Deferred papers', extension: 'Extension at most', jointReview: 'Joint review', department: 'Department', phase: 'Phase', procedures: 'Procedures', after: 'After', otherwise: 'Otherwise', papers: 'Papers', pauses: 'May pause for', tacit: 'Granted by silence', confirm: 'Confirming needs', waiting: 'Waiting for quotas', levels: 'Order of levels in line', unit: 'Unit', scale: 'Decimal places', benefit: 'Ranked by',
      start: 'Start', latestStart: 'Latest start', date: 'Date', party: 'With', monthly: 'Monthly report', day: 'Due', lamp: 'Progress lamp', yellow: 'Yellow', red: 'Red', supervisedRed: 'Supervised when red for', problem: 'Closing problems', completion: 'Completion on time', settlement: 'Audited account', joint: 'Joint acceptance', rectification: 'Rectification', rungs: 'Rungs',
    },
    party: { handler: 'the handler', head: 'the head of department', party: 'the party', unit: 'the unit', owner: 'the owner', office: 'the project office', supervisor: 'supervisors', leader: 'leaders' },
    benefit: { investment: 'investment per unit', tax: 'tax per unit' },
    rung: { before_one: '{{count}} working day before', before_other: '{{count}} working days before', on: 'on the due day', after_one: '{{count}} working day after', after_other: '{{count}} working days after', afterPrevious_one: '{{count}} working day later', afterPrevious_other: '{{count}} working days later', morning: ' in the morning', repeat: ' and every working day after', says: '{{when}}: {{what}} to {{to}} ({{clause}})' },
    condition: {
      always: 'all projects', tagged: 'tagged {{tag}}', untagged: 'not tagged {{tag}}', wan: '{{n}} × CNY 10,000', yi: '{{n}} × CNY 100 million', not: 'not', and: 'and', or: 'or', comma: 'or', is: 'is', isNot: 'is not', atLeast: 'at least', over: 'over', atMost: 'at most', under: 'under', in: 'is one of', between: ' ', quoted: '“{{name}}”', need: '{{resource}} asked for ({{unit}})',
      investment: 'investment', investmentUSD: 'foreign investment (USD)', sector: 'sector', kind: 'kind', level: 'level', procedure: 'procedure', funding: 'funding', government: 'government investment', tags: 'tags', ratio: 'share of the plan done', done: 'done', planned: 'planned', share: 'share done',
    },
    calendar: {
      title: 'Calendar', year: 'Year', version: 'Version', provisional: 'The notice of this year is not published yet; weekends are assumed. Deadlines are worked out anew when it is.', days: 'The year', deadline: 'Work out a deadline', load: 'Publish a notice', versions: 'Versions', inForce: 'In force', weekdays: 'MTWTFSS', holiday: 'H', makeup: 'W', months: 'Month {{month}}',
      kind: { workday: 'Working day', weekend: 'Weekend', holiday: 'Holiday', makeup: 'Make-up working day' }, holidays: 'Holidays and make-up days', count: '{{working}} working days in the year', noName: 'Make-up',
      received: 'Received', limit: 'Working days', pauses: 'The clock stands still', addPause: 'Add a span', closeTime: 'Close of business', work: 'Work it out', due: 'Due: {{due}}', deemed: 'Deemed received: {{day}}', standing: 'The clock still stands; there is no due time', counted: 'By calendar {{version}}', from: 'From', to: 'To', stillPaused: 'until now',
      loadHelp: 'Write down the notice of the State Council as YAML: holidays lists every day off (weekends too), makeupWorkdays the weekend days that are worked. It is first worked out which deadlines would move; it comes into force when it is started.', loadSubmit: 'Check and work it out', sample: 'Put a sample in', text: 'The notice', pick: 'Choose a file',
      sampleText: 'year: {{year}}\nnotice: number of the notice\nholidays:\n  {{year}}-01-01: New Year\nmakeupWorkdays:\n  {{year}}-01-04: New Year\n',
    },
    broadcasts: {
      title: 'Broadcasts', empty: 'Nothing was broadcast yet', emptyHint: 'A notice of holidays, or a move of open projects to a new pack, is worked out and started here.', name: 'Name', what: { calendar: 'Notice of holidays', pack: 'Move to a pack' }, kind: 'Kind', progress: 'Progress', affected: 'Projects that change', created: 'Asked for', by: '{{who}}, {{at}}',
      state: { preparing: 'Being worked out', previewed: 'Waiting to be started', running: 'Running', paused: 'Paused', done: 'Done', failed: 'Failed' }, stateLabel: 'State',
      foreseen: '{{foreseen}} open projects were looked at; {{affected}} would change, in {{moved}} places; {{impossible}} could not follow.', noMoves: 'No deadline or item would change', moves: 'What would change', impossible: 'Cannot follow', exceptions: 'Have not followed', movesEmpty: 'None', project: 'Project', change: 'Change', party: 'With', from: 'Was due', to: 'Would be', reason: 'Reason', unknown: 'The outcome is not known yet; it is told again by itself',
      start: 'Start', pause: 'Pause', resume: 'Resume', startTitle: 'Start it?', startWhy: '{{moved}} deadlines or items of {{affected}} projects would change. Open projects are told one by one, each once; it cannot be taken back.', pace: 'Projects told per second (as set up when empty)', told: '{{asked}} of {{total}} told', follow: '{{done}} followed, {{refused}} refused, {{pending}} unknown', closed: '{{count}} are archived or follow already and need not be told', jurisdiction: 'Jurisdiction', subject: 'Subject', previewedAt: 'Worked out', started: 'Started', ended: 'Ended', real: 'These are real times.', failed: 'It failed: {{error}}', all: 'All',
    },
    pool: { title: 'Pool of experts ({{jurisdiction}})', wanted: '{{count}} experts are to be drawn', speciality: 'Speciality', count: 'Can be drawn', conflict: 'Without those who have left the pool or are in conflict with the unit or owner; conflicts noted for this project are left out in the draw.', empty: 'There is no expert in the pool yet; register some under “Experts” first.' },
  },
)
