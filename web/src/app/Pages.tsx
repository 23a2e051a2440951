import { lazy, Suspense } from 'react'
import { Navigate, Route, Routes } from 'react-router'

import { Waiting } from '../parts/Waiting'
import { Nowhere } from './Nowhere'
import { useMay } from './queries'

const Inbox = lazy(() => import('../desk/Inbox'))
const TaskPage = lazy(() => import('../desk/TaskPage'))
const Projects = lazy(() => import('../project/Projects'))
const ProjectPage = lazy(() => import('../project/ProjectPage'))

export function Pages() {
  return (
    <Suspense fallback={<Waiting />}>
      <Routes>
        <Route index element={<Home />} />
        <Route path="inbox" element={<Inbox />} />
        <Route path="projects" element={<Projects />} />
        <Route path="projects/:project/tasks/:task" element={<TaskPage />} />
        <Route path="projects/:project/*" element={<ProjectPage />} />
        <Route path="*" element={<Nowhere />} />
      </Routes>
    </Suspense>
  )
}

/** Everybody begins where his work is. */
function Home() {
  const may = useMay()
  return <Navigate replace to={may('listTasks') ? '/inbox' : '/projects'} />
}
