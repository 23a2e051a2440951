import { pair } from './like'

// The audit record.
export const record = pair(
  {
    title: '审计记录', why: '每一次登录、管理行为、令牌、规则和指标的变更、导出、查阅，以及被拒绝的操作，最新的在前。项目上的操作在各项目的时间线上。您的查阅也会记录。',
    at: '时间', who: '谁', what: '做了什么', about: '对象', address: '来自', act: '行为', actor: '行为人', subject: '对象', subjectHint: '对象，如 user/…', from: '从', to: '到', days: '日期', console: '服务器', system: '系统', nobody: '未登录', onlyThis: '只看此人', onlyAbout: '只看此对象', open: '打开',
    chain: '链', line: '第{{chain}}链第{{seq}}行', hash: '哈希', detail: '内容', noDetail: '没有更多内容', none: '没有符合条件的记录', noneHint: '换个条件再查。', export: '导出', csv: '表格（CSV，按当前条件）', jsonl: '完整哈希链（JSONL，只按日期截取，可脱离系统校验）', was: '原', is: '现', project: '项目',
    check: '校验', checkTitle: '校验审计记录', checkWhy: '重新计算每一条哈希链。任何一行被改动、插入、删除或调换，都会在这里显示。', since: '以前记下的哈希（选填）', sinceHint: '上次校验时另行保存的任一条链结尾的哈希，64位。可查出末尾是否被截断。', sinceRule: '应为64位十六进制', run: '开始校验', again: '再校验一次',
    sound: '记录完好', soundWhy: '共{{lines}}行，{{chains}}条链，每一行都与写入时相同。', broken: '记录被改动', brokenWhy: '第{{chain}}链第{{seq}}行与写入时不符。请立即停止使用数据库的直接访问，保留现场和备份，并按应急预案报告。服务器上可用 milepost audit check 与签名的链首核对。',
    lost: '您记下的哈希已不在链上', lostWhy: '记录的末尾被截断，或整条链被重写过。请核对哈希是否抄错；没有抄错的，保留现场并按应急预案报告。', kept: '您记下的哈希仍在链上，此前的记录没有被改动。', ends: '各链结尾', endsWhy: '请把这些哈希抄写或打印，保存到本系统之外，下次校验时核对。', seq: '行号', copy: '复制全部',
  },
  {
    title: 'Audit record', why: 'Every sign-in, act of administration, token, change of rules and quotas, export and reading, and every refusal, the newest first. Acts on projects are on their timelines. That you read is on the record too.',
    at: 'When', who: 'Who', what: 'Did what', about: 'About', address: 'From', act: 'Act', actor: 'Who acted', subject: 'About', subjectHint: 'About, such as user/…', from: 'From', to: 'To', days: 'Days', console: 'the server', system: 'System', nobody: 'Not signed in', onlyThis: 'Only this account', onlyAbout: 'Only about this', open: 'Open',
    chain: 'Chain', line: 'chain {{chain}}, line {{seq}}', hash: 'Hash', detail: 'Content', noDetail: 'Nothing more', none: 'No such line', noneHint: 'Choose otherwise.', export: 'Export', csv: 'Table (CSV, as chosen here)', jsonl: 'Whole chains (JSONL, cut by days only, to be checked without the system)', was: 'was', is: 'is', project: 'Project',
    check: 'Check', checkTitle: 'Check the audit record', checkWhy: 'Works out every chain of hashes again. A line that was changed, put in, taken out or moved shows here.', since: 'A hash written down before (optional)', sinceHint: 'The hash of an end of a chain that was kept elsewhere after an earlier check, 64 characters. It shows whether the end was cut off.', sinceRule: '64 hexadecimal characters', run: 'Check now', again: 'Check again',
    sound: 'The record is sound', soundWhy: '{{lines}} lines on {{chains}} chains, each as it was written.', broken: 'The record was changed', brokenWhy: 'Chain {{chain}}, line {{seq}} is not what was written. Stop direct access to the database, keep it and its backups as they are, and report it. On the server, milepost audit check compares it with the signed heads.',
    lost: 'The hash that you wrote down is no more on its chain', lostWhy: 'The end of the record was cut off, or a chain was written anew. Look whether the hash was copied well; if it was, keep everything as it is and report it.', kept: 'The hash that you wrote down is still there; nothing before it was changed.', ends: 'Ends of the chains', endsWhy: 'Copy or print these hashes and keep them outside this system, to be compared at the next check.', seq: 'Line', copy: 'Copy all',
  },
)
