import { pair } from './like'

// One's own account, and one's notices.
export const mine = pair(
  {
    posts: '我的岗位', account: '登录名', name: '名称', role: '岗位', jurisdiction: '辖区', term: '任期', state: '状态', covers: '代办', coversFor: '代“{{name}}”办理', noPosts: '您还没有岗位，因此不能办理任何事项。岗位由安全管理员给予。',
    everywhere: '全部辖区', password: '密码', passwordExpires: '密码应在{{at}}前更换。', passwordRule: '至少{{length}}个字符', passwordClasses: '大写字母、小写字母、数字、符号中至少{{classes}}类', passwordHistory: '不能是最近{{history}}次用过的', passwordElse: '不能是常见密码，也不能含登录名。修改后，其他地方的登录随即结束。',
    sessions: '已登录的地方', sessionsWhy: '您在这些地方登录着。看到不认识的，请立即结束它并修改密码。', here: '正在使用', byPassword: '密码', byOidc: '单点登录', browser: '浏览器', address: '地址', begun: '登录', seen: '最近使用', expires: '到期', way: '方式', end: '结束', endSure: '结束这个登录？', endOthers: '结束其他全部登录', endOthersSure: '除了正在使用的，其他登录全部结束？', ended: '已结束', unknownBrowser: '程序', realTime: '登录和令牌按实际时间，不按模拟时间。',
    tokens: '程序令牌', tokensWhy: '让程序以您的名义读取或办理。令牌就是您的权限，只交给您信任的程序，用完即吊销。', noTokens: '没有程序令牌。签发后会列在这里。', issue: '签发令牌', tokenName: '用途', tokenNameHint: '例如：大屏取数', scope: '范围', days: '有效天数', post: '以哪个岗位', anyPost: '我的各个岗位', created: '签发', lastUsed: '最近使用', never: '从未', revoke: '吊销', revokeSure: '吊销后，用它的程序立即不能再访问。', revoked: '已吊销', expired: '已到期', valid: '有效', issued: '令牌已签发', secretWhy: '程序请求时放在请求头里：Authorization: Bearer 令牌。',
    scopes: { read: '只读', act: '可办理', sensitive: '可办理，含须验证身份的操作' },
    scopesWhy: { read: '只能查看', act: '能查看，也能以您的名义办理', sensitive: '还能给予权限、移出项目等，最长31天' },
    comma: '，', stop: '。', language: '语言', languageWhy: '本浏览器记住您的选择。', chinese: '中文', english: 'English',
    notices: '消息', unread: '未读', all: '全部', kind: '类别', noticeEmpty: '没有消息', noticeEmptyHint: '提醒、督办、通报等发给您岗位的消息，会自己出现在这里。', noUnread: '没有未读消息', seeAll: '看全部', read: '标为已读', readAll: '全部标为已读', readAllSure: '把{{count}}条未读消息全部标为已读？', to: '发给', toTask: '去办理', toEntry: '看记录和依据', wasRead: '已读', new: '未读',
    kinds: { reminder: '提醒', overdue: '逾期', 'supervision-notice': '督办', criticism: '通报', interview: '约谈', task: '待办', information: '知会' },
  },
  {
    posts: 'My posts', account: 'Login name', name: 'Name', role: 'Post', jurisdiction: 'Jurisdiction', term: 'Held', state: 'State', covers: 'Cover', coversFor: 'stands in for “{{name}}”', noPosts: 'You hold no post yet, and so there is nothing that you may do. The security administrator gives posts.',
    everywhere: 'All jurisdictions', password: 'Password', passwordExpires: 'The password must be changed before {{at}}.', passwordRule: '{{length}} characters at least', passwordClasses: 'of {{classes}} kinds at least: capital and small letters, figures, signs', passwordHistory: 'none of the last {{history}}', passwordElse: 'None that is often used, and without the login name. When it is changed, you are signed out everywhere else.',
    sessions: 'Where I am signed in', sessionsWhy: 'You are signed in at these places. If you do not know one, end it at once and change your password.', here: 'In use', byPassword: 'Password', byOidc: 'Single sign-on', browser: 'Browser', address: 'Address', begun: 'Signed in', seen: 'Last used', expires: 'Ends', way: 'By', end: 'End', endSure: 'End this session?', endOthers: 'End all others', endOthersSure: 'End all sessions but the one in use?', ended: 'Ended', unknownBrowser: 'A program', realTime: 'Sessions and tokens go by the real time, not by the simulated one.',
    tokens: 'Tokens for programs', tokensWhy: 'With a token a program reads or acts in your name. It is as good as your rights: give it to programs that you trust, and revoke it when it is no longer needed.', noTokens: 'There are no tokens. Those that you issue are listed here.', issue: 'Issue a token', tokenName: 'What for', tokenNameHint: 'For example: figures for the wall', scope: 'Scope', days: 'Valid for days', post: 'In which post', anyPost: 'Any post of mine', created: 'Issued', lastUsed: 'Last used', never: 'Never', revoke: 'Revoke', revokeSure: 'Programs that use it lose access at once.', revoked: 'Revoked', expired: 'Expired', valid: 'Valid', issued: 'The token is issued', secretWhy: 'A program sends it as a header: Authorization: Bearer and the token.',
    scopes: { read: 'Read', act: 'Act', sensitive: 'Act, sensitive acts too' },
    scopesWhy: { read: 'Can look only', act: 'Can look, and act in your name', sensitive: 'Can also give rights or remove projects; for 31 days at most' },
    comma: '; ', stop: '. ', language: 'Language', languageWhy: 'This browser keeps your choice.', chinese: 'Chinese', english: 'English',
    notices: 'Notices', unread: 'Unread', all: 'All', kind: 'Kind', noticeEmpty: 'No notices', noticeEmptyHint: 'Reminders, supervision notices, criticisms and what else is sent to your posts appear here by themselves.', noUnread: 'Nothing unread', seeAll: 'See all', read: 'Mark as read', readAll: 'Mark all as read', readAllSure: 'Mark all {{count}} unread notices as read?', to: 'To', toTask: 'To the task', toEntry: 'The record and its clause', wasRead: 'Read', new: 'Unread',
    kinds: { reminder: 'Reminder', overdue: 'Overdue', 'supervision-notice': 'Supervision', criticism: 'Criticism', interview: 'Interview', task: 'Task', information: 'Information' },
  },
)
