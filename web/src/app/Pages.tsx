import { lazy, Suspense } from 'react'
import { Navigate, Route, Routes } from 'react-router'

import { Waiting } from '../parts/Waiting'
import { Nowhere } from './Nowhere'
import { useHolds, useMay } from './queries'

const Inbox = lazy(() => import('../desk/Inbox'))
const Mine = lazy(() => import('../owner/Page'))
const TaskPage = lazy(() => import('../desk/TaskPage'))
const Projects = lazy(() => import('../project/Projects'))
const Wall = lazy(() => import('../wall/Page'))
const Investments = lazy(() => import('../wall/Investments'))
const ProjectPage = lazy(() => import('../project/ProjectPage'))
const Me = lazy(() => import('../me/Page'))
const Notices = lazy(() => import('../notices/Page'))
const People = lazy(() => import('../people/Page'))
const Person = lazy(() => import('../people/Person'))
const Masters = lazy(() => import('../masters/Page'))
const Experts = lazy(() => import('../experts/Page'))
const Audit = lazy(() => import('../audit/Page'))
const Declare = lazy(() => import('../office/Declare'))
const Quotas = lazy(() => import('../office/Quotas'))
const Packs = lazy(() => import('../office/Packs'))
const PackPage = lazy(() => import('../office/PackPage'))
const Compare = lazy(() => import('../office/Compare'))
const Calendars = lazy(() => import('../office/Calendars'))
const Broadcasts = lazy(() => import('../office/Broadcasts'))
const BroadcastPage = lazy(() => import('../office/BroadcastPage'))

export function Pages() {
  return (
    <Suspense fallback={<Waiting />}>
      <Routes>
        <Route index element={<Home />} />
        <Route path="mine" element={<Mine />} />
        <Route path="inbox" element={<Inbox />} />
        <Route path="wall" element={<Wall />} />
        <Route path="wall/investments" element={<Investments />} />
        <Route path="projects" element={<Projects />} />
        <Route path="projects/:project/tasks/:task" element={<TaskPage />} />
        <Route path="projects/:project/*" element={<ProjectPage />} />
        <Route path="me" element={<Me />} />
        <Route path="notices" element={<Notices />} />
        <Route path="people" element={<People />} />
        <Route path="people/:user" element={<Person />} />
        <Route path="masters" element={<Masters />} />
        <Route path="experts" element={<Experts />} />
        <Route path="audit" element={<Audit />} />
        <Route path="declare" element={<Declare />} />
        <Route path="quotas" element={<Quotas />} />
        <Route path="packs" element={<Packs />} />
        <Route path="packs/compare" element={<Compare />} />
        <Route path="packs/:hash" element={<PackPage />} />
        <Route path="calendars" element={<Calendars />} />
        <Route path="broadcasts" element={<Broadcasts />} />
        <Route path="broadcasts/:broadcast" element={<BroadcastPage />} />
        <Route path="*" element={<Nowhere />} />
      </Routes>
    </Suspense>
  )
}

/** Everybody begins where his work is; who has none yet, with himself. */
function Home() {
  const may = useMay()
  const holds = useHolds()
  if (holds('owner', 'liaison')) return <Navigate replace to="/mine" />
  if (holds('leader', 'supervisor') && may('getPortfolio')) return <Navigate replace to="/wall" />
  return <Navigate replace to={may('listAudit') ? '/audit' : may('listTasks') ? '/inbox' : may('listUsers') ? '/people' : '/me'} />
}
