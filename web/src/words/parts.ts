import { pair } from './like'

// What several rooms say.
export const parts = pair(
  {
    once: '只显示这一次，关闭后不能再次查看。', kept: '已经保存，关闭', fromTo: '{{from}}至{{to}}', since: '{{from}}起', until: '至{{to}}', always: '长期',
    coming: '未开始', now: '有效', over: '已结束', unsure: '服务器没有应答，不知道是否已经办成。请先看列表里有没有，再决定要不要重试。',
  },
  {
    once: 'Shown this once. It cannot be looked up after this is closed.', kept: 'I have kept it; close', fromTo: '{{from}} to {{to}}', since: 'since {{from}}', until: 'until {{to}}', always: 'for good',
    coming: 'To come', now: 'In force', over: 'Ended', unsure: 'The server did not answer, and nobody knows whether it is done. Look at the list before you try again.',
  },
)
