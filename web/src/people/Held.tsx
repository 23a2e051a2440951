import { App, Button, Card, Form, Typography } from 'antd'
import type { Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { send, type Schemas } from '../api/client'
import { useNames } from '../app/names'
import { useMay } from '../app/queries'
import { Posts } from '../me/Posts'
import { Ask } from '../parts/Ask'
import { DayPicker } from '../parts/DayPicker'
import { ends } from '../parts/span'
import { Give } from './Give'

type Post = Schemas['Post']

/** The posts of an account: those of the past and to come too. */
export function Held({ user, posts, again }: { user: Schemas['User']; posts: readonly Post[]; again: () => Promise<void> }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const may = useMay()
  const names = useNames()
  const [giving, setGiving] = useState(false)
  const [ending, setEnding] = useState<Post>()
  const path = `/users/${encodeURIComponent(user.id)}/posts`
  const end = async ({ at }: { at?: Dayjs | null }) => {
    await send(`${path}/${encodeURIComponent(ending!.id)}/end`, { at: ends(at) } satisfies Schemas['PostEnd'])
    message.success(t('admin.ended'))
    await again()
  }
  return (
    <Card size="small" title={t('admin.posts')} extra={may('givePost') && <Button type="primary" onClick={() => setGiving(true)}>{t('admin.give')}</Button>}>
      <Posts
        posts={[...posts].sort((a, b) => (b.from ?? '').localeCompare(a.from ?? ''))} empty={t(may('givePost') ? 'admin.noPosts' : 'admin.noPostsAsk')}
        {...(may('endPost') ? { act: (p: Post, state: string) => state !== 'over' && <Button size="small" onClick={() => setEnding(p)}>{t('admin.end')}</Button> } : {})}
      />
      {giving && <Give user={user} again={again} close={() => setGiving(false)} />}
      {ending && (
        <Ask<{ at?: Dayjs | null }> title={t('admin.endPost')} ok={t('admin.endPost')} danger submit={end} close={() => setEnding(undefined)}>
          <Typography.Paragraph strong>{names.post(ending)}</Typography.Paragraph>
          <Form.Item name="at" label={t('admin.endAt')} extra={t('admin.endAtRule')}><DayPicker /></Form.Item>
        </Ask>
      )}
    </Card>
  )
}
