import { useQueryClient } from '@tanstack/react-query'
import { Alert, App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'

import { ActForm } from '../acts/ActForm'
import { actsQuery } from '../acts/Acts'
import { forms } from '../acts/catalog'
import { ProjectChoice } from '../acts/ProjectChoice'
import type { Schemas } from '../api/client'
import { pathOf } from '../desk/paths'
import { Says } from '../parts/Says'
import { projectQuery } from '../project/query'

type Open = { project: Schemas['Project']; act: Schemas['Act'] }

/** Opens the form of what a task asks for, at once where the rules offer it. The form stays though the list beneath it changes. */
export function useDo() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const client = useQueryClient()
  const go = useNavigate()
  const [open, setOpen] = useState<Open>()
  const [busy, setBusy] = useState('')
  const begin = async (task: Schemas['Task']) => {
    setBusy(task.project + task.key)
    try {
      const [project, acts] = await Promise.all([client.fetchQuery(projectQuery(task.project)), client.fetchQuery({ ...actsQuery(task.project, task.key), staleTime: 0 })])
      const act = acts.items.find((a) => a.operation in forms)
      if (act) setOpen({ project, act })
      else void go(pathOf(task))
    } catch (e) {
      message.error(e instanceof Error ? e.message : t('say.failed'))
    } finally {
      setBusy('')
    }
  }
  return {
    button: (task: Schemas['Task']) => <Button size="small" loading={busy === task.project + task.key} onClick={() => void begin(task)}>{task.kind === 'report' ? t('acts.fileReport') : t('owned.do')}</Button>,
    form: open && <ActForm key={open.project.row.id + JSON.stringify(open.act)} project={open.project} act={open.act} close={() => setOpen(undefined)} />,
  }
}

/** An act on one of my projects that is no task: first which project, then its form. */
export function DoAbout({ operation, name, projects }: { operation: 'registerProblem' | 'filePaper' | 'uploadFile'; name: string; projects: readonly Schemas['ProjectSummary'][] }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const go = useNavigate()
  const [choosing, setChoosing] = useState(false)
  const [chosen, setChosen] = useState<string>()
  const [open, setOpen] = useState<Open>()
  const [failure, setFailure] = useState<unknown>()
  const [refused, setRefused] = useState(false)
  const begin = async (id: string) => {
    setFailure(undefined)
    setRefused(false)
    try {
      const [project, acts] = await Promise.all([client.fetchQuery(projectQuery(id)), client.fetchQuery({ ...actsQuery(id), staleTime: 0 })])
      const act = acts.items.find((a) => a.operation === operation)
      if (!act) setRefused(true)
      else {
        setChoosing(false)
        if (operation === 'uploadFile') void go(`/projects/${id}/files`)
        else setOpen({ project, act })
      }
    } catch (e) {
      setFailure(e)
    }
  }
  const only = projects.length === 1 ? projects[0]?.id : undefined
  return (
    <>
      <Button disabled={projects.length === 0} onClick={() => { setChosen(only); setChoosing(true); if (only) void begin(only) }}>{name}</Button>
      <Modal open={choosing} title={name} okText={t('owned.next')} cancelText={t('session.cancel')} onCancel={() => setChoosing(false)} onOk={() => { if (chosen) void begin(chosen) }} okButtonProps={{ disabled: !chosen }}>
        <Says failure={failure} />
        {refused && <Alert type="warning" showIcon className="spaced" title={t('owned.notNow')} />}
        <label>{t('owned.whichProject')}<ProjectChoice value={chosen} onChange={(id) => { setChosen(id); setRefused(false) }} first={projects} /></label>
      </Modal>
      {open && <ActForm project={open.project} act={open.act} close={() => setOpen(undefined)} />}
    </>
  )
}
