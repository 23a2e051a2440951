import { useQuery } from '@tanstack/react-query'
import { Button, Card, Dropdown, Empty, Flex } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { api, whole, type Schemas } from '../api/client'
import { Says } from '../parts/Says'
import { ActForm } from './ActForm'
import { forms, type Acting } from './catalog'
import { useSubject } from './subject'

type Act = Schemas['Act']

/** What I may do now with a project, or with one task of it. */
export const actsQuery = (project: string, task?: string) => ({
  queryKey: ['project', project, 'acts', task ?? ''],
  queryFn: ({ signal }: { signal: AbortSignal }) => whole(api.GET('/projects/{projectId}/acts', { params: { path: { projectId: project }, query: { task } }, signal })),
})

/** Exactly what I may do now, about one task or about the whole project: the server asks its rules. A form that is open stays, though its act is over. */
export function Acts({ project, task, only, over = false }: { project: Schemas['Project']; task?: string; only?: (act: Act) => boolean; over?: boolean }) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<Act>()
  const from = useRef<Element>(null)
  const back = useRef<Element>(null)
  const open = (act?: Act) => {
    from.current = document.activeElement
    setChosen(act)
  }
  const close = (done = false) => {
    // For those who use the keyboard: back to where the form was opened; but once the act is done, an Enter too many opens nothing.
    back.current = done ? document.getElementById('content') : from.current
    setChosen(undefined)
  }
  useEffect(() => { // not before the form is gone, which keeps the focus in it
    if (chosen || !(back.current instanceof HTMLElement)) return
    back.current.focus({ preventScroll: true })
    back.current = null
  }, [chosen])
  const subject = useSubject(project)
  const found = useQuery(actsQuery(project.row.id, task))
  const acts = found.data?.items.filter((a) => a.operation in forms && (!only || only(a))) ?? []
  const name = (a: Act) => {
    const about = task ? '' : subject(a)
    return t(`acts.${a.operation as Acting}`) + (about && ` · ${about}`)
  }
  const few = acts.slice(0, 4)
  const rest = acts.slice(4)
  const buttons = (
    <Flex gap="small" wrap>
      {few.map((a, i) => <Button key={i} className="act" type={i === 0 && !only ? 'primary' : 'default'} title={name(a)} onClick={() => open(a)}>{name(a)}</Button>)}
      {rest.length > 0 && (
        <Dropdown trigger={['click']} menu={{ className: 'many', items: rest.map((a, i) => ({ key: String(i), label: name(a) })), onClick: ({ key }) => open(rest[Number(key)]) }}>
          <Button>{t('acts.more')}</Button>
        </Dropdown>
      )}
    </Flex>
  )
  const shown = over || (only && acts.length === 0) ? null : only ? <div className="bar no-print">{buttons}</div> : (
    <Card size="small" title={t('acts.title')} loading={found.isPending} className="facts no-print">
      <Says failure={found.error} />
      {found.data && acts.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('acts.none')} />}
      {buttons}
    </Card>
  )
  return (
    <>
      {shown}
      {chosen && <ActForm key={`${chosen.operation}${JSON.stringify(chosen.params)}`} project={project} act={chosen} close={close} />}
    </>
  )
}
