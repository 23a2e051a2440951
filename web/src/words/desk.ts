import { pair } from './like'

// The inbox of those who look after everybody's work, and the expert's desk.
export const desk = pair(
  {
    party: '承办单位', jurisdiction: '辖区', dueFrom: '期限从', dueTo: '到', sort: '排序', overdue: '已到期', today: '今天到期', week: '7天内到期', month: '30天内到期',
    sorts: { due: '最紧急的在前', '-due': '期限最远的在前', opened: '最早收到的在前', '-opened': '最近收到的在前', closed: '最早办结的在前', '-closed': '最近办结的在前' },
    nothing: '没有符合条件的待办', nothingHint: '换个条件，或清除条件。',
    toScore: '待评审', yours: '您的评分', proposal: '评审材料', proposalWhy: '请先阅读方案和材料，再逐项评分。评审结束前，各位专家互相看不到评分和意见。', summary: '方案', files: '材料', noFiles: '没有上传的材料。', whole: '查看项目全部情况', round: '第{{round}}轮评审',
    most: '满分{{max}}', weight: '占{{percent}}%', total: '合计', of: '/ {{most}}分', rule: '评估组平均分达到{{pass}}分为通过，达到{{revise}}分须修改后再评，低于{{revise}}分不通过。', leftOut: '还有{{count}}项没有评分', sure: '提交评分 {{total}} 分？', sureWhy: '提交后不能修改或撤回。',
  },
  {
    party: 'With', jurisdiction: 'Jurisdiction', dueFrom: 'Due from', dueTo: 'to', sort: 'Sort', overdue: 'Past due', today: 'Due today', week: 'Due in 7 days', month: 'Due in 30 days',
    sorts: { due: 'Most urgent first', '-due': 'Least urgent first', opened: 'Longest received first', '-opened': 'Newest first', closed: 'Longest closed first', '-closed': 'Last closed first' },
    nothing: 'No such task', nothingHint: 'Choose otherwise, or clear the filters.',
    toScore: 'To be scored', yours: 'Your score', proposal: 'What is evaluated', proposalWhy: 'Read the proposal and its papers first, then give a mark for each criterion. Until the panel has concluded no expert sees the marks and opinions of another.', summary: 'Proposal', files: 'Papers', noFiles: 'No papers were uploaded.', whole: 'All about the project', round: 'Round {{round}}',
    most: 'of {{max}}', weight: '{{percent}} %', total: 'In all', of: 'of {{most}}', rule: 'With an average of {{pass}} the project passes, with {{revise}} it is revised and evaluated again, below {{revise}} it is rejected.', leftOut: '{{count}} left to be marked', sure: 'Submit a score of {{total}}?', sureWhy: 'It cannot be changed or taken back.',
  },
)
