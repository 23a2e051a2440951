package store

import (
	"maps"
	"slices"

	"milepost/domain"
)

// The acts that stand on the audit record besides those that are named after what they change, such as account.create.
const (
	ActSignIn       = "session.begin"
	ActSignInFailed = "session.fail"
	ActSignInLocked = "session.lock"
	ActSignOut      = "session.end"
	ActConfirm      = "session.confirm"
	ActRefused      = "call.refuse"
	ActRefusedMore  = "call.refuse-more"
	ActRead         = "record.read"
	ActDownload     = "file.download"
	ActExport       = "record.export"
	actSeal         = "record.seal"
)

// acts is every act that the audit record knows, in words. What is not here is not recorded, and so does not happen.
var acts = map[string]domain.Text{
	// Sessions and tokens
	ActSignIn:       {Zh: "登录", En: "Signed in"},
	ActSignInFailed: {Zh: "登录失败", En: "Failed to sign in"},
	ActSignInLocked: {Zh: "登录被锁定", En: "Was locked out"},
	ActSignOut:      {Zh: "退出登录", En: "Signed out"},
	ActConfirm:      {Zh: "再次验证身份", En: "Proved again who it is"},
	"token.issue":   {Zh: "签发程序令牌", En: "Issued a token for a program"},
	"token.revoke":  {Zh: "吊销程序令牌", En: "Revoked a token"},

	// Reading and refusals
	ActRefused:     {Zh: "操作被拒绝", En: "Was refused an act"},
	ActRefusedMore: {Zh: "操作被多次拒绝（汇总）", En: "Was refused more acts, summed up"},
	ActRead:        {Zh: "查看记录", En: "Read a record"},
	ActDownload:    {Zh: "下载文件", En: "Downloaded a file"},
	ActExport:      {Zh: "导出记录", En: "Exported a record"},
	actSeal:        {Zh: "封存时间线与操作的结尾", En: "Sealed the ends of timelines and commands"},

	// Accounts and posts
	"account.create":   {Zh: "设立账号", En: "Created an account"},
	"account.change":   {Zh: "变更账号", En: "Changed an account"},
	"account.link":     {Zh: "关联单点登录", En: "Linked an account to the single sign-on"},
	"account.reset":    {Zh: "重置密码", En: "Reset a password"},
	"account.password": {Zh: "修改本人密码", En: "Changed the own password"},
	"post.give":        {Zh: "授予岗位", En: "Gave a post"},
	"post.end":         {Zh: "结束岗位", En: "Ended a post"},

	// Master data
	"jurisdiction.create": {Zh: "登记辖区", En: "Registered a jurisdiction"},
	"jurisdiction.change": {Zh: "变更辖区", En: "Changed a jurisdiction"},
	"unit.create":         {Zh: "登记责任单位", En: "Registered a unit"},
	"unit.change":         {Zh: "变更责任单位", En: "Changed a unit"},
	"department.create":   {Zh: "登记部门", En: "Registered a department"},
	"department.change":   {Zh: "变更部门", En: "Changed a department"},
	"owner.create":        {Zh: "登记业主", En: "Registered an owner"},
	"owner.change":        {Zh: "变更业主", En: "Changed an owner"},
	"expert.create":       {Zh: "专家入库", En: "Added an expert to the pool"},
	"expert.change":       {Zh: "变更专家信息", En: "Changed an expert"},
	"expert.conflict":     {Zh: "登记专家回避", En: "Noted a conflict of an expert"},

	// Rules, quotas, backups, effects
	"pack.store":        {Zh: "存入政策包", En: "Stored a policy pack"},
	"pack.publish":      {Zh: "启用政策包", En: "Put a policy pack in force"},
	"calendar.publish":  {Zh: "启用工作日历", En: "Put a calendar in force"},
	"quota.grant":       {Zh: "增减要素指标", En: "Changed the total of a quota"},
	"broadcast.prepare": {Zh: "发布规则待下达", En: "Published a rule to be broadcast"},
	"broadcast.start":   {Zh: "启动规则下达", En: "Started a broadcast"},
	"broadcast.pause":   {Zh: "暂停规则下达", En: "Paused a broadcast"},
	"broadcast.resume":  {Zh: "继续规则下达", En: "Resumed a broadcast"},
	"backup.take":       {Zh: "完成备份", En: "Took a backup"},
	"backup.release":    {Zh: "放行恢复的数据库", En: "Released a restored database"},
	"effect.retry":      {Zh: "重做失败的后续动作", En: "Took up a dead effect again"},
}

// Acts lists every act that the audit record knows.
func Acts() []string { return slices.Sorted(maps.Keys(acts)) }

// ActText tells an act in words.
func ActText(act string) domain.Text { return acts[act] }
