import { pair } from './like'

/** Files that come with an act, and what a form tells before it is sent. */
export const attach = pair({
  failed: '没有传上去，请删除后重新选择', before: '从已上传未提交的文件中选（{{count}}个）', without: '不提交', wait: '还有文件正在上传，请稍候', refused: '有文件没有传上去，请删除后重新选择', limits: '可传 PDF、OFD、Word、Excel、图片、DWG、ZIP；选定后立即上传，随本操作一并提交。',
  given: '本次提交', deferred: '容缺，承诺补交', absent: '不提交', promise: '承诺补交日期', standard: '要求：{{text}}', asked: '补正要求：{{text}}', deferrable: '可容缺',
  preview: '先看结果', previewed: '提交后将登记以下记录（现在还没有提交）：', noEffect: '没有可登记的内容。',
  known: '记录中的数据', plannedMonth: '本月计划', doneBefore: '此前累计完成', total: '总投资', share: '本月完成计划的{{share}}%', planSum: '合计{{sum}}，总投资{{total}}', spread: '按月平均分配', spreadHint: '把还没有安排的投资平均分到计划竣工前的各月', begun: '已开始',
  askedFor: '申请数量', nowPlanned: '现计划{{which}}', owed: '替换项目总投资不低于', findProject: '输入项目名称查找', dueBy: '应于{{due}}前', promisedFor: '承诺于{{day}}前补交', reported: '原报', corrected: '第{{seq}}号记录', openFindings: '待整改', lampNow: '现在的灯', nobodyFound: '没有找到项目',
  rectifier: '由谁整改', noPapers: '此事项不要求材料，直接提交即可。',
}, {
  failed: 'It was not uploaded; remove it and choose it again', before: 'From what is uploaded and not handed in ({{count}})', without: 'Leave out', wait: 'A file is still being uploaded', refused: 'A file was not uploaded; remove it and choose it again', limits: 'PDF, OFD, Word, Excel, pictures, DWG and ZIP; uploaded at once, and handed in with this act.',
  given: 'Handed in now', deferred: 'Promised for later', absent: 'Not handed in', promise: 'Promised for', standard: 'Standard: {{text}}', asked: 'Asked for: {{text}}', deferrable: 'may follow later',
  preview: 'See what follows', previewed: 'This would be recorded (nothing is sent yet):', noEffect: 'Nothing would be recorded.',
  known: 'On record', plannedMonth: 'Planned for the month', doneBefore: 'Invested before', total: 'Total investment', share: '{{share}} % of what was planned for the month', planSum: '{{sum}} in all, of a total of {{total}}', spread: 'Spread evenly', spreadHint: 'Spreads what is not planned yet over the months until the planned completion', begun: 'begun',
  askedFor: 'Asked for', nowPlanned: 'Planned {{which}} now', owed: 'The replacement is at least', findProject: 'Type a name to find the project', dueBy: 'due {{due}}', promisedFor: 'promised for {{day}}', reported: 'Reported', corrected: 'record no. {{seq}}', openFindings: 'To be rectified', lampNow: 'The lamp now', nobodyFound: 'No such project',
  rectifier: 'By whom', noPapers: 'The item asks for no papers; just send it.',
})
