import { pair } from './like'

/** The words of the wall, and of looking for projects. */
export const wall = pair(
  {
    title: '全市重大项目', asOf: '截至{{at}}', live: '数据自动更新', meeting: '大屏', meetingWhy: '全屏显示，供会议室挂图作战', leave: '退出大屏', dark: '深色', light: '浅色',
    empty: '还没有项目', emptyHint: '项目申报入库后，这里显示项目数、投资、亮灯和今后90天要办的事。', none: '没有符合条件的项目', noneHint: '换一个筛选条件，或清除条件。',
    projects: '在库项目', investment: '总投资', done: '累计完成 {{amount}}', doneThisYear: '{{year}}年完成投资', ofPlan: '年计划 {{amount}}，完成 {{share}}', soFar: '截至上月应完成 {{amount}}',
    noPlan: '本年没有投资计划', red: '红灯项目', yellow: '黄灯项目', overdueTasks: '超期待办{{count}}项', excused: '已免责{{count}}个', starts: '开工率', completions: '竣工率', ofPlanned: '计划{{planned}}个，已{{act}}{{done}}个',
    start: '开工', complete: '竣工', nonePlanned: '本年没有计划',
    phases: '按阶段', sectors: '按行业', levels: '按级别', statuses: '按状态', lamps: '按亮灯', months: '{{year}}年逐月投资', count: '{{count}}个', group: '类别', share: '占比',
    chart: '图', table: '表', month: '月份', planned: '计划', actual: '完成', reports: '月报', reported: '已报{{count}}个', asked: '待报{{count}}个', notAsked: '未要求报送', unreported: '未报送', shortfall: '差额',
    chartSays: '{{year}}年逐月投资，计划与完成。',
    grave: '红灯和黄灯项目', graveNone: '没有红灯和黄灯项目', graveHint: '有项目临期或逾期时，会自动列在这里。', onlyRed: '红灯', onlyYellow: '黄灯', why: '亮灯原因', who: '责任', since: '亮灯时间', next: '不办结时下一步',
    redSince: '{{at}}起，第{{count}}天', yellowSince: '{{at}}起临期，{{red}}转红', yellowSinceOnly: '{{at}}起', nothingNext: '—', climbed: '自动步骤已走完', more: '另有{{count}}盏灯',
    ahead: '今后要办的事', days: '{{count}}天内', until: '至{{at}}', tasksDue: '到期待办', startsDue: '计划开工', completionsDue: '计划竣工', overdueNow: '已超期',
    page: '第{{from}}页', turning: '自动翻页', pause: '暂停翻页', resume: '继续翻页', turn: '下一页', allGreen: '目前没有红灯项目',
    investments: '逐月投资', investmentsHint: '没有报送分月计划的项目，按计划开工至计划竣工平均分摊。', investmentsNone: '没有符合条件的月份', period: '月份', periodFrom: '起', periodTo: '止', state: '报送', sort: '排序', byShortfall: '差额大的在前', byPeriod: '按月份',
    monthState: { planned: '未要求报送', asked: '待报', reported: '已报' },
    filter: {
      library: '在库', plannedStart: '计划开工', plannedCompletion: '计划竣工', started: '已开工', notStarted: '未开工', completed: '已竣工', notCompleted: '未竣工', from: '{{from}}起', to: '至{{to}}', fromTo: '{{from}}至{{to}}',
      due: '期限', lamp: '{{lamp}}灯', jurisdiction: '辖区', class: '类别', name: '名称含', remove: '去掉条件：{{what}}', all: '条件',
    },
    gravity: '亮灯轻重',
  },
  {
    title: 'Major projects', asOf: 'As of {{at}}', live: 'Updates by itself', meeting: 'Big screen', meetingWhy: 'Full screen, for a meeting room', leave: 'Leave', dark: 'Dark', light: 'Light',
    empty: 'There are no projects yet', emptyHint: 'Once projects are declared, this shows how many there are, their investment and lamps, and what comes in the next 90 days.', none: 'No such projects', noneHint: 'Choose otherwise, or clear what is chosen.',
    projects: 'Projects', investment: 'Investment', done: '{{amount}} done in all', doneThisYear: 'Invested in {{year}}', ofPlan: '{{share}} of {{amount}} planned', soFar: '{{amount}} planned up to last month',
    noPlan: 'Nothing is planned this year', red: 'Red', yellow: 'Yellow', overdueTasks: '{{count}} tasks overdue', excused: '{{count}} excused', starts: 'Started', completions: 'Completed', ofPlanned: '{{done}} of {{planned}} planned {{act}}',
    start: 'to start', complete: 'to be completed', nonePlanned: 'None planned this year',
    phases: 'By phase', sectors: 'By sector', levels: 'By level', statuses: 'By status', lamps: 'By lamp', months: 'Investment by month, {{year}}', count: '{{count}}', group: 'Kind', share: 'Share',
    chart: 'Chart', table: 'Table', month: 'Month', planned: 'Planned', actual: 'Done', reports: 'Reports', reported: '{{count}} in', asked: '{{count}} awaited', notAsked: 'None asked for', unreported: 'Not reported', shortfall: 'Shortfall',
    chartSays: 'Investment of {{year}} by month, planned and done.',
    grave: 'Red and yellow projects', graveNone: 'No project is red or yellow', graveHint: 'What is due soon or overdue is listed here by itself.', onlyRed: 'Red', onlyYellow: 'Yellow', why: 'Why', who: 'Who', since: 'Since', next: 'What follows',
    redSince: '{{at}}, day {{count}}', yellowSince: 'due soon since {{at}}, red on {{red}}', yellowSinceOnly: 'since {{at}}', nothingNext: '—', climbed: 'Nothing more by itself', more: '{{count}} more lamps',
    ahead: 'What lies ahead', days: '{{count}} days', until: 'up to {{at}}', tasksDue: 'Tasks due', startsDue: 'Planned starts', completionsDue: 'Planned completions', overdueNow: 'Overdue now',
    page: 'Page {{from}}', turning: 'Turns by itself', pause: 'Pause', resume: 'Go on', turn: 'Next', allGreen: 'No project is red',
    investments: 'Investment by month', investmentsHint: 'Where no plan was filed, the investment is spread evenly from planned start to planned completion.', investmentsNone: 'No such months', period: 'Month', periodFrom: 'From', periodTo: 'To', state: 'Report', sort: 'Order', byShortfall: 'Largest shortfall', byPeriod: 'By month',
    monthState: { planned: 'None asked for', asked: 'Awaited', reported: 'In' },
    filter: {
      library: 'In the library', plannedStart: 'Planned start', plannedCompletion: 'Planned completion', started: 'Started', notStarted: 'Not started', completed: 'Completed', notCompleted: 'Not completed', from: 'from {{from}}', to: 'to {{to}}', fromTo: '{{from}} to {{to}}',
      due: 'Due', lamp: '{{lamp}} lamp', jurisdiction: 'Jurisdiction', class: 'Class', name: 'Name has', remove: 'Remove: {{what}}', all: 'Chosen',
    },
    gravity: 'Gravest first',
  },
)
