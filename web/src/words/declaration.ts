import { pair } from './like'

/** What is declared of a project. */
export const declaration = pair({
  facts: '基本情况', money: '投资与资金', time: '工期', needs: '要素需求', more: '其他',
  name: '项目名称', unit: '责任单位', owner: '项目业主', sector: '行业', kind: '项目类别', level: '项目层级', procedure: '办理方式', funding: '资金来源', government: '政府投资项目',
  investment: '总投资', investmentUSD: '其中外资', annualTax: '达产后预计年税收', tags: '标签', specialities: '评估所需专业', plannedStart: '计划开工', plannedCompletion: '计划竣工',
  summary: '建设内容和规模', source: '数据来源', asks: '申请的要素', resource: '要素', amount: '数量', year: '年度', addAsk: '增加一项要素', removeAsk: '删除这项要素',
  wanUSD: '万美元', wan: '万元', scale: '合{{text}}',
  ownerFixed: '业主不能修改；业主有变的，请撤回后重新申报。', afterStart: '不早于计划开工', positive: '须大于零', decimal: '须为数字，最多四位小数', twice: '同一年度的同一要素只填一次',
  needsHint: '需要用地、林地、能耗等指标的在此填写，立项后由有关部门确认；没有的不填。', taxHint: '按税收效益排队的要素（如能耗）用它排序。', specialitiesHint: '从这些专业抽取评估专家。',
  procedureHint: '审批：政府投资；核准：目录内企业投资；备案：其余企业投资。', amended: '修改了{{count}}处：{{fields}}', unchanged: '与原申报相同，没有修改。',
}, {
  facts: 'The project', money: 'Money', time: 'Dates', needs: 'Resources', more: 'More',
  name: 'Name', unit: 'Unit answerable', owner: 'Owner', sector: 'Sector', kind: 'Kind', level: 'Level', procedure: 'Procedure', funding: 'Source of funds', government: 'Government investment',
  investment: 'Total investment', investmentUSD: 'Of it foreign', annualTax: 'Expected tax of a year in production', tags: 'Tags', specialities: 'Specialities for the evaluation', plannedStart: 'Planned start', plannedCompletion: 'Planned completion',
  summary: 'What is built, and how much of it', source: 'Where the figures come from', asks: 'Resources asked for', resource: 'Resource', amount: 'Amount', year: 'Year', addAsk: 'Add a resource', removeAsk: 'Remove this resource',
  wanUSD: '×10,000 USD', wan: '×10,000 CNY', scale: 'that is {{text}}',
  ownerFixed: 'The owner cannot be changed; where it has, withdraw the project and declare anew.', afterStart: 'Not before the planned start', positive: 'Must be more than nothing', decimal: 'A number with at most four places', twice: 'A resource is asked for once a year',
  needsHint: 'Land, forest, energy and the like, which the departments confirm later on; leave it empty where none is needed.', taxHint: 'Ranks the line of resources that go by tax, such as energy.', specialitiesHint: 'Experts are drawn among these.',
  procedureHint: 'Approval: government investment; verification: investment of enterprises on the list; filing: all others.', amended: '{{count}} changed: {{fields}}', unchanged: 'The same as declared before; nothing is changed.',
})
