import { pair } from './like'

/** The owner's and the liaison's first page. */
export const owned = pair({
  title: '我的项目', owed: '要办的事', overdue: '已逾期', week: '本周内', later: '以后', still: '计时暂停或没有期限', projects: '项目', reports: '最近月报',
  reportsDue: '待报月报', supplements: '待补正', commitments: '容缺欠交', submissions: '待申报事项', all: '全部', nothing: '现在没有要办的事。', nothingHint: '项目有事项要申报、材料要补正、月报要报送时，会按期限列在这里。',
  noProjects: '还没有项目。', noProjectsHint: '申报入库后，项目会列在这里。', noReports: '还没有报送过月报。', do: '办理', report: '登记问题', upload: '上传材料', paper: '补充存档材料', whichProject: '哪个项目', next: '下一步', notNow: '这个项目现在不能办理这一项。',
  moreTasks: '更多待办', moreProjects: '更多项目', openTasks: '待办{{count}}项', plan: '计划', done: '完成', share: '完成率', month: '月份', project: '项目', nothingOpen: '无', start: '开始办理',
}, {
  title: 'My projects', owed: 'To be done', overdue: 'Overdue', week: 'This week', later: 'Later', still: 'Clock stopped, or no limit', projects: 'Projects', reports: 'Latest reports',
  reportsDue: 'Reports', supplements: 'Supplements', commitments: 'Promised papers', submissions: 'Submissions', all: 'All', nothing: 'There is nothing to be done now.', nothingHint: 'What has to be submitted, supplied or reported is listed here by its limit.',
  noProjects: 'No projects yet.', noProjectsHint: 'Projects are listed here once they are declared.', noReports: 'No report was filed yet.', do: 'Do it', report: 'Register a problem', upload: 'Upload papers', paper: 'File a paper', whichProject: 'Which project', next: 'Next', notNow: 'That cannot be done for this project now.',
  moreTasks: 'More', moreProjects: 'More projects', openTasks: '{{count}} open', plan: 'Planned', done: 'Invested', share: 'Share', month: 'Month', project: 'Project', nothingOpen: 'none', start: 'Begin',
})
