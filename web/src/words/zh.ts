import { admin } from './admin'
import { desk } from './desk'
import { mine } from './mine'
import { parts } from './parts'
import { record } from './record'
import { attach } from './attach'
import { declaration } from './declaration'
import { life } from './life'
import { owned } from './owned'
import { office } from './office'
import { wall } from './wall'

export const zh = {
  name: '里程',
  city: '重大项目全程管理',
  nav: {
    mine: '我的项目', inbox: '待办', projects: '项目', wall: '看板', reports: '月报', quotas: '要素指标', declare: '申报项目', notices: '消息', rules: '规则',
    packs: '政策包', calendars: '工作日历', broadcasts: '规则下达', people: '账号', masters: '基础数据', audit: '审计', me: '我的账号', experts: '专家库',
  },
  session: {
    title: '登录里程', account: '账号', password: '密码', signIn: '登录', signOut: '退出', stillIn: '服务器没有应答，还没有退出。请稍后再点“退出”；使用公共电脑时请先关闭浏览器。', signOn: '单点登录', or: '或',
    ended: '登录已结束，请重新登录。您填写的内容还在。', required: '请填写',
    prove: '请再次输入密码', proveWhy: '此操作给予权限或不能撤回，须再次验证身份。', confirm: '确定', cancel: '取消', english: 'English', chinese: '中文',
    mustChange: '须先修改密码', oldPassword: '现密码', newPassword: '新密码', again: '再输入一次新密码', differ: '两次输入不同', change: '修改密码', changed: '密码已修改',
    simulated: '模拟时间：{{now}}。这是演示环境，一秒相当于{{pace}}。', simulatedStill: '模拟时间：{{now}}。这是演示环境。',
    cut: '与服务器的连接已断开，正在重连。页面上的内容可能不是最新的，填写的内容不会丢失。', back: '已重新连接，内容已更新。',
  },
  say: {
    loading: '正在读取…', nothing: '没有内容', failed: '读取失败', again: '重试', unreachable: '服务器没有应答，请检查网络后重试。',
    unknown: '不知道是否已经办成：服务器没有应答。请点“再次提交”，同一操作不会办理两次。', sendAgain: '再次提交', requestId: '请求编号', clause: '依据',
    more: '更多', all: '全部', none: '无', yes: '是', no: '否', save: '保存', close: '关闭', submit: '提交', back: '返回', search: '搜索', reset: '清除条件', total: '共{{count}}项',
    broken: '页面出了错', brokenWhy: '可能是系统刚刚升级，刷新页面即可；已经办成的不受影响。如果还是这样，请把发生的时间告诉管理员。', reload: '刷新页面',
    done: '已办理', pending: '已提交，正在登记…', notFound: '没有这个页面', notFoundWhy: '地址可能写错，或者您无权查看。', home: '回到首页', skip: '跳到正文', menu: '菜单',
    next: '下一页', previous: '上一页', required: '必填', chosen: '已选{{count}}项', provisional: '日历未发布，暂按周末推算', print: '打印',
  },
  colour: { green: '正常', excused: '已免责', yellow: '临期', red: '逾期' },
  phase: {
    planning: '谋划储备', evaluation: '专家评估', approval: '并联审批', assurance: '要素保障', startup: '开工', construction: '建设', completion: '竣工投产', closed: '办结',
  },
  status: { active: '进行中', suspended: '暂停', withdrawn: '已撤回', removed: '已移出', refused: '不予入库', done: '已投产', archived: '已归档' },
  lamp: { approval: '审批', start: '开工', progress: '进度', funds: '资金', reporting: '月报', commitment: '容缺' },
  level: { national: '国家级', regional: '自治区（省）级', city: '市级', county: '县级' },
  role: {
    office: '重大项目办', handler: '部门经办', head: '部门负责人', expert: '专家', owner: '项目业主', liaison: '责任单位联络员', supervisor: '督查', leader: '领导',
    auditor: '审计员', system_admin: '系统管理员', security_admin: '安全管理员', system: '系统',
  },
  party: { department: '部门', unit: '责任单位', owner: '项目业主', office: '重大项目办', expert: '专家', leader: '领导' },
  kind: {
    'entry-review': '入库初审', recognition: '领导小组审定', amendment: '补正申报', draw: '抽取专家', scoring: '评分', revision: '修改方案', plan: '前期工作计划', node: '前期工作节点',
    submission: '申报事项', completeness: '受理', decision: '审批', supplement: '补正材料', commitment: '容缺补交', need: '确认要素', quota: '落实指标', condition: '开工条件',
    start: '开工', report: '月报', problem: '问题', completion: '竣工', settlement: '决算审计', joint: '竣工验收', rectification: '整改', replacement: '登记替换项目',
  },
  why: {
    counted: '第{{n}}个工作日', 'makeup-counted': '调休上班，第{{n}}个工作日', receipt: '收到当日，不计', 'after-hours': '下班后收到，次日视为收到', weekend: '周末，不计', holiday: '节假日，不计',
    paused: '暂停计时，不计', moved: '期限移到这一天',
    short: { counted: '计', 'makeup-counted': '计', receipt: '收', 'after-hours': '收', weekend: '休', holiday: '假', paused: '停', moved: '至' },
  },
  task: {
    clock: '时限', byDate: '期限由文件或计划直接规定。', received: '收到', due: '到期', firstDue: '原到期', limit: '法定时限', days: '{{count}}个工作日', pauses: '暂停', since: '{{from}}起', until: '{{from}}至{{to}}',
    next: '接下来会自动发生', rung: '{{at}} {{kind}}', to: '送 {{to}}', project: '所属项目', clause: '依据', with: '承办', assignee: '承办人', closed: '已于{{at}}办结', gone: '这项待办已经办结或已撤回。',
    explain: '逐日说明', phase: '阶段',
  },
  rungKind: { reminder: '提醒', overdue: '逾期提醒', 'supervision-notice': '督办通知', criticism: '通报批评', interview: '约谈', lapse: '按规定自动处理' },
  acts: {
    title: '可以办理', none: '您现在没有可以办理的操作。', more: '其他操作', grave: '此操作不能撤回，请核对后提交。', noFields: '确定{{act}}？', done: '已办理：{{act}}', post: '以“{{post}}”办理', kept: '填写的内容已保留，改正后可再次提交。',
    amendDeclaration: '补正申报', correctReport: '更正月报', replace: '登记替换项目', reviewEntry: '入库初审', recognise: '领导小组审定', drawPanel: '抽取专家', declinePanel: '谢绝评审', submitScore: '提交评分', reviseProposal: '提交修改后的方案', filePlan: '报送前期工作计划', completeNode: '完成节点',
    submitItem: '申报事项', acceptItem: '受理', askSupplement: '一次性告知补正', supplyPapers: '补正材料', keepCommitment: '补交容缺材料', pauseItem: '暂停计时', resumeItem: '恢复计时', extendItem: '延期', grantItem: '批准', refuseItem: '不予批准',
    recallAct: '撤回', conveneJointReview: '召开联评联审', recordJointReview: '登记联审纪要', confirmNeed: '确认要素需求', confirmCondition: '确认开工条件', startConstruction: '登记开工', setPlan: '报送分月投资计划', fileReport: '报送月报',
    registerProblem: '登记问题', assignProblem: '交办问题', closeProblem: '问题销号', requestAcceptance: '申请竣工验收', fileSettlement: '报送决算审计', acceptJointly: '竣工验收', finishRectification: '报告整改完成', suspend: '暂停项目', resume: '恢复项目',
    withdraw: '撤回项目', remove: '移出项目库', reopen: '重新打开', filePaper: '补充存档材料', movePlannedDate: '调整计划日期', excuseLamp: '亮灯免责', claimTask: '签收', releaseTask: '退回待签收', handOverTask: '转办', askColleague: '征求同事意见',
    answerColleague: '答复同事', addCosigner: '加签', removeCosigner: '减签', cosignTask: '签署意见',
  },
  field: {
    planned: '计划投资', record: '被更正的记录', project: '替换项目', profile: '申报内容',     decision: '结论', opinion: '意见', document: '文号或文件名称', specialities: '专业', reason: '理由', marks: '评分', note: '说明', files: '附件', nodes: '节点', papers: '材料', commitments: '容缺承诺', missing: '需要补正的材料', due: '期限', days: '延长工作日数',
    jointReview: '联审会议', basis: '依据', items: '事项', at: '时间地点', minutes: '纪要', amount: '数量', months: '分月计划', investment: '本月完成投资', image: '形象进度', forecast: '预计', title: '标题', detail: '详情', major: '重大问题', party: '交办给', outcome: '办理结果',
    trialRun: '试运行结束日期', audit: '审计报告', passed: '结论', rectify: '整改事项', until: '至', which: '哪个日期', to: '至', why: '原因', forceMajeure: '不可抗力', question: '问题', user: '加签人',
    standard: '要求', paper: '材料', unit: '责任单位', post: '责任岗位', key: '编号', period: '月份', what: '整改内容', add: '增加一行', removeRow: '删除本行', upload: '选择文件', wan: '万元', choose: '请选择', range: '应在{{from}}至{{to}}之间',
  },
  choice: {
    decision: { admit: '同意入库', return: '退回补正', refuse: '不予入库' }, passed: { true: '通过', false: '不通过' }, which: { start: '开工', completion: '竣工' }, party: { owner: '项目业主', unit: '责任单位' },
  },
  chart: {
    title: '全程图', all: '全程', years: '三年', year: '一年', quarter: '一季', month: '一月', week: '一周', day: '一天', nearer: '放大', farther: '缩小', today: '今天',
    fromTo: '{{from}}至{{to}}', since: '{{from}}起，进行中', due: '应于{{due}}前完成', firstDue: '原应于{{due}}前', over: '已超期',
  },
  project: {
    overview: '概况', chart: '全程图', timeline: '时间线', items: '审批事项', reports: '月报', problems: '问题', files: '文件', planned: '计划开工—竣工', unit: '责任单位', sector: '行业', procedure: '办理方式', open: '待办', done: '已完成投资',
  },
  events: {
    seq: '序号', at: '发生', recorded: '登记', what: '内容', who: '办理人', clause: '依据', auto: '自动', late: '补录', basis: '补录依据：{{basis}}', hidden: '内容暂不公开', older: '更早的', newest: '从最新的看起', from: '从第{{seq}}条看起',
    type: '记录类型', hash: '摘要', empty: '没有符合条件的记录', onBehalf: '代{{name}}',
  },
  procedure: { approval: '审批', verification: '核准', filing: '备案' },
  projects: {
    title: '项目', name: '项目名称', phase: '阶段', status: '状态', unit: '责任单位', investment: '总投资', doneShare: '完成投资', nextDue: '最近期限', empty: '没有符合条件的项目', sort: '排序',
    byDeclared: '最近申报', byNextDue: '最近到期', byInvestment: '投资额', byName: '名称', owner: '项目业主', sector: '行业', level: '级别',
  },
  class: { 'long-term': '中长期拟建', preparatory: '前期工作', construction: '建设' },
  wall: wall.zh,
  unit: { large: '亿元', small: '万元' },
  due: {
    left: '剩{{count}}个工作日', less: '不足1个工作日', over: '超期{{count}}个工作日', paused: '计时暂停', none: '没有期限',
  },
  inbox: {
    title: '待办', mine: '我的', unit: '本单位', unassigned: '无人签收', everyone: '全部单位', closed: '已办结', empty: '没有待办', emptyHint: '有新的待办时，这里会自己出现。',
    task: '事项', project: '项目', party: '承办单位', assignee: '承办人', nobody: '无人签收', due: '期限', lamp: '灯', kind: '类别', text: '项目或事项名称', savedAs: '常用筛选', saveThis: '保存当前筛选', nameIt: '给筛选起个名字',
    remove: '删除', assign: '批量分派', assignTo: '分派给', reason: '原因', assigned: '已分派{{count}}项', notAssigned: '{{count}}项没有分派', opened: '收到', sortDue: '按期限', claim: '签收',
  },
  admin: admin.zh,
  desk: desk.zh,
  mine: mine.zh,
  parts: parts.zh,
  record: record.zh,
  attach: attach.zh,
  declaration: declaration.zh,
  life: life.zh,
  owned: owned.zh,
  office: office.zh,
} as const
